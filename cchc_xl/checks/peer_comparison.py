"""Checks that set cells beside each other: units among their peers, in a table too, one number down a column; and rows
that units added under nearly the same names: nobody but the units knows whether they are one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, groupby
from operator import itemgetter

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, bare, named, title, unit_name
from cchc_xl.checks.declared_rules import compared, tied
from cchc_xl.reading.spellings import typed
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.declaration_words import plain as unmarked
from cchc_xl.schema.form_model import Form, Indicator, holds_in
from cchc_xl.schema.table_model import Table, TableRow, cell_code
from cchc_xl.typed_text import folded, some_of
from cchc_xl.values import Address, Struct, Value
from cchc_xl.writing.vietnamese_numbers import percent, plain, rounded

FEWEST_PEERS = 5
"""With fewer units there is no usual size to compare with."""

LONGEST_RUN = 3
"""So many unrelated rows with one number are no chance."""
SMALLEST_REPEATED = 10
"""Small numbers repeat by chance: 0, 1, 2 stand side by side in every honest column."""


def median(numbers: Iterable[Decimal]) -> Decimal:
    """The number in the middle, or between the two; the library that has it is slow to load."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def ratios(case: Case) -> Iterator[Finding]:
    """A unit whose figure, for its size, is many times that of its peers: ratios, for deviations need more units."""
    for row in case.form.indicators():
        if row.peer_base:
            yield from _peers(case, row, case.form.by_name[row.peer_base])


def _peers(case: Case, row: Indicator, base: Indicator) -> Iterator[Finding]:
    limits = case.form.plausible
    for kind in row.reported_by:
        found = _ratios_of(case, row, base, kind)
        if len(found) < FEWEST_PEERS:
            continue
        for unit, ratio in found.items():
            usual = median(other for peer, other in found.items() if peer != unit)
            value, size = (_number(case, unit, each) for each in (row, base))
            small = max(value, usual * size) < limits.least
            if not small and not usual / limits.peer_ratio < ratio < usual * limits.peer_ratio:
                wrong = base if _usual(case, unit, row, found) and not _usual(case, unit, base, found) else row
                yield _far_from_peers(case, unit, (row, base), ratio, usual, wrong)


def _usual(case: Case, unit: str, row: Indicator, peers: Iterable[str]) -> bool:
    """Whether a unit's figure by itself is of the size that its peers have."""
    limit, others = case.form.plausible.peer_ratio, [_number(case, peer, row) for peer in peers if peer != unit]
    return median(others) / limit < _number(case, unit, row) < median(others) * limit


def _ratios_of(case: Case, row: Indicator, base: Indicator, kind: str) -> dict[str, Decimal]:
    units = [unit.id for unit in case.form.reporters(row) if unit.kind == kind]
    pairs = ((unit, _number(case, unit, row), _number(case, unit, base)) for unit in units)
    return {unit: value / size for unit, value, size in pairs if value > 0 and size > 0}


def _number(case: Case, unit: str, row: Indicator) -> Decimal:
    value = case.answer(unit, row.code)
    return value if isinstance(value, Decimal) else Decimal(0)


def _far_from_peers(
    case: Case, unit: str, rows: tuple[Indicator, Indicator], ratio: Decimal, usual: Decimal, wrong: Indicator
) -> Finding:
    """`wrong` is the one of the two figures that is told: the base, where only that is of an unusual size."""
    row, base = rows
    value, size = (_number(case, unit, each) for each in rows)
    own, others = _in_words(ratio, usual)
    high = (ratio > usual) is (wrong is row)
    far = f"quá {'cao' if high else 'thấp'} so với"
    if wrong is row:
        told = f"{plain(value)} trên {plain(size)} ({base.code}), {own}, {far} các đơn vị khác (khoảng {others})"
        mended = slipped(value, usual * size)
    else:
        told = f"{plain(size)} {far} {plain(value)} ({row.code}): {own}, các đơn vị khác khoảng {others}"
        mended = slipped(size, value / usual)
    message = f"{title(case.form, unit, wrong.code)}: {told}. Kiểm tra số chữ số đã gõ; nếu đúng thì giải trình."
    ordered = sorted(rows, key=lambda each: each is not wrong)
    cells = tuple(case.content.readings[unit, each.code].address for each in ordered)
    return rule_registry.PEER_RATIO.finding(message, cells, unit, wrong.code, mended)


