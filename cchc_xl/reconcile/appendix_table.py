"""The appendix table of a report, or in a file of its own: which line shows which indicator, and what it says.

Columns are told by their headings, lines by number, label and place below their section. What cannot be told is kept
for a person to decide: lines that were not understood, tables without a column for this period, two lines for one
indicator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from cchc_xl.reconcile.appendix_lines import (
    Appendix,
    AppendixLine,
    Unread,
    not_whole,
    number_table,
    other_unit,
    read_value,
)
from cchc_xl.reconcile.foreign_table import (
    NUMBER,
    Columns,
    ForeignCell,
    ForeignTable,
    Role,
    Row,
    cell_at,
    guessed,
    headings_at,
    settled,
    tables_of_document,
)
from cchc_xl.reconcile.text_likeness import best_pairs, meant, near_texts, ratio, said_alike
from cchc_xl.reconcile.written_forms import period_of
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.typed_text import folded, tidy
from cchc_xl.word.document_text import WordDocument
from cchc_xl.word.word_xml import TextCell

LEAST_LABEL = 0.72
"""Likeness of a line's label to the declared one, below which it is another line."""

ALIKE = 0.95
"""Likeness from which two lines show the same indicator."""

STILL = 0.06
"""How much worse than its best a line may fit that another row has taken; a worse one is another line."""

CLEARLY = 0.03
"""How much better than all others a line must fit where no section heading stands above it."""

_ROMAN = re.compile(r"(?P<number>[IVX]+)(?:[\s.:)–-]+(?P<title>.*))?")
_STT = re.compile(r"(?:[IVX]+\.)?\d+(?:\.\d+)*\.?[a-zđ]?")
_NUMBERED = re.compile(r"(?P<number>(?:[IVX]+\.)?\d+(?:\.\d+)*)[.)]?\s+(?P<text>[^\W\d].*)")
_MOST_OF_TITLE = 2
_DIGITS = re.compile(r"\d")
_WORDS, _LEAST_WORDS = re.compile(r"[^\W\d_]+"), 4


