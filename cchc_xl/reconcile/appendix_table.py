"""The appendix table of a report, or in a file of its own: which line shows which indicator, and what it says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.reading.typed_text import folded, tidy
from cchc_xl.reconcile.reconcile_rules import Spot
from cchc_xl.reconcile.text_likeness import ratio
from cchc_xl.reconcile.text_tokens import read_number
from cchc_xl.schema.form_model import Form, Indicator, Section
from cchc_xl.values import Ratio, Value

LEAST_LABEL = 0.72
"""Likeness of a line's label to the declared one, below which it is another line."""

NOWHERE = Spot(-1, 0, 0)

_ROMAN = re.compile(r"[IVX]+")
_STT = re.compile(r"\d+(?:\.\d+)*")
_PAIR = re.compile(r"(\d[\d.]*)\s*/\s*(\d[\d.]*)")
_NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table in a report with its place."""

    text: str
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the appendix: the indicator, its value as written and as read, and how sure the line is (0–1)."""

    code: str
    label: str
    raw: str
    value: Value | None
    places: int | None
    note: str
    score: float
    spot: Spot = NOWHERE


def read_table(rows: Sequence[Sequence[Cell]], form: Form) -> dict[str, Line]:
    """The lines of a table that show indicators of the form, by code; other tables give none."""
    found: dict[str, Line] = {}
    section: Section | None = None
    group = ""
    for row in rows:
        cells = [Cell(tidy(cell.text), cell.spot) for cell in row]
        if len(cells) < 3:
            continue
        section = _section(cells, form) or section
        if section is None or not cells[0].text:
            continue
        group = cells[0].text if _STT.fullmatch(cells[0].text) else group
        line = _line(cells, section, group)
        if line is not None:
            found.setdefault(line.code, line)
    return found


def _section(cells: Sequence[Cell], form: Form) -> Section | None:
    """The section whose heading a row is: its Roman number and its title."""
    if not _ROMAN.fullmatch(cells[0].text):
        return None
    numbered = (section for section in form.sections if section.number == cells[0].text)
    return next((each for each in numbered if ratio(folded(each.title), folded(cells[1].text)) > LEAST_LABEL), None)


def _line(cells: Sequence[Cell], section: Section, number: str) -> Line | None:
    label = folded(cells[1].text)
    numbered = f"{section.number}.{number}"
    ranked = sorted(
        ((_label_score(row, label, numbered), row) for row in section.indicators),
        key=lambda pair: -pair[0],
    )
    if not ranked or ranked[0][0] < LEAST_LABEL:
        return None
    score, row = ranked[0]
    return _valued(cells, row, score)


def _label_score(row: Indicator, label: str, code: str) -> float:
    """Likeness of labels; the right number of the line decides between equal labels."""
    return ratio(folded(row.label), label) * 0.9 + (0.1 if row.code == code else 0)


def _valued(cells: Sequence[Cell], row: Indicator, score: float) -> Line | None:
    if len(cells) < 4:
        return None
    cell = cells[3]
    value, places = read_value(cell.text)
    note = cells[4].text if len(cells) > 4 else ""
    return Line(row.code, cells[1].text, cell.text, value, places, note, score, cell.spot)


def read_value(text: str) -> tuple[Value | None, int | None]:
    """What the cell says: a number with its decimals, a pair, or zero for "Không"; None where it is empty or a text."""
    if pair := _PAIR.fullmatch(text):
        return Ratio(read_number(pair[1])[0], read_number(pair[2])[0]), None
    if _NUMBER.fullmatch(text.removesuffix("%").strip()):
        return read_number(text.removesuffix("%").strip())
    return (Decimal(0), 0) if folded(text) in ("không", "không có", "ko") else (None, None)


def read_table_file(path: Path, form: Form) -> dict[str, Line]:
    """The lines of an appendix table saved as .csv.

    Its columns are the printed ones, or section, group, row, label, unit, value, note.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(str(path), "không đọc được bảng này.", "Lưu lại thành CSV UTF-8.") from error
    return read_rows(rows, form)


def read_rows(rows: Sequence[Sequence[str]], form: Form) -> dict[str, Line]:
    """The lines of a table of texts."""
    head = [folded(cell) for cell in rows[0]] if rows else []
    if {"section", "group", "row", "label"} <= set(head):
        rows = list(_as_printed(head, rows[1:]))
    return read_table([[Cell(text) for text in row] for row in rows], form)


def _as_printed(head: list[str], rows: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """A line in the columns of the printed table: number, label, unit, value, note."""
    for row in rows:
        named = dict(zip(head, row, strict=False))
        number = ".".join(part for part in (named["group"], named["row"]) if part) or named["section"]
        value = next((text for key, text in named.items() if key.startswith("value")), "")
        yield [number, named["label"], named.get("unit", ""), value, named.get("note", "")]
