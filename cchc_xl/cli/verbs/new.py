"""cchc-xl new --form FORM --period PERIOD --out DIR; cchc-xl new --from BOOK --period PERIOD --out DIR"""

from __future__ import annotations

from pathlib import Path

from cchc_xl.cli.command_app import JSON, MAP, PATH, conclude, option
from cchc_xl.cli.vietnamese_help import Verb
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


command = Verb(
    "new",
    callback=run,
    help="Tạo sổ tổng hợp trống và một biểu mẫu cho mỗi đơn vị, từ biểu mẫu hoặc từ sổ kỳ trước.",
    params=[
        option("--form", "Mẫu báo cáo: tên mẫu có sẵn, tệp hoặc thư mục của mẫu.", default=""),
        option("--from book", "Sổ của kỳ trước: biểu mẫu, cơ quan, đơn vị, nội dung lặp lại lấy từ đó.", type=PATH),
        option(
            "--period",
            "Kỳ báo cáo, ví dụ: quý III/2026; 6 tháng 2026; năm 2026. Để trống: kỳ đang đến hạn; "
            "kỳ sẽ lập ghi trong sổ.",
            default="",
        ),
        option("--out", "Thư mục ghi kết quả.", type=PATH, required=True),
        option("--units", "Danh sách đơn vị (.csv, .xlsx) dùng thay của biểu mẫu hoặc của sổ kỳ trước.", type=PATH),
        option("--previous", "Sổ của kỳ trước, chỉ để so sánh số liệu.", type=PATH),
        MAP,
        JSON,
    ],
)
