"""The look that Word gives a paragraph and a run: defaults, then styles from the base up, then what is set directly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cchc_xl.word.word_xml import OFF, Element, chain_of, name, styles_by_id, value

DEFAULT_SIZE = 10.0
LARGEST = 1e9


def number(element: Element | None, attribute: str) -> float | None:
    """A length in twentieths of a point; None where none is given, with a unit of its own, or beyond all paper."""
    return measure(value(element, attribute))


def measure(said: str) -> float | None:
    """A number as Word writes it; None for what is none, or beyond every length and count of a document."""
    try:
        return found if abs(found := float(said)) <= LARGEST else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """Lengths in twentieths of a point; `line` in lines, 0 for a fixed height. `ruled` is the side of a drawn line."""

    align: str = "left"
    first_line: float = 0
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    line: float = 1
    ruled: str = ""


@dataclass(frozen=True, slots=True)
class RunLook:
    """The look of letters; size in points."""

    size: float = DEFAULT_SIZE
    bold: bool = False
    italic: bool = False
    caps: bool = False
    raised: bool = False
    font: str = ""
    color: str = ""


class Styles:
    """word/styles.xml, asked for looks."""

    def __init__(self, part: Element | None) -> None:
        self._by_id = styles_by_id(part)
        self._default = next(
            (each for each, style in self._by_id.items()
             if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on")), ""
        )
        self._defaults = None if part is None else part.find(name("docDefaults"))

    def paragraph(self, paragraph: Element) -> ParagraphLook:
        """The look of a paragraph."""
        return _paragraph_look(list(self._paragraph_layers(paragraph)))

    def run(self, run: Element, paragraph: Element) -> RunLook:
        """The look of a run."""
        return _run_look(list(self._run_layers(run, paragraph)))

    def _paragraph_layers(self, paragraph: Element) -> Iterator[Element]:
        if self._defaults is not None:
            yield from self._defaults.findall(f"{name('pPrDefault')}/{name('pPr')}")
        for style in self._chain(self._style_of(paragraph)):
            yield from style.findall(name("pPr"))
        yield from paragraph.findall(name("pPr"))

    def _run_layers(self, run: Element, paragraph: Element) -> Iterator[Element]:
        if self._defaults is not None:
            yield from self._defaults.findall(f"{name('rPrDefault')}/{name('rPr')}")
        own = run.find(name("rPr"))
        chosen = value(own.find(name("rStyle"))) if own is not None else ""
        for style in (*self._chain(self._style_of(paragraph)), *self._chain(chosen)):
            yield from style.findall(name("rPr"))
        if own is not None:
            yield own

    def _style_of(self, paragraph: Element) -> str:
        return value(paragraph.find(f"{name('pPr')}/{name('pStyle')}")) or self._default

    def _chain(self, style_id: str) -> list[Element]:
        """A style after the styles it is based on."""
        return chain_of(style_id, self._by_id)[::-1]


def _last(layers: list[Element], tag: str, attribute: str = "val") -> str:
    """What the topmost layer says."""
    said = (value(found, attribute) for layer in reversed(layers) if (found := layer.find(name(tag))) is not None)
    return next(filter(None, said), "")


def _length(layers: list[Element], tag: str, *attributes: str) -> float:
    for layer in reversed(layers):
        for attribute in attributes:
            if (length := number(layer.find(name(tag)), attribute)) is not None:
                return length
    return 0


def _switched(layers: list[Element], tag: str) -> bool:
    """A property such as w:b, on by its presence and off by its value."""
    found = [mark for layer in layers if (mark := layer.find(name(tag))) is not None]
    return bool(found) and value(found[-1]) not in OFF


def _paragraph_look(layers: list[Element]) -> ParagraphLook:
    return ParagraphLook(
        align={"start": "left", "end": "right", "distribute": "both"}.get(
            said := _last(layers, "jc"), said) or "left",
        first_line=_length(layers, "ind", "firstLine") - _length(layers, "ind", "hanging"),
        left=_length(layers, "ind", "left", "start"),
        right=_length(layers, "ind", "right", "end"),
        before=_length(layers, "spacing", "before"),
        after=_length(layers, "spacing", "after"),
        line=_line(layers),
        ruled=_ruled(layers),
    )


def _line(layers: list[Element]) -> float:
    """Line spacing in lines; 0 for one set in points."""
    length = _length(layers, "spacing", "line")
    if not length:
        return 1
    return length / 240 if (_last(layers, "spacing", "lineRule") or "auto") == "auto" else 0


def _ruled(layers: list[Element]) -> str:
    borders = next((found for layer in reversed(layers) if (found := layer.find(name("pBdr"))) is not None), None)
    if borders is None:
        return ""
    drawn = (side for side in ("bottom", "top") if value(borders.find(name(side))) not in ("", "nil", "none"))
    return next(drawn, "")


def _run_look(layers: list[Element]) -> RunLook:
    return RunLook(
        size=_length(layers, "sz", "val") / 2 or DEFAULT_SIZE,
        bold=_switched(layers, "b"),
        italic=_switched(layers, "i"),
        caps=_switched(layers, "caps"),
        raised=_last(layers, "vertAlign") in ("superscript", "subscript"),
        font=_last(layers, "rFonts", "ascii"),
        color=_last(layers, "color").upper(),
    )
