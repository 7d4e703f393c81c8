"""The first sheet of a consolidated workbook, for leaders."""
from __future__ import annotations

from typing import Any

from cchc_xl.consolidate.engine import Connection


def overview(sheet: Any, con: Connection) -> None:
    sheet.title = "Tổng quan"