def _in_words(ratio: Decimal, usual: Decimal) -> tuple[str, str]:
    """What a unit has and what others have: shares of a whole in percent, anything else on average."""
    if max(ratio, usual) <= 1:
        return f"bằng {percent(ratio * 100, 1)}", percent(usual * 100, 1)
    own, others = (plain(rounded(each, 1 if each >= 1 else 3)) for each in (ratio, usual))
    return f"bình quân {own}", others


def slipped(value: Decimal, expected: Decimal) -> str:
    """The number with digits too many or too few taken back, where that brings it near what is expected; else empty."""
    for places in (1, 2, 3) if value >= 10 else ():
        for mended in (value.scaleb(-places), value.scaleb(places)):
            near = expected / 2 <= mended <= expected * 2
            if near and mended == mended.to_integral_value():
                return typed(mended.to_integral_value())
    return ""


def same_values(case: Case) -> Iterator[Finding]:
    """One number in many rows under each other that have nothing to do with each other: filled down, or copied."""
    columns: dict[tuple[str, str], list[tuple[Indicator, Value | None]]] = defaultdict(list)
    section_of, by_code = case.form.section_of, case.form.by_code
    kind = case.form.period.kind
    for (unit, code), reading in case.content.readings.items():
        if not holds_in(by_code[code], kind):
            continue
        columns[unit, section_of[code].number].append((by_code[code], reading.value))
    for (unit, _), answers in columns.items():
        for value, run in _runs(answers):
            if not _explained(case, unit, run, value):
                yield _repeated(case, unit, run, value)


def _runs(answers: list[tuple[Indicator, Value | None]]) -> Iterator[tuple[Decimal, list[Indicator]]]:
    """Rows under each other with the same number."""
    for value, rows in groupby(answers, itemgetter(1)):
        if isinstance(value, Decimal) and value >= SMALLEST_REPEATED:
            run = [row for row, _ in rows]
            if len(run) >= LONGEST_RUN:
                yield value, run


def _explained(case: Case, unit: str, run: list[Indicator], value: Decimal) -> bool:
    """Whether equal is expected: rules tie all the rows to each other, or all but so few that chance explains it.

    Two rows that a rule compares alone, the part and its whole, count as one where all of the whole is in the part.
    """
    return _groups(case, unit, run, value, tied) == 1 or _groups(case, unit, run, value, compared) < LONGEST_RUN


def _groups(
    case: Case, unit: str, run: list[Indicator], value: Decimal, related: Callable[[Form, str], set[str]]
) -> int:
    """How many of the rows are unrelated: neither to each other, nor to a third of the same value."""
    groups, reached = 0, set[str]()
    for row in run:
        groups += row.code not in reached
        waiting = [row.code]
        while waiting:
            for code in related(case.form, waiting.pop()) - reached:
                if value in (case.figures[code].value, case.answer(unit, code)):
                    reached.add(code)
                    waiting.append(code)
    return groups


def _repeated(case: Case, unit: str, run: list[Indicator], value: Decimal) -> Finding:
    message = (
        f"{unit_name(case.form, unit)}: số {plain(value)} lặp lại ở {len(run)} dòng liền nhau, "
        f"từ {named(run[0])} đến {named(run[-1])}. Kiểm tra có sao chép nhầm không; nếu đúng thì giải trình."
    )
    cells: tuple[Address, ...] = tuple(case.content.readings[unit, row.code].address for row in run)
    return rule_registry.SAME_VALUE.finding(message, cells, unit, run[0].code)


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
        yield from _sizes(case, numbers)
        yield from _copies(case, table, numbers)


