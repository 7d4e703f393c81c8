"""A document as paragraphs and tables: Word files directly, .odt, .doc and .rtf through LibreOffice, .txt and .pdf."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import Package, unpacked
from cchc_xl.files import read_file
from cchc_xl.office import converted
from cchc_xl.reading.decoded_text import decoded
from cchc_xl.word.pdf_text import read_pdf
from cchc_xl.word.visible_text import AutomaticNumbers, Pieces, composed_pieces, fields_of, goes_on, paragraphs, pieces
from cchc_xl.word.word_xml import Element, GridCell, Styles, TextCell, grid, name, tables

WORD = (".docx", ".docm", ".dotx", ".dotm")
THROUGH_OFFICE = (".odt", ".doc", ".rtf")
DOCUMENTS = (*WORD, *THROUGH_OFFICE, ".txt", ".pdf")

_WORDS, _HEAD = b"wordprocessingml/2006/main", 8192
NOTE = "chú thích"
_APART = {"footnotes": NOTE, "endnotes": f"{NOTE} cuối", "header": "đầu trang", "footer": "chân trang"}
_NUMBER_HEADING = r"^(?:STT|TT|Stt)\b"
_NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s")
_ENDS = (".", ":", ";", "!", "?", "./.", ")", "”")


@dataclass(frozen=True, slots=True)
class Apart:
    """Where a paragraph outside of the text stands, and the paragraph of the text that a comment on it goes to."""

    called: str
    anchor: Element


TextTable = Sequence[Sequence[TextCell]]


@dataclass
class WordDocument:
    """A report. `paragraphs` holds every paragraph, also those of table cells; `loose` are the numbers of the others.

    For Word files `package`, `elements` and `pieces` tell where each paragraph and each letter stands, for the copy
    with comments. Those of headers, footers and notes come last; `apart` names where each stands, and has the
    paragraph of the text to comment.
    """

    path: Path
    paragraphs: list[str] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)
    tables: Sequence[TextTable] = ()
    package: Package | None = None
    root: Element | None = None
    elements: list[Element] = field(default_factory=list)
    apart: dict[int, Apart] = field(default_factory=dict)
    pieces: list[Pieces] = field(default_factory=list)
    unread: str = ""
    """What of the file could not be read, for people; empty where everything was."""

    def place(self, paragraph: int) -> str:
        """đoạn 12, chú thích 3, đầu trang; bảng where no paragraph is known."""
        if paragraph < 0:
            return "bảng"
        return self.apart[paragraph].called if paragraph in self.apart else f"đoạn {paragraph + 1}"


def read_document(path: Path) -> WordDocument:
    """The report of a file. Raises `UserError` for a kind of file that is not known."""
    kind = path.suffix.lower()
    if kind in WORD:
        return read_docx(path, path)
    if kind == ".txt":
        return _of_text(path)
    if kind == ".pdf":
        return _of_pdf(path)
    if kind in THROUGH_OFFICE:
        return _through_office(path)
    raise UserError(str(path), f"không đọc được loại tệp {kind}.", "Dùng tệp .docx, .odt, .doc, .rtf, .txt hoặc .pdf.")


def _through_office(path: Path) -> WordDocument:
    remedy = "Mở tệp bằng Word, lưu thành .docx (Word Document) rồi làm lại."
    what = f"tệp mang đuôi {path.suffix} nhưng không phải văn bản Word hay LibreOffice."
    with through_office(path, "docx", (OLD_OFFICE, _RICH_TEXT), what, remedy) as made:
        return read_docx(made, path)


@contextmanager
def through_office(path: Path, kind: str, beginnings: tuple[bytes, ...], what: str, remedy: str) -> Iterator[Path]:
    """A copy of a file in a kind that is read here, made by the office; it is given nothing that makes it open what
    the file names. A file that is no zip must begin with one of `beginnings`: `what` and `remedy` say else why not."""
    data = read_file(path)
    if data.startswith(_ZIP) and zipfile.is_zipfile(io.BytesIO(data)):
        unpacked(path, data)
    elif not data.startswith(beginnings):
        raise UserError(str(path), what, remedy)
    with tempfile.TemporaryDirectory(prefix="cchc-xl-") as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(_RTF_FIELD.sub(rb"\\fldinsx", data) if data.startswith(_RICH_TEXT) else data)
        try:
            yield converted(copy, kind, Path(folder) / f"chuyen_doi.{kind}")
        except UserError as error:
            raise UserError(str(path), error.what, error.remedy) from error


_ZIP, OLD_OFFICE, _RICH_TEXT = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", rb"{\rtf"
_RTF_FIELD = re.compile(rb"\\fldinst(?![a-z])", re.IGNORECASE)
"""What a field does; its result stands beside it. The office opens the picture that a field names."""


def _of_pdf(path: Path) -> WordDocument:
    found, read = read_pdf(path)
    numbered = any(re.search(_NUMBER_HEADING, text) for text in found)
    unread = "các bảng trong tệp PDF chưa đọc được; dùng tệp Word hoặc Excel của bảng" if numbered else ""
    return WordDocument(path, found, list(range(len(found))), read, unread=unread)


def read_docx(file: Path, path: Path) -> WordDocument:
    """A Word file; `path` is the file that people know."""
    return read_package(Package(file), path)


def read_package(package: Package, path: Path) -> WordDocument:
    """A Word file that is open already."""
    return _Reader(package, path).read()


def main_part(package: Package) -> str:
    """The part that holds the text, found by its relationship; empty where there is none."""
    part = package.main
    return part if part and _WORDS in package.read(part)[:_HEAD] else ""


def styles_of(package: Package) -> Styles:
    """The styles of a file."""
    part = package.relationships(main_part(package)).target("styles")
    return Styles(package.tree(part) if part and part in package else None)


class _Reader:
    """Reads a Word file in the order of its text: the paragraphs, then the tables, then what stands beside."""

    def __init__(self, package: Package, path: Path) -> None:
        self._package = package
        self._main = main_part(package)
        if not self._main:
            raise UserError(str(path), "không phải là tệp Word.", "Mở bằng Word rồi lưu lại dạng .docx.")
        self._document = WordDocument(path, package=package, root=self._parsed(self._main, path))
        self._styles = styles_of(package)
        numbering = package.relationships(self._main).target("numbering")
        listed = self._parsed(numbering, path) if numbering and numbering in package else None
        self._numbers = AutomaticNumbers(listed, self._styles)

    def _parsed(self, part: str, path: Path) -> Element:
        try:
            return self._package.tree(part)
        except UserError as error:
            # LibreOffice 7 writes such a file where a change inside a figure is tracked.
            remedy = "Mở bản trước khi lưu, chấp nhận các thay đổi theo dõi, rồi lưu lại."
            raise UserError(str(path), error.what, remedy) from error

    def read(self) -> WordDocument:
        document = self._document
        assert document.root is not None
        pending: Pieces = []
        for element in paragraphs(document.root):
            own = composed_pieces([*pending, *self._numbered(element)])
            pending = own if goes_on(element) else []
            self._add(element, [] if pending else own)
        numbers = {id(element): number for number, element in enumerate(document.elements)}
        document.tables = [
            [[_cell(cell, document, numbers) for cell in row] for row in grid(table)]
            for table in tables(document.root)
        ]
        self._add_apart()
        return document

    def _numbered(self, element: Element) -> Pieces:
        """The pieces of a paragraph after the number that Word writes before it."""
        number = self._numbers.next(element)
        own = pieces(element, self._styles)
        return [(element, f"{number} " if own else number), *own] if number else own

    def _add(self, element: Element, own: Pieces) -> None:
        document = self._document
        if next(element.iterancestors(name("tc")), None) is None:
            document.loose.append(len(document.paragraphs))
        document.paragraphs.append("".join(text for _, text in own))
        document.elements.append(element)
        document.pieces.append(own)

    def _add_apart(self) -> None:
        """The texts of headers, footers and notes."""
        told: set[str] = set()
        for kind, called in _APART.items():
            for part in self._package.relationships(self._main).targets(kind):
                if part in self._package and self._document.elements:
                    self._add_part(part, kind, called, told)

    def _add_part(self, part: str, kind: str, called: str, told: set[str]) -> None:
        document = self._document
        for element in paragraphs(self._parsed(part, document.path)):
            own = pieces(element, self._styles)
            text = "".join(text for _, text in own)
            note = next(element.iterancestors(name(kind.removesuffix("s"))), None)
            # The same header stands in every section; a page number is no figure, but the page of whoever saved.
            if not text.strip() or (note is None and (text in told or "PAGE" in fields_of(element).upper())):
                continue
            told.add(text)
            anchor = document.elements[0] if note is None else _referring(document, note)
            number = f" {note.get(name('id'))}" if note is not None else ""
            document.apart[len(document.paragraphs)] = Apart(called + number, anchor)
            self._add(element, own)


def _referring(document: WordDocument, note: Element) -> Element:
    """The paragraph that a note belongs to."""
    assert document.root is not None
    kind = "footnoteReference" if note.tag == name("footnote") else "endnoteReference"
    for reference in document.root.iter(name(kind)):
        if reference.get(name("id")) == note.get(name("id")):
            return next(reference.iterancestors(name("p")), document.elements[0])
    return document.elements[0]


def _cell(cell: GridCell, document: WordDocument, numbers: dict[int, int]) -> TextCell:
    if cell.element is None:
        return TextCell("")
    inside = [numbers[id(each)] for each in cell.element.iter(name("p")) if id(each) in numbers]
    text = "\n".join(document.paragraphs[number] for number in inside)
    first = next((number for number in inside if document.paragraphs[number].strip()), inside[0] if inside else -1)
    return TextCell(text, first, cell.spread)


def _of_text(path: Path) -> WordDocument:
    lines = decoded(path).splitlines()
    runs = list(_tabbed(lines))
    tabbed = {number for first, last in runs for number in range(first, last)}
    loose = (line.strip() for number, line in enumerate(lines) if number not in tabbed)
    found = _joined([line for line in loose if line])
    made = [[[TextCell(text) for text in line.split("\t")] for line in lines[first:last]] for first, last in runs]
    return WordDocument(path, found, list(range(len(found))), made)


def _tabbed(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where several lines on end are divided by tabs: a table saved as text."""
    marks = [line.count("\t") >= 2 for line in lines]
    ends = [number for number, (one, other) in enumerate(pairwise([False, *marks, False])) if one != other]
    for first, last in zip(ends[::2], ends[1::2], strict=True):
        if last - first > 1:
            yield first, last


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
