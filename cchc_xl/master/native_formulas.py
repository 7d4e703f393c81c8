"""Native formulas of column Số liệu, made from the declaration.

They count what Python counts: beside the input columns stand hidden companion columns, and where a companion cell is
filled it replaces the typed one: "!" for a cell that could not be read and is left out, a number for a text that was
understood ("10.248" typed as text). Companions stand on the same sheet, so an inserted row or column moves them along.
Functions of Excel 2010 only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cchc_xl import sheet_names
from cchc_xl.master.section_grid import FIGURE, Grid, read_key
from cchc_xl.reading import Cell
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.values import Ratio, Value

Grids = Mapping[str, Grid]
"""Grids by section number."""

LONGEST_FORMULA = 8192
"""Letters that Excel takes."""

MARK = f'"{sheet_names.UNREADABLE_MARK}"'


def figure_formula(form: Form, grids: Grids, row: Indicator, whole: str = "") -> str:
    """The formula of one figure, without "="; `whole` is where its number stands if only that of the whole is known."""
    grid = grids[form.section_of[row.code].number]
    if row.has_parts:
        return parts_formula(row, *(figure_cell(form, grids, name, grid) for name in (row.numerator, row.denominator)))
    if row.sum_of:
        return sum_formula([
            (figure_cell(form, grids, part.name, grid), sign) for part, sign in form.summands[row.code]
        ])
    if row.total is Total.UNITS:
        return _units(row)
    if row.total is Total.NONE and len(form.reporters(row)) > 1:
        return _texts(form, grid, row)
    columns = _side_by_side(form, grid, row)
    if not columns:  # no unit of the register is of a kind that is asked
        return '""'
    typed = [grid.span(row.code, run) for run in columns]
    read = [grid.span(row.code, [read_key(unit) for unit in run]) for run in columns]
    formula = NATIVE[row.total](row, typed, read)
    return f"IF({_given(row, typed, read)}<{len(form.reporters(row))},{whole},{formula})" if whole else formula


def _side_by_side(form: Form, grid: Grid, row: Indicator) -> list[list[str]]:
    """The reporting units' columns, in runs without a gap. The companion columns have the same gaps."""
    runs: list[list[str]] = []
    for unit in sorted(form.reporters(row), key=lambda unit: grid.columns[unit.id]):
        adjacent = runs and grid.columns[unit.id] == grid.columns[runs[-1][-1]] + 1
        if adjacent and grid.columns[read_key(unit.id)] == grid.columns[read_key(runs[-1][-1])] + 1:
            runs[-1].append(unit.id)
        else:
            runs.append([unit.id])
    return runs


def _given(row: Indicator, typed: list[str], read: list[str]) -> str:
    """How many cells are counted: numbers that nothing was remarked on, and numbers that were understood."""
    if row.kind is Kind.RATIO:
        return "+".join(f"SUMPRODUCT((LEN({pairs})>0)*1)" for pairs in map(_pairs, typed, read))
    return "+".join(
        f'SUMPRODUCT(ISNUMBER({cells})*({companion}=""))+COUNT({companion})'
        for cells, companion in zip(typed, read, strict=True)
    )


COUNTED = {Total.SUM: 'SUMIF({companion},"=",{cells})'}
COUNTED_YES = 'COUNTIFS({cells},1,{companion},"=")'
"""What a column adds where nothing was understood beside it."""


def _counted(row: Indicator, typed: list[str], read: list[str]) -> str:
    """All numbers added, all yes counted, or whether all that was said is yes."""
    given, own = _given(row, typed, read), COUNTED.get(row.total, COUNTED_YES)
    parts = "+".join(
        f"{own.format(cells=cells, companion=companion)}+SUM({companion})"
        for cells, companion in zip(typed, read, strict=True)
    )
    return f'IF({given}=0,"",{f"IF({parts}={given},1,0)" if row.total is Total.ALL_YES else parts})'


def _pairs(typed: str, read: str) -> str:
    """The texts 24/25 of a range. IF would look at one cell only; what is repeated 0 times is empty."""
    return f'SUBSTITUTE(REPT({typed},{read}="")&SUBSTITUTE({read},{MARK},""),".","")'


def _pair(row: Indicator, typed: list[str], read: list[str]) -> str:
    """All that is done over all there is; blank cells say 0 and 0."""
    if len(typed) == 1 and ":" not in typed[0]:
        return _single(row, typed, read)
    texts = list(map(_pairs, typed, read))
    part = "+".join(f'SUMPRODUCT(VALUE("0"&LEFT({text},FIND("/",{text}&"/")-1)))' for text in texts)
    whole = "+".join(f'SUMPRODUCT(VALUE("0"&MID({text},FIND("/",{text}&"/")+1,15)))' for text in texts)
    return f'IFERROR(IF({_given(row, typed, read)}=0,"",{part}&"/"&{whole}),"")'


