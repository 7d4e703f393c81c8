"""The text of a paragraph of Word as a careful reader sees it, with the element that every letter stands in.

All tracked changes count as accepted; a text box is read once; letters that are struck out or hidden are left out; a
raised number stays apart from the number before it; letters are composed, invisible ones are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from cchc_xl.typed_text import INVISIBLE, RAISED
from cchc_xl.word.word_xml import OFF, Element, chain_of, name, styles_by_id, value

Pieces = list[tuple[Element, str]]
"""Texts with the elements that hold them; together they are the paragraph's text."""

_GONE = frozenset(name(tag) for tag in ("del", "moveFrom"))
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATE = f"{_COMPATIBILITY}AlternateContent"
"""In a run: a letter that newer programs draw, with the letter itself for others."""

_FALLBACK, _CHOICE = f"{_COMPATIBILITY}Fallback", f"{_COMPATIBILITY}Choice"
_UNSEEN = ("strike", "dstrike", "vanish")
_BLANKS = frozenset(name(tag) for tag in ("tab", "br", "cr", "ptab"))
_DROPPED = frozenset(INVISIBLE)


class UnseenStyles:
    """The styles of a document whose letters are struck out or hidden."""

    def __init__(self, styles: Element | None = None) -> None:
        self._by_id = styles_by_id(styles)
        self._known: dict[str, Mapping[str, bool]] = {"": {}}

    def of(self, style: str) -> Mapping[str, bool]:
        """What a style, or one that it is based on, says of each way of not being seen."""
        if style not in self._known:
            said: dict[str, bool] = {}
            for each in reversed(chain_of(style, self._by_id)):
                said |= _said(each.find(name("rPr")))
            self._known[style] = said
        return self._known[style]

    def hides(self, run: Element, paragraph: Element) -> bool:
        """Whether the letters of a run are not to be read."""
        look = run.find(name("rPr"))
        chosen = look.find(name("rStyle")) if look is not None else None
        of_paragraph = paragraph.find(f"{name('pPr')}/{name('pStyle')}")
        return any({**self.of(value(of_paragraph)), **self.of(value(chosen)), **_said(look)}.values())


NO_STYLES = UnseenStyles()


def _said(look: Element | None) -> dict[str, bool]:
    if look is None:
        return {}
    found = ((tag, look.find(name(tag))) for tag in _UNSEEN)
    return {tag: mark.get(name("val"), "1") not in OFF for tag, mark in found if mark is not None}


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


def pieces(paragraph: Element, styles: UnseenStyles = NO_STYLES) -> Pieces:
    """The texts of a paragraph with their elements; a paragraph inside another is not looked into."""
    return composed_pieces(_raw(paragraph, styles))


def shown_runs(paragraph: Element, styles: UnseenStyles = NO_STYLES) -> Iterator[Element]:
    """The runs of a paragraph that are read: its own, neither deleted nor hidden nor a copy."""
    for run in paragraph.iter(name("r")):
        if _is_read(run, paragraph) and not styles.hides(run, paragraph):
            yield run


def _raw(paragraph: Element, styles: UnseenStyles) -> Iterator[tuple[Element, str]]:
    for run in shown_runs(paragraph, styles):
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
