"""What the cells of a declaration say: dates, numbers, lists, choices; and the fields of whatever is declared one line
a thing, in the ways of mac_dinh/cac_cot.csv, in which a column is read and written back.

A fault is a `ValueError` in Vietnamese; the reader of a table keeps it with its place.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from msgspec.structs import fields

from cchc_xl.rules.rule_syntax import BRACES
from cchc_xl.schema import declaration_words
from cchc_xl.schema.declaration_tables import (
    FAULT,
    DeclarationFault,
    DeclaredColumn,
    DeclaredLine,
    DeclaredSheet,
    DeclaredTables,
)
from cchc_xl.schema.declaration_words import is_name, name_from
from cchc_xl.schema.typed_rules import spoken
from cchc_xl.values import Struct
from cchc_xl.writing.vietnamese_numbers import read_date


def day(text: str) -> datetime.date | None:
    """31/12/2025 or 2025-12-31; None for an empty cell."""
    found = read_date(text)
    if text and found is None:
        raise ValueError(f"“{text}” không phải ngày. Ghi dạng 31/12/2025.")
    return found


def written_day(value: datetime.date | None) -> str:
    """As people write it."""
    return f"{value:%d/%m/%Y}" if value else ""


def number(text: str) -> Decimal:
    """A number with a decimal comma or dot."""
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"“{text}” không phải là số.") from None
    if not value.is_finite():
        raise ValueError(f"“{text}” không phải là số.")
    return value


def written_number(value: Decimal) -> str:
    """With a decimal comma."""
    return f"{value:f}".replace(".", ",")


def listed(text: str) -> tuple[str, ...]:
    """Several things between semicolons or line breaks."""
    return tuple(part for each in re.split(r"[;\n]", text) if (part := each.strip())) if text else ()


def choices(text: str) -> dict[str, str]:
    """Trực tuyến = 0; Phát phiếu = 1, as labels by code."""
    made: dict[str, str] = {}
    for part in listed(text):
        label, sign, code = (each.strip() for each in part.rpartition("="))
        if not (sign and label and code):
            raise ValueError(f"“{part}”: ghi dạng tên = mã, ví dụ Trực tuyến = 0.")
        if code in made:
            raise ValueError(f"mã “{code}” có hai lần.")
        made[code] = label
    return made


def written_choices(declared: Mapping[str, str]) -> str:
    """The same as a cell."""
    return "; ".join(f"{label} = {code}" for code, label in declared.items())


def limits(text: str) -> tuple[Decimal, Decimal | None]:
    """0..100; without a number at an end there is no limit, at the lower one 0."""
    if not text:
        return Decimal(0), None
    low, dots, high = text.replace("…", "..").partition("..")
    if not dots:
        raise ValueError(f"“{text}”: ghi số nhỏ nhất và số lớn nhất, ví dụ 0..100.")
    least, most = number(low) if low.strip() else Decimal(0), number(high.strip(".")) if high.strip(". ") else None
    if most is not None and most < least:
        raise ValueError(f"“{text}”: số nhỏ nhất lớn hơn số lớn nhất.")
    return least, most


def written_limits(least: Decimal, most: Decimal | None) -> str:
    """The same as a cell; empty for the default."""
    if least == 0 and most is None:
        return ""
    return f"{written_number(least)}..{written_number(most) if most is not None else ''}"


class TableReader:
    """Reads the lines of sheets; `faults` and `places` grow, and `made`, the names made for empty cells."""

    def __init__(self, tables: DeclaredTables) -> None:
        self.tables = tables
        self.faults: list[DeclarationFault] = [fault for table in tables.by_key.values() for fault in table.faults()]
        self.places: dict[tuple[str, str], int] = {}
        self.made: dict[tuple[str, int, str], str] = {}

    def lines(self, sheet: DeclaredSheet) -> tuple[DeclaredLine, ...]:
        """The lines of a sheet."""
        return self.tables.lines(sheet)

    def fault(
        self, sheet: DeclaredSheet, line: int, column: str, what: str, remedy: str = "", severity: str = FAULT
    ) -> None:
        """Keeps a fault."""
        self.faults.append(DeclarationFault(sheet.key, line, column, what, remedy, severity))

    def cell(
        self, sheet: DeclaredSheet, line: DeclaredLine, title: str, convert: Callable[[str], Any], default: Any
    ) -> Any:
        """What a cell says, or the default with a fault."""
        try:
            return convert(line[title])
        except ValueError as error:
            self.fault(sheet, line.number, title, str(error))
            return default

    def placed(self, sheet: DeclaredSheet, line: DeclaredLine, key: str, column: str, what: str) -> None:
        """Notes where a key stands; one that stands twice is a fault."""
        if not key:
            self.fault(sheet, line.number, column, f"chưa ghi {what}.")
        elif (first := self.places.get((sheet.key, key))) is not None:
            self.fault(sheet, line.number, column, f"{what} “{key}” đã dùng ở dòng {first}.", "Sửa một trong hai.")
        else:
            self.places[sheet.key, key] = line.number

    def one_of(
        self, sheet: DeclaredSheet, line: DeclaredLine, title: str, known: Mapping[Any, str], default: Any
    ) -> Any:
        """The meaning of a word; the default for an empty cell."""
        if not line[title]:
            return default
        return self.cell(sheet, line, title, lambda text: declaration_words.meaning(known, text), default)

    def name_for(self, sheet: DeclaredSheet, line: DeclaredLine, title: str, label: str, used: set[str]) -> str:
        """A name made for an empty cell from the line's label."""
        name = self.made[sheet.key, line.number, title] = name_from(line[label], used, sheet.key)
        return name

    def check_name(self, sheet: DeclaredSheet, line: DeclaredLine, title: str, name: str, what: str) -> None:
        """A fault where a machine name has other letters than rules and templates take."""
        if not is_name(name):
            remedy = "Chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới; hoặc để trống, phần mềm tự đặt."
            self.fault(sheet, line.number, title, f"{what} “{name}” không dùng được.", remedy)

    def names(self, sheet: DeclaredSheet, title: str, label: str, what: str) -> Iterator[tuple[str, DeclaredLine]]:
        """The lines of a sheet with their machine names, made from the label where none is given yet."""
        lines = self.lines(sheet)
        used = {line[title] for line in lines}
        for line in lines:
            name = line[title] or self.name_for(sheet, line, title, label, used)
            self.check_name(sheet, line, title, name, what)
            self.placed(sheet, line, name, title, what)
            yield name, line


