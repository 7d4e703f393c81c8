"""The names that a Word template may use, with meaning and present value: every indicator, tt.…, vb.…, noi_dung.…,
phu_luc_1, phu_luc_2, bieu_do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from cchc_xl.checks.check_context import bare
from cchc_xl.errors import UserError
from cchc_xl.figures import TYPE, Change, Content, Figure, Text, change, completeness, of_the_same_units
from cchc_xl.program import lines_of
from cchc_xl.report.figure_marks import FigureMark, Shown, clean
from cchc_xl.report.gaps import EARLIER
from cchc_xl.report.jinja_environment import LACKS, NOTED, similar_name
from cchc_xl.report.quantity import Lack, Paper, Quantity, lack_of
from cchc_xl.report.report_tables import contact_table, shown_tables, statistics_table
from cchc_xl.report.template_filters import Blank, Day, Passage, UnitNumber, tang_giam
from cchc_xl.report.word_charts import charts
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Document, InfoField, Kind, Unit
from cchc_xl.typed_text import said, says_nothing, shortened
from cchc_xl.values import Struct, replace
from cchc_xl.writing import citation_writer
from cchc_xl.writing.vietnamese_numbers import counted, in_table, read_date


class Named:
    """Values by name, written tt.co_quan in a template."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.__dict__.update(values)


class Cited(Struct, frozen=True):
    """A document of the register, as vb.<name>: the first citation as asked for, later ones by type and number only.

    `lacks` is what stands in its place where the register does not have it. A condition ({% if vb.<name> %}) asks
    whether the register lists it; one whose number is still missing is listed, so that its sentence shows the gap.
    """

    document: Document
    paper: Paper
    lacks: tuple[Lack, ...] = ()
    listed: bool = True

    def __bool__(self) -> bool:
        return self.listed

    def __str__(self) -> str:
        return self._told(citation_writer.dated)

    @property
    def cua(self) -> str:
        """Kế hoạch số 05/KH-UBND ngày 19/01/2025 của …."""
        return self._told(citation_writer.issued)

    @property
    def day_du(self) -> str:
        """With issuer and subject."""
        return self._told(citation_writer.full)

    @property
    def so(self) -> str:
        """số 05/KH-UBND."""
        return self._written(citation_writer.numbered)

    @property
    def ngan(self) -> str:
        """Kế hoạch số 05/KH-UBND."""
        return self._written(citation_writer.short)

    @property
    def nam(self) -> str:
        """The year that it is for: 2025."""
        return self._written(lambda document: str(citation_writer.for_year(document) or "…"))

    def _told(self, write: Callable[[Document], str]) -> str:
        first = self.paper.first_citation(self.document.name)
        return self._written(write if first else citation_writer.short)

    def _written(self, write: Callable[[Document], str]) -> str:
        return self.paper.placeholder(self.lacks) if self.lacks else clean(write(self.document))


def names(content: Content, figures: Mapping[str, Figure], paper: Paper, *, draft: bool) -> dict[str, Any]:
    """Everything that a template may name, with its present value. `figures` are keyed by indicator code."""
    form = content.form
    figures = of_the_same_units(form, figures)
    quantities = {figure.indicator.name: quantity(figure, content, paper) for figure in figures.values()}
    paper.changes = {
        code: told for code, figure in figures.items()
        if (told := change(figure, content.previous.get(figure.indicator.name)))
    }
    paper.yearly = {
        code: _yearly(figure, before, told) for code, figure in figures.items()
        if (before := content.last_year.get(figure.indicator.name)) and (told := change(figure, before))
    }
    others = {
        "truoc": Named(_earlier(content.previous, "truoc", quantities)),
        "cung_ky": Named(_earlier(content.last_year, "cung_ky", quantities)),
        "tt": Named({field.name: _info(field, content.info.get(field.name), paper) for field in form.info}),
        "vb": Named(_documents(content, paper)),
        "noi_dung": Named(_passages(content, paper)),
        "phu_luc_1": contact_table(content),
        "phu_luc_2": statistics_table(content, figures, paper),
        "bieu_do": charts(content, figures, paper.marks),
        "du_thao": draft,
        "tang_giam": tang_giam,
        "theo_don_vi": lambda figure, unit: by_unit(content, figure, unit),
        "so_don_vi": partial(units_above_zero, content),
        LACKS: paper,
        NOTED: lambda document: _noted(paper, document),
    }
    others |= shown_tables(content, figures, paper, quantities)
    if taken := others.keys() & quantities:
        raise UserError(form.folder, f"tên chỉ tiêu “{min(taken)}” trùng với tên dùng riêng cho mẫu báo cáo.")
    return {**quantities, **others}


