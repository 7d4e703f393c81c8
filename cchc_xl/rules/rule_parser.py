"""Reads the text of a rule with Python's own parser; everything outside the small language of rules is refused."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from functools import lru_cache, reduce
from itertools import chain, zip_longest

from cchc_xl.rules.rule_syntax import (
    APART,
    BEYOND,
    Arithmetic,
    Combination,
    Comparison,
    Expression,
    Implication,
    Months,
    Name,
    Negation,
    Number,
    Previous,
    Rate,
    RuleSyntaxError,
    Saying,
    Term,
    Test,
    UnitCount,
    leaves_in,
    named,
    walk,
)

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