Codes = Mapping[str, str]


class Way(Struct, frozen=True):
    """How the text of a cell becomes the field's value, and the value a text.

    To read, it is given the `IndicatorRows`, which have machine names for codes. A `quiet` one leaves the cell empty
    where the value is what an empty cell means.
    """

    read: Callable[[Any, str], Any]
    write: Callable[[Any, Codes], str]
    quiet: bool = False


def _words(known: Mapping[Any, str], quiet: bool = False) -> Way:
    return Way(
        lambda _, text: declaration_words.meaning(known, text), lambda value, _: known.get(value, str(value)), quiet
    )


TEXT = Way(lambda _, text: text, lambda value, _: value)
WAYS: dict[str, Way] = {
    "": TEXT,
    "period": Way(lambda _, text: declaration_words.plain(text).replace(" ", "_"), TEXT.write),
    "unit_kind": Way(
        lambda _, text: declaration_words.unit_kind(text), lambda value, _: declaration_words.named_unit_kind(value)
    ),
    "code": Way(lambda rows, text: rows.name(text), lambda value, code_of: code_of.get(value, "")),
    "number": Way(lambda _, text: number(text), lambda value, _: written_number(value), quiet=True),
    "day": Way(lambda _, text: day(text), lambda value, _: written_day(value)),
    "list": Way(lambda _, text: listed(text), lambda value, _: "; ".join(value)),
    "yes": Way(
        lambda _, text: declaration_words.yes_or_no(text),
        lambda value, _: declaration_words.YES if value else declaration_words.NO, quiet=True,
    ),
    "recurs": _words({True: "hằng năm", False: "không"}, quiet=True),
    "applies": _words({"both": "Cả hai", "unit": "Đơn vị", "whole": "Toàn bộ"}, quiet=True),
    "previous": _words({"last_year": "Năm trước", "same_year": "Cùng năm"}, quiet=True),
    "severity": _words(declaration_words.SEVERITIES),
    "rule_missing": _words(declaration_words.RULE_MISSING, quiet=True),
    "choices": Way(
        lambda _, text: choices(text), lambda value, _: written_choices(value)
    ),
    "info_kind": _words(declaration_words.INFO_KINDS),
    "chart_kind": _words(declaration_words.CHART_KINDS),
    "condition": Way(lambda rows, text: rows.rule(text), lambda value, code_of: spoken(value, code_of)),
    # Terms in braces, codes turned into names.
    "sentence": Way(
        lambda rows, text: BRACES.sub(lambda found: f"{{{rows.rule(found[1])}}}", text),
        lambda value, code_of: BRACES.sub(lambda found: f"{{{spoken(found[1], code_of)}}}", value),
    ),
    # Notes by the code of their line, passages by their machine name.
    "notes": Way(
        lambda rows, text: tuple(rows.name_or_text(each) for each in listed(text)),
        lambda value, code_of: "; ".join(code_of.get(name, name) for name in value),
    ),
}

def fields_in(reader: TableReader, sheet: DeclaredSheet, line: DeclaredLine, rows: Any = None) -> dict[str, Any]:
    """What the cells of a line say, by field; what is left out is as the declared thing has it by itself."""
    made: dict[str, Any] = dict.fromkeys(sheet.texts, "")
    for title, text in line.items():
        if not text or (column := sheet.with_fields.get(title)) is None:
            continue
        try:
            told = WAYS[column.way].read(rows, text) if column.way else text
        except ValueError as error:
            reader.fault(sheet, line.number, title, str(error))
            continue
        if told is not None:
            made[column.field] = told
    return made


@lru_cache(maxsize=32)
def _defaults(kind: Any) -> dict[str, Any]:
    return {field.name: field.default for field in fields(kind)}


def cells_of(thing: Any, sheet: DeclaredSheet, code_of: Codes) -> dict[str, str]:
    """The cells of a declared thing, by the titles of the columns that hold a field of it."""
    columns = (column for column in sheet.with_fields.values() if column.field in thing.__struct_fields__)
    return {column.title: written(thing, column, code_of) for column in columns}


def written(thing: Any, column: DeclaredColumn, code_of: Codes) -> str:
    """The field of a declared thing that a column holds, as a cell."""
    way, value = WAYS[column.way], getattr(thing, column.field)
    is_default = way.quiet and value == _defaults(type(thing))[column.field]  # type: ignore[arg-type]
    return "" if is_default else way.write(value, code_of)