def _documents(content: Content, paper: Paper) -> dict[str, Cited]:
    """The register; a line that cannot be cited is a gap, whatever the form has there."""
    made = {}
    begun = {each.name for each in content.unfinished}
    for document in (*content.form.documents, *content.unfinished):
        cell = content.document_cell(document.name, TYPE)
        place = f" ở {cell}" if cell else ""
        lack = Lack(f"vb.{document.name}", f"{document.type or 'văn bản'} trong sổ văn bản{place}")
        made[document.name] = Cited(document, paper, (lack,), document.name in begun)
    return made | {each.name: Cited(each, paper) for each in content.documents}


def quantity(figure: Figure, content: Content, paper: Paper) -> Quantity:
    """A figure as sentences see it."""
    row = figure.indicator
    lacking = completeness(figure, content.form)
    return Quantity(
        paper, figure.value, row.kind, row.code, bare(row.label),
        lacks=() if figure.value is not None else (lack_of(figure),),
        partial=(lacking,) if lacking else (),
        codes=(row.code,), part=figure.part, whole=figure.whole, choices=row.choices,
    )


NOTHING_THEN = "cùng kỳ không phát sinh"


def _yearly(figure: Figure, before: Figure, told: Change) -> tuple[str, str]:
    """The change since the same period of last year, short, and as it stands in brackets; no words on two noughts."""
    if before.value == 0:
        return NOTHING_THEN, NOTHING_THEN if told.amount else ""
    unit = figure.indicator.unit
    return told.text, told.beside(unit[:1].lower() + unit[1:], EARLIER["cung_ky"])


def _earlier(
    known: Mapping[str, Figure], group: str, quantities: Mapping[str, Quantity]
) -> dict[str, Quantity]:
    """The figures of an earlier period by name. Their tags are not codes, so nobody takes them for present figures."""
    made, words = {}, EARLIER[group]
    for name, now in quantities.items():
        before, tag = known.get(name), f"{group}.{name}"
        value = before.value if before else None
        lacks = () if value is not None else (Lack(tag, f"số liệu {words} {now.tag}: {now.title}"),)
        made[name] = replace(
            now, value=value, tag=tag, title=f"{now.title} ({words})", lacks=lacks, partial=(),
            part=before.part if before else None, whole=before.whole if before else None,
        )
    return made


def by_unit(content: Content, figure: Quantity, thing: str) -> str:
    """Đơn vị một: 844 hồ sơ; đơn vị hai: 01 hồ sơ: units with a value above zero, each number tagged with its unit."""
    row, told = _row(content, figure, "theo_don_vi"), []
    for unit, value in _above_zero(content, row):
        mark = FigureMark(Shown.FIGURE, f"{row.code}@{unit.id}", f"{unit.name}: {figure.title}", (row.code,))
        told.append(f"{clean(unit.name)}: {figure.paper.marks.wrap(mark, counted(value))} {thing}")
    return "; ".join(told) or figure.written(lambda value: "không có", "theo_don_vi")


def units_above_zero(content: Content, figure: Quantity, among: Quantity | None = None) -> UnitNumber:
    """How many units have a value above zero, marked where not all have answered yet; `among`: of those only that
    report another figure."""
    others = _row(content, among, "so_don_vi") if among is not None and among.decided() else None
    wanted = content.form.reporters(others) if others else None
    found = _above_zero(content, _row(content, figure, "so_don_vi")) if figure.decided() else ()
    tally = UnitNumber(sum(wanted is None or unit in wanted for unit, _ in found))
    tally.remark = figure.completeness()
    return tally


def _row(content: Content, figure: Quantity, function: str) -> Indicator:
    row = content.form.by_code.get(figure.tag)
    if row is None:
        raise UserError("", f"{function} chỉ dùng được với tên của một chỉ tiêu, không dùng với phép tính.")
    return row


def _above_zero(content: Content, row: Indicator) -> Iterator[tuple[Unit, Decimal]]:
    for unit in content.form.reporters(row):
        reading = content.readings.get((unit.id, row.code))
        if reading is not None and isinstance(reading.value, Decimal) and reading.value > 0:
            yield unit, reading.value


def _passages(content: Content, paper: Paper) -> dict[str, Passage]:
    made = {}
    for entry in content.form.entries:
        typed = content.entries.get(entry.name)
        text = clean(typed.text if typed else "")
        nothing = says_nothing(text)
        lines = [line for each in text.split("\n") if (line := said(each)) and not nothing]
        lack = Lack(f"noi_dung.{entry.name}", f"nội dung “{entry.title}”")
        if not lines and entry.required and not nothing:
            lines = [paper.placeholder((lack,))]
        made[entry.name] = Passage(lines)
        made[entry.name].gap = partial(paper.placeholder, (lack,))
    return made


