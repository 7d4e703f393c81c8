"""Turns a parsed rule into a native formula: empty text where it holds, else the Vietnamese sentence.

The formula says what `explain` says, with the numbers of the cells. Functions of Excel 2010 only, and none whose
result depends on the regional settings: thousands are written with dots whatever the computer is set to.
"""

from __future__ import annotations

from typing import Protocol

from cchc_xl.rules.rule_judgement import negated, spared_parts
from cchc_xl.rules.rule_sentence import APART, BUT, MUST, SIGN, STATE, bracketed, gap_word, is_plain_figure
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
from cchc_xl.structs import Struct
from cchc_xl.writing.vietnamese_numbers import plain

LONGEST_LITERAL = 250
"""Excel refuses a text of more than 255 characters inside a formula."""

NOT_GIVEN = "chưa nhập"


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
    """The formula of a local rule (`is_local`), without "="; a failure's sentence ends with the remedy."""
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


def _said(saying: Saying, cells: Cells) -> str:
    return joined([literal(each) if isinstance(each, str) else number_text(_number(each, cells)) for each in saying])


def _failure(test: Test, cells: Cells, must: bool) -> str:
    """The sentence of a test that is known to fail."""
    match test:
        case Comparison():
            return _sentence(test, cells) if must else _stated(test, cells)
        case Combination("and", tests):
            return _first_failing(list(tests), cells, must)
        case Combination(_, tests):
            return _failure(tests[0], cells, must)
        case Negation(inner):
            return _failure(negated(inner), cells, must)
        case Implication(when, then):
            before, between = ("Khi ", " thì ") if must else ("", " nhưng ")
            return joined([literal(before), _state(when, cells), literal(between), _failure(then, cells, must)])


def _first_failing(tests: list[Test], cells: Cells, must: bool) -> str:
    first, *rest = tests
    if not rest:
        return _failure(first, cells, must)
    return f"IF({condition(first, cells)},{_first_failing(rest, cells, must)},{_failure(first, cells, must)})"


def _sentence(comparison: Comparison, cells: Cells) -> str:
    must = literal(f" {MUST[comparison.operator]} ")
    return joined([*_side(comparison.left, cells), must, *_side(comparison.right, cells), *_gap(comparison, cells)])


def _stated(comparison: Comparison, cells: Cells) -> str:
    if is_plain_figure(comparison):
        return joined([literal(f"{_codes(comparison.left, cells)} ghi "), *_worked(comparison.left, cells)])
    but = literal(f" {BUT[comparison.operator]} ")
    parts = [*_side(comparison.left, cells), but, *_side(comparison.right, cells)]
    if not isinstance(comparison.right, Number):
        gap = f"ABS({_number(comparison.left, cells)}-{_number(comparison.right, cells)})"
        parts.append(f'IF({gap}=0,"",{literal(f": {APART} ")}&{number_text(gap)})')
    return joined(parts)


def _gap(comparison: Comparison, cells: Cells) -> list[str]:
    word = gap_word(comparison)
    if not word:
        return []
    left, right = _number(comparison.left, cells), _number(comparison.right, cells)
    gap = f"ABS({left}-{right})"
    told = f'{literal(f": {word} ")}&{number_text(gap)}'
    return [told if comparison.operator in ("<=", ">=", "==") else f'IF({gap}=0,"",{told})']


def _side(term: Term, cells: Cells) -> list[str]:
    if isinstance(term, Number):
        return [literal(plain(term.value))]
    parts = [literal(f"{_codes(term, cells)} ("), *_worked(term, cells)]
    if isinstance(term, Arithmetic):
        parts += [literal(" = "), number_text(_number(term, cells))]
    return [*parts, literal(")")]


def _codes(term: Term, cells: Cells) -> str:
    match term:
        case Number(value):
            return plain(value)
        case Name(_, ""):
            return cells.code(term)
        case Name(_, part):
            return f"{'tử số' if part == 'tu' else 'mẫu số'} của {cells.code(term)}"
        case Arithmetic(symbol, left, right):
            written = (
                f"({_codes(side, cells)})" if bracketed(side, symbol, end) else _codes(side, cells)
                for side, end in ((left, False), (right, True))
            )
            return f" {SIGN[symbol]} ".join(written)
    raise TypeError(term)


def _worked(term: Term, cells: Cells) -> list[str]:
    match term:
        case Number(value):
            return [literal(plain(value))]
        case Name():
            return [f"IF({cells.missing(term)},{literal(NOT_GIVEN)},{number_text(cells.value(term))})"]
        case Arithmetic(symbol, left, right):
            sides = [
                [literal("("), *_worked(side, cells), literal(")")]
                if bracketed(side, symbol, end) else _worked(side, cells)
                for side, end in ((left, False), (right, True))
            ]
            return [*sides[0], literal(f" {SIGN[symbol]} "), *sides[1]]
    raise TypeError(term)


def _state(test: Test, cells: Cells) -> str:
    """A condition as a fact: “III.6.6 (12) > 0”."""
    match test:
        case Comparison(symbol, left, right):
            return joined([*_side(left, cells), literal(f" {STATE[symbol]} "), *_side(right, cells)])
        case Combination(symbol, tests):
            word = literal(" và " if symbol == "and" else " hoặc ")
            parts = [piece for part in tests for piece in (word, _state(part, cells))]
            return joined(parts[1:])
        case Negation(inner):
            return joined([literal("không phải ("), _state(inner, cells), literal(")")])
        case Implication(when, then):
            return joined([literal("nếu "), _state(when, cells), literal(" thì "), _state(then, cells)])
