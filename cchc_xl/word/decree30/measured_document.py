"""A Word file as the checker sees it: its paragraphs in order with place and look, its sections, its headers.

A look is what Word makes of defaults, styles from the base up, and what is set directly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from cchc_xl.errors import UserError
from cchc_xl.typed_text import composed
from cchc_xl.word.visible_text import fields_of, paragraphs as shown_paragraphs, shown_runs
from cchc_xl.word.word_package import members
from cchc_xl.word.word_xml import OFF, Element, Layers, R, Styles, children, name, parsed, switched, topmost, value

MILLIMETRE = 1440 / 25.4
DEFAULT_SIZE = 10.0
LARGEST = 1e9
EMU = 635
"""English metric units in a twentieth of a point."""

PAGE_FIELD = re.compile(r"\bPAGE\b")
CELL_MARGIN = 108
"""Word's margin left and right in a cell where no style gives another."""

DRAWN_LINE = re.compile(r"(?:^|;)\s*width:\s*([\d.]+)pt")
LINE_ENDS = re.compile(r"(-?[\d.]+)(?:pt)?,\S+ (-?[\d.]+)(?:pt)?,\S+")
VML = "{urn:schemas-microsoft-com:vml}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


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


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A cell of a table of the document."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Run:
    """A text in one look."""

    text: str
    look: RunLook


@dataclass(frozen=True, slots=True)
class MeasuredParagraph:
    """A paragraph; `width` and `drawn` (lines drawn as shapes) in twentieths of a point, `number` counts from 1."""

    number: int
    text: str
    runs: tuple[Run, ...]
    look: ParagraphLook
    width: float
    section: int
    place: TextPlace | None = None
    drawn: tuple[float, ...] = ()
    fields: str = ""

    @property
    def shows_page_number(self) -> bool:
        """Whether a field of the paragraph is the page number."""
        return bool(PAGE_FIELD.search(self.fields))

    @property
    def lettered(self) -> tuple[Run, ...]:
        """The runs that show letters on the line."""
        return tuple(run for run in self.runs if run.text.strip() and not run.look.raised)

    def mostly(self, feature: str) -> object:
        """The value of a feature of the look that most letters have."""
        counts: Counter[object] = Counter()
        for run in self.lettered:
            counts[getattr(run.look, feature)] += len(run.text)
        return counts.most_common(1)[0][0] if counts else None

    @property
    def rule_length(self) -> float:
        """The length of the line that this paragraph draws, by a border, a shape or underscores; 0 for none."""
        if self.look.ruled:
            return self.width - self.look.left - self.look.right
        underscores = re.fullmatch(r"\s*(_{3,})\s*", self.text)
        if underscores and self.runs:
            return len(underscores[1]) * self.runs[0].look.size * 10
        return max(self.drawn, default=0)


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section: lengths in millimetres, its headers and footers by type ("default", "first")."""

    number: int
    width: float
    height: float
    margins: dict[str, float]
    title_page: bool
    starts_at: int | None
    number_format: str
    headers: dict[str, tuple[MeasuredParagraph, ...]]
    footers: dict[str, tuple[MeasuredParagraph, ...]]


@dataclass(frozen=True, slots=True)
class MeasuredDocument:
    """A whole file; `notes` are the footnotes."""

    paragraphs: tuple[MeasuredParagraph, ...]
    sections: tuple[PageSection, ...]
    notes: tuple[MeasuredParagraph, ...]


def read_word(file: Path) -> MeasuredDocument:
    """The file's paragraphs and sections. Raises `UserError` for a file that is no Word file."""
    return _Reader(file, members(file)).read()


