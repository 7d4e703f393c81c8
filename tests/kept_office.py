"""LibreOffice, started once for all tests of a process: a start costs more than most workbooks.

How the program itself starts LibreOffice is asked by tests/report/test_report_office.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cchc_xl.live.uno_bridge import properties
from tools.own_office import OfficeProcess

SHEETS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97", "pdf": "calc_pdf_Export"}
TEXTS = {
    "docx": "MS Word 2007 XML", "odt": "writer8", "rtf": "Rich Text Format", "doc": "MS Word 97",
    "pdf": "writer_pdf_Export",
}
"""The office's own names of what it writes, by suffix."""

_started: list[OfficeProcess] = []


def recalculated(workbook: Path, target: Path) -> Path:
    """A copy of a workbook with every formula computed by LibreOffice."""
    return converted(workbook, "xlsx", target)


def converted(document: Path, kind: str, target: Path) -> Path:
    """A document opened in the office, its formulas computed anew, and saved as another kind of file."""
    opened = _desktop().loadComponentFromURL(document.resolve().as_uri(), "_blank", 0, properties(Hidden=True))
    assert opened is not None, document
    try:
        sheets = opened.supportsService("com.sun.star.sheet.SpreadsheetDocument")
        if sheets:
            opened.calculateAll()
        target.parent.mkdir(parents=True, exist_ok=True)
        opened.storeToURL(target.resolve().as_uri(), properties(FilterName=(SHEETS if sheets else TEXTS)[kind]))
    finally:
        opened.close(True)
    return target


def kept() -> OfficeProcess:
    """The office itself; whoever opens something in it closes it again."""
    if not _started or not _started[0].running:
        _started[:] = [OfficeProcess.start()]
    return _started[0]


def _desktop() -> Any:
    context = kept().context
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def end() -> None:
    """Ends the office where one was started."""
    while _started:
        _started.pop().end()
