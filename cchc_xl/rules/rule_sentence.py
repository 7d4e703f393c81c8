"""Says in Vietnamese why a rule fails, with both sides spelled out.

    III.6.2 (10.300) phải ≤ III.6.1 (10.248): vượt 52
    V.6.4 (3) phải bằng V.6.5 + V.6.6 + V.6.7 (0 + 1 + 1 = 2): chênh lệch 1
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from cchc_xl.rules.rule_judgement import Known, RuleOutcome, negated, value_of
from cchc_xl.rules.rule_syntax import (
    Arithmetic,
    Combination,
    Comparison,
    Implication,
    Months,
    Name,
    Negation,
    Number,
    Previous,
    Rate,
    Term,
    Test,
    UnitCount,
)
from cchc_xl.values import Struct
from cchc_xl.writing.vietnamese_numbers import plain

MUST = {"<=": "phải ≤", ">=": "phải ≥", "<": "phải <", ">": "phải >", "==": "phải bằng", "!=": "phải khác"}
BUT = {
    "<=": "lớn hơn", ">=": "nhỏ hơn", "<": "không nhỏ hơn", ">": "không lớn hơn", "==": "khác", "!=": "bằng",
}
"""What a comparison that fails says without a must."""

APART = "chênh lệch"
STATE = {"<=": "≤", ">=": "≥", "<": "<", ">": ">", "==": "=", "!=": "≠"}
GAP = {"<=": "vượt", "<": "vượt", ">=": "thiếu", ">": "thiếu", "==": "chênh lệch"}
NOT_GIVEN = "chưa nhập"
SIGN = {"+": "+", "-": "−", "*": "×", "/": "÷"}

CodeOf = Callable[[str], str]
Text = TypeVar("Text")


class Typed(Struct, frozen=True):
    """The number of a figure, or that nobody has typed it."""

    name: Name


class Gap(Struct, frozen=True):
    """How far two terms are apart, after some words; nothing where they are not. `sure` tells that they are."""

    words: str
    left: Term
    right: Term
    sure: bool


Piece = str | Term | Typed | Gap
"""What a sentence is put together of: words, and the numbers of terms."""


def explain(outcome: RuleOutcome, known: Known, code_of: CodeOf, must: bool = True) -> str:
    """The sentence of a failed rule. `code_of` gives what an indicator's name is called.

    What can be right is only stated (`must` false): III.6.2 (10.300) lớn hơn III.6.1 (10.248): chênh lệch 52.
    """
    before = under(outcome.condition, code_of, must) if outcome.condition else ()
    return say((*before, *compared(outcome.comparison, code_of, must)), known)


def say(pieces: Iterable[Piece], known: Known) -> str:
    """Pieces with the numbers in them; a rule's own sentence too."""
    return "".join(_said(piece, known) for piece in pieces)


def _said(piece: Piece, known: Known) -> str:
    match piece:
        case str():
            return piece
        case Typed(name):
            return NOT_GIVEN if known.get(name.name) is None else plain(value_of(name, known))
        case Gap(words, left, right):
            gap = abs(value_of(left, known) - value_of(right, known))
            return f"{words}{plain(gap)}" if gap else ""
    return plain(value_of(piece, known))


def under(condition: Test, code_of: CodeOf, must: bool) -> list[Piece]:
    """What stands before the failure of a rule that was asked under a condition."""
    before, between = ("Khi ", " thì ") if must else ("", " nhưng ")
    return [before, *_state(condition, code_of), between]


def compared(comparison: Comparison, code_of: CodeOf, must: bool) -> Iterator[Piece]:
    """Both sides; where nothing must be, what is, and beside a constant only the figure itself."""
    left, right, sign = comparison.left, comparison.right, comparison.operator
    constant = isinstance(right, Number)
    if not must and isinstance(left, Name) and constant:
        yield from (f"{_codes(left, code_of)} ghi ", *_worked(left))
        return
    yield from (*_side(left, code_of), f" {(MUST if must else BUT)[sign]} ", *_side(right, code_of))
    # “phải bằng 0” tells it all.
    word = "" if constant and not (must and sign != "==") else GAP.get(sign, "") if must else APART
    if word:
        yield Gap(f": {word} ", left, right, must and sign in ("<=", ">=", "=="))


