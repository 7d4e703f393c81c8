"""Rules: one parsed tree gives the Python result and the Vietnamese sentence."""

from cchc_xl.rules.rule_judgement import MissingFigureError, RuleOutcome, holds, judge, states_rate
from cchc_xl.rules.rule_sentence import explain
from cchc_xl.rules.rule_syntax import RuleSyntaxError, Test, names, parse

__all__ = [
    "MissingFigureError",
    "RuleOutcome",
    "RuleSyntaxError",
    "Test",
    "explain",
    "holds",
    "judge",
    "names",
    "parse",
    "states_rate",
]
