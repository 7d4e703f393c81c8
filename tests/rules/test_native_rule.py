"""The native formula of a rule says what Python says: the same sentence for the same figures, blank cells included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pytest
from openpyxl import Workbook

from cchc_xl.rules import explain, judge, parse
from cchc_xl.rules.native_rule import Telling, failure_formula
from cchc_xl.rules.rule_syntax import Name, RuleMissing
from cchc_xl.submissions.unit_form.formula_engine import Results

REMEDY = "Xem lại “sổ”."
CODES = {"a": "I.1", "b": "I.2", "c": "I.3"}


@dataclass(frozen=True)
class OneRow:
    """Figure a stands in A1, b in B1, c in C1."""

    def value(self, name: Name) -> str:
        return f"N({name.name.upper()}1)"

    def missing(self, name: Name) -> str:
        return f'{name.name.upper()}1=""'

    def code(self, name: Name) -> str:
        return CODES[name.name]


def formula(rule: str, missing: RuleMissing = RuleMissing.SKIP_ANY, remedy: str = REMEDY) -> str:
    return failure_formula(parse(rule), Telling(missing, remedy), OneRow())


def native(written: str, figures: dict[str, int | None]) -> str:
    """What the formula shows beside such figures."""
    book = Workbook()
    sheet = book.worksheets[0]
    for name, value in figures.items():
        sheet[f"{name.upper()}1"] = value
    sheet["D1"] = f"={written}"
    return str(Results(book).cell(sheet.title, "D1"))


def in_python(rule: str, missing: RuleMissing, figures: dict[str, int | None]) -> str:
    known = {name: None if value is None else Decimal(value) for name, value in figures.items()}
    outcome = judge(parse(rule), known, missing)
    return f"{explain(outcome, known, CODES.__getitem__)}. {REMEDY}" if outcome else ""


@pytest.mark.parametrize("rule", [
    "a <= b", "a >= b", "a < b", "a > b", "a != b", "a == b + c", "a - (b + c) >= 0", "a <= b <= c", "a > 0 or b > 0",
    "not (a == b)", "not (a > b)", "implies(a > 0, b > 0)", "implies(a > 0 and b > 0, c == a)",
    "implies(a == 0 or not (b > 0), c != 1)", "a + b <= c", "a / (b * c) <= 1",
])
def test_a_native_formula_says_what_python_says_of_every_figure_and_of_none(rule: str) -> None:
    for missing in (RuleMissing.SKIP_ANY, RuleMissing.SKIP_ALL):
        written = formula(rule, missing)
        for values in product((None, 0, 2), repeat=3):
            figures = dict(zip("abc", values, strict=True))
            assert native(written, figures) == in_python(rule, missing, figures), (missing, figures)


def test_what_is_missing_is_asked_of_every_figure_or_of_any() -> None:
    figures = {"a": 5, "b": None, "c": 4}
    assert native(formula("c >= a + b"), figures) == ""
    assert native(formula("c >= a + b", RuleMissing.SKIP_ALL), figures) == (
        f"I.3 (4) phải ≥ I.1 + I.2 (5 + chưa nhập = 5): thiếu 1. {REMEDY}"
    )


def test_a_long_remedy_with_quotes_stands_in_pieces_that_excel_takes() -> None:
    remedy = 'Đối chiếu "sổ" với phần mềm một cửa. ' * 20
    written = formula("a <= b", remedy=remedy)
    texts = [each.replace('""', '"') for each in re.findall(r'"((?:[^"]|"")*)"', written)]
    assert max(map(len, texts)) <= 255
    assert native(written, {"a": 12000, "b": 1}) == f"I.1 (12.000) phải ≤ I.2 (1): vượt 11.999. {remedy}"
