"""cchc-xl new --form FORM --out DIR"""

from __future__ import annotations

from pathlib import Path

from cchc_xl.cli.command_app import CLEAN, JSON, PATH, option, print_json
from cchc_xl.cli.vietnamese_help import Verb


def run(form: str, out: Path, units: Path | None = None, previous: Path | None = None, json: bool = False) -> int:
    """Makes the files; refuses to overwrite a master that exists."""
    from cchc_xl.verbs.new import make_all

    made = make_all(form, out, units, previous)
    if json:
        forms = [{"unit": unit.id, "file": file} for unit, file in made.forms.items()]
        print_json([], master=made.master, forms=forms)
        return CLEAN
    print(f"Đã tạo sổ tổng hợp {made.master} và {len(made.forms)} biểu mẫu trong {made.forms_folder}.")
    return CLEAN


command = Verb(
    "new",
    callback=run,
    help="Tạo sổ tổng hợp trống và một biểu mẫu cho mỗi đơn vị.",
    params=[
        option("--form", "Mẫu báo cáo: tên mẫu có sẵn hoặc thư mục.", required=True),
        option("--out", "Thư mục ghi kết quả.", type=PATH, required=True),
        option("--units", "Danh sách đơn vị dùng thay của biểu mẫu.", type=PATH),
        option("--previous", "Sổ của kỳ trước, để so sánh.", type=PATH),
        JSON,
    ],
)
