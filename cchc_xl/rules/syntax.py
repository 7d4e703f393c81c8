"""The language of rules: arithmetic and comparison over indicator names.

    ho_so_da_giai_quyet <= ho_so_tiep_nhan
    tong == phan_1 + phan_2
    implies(van_de_phat_hien > 0, don_vi_kiem_tra > 0)
    to_chuc_tu_chu.tu <= to_chuc_tu_chu.mau          (the two parts of a ratio)
    partition(tong, loai_1, loai_2, loai_3)          (each belongs to exactly one class: the classes add up)
    follows(ty_le, phan, toan_bo)                    (a stated percentage stands for the interval of its last place)
    ho_so <= 3 * previous(ho_so)                     (the figure of the last period)
    count(ho_so > 0) == don_vi; all(ho_so > 0); any(ho_so > 0)     (over the units that report it)

The text is read with Python's own parser; everything outside this small language is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, reduce

from cchc_xl.structs import Struct

RATIO_PARTS = ("tu", "mau")

ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISON: dict[type[ast.cmpop], str] = {
    ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">", ast.Eq: "==", ast.NotEq: "!=",
}


class RuleSyntaxError(ValueError):
    """The text is not a rule; the message says what is not understood, in Vietnamese."""


class Number(Struct, frozen=True):
    """A constant."""

    value: Decimal


class Name(Struct, frozen=True):
    """An indicator; `part` is "tu" or "mau" for one side of a ratio, else empty."""

    name: str
    part: str = ""


class Previous(Struct, frozen=True):
    """The last period's figure of an indicator."""

    name: str

    @property
    def key(self) -> str:
        """The name it is known by among the figures."""
        return f"previous({self.name})"


class UnitCount(Struct, frozen=True):
    """The number of units for which a test of their own answers holds."""

    text: str
    test: Test

    @property
    def key(self) -> str:
        """The name it is known by among the figures."""
        return f"count({self.text})"


class Rate(Struct, frozen=True):
    """The percentage part/whole, in as many decimals as the stated figure has."""

    stated: Name
    part: Term
    whole: Term


class Arithmetic(Struct, frozen=True):
    """left + - * / right."""

    operator: str
    left: Term
    right: Term


class Comparison(Struct, frozen=True):
    """left <= >= < > == != right."""

    operator: str
    left: Term
    right: Term


class Combination(Struct, frozen=True):
    """All of (and), or at least one of (or), several tests."""

    operator: str
    tests: tuple[Test, ...]


class Negation(Struct, frozen=True):
    """not test."""

    test: Test


class Implication(Struct, frozen=True):
    """Where the condition holds, the consequence must hold too."""

    condition: Test
    consequence: Test


Term = Number | Name | Arithmetic | Previous | UnitCount | Rate
Test = Comparison | Combination | Negation | Implication


@cache
def parse(text: str) -> Test:
    """The tree of a rule. Raises `RuleSyntaxError`."""
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise RuleSyntaxError(f"không đọc được biểu thức “{text}” (ký tự {error.offset})") from error
    return _test(body)


def names(node: Term | Test) -> Iterator[Name]:
    """Every indicator that a rule speaks of, from left to right."""
    for leaf in leaves(node):
        match leaf:
            case Name():
                yield leaf
            case Previous(name):
                yield Name(name)
            case UnitCount(_, test):
                yield from names(test)


Leaf = Name | Previous | UnitCount


def leaves(node: Term | Test) -> Iterator[Leaf]:
    """Everything in a rule that a value must be known for, from left to right."""
    if isinstance(node, Name | Previous | UnitCount):
        yield node
    for part in _parts(node):
        yield from leaves(part)


def _parts(node: Term | Test) -> tuple[Term | Test, ...]:
    match node:
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return left, right
        case Rate(stated, part, whole):
            return stated, part, whole
        case Combination(_, tests):
            return tests
        case Negation(test):
            return (test,)
        case Implication(condition, consequence):
            return condition, consequence
    return ()


def is_local(test: Test) -> bool:
    """Whether a rule speaks only of figures of one book and one period, as a formula inside one form can."""
    return not any(isinstance(node, Previous | UnitCount | Rate) for node in walk(test))


def walk(node: Term | Test) -> Iterator[Term | Test]:
    """A node and everything below it."""
    yield node
    for part in _parts(node):
        yield from walk(part)


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
        case ast.Call(func=ast.Name(id="partition"), args=[whole, first, *others], keywords=[]):
            return Comparison("==", reduce(_plus, map(_term, others), _term(first)), _term(whole))
        case ast.Call(func=ast.Name(id="follows"), args=[ast.Name(id=stated), part, whole], keywords=[]):
            return Comparison("==", Name(stated), Rate(Name(stated), _term(part), _term(whole)))
        case ast.Call(func=ast.Name(id="any"), args=[inner], keywords=[]):
            return Comparison(">", _unit_count(inner), Number(Decimal(0)))
        case ast.Call(func=ast.Name(id="all"), args=[inner], keywords=[]):
            failing = UnitCount(f"not ({ast.unparse(inner)})", Negation(_test(inner)))
            return Comparison("==", failing, Number(Decimal(0)))
    raise RuleSyntaxError(f"“{ast.unparse(node)}” không phải là phép so sánh")


def _plus(left: Term, right: Term) -> Term:
    return Arithmetic("+", left, right)


def _unit_count(inner: ast.expr) -> UnitCount:
    return UnitCount(ast.unparse(inner), _test(inner))


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
        case ast.Call(func=ast.Name(id="previous"), args=[ast.Name(id=name)], keywords=[]):
            return Previous(name)
        case ast.Call(func=ast.Name(id="count"), args=[inner], keywords=[]):
            return _unit_count(inner)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            return Arithmetic(ARITHMETIC[type(operator)], _term(left), _term(right))
    raise RuleSyntaxError(f"“{ast.unparse(node)}” không dùng được trong quy tắc")
