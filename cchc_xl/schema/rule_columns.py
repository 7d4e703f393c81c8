"""The columns of sheet Quy tắc beyond the condition: for whom and when a rule holds, what it says, what explains it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from cchc_xl.schema import declaration_words
from cchc_xl.schema.declaration_columns import RULES
from cchc_xl.schema.declaration_tables import DeclaredLine
from cchc_xl.schema.declared_cells import listed, written_list
from cchc_xl.schema.form_model import RuleLine
from cchc_xl.schema.typed_rules import spoken
from cchc_xl.structs import Struct

if TYPE_CHECKING:
    from cchc_xl.schema.read_indicators import IndicatorRows
    from cchc_xl.schema.table_reader import TableReader

YES = declaration_words.YES
BRACES = re.compile(r"\{([^{}]*)\}")
Codes = Mapping[str, str]


class Codec(Struct, frozen=True):
    """A column: how its text becomes the field's value, and the value a text."""

    title: str
    read: Callable[[IndicatorRows, str], Any]
    write: Callable[[Any, Codes], str]


def _words(title: str, known: Mapping[str, str]) -> Codec:
    return Codec(
        title, lambda _, text: declaration_words.meaning(known, text), lambda value, _: known.get(value, str(value))
    )


def _sentence_read(rows: IndicatorRows, text: str) -> str:
    """A sentence with terms in braces, codes turned into names. Raises `ValueError`."""
    return BRACES.sub(lambda found: f"{{{rows.rule(found[1])}}}", text)


def _sentence_written(text: str, code_of: Codes) -> str:
    return BRACES.sub(lambda found: f"{{{spoken(found[1], code_of)}}}", text)


def _notes_read(rows: IndicatorRows, text: str) -> tuple[str, ...]:
    """Notes by the code of their line, passages by their machine name."""
    return tuple(rows.name_or_text(each) for each in listed(text))


def _notes_written(names: tuple[str, ...], code_of: Codes) -> str:
    return written_list(code_of.get(name, name) for name in names)


FURTHER: dict[str, Codec] = {
    "applies": _words("Áp dụng", {"both": "Cả hai", "unit": "Đơn vị", "whole": "Toàn bộ"}),
    "reference": Codec("Căn cứ", lambda _, text: text, lambda value, _: value),
    "periods": Codec("Kỳ", lambda _, text: listed(text), lambda value, _: written_list(value)),
    "previous": _words("So với", {"last_year": "Năm trước", "same_year": "Cùng năm"}),
    "told": Codec("Câu báo", _sentence_read, _sentence_written),
    "unless_written": Codec("Trừ khi có ghi", _notes_read, _notes_written),
    "if_written": Codec("Chỉ khi có ghi", _notes_read, _notes_written),
    "together": Codec("Gộp", lambda _, text: declaration_words.yes_or_no(text), lambda value, _: YES if value else ""),
}
"""By the field of a rule; one that this version's rules do not have is kept in the tables and not used."""

FIELDS = [field for field in FURTHER if field in RuleLine.__struct_fields__]
DEFAULTS = RuleLine(code="", test="", remedy="")


def read_further(reader: TableReader, rows: IndicatorRows, line: DeclaredLine) -> dict[str, Any]:
    """The fields of a line that says more than the condition."""
    return {
        field: reader.cell(RULES, line, codec.title, partial(codec.read, rows), getattr(DEFAULTS, field))
        for field in FIELDS if line[(codec := FURTHER[field]).title]
    }


def written_further(rule: RuleLine, code_of: Codes) -> Iterator[tuple[str, str]]:
    """The cells of these columns that are not at their defaults."""
    for field in FIELDS:
        value = getattr(rule, field)
        if value != getattr(DEFAULTS, field):
            yield FURTHER[field].title, FURTHER[field].write(value, code_of)
