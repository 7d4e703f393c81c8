"""The figures of a Word file: content controls, found and changed by byte, and the record of what an export wrote.

A part that goes through an XML library comes back with other declarations, quotes and blanks. Here the parser only
tells where things stand; the bytes outside of the changed texts are those that Word or LibreOffice wrote.

The record is a custom XML part: LibreOffice drops the tags of content controls and numbers them anew, but keeps their
titles and custom XML parts. So each title ends with the figure's number (#57), and the record says what stood there: by
it a later update knows which indicator the figure is, and whether people have typed over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from xml.parsers import expat

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import DECLARATION, Package
from cchc_xl.values import Struct
from cchc_xl.word.word_xml import W, quoted

_VALUE = f"{W} val"
_START_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_NUMBER = re.compile(r"#(\d+)$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A w:t: its text, and where its content stands in the part; `start` is that of the whole element."""

    text: str
    element: int
    start: int
    end: int

    @property
    def empty_element(self) -> bool:
        """Whether it is written <w:t/>, so that it has no place for a text yet."""
        return self.start < 0


@dataclass(slots=True)
class Control:
    """A content control, and the character of its paragraph's text that it begins at."""

    part: str
    tag: str = ""
    title: str = ""
    placeholder: bool = False
    pieces: list[Piece] = field(default_factory=list)
    paragraph: int = 0
    at: int = 0
    again: bool = False
    """Whether it is that of a text box, written a second time for programs before 2010."""

    @property
    def number(self) -> int:
        """The number at the end of the title: LibreOffice keeps the title and drops tag and id."""
        found = _NUMBER.search(self.title)
        return int(found[1]) if found else 0

    @property
    def text(self) -> str:
        """What people see; nothing where Word shows its own "click here" in an emptied control."""
        return "" if self.placeholder else "".join(piece.text for piece in self.pieces)


@dataclass(slots=True)
class Part:
    """A part's bytes with its content controls, and the text of its paragraphs (deleted text left out)."""

    data: bytes
    controls: list[Control]
    paragraphs: list[str]


class _Finder:
    """Walks over a part and notes controls and texts with their places."""

    def __init__(self, name: str, data: bytes) -> None:
        self.part = Part(data, [], [])
        self._name = name
        self._open: list[Control] = []
        self._sdt: list[bool] = []
        self._again = 0
        self._text: list[str] | None = None
        self._began = (0, 0, False)
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def found(self) -> Part:
        self._parser.Parse(self.part.data, True)
        return self.part

    def _start(self, element: str, attributes: Mapping[str, str]) -> None:
        match element.removeprefix(f"{W} "):
            case "p":
                self.part.paragraphs.append("")
            case "sdt":
                at = len(self.part.paragraphs[-1]) if self.part.paragraphs else 0
                self._open.append(Control(self._name, at=at, again=self._again > 0))
                self._sdt.append(False)
            case "tag" if self._in_properties():
                self._open[-1].tag = attributes.get(_VALUE, "")
            case "alias" if self._in_properties():
                self._open[-1].title = attributes.get(_VALUE, "")
            case "showingPlcHdr" if self._in_properties():
                self._open[-1].placeholder = True
            case "sdtContent" if self._sdt:
                self._sdt[-1] = True
            case "t":
                self._text_begins()
            case other if other.endswith(" Fallback"):
                self._again += 1

    def _in_properties(self) -> bool:
        return bool(self._sdt) and not self._sdt[-1]

    def _text_begins(self) -> None:
        place = self._parser.CurrentByteIndex
        tag = _START_TAG.match(self.part.data, place)
        assert tag is not None
        self._text = []
        self._began = place, tag.end(), tag[0].endswith(b"/>")

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, element: str) -> None:
        match element.removeprefix(f"{W} "):
            case "t":
                self._text_ends()
            case "sdt":
                control = self._open.pop()
                self._sdt.pop()
                control.paragraph = len(self.part.paragraphs) - 1
                if control.tag or control.title:
                    self.part.controls.append(control)
            case other if other.endswith(" Fallback"):
                self._again -= 1

    def _text_ends(self) -> None:
        text, self._text = "".join(self._text or ()), None
        if self.part.paragraphs:
            self.part.paragraphs[-1] += text
        if not self._open:
            return
        element, start, is_empty = self._began
        end = start if is_empty else self._parser.CurrentByteIndex
        self._open[-1].pieces.append(Piece(text, element, -1 if is_empty else start, end))


def read_part(name: str, data: bytes) -> Part:
    """The content controls of a part. Raises `UserError` where the part is no XML."""
    try:
        return _Finder(name, data).found()
    except expat.ExpatError as error:
        # LibreOffice 7 writes such a file where a change inside a figure is tracked.
        remedy = "Mở bản trước khi lưu, chấp nhận các thay đổi theo dõi nằm trong con số, rồi lưu lại."
        raise UserError(name, f"phần này của tệp Word đã hỏng (dòng {error.lineno}).", remedy) from error


