"""The language of rules: arithmetic and comparison over indicator names.

    ho_so_da_giai_quyet <= ho_so_tiep_nhan
    tong == phan_1 + phan_2
    implies(van_de_phat_hien > 0, don_vi_kiem_tra > 0)
    to_chuc_tu_chu.tu <= to_chuc_tu_chu.mau          (the two parts of a ratio)
    partition(tong, loai_1, loai_2, loai_3)          (each belongs to exactly one class: the classes add up)
    follows(ty_le, phan, toan_bo)                    (a stated percentage stands for the interval of its last place)
    ho_so <= 3 * previous(ho_so)                     (the figure of the last period)
    count(ho_so > 0) == don_vi; all(ho_so > 0); any(ho_so > 0)     (over the units that report it)
    chuyen_muc >= months() - 1                       (the months of the period)

A rule's own sentence is a text with terms in braces: Có {giai_quyet - dung_hen} hồ sơ trễ hẹn. There, abs(a - b) tells
how far two numbers are apart. The text is read with Python's own parser; everything else that it knows is refused.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache, reduce
from itertools import chain, zip_longest
from operator import attrgetter
from typing import Any, final

from cchc_xl.values import Struct


class RuleSyntaxError(ValueError):
    """The text is not a rule; the message says what is not understood, in Vietnamese."""


class RuleMissing(StrEnum):
    """When a rule is not asked because figures are missing."""

    SKIP_ANY = "skip_any"
    SKIP_ALL = "skip_all"
    ZERO = "zero"


@final
class Number(Struct, frozen=True):
    """A constant."""

    value: Decimal


@final
class Name(Struct, frozen=True):
    """An indicator; `part` is "tu" or "mau" for one side of a ratio, else empty."""

    name: str
    part: str = ""


EARLIER = {"previous": "kỳ trước", "last_year": "cùng kỳ năm trước"}
"""The earlier periods that a rule may speak of, and their words."""


@final
class Previous(Struct, frozen=True):
    """An indicator's figure of an earlier period: of the last one, or of the same period of last year."""

    name: str
    period: str = "previous"

    @property
    def key(self) -> str:
        """The name it is known by among the figures."""
        return f"{self.period}({self.name})"

    @property
    def words(self) -> str:
        """The period in a sentence."""
        return EARLIER[self.period]


@final
class Months(Struct, frozen=True):
    """How many months the period has."""

    @property
    def key(self) -> str:
        """The name it is known by among the figures."""
        return "months()"


@final
class UnitCount(Struct, frozen=True):
    """The number of units for which a test of their own answers holds."""

    text: str
    test: Test

    @property
    def key(self) -> str:
        """The name it is known by among the figures."""
        return f"count({self.text})"


@final
class Rate(Struct, frozen=True):
    """The percentage part/whole, in as many decimals as the stated figure has."""

    stated: Name
    part: Term
    whole: Term


APART = "|-|"
"""How far two numbers are apart: abs(a - b), in a rule's own sentence."""


@final
class Arithmetic(Struct, frozen=True):
    """left + - * / right, or how far they are apart."""

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


Term = Number | Name | Arithmetic | Previous | UnitCount | Rate | Months
Test = Comparison | Combination | Negation | Implication
Leaf = Name | Previous | UnitCount | Months
LEAVES = frozenset((Name, Previous, UnitCount, Months))
BEYOND = frozenset((Previous, UnitCount, Rate, Months))
"""What no formula inside one form can know."""

Saying = tuple[str | Term, ...]
"""A rule's own sentence: texts, and the terms whose numbers stand between them."""


class Expression(Struct, frozen=True):
    """A rule that was read, with what is asked of it everywhere.

    `leaves` are everything that a value must be known for, `names` the indicators it speaks of, each once; both from
    left to right. A `local` rule speaks only of figures of one book and one period, as a formula inside one form can.
    """

    test: Test
    leaves: tuple[Leaf, ...]
    names: tuple[str, ...]
    local: bool


def names(node: Term | Test) -> Iterator[Name]:
    """Every indicator that a rule speaks of, from left to right."""
    return named(leaves(node))