def _info(field: InfoField, typed: Text | None, paper: Paper) -> object:
    """A line of the general information: a text, a whole number to calculate with, or a date."""
    known = said(clean(typed.text if typed else ""))
    lack = Lack(f"tt.{field.name}", f"thông tin “{field.label}”" + (f" (“{known}” không đọc được)" if known else ""))
    match field.kind:
        case "date" if (day := read_date(known)) or not (known or field.required):
            return Day(day)
        case "int" if known.isdecimal():
            return int(known)
        case "text" if known:
            return known
    optional = not known and not field.required
    if field.kind == "int" and not optional:
        return Quantity(paper, None, Kind.COUNT, lack.code, field.label, (lack,))
    blank = Blank()
    blank.gap = partial(paper.placeholder, (lack,))
    blank.missed = partial(paper.undecided.update, {} if optional else {lack: None})
    return blank


def _noted(paper: Paper, document: str) -> str:
    """Notes that a footnote cites a document; nothing to print."""
    paper.first_citation(document)
    return ""


LONGEST_VALUE = 80

PREVIOUS, LAST_YEAR = "truoc", "cung_ky"
TABLES, FILTERS = "Bảng và biểu đồ", "Bộ lọc"
_OWN = lines_of(Path(__file__).with_name("tu_cua_mau.csv"))
FILTER_MEANINGS = {line["name"]: line["meaning"] for line in _OWN if line["group"] == FILTERS}


@dataclass(frozen=True, slots=True)
class TemplateWord:
    """A name as it is written in a template."""

    group: str
    name: str
    meaning: str
    value: str = ""


def vocabulary(
    form: Form, content: Content | None = None, figures: Mapping[str, Figure] | None = None
) -> list[TemplateWord]:
    """Every name; without a workbook's content the values are empty."""
    info, entries = (content.info, content.entries) if content else ({}, {})
    return [
        *_indicators(form, figures or {}),
        *(TemplateWord("Thông tin chung", f"tt.{field.name}", field.label, _said(info.get(field.name)))
          for field in form.info),
        *_listed(form, content),
        *(TemplateWord("Nội dung", f"noi_dung.{entry.name}", entry.title, _said(entries.get(entry.name)))
          for entry in form.entries),
        *(TemplateWord(**line) for line in _OWN if line["group"] == TABLES),
        *_tables(form),
        *(TemplateWord(**line) for line in _OWN if line["group"] not in (TABLES, FILTERS)),
        *(TemplateWord(FILTERS, f"| {name}", meaning) for name, meaning in FILTER_MEANINGS.items()),
    ]


def _indicators(form: Form, figures: Mapping[str, Figure]) -> Iterator[TemplateWord]:
    for row in form.indicators():
        figure = figures.get(row.code)
        value = in_table(figure.value) if figure and figure.value is not None else ""
        yield TemplateWord("Chỉ tiêu", row.name, f"{row.code}: {bare(row.label)}", _shortened(value))


def _tables(form: Form) -> Iterator[TemplateWord]:
    for table in form.tables():
        row, column = next((row.label for row in table.numbered), "tên dòng"), table.columns[0].code
        yield TemplateWord(TABLES, table.name, f"{table.label}: đứng riêng một đoạn thì in cả bảng; một ô: "
                   f'{{{{ {table.name}["{row}"]["{column}"] }}}}')
        fields = {"ten": "tên bảng", "don_vi_tinh": "đơn vị tính", "dong": "các dòng, để lặp: .stt, .ten, .don_vi"}
        for field, meaning in fields.items():
            yield TemplateWord(TABLES, f"{table.name}.{field}", meaning)


def _listed(form: Form, content: Content | None) -> Iterator[TemplateWord]:
    listed = {each.name: each for each in (content.documents if content else form.documents)}
    for name in dict.fromkeys((*(each.name for each in form.documents), *listed)):
        yield TemplateWord("Văn bản", f"vb.{name}",
            "viện dẫn; .cua có cơ quan ban hành, .day_du có cả trích yếu, .nam là năm nêu ở trích yếu",
                   _shortened(citation_writer.full(listed[name])) if name in listed else "")


def _said(typed: Text | None) -> str:
    return _shortened(typed.text) if typed else ""


def _shortened(text: str) -> str:
    return shortened(" ".join(text.split()), LONGEST_VALUE)


class Known:
    """What a template may name, asked by the proof-reader."""

    def __init__(self, words: list[TemplateWord]) -> None:
        self.names = {word.name for word in words if not word.name.startswith("| ")}
        self.groups = {name.partition(".")[0] for name in self.names if "." in name} | {PREVIOUS, LAST_YEAR}

    def has(self, name: str) -> bool:
        """Whether a name, or the group of one, is known."""
        group, _, rest = name.partition(".")
        return name in self.names or name in self.groups or (group in (PREVIOUS, LAST_YEAR) and rest in self.names)

    def similar(self, name: str) -> str:
        """The known name that was probably meant."""
        return similar_name(name, sorted(self.names))