def _numbers(case: Case, table: Table) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (unit, code), reading in case.content.readings.items():
        if code in table.codes and reading.given and isinstance(reading.value, Decimal):
            found[unit][code] = reading.value
    return found


def _sizes(case: Case, numbers: Numbers) -> Iterator[Finding]:
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
    figures = [
        f"{bare(each.row.label)} {plain(each.value)} (theo các đơn vị khác khoảng {plain(rounded(each.usual, 0))})"
        for each in far
    ]
    message = (
        f"{unit_name(case.form, unit)}: {some_of(figures, MOST_SHOWN, 'ô', '; ')}, quá cao so với các đơn vị khác. "
        "Kiểm tra số chữ số đã gõ, số có ở đúng cột không; nếu đúng thì giải trình."
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


MOST_LETTERS, SHORTEST = 2, 6
"""Names that differ in no more letters are asked about; of shorter ones, those that differ in their marks only."""

SHOWN_UNITS = 4


def alike(case: Case) -> Iterator[Finding]:
    """Pairs of rows of one group of a table, one of them added."""
    for table in case.form.tables():
        if any(row.above for row in table.rows) and not table.records:
            yield from _in_table(case, table)


def _in_table(case: Case, table: Table) -> Iterator[Finding]:
    heads = [row for row in table.rows if row.kind == "group"]
    for head, row in ((head, row) for head in heads for row in table.rows if row.above):
        if folded(head.label) == folded(row.label) or near(head.label, row.label):
            yield _finding(case, table, head, row)
    groups = ([row for row in rows if row.kind == "row"] for _, rows in table.groups())
    for first, second in (pair for group in groups for pair in combinations(group, 2)):
        if (first.above or second.above) and near(first.label, second.label):
            yield _finding(case, table, first, second)


def near(one: str, other: str) -> bool:
    """Whether two names differ in a letter or two, not in a number; or in a number or a general word before them."""
    one, other = folded(one), folded(other)
    if one != other and _bared(one) == _bared(other):
        return True
    if one == other or abs(len(one) - len(other)) > MOST_LETTERS:
        return False
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    long = min(len(one), len(other)) >= SHORTEST
    return unmarked(one) == unmarked(other) or (long and _letters_apart(one, other) <= MOST_LETTERS)


BEFORE_NAMES = r"(?:(?:(?:\d+|[ivx]+|[a-z])[.)]|[-–+•])\s*|(?:lĩnh vực|nhóm|về|các)\s+)+"


@lru_cache(maxsize=8192)
def _bared(name: str) -> str:
    """The name without its number and without words that say nothing of it."""
    found = re.match(BEFORE_NAMES, name)
    return name[found.end() :] if found else name


def _letters_apart(one: str, other: str) -> int:
    """How many letters are other, too many or missing."""
    from difflib import SequenceMatcher

    if len(set(one) ^ set(other)) > 2 * MOST_LETTERS:
        return MOST_LETTERS + 1
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(end - start, last - first) for tag, start, end, first, last in steps if tag != "equal")


def _finding(case: Case, table: Table, first: TableRow, second: TableRow) -> Finding:
    codes = [cell_code(row.code, table.columns[0].code) for row in (first, second)]
    said = " và ".join(
        f"“{bare(row.label)}” ({_whose(case, row, code)})" for row, code in zip((first, second), codes, strict=True)
    )
    message = (
        f"{bare(table.label)}: hai dòng tên gần giống nhau, {said}, đang tính riêng. Nếu là một việc thì báo đơn vị "
        "ghi đúng một tên rồi nộp lại; nếu là hai việc thì ghi giải trình."
    )
    cells = tuple(case.places[code] for code in codes if code in case.places)
    return rule_registry.ADDED_ALIKE.finding(message, cells, "", codes[1])


def _whose(case: Case, row: TableRow, code: str) -> str:
    if not row.above:
        return "tên nhóm" if row.kind == "group" else "dòng của biểu mẫu"
    names = [unit.name for unit in case.form.reporters(case.form.by_code[code])]
    return some_of(names, SHOWN_UNITS, "đơn vị")
