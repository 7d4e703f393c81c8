"""Forms of the reporting units: handed out, read back, collected into the master workbook, returned."""
