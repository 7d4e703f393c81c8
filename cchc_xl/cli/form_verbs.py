"""The verbs on declared forms: what each prints and ends with."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.cli.command_app import answer, conclude
from cchc_xl.errors import CLEAN, FINDINGS

if TYPE_CHECKING:
    from cchc_xl.declaration.load_form import Located
    from cchc_xl.drafting.form_diff import LineChange

def export(out: Path, form: str = "", json: bool = False) -> int:
    """The declaration as a workbook to edit."""
    from cchc_xl.verbs.declaration import export as work

    made = work(form, out)
    text = f"Đã ghi {made}: sửa bằng Excel hoặc LibreOffice, rồi kiểm tra bằng cchc-xl form check."
    return conclude((), made, json, [text], out=made)


def build(file: Path, out: Path, json: bool = False) -> int:
    """The declaration as CSV files for git."""
    from cchc_xl.verbs.declaration import build as work

    written, remarks = work(file, out)
    lines = [f"Đã ghi {len(written)} tệp CSV vào {out}.", *(f"Lưu ý: {remark}" for remark in remarks)]
    return conclude((), file, json, lines, files=written, warnings=remarks)


def check(file: Path, json: bool = False) -> int:
    """Every fault of a declaration, written into the workbook where it is one."""
    from cchc_xl.schema.declaration_tables import FAULT
    from cchc_xl.verbs.declaration import check as work

    faults, note = work(file)
    refused = sum(fault.severity == FAULT for fault in faults)
    lines = [
        f"[{'Phải sửa' if fault.severity == FAULT else 'Nên xem'}] {fault.place}: {fault.what} {fault.remedy}".rstrip()
        for fault in faults
    ]
    end = f"{file}: {refused} lỗi phải sửa, {len(faults) - refused} điều nên xem.{note}"
    answer(json, [*lines, end], [_located(fault, file) for fault in faults])
    return FINDINGS if refused else CLEAN


def _located(fault: Located, file: Path) -> dict[str, Any]:
    from cchc_xl.schema.declaration_tables import BY_KEY

    return {
        "rule": "khai_bao", "severity": fault.severity, "unit": "", "indicator": "",
        "file": str(file / BY_KEY[fault.sheet].file if fault.sheet and file.is_dir() else file),
        "sheet": BY_KEY[fault.sheet].title if fault.sheet else "",
        "cell": fault.cell if fault.line and not file.is_dir() else "", "line": fault.line, "column": fault.column,
        "message": fault.what, "suggestion": fault.remedy, "explained": False,
    }


def draft(appendix: Path, out: Path, last: str = "", json: bool = False) -> int:
    """A form drafted from the appendix that somebody sent."""
    from cchc_xl.declaration.declaration_workbook import SHOULD_LOOK
    from cchc_xl.verbs.declaration import draft as work

    made = work(appendix, out, last)
    asked = len(made.questions)
    doubtful = sum(note.level == SHOULD_LOOK for note in made.notes)
    text = (
        f"Đã ghi {out}: {asked} câu hỏi phải trả lời (ô cam), {doubtful} ô nên xem (ô vàng); danh sách ở trang tính "
        f"Bản nháp. Trả lời xong, kiểm tra bằng cchc-xl form check."
    )
    lines = [*(f"Lưu ý: {line}" for line in made.left_out), text]
    return conclude((), out, json, lines, out=out, questions=asked, doubtful=doubtful, warnings=made.left_out)


def install(file: Path, json: bool = False) -> int:
    """A declaration with its templates among the user's own forms."""
    from cchc_xl.verbs.declaration import install as work

    place = work(file)
    return conclude((), file, json, [f"Đã cài biểu mẫu vào {place}."], out=place)


def diff(old: Path, new: Path, out: Path | None = None, json: bool = False) -> int:
    """Two forms line by line."""
    from cchc_xl.verbs.declaration import diff as work

    changes, told = work(str(old), str(new), out)
    for line in told:
        print(f"Lưu ý: {line}")
    counts = Counter(each.work or "Chưa chắc" for each in changes)
    lines = [] if out else [
        " · ".join(cell for cell in each.cells if cell) for each in changes if each.work != "Giữ"
    ]
    lines.append("; ".join(f"{work}: {count}" for work, count in counts.items()) + ".")
    if out:
        lines.append(f"Đã ghi {out}: xem lại trang tính Đối chiếu (ô cam: chọn Việc), rồi dùng bằng --map.")
    return conclude((), new, json, lines, out=out, changes=list(map(_compared, changes)))


def _compared(line: LineChange) -> dict[str, Any]:
    from cchc_xl.declaration.declaration_workbook import CODES

    return {
        "work": CODES.get(line.work, ""), "old": line.old.code if line.old else "",
        "new": line.new.code if line.new else "", "sure": line.sure,
    }


def word(form: Path, out: Path, json: bool = False) -> int:
    """The Word template to start from."""
    from cchc_xl.verbs.declaration import word as work

    made = work(str(form), out)
    text = (
        f"Đã ghi {out}: sửa lời văn bằng Word. Đặt tệp cạnh biểu mẫu {made.id}, ghi tên tệp ở trang tính Kỳ, cột Mẫu "
        f"Word; hoặc chỉ tệp khi xuất: cchc-xl report SỔ --template {out.name} --out …"
    )
    return conclude((), out, json, [text], out=out)


def upgrade(book: Path, form: str, map: Path | None = None, json: bool = False) -> int:
    """A living book follows another version of its form."""
    from cchc_xl.declaration import form_folder, load_form
    from cchc_xl.declaration.declaration_workbook import read_changes
    from cchc_xl.verbs.recalc import recalc
    from cchc_xl.verbs.upgrade import upgrade as work

    known = read_changes(map) if map else None
    changes = work(book, load_form(form_folder(form)), datetime.now(), known)
    recalc(book, datetime.now())
    text = f"{book}: đã đổi theo biểu mẫu mới ({len(changes)} thay đổi) và tính lại; bản cũ trong thư mục sao_luu."
    return conclude((), book, json, [*changes, text], changes=changes)
