"""Building blocks of a Word template: runs, paragraphs, tables, sections."""

from __future__ import annotations

from collections.abc import Sequence

from cchc_xl.word.word_xml import Element, reference, text, w
from tools.template.report_styles import FOOTNOTE_MARK
from tools.template.source_text import CONTROL_STYLE, Line, Span

MILLIMETRE = 1440 / 25.4
"""Twentieths of a point."""

A4 = (11906, 16838)
TOP, BOTTOM, LEFT, RIGHT, HEADER = (round(length * MILLIMETRE) for length in (20, 20, 30, 15, 10))
"""Margins: Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục I.3; the page number stands within the top margin."""

SINGLE_LINE: dict[str, str | int] = {"val": "single", "sz": 4, "space": 0, "color": "000000"}


class Footnotes:
    """The footnotes of a template in the order of their references; Word numbers them."""

    def __init__(self) -> None:
        self.documents: list[str] = []

    def add(self, document: str) -> int:
        """The id of a new footnote that cites a document."""
        self.documents.append(document)
        return len(self.documents)


def run(span: Span) -> Element:
    """A run with direct bold or italic only, everything else comes from the style."""
    look = [*([w("b"), w("bCs")] if span.bold else []), *([w("i"), w("iCs")] if span.italic else [])]
    return w("r", w("rPr", *look) if look else None, text(span.text))


def footnote_reference(identifier: int) -> Element:
    """The raised number in the text."""
    return w("r", w("rPr", w("rStyle", val=FOOTNOTE_MARK)), w("footnoteReference", id=identifier))


def paragraph(style: str, *content: Element, with_next: bool = False, new_page: bool = False) -> Element:
    """A paragraph in a named style; `with_next` keeps it on the page of the next one."""
    place = w("keepNext") if with_next else None, w("pageBreakBefore") if new_page else None
    return w("p", w("pPr", w("pStyle", val=style), *place), *content)


def written(style: str, content: str = "", *, with_next: bool = False, new_page: bool = False) -> Element:
    """A paragraph with one run of text."""
    return paragraph(style, *([run(Span(content))] if content else []), with_next=with_next, new_page=new_page)


def control(tag: str) -> Element:
    """A line of the template that is only a tag, such as {%p if … %}."""
    return written(CONTROL_STYLE, tag)


def from_line(line: Line, footnotes: Footnotes) -> Element:
    """A paragraph of the template's source."""
    runs = (
        footnote_reference(footnotes.add(span.footnote)) if span.footnote else run(span) for span in line.spans
    )
    return paragraph(line.style, *runs)


def cell(width: int, *paragraphs: Element, align: str = "top", span: int = 1) -> Element:
    """A table cell."""
    look = w(
        "tcPr", w("tcW", w=width, type="dxa"), w("gridSpan", val=span) if span > 1 else None, w("vAlign", val=align)
    )
    return w("tc", look, *paragraphs)


def row(*cells: Element, header: bool = False, whole: bool = False) -> Element:
    """A table row; `header` repeats on every page, `whole` is not split between pages."""
    look = [w(mark) for given, mark in ((whole, "cantSplit"), (header, "tblHeader")) if given]
    return w("tr", w("trPr", *look) if look else None, *cells)


def control_row(tag: str, widths: Sequence[int]) -> Element:
    """A row of the template that is only a tag, such as {%tr for … %}."""
    return row(cell(sum(widths), control(tag), span=len(widths)))


def table(widths: Sequence[int], *rows: Element, ruled: bool) -> Element:
    """A table of fixed column widths, with lines or without."""
    look = w(
        "tblPr",
        w("tblW", w=sum(widths), type="dxa"),
        w("jc", val="center"),
        _lines() if ruled else None,
        w("tblLayout", type="fixed"),
        None if ruled else w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")),
    )
    return w("tbl", look, w("tblGrid", *(w("gridCol", w=width) for width in widths)), *rows)


def _lines() -> Element:
    return w(
        "tblBorders", *(w(side, **SINGLE_LINE) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    )


def section(first_header: str, header: str, *, landscape: bool = False) -> Element:
    """The properties of a section: A4, margins, page numbers from 1 and none on its first page."""
    width, height = reversed(A4) if landscape else A4
    turned = {"orient": "landscape"} if landscape else {}
    return w(
        "sectPr",
        reference("headerReference", header, type="default"),
        reference("headerReference", first_header, type="first"),
        w("type", val="nextPage"),
        w("pgSz", w=width, h=height, **turned),
        w("pgMar", top=TOP, right=RIGHT, bottom=BOTTOM, left=LEFT, header=HEADER, footer=HEADER, gutter=0),
        w("pgNumType", start=1),
        w("cols", space=708),
        w("titlePg"),
    )


def section_end(properties: Element) -> Element:
    """The paragraph that ends a section, as small as Word allows."""
    return w("p", w("pPr", w("pStyle", val="NgatPhan"), properties))
