"""Which files of a folder may be forms that units have sent."""

from __future__ import annotations

RETURN_FOLDER = "tra_lai"
"""Where returned copies lie; nobody's figures are looked for in it."""

SKIPPED_PREFIXES = ("~$", ".", "_")
"""What the names of locks and hidden files begin with."""
