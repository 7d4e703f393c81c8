"""Computes the native formulas of a new form, so that their results lie in the file beside them.

Protected View, previews on phones and programs that do not calculate show what lies there.
"""

from __future__ import annotations

import ast
import datetime
import operator
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from openpyxl.workbook import Workbook

from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.values import Struct

LEAF = re.compile(
    r"""("(?:[^"]|"")*"|(?:(?:'(?:[^']|'')+'|\w+)!)?\$?[A-Z]{1,3}\$?\d*(?::\$?[A-Z]{1,3}\$?\d*)?(?![\w(])"""
    r"""|\d+(?:\.\d+)?|TRUE|FALSE)"""
)
"""A text, a cell or range, a number, a truth value."""
PLACE = re.compile(r"(?:(?:'((?:[^']|'')+)'|(\w+))!)?\$?([A-Z]{1,3})\$?(\d*)(?::\$?([A-Z]{1,3})\$?(\d*))?")
EQUAL = re.compile(r"<>|(?<![<>])=")


class FormulaPlace(Struct, frozen=True):
    """A cell or a range; no row means the whole column, no sheet the formula's own."""

    sheet: str
    first: tuple[str, int]
    last: tuple[str, int] | None


class Call(Struct, frozen=True):
    """A function, or an operator as Python's parser names it, with what it is given."""

    name: str
    given: tuple[Node, ...]


Node = int | Call
"""A number says which of the formula's leaves stands there."""

_SHAPES: dict[tuple[str, ...], Node] = {}


def parsed(formula: str) -> tuple[Node, list[str]]:
    """The tree of a formula without its "=", and its leaves as they are written.

    Python's own parser binds operators as Excel does. Each shape is parsed once: most rows of a form ask the same of
    other cells. Raises `SyntaxError` for what this package does not write.
    """
    parts = LEAF.split(formula)
    shape = tuple(parts[::2])
    if shape not in _SHAPES:
        signs = [EQUAL.sub(lambda sign: "!=" if sign[0] == "<>" else "==", each) for each in shape]
        text = signs[0] + "".join(f" {number} {each}" for number, each in enumerate(signs[1:]))
        _SHAPES[shape] = _tree(ast.parse(text.strip(), mode="eval").body)
    return _SHAPES[shape], parts[1::2]


def _tree(node: ast.expr) -> Node:
    match node:
        case ast.Constant(value=int(leaf)):
            return leaf
        case ast.Call(func=ast.Name(id=name), args=given):
            return Call(name, tuple(map(_tree, given)))
        case ast.BinOp(left=left, op=sign, right=right) | ast.Compare(left=left, ops=[sign], comparators=[right]):
            return Call(type(sign).__name__, (_tree(left), _tree(right)))
        case ast.UnaryOp(op=ast.USub(), operand=negated):
            return Call("USub", (_tree(negated),))
    raise SyntaxError(ast.dump(node))


@lru_cache(maxsize=4096)
def _leaf(text: str) -> float | str | bool | FormulaPlace:
    """A constant itself, or a place."""
    if text in ("TRUE", "FALSE"):
        return text == "TRUE"
    if text[0].isdigit():
        return float(text)
    if text[0] == '"':
        return text[1:-1].replace('""', '"')
    found = PLACE.fullmatch(text)
    assert found is not None
    quoted, bare, column, row, last_column, last_row = found.groups()
    sheet = quoted.replace("''", "'") if quoted else bare or ""
    return FormulaPlace(sheet, (column, int(row or 0)), (last_column, int(last_row or 0)) if last_column else None)


Value = Any
"""A number, a text, a truth value, None for an empty cell, or a list of these for a range."""


class WrongError(Exception):
    """An error value, such as the result of a division by nothing."""


