"""A declaration as raw tables: its sheets and their columns (mac_dinh/cac_cot.csv), in the order in which they are
written, and what stands in their cells and where, in a workbook, in CSV or in a book.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from cchc_xl.program import lines_of
from cchc_xl.schema import declaration_words
from cchc_xl.schema.declaration_words import plain
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


FAULT, REMARK = "error", "warning"


class DeclarationFault(Struct, frozen=True):
    """What is wrong in a declaration: the sheet's key, the line (1 is the heading) and the column's title where one can
    be named, the fact and the remedy. A `REMARK` is told, a `FAULT` refuses the form too."""

    sheet: str
    line: int
    column: str
    what: str
    remedy: str = ""
    severity: str = FAULT


class DeclaredLine(dict[str, str]):
    """The cells of one line by their columns' titles; an empty cell is an empty text. `number` is where it stands."""

    def __init__(self, number: int, cells: Iterable[tuple[str, str]] | Mapping[str, str]) -> None:
        super().__init__(cells)
        self.number = number

    def __missing__(self, title: str) -> str:
        return ""

    @property
    def cells(self) -> Mapping[str, str]:
        """The cells that the line has."""
        return self


class DeclaredTable(Struct, frozen=True, dict=True):
    """A sheet: the titles as they stand there, and its lines with their numbers, their texts tidied."""

    sheet: DeclaredSheet
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles in the declared spelling; unknown ones as they are."""
        exact = {tidied(title).casefold(): title for title in self.sheet.titles}
        bare = [plain(title) for title in self.sheet.titles]
        loose = {plain(title): title for title in self.sheet.titles if bare.count(plain(title)) == 1}
        return tuple(
            exact.get(tidied(title).casefold()) or loose.get(plain(title)) or title for title in self.header
        )

    @cached_property
    def lines(self) -> tuple[DeclaredLine, ...]:
        """The lines that are not empty."""
        told = (
            (number, {title: text for title, text in zip(self.titles, cells, strict=False) if text})
            for number, cells in self.rows
        )
        return tuple([DeclaredLine(number, cells) for number, cells in told if cells])

    def faults(self) -> Iterator[DeclarationFault]:
        """Columns that are missing, twice there or unknown."""
        known = set(self.sheet.titles)
        for title in dict.fromkeys(self.titles):
            if title and title not in known:
                what = f"cột “{title}” không có trong quy định: được giữ nguyên, phần mềm không dùng."
                yield DeclarationFault(self.sheet.key, 1, title, what, severity=REMARK)
            elif title and self.titles.count(title) > 1:
                yield DeclarationFault(self.sheet.key, 1, title, f"cột “{title}” có hai lần.", "Xóa cột thừa.")
        first = self.sheet.titles[0]
        if first not in self.titles:
            what = f"thiếu cột “{first}”; dòng đầu phải là {', '.join(self.sheet.titles)}."
            yield DeclarationFault(
                self.sheet.key, 1, "", what, "Đặt lại dòng tiêu đề như tệp xuất bằng lệnh form export."
            )

    def with_cells(self, cells: Mapping[tuple[int, str], str]) -> DeclaredTable:
        """The same with other texts in some cells, by line and title; a title that is missing is added at the end."""
        header = (*self.header, *dict.fromkeys(title for _, title in cells if title not in self.titles))
        titles = (*self.titles, *header[len(self.header) :])
        rows = []
        for number, texts in self.rows:
            made = [*texts, *[""] * (len(header) - len(texts))]
            for place, title in enumerate(titles):
                made[place] = cells.get((number, title), made[place])
            rows.append((number, tuple(made)))
        return DeclaredTable(self.sheet, header, tuple(rows))


class DeclaredTables(Struct, frozen=True):
    """The sheets of a declaration by their keys, and sheets that no declaration has, by their names."""

    by_key: Mapping[str, DeclaredTable]
    others: tuple[str, ...] = ()

    def lines(self, sheet: DeclaredSheet) -> tuple[DeclaredLine, ...]:
        """The lines of a sheet; the usual ones where it has none."""
        table = self.by_key.get(sheet.key)
        return (table.lines if table else ()) or usual_lines(sheet.file)


@lru_cache(maxsize=len(BY_KEY))
def usual_lines(file: str) -> tuple[DeclaredLine, ...]:
    """What every declaration says that does not say it itself: periods, general data, the table of contacts."""
    lines = lines_of(DEFAULTS / file) if (DEFAULTS / file).is_file() else ()
    return tuple(DeclaredLine(number, line) for number, line in enumerate(lines, 2))


def with_names(tables: DeclaredTables, names: Mapping[tuple[str, int, str], str]) -> DeclaredTables:
    """The tables with the names that were made for empty cells written into them, so that they stay for ever."""
    return DeclaredTables({
        key: table.with_cells({(line, title): name for (sheet, line, title), name in names.items() if sheet == key})
        for key, table in tables.by_key.items()
    }, tables.others)


def made(rows: Mapping[str, Iterable[Sequence[str]]]) -> DeclaredTables:
    """Tables of lines whose cells stand in the declared columns' order, by sheet."""
    return DeclaredTables({
        key: DeclaredTable(BY_KEY[key], tuple(BY_KEY[key].titles), tuple(enumerate(map(tidy_row, lines), 2)))
        for key, lines in rows.items()
    })


def tidy_row(cells: Iterable[str]) -> tuple[str, ...]:
    """The cells of a line as every table has them, wherever it was read."""
    return tuple(map(tidied, cells))


def tidied(text: str) -> str:
    """Composed letters, straight ends; blanks inside a line as they are."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = text.replace("\u00a0", " ").replace("\ufeff", "").replace("\u200b", "")
    return text.strip()


class Wrong(Struct, frozen=True):
    """A fault at the line of a sheet that has a key, in a column."""

    sheet: DeclaredSheet
    key: str
    column: str
    what: str
    remedy: str = ""
    severity: str = FAULT
