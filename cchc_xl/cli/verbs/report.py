"""cchc-xl report BOOK --out FILE.docx"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cchc_xl.cli.app import CLEAN, Book, FormName, Json


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
    json: Json = False,
) -> int:
    """Writes the report; never on a workbook with errors unless as a draft."""
    import json as json_module

    from cchc_xl.export import export

    made = export(book, out, form_name=form, template=template, draft=draft, pdf=pdf)
    result = made.result
    if json:
        findings = [finding.as_json(str(book)) for finding in made.computed.findings]
        fields = {"report": out, "pdf": made.pdf, "figures": result.figures, "missing": result.missing}
        print(json_module.dumps({"findings": findings, **fields}, ensure_ascii=False, indent=2, default=str))
        return CLEAN
    print(f"Đã ghi báo cáo {out}: {result.figures} con số lấy từ sổ.")
    if made.pdf:
        print(f"Đã ghi bản PDF {made.pdf}.")
    if result.missing:
        print(f"Còn thiếu số liệu, đã đánh dấu trong báo cáo: {', '.join(result.missing)}.")
    if result.incomplete:
        print(f"Số liệu chưa đủ đơn vị: {', '.join(result.incomplete)}.")
    return CLEAN
