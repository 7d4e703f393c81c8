"""The charts of the report's appendix, as charts of Word's own: sharp on paper, read aloud by their alt text.

Which figures are drawn is declared in the form's sheet Biểu đồ. Greys and outlines only, so that a copier keeps them;
every number is written out in Vietnamese, so that no program's language changes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, Template

from cchc_xl.errors import DeclarationError
from cchc_xl.figures import Content, Figure
from cchc_xl.report.figure_marks import Marks, clean
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Chart
from cchc_xl.values import Struct
from cchc_xl.word.word_xml import R, quoted
from cchc_xl.writing.vietnamese_numbers import fixed, plain, rate

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"

PARTS = "word/charts/bieu_do_"
"""How the names of the parts begin."""

SIZE = (8640000, 1872000)
"""Width and height in EMU: 24 × 5,2 cm; two and their titles stand on a page in landscape with room to spare."""


class DrawnPoint(Struct, frozen=True):
    """One bar or piece: what it stands for, its value, and the value as written."""

    label: str
    value: Decimal
    text: str


class Drawn(Struct, frozen=True):
    """A chart as a template sees it: {{ hinh.ten }} and {{ hinh }}."""

    marks: Marks
    declared: Chart
    points: tuple[DrawnPoint, ...]

    @property
    def ten(self) -> str:
        """The title."""
        return clean(self.declared.title)

    @property
    def tells(self) -> bool:
        """Whether it shows more than one number would say; bars of units that are all as high as each other do not."""
        bars = len(self.points) > 1 and self.declared.kind != "shares"
        return len({point.value for point in self.points}) > 1 if bars else bool(self.points)

    @property
    def told(self) -> str:
        """What the chart shows, for people who cannot see it."""
        return f"{self.ten}: {'; '.join(f'{point.label} {point.text}' for point in self.points)}."

    def __str__(self) -> str:
        return self.marks.draw(self.declared.name, self)

    def part(self) -> bytes:
        """The chart's own part of the Word file."""
        kind = self.declared.kind
        return _template().render(
            ten=self.ten, points=self.points, pie=kind == "shares", rates=kind == "rate_by_unit", C=C, A=A, R=R
        ).encode()

    def run(self, number: int) -> str:
        """The run that shows the chart."""
        width, height = SIZE
        named = f'id="{1000 + number}" name="Biểu đồ {number}" descr={quoted(self.told)}'
        return (
            f'<w:r><w:drawing xmlns:wp="{WP}" xmlns:a="{A}" xmlns:c="{C}" xmlns:r="{R}">'
            '<wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr {named}/><wp:cNvGraphicFramePr/>'
            f'<a:graphic><a:graphicData uri="{C}"><c:chart r:id="{relationship(number)}"/></a:graphicData></a:graphic>'
            "</wp:inline></w:drawing></w:r>"
        )


def charts(content: Content, figures: Mapping[str, Figure], marks: Marks) -> tuple[Drawn, ...]:
    """The declared charts that show something."""
    made = (Drawn(marks, chart, tuple(_points(chart, content, figures))) for chart in content.form.charts)
    return tuple(drawn for drawn in made if drawn.tells)


def _points(chart: Chart, content: Content, figures: Mapping[str, Figure]) -> Iterator[DrawnPoint]:
    part = _indicator(chart.part, chart, content)
    whole = _indicator(chart.whole, chart, content) if chart.whole else None
    if chart.kind == "shares":
        yield from _shares(chart, figures[part.code].value, figures[whole.code].value if whole else None)
        return
    for unit in content.form.units:
        if unit.kind == chart.units and (value := _of_unit(unit.id, part, content)) is not None:
            of = None if whole is None else _of_unit(unit.id, whole, content)
            shown = value if whole is None else None if of is None else rate(value, of)
            if shown is not None:
                yield DrawnPoint(clean(unit.name), shown, plain(shown) if whole is None else fixed(shown, 2))


def _indicator(wanted: str, chart: Chart, content: Content) -> Indicator:
    row = content.form.by_name.get(wanted)
    if row is None:
        where = f"{content.form.folder} › Biểu đồ › {chart.name}"
        raise DeclarationError(where, f"không có chỉ tiêu tên “{wanted}”.", "Sửa tệp khai báo rồi chạy lại.")
    return row


def _of_unit(unit: str, row: Indicator, content: Content) -> Decimal | None:
    reading = content.readings.get((unit, row.code))
    return reading.value if reading is not None and isinstance(reading.value, Decimal) else None


def _shares(chart: Chart, part: object, whole: object) -> Iterator[DrawnPoint]:
    if isinstance(part, Decimal) and isinstance(whole, Decimal) and 0 <= part <= whole and whole:
        for label, value in ((chart.part_label, part), (chart.rest_label, whole - part)):
            share = rate(value, whole) or Decimal(0)
            yield DrawnPoint(label, value, f"{plain(value)} ({fixed(share, 2)}%)")


def relationship(number: int) -> str:
    """The relationship of the chart with a number."""
    return f"rIdBieuDo{number}"


@lru_cache(maxsize=1)
def _template() -> Template:
    return Environment(autoescape=True).from_string(Path(__file__).with_name("bieu_do.xml").read_text(encoding="utf-8"))