@dataclass
class _Block:
    """The lines of a table below one section heading, before they are recognised."""

    section: Section | None
    columns: Columns
    rows: list[_Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    number: str
    label: str
    unit: str
    figure: ForeignCell | None
    note: str
    guess: str
    """The code that the line's number, or its place below its group, would have."""
    where: str
    doubt: str


def read_tables(tables: Sequence[ForeignTable], form: Form) -> Appendix:
    """Every line of the tables that shows an indicator; what is not understood in a table of the form is listed.

    Tables without headings go on with those of the table before.
    """
    found = Appendix()
    columns, section = Columns(), None
    for table in tables:
        if table.hidden:
            found += _hidden(table)
            continue
        if other := period_of(title_of(table), form.period):
            why = f"bảng này của {other}, sổ của {form.period.label}; chưa đọc"
            found += Appendix(unread=(Unread(table.name, "", "", why),))
            continue
        if (shown := number_table(table, form)) is not None:
            found += shown
            continue
        blocks = list(_blocks(table, form, columns, section))
        if blocks:
            columns, section = blocks[-1].columns, blocks[-1].section
        found += _of_table(table, blocks, form)
    return found


def title_of(table: ForeignTable) -> str:
    """What stands above the headings of a table: its title, the office, the unit that reports."""
    lines: list[str] = []
    for row in table.rows:
        own = [cell.own for cell in row if cell.own]
        if len(own) > _MOST_OF_TITLE or any(NUMBER.fullmatch(text) or _ROMAN.fullmatch(text) for text in own):
            return "\n".join(lines)
        lines += own
    return ""


def appendix_of_document(document: WordDocument, form: Form) -> Appendix:
    """The same of the tables of a report, and what of them could not be read."""
    unread = (Unread(document.path.name, "", "", document.unread),) if document.unread else ()
    return read_tables(tables_of_document(document), form) + Appendix(unread=unread)


def told_in_tables(document: WordDocument, appendix: Appendix) -> Iterator[int]:
    """The paragraphs that are sentences in tables: a frame, tasks with their results. Not those of a table that shows
    lines of the form, nor those of a row of figures.
    """
    of_figures = {line.spot.paragraph for line in appendix.lines}
    shown, told = set[int](), set[int]()
    for table in document.tables:
        rows = [[_paragraphs_of(cell) for cell in row] for row in table]
        if of_figures & {cell.paragraph for row in table for cell in row}:
            shown |= {number for row in rows for cell in row for number in cell}
            continue
        for row, cells in zip(table, rows, strict=True):
            if not any(NUMBER.fullmatch(cell.text.strip()) for cell in row[1:]):
                told |= {number for numbers in cells for number in numbers}
    yield from (number for number in sorted(told - shown) if _is_sentence(document.paragraphs[number]))


def _paragraphs_of(cell: TextCell) -> range:
    """The numbers of the paragraphs of a cell; nothing for the copy of a merged one."""
    lines = 0 if cell.spread or cell.paragraph < 0 else cell.text.strip("\n").count("\n") + 1
    return range(cell.paragraph, cell.paragraph + lines)


def _is_sentence(text: str) -> bool:
    """Whether a cell's paragraph tells a number in words of its own."""
    return bool(_DIGITS.search(text)) and len(_WORDS.findall(text)) >= _LEAST_WORDS


def _hidden(table: ForeignTable) -> Appendix:
    numbers = any(NUMBER.fullmatch(cell.own) for row in table.rows for cell in row)
    return Appendix(unread=(Unread(table.name, "", "", table.hidden),) if numbers else ())


def _blocks(table: ForeignTable, form: Form, columns: Columns, section: Section | None) -> Iterator[_Block]:
    """The table cut at its section headings, and where headings come again."""
    rows, at = table.rows, 0
    first = headings_at(rows, 0, form.period) if rows else None
    begun = first[0].titles == columns.titles if first else table.width == len(columns.titles) > 0
    if not begun and not first and not any(headings_at(rows, number, form.period) for number in range(len(rows))):
        columns = guessed(rows)
    block = _Block(section if begun else None, columns)
    counter = _Counter()
    while at < len(rows):
        if heading := headings_at(rows, at, form.period):
            yield block
            columns = settled(heading[0], rows[heading[1]:])
            block, at = _Block(block.section, columns), heading[1]
            continue
        found = _section_of(rows[at], form)
        if found is not None:
            yield block
            block, counter = _Block(found, columns), _Counter()
        elif row := _row(rows[at], block, counter):
            block.rows.append(replace(row, label=form.mended(row.label)))
        at += 1
    yield block


class _Counter:
    """Counts the lines below a group, for those that have no number of their own."""

    def __init__(self) -> None:
        self._group, self._line = "", 0

    def guess(self, number: str) -> str:
        """The code within its section: the line's own number, or that of its place."""
        bare = number.rstrip(".")
        if bare and not re.fullmatch(r"\d+", bare):
            return bare
        if bare and bare != self._group:
            self._group, self._line = bare, 0
            return bare
        self._line += 1
        return f"{self._group}.{self._line}" if self._group else ""


def _section_of(row: Row, form: Form) -> Section | None:
    """The section whose heading a row is: its Roman number and title in one, two or merged cells, or its title."""
    own = [cell.own for cell in row if cell.own]
    said = _ROMAN.fullmatch(" ".join(own[:2])) if own else None
    if said and said["title"]:
        numbered = (each for each in form.sections if each.number == said["number"])
        found = next((each for each in numbered if _likeness(each.title, said["title"]) > LEAST_LABEL), None)
        if found is not None:
            return found
    if len(own) == 1 and not _DIGITS.search(own[0]):
        return next((each for each in form.sections if _likeness(each.title, own[0]) >= ALIKE), None)
    return None


def _likeness(one: str, other: str) -> float:
    return ratio(folded(one), folded(other))


def _row(row: Row, block: _Block, counter: _Counter) -> _Row | None:
    """The texts of a line by their columns; nothing where no label stands in it."""
    columns = block.columns
    label, number = (cell_at(row, columns.at(role)) for role in (Role.LABEL, Role.NUMBER))
    text = tidy(label.text) if label else ""
    own = number.own.replace(",", ".") if number else ""
    said = own if _STT.fullmatch(own) else ""
    if not said and (numbered := _NUMBERED.fullmatch(text)):
        said, text = numbered["number"], numbered["text"]
    if not text:
        return None
    unit, note = (cell_at(row, columns.at(role)) for role in (Role.UNIT, Role.NOTE))
    figure = cell_at(row, columns.at(Role.FIGURE))
    where = next((cell.where for cell in (figure, *row) if cell and cell.where), "")
    return _Row(
        said, text, unit.own if unit else "", figure, note.own if note else "", counter.guess(said), where,
        not_whole("\n".join(cell.own for cell in row)),
    )


def _of_table(table: ForeignTable, blocks: Sequence[_Block], form: Form) -> Appendix:
    read = [_recognised(block, form) for block in blocks]
    found = Appendix()
    for block, chosen in zip(blocks, read, strict=True):
        if not chosen:
            continue
        if block.columns.unclear:
            codes = ", ".join(line.code for _, line in chosen if isinstance(line, Indicator))
            reason = f"không rõ cột nào là số liệu kỳ này: {block.columns.unclear}; chưa đọc các dòng {codes}"
            found += Appendix(unread=(Unread(table.name, "", "", reason),) if codes else ())
            continue
        found += _lines(block, chosen, table, form)
    return found if found.lines or found.unread else _foreign(table, blocks)


def _foreign(table: ForeignTable, blocks: Sequence[_Block]) -> Appendix:
    """A table with a column for this period, none of whose lines is of the form."""
    rows = [row for block in blocks if block.columns.titles for row in block.rows if _holds_number(row.figure)]
    if not rows:
        return Appendix()
    reason = f"không nhận ra dòng nào của bảng này trong biểu mẫu ({len(rows)} dòng có số)"
    return Appendix(unread=(Unread(table.name, rows[0].label, _raw(rows[0].figure), reason),))


def _holds_number(cell: ForeignCell | None) -> bool:
    return cell is not None and bool(_DIGITS.search(cell.own))


def _raw(cell: ForeignCell | None) -> str:
    return tidy(cell.text) if cell else ""


def _recognised(block: _Block, form: Form) -> list[tuple[int, Indicator | Heading]]:
    """The line of the form that each row shows: the best pairs first, each line once; outside of a section a row that
    fits several lines as well tells nothing.
    """
    sections = (block.section,) if block.section else form.sections
    lines = [(section, line) for section in sections for line in section.lines]
    labels = [folded(line.label) for _, line in lines]

    @cache
    def candidates(label: str) -> set[int]:
        """The lines that a label may mean; a foreign table may have as many lines as a sheet has."""
        same = (place for place, (_, line) in enumerate(lines) if meant(line.label) == meant(label))
        return {*near_texts(folded(label), labels, LEAST_LABEL - 0.1), *same}
    scores = (
        (_score(lines[place][1], row, lines[place][0]), at, place)
        for at, row in enumerate(block.rows) for place in candidates(row.label)
    )
    pairs = best_pairs(scores, LEAST_LABEL, 0.0 if block.section else CLEARLY, STILL)
    return [(at, lines[place][1]) for _, at, place in sorted(pairs, key=lambda each: each[1])]


def _score(line: Indicator | Heading, row: _Row, section: Section) -> float:
    """Likeness of labels; number, place and unit decide between equal labels."""
    alike = 0.97 if meant(line.label) == meant(row.label) else 0.0
    alike = max(alike, _likeness(line.label, row.label))
    if alike < LEAST_LABEL - 0.1 or (alike < 1 and said_alike(line.label) != said_alike(row.label)):
        return 0.0
    numbered = line.code in (row.guess, f"{section.number}.{row.guess}")
    unit = isinstance(line, Indicator) and bool(row.unit) and folded(line.unit) == folded(row.unit)
    return alike * 0.88 + (0.1 if numbered else 0) + (0.02 if unit else 0)


def _lines(
    block: _Block, chosen: Sequence[tuple[int, Indicator | Heading]], table: ForeignTable, form: Form
) -> Appendix:
    known = dict(chosen)
    lines, unread = [], []
    for at, row in enumerate(block.rows):
        line = known.get(at) or _again(row, [each for _, each in chosen])
        if isinstance(line, Indicator):
            made = _valued(row, line, block)
            lines += [made] if isinstance(made, AppendixLine) else []
            unread += [made] if isinstance(made, Unread) else []
        elif _holds_number(row.figure):
            why = _unknown(row, block, form) if line is None else "dòng tên nhóm không nhận số liệu"
            unread.append(Unread(row.where or table.name, row.label, _raw(row.figure), why))
    return Appendix(tuple(lines), tuple(unread))


def _unknown(row: _Row, block: _Block, form: Form) -> str:
    """Why a line is none of the form's: what comes near it says something else."""
    sections = (block.section,) if block.section else form.sections
    lines = (line for section in sections for line in section.indicators)
    scored = ((_likeness(line.label, row.label), line) for line in lines)
    alike, near = max(scored, key=lambda each: each[0], default=(0.0, None))
    if near is None or alike < LEAST_LABEL:
        return "không nhận ra dòng này trong biểu mẫu"
    return f"gần giống {near.code} “{near.label}” mà nói việc khác hoặc đã có dòng khác; đúng là dòng đó thì tự nhập"


def _again(row: _Row, taken: Sequence[Indicator | Heading]) -> Indicator | Heading | None:
    """A line that the table shows once more."""
    return next((line for line in taken if _likeness(line.label, row.label) >= ALIKE), None)


def _valued(row: _Row, line: Indicator, block: _Block) -> AppendixLine | Unread | None:
    """What a line says of its indicator; unread where the cell holds something that is no value, or in another unit."""
    section, columns = block.section, block.columns
    raw, cell = _raw(row.figure), row.figure
    if cell is None:
        return None
    column = columns.at(Role.FIGURE)
    heading = columns.titles[column] if column is not None and column < len(columns.titles) else ""
    if _holds_number(cell) and (other := other_unit((row.unit, row.label, heading), line)):
        return Unread(row.where, f"{line.code} ({row.label})", raw, other)
    score = min(1.0, _score(line, row, section) + 0.02) if section else _likeness(line.label, row.label)
    value, places, why = read_value(cell, line)
    if why and value is None:
        return Unread(row.where, f"{line.code} ({row.label})", raw, why)
    doubt = why or row.doubt
    return AppendixLine(line.code, row.label, raw, value, places, row.note, score, cell.spot, row.where, doubt)
