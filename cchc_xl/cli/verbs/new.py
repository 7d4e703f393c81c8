"""cchc-xl new --form FORM --out DIR"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cchc_xl.cli.app import CLEAN


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(name="new", help="Tạo sổ tổng hợp trống và một biểu mẫu cho mỗi đơn vị.")(run)


def run(
    form: Annotated[str, typer.Option("--form", help="Bộ biểu mẫu: tên bộ có sẵn hoặc thư mục.")],
    out: Annotated[Path, typer.Option("--out", help="Thư mục ghi kết quả.")],
    units: Annotated[Path | None, typer.Option("--units", help="Danh sách đơn vị dùng thay của biểu mẫu.")] = None,
    previous: Annotated[Path | None, typer.Option("--previous", help="Sổ của kỳ trước, để so sánh.")] = None,
) -> int:
    """Makes the files; refuses to overwrite a master that exists."""
    from cchc_xl.master.new import make_all

    made = make_all(form, out, units, previous)
    print(f"Đã tạo sổ tổng hợp {made.master} và {len(made.forms)} biểu mẫu trong {made.forms_folder}.")
    return CLEAN
