"""Units set beside each other in a table: cells of another size than the unit's others, columns that are another's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from statistics import median

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, bare, unit_name
from cchc_xl.checks.peer_comparison import FEWEST_PEERS, SMALLEST_REPEATED
from cchc_xl.findings import Finding
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.table_model import Table
from cchc_xl.structs import Struct
from cchc_xl.writing.vietnamese_numbers import plain, rounded

FEWEST_FEW = 3
"""So many others still tell something where they are not enough to be sure: only what is far out is asked about."""

FEWEST_ROWS, FEWEST_TELLING = 5, 4
"""A column with fewer rows, or fewer different larger numbers in them, may be another's by chance."""

MOST_SHOWN = 4

Numbers = Mapping[str, Mapping[str, Decimal]]
"""What each unit has answered, by the code of the figure."""


class Far(Struct, frozen=True):
    """A figure that is many times what the unit's others let expect, and that."""

    row: Indicator
    value: Decimal
    usual: Decimal


def peers(case: Case) -> Iterator[Finding]:
    """What the units of every table show beside each other."""
    for table in case.form.tables():
        numbers = {} if table.records else _numbers(case, table)
        yield from _sizes(case, table, numbers)
        yield from _copies(case, table, numbers)


def _numbers(case: Case, table: Table) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (unit, code), reading in case.content.readings.items():
        if code in table.codes and reading.given and isinstance(reading.value, Decimal):
            found[unit][code] = reading.value
    return found


def _sizes(case: Case, table: Table, numbers: Numbers) -> Iterator[Finding]:
    """Each figure against those of the others, for the unit's own size, which its other figures tell."""
    by_code: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for unit, mine in numbers.items():
        for code, value in mine.items():
            by_code[code][unit] = value
    shares = {code: _shares(values) for code, values in by_code.items()}
    for unit, mine in numbers.items():
        own = {code: share for code in mine if (share := shares[code].get(unit))}
        far = [
            found for code in own
            if (found := _far(case, case.form.by_code[code], mine[code], own, len(by_code[code])))
        ]
        if far:
            yield _of_other_size(case, unit, far)


def _shares(values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """How many times the usual number of the others each unit has; empty for too few of them."""
    if len(values) <= FEWEST_FEW:
        return {}
    return {
        unit: value / max(median(other for peer, other in values.items() if peer != unit), Decimal(1))
        for unit, value in values.items()
    }


def _far(case: Case, row: Indicator, value: Decimal, own: Mapping[str, Decimal], units: int) -> Far | None:
    """`own` are the shares of all figures of the unit."""
    limits, share = case.form.plausible, own[row.code]
    most = limits.peer_ratio if units > FEWEST_PEERS else limits.peer_ratio**2
    if value < limits.least or share < most:
        return None
    others = [each for code, each in own.items() if code != row.code]
    size = max(median(others), Decimal(1)) if others else Decimal(1)
    return Far(row, value, value / share * size) if share >= most * size else None


def _of_other_size(case: Case, unit: str, far: list[Far]) -> Finding:
    said = "; ".join(
        f"{bare(each.row.label)} {plain(each.value)} (theo các đơn vị khác khoảng {plain(rounded(each.usual, 0))})"
        for each in far[:MOST_SHOWN]
    )
    more = f"; và {len(far) - MOST_SHOWN} ô khác" if len(far) > MOST_SHOWN else ""
    message = (
        f"{unit_name(case.form, unit)}: {said}{more}, quá cao so với các đơn vị khác. Kiểm tra số chữ số đã gõ, số có "
        "ở đúng cột không; nếu đúng thì giải trình."
    )
    cells = tuple(case.content.readings[unit, each.row.code].address for each in far)
    return rule_registry.PEER_RATIO.finding(message, cells, unit, far[0].row.code)


def _copies(case: Case, table: Table, numbers: Numbers) -> Iterator[Finding]:
    """Columns in which a unit has the numbers of another one in every row, told once for the two."""
    owners: dict[tuple[str, Held], list[str]] = defaultdict(list)
    for unit, mine in numbers.items():
        for column, held in _columns(table, mine):
            if len({value for _, value in held if value >= SMALLEST_REPEATED}) >= FEWEST_TELLING:
                owners[column, held].append(unit)
    pairs: dict[tuple[str, str], list[tuple[str, Held]]] = defaultdict(list)
    for same, units in owners.items():
        for other in units[1:]:
            pairs[units[0], other].append(same)
    for (first, other), columns in pairs.items():
        yield _copied(case, first, other, columns)


Held = tuple[tuple[str, Decimal], ...]
"""The codes and numbers of a column."""


def _columns(table: Table, mine: Mapping[str, Decimal]) -> Iterator[tuple[str, Held]]:
    """The columns of a unit that has rows enough to compare them; all that it has for one with few rows."""
    rows = [row.code for row in table.numbered if row.kind != "total"]
    columns = {
        column.code: tuple((code, mine[code]) for row in rows if (code := f"{row}{column.code}") in mine)
        for column in table.columns if column.typed
    }
    if any(len(held) >= FEWEST_ROWS for held in columns.values()):
        yield from columns.items()
    else:
        yield EVERY_COLUMN, tuple(each for held in columns.values() for each in held)


EVERY_COLUMN = "nào cũng"


def _copied(case: Case, first: str, other: str, columns: list[tuple[str, Held]]) -> Finding:
    names = ", ".join(column for column, _ in columns)
    message = (
        f"{unit_name(case.form, other)}: cột {names} giống hệt {unit_name(case.form, first)} ở mọi dòng. Có thể đã "
        "chép số của nhau; hỏi lại hai đơn vị, nếu đúng thì giải trình."
    )
    codes = [code for _, held in columns for code, _ in held]
    cells = tuple(case.content.readings[unit, code].address for unit in (other, first) for code in codes)
    return rule_registry.SAME_AS_OTHER_UNIT.finding(message, cells, other, codes[0])