def _same(row: Indicator, typed: list[str], read: list[str]) -> str:
    everything = ",".join([*typed, *read])
    marked = "+".join(f"COUNTIF({companion},{MARK})" for companion in read)
    return (
        f'IF(OR(COUNT({everything})=0,{marked}>0),"",'
        f'IF(MAX({everything})=MIN({everything}),MAX({everything}),""))'
    )


def _single(_: Indicator, typed: list[str], read: list[str]) -> str:
    return understood(typed[0], read[0])


def understood(cell: str, companion: str) -> str:
    """The one cell itself, or what was understood from it; empty text for nothing."""
    return f'IF({companion}={MARK},"",IF({companion}<>"",{companion},IF({cell}="","",{cell})))'


def _texts(form: Form, grid: Grid, row: Indicator) -> str:
    """What the units wrote, each behind its name; how many have written where Excel takes no formula so long."""
    cells = [
        (unit.name.replace('"', '""'), grid.address(row.code, unit.id), grid.address(row.code, read_key(unit.id)))
        for unit in form.reporters(row)
    ]
    pieces = [
        f'IF({companion}={MARK},"",IF({companion}&{cell}="","","; {name}: "&IF({companion}="",{cell},{companion})))'
        for name, cell, companion in cells
    ]
    whole = f"MID({'&'.join(pieces)},3,32767)"
    return whole if len(whole) < LONGEST_FORMULA else f'"{len(cells)} đơn vị, xem từng cột"'


NATIVE = {
    Total.SUM: _counted, Total.COUNT_YES: _counted, Total.ALL_YES: _counted, Total.SAME: _same,
    Total.CITY: _single, Total.NONE: _single, Total.RATIO: _pair,
}


def _units(row: Indicator) -> str:
    """The number of units of the kinds that report, from the register."""
    register = f"'{sheet_names.UNITS}'!$A:$B"
    return "+".join(f'COUNTIF({register},"{kind}")' for kind in row.reported_by)


def sum_formula(cells: Sequence[tuple[str, int]]) -> str:
    """Cells added with their signs; empty where none of them holds a number."""
    added, taken = ([cell for cell, sign in cells if sign == each] for each in (1, -1))
    less = f"-{_over('SUM', taken)}".replace("+", "-") if taken else ""
    return f'IF({_over("COUNT", [cell for cell, _ in cells])}=0,"",{_over("SUM", added or ["0"])}{less})'


MOST_ARGUMENTS = 250
"""Of a function; Excel takes five more."""


def _over(function: str, cells: Sequence[str]) -> str:
    """SUM or COUNT of any number of cells."""
    parts = (cells[start : start + MOST_ARGUMENTS] for start in range(0, len(cells), MOST_ARGUMENTS))
    return "+".join(f"{function}({','.join(part)})" for part in parts)


def parts_formula(row: Indicator, part: str, whole: str) -> str:
    """The formula of a rate or pair from the cells of its two parts."""
    if row.kind is Kind.RATIO:
        return f'IF(OR({part}="",{whole}=""),"",{part}&"/"&{whole})'
    return f'IF(OR({part}="",N({whole})=0),"",{rate_of(part, whole)})'


def rate_of(part: str, whole: str) -> str:
    """Two decimals of a percentage. Only all of it is 100 %, only none is 0 %: 34.869 of 34.870 shows 99,99."""
    rate = f"ROUND({part}*100/{whole},2)"
    return f"IF({part}<{whole},MAX(MIN({rate},99.99),({part}>0)*0.01),{rate})"


def figure_cell(form: Form, grids: Grids, name: str, here: Grid | None = None) -> str:
    """The cell of a figure, as a formula on the sheet `here` names it."""
    code = form.by_name[name].code
    grid = grids[form.section_of[code].number]
    cell = grid.address(code, FIGURE)
    return cell if grid is here else f"'{grid.sheet}'!{cell}"


def stored(value: Value | None) -> Decimal | str:
    """A figure as the result of its formula is stored; a missing one is the empty text."""
    match value:
        case None:
            return ""
        case Ratio(part, whole):
            return f"{part:f}/{whole:f}"
    return value


def figure_value(cell: Cell, row: Indicator) -> Value | None:
    """A figure as `stored` writes it into a cell, read back; None where the cell holds nothing of its kind."""
    match row.kind, cell.value:
        case Kind.TEXT | Kind.CHOICE, str(text):
            return text or None
        case Kind.RATIO, str(text):
            part, _, whole = text.partition("/")
            return Ratio(Decimal(part), Decimal(whole)) if part.isdecimal() and whole.isdecimal() else None
        case _, Decimal() as number:
            return number
    return None