def named(found: Iterable[Leaf]) -> Iterator[Name]:
    """The indicators of leaves."""
    for leaf in found:
        if type(leaf) is Name:
            yield leaf
        elif isinstance(leaf, Previous):
            yield Name(leaf.name)
        elif isinstance(leaf, UnitCount):
            yield from names(leaf.test)


def leaves(node: Term | Test) -> list[Leaf]:
    """Everything in a rule that a value must be known for, from left to right."""
    return leaves_in(walk(node))


def leaves_in(nodes: Iterable[Any]) -> list[Leaf]:
    """Those of the nodes of a rule that a value must be known for."""
    # The classes of values are asked by identity: to ask of each whether it is of a kind takes several times as long.
    return [each for each in nodes if type(each) in LEAVES]


PARTS: dict[type, Callable[[Any], tuple[Term | Test, ...]]] = {
    **dict.fromkeys((Arithmetic, Comparison), attrgetter("left", "right")),
    Rate: attrgetter("stated", "part", "whole"), Implication: attrgetter("condition", "consequence"),
    Combination: attrgetter("tests"), Negation: lambda node: (node.test,),
}
"""What stands below a node, from left to right; below all others nothing."""


def walk(node: Term | Test) -> list[Term | Test]:
    """A node and everything below it, from left to right."""
    found = [node]
    if parts := PARTS.get(type(node)):
        for part in parts(node):
            found += walk(part)
    return found


RATIO_PARTS = ("tu", "mau")

ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISON: dict[type[ast.cmpop], str] = {
    ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">", ast.Eq: "==", ast.NotEq: "!=",
}


@lru_cache(maxsize=4096)
def expression(text: str) -> Expression:
    """What a rule says. Raises `RuleSyntaxError`."""
    test = read(text)
    nodes = walk(test)
    leaves = tuple(leaves_in(nodes))
    names = dict.fromkeys(name.name for name in named(leaves))
    return Expression(test, leaves, tuple(names), BEYOND.isdisjoint(map(type, nodes)))


def parse(text: str) -> Test:
    """The tree of a rule. Raises `RuleSyntaxError`."""
    return expression(text).test


@lru_cache(maxsize=4096)
def saying(text: str) -> Saying:
    """A rule's own sentence. Raises `RuleSyntaxError` for a term in braces that is none."""
    texts, terms = BRACES.split(text)[::2], BRACES.split(text)[1::2]
    try:
        read_terms: list[Term] = [_term(ast.parse(term.strip(), mode="eval").body) for term in terms]
    except SyntaxError as error:
        raise RuleSyntaxError(f"không đọc được câu “{text}”") from error
    return tuple(filter(None, chain(*zip_longest(texts, read_terms))))


BRACES = re.compile(r"\{([^{}]*)\}")


def read(text: str) -> Test:
    """The tree of a rule. Raises `RuleSyntaxError`."""
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise RuleSyntaxError(f"không đọc được biểu thức “{text}” (ký tự {error.offset})") from error
    except (RecursionError, MemoryError) as error:
        raise RuleSyntaxError(TOO_LONG.format(text[:60])) from error
    try:
        return _test(body)
    except RecursionError as error:
        raise RuleSyntaxError(TOO_LONG.format(text[:60])) from error


TOO_LONG = "điều kiện “{}…” quá dài hoặc quá nhiều ngoặc lồng nhau; tách thành nhiều quy tắc"


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
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
            return _function(node, function, arguments)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            return Arithmetic(ARITHMETIC[type(operator)], _term(left), _term(right))
    raise RuleSyntaxError(f"“{ast.unparse(node)}” không dùng được trong quy tắc")


def _function(node: ast.expr, function: str, arguments: list[ast.expr]) -> Term:
    match function, arguments:
        case ("previous" | "last_year"), [ast.Name(id=name)]:
            return Previous(name, function)
        case "months", []:
            return Months()
        case "count", [inner]:
            return _unit_count(inner)
        case "abs", [ast.BinOp(left=left, op=ast.Sub(), right=right)]:
            return Arithmetic(APART, _term(left), _term(right))
    raise RuleSyntaxError(f"“{ast.unparse(node)}” không dùng được trong quy tắc")