def with_texts(part: Part, texts: Mapping[int, str]) -> bytes:
    """The part's bytes with new texts in some controls, by their place in the list.

    The whole text goes to the control's first w:t; the others, which keep their looks, are emptied.
    """
    changes = [change for place, text in texts.items() for change in _changes(part, part.controls[place], text)]
    return _spliced(part.data, changes)


def _spliced(data: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """The bytes with each (start, end) replaced."""
    pieces, at = [], 0
    for start, end, content in sorted(changes):
        pieces += [data[at:start], content]
        at = end
    return b"".join((*pieces, data[at:]))


def _changes(part: Part, control: Control, text: str) -> list[tuple[int, int, bytes]]:
    written = [text, *("",) * (len(control.pieces) - 1)]
    return [
        _element(part, piece, content) if piece.empty_element else (piece.start, piece.end, _escaped(content))
        for piece, content in zip(control.pieces, written, strict=True)
        if content != piece.text
    ]


def _element(part: Part, piece: Piece, text: str) -> tuple[int, int, bytes]:
    """<w:t/> becomes <w:t>…</w:t>."""
    tag = part.data[piece.element:piece.end]
    name = re.split(rb"[\s/>]", tag[1:])[0]
    return piece.element, piece.end, tag[:-2].rstrip() + b">" + _escaped(text) + b"</" + name + b">"


def _escaped(text: str) -> bytes:
    return escape(text, quote=False).encode()


NAMESPACE = "urn:cchc-xl:figures"
_FOLDER = "customXml"
_DOCUMENT = "word/document.xml"
_ITEM_ID = "{5C0E8E0A-3F3B-4E43-9C0B-6B9B2D1B7A11}"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"


class Written(Struct, frozen=True):
    """A figure as an export wrote it."""

    number: int
    tag: str
    title: str
    text: str


class Record:
    """The figures of an export, by number and by tag."""

    def __init__(self, figures: tuple[Written, ...]) -> None:
        self.figures = figures

    @cached_property
    def by_number(self) -> Mapping[int, Written]:
        """A figure by the number in its title."""
        return {figure.number: figure for figure in self.figures}

    @cached_property
    def by_tag(self) -> Mapping[str, Written]:
        """One of the figures with a tag."""
        return {figure.tag: figure for figure in self.figures}

    def of(self, control: Control) -> Written | None:
        """What was written where the control stands, or in the place it was copied from."""
        return self.by_number.get(control.number) or self.by_tag.get(control.tag)


def store(package: Package, record: Record) -> None:
    """Writes the record into its part; makes the part where the file has none."""
    part = _part_of(package)
    if not part:
        part = _new_part(package)
    package.write(part, _xml(record).encode())


def stored(package: Package) -> Record | None:
    """The record of the export that a file comes from."""
    part = _part_of(package)
    return Record(tuple(_figures(package.read(part)))) if part else None


def _figures(data: bytes) -> Iterator[Written]:
    from xml.etree import ElementTree

    for node in ElementTree.fromstring(data).iter(f"{{{NAMESPACE}}}figure"):
        yield Written(int(node.get("number", "0")), node.get("tag", ""), node.get("title", ""), node.get("text", ""))


def _part_of(package: Package) -> str:
    mark = f'"{NAMESPACE}"'.encode()
    own = (name for name in package.names if name.startswith(f"{_FOLDER}/item") and "Props" not in name)
    return next((name for name in own if mark in package.read(name)), "")


def _new_part(package: Package) -> str:
    number = next(n for n in range(1, len(package.names) + 2) if f"{_FOLDER}/item{n}.xml" not in package)
    part, properties = f"{_FOLDER}/item{number}.xml", f"{_FOLDER}/itemProps{number}.xml"
    package.write(part, b"")
    package.write(properties, (
        f'{DECLARATION}<ds:datastoreItem ds:itemID="{_ITEM_ID}" xmlns:ds="{_PROPERTIES}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode())
    package.declare_extension("xml", "application/xml")
    package.declare(properties, _PROPERTIES_TYPE)
    package.relationships(_DOCUMENT).add("customXml", part)
    package.relationships(part).add("customXmlProps", properties)
    return part


def _xml(record: Record) -> str:
    lines = (
        f'<figure number="{each.number}" tag={quoted(each.tag)} title={quoted(each.title)} '
        f"text={quoted(each.text)}/>"
        for each in record.figures
    )
    return f'{DECLARATION}<figures xmlns="{NAMESPACE}">{"".join(lines)}</figures>'
