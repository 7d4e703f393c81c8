"""The styles of a Word file: what gives paragraphs and runs their look, from the defaults to what is set directly."""

from __future__ import annotations

from collections.abc import Sequence

from cchc_xl.word.word_xml import OFF, Element, name, value

_OF_PARAGRAPH, _OF_RUN = f"{name('pPr')}/{name('pStyle')}", f"{name('rPr')}/{name('rStyle')}"
_UNSEEN = ("strike", "dstrike", "vanish")

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
        self._defaults = {
            kind: [] if part is None else part.findall(f"{name('docDefaults')}/{name(f'{kind}Default')}/{name(kind)}")
            for kind in ("pPr", "rPr")
        }
        self._known: dict[tuple[str, str], list[Element]] = {}

    def of_paragraph(self, paragraph: Element) -> list[Element]:
        """The layers of a paragraph."""
        return [*self._defaults["pPr"], *self._chain("pPr", self._style_of(paragraph)), *paragraph.findall(name("pPr"))]

    def of_run(self, run: Element, paragraph: Element) -> list[Element]:
        """The layers of a run."""
        of_paragraph, chosen = self._style_of(paragraph), value(run.find(_OF_RUN))
        styles = [*self._chain("rPr", of_paragraph), *self._chain("rPr", chosen)]
        return [*self._defaults["rPr"], *styles, *run.findall(name("rPr"))]

    def hides(self, run: Element, paragraph: Element) -> bool:
        """Whether the letters of a run are struck out or hidden."""
        layers = self.of_run(run, paragraph)
        return any(switched(layers, tag) for tag in _UNSEEN)

    def _style_of(self, paragraph: Element) -> str:
        return value(paragraph.find(_OF_PARAGRAPH)) or self._default

    def _chain(self, kind: str, style: str) -> list[Element]:
        """A style after those that it is based on."""
        if (kind, style) not in self._known:
            chain: list[Element] = []
            at = style
            while (found := self._by_id.get(at)) is not None and found not in chain:
                chain.insert(0, found)
                at = value(found.find(name("basedOn")))
            self._known[kind, style] = [each for found in chain for each in found.findall(name(kind))]
        return self._known[kind, style]


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
