"""A report as paragraphs and table rows: .docx directly, .odt and .doc through LibreOffice, .txt by lines."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import Package, parse
from cchc_xl.office import converted
from cchc_xl.reconcile.foreign_table import Cell, Table, table_of_texts
from cchc_xl.reconcile.reconcile_rules import Spot
from cchc_xl.reconcile.table_files import decoded
from cchc_xl.typed_text import composed
from cchc_xl.word.table_grid import GridCell, grid, tables
from cchc_xl.word.word_xml import Element, name

DOCUMENT = "word/document.xml"
THROUGH_OFFICE = (".odt", ".doc", ".rtf")
REPORTS = (".docx", ".txt", *THROUGH_OFFICE)

_PARTS_APART = re.compile(r"word/(header|footer|footnotes|endnotes)\d*\.xml")
_CALLED = {"header": "đầu trang", "footer": "chân trang", "footnotes": "chú thích", "endnotes": "chú thích cuối"}

_NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s")
_ENDS = (".", ":", ";", "!", "?", "./.", ")", "”")


@dataclass(frozen=True, slots=True)
class Apart:
    """Where a paragraph outside of the text stands, and the paragraph of the text that a comment on it goes to."""

    called: str
    anchor: Element


@dataclass
class Document:
    """A report. `paragraphs` holds every paragraph, also those of table cells; `loose` are the numbers of the others.

    For Word files `package` and `elements` tell where each paragraph stands, for the copy with comments. Those of
    headers, footers and notes come last; `apart` names where each stands, and has the paragraph of the text to comment.
    """

    path: Path
    paragraphs: list[str] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    package: Package | None = None
    root: Element | None = None
    elements: list[Element] = field(default_factory=list)
    apart: dict[int, Apart] = field(default_factory=dict)

    def place(self, paragraph: int) -> str:
        """đoạn 12, chú thích 3, đầu trang."""
        return self.apart[paragraph].called if paragraph in self.apart else f"đoạn {paragraph + 1}"


def read_document(path: Path) -> Document:
    """The report of a file. Raises `UserError` for a kind of file that is not known."""
    kind = path.suffix.lower()
    if kind == ".docx":
        return read_docx(path, path)
    if kind == ".txt":
        return _read_text(path)
    if kind in THROUGH_OFFICE:
        with tempfile.TemporaryDirectory(prefix="cchc-xl-") as folder:
            return read_docx(converted(path, "docx", Path(folder) / "bao_cao.docx"), path)
    raise UserError(str(path), f"không đọc được loại tệp {kind}.", "Dùng tệp .docx, .odt, .doc, .rtf hoặc .txt.")


def read_docx(file: Path, path: Path) -> Document:
    """A Word file; `path` is the file that people know."""
    package = Package(file)
    if DOCUMENT not in package:
        raise UserError(str(path), "không phải là tệp Word.", "Mở bằng Word rồi lưu lại dạng .docx.")
    document = Document(path, package=package, root=_root(package, path))
    assert document.root is not None
    for element in document.root.iter(name("p")):
        _add(document, element)
    numbers = {id(element): number for number, element in enumerate(document.elements)}
    document.tables = [
        Table(f"bảng {count}", tuple(
            tuple(_cell(cell, document, numbers, f"bảng {count}, dòng {line}") for cell in row)
            for line, row in enumerate(grid(table), 1)
        ))
        for count, table in enumerate(tables(document.root), 1)
    ]
    _add_apart(document, package)
    return document


def _add_apart(document: Document, package: Package) -> None:
    """The texts of headers, footers and notes."""
    told: set[str] = set()
    for part in package.names:
        found = _PARTS_APART.fullmatch(part)
        if found is None or not document.elements:
            continue
        called = _CALLED[found[1]]
        for element in _root(package, document.path, part).iter(name("p")):
            text = "".join(text for _, text in pieces(element))
            note = next(element.iterancestors(name(found[1].removesuffix("s"))), None)
            # The same header stands in every section.
            if not text.strip() or (note is None and (text in told or _has_page_number(element))):
                continue
            told.add(text)
            anchor = document.elements[0] if note is None else _referring(document, note)
            number = f" {note.get(name('id'))}" if note is not None else ""
            document.apart[len(document.paragraphs)] = Apart(called + number, anchor)
            document.loose.append(len(document.paragraphs))
            document.paragraphs.append(text)
            document.elements.append(element)


def _has_page_number(paragraph: Element) -> bool:
    """A page number is no figure; what stands in its field is the page of whoever saved the file."""
    simple = (field.get(name("instr"), "") for field in paragraph.iter(name("fldSimple")))
    codes = (field.text or "" for field in paragraph.iter(name("instrText")))
    return any("PAGE" in code.upper() for code in (*simple, *codes))


def _referring(document: Document, note: Element) -> Element:
    """The paragraph that a note belongs to."""
    assert document.root is not None
    kind = "footnoteReference" if note.tag == name("footnote") else "endnoteReference"
    for reference in document.root.iter(name(kind)):
        if reference.get(name("id")) == note.get(name("id")):
            return next(reference.iterancestors(name("p")), document.elements[0])
    return document.elements[0]


def _root(package: Package, path: Path, part: str = DOCUMENT) -> Element:
    try:
        return parse(package.read(part))
    except etree.XMLSyntaxError as error:
        # LibreOffice 7 writes such a file where a change inside a figure is tracked.
        remedy = "Mở bản trước khi lưu, chấp nhận các thay đổi theo dõi, rồi lưu lại."
        raise UserError(str(path), "phần thân của tệp Word đã hỏng.", remedy) from error


def _add(document: Document, element: Element) -> None:
    in_table = next(element.iterancestors(name("tc")), None) is not None
    if not in_table:
        document.loose.append(len(document.paragraphs))
    document.paragraphs.append("".join(text for _, text in pieces(element)))
    document.elements.append(element)


def _cell(cell: GridCell, document: Document, numbers: dict[int, int], where: str) -> Cell:
    if cell.element is None:
        return Cell("", where=where)
    inside = [numbers[id(each)] for each in cell.element.iter(name("p")) if id(each) in numbers]
    text = "\n".join(document.paragraphs[number] for number in inside)
    first = next((number for number in inside if document.paragraphs[number].strip()), inside[0] if inside else -1)
    spot = Spot(first, 0, len(document.paragraphs[first]) if first >= 0 else 0)
    return Cell(text, spot, where, spread=cell.spread)


def pieces(paragraph: Element) -> Iterator[tuple[Element, str]]:
    """The texts of a paragraph with the elements that hold them; a paragraph inside another is not looked into."""
    for element in paragraph.iter(name("t"), name("tab"), name("br"), name("noBreakHyphen")):
        owner = next(element.iterancestors(name("p")), None)
        parent = element.getparent()
        if owner is paragraph and parent is not None and parent.tag == name("r"):
            plain = {name("t"): element.text or "", name("noBreakHyphen"): "-"}
            yield element, composed_same_length(plain.get(element.tag, " "))


def composed_same_length(text: str) -> str:
    """Composed letters where that changes no place, so that characters still tell where they stand."""
    made = composed(text)
    return made if len(made) == len(text) else text


def _read_text(path: Path) -> Document:
    lines = decoded(path).splitlines()
    tabbed = {number for first, last in _tabbed(lines) for number in range(first, last)}
    loose = (line.strip() for number, line in enumerate(lines) if number not in tabbed)
    paragraphs = _joined([line for line in loose if line])
    tables_ = [
        table_of_texts(f"bảng {count}", [line.split("\t") for line in lines[first:last]])
        for count, (first, last) in enumerate(_tabbed(lines), 1)
    ]
    return Document(path, paragraphs, list(range(len(paragraphs))), tables_)


def _tabbed(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where several lines on end are divided by tabs: a table saved as text."""
    marks = [line.count("\t") >= 2 for line in lines]
    ends = [number for number, (one, other) in enumerate(pairwise([False, *marks, False])) if one != other]
    runs = zip(ends[::2], ends[1::2], strict=True)
    return [(first, last) for first, last in runs if last - first > 1]


def _joined(lines: list[str]) -> list[str]:
    """Lines that a page break has cut apart belong together: the first does not end a sentence, the next goes on.

    Footnotes at the foot of the page stand between the two.
    """
    made: list[str] = []
    open_line: int | None = None
    for line in lines:
        if open_line is not None and _goes_on(line):
            made[open_line] += " " + line
        else:
            made.append(line)
            if _NOTE.match(line):
                continue
            open_line = len(made) - 1
        assert open_line is not None
        if made[open_line].endswith(_ENDS):
            open_line = None
    return made


def _goes_on(line: str) -> bool:
    return line[0].islower() and not re.match(r"[a-zđ]\)", line)
