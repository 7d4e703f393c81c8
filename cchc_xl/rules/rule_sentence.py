"""Says in Vietnamese why a rule fails, with both sides spelled out.

    III.6.2 (10.300) phải ≤ III.6.1 (10.248): vượt 52
    V.6.4 (3) phải bằng V.6.5 + V.6.6 + V.6.7 (0 + 1 + 1 = 2): chênh lệch 1
"""

from __future__ import annotations

from collections.abc import Callable

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
    Saying,
    Term,
    Test,
    UnitCount,
)
from cchc_xl.writing.vietnamese_numbers import plain

MUST = {"<=": "phải ≤", ">=": "phải ≥", "<": "phải <", ">": "phải >", "==": "phải bằng", "!=": "phải khác"}
BUT = {
    "<=": "lớn hơn", ">=": "nhỏ hơn", "<": "không nhỏ hơn", ">": "không lớn hơn", "==": "khác", "!=": "bằng",
}
"""What a comparison that fails says without a must."""

APART = "chênh lệch"
STATE = {"<=": "≤", ">=": "≥", "<": "<", ">": ">", "==": "=", "!=": "≠"}
GAP = {"<=": "vượt", "<": "vượt", ">=": "thiếu", ">": "thiếu", "==": "chênh lệch"}
SIGN = {"+": "+", "-": "−", "*": "×", "/": "÷"}

CodeOf = Callable[[str], str]


def explain(outcome: RuleOutcome, known: Known, code_of: CodeOf, must: bool = True) -> str:
    """The sentence of a failed rule. `code_of` gives what an indicator's name is called.

    What can be right is only stated (`must` false): III.6.2 (10.300) lớn hơn III.6.1 (10.248): chênh lệch 52.
    """
    comparison = outcome.comparison
    if must:
        sentence = (
            f"{_side(comparison.left, known, code_of)} {MUST[comparison.operator]} "
            f"{_side(comparison.right, known, code_of)}{_difference(outcome)}"
        )
    else:
        sentence = _stated(outcome, known, code_of)
    if outcome.condition is None:
        return sentence
    condition = _condition(outcome.condition, known, code_of)
    return f"Khi {condition} thì {sentence}" if must else f"{condition} nhưng {sentence}"


def _stated(outcome: RuleOutcome, known: Known, code_of: CodeOf) -> str:
    """What is, without what must be; beside a constant, only the figure itself."""
    comparison = outcome.comparison
    if is_plain_figure(comparison):
        return f"{_codes(comparison.left, code_of)} ghi {_numbers(comparison.left, known)}"
    gap = abs(outcome.left - outcome.right)
    apart = f": {APART} {plain(gap)}" if gap and not isinstance(comparison.right, Number) else ""
    return (
        f"{_side(comparison.left, known, code_of)} {BUT[comparison.operator]} "
        f"{_side(comparison.right, known, code_of)}{apart}"
    )


def is_plain_figure(comparison: Comparison) -> bool:
    """Whether one figure is set beside a constant: the figure then says it all."""
    return isinstance(comparison.left, Name) and isinstance(comparison.right, Number)


def say(saying: Saying, known: Known) -> str:
    """A rule's own sentence with the numbers in it."""
    return "".join(piece if isinstance(piece, str) else plain(value_of(piece, known)) for piece in saying)


def _difference(outcome: RuleOutcome) -> str:
    gap = abs(outcome.left - outcome.right)
    if gap == 0:
        return ""
    word = gap_word(outcome.comparison)
    return f": {word} {plain(gap)}" if word else ""


def gap_word(comparison: Comparison) -> str:
    """The word before the difference; none where a figure must be one given number: “phải bằng 0” tells it all."""
    constant = comparison.operator == "==" and isinstance(comparison.right, Number)
    return "" if constant else GAP.get(comparison.operator, "")


def _side(term: Term, known: Known, code_of: CodeOf) -> str:
    if isinstance(term, Number):
        return plain(term.value)
    worked = _numbers(term, known)
    if isinstance(term, Arithmetic):
        worked = f"{worked} = {plain(value_of(term, known))}"
    if isinstance(term, Rate):
        worked = f"{worked} = {plain(value_of(term, known))}%"
    return f"{_codes(term, code_of)} ({worked})"


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
            return _joined("/", part, whole, lambda each: _codes(each, code_of))
        case Arithmetic(symbol, left, right):
            return _joined(symbol, left, right, lambda each: _codes(each, code_of))


def _numbers(term: Term, known: Known) -> str:
    match term:
        case Number(value):
            return plain(value)
        case Name(name):
            return "chưa nhập" if known.get(name) is None else plain(value_of(term, known))
        case Previous() | UnitCount() | Months():
            return plain(value_of(term, known))
        case Rate(_, part, whole):
            return _joined("/", part, whole, lambda each: _numbers(each, known))
        case Arithmetic(symbol, left, right):
            return _joined(symbol, left, right, lambda each: _numbers(each, known))


def _joined(symbol: str, left: Term, right: Term, write: Callable[[Term], str]) -> str:
    """Two terms and their sign, each in brackets where leaving them out would change the sense."""
    sides = (
        f"({write(term)})" if bracketed(term, symbol, on_the_right) else write(term)
        for term, on_the_right in ((left, False), (right, True))
    )
    return f" {SIGN[symbol]} ".join(sides)


STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


def bracketed(term: Term, symbol: str, on_the_right: bool) -> bool:
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
