"""The text of a paragraph of Word as a careful reader sees it, with the element that every letter stands in.

All tracked changes count as accepted; a text box is read once; letters that are struck out or hidden are left out; a
raised number stays apart from the number before it; letters are composed, invisible ones are dropped. Then the numbers
that Word writes before paragraphs by itself: 1., 1.1., a), I.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from cchc_xl.typed_text import INVISIBLE, RAISED
from cchc_xl.word.word_xml import Element, Styles, name, topmost, value

Pieces = list[tuple[Element, str]]
"""Texts with the elements that hold them; together they are the paragraph's text."""

_GONE = frozenset(name(tag) for tag in ("del", "moveFrom"))
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATE = f"{_COMPATIBILITY}AlternateContent"
"""In a run: a letter that newer programs draw, with the letter itself for others."""

_FALLBACK, _CHOICE = f"{_COMPATIBILITY}Fallback", f"{_COMPATIBILITY}Choice"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MATH_RUN = f"{_MATH}r"
_BLANKS = frozenset(name(tag) for tag in ("tab", "br", "cr", "ptab"))
_DROPPED = frozenset(INVISIBLE)

NO_STYLES = Styles()


def paragraphs(root: Element) -> Iterator[Element]:
    """The paragraphs that are read: those of deleted rows, and the second copy of text boxes, are left out."""
    copies = any(True for _ in root.iter(_FALLBACK))
    rows = any(True for _ in root.iter(name("trPr")))
    for paragraph in root.iter(name("p")):
        if not (copies and in_copy(paragraph)) and not (rows and _in_deleted_row(paragraph)):
            yield paragraph


def in_copy(element: Element) -> bool:
    """Whether an element stands in what older programs show, beside the same for newer ones."""
    for ancestor in element.iterancestors(_FALLBACK):
        parent = ancestor.getparent()
        if parent is not None and parent.find(_CHOICE) is not None:
            return True
    return False


def _in_deleted_row(paragraph: Element) -> bool:
    rows = paragraph.iterancestors(name("tr"))
    return any(row.find(f"{name('trPr')}/{name('del')}") is not None for row in rows)


def fields_of(paragraph: Element) -> str:
    """The instructions of the fields of a paragraph."""
    typed = (found.text or "" for found in paragraph.iter(name("instrText")))
    return " ".join((*typed, *(value(found, "instr") for found in paragraph.iter(name("fldSimple")))))


def goes_on(paragraph: Element) -> bool:
    """Whether the text goes on in the next paragraph: the end of this one is deleted, or it is a large first letter."""
    frame = paragraph.find(f"{name('pPr')}/{name('framePr')}")
    if frame is not None and frame.get(name("dropCap"), "none") != "none":
        return True
    mark = paragraph.find(f"{name('pPr')}/{name('rPr')}")
    return mark is not None and any(mark.find(tag) is not None for tag in _GONE)


def pieces(paragraph: Element, styles: Styles = NO_STYLES) -> Pieces:
    """The texts of a paragraph with their elements; a paragraph inside another is not looked into."""
    return composed_pieces(_raw(paragraph, styles))


def shown_runs(paragraph: Element, styles: Styles = NO_STYLES) -> Iterator[Element]:
    """The runs of a paragraph that are read: its own, neither deleted nor hidden nor a copy."""
    for run in paragraph.iter(name("r")):
        if _is_read(run, paragraph) and not styles.hides(run, paragraph):
            yield run


def _raw(paragraph: Element, styles: Styles) -> Iterator[tuple[Element, str]]:
    equations = next(paragraph.iter(_MATH_RUN), None) is not None
    for run in _with_equations(paragraph, styles) if equations else shown_runs(paragraph, styles):
        if run.tag == _MATH_RUN:
            yield from _of_equation(run)
            continue
        raised = _is_raised(run)
        for element in run:
            if element.tag == name("t"):
                yield element, (element.text or "").translate(RAISED) if raised else element.text or ""
            elif element.tag == _ALTERNATE:
                yield from ((text, text.text or "") for text in element.iterfind(f"{_FALLBACK}/{name('t')}"))
            elif element.tag in _BLANKS:
                yield element, " "
            elif element.tag == name("noBreakHyphen"):
                yield element, "-"


def _with_equations(paragraph: Element, styles: Styles) -> Iterator[Element]:
    shown = set(shown_runs(paragraph, styles))
    for run in paragraph.iter(name("r"), _MATH_RUN):
        if run in shown or (run.tag == _MATH_RUN and _is_read(run, paragraph)):
            yield run


