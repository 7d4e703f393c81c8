"""Marks figures inside rendered text, and turns the marks into Word's own elements afterwards.

A figure is written between characters of the private use area, so that officials can put a plain {{ name }} anywhere:
in bold, in a table, in a footnote. After rendering, the run around it is cut there; every piece keeps the run's look,
a figure becomes a content control that names its indicator, a missing one is highlighted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, Protocol, cast
from xml.parsers import expat

from lxml import etree

from cchc_xl.excel.ooxml_package import DECLARATION
from cchc_xl.typed_text import shortened
from cchc_xl.values import Struct
from cchc_xl.word.content_controls import Written
from cchc_xl.word.word_xml import TEXT_BEGIN, TEXT_END, Element, W, name, plain_text, quoted, remove, text, value, w

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
"""OPEN number MIDDLE text CLOSE: the number is the place of the mark in `Marks`."""

PICTURE = "\ue020"
"""Stands before and after the name of a picture."""

TABLE = "\ue021"
"""Stands before and after the name of a table that takes the place of its paragraph."""

RUN_END = "</w:r>"

LONGEST_TAG = 64
"""Word refuses a file with a longer tag or title of a content control."""

HIGHLIGHT = "yellow"

_UNWANTED = re.compile("[\ue000-\ue0ff\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXTS = ("<w:t>", "<w:t ")
_EDGE = re.compile("(<w:r(?:>| [^>]*[^/>]>)|</w:r>)")
_LOOK = re.compile(r"<w:rPr/>|<w:rPr>(?:[^<]+|<(?!/?w:rPr>)|<w:rPr>.*?</w:rPr>)*</w:rPr>", re.DOTALL)
_MARK = re.compile(f"{OPEN}(\\d+){MIDDLE}([^{CLOSE}]*){CLOSE}")
_EMPTY = re.compile("<w:t(?: [^>]*)?></w:t>")

_HOLD_LETTERS = (name("instrText"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")

_TEXTS_WITH = etree.XPath("//text()[contains(., $mark)]")

_SECTIONS = etree.XPath("(descendant::w:sectPr | following::w:sectPr)[w:pgSz and w:pgMar]", namespaces={"w": W})

_CONTROL = (
    "<w:sdt><w:sdtPr><w:alias w:val={}/><w:tag w:val={}/><w:id w:val=\"{}\"/><w:text/></w:sdtPr>"
    "<w:sdtContent>{}</w:sdtContent></w:sdt>"
)

_BEFORE = frozenset((
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
    "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern", "position",
    "sz", "szCs",
))
"""The elements of w:rPr that stand before w:highlight."""

_BEFORE_HIGHLIGHT = frozenset(map(name, _BEFORE))


class Shown(StrEnum):
    """How a marked piece of text looks."""

    FIGURE = "figure"
    MISSING = "missing"
    PARTIAL = "partial"


class FigureMark(Struct, frozen=True):
    """What a marked piece is: `tag` names the indicator and how it is written, `codes` the indicators concerned."""

    shown: Shown
    tag: str = ""
    title: str = ""
    codes: tuple[str, ...] = ()


class Picture(Protocol):
    """A picture that stands in the place of a mark, and the part of the Word file that it comes from."""

    def run(self, number: int) -> str:
        """The run that shows it, as XML with its namespaces but w."""

    def part(self) -> bytes:
        """Its part."""


class Marks:
    """The marks of one rendering, and afterwards those that the document really shows."""

    def __init__(self) -> None:
        self._numbers: dict[FigureMark, int] = {}
        self.seen: list[FigureMark] = []
        self.pictures: list[Picture] = []
        """The pictures that the document shows, in their order."""
        self._asked: dict[str, Picture] = {}
        self._tables: dict[str, Callable[[int], Element]] = {}
        self.tables: list[str] = []
        """The tables that the document shows, by name."""
        self.written: list[Written] = []
        """The figures that the document shows, in their order."""

    def wrap(self, mark: FigureMark, content: str) -> str:
        """The text with its mark."""
        number = self._numbers.setdefault(mark, len(self._numbers))
        return f"{OPEN}{number}{MIDDLE}{clean(content)}{CLOSE}"

    def draw(self, name: str, picture: Picture) -> str:
        """The mark in whose place a picture stands; a run that holds one shows nothing else."""
        self._asked[name] = picture
        return f"{PICTURE}{name}{PICTURE}"

    def place(self, name: str, table: Callable[[int], Element]) -> str:
        """The mark in the place of whose paragraph a table stands; `table` makes it as wide as the page has room."""
        self._tables[name] = table
        return f"{TABLE}{name}{TABLE}"

    def settle(self, xml: str) -> bytes:
        """A part with Word's elements in the place of every mark. Raises `ExpatError` where its tags do not fit."""
        if TABLE in xml or _has_strays(xml):
            _check(xml)
            part = etree.fromstring(xml.encode())
            self._settle_tables(part)
            for element in part.iter():
                self._settle_bare(element)
            _adopt_strays(part)
            xml = etree.tostring(part, encoding="unicode")
        xml = self._with_controls(_whole_tables(xml))
        _check(xml)
        return (DECLARATION + xml).encode()

    def _settle_tables(self, part: Element) -> None:
        for found in _texts_with(part, TABLE):
            paragraph = next((each for each in found.getparent().iterancestors(name("p"))), None)
            if paragraph is not None:
                self.tables.append(str(found).split(TABLE)[1])
                paragraph.addprevious(self._tables[self.tables[-1]](text_width(paragraph)))
                remove(paragraph)

    def _settle_bare(self, element: Element) -> None:
        """Figures that stand where no element can: in a formula, the code of a field, the description of a picture."""
        for key, said in [(str(key), str(said)) for key, said in element.items() if OPEN in said]:
            element.set(key, self._bare(said))
        if element.tag in _HOLD_LETTERS and OPEN in (element.text or ""):
            element.text = self._bare(str(element.text))

    def _bare(self, content: str) -> str:
        before, *marked = _MARK.split(content)
        marks = list(self._numbers)
        self.seen += [marks[int(number)] for number in marked[::3]]
        return before + "".join(text for place, text in enumerate(marked) if place % 3)

    def _with_controls(self, xml: str) -> str:
        """The part's text, every marked run cut into runs of the same look and content controls around figures."""
        marks = list(self._numbers)
        pieces: list[str] = []
        begun: list[int] = []  # A run with a text box holds other runs, and is cut after them.
        for place, piece in enumerate(_EDGE.split(xml)):
            if piece == RUN_END and begun:
                run, *inside = pieces[(begin := begun.pop()):]
                if _has_marks(content := "".join(inside)):
                    pieces[begin:] = self._cut(run, content, marks)
                    continue
            elif place % 2:
                begun.append(len(pieces))
            pieces.append(piece)
        return "".join(pieces)

    def _cut(self, run: str, inside: str, marks: list[FigureMark]) -> Iterator[str]:
        if PICTURE in inside:
            self.pictures.append(self._asked[inside.split(PICTURE)[1]])
            yield self.pictures[-1].run(len(self.pictures))
            return
        found = _LOOK.match(inside)
        look = found[0] if found else ""
        before, *marked = _MARK.split(inside[len(look):].replace("<w:t>", TEXT_BEGIN))
        yield _run(run + look, before + TEXT_END)
        while marked:
            number, content, following, *marked = marked
            yield self._shown(marks[int(number)], f"{TEXT_BEGIN}{content}{TEXT_END}", look)
            yield _run(f"<w:r>{look}", TEXT_BEGIN + following + (TEXT_END if marked else ""))

    def _shown(self, mark: FigureMark, content: str, look: str) -> str:
        self.seen.append(mark)
        if mark.shown is not Shown.FIGURE:
            return _run(f"<w:r>{_highlighted(look)}", content)
        number = len(self.written) + 1
        figure = Written(number, shortened(mark.tag, LONGEST_TAG), shortened(mark.title, LONGEST_TAG),
                         plain_text(content))
        self.written.append(figure)
        run = _run(f"<w:r>{look}", content)
        return _CONTROL.format(quoted(titled(figure.title, number)), quoted(figure.tag), number, run)


