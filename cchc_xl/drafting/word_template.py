"""The Word template that a form begins with: head and signature after Nghị định 30/2020/NĐ-CP, sections as headings, a
sentence for every figure that must be answered, and the appendices as the province prints them. Officials reword it.

The headings of the printed table stand in one cell of the declaration: STT | Nội dung | Kết quả › Số liệu.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from cchc_xl.checks.check_context import bare
from cchc_xl.drafting.outline import TICKED, stated_unit
from cchc_xl.drafting.printed_table import PrintedColumn, PrintedTable, columns_of
from cchc_xl.excel.ooxml_package import packed
from cchc_xl.reconcile.foreign_table import Role
from cchc_xl.reconcile.text_likeness import SHORT
from cchc_xl.report.report_tables import printed_title
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import Kind, Missing, Total
from cchc_xl.schema.table_model import Table
from cchc_xl.typed_text import folded
from cchc_xl.values import Struct
from cchc_xl.word.word_package import DOCUMENT, members
from cchc_xl.word.word_xml import Element, name, parsed, remove, text, to_bytes, w
from cchc_xl.writing.vietnamese_numbers import ROMANS

FRAME = Path(__file__).with_name("khung_mau.docx")
BODY_PLACE, NAME_PLACES = "#NOI_DUNG#", ("#TEN#", "#ten#")
FIELDS = {Role.NUMBER: "stt", Role.LABEL: "noi_dung", Role.UNIT: "don_vi_tinh", Role.NOTE: "ghi_chu", None: "so_lieu"}
SHARES = {Role.NUMBER: 5, Role.LABEL: 38, Role.UNIT: 14, Role.NOTE: 33, None: 10}
"""How wide the columns are to each other."""


def word_template(form: Form) -> bytes:
    """The bytes of the template."""
    given = members(FRAME)
    document = parsed(given[DOCUMENT])
    _name_report(document, form)
    place = _holding(document, BODY_PLACE)
    for style, content in (*sentences(form), *entries(form)):
        place.addprevious(_paragraph(style, content))
    remove(place)
    _appendices(document, form)
    return packed({**given, DOCUMENT: to_bytes(document)})


def _paragraph(style: str, content: str) -> Element:
    return w("p", w("pPr", w("pStyle", val=style)), w("r", text(content)))


def _name_report(document: Element, form: Form) -> None:
    named = report_name(form)
    for each in document.iter(name("t")):
        for place, said in zip(NAME_PLACES, (named[:1].upper() + named[1:], named), strict=True):
            each.text = (each.text or "").replace(place, said)


def _holding(document: Element, said: str) -> Element:
    """The paragraph that holds a text."""
    return next(each for each in document.iter(name("p")) if said in _said(each))


def _said(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter(name("t")))


# Appendices


def _appendices(document: Element, form: Form) -> None:
    """The appendices that the form has: contacts, statistics, tables of number columns."""
    body = document.find(name("body"))
    assert body is not None
    parts = list(body)
    ends = [place for place, each in enumerate(parts) if each.find(f"{name('pPr')}/{name('sectPr')}") is not None]
    contacts, statistics = parts[ends[0] + 1 : ends[1] + 1], parts[ends[1] + 1 : -1]
    if form.contacts.lines:
        _contacts(next(each for each in contacts if each.tag == name("tbl")), len(form.contacts.columns))
    else:
        for each in contacts:
            body.remove(each)
        _holding(document, "Phụ lục II").find(f".//{name('t')}").text = "Phụ lục"  # type: ignore[union-attr]
    printed = next(each for each in statistics if each.tag == name("tbl"))
    _tables(printed, form)
    if not any(map(_is_listed, form.sections)):
        remove(printed)
    elif form.printed_heads:
        _as_printed(printed, form)


def _is_listed(section: Section) -> bool:
    """Whether lines of a section stand in the table of statistics."""
    return section.printed and any(row.code not in section.of_tables for row in section.rows)


def _tables(printed: Element, form: Form) -> None:
    """Puts the tables of number columns above the table of statistics, or below it where that begins first."""
    first = next((place for place, section in enumerate(form.sections) if _is_listed(section)), len(form.sections))
    alone = len(list(form.tables())) == 1 and first == len(form.sections)
    end = printed
    for place, section in enumerate(form.sections):
        for table in section.tables:
            for style, said in _of_table(table, alone):
                paragraph = _paragraph(style, said)
                if place < first:
                    printed.addprevious(paragraph)
                else:
                    end.addnext(paragraph)
                    end = paragraph


def _of_table(table: Table, alone: bool) -> Iterator[tuple[str, str]]:
    """What stands for a table of number columns; its name above it where it is not the only one."""
    if not alone:
        yield "BangChu", ""
        yield "BangGiua", inert(table.label)
    if table.unit:
        yield "BangGhiChu", f"Đơn vị tính: {{{{ {table.name}.don_vi_tinh }}}}"
    yield "BangChu", f"{{{{ {table.name} }}}}"
    if not alone:
        yield "BangChu", ""


def _contacts(table: Element, count: int) -> None:
    """The table of contacts with as many columns as the form has."""
    widths = _widths(table, [1, *[3] * (count - 1)])
    for row in table.iter(name("tr")):
        cells = row.findall(name("tc"))
        if len(cells) == 1:
            _span(cells[0], count, sum(widths))
            continue
        made = [copy.deepcopy(cells[min(place, len(cells) - 1)]) for place in range(count)]
        for place, (cell, width) in enumerate(zip(made, widths, strict=True)):
            old = min(place, len(cells) - 1)
            for each in cell.iter(name("t")):
                each.text = (each.text or "").replace(f"[{old}]", f"[{place}]")
            _span(cell, 1, width)
        _replace(row, cells, made)


def _as_printed(table: Element, form: Form) -> None:
    """The table of statistics with the columns, headings and number row that the province prints."""
    heads = read_heads(form.printed_heads)
    roles = [column.role for column in heads.columns]
    widths = _widths(table, [SHARES[role] for role in roles])
    rows = list(table.iter(name("tr")))
    first, sample = rows[0], rows[0].findall(name("tc"))[0]
    for level in range(heads.levels):
        first.addprevious(_head_row(first, sample, widths, _level(heads, level)))
    if heads.counted:
        numbers = [(said, place, 1, 1) for place, said in enumerate(heads.counted)]
        first.addprevious(_head_row(first, sample, widths, numbers))
    remove(first)
    for row in rows[1:]:
        cells = row.findall(name("tc"))
        if len(cells) == 1:
            _span(cells[0], len(widths), sum(widths))
            continue
        by_field = {_said(cell).strip("{} ").removeprefix("dong."): cell for cell in cells}
        made = [copy.deepcopy(by_field[FIELDS[role]]) for role in roles]
        for place, (cell, width) in enumerate(zip(made, widths, strict=True)):
            _span(cell, 1, width)
            if roles[place] is None and roles.index(None) != place:
                for each in cell.iter(name("t")):
                    each.text = ""
        _replace(row, cells, made)


def _head_row(
    row: Element, sample: Element, widths: Sequence[int], cells: Iterable[tuple[str, int, int, int]]
) -> Element:
    """A row of headings: 0 levels high is a cell that goes on from above."""
    made = copy.deepcopy(row)
    new = []
    for said, first, width, height in cells:
        cell = copy.deepcopy(sample)
        merge = "" if height == 1 else "restart" if height else "continue"
        _span(cell, width, sum(widths[first : first + width]), merge)
        for each in cell.iter(name("t")):
            each.text = inert(said)
        new.append(cell)
    _replace(made, made.findall(name("tc")), new)
    return made


def _widths(table: Element, shares: Sequence[int]) -> list[int]:
    """Sets the grid of a table of the same width to columns of these shares."""
    grid = table.find(name("tblGrid"))
    assert grid is not None
    whole = sum(int(each.get(name("w"), "0")) for each in grid)
    widths = [whole * share // sum(shares) for share in shares]
    grid[:] = [w("gridCol", w=width) for width in widths]
    return widths


def _span(cell: Element, count: int, width: int, merge: str = "") -> None:
    """Sets how many columns a cell covers, how wide it is, and whether it is merged with the one below or above."""
    look = cell.find(name("tcPr"))
    assert look is not None
    rest = [each for each in look if each.tag not in {name("tcW"), name("gridSpan"), name("vMerge")}]
    look[:] = [w("tcW", w=width, type="dxa"), *([w("gridSpan", val=count)] if count > 1 else []),
               *([w("vMerge", val=merge)] if merge else []), *rest]


def _replace(row: Element, old: Sequence[Element], new: Sequence[Element]) -> None:
    for cell in old:
        row.remove(cell)
    row.extend(new)


BETWEEN, BELOW = " | ", " › "


class PrintedHeads(Struct, frozen=True):
    """The columns of the printed table, and the line of their numbers where it has one."""

    columns: tuple[PrintedColumn, ...]
    counted: tuple[str, ...] = ()

    @property
    def levels(self) -> int:
        """Lines of headings."""
        return max((len(column.titles) for column in self.columns), default=1)


def written_heads(table: PrintedTable) -> str:
    """The cell."""
    heads = BETWEEN.join(BELOW.join(column.titles) for column in table.columns)
    counted = [column.counted for column in table.columns]
    return f"{heads}\n{BETWEEN.join(counted)}" if any(counted) else heads


def read_heads(text: str) -> PrintedHeads:
    """What a cell says."""
    first, _, second = text.partition("\n")
    paths = [tuple(title.strip() for title in path.split(BELOW.strip())) for path in first.split(BETWEEN.strip())]
    counted = [each.strip() for each in second.split(BETWEEN.strip())] if second else [""] * len(paths)
    return PrintedHeads(columns_of(paths, counted), tuple(counted) if second else ())


def _level(heads: PrintedHeads, level: int) -> Iterator[tuple[str, int, int, int]]:
    """The cells of a level of headings: text, first column, how many columns and levels it spans; those that go on from
    above have no text and span no level."""
    first = 0
    for (titles, ends), columns in groupby(heads.columns, lambda each: (each.titles[: level + 1], len(each.titles))):
        width, height = len(list(columns)), heads.levels - level if level == ends - 1 else int(level < ends)
        yield titles[level] if height else "", first, width, height
        first += width


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
