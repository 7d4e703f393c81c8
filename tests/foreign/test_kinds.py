"""One text as .docx, .odt, .rtf, .doc, .txt and .pdf: the same paragraphs, the same findings, the same figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from docx import Document as Word
from docx.shared import Cm
from report_sample import TEMPLATE, figures_of, sample

from cchc_xl.errors import UserError
from cchc_xl.office import converted, is_installed
from cchc_xl.reconcile.comparison import Auditor
from cchc_xl.word.document_text import read_document

TEXT = (
    "BÁO CÁO",
    "Kết quả thực hiện công tác cải cách hành chính năm 2021",
    "Kết quả giải quyết hồ sơ hành chính của Ủy ban nhân dân thành phố trong năm: đã tiếp nhận 10.122 hồ sơ, giải "
    "quyết hoàn trả đúng hẹn 10.243 hồ sơ, các hồ sơ còn lại đều đã được xin lỗi và hẹn lại ngày trả kết quả theo quy "
    "định.",
    "Toàn thành phố đã giải quyết 4.006 văn bản, gồm trước hạn 2.871 văn bản, đúng hạn 1.191 văn bản và quá hạn 16 văn "
    "bản; các phòng, ban chuyên môn đã nghiêm túc kiểm điểm, rút kinh nghiệm đối với từng trường hợp quá hạn nêu trên.",
    "Đã kiểm tra 12/48 cơ sở may mặc trên địa bàn thành phố, đạt 27,5%.",
    "Số hồ sơ nộp trực tuyến 7.020/8.114 hồ sơ, đạt 86,52%.",
)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The text as a Word file with first lines set in, as official letters have them."""
    document = Word()
    for line in TEXT:
        made = document.add_paragraph(line)
        made.paragraph_format.first_line_indent = Cm(1.27)
    path = tmp_path_factory.mktemp("bai") / "bai.docx"
    document.save(str(path))
    return path


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(TEMPLATE, sample(), figures_of(sample()))


def findings(auditor: Auditor, path: Path) -> tuple[list[tuple[str, str, str]], int, int, int]:
    audit = auditor.audit(read_document(path))
    found = [(fault.rule.code, fault.stated, fault.expected) for fault in audit.faults]
    return found, audit.confirmed, audit.rates, audit.sums


def test_a_text_file_says_the_same(auditor: Auditor, text: Path, tmp_path: Path) -> None:
    (tmp_path / "bai.txt").write_text("\n".join(TEXT), encoding="utf-8")
    assert findings(auditor, tmp_path / "bai.txt") == findings(auditor, text)
    assert findings(auditor, text)[0] == [
        ("report_figure", "10.122", "10.248"), ("report_sum", "4.006", "4.078"), ("report_rate", "27,5%", "25%"),
    ]


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["odt", "rtf", "doc", "pdf"])
def test_another_kind_of_file_says_the_same(auditor: Auditor, text: Path, tmp_path: Path, kind: str) -> None:
    if kind == "pdf" and shutil.which("pdftotext") is None:
        with pytest.raises(UserError, match="chưa có chương trình đọc PDF"):
            read_document(converted(text, kind, tmp_path / "bai.pdf"))
        return
    path = converted(text, kind, tmp_path / f"bai.{kind}")
    assert [line for line in read_document(path).paragraphs if line.strip()] == list(TEXT)
    assert findings(auditor, path) == findings(auditor, text)


def test_a_scanned_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "quet.pdf").write_bytes(EMPTY_PDF)
    with pytest.raises(UserError, match=r"không có lớp chữ|chưa có chương trình đọc PDF"):
        read_document(tmp_path / "quet.pdf")


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_a_table_in_a_pdf_is_told_to_be_unread(auditor: Auditor, tmp_path: Path) -> None:
    document = Word()
    table = document.add_table(rows=2, cols=4)
    texts = (("STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu"), ("6.1", "Số hồ sơ TTHC tiếp nhận", "Hồ sơ", "10.248"))
    for row, line in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, line, strict=True):
            cell.text = text
    document.save(str(tmp_path / "bang.docx"))
    if shutil.which("pdftotext") is not None:
        audit = auditor.audit(read_document(converted(tmp_path / "bang.docx", "pdf", tmp_path / "bang.pdf")))
        assert ["PDF" in each.reason for each in audit.appendix.unread] == [True]


def test_what_is_no_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "hong.pdf").write_bytes(b"MZ khong phai")
    with pytest.raises(UserError, match=r"không phải PDF|chưa có chương trình đọc PDF"):
        read_document(tmp_path / "hong.pdf")


EMPTY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
