"""The master workbook: made once, read, recalculated, flagged."""