class _Reader:
    def __init__(self, file: Path, parts: dict[str, bytes]) -> None:
        self.file, self.parts = file, parts
        self.styles = Styles(self._part("word/styles.xml"))
        self.targets = self._targets()
        self.count = self.tables = self.section = 0

    def read(self) -> MeasuredDocument:
        body = self._body()
        properties = [
            found for found in body.iter(name("sectPr"))
            if (parent := found.getparent()) is not None and parent.tag in (name("pPr"), name("body"))
        ]
        widths = [_text_width(found) for found in properties] or [9354.0]
        paragraphs = tuple(self._blocks(body, widths))
        return MeasuredDocument(paragraphs, tuple(self._sections(properties)), self._loose("word/footnotes.xml"))

    def _part(self, path: str) -> Element | None:
        return parsed(self.parts[path], f"{self.file} › {path}") if path in self.parts else None

    def _body(self) -> Element:
        document = self._part("word/document.xml")
        body = None if document is None else document.find(name("body"))
        if body is None:
            raise UserError(str(self.file), "không phải là tệp Word (.docx): không có thân văn bản.")
        return body

    def _targets(self) -> dict[str, str]:
        """The parts that the document refers to, by their relationship."""
        relations = self._part("word/_rels/document.xml.rels")
        listed = [] if relations is None else list(relations)
        return {each.get("Id", ""): urljoin("/word/", each.get("Target", "")).lstrip("/") for each in listed}

    def _blocks(self, parent: Element, widths: list[float]) -> Iterator[MeasuredParagraph]:
        for child in parent:
            if child.tag == name("p"):
                yield self.paragraph(child, widths[min(self.section, len(widths) - 1)])
                self.section += child.find(f"{name('pPr')}/{name('sectPr')}") is not None
            elif child.tag == name("tbl"):
                self.tables += 1
                yield from self._table(child, self.tables)
            elif child.tag in (name("sdt"), name("sdtContent"), name("customXml"), name("ins"), name("moveTo")):
                yield from self._blocks(child, widths)

    def _table(self, table: Element, count: int) -> Iterator[MeasuredParagraph]:
        columns = [number(column, "w") or 0 for column in table.findall(f"{name('tblGrid')}/{name('gridCol')}")]
        margin = _cell_margins(table)
        for row_number, row in enumerate(children(table, "tr"), 1):
            column = 0
            for cell in children(row, "tc"):
                span = int(number(cell.find(f"{name('tcPr')}/{name('gridSpan')}"), "val") or 1)
                width = _cell_width(cell, columns[column:column + span]) - margin
                place = TextPlace(count, row_number, column + 1)
                for paragraph in shown_paragraphs(cell):
                    yield self.paragraph(paragraph, width, place)
                column += span

    def paragraph(self, element: Element, width: float, place: TextPlace | None = None) -> MeasuredParagraph:
        self.count += 1
        runs = shown_runs(element, self.styles)
        made = tuple(Run(_text(run), _run_look(self.styles.of_run(run, element))) for run in runs)
        look = _paragraph_look(self.styles.of_paragraph(element))
        return MeasuredParagraph(
            self.count, composed("".join(run.text for run in made)).strip(), made, look, width,
            self.section, place, tuple(_drawn(element)), fields_of(element),
        )

    def _sections(self, properties: list[Element]) -> Iterator[PageSection]:
        inherited: dict[str, dict[str, tuple[MeasuredParagraph, ...]]] = {"header": {}, "footer": {}}
        for count, found in enumerate(properties):
            for kind, known in inherited.items():
                inherited[kind] = known | self._references(found, kind)
            yield _section(found, count, inherited)

    def _references(self, properties: Element, kind: str) -> dict[str, tuple[MeasuredParagraph, ...]]:
        return {
            value(each, "type"): self._loose(self.targets.get(each.get(f"{{{R}}}id", ""), ""))
            for each in properties.findall(name(f"{kind}Reference"))
        }

    def _loose(self, path: str) -> tuple[MeasuredParagraph, ...]:
        """The paragraphs of a part beside the text, not counted."""
        part = self._part(path)
        if part is None:
            return ()
        reader = [self.paragraph(found, 0) for found in shown_paragraphs(part)]
        self.count -= len(reader)
        return tuple(reader)