def _of_equation(run: Element) -> Iterator[tuple[Element, str]]:
    """The letters of an equation in one line: a fraction with its stroke, what is raised apart from what it is on."""
    parent = run.getparent()
    tag = "" if parent is None else str(parent.tag).removeprefix(_MATH)
    stroke = "/" if tag == "den" and run.getprevious() is None else ""
    for letters in run.iterfind(f"{_MATH}t"):
        text = letters.text or ""
        yield letters, text.translate(RAISED) if tag == "sup" else stroke + text
        stroke = ""


def _is_read(run: Element, paragraph: Element) -> bool:
    """Whether a run is the paragraph's own, and neither deleted nor a copy."""
    for ancestor in run.iterancestors():
        if ancestor is paragraph:
            return True
        if ancestor.tag == name("p") or ancestor.tag in _GONE:
            return False
        if ancestor.tag == _FALLBACK and in_copy(run):
            return False
    return False


def _is_raised(run: Element) -> bool:
    place = run.find(f"{name('rPr')}/{name('vertAlign')}")
    return place is not None and place.get(name("val")) == "superscript"


def composed_pieces(raw: Iterable[tuple[Element, str]]) -> Pieces:
    """The texts with composed letters and without invisible ones; what composes over a border goes to the first."""
    made: Pieces = []
    for element, text in raw:
        if text.isascii():
            made.append((element, text))
            continue
        text = "".join(letter for letter in text if letter not in _DROPPED)
        head = 0
        while head < len(text) and made and unicodedata.combining(text[head]):
            head += 1
        if head:
            before, written = made[-1]
            made[-1] = (before, unicodedata.normalize("NFC", written + text[:head]))
        made.append((element, unicodedata.normalize("NFC", text[head:])))
    return made


_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVELS = 9
_PLACE = re.compile(r"%(\d)")


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


class AutomaticNumbers:
    """Counts the numbered paragraphs of a document; asked of every paragraph in its order."""

    def __init__(self, numbering: Element | None, styles: Styles) -> None:
        parts = [] if numbering is None else list(numbering)
        shared = (each for each in parts if each.tag == name("abstractNum"))
        self._abstract = {each.get(name("abstractNumId"), ""): each for each in shared}
        self._lists = {each.get(name("numId"), ""): each for each in parts if each.tag == name("num")}
        self._styles = styles
        self._levels: dict[str, list[_Level]] = {}
        self._counts: dict[str, list[int]] = {}

    def next(self, paragraph: Element) -> str:
        """What stands before a paragraph; empty where nothing or only a dot does."""
        if not self._lists:
            return ""
        properties = topmost(self._styles.of_paragraph(paragraph), "numPr")
        number, level = (_value(properties, tag) for tag in ("numId", "ilvl"))
        if number not in self._lists:
            return ""
        return self._counted(number, min(int(level or 0), _LEVELS - 1))

    def _counted(self, number: str, level: int) -> str:
        levels = self._levels_of(number)
        shared = _value(self._lists[number], "abstractNumId")
        counts = self._counts.setdefault(shared, [0] * _LEVELS)
        counts[level] = counts[level] + 1 if counts[level] else levels[level].start
        counts[level + 1:] = [0] * (_LEVELS - level - 1)
        if levels[level].format in ("bullet", "none"):
            return ""

        def shown(found: re.Match[str]) -> str:
            place = min(int(found[1]), _LEVELS) - 1
            return _written(counts[place] or levels[place].start, levels[place].format)

        return _PLACE.sub(shown, levels[level].text)

    def _levels_of(self, number: str) -> list[_Level]:
        if number not in self._levels:
            made = [_Level("none", "", 1)] * _LEVELS
            abstract = self._abstract.get(_value(self._lists[number], "abstractNumId"))
            overrides = (each.find(name("lvl")) for each in self._lists[number].findall(name("lvlOverride")))
            for level in (*(() if abstract is None else abstract.findall(name("lvl"))), *overrides):
                place = int(level.get(name("ilvl"), "0")) if level is not None else _LEVELS
                if level is not None and place < _LEVELS:
                    start = _value(level, "start")
                    made[place] = _Level(_value(level, "numFmt"), _value(level, "lvlText"), int(start or 1))
            self._levels[number] = made
        return self._levels[number]


def _value(element: Element | None, tag: str) -> str:
    return "" if element is None else value(element.find(name(tag)))


def _written(count: int, form: str) -> str:
    match form:
        case "lowerLetter" | "upperLetter":
            text = ascii_lowercase[(count - 1) % 26] * ((count - 1) // 26 + 1)
        case "lowerRoman" | "upperRoman":
            text = _roman(count)
        case "decimalZero":
            text = f"{count:02d}"
        case _:
            text = str(count)
    return text.upper() if form.startswith("upper") else text


def _roman(count: int) -> str:
    text = ""
    for size, letters in _ROMAN:
        text += letters * (count // size)
        count %= size
    return text
