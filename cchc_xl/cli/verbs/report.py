"""cchc-xl report BOOK --out FILE.docx"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cchc_xl.cli.app import CLEAN, Book, FormName


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(name="report", help="Xuất báo cáo Word từ sổ.")(run)


def run(
    book: Book,
    out: Annotated[Path, typer.Option("--out", help="Tệp Word cần ghi.")],
    pdf: Annotated[bool, typer.Option("--pdf", help="Ghi thêm bản PDF (cần LibreOffice).")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="Xuất bản dự thảo dù còn lỗi.")] = False,
    template: Annotated[Path | None, typer.Option("--template", help="Mẫu Word dùng thay cho mẫu có sẵn.")] = None,
    form: FormName = "",
) -> int:
    """Writes the report; never on a workbook with errors unless as a draft."""
    from cchc_xl.report.export import export

    made = export(book, out, form_name=form, template=template, draft=draft, pdf=pdf)
    print("\n".join(made.lines))
    return CLEAN
