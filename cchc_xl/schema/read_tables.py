"""Reads tables of columns: each figure of a row and a column becomes an indicator with its row and its column.

A rule on columns becomes one rule for each row that units fill, with a sentence in the words of the headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from cchc_xl.rule_registry import Severity
from cchc_xl.schema import declaration_words, table_formulas
from cchc_xl.schema.declaration_tables import INDICATORS, TABLE_COLUMNS, DeclaredLine
from cchc_xl.schema.declared_cells import TableReader, limits, listed
from cchc_xl.schema.form_model import Heading, Indicator, RuleLine
from cchc_xl.schema.model_kinds import WORDS, Kind, Source
from cchc_xl.schema.table_model import SPARE, Table, TableColumn, TableRow, cell_code

CORNER = 2
"""Columns of text that a table begins with: the rows' numbers and names."""

IN_TABLES = (Kind.COUNT, Kind.DECIMAL, Kind.PERCENT, *WORDS)
MARKS = {"Bằng": ("=", "=="), "Không lớn hơn": ("≤", "<=")}
ROW_KINDS = {
    declaration_words.TOTAL_ROW: "total", declaration_words.UNIT_ROW: "units", declaration_words.GROUP: "group",
    declaration_words.OPEN_ROW: "open",
}
USUAL_ROOM, MOST_ROOM = 5, 60
"""Empty rows of a unit's form above an open row: where none are declared, and at most."""
INHERITED = ("ĐVT", "Ai báo cáo", "Cách cộng", "Bắt buộc", "Giới hạn", "Căn cứ", "Lũy kế", "Kỳ", "Mức độ")
"""What a row says for its figures; where it says nothing, its table."""


def columns_in(reader: TableReader) -> dict[str, list[TableColumn]]:
    """The columns of sheet Cột, by the code of their table."""
    tables = {line["Mã"] for line in reader.lines(INDICATORS) if line["Kiểu"]}
    made: dict[str, list[TableColumn]] = {}
    for line in reader.lines(TABLE_COLUMNS):
        table, found = line["Bảng"], re.fullmatch(table_formulas.COLUMN, line["Mã cột"])
        if table not in tables:
            what = f"không có bảng mã “{table}”."
            reader.fault(TABLE_COLUMNS, line.number, "Bảng", what, "Ghi mã của dòng Bảng ở trang tính Chỉ tiêu.")
        elif found is None:
            what = f"mã cột “{line['Mã cột']}” không dùng được."
            reader.fault(TABLE_COLUMNS, line.number, "Mã cột", what, "Ghi số trong ngoặc như bản in: (3).")
        else:
            code = f"({found[1]})"
            reader.placed(TABLE_COLUMNS, line, f"{table}{code}", "Mã cột", "cột")
            made.setdefault(table, []).append(_column(reader, line, code))
    return made


def _column(reader: TableReader, line: DeclaredLine, code: str) -> TableColumn:
    titles = [line[f"Tiêu đề {number}"] for number in range(1, 5)]
    while titles and not titles[-1]:
        titles.pop()
    if not titles:
        reader.fault(TABLE_COLUMNS, line.number, "Tiêu đề 1", f"cột {code} chưa có tiêu đề.")
    source = reader.one_of(TABLE_COLUMNS, line, "Nguồn", declaration_words.SOURCES, Source.TYPED)
    usual = Kind.PERCENT if source is Source.RATE else Kind.COUNT
    kind = reader.one_of(TABLE_COLUMNS, line, "Kiểu", declaration_words.KINDS, usual)
    return TableColumn(
        code=code, titles=tuple(titles), kind=kind, source=source, formula=line["Công thức"],
        declared={title: text for title, text in line.items() if text},
    )


