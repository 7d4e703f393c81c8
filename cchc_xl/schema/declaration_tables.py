"""A declaration as raw tables: what stands in its cells and where, in a workbook, in CSV or in a book."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from cchc_xl.program import lines_of
from cchc_xl.schema.declaration_columns import BY_KEY, DEFAULTS, DeclaredSheet
from cchc_xl.schema.declaration_words import plain
from cchc_xl.values import Struct

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
    """A sheet: the titles as they stand there, and its lines with their numbers."""

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
        """The lines that are not empty, their texts tidied."""
        told = (
            (number, {title: tidied(text) for title, text in zip(self.titles, cells, strict=False) if text})
            for number, cells in self.rows
        )
        return tuple(DeclaredLine(number, cells) for number, cells in told if any(cells.values()))

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
        key: DeclaredTable(BY_KEY[key], tuple(BY_KEY[key].titles), tuple(enumerate(map(tuple, lines), 2)))
        for key, lines in rows.items()
    })


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
