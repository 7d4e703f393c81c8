"""Word documents as other programs and people leave them: the text that a careful reader sees."""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from report_sample import TEMPLATE, figures_of, sample

from cchc_xl.errors import UserError
from cchc_xl.reconcile.comparison import Auditor, commented_copy
from cchc_xl.word.document_text import read_document
from cchc_xl.word.word_package import word_file

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def made(folder: Path, body: str, parts: dict[str, str] | None = None, main: str = "word/document.xml") -> Path:
    """A Word file with this body and further parts, each related to the text by its kind."""
    path = folder / "mau.docx"
    path.write_bytes(word_file(["x"]))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    text = members.pop("word/document.xml")
    head, tail = text[:text.index("<w:body>")], text[text.index("<w:sectPr"):]
    members[main] = f"{head}<w:body>{body}{tail}".replace("<w:document ", f"<w:document {NAMESPACES} ", 1)
    members["_rels/.rels"] = members["_rels/.rels"].replace("word/document.xml", main)
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace("/word/document.xml", f"/{main}")
    if parts:
        relations = "".join(
            f'<Relationship Id="r{n}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>' for n, kind in enumerate(parts)
        )
        folder_, _, name = main.rpartition("/")
        members[f"{folder_}/_rels/{name}.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{relations}</Relationships>"
        )
        members |= {f"word/{kind}.xml": f'<w:{ROOTS[kind]} xmlns:w="{W}">{xml}</w:{ROOTS[kind]}>'
                    for kind, xml in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


ROOTS = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes",
         "header": "hdr", "footer": "ftr"}
NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
STRUCK, TWICE, HIDDEN = "<w:strike/>", "<w:dstrike/>", "<w:vanish/>"
RAISED = '<w:vertAlign w:val="superscript"/>'
TEXT_BOX = f"<w:txbxContent>{paragraph(run('trong khung'))}</w:txbxContent>"

BY = 'w:id="1" w:author="a" w:date="2021-01-01T00:00:00Z"'

