"""Says in Vietnamese why a rule fails, with both sides spelled out.

    III.6.2 (10.300) phải ≤ III.6.1 (10.248): vượt 52
    V.6.4 (3) phải bằng V.6.5 + V.6.6 + V.6.7 (0 + 1 + 1 = 2): chênh lệch 1
"""

from __future__ import annotations

from collections.abc import Callable

from cchc_xl.rules.evaluate import Known, Outcome, value_of
from cchc_xl.rules.syntax import Arithmetic, Combination, Comparison, Implication, Name, Negation, Number, Term, Test
from cchc_xl.writing.numbers import plain

MUST = {"<=": "phải ≤", ">=": "phải ≥", "<": "phải <", ">": "phải >", "==": "phải bằng", "!=": "phải khác"}
STATE = {"<=": "≤", ">=": "≥", "<": "<", ">": ">", "==": "=", "!=": "≠"}
SIGN = {"+": "+", "-": "−", "*": "×", "/": "÷"}

CodeOf = Callable[[str], str]


def explain(outcome: Outcome, known: Known, code_of: CodeOf) -> str:
    """The sentence of a failed rule. `code_of` gives the printed code of an indicator's name."""
    comparison = outcome.comparison
    sentence = (
        f"{_side(comparison.left, known, code_of)} {MUST[comparison.operator]} "
        f"{_side(comparison.right, known, code_of)}{_difference(outcome)}"
    )
    if outcome.condition is None:
        return sentence
    return f"Khi {_condition(outcome.condition, known, code_of)} thì {sentence}"


def _difference(outcome: Outcome) -> str:
    gap = abs(outcome.left - outcome.right)
    if gap == 0:
        return ""
    word = {"<=": "vượt", "<": "vượt", ">=": "thiếu", ">": "thiếu", "==": "chênh lệch"}[outcome.comparison.operator]
    return f": {word} {plain(gap)}"


def _side(term: Term, known: Known, code_of: CodeOf) -> str:
    if isinstance(term, Number):
        return plain(term.value)
    worked = _numbers(term, known)
    if isinstance(term, Arithmetic):
        worked = f"{worked} = {plain(value_of(term, known))}"
    return f"{_codes(term, code_of)} ({worked})"


def _codes(term: Term, code_of: CodeOf) -> str:
    match term:
        case Number(value):
            return plain(value)
        case Name(name, ""):
            return code_of(name)
        case Name(name, part):
            return f"{'tử số' if part == 'tu' else 'mẫu số'} của {code_of(name)}"
        case Arithmetic(symbol, left, right):
            return f"{_codes(left, code_of)} {SIGN[symbol]} {_codes(right, code_of)}"


def _numbers(term: Term, known: Known) -> str:
    match term:
        case Number(value):
            return plain(value)
        case Name(name):
            return "chưa nhập" if known.get(name) is None else plain(value_of(term, known))
        case Arithmetic(symbol, left, right):
            return f"{_numbers(left, known)} {SIGN[symbol]} {_numbers(right, known)}"


def _condition(test: Test, known: Known, code_of: CodeOf) -> str:
    match test:
        case Comparison(symbol, left, right):
            return f"{_side(left, known, code_of)} {STATE[symbol]} {_side(right, known, code_of)}"
        case Combination(symbol, tests):
            word = " và " if symbol == "and" else " hoặc "
            return word.join(_condition(part, known, code_of) for part in tests)
        case Negation(inner):
            return f"không phải ({_condition(inner, known, code_of)})"
        case Implication(condition, consequence):
            return (
                f"nếu {_condition(condition, known, code_of)} thì {_condition(consequence, known, code_of)}"
            )