def _check(xml: str) -> None:
    """Goes through a part without making anything of it, in half of the time that making elements takes."""
    expat.ParserCreate().Parse(xml, True)


def _whole_tables(xml: str) -> str:
    """A part without tables that have no row, with a paragraph in every cell: Word takes no others."""
    if re.search("<?/?w:tbl(?:Grid|Pr)/?></w:tbl>", xml):
        xml = re.sub(r"<w:tbl>(?:(?!<w:tbl>|<w:tr[ >]).)*?</w:tbl>", "", xml, flags=re.DOTALL)
    return re.sub("</w:tc>", lambda end: f"{'<w:p/>' * xml.endswith(_BARE, 0, end.start())}{end[0]}", xml)


_BARE = ("<w:tc>", "</w:tcPr>", "<w:tcPr/>", "</w:tbl>")
"""Behind these a cell may not end."""


def _texts_with(part: Element, mark: str) -> list[Any]:
    return cast(list[Any], _TEXTS_WITH(part, mark=mark))


def _has_marks(text: str) -> bool:
    return OPEN in text or PICTURE in text


def _has_strays(xml: str) -> bool:
    """Whether a mark stands elsewhere than in the text of a run."""
    return any(not in_text(xml, each.start()) for mark in (OPEN, PICTURE) for each in re.finditer(mark, xml))


