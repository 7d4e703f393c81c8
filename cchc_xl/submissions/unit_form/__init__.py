"""Makes the form of one unit: sheets, instant checks, cover."""
