"""A Word file as the checker sees it: its paragraphs in order with place and look, its sections, its headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from cchc_xl.errors import UserError
from cchc_xl.typed_text import composed
from cchc_xl.word.decree30.effective_look import ParagraphLook, RunLook, Styles, measure, number
from cchc_xl.word.visible_text import UnseenStyles, fields_of, paragraphs as shown_paragraphs, shown_runs
from cchc_xl.word.word_package import members
from cchc_xl.word.word_xml import OFF, Element, R, name, parsed, value

MILLIMETRE = 1440 / 25.4
EMU = 635
"""English metric units in a twentieth of a point."""

PAGE_FIELD = re.compile(r"\bPAGE\b")
CELL_MARGIN = 108
"""Word's margin left and right in a cell where no style gives another."""

DRAWN_LINE = re.compile(r"(?:^|;)\s*width:\s*([\d.]+)pt")
LINE_ENDS = re.compile(r"(-?[\d.]+)(?:pt)?,\S+ (-?[\d.]+)(?:pt)?,\S+")
VML = "{urn:schemas-microsoft-com:vml}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


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
        self.unseen = UnseenStyles(self._part("word/styles.xml"))
        self.targets = self._targets()
        self.count = self.tables = self.section = 0

    def read(self) -> MeasuredDocument:
        body = self._body()
        properties = [found for found in body.iter(name("sectPr")) if _parent(found).tag in (name("pPr"), name("body"))]
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
        for row_number, row in enumerate(_inside(table, "tr", "tbl"), 1):
            column = 0
            for cell in _inside(row, "tc", "tr"):
                span = int(number(cell.find(f"{name('tcPr')}/{name('gridSpan')}"), "val") or 1)
                width = _cell_width(cell, columns[column:column + span]) - margin
                place = TextPlace(count, row_number, column + 1)
                for paragraph in shown_paragraphs(cell):
                    yield self.paragraph(paragraph, width, place)
                column += span

    def paragraph(self, element: Element, width: float, place: TextPlace | None = None) -> MeasuredParagraph:
        self.count += 1
        made = tuple(Run(_text(run), self.styles.run(run, element)) for run in shown_runs(element, self.unseen))
        return MeasuredParagraph(
            self.count, composed("".join(run.text for run in made)).strip(), made, self.styles.paragraph(element),
            width, self.section, place, tuple(_drawn(element)), fields_of(element),
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


def _parent(element: Element) -> Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _inside(element: Element, tag: str, owner: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, not those of tables inside it."""
    return (found for found in element.iter(name(tag)) if next(found.iterancestors(name(owner)), None) is element)


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