def _section(
    properties: Element, count: int, parts: dict[str, dict[str, tuple[MeasuredParagraph, ...]]]
) -> PageSection:
    paper, margins = properties.find(name("pgSz")), properties.find(name("pgMar"))
    numbers = properties.find(name("pgNumType"))
    start = number(numbers, "start")
    title = properties.find(name("titlePg"))
    return PageSection(
        count, (number(paper, "w") or 12240) / MILLIMETRE, (number(paper, "h") or 15840) / MILLIMETRE,
        {side: (number(margins, side) or 0) / MILLIMETRE for side in ("top", "bottom", "left", "right")},
        title is not None and value(title) not in OFF, None if start is None else int(start),
        value(numbers, "fmt") or "decimal", parts["header"], parts["footer"],
    )


def _text(run: Element) -> str:
    """Letters and line breaks."""
    said = []
    for element in run.iter(name("t"), name("br"), name("tab"), name("noBreakHyphen")):
        said.append({name("br"): "\n", name("tab"): "\t", name("noBreakHyphen"): "-"}.get(element.tag, element.text))
    return "".join(piece or "" for piece in said)


def _drawn(paragraph: Element) -> Iterator[float]:
    """The lengths of shapes in a paragraph."""
    for extent in paragraph.iter(f"{DRAWING}extent"):
        yield (measure(extent.get("cx", "")) or 0) / EMU
    for shape in (*paragraph.iter(f"{VML}line"), *paragraph.iter(f"{VML}shape")):
        ends = LINE_ENDS.fullmatch(f"{shape.get('from', '')} {shape.get('to', '')}")
        if ends:
            yield abs((measure(ends[2]) or 0) - (measure(ends[1]) or 0)) * 20
        if found := DRAWN_LINE.search(shape.get("style", "")):
            yield (measure(found[1]) or 0) * 20


def _text_width(properties: Element) -> float:
    paper, margins = properties.find(name("pgSz")), properties.find(name("pgMar"))
    return (number(paper, "w") or 12240) - (number(margins, "left") or 0) - (number(margins, "right") or 0)


def _cell_width(cell: Element, columns: list[float]) -> float:
    given = cell.find(f"{name('tcPr')}/{name('tcW')}")
    width = number(given, "w") if value(given, "type") == "dxa" else None
    return width or sum(columns)


def _cell_margins(table: Element) -> float:
    margins = table.find(f"{name('tblPr')}/{name('tblCellMar')}")
    sides = ((number(margins.find(name(side)), "w") if margins is not None else None) for side in ("left", "right"))
    return sum(CELL_MARGIN if side is None else side for side in sides)


def _last(layers: Layers, tag: str, attribute: str = "val") -> str:
    """What the topmost layer says."""
    return next(filter(None, (value(layer.find(name(tag)), attribute) for layer in reversed(layers))), "")


def _length(layers: Layers, tag: str, *attributes: str) -> float:
    for layer in reversed(layers):
        for attribute in attributes:
            if (length := number(layer.find(name(tag)), attribute)) is not None:
                return length
    return 0


def _paragraph_look(layers: Layers) -> ParagraphLook:
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


def _line(layers: Layers) -> float:
    """Line spacing in lines; 0 for one set in points."""
    length = _length(layers, "spacing", "line")
    if not length:
        return 1
    return length / 240 if (_last(layers, "spacing", "lineRule") or "auto") == "auto" else 0


def _ruled(layers: Layers) -> str:
    borders = topmost(layers, "pBdr")
    if borders is None:
        return ""
    drawn = (side for side in ("bottom", "top") if value(borders.find(name(side))) not in ("", "nil", "none"))
    return next(drawn, "")


def _run_look(layers: Layers) -> RunLook:
    return RunLook(
        size=_length(layers, "sz", "val") / 2 or DEFAULT_SIZE,
        bold=switched(layers, "b"),
        italic=switched(layers, "i"),
        caps=switched(layers, "caps"),
        raised=_last(layers, "vertAlign") in ("superscript", "subscript"),
        font=_last(layers, "rFonts", "ascii"),
        color=_last(layers, "color").upper(),
    )
