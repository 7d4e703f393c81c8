"""How the cells of a column say what a declared thing holds, and how it is written back: the ways of mac_dinh/cot.csv.

A column with a field needs nothing else: whatever is declared one line a thing is read and written here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Protocol

from msgspec.structs import fields

from cchc_xl.rules.rule_parser import BRACES
from cchc_xl.schema import declaration_words, declared_cells
from cchc_xl.schema.declaration_columns import DeclaredSheet
from cchc_xl.schema.declaration_tables import DeclaredLine
from cchc_xl.schema.table_reader import TableReader
from cchc_xl.schema.typed_rules import spoken
from cchc_xl.structs import Struct

Codes = Mapping[str, str]


class Coded(Protocol):
    """The lines of sheet Chỉ tiêu, which have machine names for codes."""

    def name(self, code: str) -> str:
        """The name of a code. Raises `ValueError`."""

    def rule(self, text: str) -> str:
        """A typed rule in the language of rules. Raises `ValueError`."""

    def name_or_text(self, text: str) -> str:
        """The name of a code, or the text where it is none."""


class Way(Struct, frozen=True):
    """How the text of a cell becomes the field's value, and the value a text.

    A `quiet` one leaves the cell empty where the value is what an empty cell means.
    """

    read: Callable[[Coded, str], Any]
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
    "day": Way(lambda _, text: declared_cells.day(text), lambda value, _: declared_cells.written_day(value)),
    "list": Way(lambda _, text: declared_cells.listed(text), lambda value, _: "; ".join(value)),
    "yes": Way(
        lambda _, text: declaration_words.yes_or_no(text),
        lambda value, _: declaration_words.YES if value else declaration_words.NO, quiet=True,
    ),
    "recurs": _words({True: "hằng năm", False: "không"}, quiet=True),
    "applies": _words({"both": "Cả hai", "unit": "Đơn vị", "whole": "Toàn bộ"}, quiet=True),
    "previous": _words({"last_year": "Năm trước", "same_year": "Cùng năm"}, quiet=True),
    "choices": Way(
        lambda _, text: declared_cells.choices(text), lambda value, _: declared_cells.written_choices(value)
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
        lambda rows, text: tuple(rows.name_or_text(each) for each in declared_cells.listed(text)),
        lambda value, code_of: "; ".join(code_of.get(name, name) for name in value),
    ),
}
TEXTS = ("", "period", "unit_kind", "code")
"""Ways of which an empty cell, or a faulty one, is an empty text."""


def fields_in(
    reader: TableReader, sheet: DeclaredSheet, line: DeclaredLine, rows: Coded | None = None
) -> dict[str, Any]:
    """What the cells of a line say, by field; what is left out is as the declared thing has it by itself."""
    made: dict[str, Any] = {}
    for column in sheet.with_fields:
        if column.way in TEXTS:
            made[column.field] = line[column.title] if column.way == "" else ""
        if column.way and line[column.title]:
            read = partial(WAYS[column.way].read, rows)  # type: ignore[arg-type]
            told = reader.cell(sheet, line, column.title, read, None)
            made |= {} if told is None else {column.field: told}
    return made


@lru_cache(maxsize=32)
def _defaults(kind: Any) -> dict[str, Any]:
    return {field.name: field.default for field in fields(kind)}


def cells_of(thing: Any, sheet: DeclaredSheet, code_of: Codes) -> dict[str, str]:
    """The cells of a declared thing, by the titles of the columns that have fields."""
    made = {}
    for column in sheet.with_fields:
        way, value = WAYS[column.way], getattr(thing, column.field)
        is_default = way.quiet and value == _defaults(type(thing))[column.field]  # type: ignore[arg-type]
        made[column.title] = "" if is_default else way.write(value, code_of)
    return made