def in_text(xml: str, at: int) -> bool:
    """Whether a place of a part is in the text of a run."""
    return xml.startswith(_TEXTS, xml.rfind("<", 0, at))


def _run(opened: str, content: str) -> str:
    content = _EMPTY.sub("", content)
    return f"{opened}{content}{RUN_END}" if content else ""


def clean(content: str) -> str:
    """A text of people without the characters that Word cannot hold or that mark figures; line breaks stay."""
    if content.isprintable():
        return content
    return _UNWANTED.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))


def titled(title: str, number: int) -> str:
    """The title with the figure's number, no longer than Word allows: LibreOffice keeps titles, but no tags."""
    end = f" #{number}"
    return shortened(title, LONGEST_TAG - len(end)) + end


def highlight(element: Element) -> None:
    """Marks the letters of a run, of a figure, or of a whole paragraph."""
    for run in element.iter(name("r")):
        look = run.find(name("rPr"))
        if look is None:
            look = w("rPr")
            run.insert(0, look)
        if look.find(name("highlight")) is None:
            look.insert(sum(child.tag in _BEFORE_HIGHLIGHT for child in look), w("highlight", val=HIGHLIGHT))


def _highlighted(look: str) -> str:
    """The same for the w:rPr of a run that is still text: what stands before w:highlight has nothing inside."""
    inside = look.removeprefix("<w:rPr/>") and look.removeprefix("<w:rPr>").removesuffix("</w:rPr>")
    first = next((tag for tag in re.finditer(r"</?(?:w:(\w+)|\w)", inside) if tag[1] not in _BEFORE), None)
    at = first.start() if first else len(inside)
    behind = re.sub("^<w:highlight[^>]*?/?>(?:</w:highlight>)?", "", inside[at:])
    return f'<w:rPr>{inside[:at]}<w:highlight w:val="{HIGHLIGHT}"/>{behind}</w:rPr>'


def _adopt_strays(part: Element) -> None:
    """Gives marked text that a tag of paragraphs, rows or runs left between elements a place of its own: between runs
    it becomes a run, between paragraphs a paragraph, between rows part of the next paragraph, or else of the first."""
    for found in (*_texts_with(part, OPEN), *_texts_with(part, PICTURE)):
        holder, at = found.getparent(), 0
        if found.is_tail:
            holder.tail, at, holder = None, holder.getparent().index(holder) + 1, holder.getparent()
        elif holder.tag == name("t"):
            continue
        else:
            holder.text = None
        run = w("r", text(found.strip("\n")))
        if holder.tag in (name("tbl"), name("tr")):
            near = (each for beside in (*holder[at:], holder) for each in beside.iter(name("p")))
            if (place := next(near, None)) is None:
                table = holder if holder.tag == name("tbl") else next(holder.iterancestors(name("tbl")))
                table.addnext(place := w("p"))
            place.append(run)
        else:
            holder.insert(at, run if holder.tag == name("p") else w("p", run))


USUAL_WIDTH = 14287
"""Twentieths of a point: A4 in landscape between its margins."""


def text_width(paragraph: Element) -> int:
    """How wide the text of a paragraph's section is, in twentieths of a point."""
    for section in cast(list[Element], _SECTIONS(paragraph)):
        size, margins = section.find(name("pgSz")), section.find(name("pgMar"))
        return int(value(size, "w") or 0) - sum(int(value(margins, side) or 0) for side in ("left", "right"))
    return USUAL_WIDTH
