"""Reads cells of declared tables one by one, keeping every fault with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cchc_xl.schema import declaration_columns, declaration_words
from cchc_xl.schema.declaration_columns import DeclaredSheet
from cchc_xl.schema.declaration_tables import FAULT, DeclarationFault, DeclaredLine, DeclaredTables
from cchc_xl.schema.machine_names import NAME, name_from


class TableReader:
    """Reads the lines of sheets; `faults` and `places` grow, and `made`, the names made for empty cells."""

    def __init__(self, tables: DeclaredTables, partial: bool = False) -> None:
        self._tables = tables
        self.faults: list[DeclarationFault] = [fault for table in tables.by_key.values() for fault in table.faults()]
        self.places: dict[tuple[str, str], int] = {}
        self.made: dict[tuple[str, int, str], str] = {}
        for sheet in declaration_columns.SHEETS:
            if sheet.needed and not partial and sheet.key not in tables.by_key:
                self.fault(
                    sheet, 0, "", f"thiếu trang tính “{sheet.title}”.", "Lấy lại từ tệp xuất bằng lệnh form export."
                )

    def lines(self, sheet: DeclaredSheet) -> tuple[DeclaredLine, ...]:
        """The lines of a sheet."""
        return self._tables.lines(sheet)

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

    def yes(self, sheet: DeclaredSheet, line: DeclaredLine, title: str, blank: bool) -> bool:
        """Có or Không."""
        if not line[title]:
            return blank
        return bool(self.cell(sheet, line, title, declaration_words.yes_or_no, blank))

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

    def names(self, sheet: DeclaredSheet, title: str, label: str, what: str) -> Iterator[tuple[str, DeclaredLine]]:
        """The lines of a sheet with their machine names, made from the label where none is given yet."""
        lines = self.lines(sheet)
        used = {line[title] for line in lines}
        for line in lines:
            name = line[title] or self.name_for(sheet, line, title, label, used)
            if not NAME.fullmatch(name):
                remedy = "Chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới; hoặc để trống, phần mềm tự đặt."
                self.fault(sheet, line.number, title, f"{what} “{name}” không dùng được.", remedy)
            self.placed(sheet, line, name, title, what)
            yield name, line
