"""The text of a first Word template: headings by section and group, and one sentence for each figure, in the report's
usual wording. A figure that need not be answered has none: it stands in the appendix only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cchc_xl.report.completeness import bare_label
from cchc_xl.report.report_appendix import printed_title
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import WORDS, Kind, Missing
from cchc_xl.schema.table_model import Table
from cchc_xl.typed_text import folded
from cchc_xl.writing.vietnamese_numbers import ROMANS

Paragraph = tuple[str, str]
"""Style and text."""

NUMBERED = re.compile(rf"(?:{folded('tổng')} )?{folded('số')}\b")
BRACES = str.maketrans("{}", "()")
SECTION, GROUP, SENTENCE, FURTHER, CONTROL = "Muc", "Khoan", "DoanVan", "Gach", "DongDieuKhien"


def report_name(form: Form) -> str:
    """What the report is about, as it stands in a sentence."""
    named = form.title if form.printed_title else printed_title(form)
    return inert(named[:1].lower() + named[1:].rstrip(". "))


def sentences(form: Form) -> Iterator[Paragraph]:
    """Headings and sentences of every section."""
    for count, section in enumerate(form.sections, 1):
        number = ROMANS[count] if count < len(ROMANS) else str(count)
        yield SECTION, f"{number}. {inert(section.title.upper())}"
        yield from _section(section, form)


def _section(section: Section, form: Form) -> Iterator[Paragraph]:
    for table in section.tables:
        yield from _table(table)
    groups = 0
    for row in section.rows:
        if row.code in section.of_tables:
            continue
        if isinstance(row, Heading) and row.code.count(".") == 1:
            groups += 1
            yield GROUP, f"{groups}. {_bare(row.label)}"
        elif isinstance(row, Heading):
            yield SENTENCE, f"{_bare(row.label)}:"
        elif row.missing is Missing.REQUIRED and not (row.required_if or row.periods):
            style = FURTHER if row.label.lstrip().startswith(("-", "–", "+")) else SENTENCE
            yield style, ("- " if style == FURTHER else "") + sentence(row, form)


def _bare(label: str) -> str:
    return inert(label.strip(" -–+").rstrip(":. "))


def inert(words: str) -> str:
    """Words of a form that a template prints: without the braces that would make a tag."""
    return words.translate(BRACES)


def sentence(row: Indicator, form: Form) -> str:
    """What the report says of a figure: the figure with its unit, a rate with its parts, the change since last year."""
    figure, label = f"{{{{ {row.name} }}}}", _bare(bare_label(row))
    changed = f"{{{{ {row.name} | kem_cung_ky }}}}"
    match row.kind:
        case Kind.PERCENT if row.has_parts:
            part, whole = form.by_name[row.numerator], form.by_name[row.denominator]
            pair = f"{{{{ {part.name} | tren({whole.name}) }}}}{_unit(part)}"
            return (
                f"{{% if {whole.name} > 0 %}}{label} đạt {figure} ({pair}){changed}.{{% else %}}"
                f"{label}: không phát sinh.{{% endif %}}"
            )
        case Kind.COUNT | Kind.DECIMAL:
            between = " là" if NUMBERED.match(folded(label)) else ":"
            return f"{label}{between} {figure}{_unit(row)}{changed}."
        case Kind.RATIO:
            return f"{label}: {figure}{_unit(row)}."
    return f"{label}: {figure}."


def _unit(row: Indicator) -> str:
    """The unit after a number; none that lists answers, or that is no word."""
    unit = row.unit.strip()
    return f" {unit[:1].lower()}{unit[1:]}" if unit and not set(unit) & set("=%{}") else ""


def _table(table: Table) -> Iterator[Paragraph]:
    """The sums of a table in a sentence, and where the rest stands."""
    total = next((row for row in table.rows if row.kind == "total" and '"' not in row.label), None)
    if total is not None:
        unit = table.unit.removeprefix("Số ").strip()
        cells = [
            f'{_told(column.titles)} {{{{ {table.name}["{total.label}"]["{column.code}"] }}}} {unit}'.rstrip()
            for column in table.columns
            if column.kind is not Kind.PERCENT and column.kind not in WORDS
        ]
        if cells:
            yield SENTENCE, f"Tổng hợp chung: {'; '.join(cells)}."
    yield SENTENCE, f"{inert(table.label)}: số liệu chi tiết tại phụ lục kèm theo."


def _told(titles: tuple[str, ...]) -> str:
    """The headings of a column as words: tiếp nhận, trực tuyến."""
    said = ", ".join(title.partition(" (")[0] for title in dict.fromkeys(titles) if title != "Trong đó")
    return inert(said[:1].lower() + said[1:])


def entries(form: Form) -> Iterator[Paragraph]:
    """The passages that people write themselves, each below its title."""
    for entry in form.entries:
        if not entry.required:
            yield CONTROL, f"{{%p if noi_dung.{entry.name} %}}"
        yield GROUP, inert(entry.title)
        yield CONTROL, f"{{%p for doan in noi_dung.{entry.name} %}}"
        yield SENTENCE, "{{ doan }}"
        yield CONTROL, "{%p endfor %}"
        if not entry.required:
            yield CONTROL, "{%p endif %}"
