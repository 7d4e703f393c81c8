"""What is asked before a search never hides a match."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, strategies

from cchc_xl import sheet_names, typed_text as texts
from cchc_xl.master.section_grid import heads_codes
from cchc_xl.reading import text_facts
from cchc_xl.reading.raw_cell import Cell

PIECES = (
    "Kế hoạch số 05/KH-UBND ngày 19/01/2021", "QĐ 61 - QĐ/TU", "Quyết định công bố: ", "NĐ 30", "P5", "năm 2021",
    "Trong đó", "TRONG ĐÓ CÓ", "bao gồm", "Gồm", "cụ thể", "12", "1.130", "03 hồ sơ", "24/24", "99,5%", "5 + 3",
    " ", "\n", ": ", ", ", "; ", "- ", "1. ", "(", ")", ".", "\u00a0", "\u200b", "\u2028", "\x1c", "ho\u0300a", "hoà",
    "UỶ", "khỏe", "ı", "ſ",
)
WRITTEN = strategies.lists(strategies.sampled_from(PIECES) | strategies.text(max_size=3), max_size=12).map("".join)


@given(WRITTEN)
def test_no_citation_is_missed(text: str) -> None:
    assert len(list(text_facts.citations(text))) == len(text_facts.CITATION.findall(text))


@given(WRITTEN)
def test_no_part_is_missed_in_a_note(text: str) -> None:
    asked = text_facts.parts(text), text_facts.pair(text), text_facts.percentage(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_facts, "_may_have_parts", lambda _text: True)
        patch.setattr(text_facts, "may_cite", lambda _text: True)
        assert (text_facts.parts(text), text_facts.pair(text), text_facts.percentage(text)) == asked


@given(WRITTEN)
def test_blanks_and_tone_marks_are_put_right_as_an_expression_would(text: str) -> None:
    tidied = re.sub(r"\s+", " ", texts.composed(text)).strip()
    assert texts.tidy(text) == tidied
    spread = unicodedata.normalize("NFD", tidied.casefold())
    moved = re.sub(rf"(o)([{texts.TONES}])([ae])", r"\1\3\2", spread)
    moved = re.sub(rf"(u)([{texts.TONES}])(y)", r"\1\3\2", moved)
    assert texts.folded(text) == unicodedata.normalize("NFC", moved)


@pytest.mark.parametrize(("number_format", "date", "time"), [
    ("General", False, False), ("#,##0", False, False), ("@", False, False), ("dd/mm/yyyy", True, False),
    ("mmm", True, False), ("h:mm", False, True), ("[h]:mm", False, True), ("mm:ss", False, True),
    ('0 "day"', False, False), ("[Red]0", False, False), ("0_d", False, False), (r"0\d", False, False),
    ("*d0", False, False), ("GENERAL", False, False),
])
def test_a_format_shows_a_date_a_time_or_neither(number_format: str, date: bool, time: bool) -> None:
    cell = Cell(Decimal(44561), number_format)
    assert (cell.is_date, cell.is_time) == (date, time)


@pytest.mark.parametrize(
    "raw", [sheet_names.CODE_HEADER, " MÃ ", "Ma\u0303", "m\u00e3\u200b", "Mã đơn vị", "I.1", "", "ma"]
)
def test_the_heading_of_the_codes_is_known_however_it_is_typed(raw: str) -> None:
    assert heads_codes(raw) == (texts.folded(raw) == texts.folded(sheet_names.CODE_HEADER))
