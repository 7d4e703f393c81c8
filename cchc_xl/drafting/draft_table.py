"""A table of number columns drafted: lines of sheet Cột by its headings, lines of sheet Chỉ tiêu by its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cchc_xl.drafting.draft_lines import DraftLine, Formula, Levels, stated
from cchc_xl.drafting.outline import MONEY, NOT_SAID, Line, Proposal, kind_of, lower_says, sort_of
from cchc_xl.drafting.printed_table import PERIOD_WORDS, UNNAMED_NUMBER, PrintedColumn, PrintedRow, PrintedTable
from cchc_xl.reconcile.foreign_table import Role, role_of
from cchc_xl.schema import declaration_words as words
from cchc_xl.schema.form_model import UNNUMBERED
from cchc_xl.schema.model_kinds import NO_PERIOD, Kind, Source
from cchc_xl.typed_text import folded
from cchc_xl.values import Struct

TOTAL = re.compile(r"(?:tổng )?cộng\b.*|tổng số|toàn \w+")
UNIT_NAME = re.compile(
    r"(?:Sở|Phòng|Ban|Văn phòng|Thanh tra|Xã|Phường|Thị trấn|Đặc khu|UBND|Ủy ban nhân dân|Trung tâm|Chi cục|Quận|Huyện|"
    r"Thị xã|Thành phố|Tỉnh)\s+\w.*", re.IGNORECASE,
)
OF_UNITS = re.compile(r"(?:tên )?(?:các )?đơn vị.*|cơ quan.*|địa phương.*|.*xã, phường.*")
WHOLE = re.compile(r"tổng(?: số| cộng)?\b.*")
STILL_OPEN = re.compile(r"đang giải quyết|chuyển kỳ sau|tồn cuối")
BEFORE = re.compile(r"kỳ trước|tồn đầu|năm trước chuyển")
RATE = re.compile(r"%|tỷ lệ|tỉ lệ")
DAYS = re.compile(r"(?:ngày|thời điểm|thời hạn)\b")
COUNTED = re.compile(r"số (?:lượng|người|lượt|hồ sơ)\b")
LEAST_ROOM = 5
LEVELS_DECLARED = 4
_FORMULA = re.compile(r"\(?(\d{1,2}[a-z]?)\)?\s*=.+")
_CODE = re.compile(r"\d{1,2}[a-z]?")


class DraftTable(Struct, frozen=True):
    """Its lines of both sheets, the names of units that it prints as rows, and what could not be drafted."""

    rows: tuple[DraftLine, ...]
    columns: tuple[DraftLine, ...]
    units: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def is_number_table(table: PrintedTable) -> bool:
    """Whether a table has several columns of figures, all of them counted in one way."""
    return sum(column.role is None for column in table.columns) > 1


def drafted_table(table: PrintedTable, code: str, levels: Levels) -> DraftTable:
    """The table as declared lines; `code` is its own."""
    corner = [column for column in table.columns if column.role in (Role.NUMBER, Role.LABEL)]
    columns = list(_columns(table, code, corner))
    of_units = _is_of_units(table, corner)
    title = table.bare_title or f"Bảng {code}"
    head = DraftLine(
        {"Mã": code, "Chỉ tiêu": title, "Kiểu": words.TABLE, "ĐVT": _unit(table)}, where=table.name
    )
    rows = list(_rows(table, code, of_units))
    kinds = "; ".join(dict.fromkeys(row.cells["Ai báo cáo"] for row in rows if "Ai báo cáo" in row.cells))
    head.propose("Ai báo cáo", Proposal(kinds, 0.85, "các đơn vị in thành dòng") if kinds else
                 Proposal(levels.lower, 0.7, "tên bảng nói cấp dưới") if lower_says(title) else
                 Proposal(levels.upper, 0.6, NOT_SAID, True))
    names = tuple(row.label for row in table.rows if of_units and not _is_group(row) and not _is_total(row))
    return DraftTable((head, *rows), tuple(columns), names, tuple(_left_out(table, corner)))


def _left_out(table: PrintedTable, corner: Sequence[PrintedColumn]) -> Iterator[str]:
    if len(corner) < 2:
        yield f"{table.name}: bảng không có cột số thứ tự; bản in của phần mềm có thêm cột đó."
    printed = [column.counted for column in table.columns]
    if any(printed) and [text.strip("()") for text in printed] != [code.strip("()") for code in _codes(table)]:
        yield f"{table.name}: hàng số cột in lại chỉ có số; chữ và công thức ở đó không in lại."
    for column in table.columns:
        if column.role in (Role.NOTE, Role.UNIT):
            yield f"{table.name}: cột “{' / '.join(column.titles)}” không in được trong bảng nhiều cột số."


def _unit(table: PrintedTable) -> str:
    said = re.search(r"(?i)đơn vị tính\s*:\s*([^\n.)]+)", table.above)
    units = {row.unit for row in table.rows if row.unit}
    return said[1].strip() if said else next(iter(units)) if len(units) == 1 else ""


# Columns


def _columns(table: PrintedTable, code: str, corner: Sequence[PrintedColumn]) -> Iterator[DraftLine]:
    codes = _codes(table)
    decimal = any(row.unit and kind_of(Line(row)).text == Kind.DECIMAL for row in table.rows)
    for place, column in enumerate(table.columns):
        if column in corner:
            if len(corner) == 1:
                yield DraftLine({"Bảng": code, "Mã cột": "(0)", "Tiêu đề 1": UNNAMED_NUMBER,
                                 "Kiểu": words.KINDS[Kind.TEXT]})
            yield DraftLine({"Bảng": code, "Mã cột": codes[place], **_titles(column), "Kiểu": words.KINDS[Kind.TEXT]})
        elif column.role is None:
            line = DraftLine({"Bảng": code, "Mã cột": codes[place], **_titles(column)}, where=table.name)
            if decimal:
                line.propose("Kiểu", Proposal(words.KINDS[Kind.DECIMAL], 0.8, "có dòng tính bằng tiền, điểm"))
            _source(table, place, codes, line)
            yield line


def _codes(table: PrintedTable) -> list[str]:
    """The numbers of the columns as their row of numbers says, else counted."""
    said = [_CODE.match(column.counted.strip(" ()")) for column in table.columns]
    known = all(found for found, column in zip(said, table.columns, strict=True) if column.role is None)
    numbers = [found[0] if found and known else "" for found in said]
    free = (str(number) for number in range(1, 99) if str(number) not in numbers)
    return [f"({number or next(free)})" for number in numbers]


def _titles(column: PrintedColumn) -> dict[str, str]:
    return {f"Tiêu đề {number}": text for number, text in enumerate(column.titles[:LEVELS_DECLARED], 1)}


def _source(table: PrintedTable, place: int, codes: Sequence[str], line: DraftLine) -> None:
    """Where the numbers of a column come from."""
    column = table.columns[place]
    said = " / ".join(map(folded, column.titles))
    if formula := _FORMULA.search(column.counted) or _FORMULA.search(column.titles[-1]):
        made = stated(formula[0])
        if made and f"({formula[1]})" == codes[place] and set(map("({})".format, made.numbers)) < set(codes):
            source = Source.RATE if made.divides else Source.COMPUTED
            _declare(line, source, Proposal(_spelled(made), 0.97, "công thức in ở tiêu đề"))
        else:
            why = f"công thức in “{formula[0]}” không đọc chắc được hoặc không phải tổng, hiệu, thương của các cột này"
            line.propose("Nguồn", Proposal(words.SOURCES[Source.TYPED], 0.5, why, True))
    elif RATE.search(folded(column.titles[-1])):
        _declare(line, Source.RATE, _rate(table, place, codes))
    elif BEFORE.search(said) and (left := _columns_of(table, codes, STILL_OPEN)):
        if len(left) == 1:
            _declare(line, Source.PREVIOUS, Proposal(f"{left[0]} kỳ trước", 0.75, "số chuyển từ kỳ trước sang"))
        else:
            why = f"số kỳ trước chuyển sang, là {' + '.join(left)} của kỳ trước: bảng chưa có cột tổng để so"
            line.propose("Nguồn", Proposal(words.SOURCES[Source.TYPED], 0.5, why, True))
    elif WHOLE.fullmatch(folded(column.titles[-1])) and (parts := _parts(table, place, codes)):
        _declare(line, Source.COMPUTED, Proposal(" + ".join(parts), 0.75, "cột tổng của nhóm cột"))
    else:
        role = role_of([PERIOD_WORDS.sub("", text) for text in column.titles], NO_PERIOD)
        known = {Role.CUMULATIVE: Source.CUMULATIVE, Role.PLAN: Source.PLANNED}.get(role or Role.FIGURE)
        if known:
            line.propose("Nguồn", Proposal(words.SOURCES[known], 0.8, "theo tiêu đề cột"))


def _declare(line: DraftLine, source: Source, formula: Proposal) -> None:
    line.propose("Nguồn", Proposal(words.SOURCES[source], max(formula.sure, 0.6), formula.why))
    if source is Source.RATE:
        line.cells["Kiểu"] = words.KINDS[Kind.PERCENT]
    line.propose("Công thức", formula)


def _spelled(formula: Formula) -> str:
    """5 + 6 as (5) + (6)."""
    first, *others = formula.numbers
    return f"({first})" + "".join(f" {sign} ({each})" for sign, each in zip(formula.signs, others, strict=True))


def _rate(table: PrintedTable, place: int, codes: Sequence[str]) -> Proposal:
    """What a column of rates divides: what was done by the plan, where there are just these two."""
    plain = [
        at for at, column in enumerate(table.columns)
        if column.role is None and at != place and not RATE.search(folded(column.titles[-1]))
    ]
    planned = [at for at in plain if role_of(table.columns[at].titles, NO_PERIOD) is Role.PLAN]
    before = [at for at in plain if at < place]
    if len(planned) == 1 and len(before) > 1:
        done = next((at for at in reversed(before) if at not in planned), None)
        if done is not None:
            return Proposal(f"{codes[done]} / {codes[planned[0]]}", 0.75, "thực hiện trên kế hoạch")
    if len(before) == 2:
        return Proposal(f"{codes[before[1]]} / {codes[before[0]]}", 0.6, "hai cột đứng trước")
    return Proposal("", 0.3, "chưa rõ tỷ lệ của cột nào trên cột nào")


def _columns_of(table: PrintedTable, codes: Sequence[str], wanted: re.Pattern[str]) -> list[str]:
    """The columns whose headings say something; where one of them is their sum, that one."""
    found = [
        (codes[place], column) for place, column in enumerate(table.columns)
        if column.role is None and wanted.search(" / ".join(map(folded, column.titles)))
    ]
    whole = [code for code, column in found if WHOLE.fullmatch(folded(column.titles[-1]))]
    return whole[:1] or [code for code, _ in found]


def _parts(table: PrintedTable, place: int, codes: Sequence[str]) -> list[str]:
    """The other columns below the heading of a column of totals; those of its own level, or what they come to."""
    path = table.columns[place].titles[:-1]
    below = [
        (at, column) for at, column in enumerate(table.columns)
        if column.role is None and at > place and column.titles[: len(path)] == path and len(column.titles) > len(path)
        and not RATE.search(folded(column.titles[-1]))
    ]
    subtotals = {
        column.titles[:-1] for _, column in below
        if WHOLE.fullmatch(folded(column.titles[-1])) and len(column.titles) > len(path) + 1
    }
    return [
        codes[at] for at, column in below
        if column.titles[:-1] not in subtotals or WHOLE.fullmatch(folded(column.titles[-1]))
    ] if path else []


# Rows


def _is_of_units(table: PrintedTable, corner: Sequence[PrintedColumn]) -> bool:
    """Whether the rows are offices: their names say so, or the heading above them, where the names are blank."""
    rows = [row for row in table.rows if not _is_total(row) and not _is_group(row)]
    named = sum(bool(UNIT_NAME.match(row.label)) for row in rows)
    heads = [folded(column.titles[-1]) for column in corner if column.role is Role.LABEL]
    return named * 2 > len(rows) or (bool(heads) and bool(OF_UNITS.fullmatch(heads[0])) and named * 3 > len(rows))


def _is_total(row: PrintedRow) -> bool:
    return bool(TOTAL.fullmatch(folded(row.label.strip(" :.")))) and not sort_of(row.stt)[0]


def _is_group(row: PrintedRow) -> bool:
    return sort_of(row.stt)[0] in ("A", "I")


def _rows(table: PrintedTable, code: str, of_units: bool) -> Iterator[DraftLine]:
    """The lines of a table; of offices that are printed as lines, one for all of a kind in each group."""
    grouped = of_units or (any(map(_is_group, table.rows)) and not all(map(_is_group, table.rows)))
    asked: set[tuple[str, str]] = set()
    group = ""
    for number, row in enumerate(table.rows, 1):
        cells = {"Mã": f"{code}.{number}", "STT in": row.stt or UNNUMBERED, "Chỉ tiêu": row.label}
        line = DraftLine(cells, where=row.where)
        if row.unit and row.unit != _unit(table) and not of_units:
            cells["ĐVT"] = row.unit
        if _is_total(row):
            line.propose("Kiểu", Proposal(words.TOTAL_ROW, 0.9, "dòng cộng"))
        elif grouped and _is_group(row):
            group = row.label
            line.propose("Kiểu", Proposal(words.GROUP, 0.9, "dòng tên nhóm"))
        elif not of_units:
            line.propose("Kiểu", _row_kind(row))
        elif (group, kind := unit_kind(row.label)) in asked:
            continue
        else:
            asked.add((group, kind))
            cells["Chỉ tiêu"], cells["STT in"] = group or kind, ""
            line.propose("Kiểu", Proposal(words.UNIT_ROW, 0.85, "mỗi đơn vị in thành một dòng"))
            line.propose("Ai báo cáo", Proposal(kind, 0.85, "loại của các đơn vị in ở đây"))
        yield line


def _row_kind(row: PrintedRow) -> Proposal:
    """A line of figures; asked where what it says is not counted as the other lines of its columns are."""
    kind = kind_of(Line(row)).text if row.unit else Kind.COUNT
    if kind in (Kind.COUNT, Kind.DECIMAL):
        return Proposal(words.ROW, 0.95, "dòng số")
    why = f"đơn vị tính “{row.unit}”, còn cột của bảng là số đem cộng: khai báo riêng thành dòng của phần"
    return Proposal(words.ROW, 0.5, why, True)


def drafted_register(table: PrintedTable, code: str, levels: Levels) -> DraftTable:
    """A list that offices write themselves, each thing on a line: it prints no lines but numbered blank ones."""
    title = table.bare_title or f"Danh mục {code}"
    head = DraftLine({"Mã": code, "Chỉ tiêu": title, "Kiểu": words.TABLE}, where=table.name)
    head.propose("Ai báo cáo", Proposal(levels.upper, 0.6, NOT_SAID, True))
    row = DraftLine({"Mã": f"{code}.1", "Chỉ tiêu": title, "Giới hạn": f"0..{max(table.blank, LEAST_ROOM)}"})
    row.propose("Kiểu", Proposal(words.OPEN_ROW, 0.85, "bản in để dòng trống cho đơn vị kê"))
    codes, lines = _codes(table), []
    for place, column in enumerate(table.columns):
        line = DraftLine({"Bảng": code, "Mã cột": codes[place], **_titles(column)}, where=table.name)
        kind = Kind.TEXT if column.role in (Role.NUMBER, Role.LABEL) else _written(column.titles[-1])
        line.propose("Kiểu", Proposal(words.KINDS[kind], 0.75, "theo tiêu đề cột"))
        lines.append(line)
    return DraftTable((head, row), tuple(lines))


def _written(title: str) -> Kind:
    """What is written in a column of a list, by its heading."""
    said = folded(title)
    if DAYS.match(said):
        return Kind.DATE
    return Kind.DECIMAL if MONEY.search(said) else Kind.COUNT if COUNTED.match(said) else Kind.TEXT


def unit_kind(name: str) -> str:
    """The kind of an office by the first word of its name."""
    found = re.match(r"(?i)Văn phòng|Thanh tra|Trung tâm|Thị trấn|Đặc khu|Thị xã|Thành phố|Chi cục|\w+", name)
    kind = found[0] if found else name
    return "Phòng ban" if folded(kind) in ("phòng", "ban", "văn phòng", "thanh tra") else kind