SHAPES = {
    "gạch ngang": (paragraph(run("đã tiếp nhận "), run("10.1", STRUCK), run("10.248"), run(" hồ sơ")),
                   ["đã tiếp nhận 10.248 hồ sơ"]),
    "gạch đôi": (paragraph(run("9", TWICE), run("10 hồ sơ")), ["10 hồ sơ"]),
    "không gạch": (paragraph(run("10", '<w:strike w:val="0"/>'), run(" hồ sơ")), ["10 hồ sơ"]),
    "chữ ẩn": (paragraph(run("10"), run("99", HIDDEN), run(" hồ sơ")), ["10 hồ sơ"]),
    "số chú thích nâng": (paragraph(run("10.248"), run("12", RAISED), run(" hồ sơ")), ["10.248¹² hồ sơ"]),
    "xóa có theo dõi": (
        paragraph(f"<w:del {BY}><w:r><w:delText>9</w:delText></w:r></w:del><w:ins {BY}>{run('10')}</w:ins>",
                  run(" hồ sơ")),
        ["10 hồ sơ"]),
    "chuyển có theo dõi": (
        paragraph(run("đã nhận "), f"<w:moveFrom {BY}>{run('10.122')}</w:moveFrom>",
                  f"<w:moveTo {BY}>{run('10.248')}</w:moveTo>"),
        ["đã nhận 10.248"]),
    "xóa dấu đoạn": (
        paragraph(run("đã tiếp nhận "), properties=f"<w:rPr><w:del {BY}/></w:rPr>") + paragraph(run("10.248 hồ sơ")),
        ["", "đã tiếp nhận 10.248 hồ sơ"]),
    "chữ cái lớn đầu đoạn": (
        paragraph(run("Đ"), properties='<w:framePr w:dropCap="drop" w:lines="3"/>')
        + paragraph(run("ã tiếp nhận 10.248")),
        ["", "Đã tiếp nhận 10.248"]),
    "chữ do máy mới vẽ": (
        paragraph(run("đạt "), "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing/></mc:Choice>"
                  "<mc:Fallback><w:t>😊</w:t></mc:Fallback></mc:AlternateContent></w:r>"), ["đạt 😊"]),
    "dòng bảng đã xóa": (
        f"<w:tbl><w:tr><w:trPr><w:del {BY}/></w:trPr><w:tc>{paragraph(run('cũ'))}</w:tc></w:tr>"
        f"<w:tr><w:tc>{paragraph(run('mới'))}</w:tc></w:tr></w:tbl>", ["mới"]),
    "khung chữ hai bản": (
        paragraph(f"<mc:AlternateContent><mc:Choice Requires='wps'>{TEXT_BOX}</mc:Choice>"
                  f"<mc:Fallback>{TEXT_BOX}</mc:Fallback></mc:AlternateContent>"), ["", "trong khung"]),
    "chỉ có bản cũ": (
        paragraph(f"<mc:AlternateContent><mc:Fallback>{TEXT_BOX}</mc:Fallback></mc:AlternateContent>"),
        ["", "trong khung"]),
    "chữ tổ hợp": (paragraph(run(unicodedata.normalize("NFD", "hồ sơ đã tiếp nhận"))), ["hồ sơ đã tiếp nhận"]),
    "dấu ở mảnh sau": (paragraph(run("ho"), run("\u0300"), run(" sơ")), ["hò sơ"]),
    "chữ vô hình": (paragraph(run("10\u200b.2\u200e48\u00ad hồ\ufeff sơ\u202c")), ["10.248 hồ sơ"]),
    "trường": (
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> SUM(ABOVE) </w:instrText></w:r>'
                  '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', run("10.248"),
                  '<w:r><w:fldChar w:fldCharType="end"/></w:r>', run(" hồ sơ")), ["10.248 hồ sơ"]),
    "khung nội dung": (
        paragraph(run("có "), f"<w:sdt><w:sdtPr/><w:sdtContent>{run('12')}</w:sdtContent></w:sdt>", run(" hồ sơ")),
        ["có 12 hồ sơ"]),
    "liên kết": (paragraph('<w:hyperlink w:anchor="x">', run("12 hồ sơ"), "</w:hyperlink>"), ["12 hồ sơ"]),
    "gạch nối cứng, tab, xuống dòng": (
        paragraph("<w:r><w:t>05</w:t><w:noBreakHyphen/><w:t>NQ</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t></w:r>"),
        ["05-NQ a b"]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_paragraph_says_what_a_reader_sees(shape: str, tmp_path: Path) -> None:
    body, seen = SHAPES[shape]
    assert read_document(made(tmp_path, body)).paragraphs == seen


@pytest.mark.parametrize("shape", SHAPES)
def test_a_strict_file_says_the_same(shape: str, tmp_path: Path) -> None:
    body, seen = SHAPES[shape]
    path = made(tmp_path, body)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).replace(W.encode(), STRICT.encode()) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data.replace(RELATIONS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"))
    assert read_document(path).paragraphs == seen


@pytest.mark.parametrize("main", ["word/document22.xml", "word/document2.xml", "word/van_ban.xml"])
def test_the_text_is_found_by_its_relationship(main: str, tmp_path: Path) -> None:
    path = made(tmp_path, paragraph(run("10 hồ sơ")), main=main)
    document = read_document(path)
    assert document.paragraphs == ["10 hồ sơ"]


def test_letters_hidden_by_a_style_are_not_read(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="nen"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="an"><w:basedOn w:val="nen"/></w:style>'
    )
    body = paragraph(run("10"), run("99", '<w:rStyle w:val="an"/>'), run(" hồ sơ"))
    assert read_document(made(tmp_path, body, {"styles": styles})).paragraphs == ["10 hồ sơ"]


LEVELS = "".join(
    f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
    for level, (form, text) in enumerate([("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)")])
)
NUMBERING = (
    f'<w:abstractNum w:abstractNumId="0">{LEVELS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


def numbered(text: str, level: int) -> str:
    return paragraph(run(text), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def test_numbers_that_word_writes_by_itself_are_read(tmp_path: Path) -> None:
    body = "".join(map(numbered, ("A", "một", "hai", "x", "B", "lại"), (0, 1, 1, 2, 0, 1)))
    assert read_document(made(tmp_path, body, {"numbering": NUMBERING})).paragraphs == [
        "I. A", "1. một", "2. hai", "a) x", "II. B", "1. lại",
    ]


def test_a_note_stands_apart_and_is_named(tmp_path: Path) -> None:
    note = f'<w:footnote w:id="2">{paragraph(run("Ngày 31/02/2021"))}</w:footnote>'
    body = paragraph(run("10.248"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run(" hồ sơ"))
    document = read_document(made(tmp_path, body, {"footnotes": note}))
    assert document.paragraphs == ["10.248 hồ sơ", "Ngày 31/02/2021"]
    assert document.place(1) == "chú thích 2"


@pytest.mark.parametrize("before", [
    "", run("9", STRUCK), "<w:del><w:r><w:delText>9</w:delText></w:r></w:del>", run("ho\u0300 "),
])
def test_a_comment_stands_at_the_number_that_it_is_about(before: str, tmp_path: Path) -> None:

    body = numbered("", 1).replace("</w:pPr>", f"</w:pPr>{before}{run('Trong năm đã kiểm tra 12/48 cơ sở, đạt ')}"
                                   f"{run('27,5%')}{run(' so với kế hoạch.')}")
    document = read_document(made(tmp_path, body, {"numbering": NUMBERING}))
    audit = Auditor(TEMPLATE, sample(), figures_of(sample())).audit(document)
    commented = tmp_path / "gop_y.docx"
    commented_copy(document, replace(audit, unplaced=[]), commented)
    with zipfile.ZipFile(commented) as archive:
        text = archive.read("word/document.xml").decode()
    inside = text[text.index("commentRangeStart"):text.index("commentRangeEnd")]
    assert "27,5%" in inside
    assert "đã kiểm tra" not in inside


@pytest.mark.parametrize("kind", ["odt", "doc", "rtf"])
def test_a_damaged_text_is_named_as_it_was_given_and_is_no_workbook(kind: str, tmp_path: Path) -> None:
    (given := tmp_path / f"BaoCao.{kind}").write_bytes(b"PK\x03\x04 h\xe1\xbb\x8fng")
    with pytest.raises(UserError) as raised:
        read_document(given)
    assert raised.value.where == str(given)
    assert "Excel" not in str(raised.value)
