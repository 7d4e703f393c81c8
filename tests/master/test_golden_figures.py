"""Every figure of the printed appendix comes out of the units' cells."""

from __future__ import annotations

import csv
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from cchc_xl.figures import Figure
from cchc_xl.schema import Form, Indicator
from cchc_xl.values import Ratio
from cchc_xl.verbs.recalc import compute

GOLDEN = Path(__file__).parents[1] / "golden"


def printed_lines() -> list[dict[str, str]]:
    with (GOLDEN / "phu_luc_2.csv").open(encoding="utf-8", newline="") as stream:
        return [line for line in csv.DictReader(stream) if line["kind"] != "section"]


def code_of(line: dict[str, str]) -> str:
    return ".".join(filter(None, (line["section"], line["group"], line["row"])))


PRINTED_WRONG = tomllib.loads((GOLDEN / "so_in_sai.toml").read_text(encoding="utf-8"))["figure"]
EXCEPTIONS = {entry["code"]: entry for entry in PRINTED_WRONG}


def printed_value(text: str, row: Indicator) -> object:
    """The printed figure as a value: 10.248 is a count, 2.42 a rate, "Không" is nothing."""
    if text == "Không":
        return Decimal(0)
    if "/" in text:
        part, whole = text.split("/")
        return Ratio(Decimal(part), Decimal(whole))
    if row.unit == "%":
        return Decimal(text.replace(",", "."))
    return Decimal(text.replace(".", ""))


@pytest.fixture(scope="module")
def figures(_filled_once: Path) -> dict[str, Figure]:
    return dict(compute(_filled_once).figures)


@pytest.mark.parametrize("line", printed_lines(), ids=code_of)
def test_a_printed_figure_is_reproduced_from_the_cells_of_the_units(
    line: dict[str, str], figures: dict[str, Figure], form: Form
) -> None:
    code, text = code_of(line), line["value_as_printed"]
    if code in EXCEPTIONS:
        exception = EXCEPTIONS[code]
        assert text == exception["printed"]
        made = figures[code].value if code in figures else None
        assert str("" if made is None else made) == exception["made"], exception["reason"]
    elif text:
        assert figures[code].value == printed_value(text, form.by_code[code])
    else:
        assert code not in figures or figures[code].value is None


def test_every_exception_is_a_printed_line_and_has_a_reason() -> None:
    codes = {code_of(line) for line in printed_lines()}
    assert set(EXCEPTIONS) <= codes
    assert all(len(entry["reason"]) > 20 for entry in EXCEPTIONS.values())


def test_the_form_has_every_printed_line_in_printed_order(form: Form) -> None:
    declared = [row.code for section in form.sections if section.printed for row in section.rows]
    assert declared == [code_of(line) for line in printed_lines()]


def test_labels_are_the_printed_ones_but_for_the_mended_misreadings(form: Form) -> None:
    mended = {mend.code: mend for mend in form.mends}
    rows = {row.code: row for section in form.sections for row in section.rows}
    for line in printed_lines():
        code = code_of(line)
        if code in mended:
            assert (mended[code].printed, mended[code].mended) == (line["label"], rows[code].label)
        else:
            assert rows[code].label == line["label"]