class Results:
    """The results of a workbook's formulas."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._known: dict[tuple[str, str], Value] = {}

    def all(self) -> dict[str, dict[str, Value]]:
        """By sheet and address."""
        return {
            sheet.title: {
                cell.coordinate: self.cell(sheet.title, cell.coordinate)
                for line in sheet.iter_rows() for cell in line if cell.data_type == "f"
            }
            for sheet in self._workbook.worksheets
        }

    def cell(self, sheet: str, address: str) -> Value:
        """What a cell holds or computes. A formula that ends in an error value ends in "" here: ours never do."""
        key = sheet, address
        if key not in self._known:
            content = self._workbook[sheet][address]
            self._known[key] = float(content.value) if isinstance(content.value, Decimal) else content.value
            if content.data_type == "f":
                try:
                    result = self._value(*parsed(content.value.removeprefix("=")), sheet)
                    self._known[key] = 0.0 if result is None else result
                except WrongError:
                    self._known[key] = ""
        return self._known[key]

    def _value(self, node: Node, own: list[str], sheet: str) -> Value:
        if isinstance(node, int):
            leaf = _leaf(own[node])
            return self._at(leaf, sheet) if isinstance(leaf, FormulaPlace) else leaf
        if node.name in LAZY:
            return LAZY[node.name](lambda each: self._value(each, own, sheet), node.given)
        return FUNCTIONS[node.name](*[self._value(each, own, sheet) for each in node.given])

    def _at(self, place: FormulaPlace, sheet: str) -> Value:
        name, (column, row) = place.sheet or sheet, place.first
        if place.last is None:
            return self.cell(name, f"{column}{row}")
        end_column, end_row = place.last
        last = end_row or self._workbook[name].max_row
        if column != end_column:
            raise ValueError(place)
        return [self.cell(name, f"{column}{number}") for number in range(row or 1, last + 1)]


Look = Callable[[Node], Value]


def _tried(look: Look, node: Node) -> Value:
    """The value, or the error in its place."""
    try:
        return look(node)
    except WrongError as error:
        return error


LAZY: dict[str, Callable[[Look, tuple[Node, ...]], Value]] = {
    "IF": lambda look, given: look(given[1] if _truth(look(given[0])) else given[2]),
    "IFERROR": lambda look, given: look(given[1]) if _is_error(first := _tried(look, given[0])) else first,
    "ISERROR": lambda look, given: _is_error(_tried(look, given[0])),
    "ISNUMBER": lambda look, given: _is_number(_tried(look, given[0])),
}


def _is_error(value: Value) -> bool:
    return isinstance(value, WrongError)


def _truth(value: Value) -> bool:
    if isinstance(value, str):
        raise WrongError(value)
    return bool(value)


def _number(value: Value) -> float:
    if isinstance(value, str):
        try:
            return float(value.strip())
        except ValueError as error:
            raise WrongError(value) from error
    return float(value or 0)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else repr(float(value))
    return value or ""


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], Value]:
    """A comparison as Excel makes it: numbers before texts, texts without regard to case, empty like 0 and ""."""
    def compared(left: Value, right: Value) -> Value:
        if isinstance(left, list):
            return [compared(each, right) for each in left]
        if left is None:
            left = "" if isinstance(right, str) else 0
        if right is None:
            right = "" if isinstance(left, str) else 0
        sides = [(isinstance(each, str), each.casefold() if isinstance(each, str) else each) for each in (left, right)]
        return compare(*sides)

    return compared


def _arithmetic(compute: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def computed(left: Value, right: Value) -> Value:
        if isinstance(left, list):
            return [computed(*pair) for pair in zip(left, right, strict=True)]
        try:
            return compute(_number(left), _number(right))
        except ZeroDivisionError as error:
            raise WrongError("#DIV/0!") from error

    return computed


def _rounded(value: Value, places: Value) -> Decimal:
    return Decimal(repr(_number(value))).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _find(wanted: Value, text: Value) -> int:
    place = _text(text).find(_text(wanted))
    if place < 0:
        raise WrongError(wanted)
    return place + 1


def _date(part: str) -> Callable[[Value], int]:
    def of(value: Value) -> int:
        try:
            return int(getattr(EXCEL_EPOCH + datetime.timedelta(days=int(_number(value))), part))
        except OverflowError as error:
            raise WrongError(value) from error

    return of


def _serial(year: Value, month: Value, day: Value) -> int:
    """The number of a day; one past the month's end is of the next month."""
    try:
        first = datetime.date(int(_number(year)), int(_number(month)), 1)
    except (ValueError, OverflowError) as error:
        raise WrongError(year) from error
    return (first - EXCEL_EPOCH).days + int(_number(day)) - 1