def _state(test: Test, code_of: CodeOf) -> list[Piece]:
    """A condition as a fact: “III.6.6 (12) > 0”."""
    match test:
        case Comparison(symbol, left, right):
            return [*_side(left, code_of), f" {STATE[symbol]} ", *_side(right, code_of)]
        case Combination(symbol, tests):
            word = " và " if symbol == "and" else " hoặc "
            return [piece for part in tests for piece in (word, *_state(part, code_of))][1:]
        case Negation(inner):
            return ["không phải (", *_state(inner, code_of), ")"]
        case Implication(condition, consequence):
            return ["nếu ", *_state(condition, code_of), " thì ", *_state(consequence, code_of)]


def _side(term: Term, code_of: CodeOf) -> Iterator[Piece]:
    if isinstance(term, Number):
        yield plain(term.value)
        return
    yield from (f"{_codes(term, code_of)} (", *_worked(term))
    if isinstance(term, Arithmetic | Rate):
        yield from (" = ", term, "%" if isinstance(term, Rate) else "")
    yield ")"


def _codes(term: Term, code_of: CodeOf) -> str:
    match term:
        case Number(value):
            return plain(value)
        case Name(name, ""):
            return code_of(name)
        case Name(name, part):
            return f"{'tử số' if part == 'tu' else 'mẫu số'} của {code_of(name)}"
        case Previous(name):
            return f"{code_of(name)} {term.words}"
        case Months():
            return "số tháng của kỳ"
        case UnitCount(_, test):
            return f"số đơn vị có {_bare_condition(test, code_of)}"
        case Rate(_, part, whole):
            return "".join(_joined("/", part, whole, lambda each: [_codes(each, code_of)]))
        case Arithmetic(symbol, left, right):
            return "".join(_joined(symbol, left, right, lambda each: [_codes(each, code_of)]))


def _worked(term: Term) -> list[Piece]:
    """The numbers that a term is worked out of."""
    match term:
        case Number(value):
            return [plain(value)]
        case Name():
            return [Typed(term)]
        case Rate(_, part, whole):
            return _joined("/", part, whole, _worked)
        case Arithmetic(symbol, left, right):
            return _joined(symbol, left, right, _worked)
    return [term]


def _joined(symbol: str, left: Term, right: Term, write: Callable[[Term], Sequence[Text]]) -> list[Text | str]:
    """Two terms and their sign, each in brackets where leaving them out would change the sense."""
    one, other = (
        ["(", *write(term), ")"] if _bracketed(term, symbol, on_the_right) else list(write(term))
        for term, on_the_right in ((left, False), (right, True))
    )
    return [*one, f" {SIGN[symbol]} ", *other]


STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


def _bracketed(term: Term, symbol: str, on_the_right: bool) -> bool:
    """Whether a term beside a sign needs brackets: a − (b + c), (a + b) × c, but a + b − c."""
    if not isinstance(term, Arithmetic):
        return False
    inner, outer = STRENGTH[term.operator], STRENGTH[symbol]
    return inner < outer or (inner == outer and on_the_right and symbol in "-/")


def _bare_condition(test: Test, code_of: CodeOf) -> str:
    """A condition on the units, without numbers: each unit has its own."""
    match test:
        case Comparison(symbol, left, right):
            return f"{_codes(left, code_of)} {STATE[symbol]} {_codes(right, code_of)}"
        case Combination(symbol, tests):
            return (" và " if symbol == "and" else " hoặc ").join(_bare_condition(each, code_of) for each in tests)
        case Negation(inner):
            return _bare_condition(negated(inner), code_of)
        case Implication(condition, consequence):
            return f"({_bare_condition(condition, code_of)} thì {_bare_condition(consequence, code_of)})"
