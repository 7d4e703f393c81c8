"""cchc-xl import BOOK REPORT|TABLE"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.cli.app import BOOK, CLEAN, FORM_NAME, JSON, argument, option, print_json
from cchc_xl.cli.help import Verb

if TYPE_CHECKING:
    from cchc_xl.audit.fill_from import Entry, Imported


def run(book: Path, source: Path, unit: str = "", form: str = "", json: bool = False) -> int:
    """Writes what is sure into empty cells; lists the rest."""
    from cchc_xl.audit.command import import_figures

    imported = import_figures(book, source, form_name=form, unit=unit)
    if json:
        print_json(**_fields(imported))
    else:
        print("\n".join(_lines(imported, book)))
    return CLEAN


command = Verb(
    "import",
    callback=run,
    help="Đưa số liệu của báo cáo hoặc bảng phụ lục cũ vào sổ trống.",
    params=[
        BOOK,
        argument("source", "Báo cáo (.docx, .txt, .odt, .doc) hoặc bảng phụ lục (.csv, .xlsx)."),
        option("--unit", "Cột ghi số chung của các chỉ tiêu do nhiều đơn vị báo.", default=""),
        FORM_NAME,
        JSON,
    ],
)


def _fields(imported: Imported) -> dict[str, Any]:
    return {
        "findings": [],
        "written": [_entry(entry) for entry in imported.written],
        "listed": [_entry(entry) for entry in imported.listed],
        "general": [{**asdict(each), "confidence": float(each.confidence)} for each in imported.general],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    from cchc_xl.writing.numbers import in_table

    return {
        "indicator": entry.found.code, "value": in_table(entry.found.value),
        "confidence": float(entry.found.confidence),
        "source": entry.found.source, "unit": entry.unit, "sheet": entry.cell.sheet if entry.cell else "",
        "cell": entry.cell.cell if entry.cell else "", "reason": entry.reason,
    }


def _lines(imported: Imported, book: Path) -> list[str]:
    from cchc_xl.writing.numbers import in_table

    written = [
        f"  {entry.cell}: {entry.found.code} = {in_table(entry.found.value)} ({entry.found.source})"
        for entry in imported.written
    ]
    listed = [
        f"  {entry.found.code} = {in_table(entry.found.value)}: {entry.reason} ({entry.found.source})"
        for entry in imported.listed
    ]
    return [
        f"Đã ghi {len(written)} ô vào {book}; nguồn và độ tin cậy của từng số ở sheet Nhật ký.", *written,
        *([f"Chưa ghi {len(listed)} số, cần người quyết định:", *listed] if listed else []),
        *(["Thông tin chung đọc được trong báo cáo, chưa ghi vào sổ; hãy xem lại rồi tự điền:"] if imported.general
          else []),
        *(f"  {each.label}: {each.value} (độ tin cậy {in_table(each.confidence)}, {each.source})"
          for each in imported.general),
        "Chạy lệnh recalc để tính lại sổ.",
    ]
