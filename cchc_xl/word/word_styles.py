"""The styles of a Word file: what gives paragraphs and runs their look, from the defaults to what is set directly."""

from __future__ import annotations

from collections.abc import Sequence

from cchc_xl.word.word_xml import OFF, Element, name, value

_OF_PARAGRAPH, _OF_RUN = f"{name('pPr')}/{name('pStyle')}", f"{name('rPr')}/{name('rStyle')}"
_UNSEEN = tuple(name(tag) for tag in ("strike", "dstrike", "vanish"))

Layers = Sequence[Element]
"""Properties of a paragraph or a run, those that count more last."""


class Styles:
    """word/styles.xml; no styles without a part."""

    def __init__(self, part: Element | None = None) -> None:
        styles = () if part is None else part.iter(name("style"))
        self._by_id = {value(style, "styleId"): style for style in styles}
        self._default = next(
            (each for each, style in self._by_id.items()
             if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on")), ""
        )
        self._defaults = None if part is None else part.find(name("docDefaults"))
        self._known: dict[tuple[str, ...], list[Element]] = {}

    def of_paragraph(self, paragraph: Element) -> Layers:
        """The layers of a paragraph."""
        return [*self._of("pPr", self._style_of(paragraph)), *paragraph.findall(name("pPr"))]

    def of_run(self, run: Element, paragraph: Element) -> Layers:
        """The layers of a run."""
        return [*self._of("rPr", self._style_of(paragraph), value(run.find(_OF_RUN))), *run.findall(name("rPr"))]

    def hides(self, run: Element, paragraph: Element) -> bool:
        """Whether the letters of a run are struck out or hidden."""
        found = {mark.tag: mark for layer in self.of_run(run, paragraph) for mark in layer.iterchildren(*_UNSEEN)}
        return any(value(mark) not in OFF for mark in found.values())

    def _style_of(self, paragraph: Element) -> str:
        return value(paragraph.find(_OF_PARAGRAPH)) or self._default

    def _of(self, kind: str, *styles: str) -> list[Element]:
        """The defaults, then each style after those that it is based on."""
        if (kind, *styles) not in self._known:
            given = () if self._defaults is None else self._defaults.findall(f"{name(f'{kind}Default')}/{name(kind)}")
            chains = (each for style in styles for each in self._chain(style))
            self._known[kind, *styles] = [*given, *(look for style in chains for look in style.findall(name(kind)))]
        return self._known[kind, *styles]

    def _chain(self, style: str) -> list[Element]:
        chain: list[Element] = []
        while (found := self._by_id.get(style)) is not None and found not in chain:
            chain.insert(0, found)
            style = value(found.find(name("basedOn")))
        return chain


def switched(layers: Layers, tag: str) -> bool:
    """A property such as w:b, on by its presence and off by its value."""
    found = topmost(layers, tag)
    return found is not None and value(found) not in OFF


def topmost(layers: Layers, tag: str) -> Element | None:
    """What the topmost of the layers that have a property says of it."""
    for layer in reversed(layers):
        if (found := layer.find(name(tag))) is not None:
            return found
    return None
