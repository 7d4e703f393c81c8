"""Sentences that stand in tables and numbers that stand in equations are read as those of the text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Made
from docx.oxml import parse_xml
from report_sample import TEMPLATE, figures_of, rendered_by, sample

from cchc_xl.reconcile.appendix_table import told_in_tables
from cchc_xl.reconcile.comparison import Auditor
from cchc_xl.reconcile.reconcile_rules import FIGURE
from cchc_xl.word.document_text import read_document

WRONG = "Kết quả giải quyết hồ sơ hành chính: đã tiếp nhận 10.284 hồ sơ, giải quyết hoàn trả đúng hẹn 10.243 hồ sơ."
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
BODY = "Kết quả công tác cải cách hành chính."


def _frame(document: Made) -> None:
    document.add_table(1, 1).cell(0, 0).text = WRONG


def _tasks(document: Made) -> None:
    table = document.add_table(2, 3)
    texts = ("STT", "Nội dung", "Kết quả thực hiện", "1", "Giải quyết hồ sơ", WRONG)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), texts, strict=True):
        cell.text = text


def _nested(document: Made) -> None:
    outer = document.add_table(2, 2).cell(1, 1)
    outer.add_table(1, 2).cell(0, 0).text = WRONG


def _equation(document: Made) -> None:
    before, after = WRONG.split("10.284")
    paragraph = document.add_paragraph(before)
    paragraph._p.append(parse_xml(f"<m:oMath {MATH}><m:r><m:t>10.284</m:t></m:r></m:oMath>"))
    paragraph.add_run(after)


def _fraction(document: Made) -> None:
    paragraph = document.add_paragraph("Trung tâm đã giải quyết ")
    parts = (f"<m:{part}><m:r><m:t>{text}</m:t></m:r></m:{part}>" for part, text in (("num", "50"), ("den", "80")))
    paragraph._p.append(parse_xml(f"<m:oMath {MATH}><m:f>{''.join(parts)}</m:f></m:oMath>"))
    paragraph.add_run(" đơn, đạt 70%.")


@pytest.mark.parametrize(("shape", "stated"), [
    (_frame, "10.284"), (_tasks, "10.284"), (_nested, "10.284"), (_equation, "10.284"), (_fraction, "70%"),
])
def test_a_wrong_number_is_found_wherever_its_sentence_stands(
    shape: Callable[[Made], None], stated: str, tmp_path: Path
) -> None:
    document = Document()
    document.add_paragraph(BODY)
    shape(document)
    document.save(tmp_path / "b.docx")
    audit = Auditor(TEMPLATE, sample(), figures_of(sample())).audit(read_document(tmp_path / "b.docx"))
    assert stated in [fault.stated for fault in audit.faults]
    assert any(fault.rule is FIGURE for fault in audit.faults) == (stated != "70%")


def test_the_rows_of_the_printed_appendix_are_no_sentences(tmp_path: Path) -> None:
    report = read_document(rendered_by(TEMPLATE, tmp_path)[0])
    auditor = Auditor(TEMPLATE, sample(), figures_of(sample()))
    read = [report.paragraphs[number] for number in told_in_tables(report, auditor.audit(report).appendix)]
    assert read == ["Sóc Trăng, ngày 17 tháng 12 năm 2021"]
