"""Whether the buttons of a workbook are bound to their macros. Asked at each recalculation, so it imports little."""

from __future__ import annotations

from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.excel.sheet_xml import M
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.macros.drawn_buttons import buttons_work, load_buttons
from cchc_xl.resources import data_folder
from cchc_xl.sheet_names import HOME

PROJECT_PART = "xl/vbaProject.bin"


def macros_work(book: Path) -> bool | None:
    """Whether the buttons of a master are bound to their macros; None for a workbook without macros.

    Raises `UserError` where the file cannot be opened or is no master.
    """
    return macros_work_in(Workbook(book), book)


def macros_work_in(workbook: Workbook, book: Path) -> bool | None:
    """The same of a workbook that is open already; `book` names it in messages."""
    if PROJECT_PART not in workbook.package:
        return None
    package, home = workbook.package, home_of(workbook, book)
    # LibreOffice drops these names when it saves, with which a workbook is bound to its document module.
    properties = package.tree(package.main).find(f"{M}workbookPr")
    if properties is None or not properties.get("codeName"):
        return False
    return buttons_work(package, home.part, load_buttons(data_folder("macros") / "nut.json"))


def home_of(workbook: Workbook, path: Path) -> Sheet:
    """The first sheet of a master. Raises `UserError` where the workbook is none."""
    if HOME not in workbook:
        raise UserError(str(path), f"không có trang tính {HOME}, nên không phải sổ tổng hợp.", "Tạo sổ: cchc-xl new")
    return workbook.sheet(HOME)
