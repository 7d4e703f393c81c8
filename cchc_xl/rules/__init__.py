"""Rules: one parsed tree gives the Python result and the Vietnamese sentence."""

from cchc_xl.rules.evaluate import Missing, Outcome, holds, judge
from cchc_xl.rules.sentence import explain
from cchc_xl.rules.syntax import RuleSyntaxError, Test, names, parse

__all__ = ["Missing", "Outcome", "RuleSyntaxError", "Test", "explain", "holds", "judge", "names", "parse"]
