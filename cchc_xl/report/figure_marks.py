"""Marks figures inside rendered text, and turns the marks into Word's own elements afterwards.

A figure is written between characters of the private use area, so that officials can put a plain {{ name }} anywhere:
in bold, in a table, in a footnote. After rendering, the run around it is split there; every piece keeps the run's look,
a figure becomes a content control that names its indicator, a missing one is highlighted.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, Protocol, cast

from lxml import etree

from cchc_xl.structs import Struct
from cchc_xl.typed_text import shortened
from cchc_xl.word.export_record import Written
from cchc_xl.word.word_xml import Element, name, remove, text, w

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
"""OPEN number MIDDLE text CLOSE: the number is the place of the mark in `Marks`."""

PICTURE = "\ue020"
"""Stands before and after the name of a picture."""

TABLE = "\ue021"
"""Stands before and after the name of a table that takes the place of its paragraph."""

LONGEST_TAG = 64
"""Word refuses a file with a longer tag or title of a content control."""

HIGHLIGHT = "yellow"

_UNWANTED = re.compile("[\ue000-\ue0ff\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TOKEN = re.compile(f"{OPEN}(?P<number>\\d+){MIDDLE}|(?P<close>{CLOSE})|(?P<text>[^{OPEN}{MIDDLE}{CLOSE}]+)")

_TEXTS_WITH = etree.XPath("//text()[contains(., $mark)]")
"""Looks through a part in one go: a loop over its elements takes longer than everything else that is done here."""

_CONTROL = w("sdt", w("sdtPr", w("alias"), w("tag"), w("id"), w("text")), w("sdtContent"))
"""Copied for every figure, which is faster than making its elements one by one."""

_BEFORE_HIGHLIGHT = frozenset(map(name, (
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
    "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern", "position",
    "sz", "szCs",
)))
"""The elements of w:rPr that stand before w:highlight."""


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

    def run(self, number: int) -> Element:
        """The run that shows it."""

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

    def settle(self, part: Element) -> None:
        """Replaces every mark of a part by Word's elements."""
        self._settle_tables(part)
        self._settle_pictures(part)
        if any(found.is_tail or found.getparent().tag != name("t") for found in _texts_with(OPEN, part)):
            _adopt_strays(part)
        marks = list(self._numbers)
        for found in _texts_with(OPEN, part):
            run = found.getparent().getparent()
            if run is not None and run.getparent() is not None:
                self._split(run, marks)

    def _settle_tables(self, part: Element) -> None:
        for found in _texts_with(TABLE, part):
            paragraph = next((each for each in found.getparent().iterancestors(name("p"))), None)
            if paragraph is not None:
                self.tables.append(str(found).split(TABLE)[1])
                paragraph.addprevious(self._tables[self.tables[-1]](text_width(paragraph)))
                remove(paragraph)

    def _settle_pictures(self, part: Element) -> None:
        for found in _texts_with(PICTURE, part):
            content = found.getparent()
            run = content.getparent()
            assert run is not None
            self.pictures.append(self._asked[(content.text or "").split(PICTURE)[1]])
            run.addprevious(self.pictures[-1].run(len(self.pictures)))
            remove(run)

    def _split(self, run: Element, marks: list[FigureMark]) -> None:
        look = run.find(name("rPr"))
        for mark, content in _pieces(run, marks):
            run.addprevious(self._made(mark, content, look))
        remove(run)

    def _made(self, mark: FigureMark | None, content: list[Element], look: Element | None) -> Element:
        made = w("r", copy.deepcopy(look) if look is not None else None, *content)
        if mark is None:
            return made
        self.seen.append(mark)
        if mark.shown is not Shown.FIGURE:
            highlight(made)
            return made
        shown = "".join(each.text or "" for each in content if each.tag == name("t"))
        number = len(self.written) + 1
        tag, title = shortened(mark.tag, LONGEST_TAG), shortened(mark.title, LONGEST_TAG)
        self.written.append(Written(number, tag, title, shown))
        return _control(self.written[-1], made)


def clean(content: str) -> str:
    """A text of people without the characters that Word cannot hold or that mark figures; line breaks stay."""
    if content.isprintable():
        return content
    return _UNWANTED.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))


def _pieces(run: Element, marks: list[FigureMark]) -> Iterator[tuple[FigureMark | None, list[Element]]]:
    """The content of a run, piece by piece."""
    current: FigureMark | None = None
    held: list[Element] = []
    for child in [child for child in run if child.tag != name("rPr")]:
        if child.tag != name("t"):
            held.append(child)
            continue
        for token in _TOKEN.finditer(child.text or ""):
            if token["text"]:
                held.append(text(token["text"]))
                continue
            if held:
                yield current, held
            held, current = [], marks[int(token["number"])] if token["number"] else None
    if held:
        yield current, held


def _control(figure: Written, run: Element) -> Element:
    """A content control around a figure; its tag lets the figure be found again after people have edited the text."""
    made = copy.deepcopy(_CONTROL)
    properties, content = made
    told = titled(figure.title, figure.number), figure.tag, str(figure.number)
    for element, value in zip(properties, told, strict=False):
        element.set(name("val"), value)
    content.append(run)
    return made


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


def _texts_with(mark: str, part: Element) -> list[Any]:
    """The texts of a part that hold a mark, in order; each knows the element that it stands in or after."""
    return cast(list[Any], _TEXTS_WITH(part, mark=mark))


def _adopt_strays(part: Element) -> None:
    """Gives marked text that a paragraph-level or row-level tag left between elements a place of its own."""
    for element in [found for found in part.iter() if isinstance(found.tag, str)]:
        if element.tail and OPEN in element.tail:
            _place_after(element, element.tail)
            element.tail = None
        if element.text and OPEN in element.text and element.tag != name("t"):
            stray, element.text = element.text, None
            element.insert(0, anchor := etree.Comment("stray"))
            _place_after(anchor, stray)
            element.remove(anchor)


def _place_after(element: Element, stray: str) -> None:
    """Text between runs becomes a run, between paragraphs a paragraph, between rows part of the next paragraph."""
    parent = element.getparent()
    assert parent is not None
    run = w("r", text(stray.strip("\n")))
    if parent.tag == name("p"):
        element.addnext(run)
    elif parent.tag in (name("tbl"), name("tr")):
        _neighbour(element, parent).append(run)
    else:
        element.addnext(w("p", run))


def _neighbour(element: Element, parent: Element) -> Element:
    """The paragraph nearest after an element of a table, or else before it."""
    following = (found for sibling in element.itersiblings() for found in sibling.iter(name("p")))
    preceding = (found for found in parent.iter(name("p")))
    found = next(following, None)
    return found if found is not None else next(preceding, w("p"))


USUAL_WIDTH = 14287
"""Twentieths of a point: A4 in landscape between its margins."""


def text_width(paragraph: Element) -> int:
    """How wide the text of a paragraph's section is, in twentieths of a point."""
    body = paragraph.getroottree().getroot()
    following = False
    for element in body.iter():
        following = following or element is paragraph
        if following and element.tag == name("sectPr"):
            size, margins = element.find(name("pgSz")), element.find(name("pgMar"))
            if size is not None and margins is not None:
                sides = (int(margins.get(name(side), "0")) for side in ("left", "right"))
                return int(size.get(name("w"), "0")) - sum(sides)
    return USUAL_WIDTH
