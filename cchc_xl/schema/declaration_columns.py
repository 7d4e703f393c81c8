"""The sheets of a declaration and their columns (mac_dinh/cac_cot.csv), in the order in which they are written."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from cchc_xl.schema import declaration_words
from cchc_xl.values import Struct


class DeclaredColumn(Struct, frozen=True):
    """A column: its title, its width in digits, what helps while typing, and the words to choose from.

    A prompt of a column without words is shown beside the cell that is being typed.
    """

    title: str
    width: int = 14
    prompt: str = ""
    words: tuple[str, ...] = ()
    field: str = ""
    """Of what is declared in its lines, the field that it holds; `way` says how (see `declared_cells`)."""
    way: str = ""


TEXTS = ("", "period", "unit_kind", "code")
"""Ways of columns whose field is a text."""


class DeclaredSheet(Struct, frozen=True, dict=True):
    """A sheet of the workbook and the CSV file of the same content."""

    key: str
    title: str
    columns: tuple[DeclaredColumn, ...]

    @property
    def file(self) -> str:
        """The name of its CSV file."""
        return f"{self.key}.csv"

    @cached_property
    def with_fields(self) -> dict[str, DeclaredColumn]:
        """The columns that hold a field of what is declared, by title."""
        return {column.title: column for column in self.columns if column.field}

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The fields of which an empty cell, or a faulty one, is an empty text."""
        return tuple(column.field for column in self.with_fields.values() if column.way in TEXTS)

    @property
    def titles(self) -> list[str]:
        """The titles of its columns."""
        return [column.title for column in self.columns]


_WORDS: dict[str, tuple[str, ...]] = {
    "yes_no": (declaration_words.YES, declaration_words.NO),
    "severities": tuple(declaration_words.SEVERITIES.values()),
    "kinds": tuple(declaration_words.KINDS.values()),
    "lines": (
        declaration_words.SECTION, declaration_words.GROUP, *declaration_words.KINDS.values(),
        *declaration_words.TABLE_KINDS,
    ),
    "totals": (*declaration_words.TOTALS.values(), declaration_words.NOT_ADDED),
    "sources": tuple(declaration_words.SOURCES.values()),
    "rule_missing": tuple(declaration_words.RULE_MISSING.values()),
    "info_kinds": tuple(declaration_words.INFO_KINDS.values()),
    "chart_kinds": tuple(declaration_words.CHART_KINDS.values()),
}
"""Words to choose from that mean something to the program; other columns name their own."""


DEFAULTS = Path(__file__).with_name("mac_dinh")
"""Tables that come with the program: what a declaration says that has no such sheet, and the columns of all."""


def _columns() -> dict[str, list[DeclaredColumn]]:
    found = defaultdict[str, list[DeclaredColumn]](list)
    with (DEFAULTS / "cac_cot.csv").open(encoding="utf-8", newline="") as stream:
        _, *lines = csv.reader(stream)
    for sheet, title, width, prompt, words, field, way in lines:
        known = _WORDS.get(words) or tuple(filter(None, words.split("; ")))
        found[sheet].append(DeclaredColumn(title, int(width), prompt, known, field, way))
    return found


_COLUMNS = _columns()


def _sheet(key: str, title: str) -> DeclaredSheet:
    return DeclaredSheet(key, title, tuple(_COLUMNS[key]))


FORM = _sheet("bieu_mau", "Biểu mẫu")
INDICATORS = _sheet("chi_tieu", "Chỉ tiêu")
TABLE_COLUMNS = _sheet("cot", "Cột")
RULES = _sheet("quy_tac", "Quy tắc")
UNITS = _sheet("don_vi", "Đơn vị")
PERIODS = _sheet("ky", "Kỳ")
DOCUMENTS = _sheet("van_ban", "Văn bản")
ENTRIES = _sheet("noi_dung", "Nội dung")
INFO = _sheet("thong_tin", "Thông tin")
CONTACTS = _sheet("danh_ba", "Danh bạ")
CHARTS = _sheet("bieu_do", "Biểu đồ")
SCALES = _sheet("thang_diem", "Thang điểm")
MENDS = _sheet("sua_ban_in", "Sửa bản in")

SHEETS = (
    FORM, INDICATORS, TABLE_COLUMNS, RULES, UNITS, PERIODS, DOCUMENTS, ENTRIES, INFO, CONTACTS, CHARTS, SCALES, MENDS,
)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}

FAULT_COLUMNS, DRAFT_COLUMNS = tuple(_COLUMNS["loi"]), tuple(_COLUMNS["nhap"])
"""Of the lists of faults and of proposals that stand beside the sheets of a declaration."""

FORM_LINES = {column.title: column for column in _COLUMNS["muc"]}
"""The lines of sheet Biểu mẫu, each with the field that it holds; ratio, peer_ratio and least say how far a figure may
be from others before somebody is asked."""
