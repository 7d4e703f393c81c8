"""One text as .docx, .odt, .rtf, .doc, .txt and .pdf: the same paragraphs, the same findings, the same figures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from math import isqrt
from pathlib import Path

import pytest
from docx import Document as Word
from docx.shared import Cm
from report_sample import TEMPLATE, figures_of, sample

from cchc_xl.errors import UserError
from cchc_xl.office import is_installed
from cchc_xl.reconcile.comparison import Auditor
from cchc_xl.verbs.reconcile import import_figures
from cchc_xl.word.document_text import read_document
from cchc_xl.word.pdf_tables import MOST_PAIRS, PdfWord, frames, tables_by_words
from tests.books import blank_master
from tests.kept_office import converted

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


APPENDIX = (
    ("STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Ghi chú"),
    ("III", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH", "", "", ""),
    ("6.1", "Số hồ sơ TTHC do UBND cấp huyện tiếp nhận", "Hồ sơ", "10.248", "Chưa tính các hồ sơ đã rút, hồ sơ thừa"),
    ("6.6", "Số hồ sơ TTHC do UBND cấp xã tiếp nhận", "Hồ sơ", "34.780", ""),
)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence and a printed appendix, its section heading merged over the columns."""
    document = Word()
    document.add_paragraph(TEXT[4])
    made = document.add_table(rows=len(APPENDIX), cols=5)
    made.style = "Table Grid"
    for row, line in zip(made.rows, APPENDIX, strict=True):
        for cell, said in zip(row.cells, line, strict=True):
            cell.text = said
    made.cell(1, 1).merge(made.cell(1, 4))
    path = tmp_path_factory.mktemp("bang") / "bang.docx"
    document.save(str(path))
    return path


def lines(auditor: Auditor, path: Path) -> object:
    audit = auditor.audit(read_document(path))
    told = [(fault.rule.code, fault.stated, fault.expected) for fault in audit.faults]
    return told, [(line.code, line.value) for line in audit.appendix.lines], len(audit.appendix.unread)


def test_a_table_of_a_text_file_says_the_same(auditor: Auditor, table: Path, tmp_path: Path) -> None:
    text = "\n".join((TEXT[4], *("\t".join(row) for row in APPENDIX)))
    (tmp_path / "bang.txt").write_text(text, encoding="utf-8")
    assert lines(auditor, tmp_path / "bang.txt") == lines(auditor, table)
    assert lines(auditor, table) == (
        [("report_rate", "27,5%", "25%"), ("appendix_figure", "34.780", "34.870")],
        [("III.6.1", 10248), ("III.6.6", 34780)], 0,
    )


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["odt", "pdf"])
def test_a_table_of_another_kind_says_the_same(auditor: Auditor, table: Path, tmp_path: Path, kind: str) -> None:
    path = converted(table, kind, tmp_path / f"bang.{kind}")
    assert lines(auditor, path) == lines(auditor, table)


def imported(folder: Path, source: Path) -> set[tuple[str, object, str]]:
    """The figures that an empty master takes from a file: their codes, values and cells."""
    book = blank_master(sample().form, folder / f"trong_{source.suffix[1:]}.xlsx")
    return {(entry.found.code, entry.found.value, entry.cell) for entry in import_figures(book, source).written}


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_a_text_and_a_pdf_fill_the_same_cells_of_a_master(table: Path, tmp_path: Path) -> None:
    told = "\n".join((TEXT[4], *("\t".join(row) for row in APPENDIX)))
    (tmp_path / "bang.txt").write_text(told, encoding="utf-8")
    right = imported(tmp_path, table)
    assert {(code, value) for code, value, _ in right} >= {("III.6.1", Decimal(10248)), ("III.6.6", Decimal(34780))}
    assert imported(tmp_path, tmp_path / "bang.txt") == right
    assert imported(tmp_path, converted(table, "pdf", tmp_path / "bang.pdf")) == right


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_a_table_that_nothing_is_drawn_around_says_the_same(auditor: Auditor, table: Path, tmp_path: Path) -> None:
    document = Word(str(table))
    document.tables[0].style = "Normal Table"
    document.save(str(tmp_path / "bang.docx"))
    path = converted(tmp_path / "bang.docx", "pdf", tmp_path / "bang.pdf")
    assert lines(auditor, path) == lines(auditor, table)


COLUMNS = (50.0, 90.0, 300.0, 360.0)


