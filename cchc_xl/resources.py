"""Where the package's own files lie (forms, macros, Word templates): beside it in a checkout, inside it in a wheel."""

from __future__ import annotations

import csv
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """The folder `workbook`, `macros` or `templates`."""
    inside = PACKAGE / "data" / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def lines_of(table: Path) -> list[dict[str, str]]:
    """The lines of a CSV of the package, by the titles of its columns."""
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, restval=""))
