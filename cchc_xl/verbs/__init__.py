"""What can be done, one module for each verb; the command line, the buttons and `cchc_xl.api` are its faces."""
