"""cchc-xl import BOOK REPORT|TABLE"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from cchc_xl.cli.command_app import answer
from cchc_xl.declaration.form_changes import read_changes
from cchc_xl.errors import CLEAN, COULD_NOT_RUN
from cchc_xl.reconcile.figure_import import Imported, ImportedEntry
from cchc_xl.verbs.reconcile import import_figures
from cchc_xl.writing.vietnamese_numbers import in_table


def run(
    book: Path, source: Path, unit: str = "", form: str = "", json: bool = False, map: Path | None = None
) -> int:
    """Writes what is sure into empty cells; lists the rest."""
    imported = import_figures(
        book, source, form_name=form, unit=unit, changes=read_changes(map) if map else None
    )
    answer(json, _lines(imported, book), **_fields(imported))
    return CLEAN if imported.entries else COULD_NOT_RUN


def _fields(imported: Imported) -> dict[str, Any]:
    return {
        "findings": [],
        "written": [_entry(entry) for entry in imported.written],
        "listed": [_entry(entry) for entry in imported.listed],
        "unread": [asdict(each) for each in imported.unread],
        "general": [{**asdict(each), "confidence": float(each.confidence)} for each in imported.general],
    }


def _entry(entry: ImportedEntry) -> dict[str, Any]:
    return {
        "indicator": entry.found.code, "value": in_table(entry.found.value),
        "confidence": float(entry.found.confidence),
        "source": entry.found.source, "unit": entry.unit, "sheet": entry.cell.sheet if entry.cell else "",
        "cell": entry.cell.cell if entry.cell else "", "reason": entry.reason,
    }


def _lines(imported: Imported, book: Path) -> list[str]:
    if not imported.entries:
        head = ["Không nhận ra số liệu nào của biểu mẫu trong tệp này; sổ không thay đổi."]
        return [*head, *_unread(imported), *_general(imported)]
    return [
        f"Đã ghi {len(imported.written)} ô vào {book}; nguồn và độ tin cậy của từng số ở trang tính Nhật ký.",
        *(f"  {_figure(entry)}: {entry.unit}, ô {entry.cell} ({entry.found.source})" for entry in imported.written),
        *([f"Chưa ghi {len(imported.listed)} số, cần người quyết định:"] if imported.listed else []),
        *(f"  {_figure(entry)}: {entry.reason} ({entry.found.source})" for entry in imported.listed),
        *_unread(imported), *_general(imported), "Chạy lệnh recalc để tính lại sổ.",
    ]


def _figure(entry: ImportedEntry) -> str:
    return f"{entry.found.code} = {in_table(entry.found.value)}"


def _unread(imported: Imported) -> list[str]:
    head = [f"Chưa đọc được {len(imported.unread)} dòng hoặc bảng, cần người quyết định:"] if imported.unread else []
    return [*head, *(f"  {each}" for each in imported.unread)]


def _general(imported: Imported) -> list[str]:
    head = ["Thông tin chung đọc được trong báo cáo, chưa ghi vào sổ; hãy xem lại rồi tự điền:"]
    told = [
        f"  {each.label}: {each.value} (độ tin cậy {in_table(each.confidence)}, {each.source})"
        for each in imported.general
    ]
    return [*head, *told] if told else []