def _flat(given: tuple[Value, ...]) -> Iterator[Value]:
    for each in given:
        yield from each if isinstance(each, list) else (each,)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count_ifs(*given: Value) -> int:
    conditions = list(zip(given[::2], given[1::2], strict=True))
    return sum(all(_meets(cells[row], wanted) for cells, wanted in conditions) for row in range(len(given[0])))


def _meets(value: Value, wanted: Value) -> bool:
    """A criterion of COUNTIFS: a number, a text, "<>text", or the pattern of some text at all."""
    if not isinstance(wanted, str):
        return _is_number(value) and bool(value == wanted)
    if wanted == "?*":
        return isinstance(value, str) and value != ""
    if wanted.startswith("<>"):
        return _text(value).casefold() != wanted[2:].casefold()
    return isinstance(value, str) and value.casefold() == wanted.casefold()


def _match(wanted: Value, cells: Value, _exactly: Value) -> int:
    for number, value in enumerate(cells, 1):
        if _ordered(operator.eq)(value, wanted):
            return number
    raise WrongError(wanted)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "Eq": _ordered(operator.eq), "NotEq": _ordered(operator.ne), "Lt": _ordered(operator.lt),
    "Gt": _ordered(operator.gt), "LtE": _ordered(operator.le), "GtE": _ordered(operator.ge),
    "Add": _arithmetic(operator.add), "Sub": _arithmetic(operator.sub), "Mult": _arithmetic(operator.mul),
    "Div": _arithmetic(operator.truediv), "BitAnd": lambda left, right: _text(left) + _text(right),
    "USub": lambda value: 0 - _number(value),
    "AND": lambda *given: all(map(_truth, given)), "OR": lambda *given: any(map(_truth, given)),
    "NOT": lambda value: not _truth(value),
    "N": lambda value: value if _is_number(value) else 0,
    "INT": lambda value: _number(value) // 1, "ABS": lambda value: abs(_number(value)),
    "ROUND": lambda value, places: float(_rounded(value, places)),
    "FIXED": lambda value, places, plain=False: f"{_rounded(value, places):{'' if plain else ','}f}",
    "MIN": lambda *given: min(filter(_is_number, _flat(given)), default=0),
    "MAX": lambda *given: max(filter(_is_number, _flat(given)), default=0),
    "SUM": lambda *given: sum(filter(_is_number, _flat(given))),
    "COUNT": lambda *given: sum(map(_is_number, _flat(given))), "COUNTIFS": _count_ifs,
    "SUMPRODUCT": lambda given: sum(map(_number, given)),
    "TRIM": lambda value: re.sub(" +", " ", _text(value).strip(" ")), "LOWER": lambda value: _text(value).lower(),
    "UPPER": lambda value: _text(value).upper(), "EXACT": lambda left, right: _text(left) == _text(right),
    "RIGHT": lambda value, count: _text(value)[-int(count) :], "LEN": lambda value: len(_text(value)),
    "LEFT": lambda value, count: _text(value)[: int(count)],
    "MID": lambda value, start, count: _text(value)[int(start) - 1 : int(start) - 1 + int(count)], "FIND": _find,
    "SUBSTITUTE": lambda value, old, new: _text(value).replace(_text(old), _text(new)), "VALUE": _number,
    "CHAR": lambda value: chr(int(value)), "HYPERLINK": lambda _link, shown: shown,
    "MATCH": _match, "INDEX": lambda cells, at: cells[int(at) - 1],
    "DATE": _serial, "DAY": _date("day"), "MONTH": _date("month"), "YEAR": _date("year"),
}