class TableRows:
    """One table while its lines are read."""

    def __init__(
        self, reader: TableReader, line: DeclaredLine, name: str, columns: Sequence[TableColumn],
        row_names: Mapping[str, str],
    ) -> None:
        self._reader, self._line, self._row_names = reader, line, row_names
        corner = [column for column in columns[:CORNER] if column.kind is Kind.TEXT]
        self.table = Table(
            code=line["Mã"], name=name, label=line["Chỉ tiêu"], unit=line["ĐVT"], corner=tuple(corner),
            columns=tuple(columns[len(corner):]), declared=_said(line, name),
        )
        for column in self.table.columns:
            rate = column.source is Source.RATE
            if column.kind not in IN_TABLES or (column.kind is Kind.PERCENT) != rate or (
                column.kind in WORDS and column.source is not Source.TYPED
            ):
                what = (
                    f"cột {column.code}: cột của bảng là Số đếm, Số thập phân, Chữ hoặc Ngày để nhập, hoặc Tỷ lệ % "
                    "với Nguồn Tỷ lệ."
                )
                reader.fault(TABLE_COLUMNS, self._place(column), "Kiểu", what)
        self._lines: dict[str, DeclaredLine] = {}
        self._columns = {column.code for column in self.table.columns}
        self._formulas = {column.code: self._formula(column) for column in self.table.columns}
        self._named: dict[str, TableColumn] = {}
        if not self.table.columns:
            what = f"bảng {line['Mã']} chưa có cột nào."
            reader.fault(INDICATORS, line.number, "Mã", what, "Ghi các cột ở trang tính Cột.")

    def add(self, line: DeclaredLine, kind: str) -> dict[str, str]:
        """A line of the table; gives the names of its figures by their codes."""
        code = line["Mã"]
        row = TableRow(
            code=code, label=line["Chỉ tiêu"], kind=ROW_KINDS.get(kind, "row"), stt=line["STT in"],  # type: ignore[arg-type]
            above=open_row_of(code) if kind == declaration_words.ADDED_ROW else "",
            room=self._room(line) if kind == declaration_words.OPEN_ROW else 0,
            declared=_said(line, self._row_names.get(code, "")),
        )
        if not code.startswith(f"{self.table.code}."):
            self._reader.fault(INDICATORS, line.number, "Mã", f"mã phải bắt đầu bằng “{self.table.code}.”.")
        self.table = self.table.changed(rows=(*self.table.rows, row))
        self._lines[code] = line
        figures = {self._name(code, column.code): column for column in self.table.columns if row.numbered}
        self._named |= figures
        return {cell_code(code, column.code): name for name, column in figures.items()}

    def _room(self, line: DeclaredLine) -> int:
        _, most = self._reader.cell(INDICATORS, line, "Giới hạn", limits, (0, None))
        if most is not None and not 0 < most <= MOST_ROOM:
            what = f"số dòng đơn vị thêm được là từ 1 đến {MOST_ROOM}, ghi như 0..12."
            self._reader.fault(INDICATORS, line.number, "Giới hạn", what)
            most = None
        return int(most or USUAL_ROOM)

    def _counted(self) -> None:
        """What units add must be counted where anything is: in one of the table's sums."""
        totals = [row for row in self.table.rows if row.kind == "total"]
        place = self.table.rows.index
        for row in self.table.rows:
            told = (self._told(total) for total in totals)
            if row.kind == "open" and totals and not any(
                row.code in each if each else place(row) < place(total)
                for each, total in zip(told, totals, strict=True)
            ):
                what = "không dòng tổng nào cộng các dòng đơn vị thêm ở đây."
                remedy = f"Ghi thêm “+ {row.code}” ở Bằng tổng của của một Dòng tổng, hoặc đặt Dòng tổng dưới dòng này."
                self._reader.fault(INDICATORS, self._lines[row.code].number, "Kiểu", what, remedy)

    def _told(self, row: TableRow) -> list[str]:
        """The codes that a total row says it adds up."""
        said = self._lines[row.code]["Bằng tổng của"].replace(";", "+").split("+")
        return [code for each in said if (code := each.strip("[] "))]

    def _name(self, row: str, column: str) -> str:
        return cell_name(self.table.name, self._row_names[row], column)

    # Figures

    def indicators(
        self, make: Callable[[DeclaredLine, Kind], Indicator]
    ) -> Iterator[Heading | Indicator]:
        """The table's lines for its section: group lines, and the figures of every row."""
        self._counted()
        yield Heading(code=self.table.code, label=self.table.label, stt="–")
        for row in self.table.rows:
            if row.kind == "group":
                yield Heading(code=row.code, label=row.label, stt=row.stt)
            elif row.numbered and (row.kind != "total" or self.parts_of(row)):
                added = row.kind == "total"
                yield from (
                    self._indicator(row, column, make) for column in self.table.columns
                    if not (added and column.kind in WORDS)
                )

    def _indicator(
        self, row: TableRow, column: TableColumn, make: Callable[[DeclaredLine, Kind], Indicator]
    ) -> Indicator:
        line, code = self._lines[row.code], cell_code(row.code, column.code)
        cells = {title: line[title] or self._line[title] for title in INHERITED}
        words = table_formulas.words(self._called[row.code], column)
        cells |= {"Mã": code, "Chỉ tiêu": words, "STT in": ""}
        cells |= {title: text for title in ("Cách cộng", "Bắt buộc") if (text := column.declared.get(title, ""))}
        if column.kind in WORDS:
            needed = column.declared.get("Bắt buộc") or ("" if column.kind is Kind.DATE else declaration_words.NO)
            cells |= {"Cách cộng": "", "Giới hạn": "", "ĐVT": "", "Bắt buộc": needed}
        if column.source is Source.RATE:
            part, whole = self._formulas[column.code] or ("", "")
            cells |= {"Tử số": cell_code(row.code, part), "Mẫu số": cell_code(row.code, whole), "Cách cộng": ""}
            cells["ĐVT"] = "%"
        made = make(DeclaredLine(line.number, cells), column.kind)
        self._reader.places.setdefault((INDICATORS.key, code), line.number)
        counted = made.accumulates and column.code not in self._standing
        return made.changed(row=row.code, column=column.code, sum_of=self._parts[made.name], accumulates=counted)

    @cached_property
    def _called(self) -> dict[str, str]:
        """What each row is called, by its code: its name, with its group where several rows have the name."""
        alike = Counter(declaration_words.plain(each.label) for each in self.table.numbered)
        made = {}
        for group, rows in self.table.groups():
            for row in rows:
                label = row.label.strip(" -:.")
                shared = group and alike[declaration_words.plain(row.label)] > 1
                made[row.code] = f"{group} – {label}" if shared else label
        return made

    def _formula(self, column: TableColumn) -> tuple[str, ...]:
        """The columns that a column's formula names; none with a fault where it says nothing, or no column."""
        try:
            told = table_formulas.columns_of(column.source, column.formula)
            for code in told:
                if code.removeprefix("-") not in self._columns:
                    raise ValueError(f"bảng {self.table.code} không có cột {code.removeprefix('-')}.")
        except ValueError as error:
            self._reader.fault(TABLE_COLUMNS, self._place(column), "Công thức", str(error))
            return ()
        return told

    @cached_property
    def _standing(self) -> list[str]:
        """The columns of what stands at a day: those carried over, those they come from, and what these add up."""
        found = [column.code for column in self.table.columns if column.source is Source.PREVIOUS]
        for code in found:
            parts = self._formulas[code]
            found += () if any(each[0] == "-" for each in parts) else [each for each in parts if each not in found]
        return found

    def _place(self, column: TableColumn) -> int:
        return self._reader.places.get((TABLE_COLUMNS.key, f"{self.table.code}{column.code}"), 0)

    def _sum_of(self, row: TableRow, column: TableColumn) -> tuple[str, ...]:
        if column.kind in WORDS:
            return ()
        if column.source is Source.COMPUTED:
            return tuple(
                f"{code[: code.index('(')]}{self._name(row.code, code[code.index('(') :])}"
                for code in self._formulas[column.code]
            )
        if row.kind == "total" and column.source is not Source.RATE:
            return tuple(self._name(code, column.code) for code in self.parts_of(row))
        return ()

    @cached_property
    def _parts(self) -> dict[str, tuple[str, ...]]:
        """What each figure adds up, by its name; nothing of one that is typed."""
        return {
            self._name(row.code, column.code): self._sum_of(row, column)
            for row in self.table.numbered for column in self.table.columns
        }

    def parts_of(self, row: TableRow) -> tuple[str, ...]:
        """The rows that a total row adds up: those declared, else all before it but sums."""
        line, told = self._lines[row.code], self._told(row)
        for code in told:
            if code not in self._lines or code == row.code:
                what = f"bảng {self.table.code} không có dòng “{code}”."
                self._reader.fault(INDICATORS, line.number, "Bằng tổng của", what)
        place = self.table.rows.index(row)
        return tuple(
            each.code for at, each in enumerate(self.table.rows)
            if each.numbered and each is not row and (
                each.code in told or each.above in told if told else at < place and each.kind != "total"
            )
        )

    # Rules

    @cached_property
    def sums(self) -> dict[str, str]:
        """What each computed figure is made of, by its name, down to typed ones: (a + b - c)."""
        made: dict[str, str] = {}

        def spelled(name: str, above: tuple[str, ...]) -> str:
            if name in above:
                raise ValueError(f"công thức của các cột vòng về chính nó: {self._named[name].code}.")
            if name not in made:
                parts = ((each.removeprefix("-"), "-" if each[0] == "-" else "+") for each in self._parts[name])
                terms = " ".join(f"{sign} {spelled(part, (*above, name))}" for part, sign in parts)
                made[name] = f"({terms.removeprefix('+ ')})" if terms else name
            return made[name]

        for name in self._parts:
            try:
                spelled(name, ())
            except ValueError as error:
                self._reader.fault(TABLE_COLUMNS, self._place(self._named[name]), "Công thức", str(error))
                return {}
        return {name: text for name, text in made.items() if text != name}

    def rules(self, rule: Callable[[str], str]) -> Iterator[RuleLine]:
        """The rules that the cells of sheet Cột make."""
        severity = self._reader.one_of(
            INDICATORS, self._line, "Mức độ", declaration_words.SEVERITIES, Severity.ERROR
        )
        for column in self.table.columns:
            for title, (mark, sign) in MARKS.items():
                for other in _others(title, column):
                    test = f"[{self.table.code}]{column.code} {sign} {table_formulas.of_table(other, self.table.code)}"
                    line = RuleLine(
                        code=f"{self.table.code}{column.code} {mark} {other}", test=test, severity=severity,
                        remedy=f"Xem lại các số của dòng này ở cột {column.code} và {other}.",
                    )
                    yield from self._checked(line, rule, column, title)
            yield from self._carried(column, rule)

    def _carried(self, column: TableColumn, rule: Callable[[str], str]) -> Iterator[RuleLine]:
        """What was open at the end of the period before; in a period that goes on from the same day, the same again."""
        for code in self._formulas[column.code] if column.source is Source.PREVIOUS else ():
            again = "nếu số kỳ trước đã sửa sau khi báo cáo thì ghi lý do ở Giải trình."
            for other, previous, remedy in (
                (code, "before", f"Lấy lại số của kỳ trước; {again}"),
                (column.code, "same_start", f"Hai kỳ tính từ cùng ngày nên số này không đổi: lấy lại số đó; {again}"),
            ):
                line = RuleLine(
                    code=f"{self.table.code}{column.code} = {other} kỳ trước", severity=Severity.WARNING,
                    test=f"[{self.table.code}]{column.code} = KỲ TRƯỚC([{self.table.code}]{other})", applies="whole",
                    previous=previous, remedy=remedy,  # type: ignore[arg-type]
                )
                yield from self._checked(line, rule, column, "Công thức")

    def _checked(
        self, line: RuleLine, rule: Callable[[str], str], column: TableColumn, title: str
    ) -> Iterator[RuleLine]:
        try:
            yield from self.for_rows(line, rule)
        except ValueError as error:
            self._reader.fault(TABLE_COLUMNS, self._place(column), title, str(error))

    def for_rows(self, line: RuleLine, rule: Callable[[str], str]) -> list[RuleLine]:
        """A rule that speaks of columns of the table as the rules of its rows. Raises `ValueError`."""
        sums, made = self.sums, []
        for row in self.table.rows:
            if row.kind not in ("row", "units"):
                continue
            test = rule(table_formulas.of_row(line.test, self.table.code, row.code))
            sentence = table_formulas.RowSentence(
                self._called[row.code], self._named.get, sums,
                line.severity is Severity.ERROR,
            )
            told = line.told or sentence.of(test)
            made.append(line.changed(
                code=f"{line.code} · {row.code}", test=table_formulas.worked_out(test, sums), told=told, row=row.code
            ))
        return made


def _others(title: str, column: TableColumn) -> tuple[str, ...]:
    said = column.declared.get(title, "")
    return listed(said) if title == "Không lớn hơn" else (said,) if said else ()


def open_row_of(code: str) -> str:
    """The code of the open row above which a row stands that was added, or may be: ii06a.19 for ii06a.19.1."""
    return code.rpartition(SPARE)[0] or code.rpartition(".")[0]


def _said(line: DeclaredLine, name: str) -> dict[str, str]:
    said = {title: text for title, text in line.items() if text}
    return said | ({"Tên máy": name} if name else {})


def cell_name(table: str, row: str, column: str) -> str:
    """The machine name of a figure: ii06a_ho_tich_7."""
    return f"{table}_{row}_{column.strip('()')}"
