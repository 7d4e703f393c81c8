"""The language of rules: arithmetic and comparison over indicator names.

    ho_so_da_giai_quyet <= ho_so_tiep_nhan
    tong == phan_1 + phan_2
    implies(van_de_phat_hien > 0, don_vi_kiem_tra > 0)
    to_chuc_tu_chu.tu <= to_chuc_tu_chu.mau          (the two parts of a ratio)

The text is read with Python's own parser; everything outside this small language is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

RATIO_PARTS = ("tu", "mau")

ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISON: dict[type[ast.cmpop], str] = {
    ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">", ast.Eq: "==", ast.NotEq: "!=",
}


class RuleSyntaxError(ValueError):
    """The text is not a rule; the message says what is not understood, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """An indicator; `part` is "tu" or "mau" for one side of a ratio, else empty."""

    name: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """left + - * / right."""

    operator: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Comparison:
    """left <= >= < > == != right."""

    operator: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Combination:
    """All of (and), or at least one of (or), several tests."""

    operator: str
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """not test."""

    test: Test


@dataclass(frozen=True, slots=True)
class Implication:
    """Where the condition holds, the consequence must hold too."""

    condition: Test
    consequence: Test


Term = Number | Name | Arithmetic
Test = Comparison | Combination | Negation | Implication


def parse(text: str) -> Test:
    """The tree of a rule. Raises `RuleSyntaxError`."""
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise RuleSyntaxError(f"không đọc được biểu thức “{text}” (ký tự {error.offset})") from error
    return _test(body)


def names(node: Term | Test) -> Iterator[Name]:
    """Every indicator that a rule speaks of, from left to right."""
    match node:
        case Name():
            yield node
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            yield from names(left)
            yield from names(right)
        case Combination(_, tests):
            for test in tests:
                yield from names(test)
        case Negation(test):
            yield from names(test)
        case Implication(condition, consequence):
            yield from names(condition)
            yield from names(consequence)


def _test(node: ast.expr) -> Test:
    match node:
        case ast.Compare(left=left, ops=operators, comparators=comparators):
            return _comparisons(left, operators, comparators)
        case ast.BoolOp(op=operator, values=values):
            return Combination("and" if isinstance(operator, ast.And) else "or", tuple(map(_test, values)))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Negation(_test(operand))
        case ast.Call(func=ast.Name(id="implies"), args=[condition, consequence], keywords=[]):
            return Implication(_test(condition), _test(consequence))
    raise RuleSyntaxError(f"“{ast.unparse(node)}” không phải là phép so sánh")


def _comparisons(left: ast.expr, operators: list[ast.cmpop], comparators: list[ast.expr]) -> Test:
    """A chain a <= b <= c becomes (a <= b) and (b <= c)."""
    terms = [_term(left), *map(_term, comparators)]
    tests = []
    for operator, low, high in zip(operators, terms[:-1], terms[1:], strict=True):
        symbol = COMPARISON.get(type(operator))
        if symbol is None:
            raise RuleSyntaxError("chỉ dùng được các phép so sánh <= >= < > == !=")
        tests.append(Comparison(symbol, low, high))
    return tests[0] if len(tests) == 1 else Combination("and", tuple(tests))


def _term(node: ast.expr) -> Term:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value):
            return Number(Decimal(str(value)))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return Number(-Decimal(str(value)))
        case ast.Name(id=name):
            return Name(name)
        case ast.Attribute(value=ast.Name(id=name), attr=part) if part in RATIO_PARTS:
            return Name(name, part)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            return Arithmetic(ARITHMETIC[type(operator)], _term(left), _term(right))
    raise RuleSyntaxError(f"“{ast.unparse(node)}” không dùng được trong quy tắc")
