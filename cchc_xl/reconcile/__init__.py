"""Figures that know their cell, and the auditing of any report against the workbook and against itself."""
