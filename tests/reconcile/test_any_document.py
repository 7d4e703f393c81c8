"""Whatever Word document is given: the layout is told and a report is held against a workbook; nothing crashes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from report_sample import sample

from cchc_xl.cli.book_verbs import check as run
from cchc_xl.errors import FINDINGS, UserError
from cchc_xl.figures import total
from cchc_xl.reconcile.comparison import Auditor
from cchc_xl.verbs.report import default_template
from cchc_xl.word.decree30 import check_layout
from cchc_xl.word.document_text import read_document

WORDS = "Kính gửi các đơn vị, số liệu 12 hồ sơ, đạt 95,5%."
Shape = Callable[[Document], object]



def _add(document: Document, inner: str, tag: str = "p") -> None:
    document.element.body.insert(0, parse_xml(f"<w:{tag} {nsdecls('w', 'wp', 'r')}>{inner}</w:{tag}>"))


def _lines(*lines: str) -> Shape:
    return lambda document: [document.add_paragraph(line) for line in lines]


def _run(look: str) -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{WORDS}</w:t></w:r>"


def _table(document: Document) -> None:
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Nơi nhận:", "KT. CHỦ TỊCH"
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "Nơi nhận:"


def _no_section(document: Document) -> None:
    document.add_paragraph(WORDS)
    document.element.body.remove(document.element.body.sectPr)


def _no_default_style(document: Document) -> None:
    document.add_paragraph(WORDS)
    for style in list(document.styles.element):
        document.styles.element.remove(style)


SHAPES: dict[str, Shape] = {
    "empty": lambda document: None,
    "a letter": _lines("ỦY BAN NHÂN DÂN", WORDS, "Trân trọng."),
    "a decision": _lines("QUYẾT ĐỊNH", "Về việc phân công", "Điều 1. Phân công.", "Điều 2. Hiệu lực."),
    "no section": _no_section,
    "no styles": _no_default_style,
    "a title alone": _lines("BÁO CÁO"),
    "recipients alone": _lines("Nơi nhận:"),
    "an appendix alone": _lines("Phụ lục"),
    "appendices without end": _lines(*["Phụ lục I", "", "Phụ lục II", "Phụ lục XXII"] * 12),
    "a table in a table": _table,
    "more headings than Roman numbers": _lines(*[f"{number}. MỤC" for number in ("XIX", "XX", "XXI", "IIII", "L")]),
    "more points than letters": _lines("1. Một mục", "y) điểm", "z) điểm", "đ) điểm"),
    "odd lengths": lambda document: _add(
        document, '<w:pPr><w:ind w:left="2cm" w:firstLine="1e999"/><w:spacing w:line="nan" w:before="-1e300"/></w:pPr>'
        + _run('<w:sz w:val="inf"/><w:color w:val="red"/>')),
    "odd cells": lambda document: _add(
        document, '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="1e300"/></w:tcPr></w:tc></w:tr><w:tr/>', "tbl"),
    "odd drawings": lambda document: _add(
        document, '<w:r><w:drawing><wp:inline><wp:extent cx="x" cy="1"/></wp:inline></w:drawing><w:pict>'
        '<v:line xmlns:v="urn:schemas-microsoft-com:vml" from="1.2.3,0" to="4,0" '
        'style="width:1.2.3pt"/></w:pict></w:r>'),
    "styles in a circle": lambda document: setattr(document.styles["Normal"], "base_style", document.styles["Title"]),
    "a content control": lambda document: _add(
        document, f"<w:sdtContent><w:p>{_run('')}</w:p></w:sdtContent>", "sdt"),
    "deleted text alone": lambda document: _add(document, f'<w:del w:id="1" w:author="a">{_run("")}</w:del>'),
    "a note that nothing refers to": lambda document: _add(
        document, '<w:r><w:footnoteReference w:id="9"/></w:r>'),
    "decomposed letters": _lines("BÁO CÁO", "Phụ lục I"),
}


def made(shape: str, folder: Path, name: str = "van_ban.docx") -> Path:
    """A document of a shape."""
    document = docx.Document()
    SHAPES[shape](document)
    document.save(str(folder / name))
    return folder / name


def with_parts(file: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    """The file with its parts changed."""
    with zipfile.ZipFile(file) as given:
        parts = [change(name, given.read(name)) for name in given.namelist()]
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return file


@pytest.mark.parametrize("shape", SHAPES)
def test_every_document_is_checked(shape: str, tmp_path: Path) -> None:
    """`check` says what deviates, whatever the document holds."""
    assert check_layout(made(shape, tmp_path))


def test_every_document_is_held_against_a_workbook(tmp_path: Path) -> None:
    """`reconcile` reads the same documents."""
    content = sample()
    auditor = Auditor(default_template(content.form), content, total(content.form, content.readings), {})
    for number, shape in enumerate(SHAPES):
        document = read_document(made(shape, tmp_path, f"{number}.docx"))
        assert auditor.audit(document, None) is not None


def _strict(name: str, data: bytes) -> tuple[str, bytes]:
    old, new = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    for area in (b"wordprocessingml", b"officeDocument"):
        data = data.replace(old + area + b"/2006/", new + area + b"/")
    return name, data


def _online(name: str, data: bytes) -> tuple[str, bytes]:
    return name.replace("document.xml", "document22.xml"), data.replace(b"word/document.xml", b"word/document22.xml")


def _macros(name: str, data: bytes) -> tuple[str, bytes]:
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return name, data.replace(kind, b"application/vnd.ms-word.document.macroEnabled.main+xml")


@pytest.mark.parametrize("other", [_strict, _online, _macros, lambda name, data: (name.replace("/", "\\"), data)])
def test_files_of_other_offices_are_read_alike(
    other: Callable[[str, bytes], tuple[str, bytes]], tmp_path: Path
) -> None:
    """Strict Open XML, Word on the web, documents with macros, backslashes in the zip file."""
    first = [finding.message for finding in check_layout(made("a decision", tmp_path))]
    again = with_parts(made("a decision", tmp_path), other)
    assert [finding.message for finding in check_layout(again)] == first


def test_letters_are_recognised_however_they_are_composed(tmp_path: Path) -> None:
    """A report typed on a Mac is the same report."""
    import unicodedata

    lines = ("BÁO CÁO", "Kết quả công tác", "Điều 1. Nội dung", "Phụ lục I", "(Kèm theo Báo cáo số 1)")
    told = []
    for form in ("NFC", "NFD"):
        document = docx.Document()
        for line in lines:
            document.add_paragraph(unicodedata.normalize(form, line))
        document.save(str(tmp_path / "van_ban.docx"))
        told.append([finding.message for finding in check_layout(tmp_path / "van_ban.docx")])
    assert told[0] == told[1]


@pytest.mark.parametrize("part", ["[Content_Types].xml", "word/document.xml"])
def test_a_file_that_lacks_a_part_is_told_with_what_helps(part: str, tmp_path: Path) -> None:
    """Nobody who writes reports knows the names of a package's parts."""
    file = with_parts(made("a letter", tmp_path), lambda name, data: (name.replace(part, "x.xml"), data))
    with pytest.raises(UserError, match=file.name) as refused:
        check_layout(file)
    assert "không phải là tệp Word (.docx), hoặc đã hỏng. Mở bằng Word hoặc LibreOffice" in str(refused.value)


def test_a_document_with_macros_is_a_word_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` takes .docm and .dotx for what they are."""
    file = with_parts(made("a letter", tmp_path), _macros).rename(tmp_path / "van_ban.docm")
    assert run(file) == FINDINGS
    assert "bắt buộc sửa" in capsys.readouterr().out
