"""The text of a first Word template: headings by section and group, and one sentence for each figure, in the report's
usual wording. A figure that need not be answered has none: it stands in the appendix only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from cchc_xl.checks.check_context import bare
from cchc_xl.drafting.proposals import TICKED, stated_unit
from cchc_xl.reconcile.text_likeness import SHORT
from cchc_xl.report.report_appendix import printed_title
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import Kind, Missing, Total
from cchc_xl.schema.table_model import Table
from cchc_xl.typed_text import folded
from cchc_xl.writing.vietnamese_numbers import ROMANS

Paragraph = tuple[str, str]
"""Style and text."""

_PART = re.compile(r"\s*(?:(?:trong đó|gồm|chia ra)\s*:\s*)?[-–+]", re.IGNORECASE)
NUMBERED = re.compile(r"(?:tổng )?số\b")
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
            is_part = bool(_PART.match(row.label))
            yield FURTHER if is_part else SENTENCE, ("- " if is_part else "") + sentence(row, form)


def _bare(label: str, unit: str = "") -> str:
    """A label as it stands in a sentence: without dash, footnote mark, formula, or the unit that the number has."""
    whole = re.sub(r"^\s*[^\W\d_][^:]*(?=:\s*[-–+])", "", label) if _PART.match(label) else label
    said = stated_unit(whole)
    known = said == "%" or folded(said) == folded(unit) or TICKED.fullmatch(folded(said))
    whole = re.sub(r"(?:\(\d+\))?\s*=\s*\(?\d.*$|[¹²³⁰-⁹]+", "", whole)
    return inert((whole.replace(f"({said})", "") if known else whole).strip(" -–+:").rstrip(":. "))


def inert(words: str) -> str:
    """Words of a form that a template prints: without the braces that would make a tag."""
    return words.translate(BRACES)


def sentence(row: Indicator, form: Form) -> str:
    """What the report says of a figure: the figure with its unit, a rate with its parts, the change since last year."""
    figure, label = f"{{{{ {row.name} }}}}", _bare(bare(row.label), row.unit)
    told = _unit(row) or (" đơn vị" if row.total is Total.COUNT_YES else "")
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
            return f"{label}{between} {figure}{told}{changed}."
        case Kind.RATIO:
            return f"{label}: {figure}{_unit(row)}."
    return f"{label}: {figure}{told if row.total is Total.COUNT_YES else ''}."


def _unit(row: Indicator) -> str:
    """The unit after a number; none that lists answers, or that is no word."""
    unit = row.unit.strip()
    return f" {unit[:1].lower()}{unit[1:]}" if unit and not set(unit) & set("=%{}") else ""


def _table(table: Table) -> Iterator[Paragraph]:
    """The sums of a table in a sentence, and where the rest stands."""
    total = next((row for row in table.rows if row.kind == "total" and '"' not in row.label), None)
    if total is not None:
        unit = table.unit.removeprefix("Số ").strip()
        counted = (column for column in table.columns if column.kind in (Kind.COUNT, Kind.DECIMAL))
        groups = []
        for head, columns in groupby(counted, key=lambda column: column.titles[0]):
            cells = (
                f'{_told(column.titles[1:])} {{{{ {table.name}["{total.label}"]["{column.code}"] }}}} {unit}'.strip()
                for column in columns
            )
            groups.append(f"{_told((head,))} {', '.join(cells)}")
        yield SENTENCE, f"Tổng hợp chung: {'; '.join(groups)}."
    yield SENTENCE, f"{inert(sentence_case(table.label))}: số liệu chi tiết tại phụ lục kèm theo."


def _told(titles: tuple[str, ...]) -> str:
    """The headings of a column as words: tiếp nhận, trực tuyến."""
    heads = [title.partition(" (")[0] for title in dict.fromkeys(titles) if title != "Trong đó"]
    return inert(", ".join(head if head[1:2].isupper() else head[:1].lower() + head[1:] for head in heads))


def sentence_case(title: str) -> str:
    """A title in capitals as people write it; known abbreviations keep theirs, names of places somebody must mend."""
    if not title.isupper():
        return title
    words = " ".join(word.upper() if word in SHORT else word for word in title.lower().split())
    return words[:1].upper() + words[1:]


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
