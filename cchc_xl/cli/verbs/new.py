"""cchc-xl new --form FORM --period PERIOD --out DIR; cchc-xl new --from BOOK --period PERIOD --out DIR"""

from __future__ import annotations

from pathlib import Path

from cchc_xl.cli.command_app import conclude
from cchc_xl.errors import UserError
from cchc_xl.lean_imports import load_lean


def run(
    out: Path, period: str = "", form: str = "", book: Path | None = None, units: Path | None = None,
    previous: Path | None = None, json: bool = False, map: Path | None = None,
) -> int:
    """Makes the files; refuses to overwrite a master that exists."""
    load_lean("openpyxl")
    from cchc_xl.declaration.form_changes import read_changes
    from cchc_xl.verbs.new import make_all, make_next

    if (bool(form) == (book is not None)) != (map is not None):
        remedy = "Sổ đầu tiên: --form BIỂU_MẪU; các kỳ sau: --from SỔ_KỲ_TRƯỚC; đổi biểu mẫu: cả hai và --map."
        raise UserError("new", "cần đúng một trong hai tùy chọn --form và --from.", remedy)
    if book is not None and previous:
        raise UserError("new", "--previous không dùng cùng --from.", "Số liệu kỳ trước lấy từ sổ kỳ trước.")
    changes = read_changes(map) if map else None
    made = (
        make_next(book, period, out, form, changes, units) if book else make_all(form, period, out, units, previous)
    )
    forms = [{"unit": unit.id, "file": file} for unit, file in made.forms.items()]
    head = (
        f"Đã tạo sổ tổng hợp {made.master} ({made.form.period.label}) "
        f"và {len(made.forms)} biểu mẫu trong {made.forms_folder}."
    )
    lines = [head, *(f"Lưu ý: {remark}" for remark in made.remarks)]
    return conclude((), made.master, json, lines, master=made.master, forms=forms, warnings=made.remarks)
