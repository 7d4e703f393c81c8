"""The buttons: the verbs of the command line on the workbook that is open in Excel or LibreOffice, saved or not."""
