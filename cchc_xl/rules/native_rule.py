"""Turns a parsed rule into a native formula: empty text where it holds, else the Vietnamese sentence.

The formula says what `explain` says, with the numbers of the cells. Functions of Excel 2010 only, and none whose
result depends on the regional settings: thousands are written with dots whatever the computer is set to.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from cchc_xl.rules.rule_judgement import negated, spared_parts
from cchc_xl.rules.rule_sentence import NOT_GIVEN, Gap, Piece, Typed, compared, under
from cchc_xl.rules.rule_syntax import (
    Arithmetic,
    Combination,
    Comparison,
    Implication,
    Name,
    Negation,
    Number,
    RuleMissing,
    Saying,
    Term,
    Test,
    names,
)
from cchc_xl.values import Struct

LONGEST_LITERAL = 250
"""Excel refuses a text of more than 255 characters inside a formula."""


class Cells(Protocol):
    """Where the figures of a rule stand; every method gives a piece of formula."""

    def value(self, name: Name) -> str:
        """The number; zero where it is missing."""

    def missing(self, name: Name) -> str:
        """Whether nobody has given it."""

    def code(self, name: Name) -> str:
        """Its printed code (plain text, no formula)."""


def literal(text: str) -> str:
    """A text constant, in as many pieces as Excel needs."""
    pieces = [text[start : start + LONGEST_LITERAL] for start in range(0, len(text), LONGEST_LITERAL)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def number_text(number: str) -> str:
    """A number as Vietnamese text: 10.248; 2,42."""
    whole = f'SUBSTITUTE(FIXED({number},0),",",".")'
    fraction = f'SUBSTITUTE(FIXED({number},2,TRUE),".",",")'
    return f"IF({number}=INT({number}),{whole},{fraction})"


class Telling(Struct, frozen=True):
    """How a rule tells: when it is not asked, whether it says what must be, its own sentence, what to do."""

    missing: RuleMissing
    remedy: str
    must: bool = True
    saying: Saying = ()


def failure_formula(test: Test, telling: Telling, cells: Cells) -> str:
    """The formula of a local rule (`Expression.local`), without "="; a failure's sentence ends with the remedy."""
    used = list(dict.fromkeys(names(test)))
    if telling.missing is RuleMissing.SKIP_ANY:
        needed = [name for name in used if name.name not in spared_parts(test)]
        skipped = f"OR({','.join(cells.missing(name) for name in needed)})" if needed else "FALSE"
    else:
        skipped = f"AND({','.join(cells.missing(name) for name in used)})"
    sentence = _said(telling.saying, cells) if telling.saying else _failure(test, cells, telling.must)
    told = joined([sentence, literal(f". {telling.remedy}")])
    return f'IFERROR(IF({skipped},"",IF({condition(test, cells)},"",{told})),"")'


def joined(parts: list[str]) -> str:
    """Texts put together; neighbouring constants become one."""
    merged: list[str] = []
    for part in parts:
        both_constant = merged and merged[-1].endswith('"') and part.startswith('"') and _is_constant(merged[-1])
        if both_constant and _is_constant(part) and len(merged[-1]) + len(part) <= LONGEST_LITERAL:
            merged[-1] = merged[-1][:-1] + part[1:]
        else:
            merged.append(part)
    return "&".join(merged)


def _is_constant(part: str) -> bool:
    return part.startswith('"') and '"' not in part[1:-1].replace('""', "")


def condition(test: Test, cells: Cells) -> str:
    """Whether a test holds."""
    match test:
        case Comparison(symbol, left, right):
            return f"{_number(left, cells)}{EXCEL_SIGN[symbol]}{_number(right, cells)}"
        case Combination("and", tests):
            return _every([condition(part, cells) for part in tests])
        case Combination(_, tests):
            return f"OR({','.join(condition(part, cells) for part in tests)})"
        case Negation(inner):
            return f"NOT({condition(inner, cells)})"
        case Implication(when, then):
            return f"IF({condition(when, cells)},{condition(then, cells)},TRUE)"


EXCEL_SIGN = {"<=": "<=", ">=": ">=", "<": "<", ">": ">", "==": "=", "!=": "<>"}


def _every(conditions: list[str]) -> str:
    """All of them, asked in turn: a later one that can't be computed does not hide an earlier failure."""
    first, *rest = conditions
    return f"IF({first},{_every(rest)},FALSE)" if rest else first


def _number(term: Term, cells: Cells) -> str:
    match term:
        case Number(value):
            return f"{value:f}"
        case Name():
            return cells.value(term)
        case Arithmetic("|-|", left, right):
            return f"ABS({_number(left, cells)}-{_number(right, cells)})"
        case Arithmetic(symbol, left, right):
            return f"({_number(left, cells)}{symbol}{_number(right, cells)})"
    raise TypeError(term)


def _said(pieces: Iterable[Piece], cells: Cells) -> str:
    return joined([_piece(each, cells) for each in pieces])


def _piece(piece: Piece, cells: Cells) -> str:
    match piece:
        case str():
            return literal(piece)
        case Typed(name):
            return f"IF({cells.missing(name)},{literal(NOT_GIVEN)},{number_text(cells.value(name))})"
        case Gap(words, left, right, sure):
            gap = f"ABS({_number(left, cells)}-{_number(right, cells)})"
            told = f"{literal(words)}&{number_text(gap)}"
            return told if sure else f'IF({gap}=0,"",{told})'
    return number_text(_number(piece, cells))


def _failure(test: Test, cells: Cells, must: bool) -> str:
    """The sentence of a test that is known to fail."""
    def code_of(name: str) -> str:
        return cells.code(Name(name))

    match test:
        case Comparison():
            return _said(compared(test, code_of, must), cells)
        case Combination("and", tests):
            return _first_failing(list(tests), cells, must)
        case Combination(_, tests):
            return _failure(tests[0], cells, must)
        case Negation(inner):
            return _failure(negated(inner), cells, must)
        case Implication(when, then):
            return joined([_said(under(when, code_of, must), cells), _failure(then, cells, must)])


def _first_failing(tests: list[Test], cells: Cells, must: bool) -> str:
    first, *rest = tests
    if not rest:
        return _failure(first, cells, must)
    return f"IF({condition(first, cells)},{_first_failing(rest, cells, must)},{_failure(first, cells, must)})"