def page_of(*rows: tuple[str, ...], gap: float = 8.0) -> list[PdfWord]:
    """The words of a page: cells at the places of the columns, lines of ten points with gaps between."""
    return [
        PdfWord(left + 5.0 * at, left + 5.0 * (at + len(word)), top, top + 10.0, word)
        for number, row in enumerate(rows) for left, text in zip(COLUMNS, row, strict=False)
        for top in (40.0 + number * (10.0 + gap),) for at, word in _placed(text)
    ]


def _placed(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for word in text.split():
        yield at, word
        at += len(word) + 1


def read_by_words(*pages: list[PdfWord]) -> list[list[list[str]]]:
    said = tables_by_words(pages)
    return [[[" ".join(word.text for word in cell) for cell in row] for row in table] for table in said]


HEAD = ("STT", "Chỉ tiêu", "Kỳ trước", "Kỳ này")
FIRST, SECOND = ("1", "Hồ sơ cấp huyện tiếp nhận", "9.120", "10.248"), ("2", "Hồ sơ cấp xã", "", "34.870")
AFTER = ("Trên đây là số liệu của năm, các đơn vị chịu trách nhiệm về số liệu đã gửi.",)


def test_columns_are_told_by_the_words_below_a_heading() -> None:
    assert read_by_words(page_of(HEAD, FIRST, SECOND, AFTER)) == [[list(HEAD), list(FIRST), list(SECOND)]]
    over_a_page = read_by_words(page_of(HEAD, FIRST), page_of(HEAD, SECOND))
    assert over_a_page == [[list(HEAD), list(FIRST), list(HEAD), list(SECOND)]]


@pytest.mark.parametrize("rows", [
    (HEAD, FIRST, ("", "trong đó trực tuyến", "10", "20"), SECOND), (HEAD, FIRST, ("", "", "", "20")),
    (HEAD, ("1", "Hồ sơ cấp huyện tiếp nhận và trả cho người dân đúng hẹn", "9.120", "10.248")),
    (HEAD, AFTER), (HEAD[:2], FIRST[:2]),
], ids=["dòng không số", "số rời", "chữ sang cột khác", "không dòng nào", "ít cột"])
def test_what_is_not_sure_is_no_table(rows: tuple[tuple[str, ...], ...]) -> None:
    assert read_by_words(page_of(*rows)) == []


def test_rows_that_nothing_parts_are_no_table() -> None:
    assert read_by_words(page_of(HEAD, FIRST, SECOND, gap=0.5)) == []


DRAWN = """<svg xmlns="http://www.w3.org/2000/svg">
<path style="stroke:rgb(0%,0%,0%)" d="M 0 0 L 90 0 L 90 60 L 0 60 Z"/>
<path style="stroke:none;fill:rgb(9%,9%,9%)" d="M 0 19.8 L 90 19.8 L 90 20.2 L 0 20.2 Z"/>
<path style="stroke:none;fill:rgb(9%,9%,9%)" d="M 0 20 L 90 20 L 90 40 L 0 40 Z"/>
<path style="stroke:rgb(0%,0%,0%)" d="M 0 -40 L 90 -40" transform="matrix(1,0,0,-1,0,0)"/>
<path style="stroke:rgb(0%,0%,0%)" d="M 30 20 L 30 60"/>
<path style="stroke:rgb(0%,0%,0%)" d="M 200 5 L 300 5"/></svg>"""


def test_cells_are_told_by_the_lines_drawn_around_them() -> None:
    (frame,), = frames(DRAWN.encode())
    assert (frame.columns, frame.rows) == ([0, 30, 90], [0, 20, 40, 60])
    assert frame.owners == [[(0, 0), (0, 0)], [(1, 0), (1, 1)], [(2, 0), (2, 1)]]
    assert frame.at((50, 45)) == (2, 1)


def test_of_far_more_lines_than_a_report_has_no_table_is_made() -> None:
    line = '<path style="stroke:rgb(0%,0%,0%)" d="M 0 {0} L 90 {0}"/>'
    many = DRAWN.replace("</svg>", "".join(line.format(100 + at) for at in range(isqrt(MOST_PAIRS))) + "</svg>")
    assert frames(many.encode()) == []


def test_what_is_no_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "hong.pdf").write_bytes(b"MZ khong phai")
    with pytest.raises(UserError, match=r"không phải PDF|chưa có chương trình đọc PDF"):
        read_document(tmp_path / "hong.pdf")


EMPTY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
