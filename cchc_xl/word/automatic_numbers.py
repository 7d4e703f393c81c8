"""The numbers that Word writes before paragraphs by itself: 1., 1.1., a), I."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cchc_xl.word.word_xml import Element, chain_of, name, styles_by_id, value

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVELS = 9
_NUMBERED = f"{name('pPr')}/{name('numPr')}"
_PLACE = re.compile(r"%(\d)")


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


class AutomaticNumbers:
    """Counts the numbered paragraphs of a document; asked of every paragraph in its order."""

    def __init__(self, numbering: Element | None, styles: Element | None = None) -> None:
        parts = [] if numbering is None else list(numbering)
        shared = (each for each in parts if each.tag == name("abstractNum"))
        self._abstract = {each.get(name("abstractNumId"), ""): each for each in shared}
        self._lists = {each.get(name("numId"), ""): each for each in parts if each.tag == name("num")}
        self._styles = styles_by_id(styles)
        self._levels: dict[str, list[_Level]] = {}
        self._counts: dict[str, list[int]] = {}

    def next(self, paragraph: Element) -> str:
        """What stands before a paragraph; empty where nothing or only a dot does."""
        if not self._lists:
            return ""
        properties = self._properties(paragraph)
        number, level = (_value(properties, tag) for tag in ("numId", "ilvl"))
        if number not in self._lists:
            return ""
        return self._counted(number, min(int(level or 0), _LEVELS - 1))

    def _properties(self, paragraph: Element) -> Element | None:
        own = paragraph.find(_NUMBERED)
        for style in chain_of(_value(paragraph.find(name("pPr")), "pStyle"), self._styles) if own is None else ():
            if own is None:
                own = style.find(_NUMBERED)
        return own

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
            text = _LETTERS[(count - 1) % len(_LETTERS)] * ((count - 1) // len(_LETTERS) + 1)
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
