"""Functions for cells: the words of numbers, rates, sums and dates, as people would type them into Excel."""

from __future__ import annotations

import datetime

import pytest

from cchc_xl.live.cell_functions import cchc_docso, cchc_ngay, cchc_so, cchc_tong, cchc_tyle
from cchc_xl.writing.vietnamese_numbers import in_words

WORDS = {
    0: "không", 4: "bốn", 5: "năm", 10: "mười", 11: "mười một", 14: "mười bốn", 15: "mười lăm", 20: "hai mươi",
    21: "hai mươi mốt", 24: "hai mươi tư", 55: "năm mươi lăm", 100: "một trăm", 101: "một trăm lẻ một",
    105: "một trăm lẻ năm", 110: "một trăm mười", 115: "một trăm mười lăm", 1000: "một nghìn",
    1005: "một nghìn không trăm lẻ năm", 1015: "một nghìn không trăm mười lăm",
    10248: "mười nghìn hai trăm bốn mươi tám", 34870: "ba mươi tư nghìn tám trăm bảy mươi",
    1005004: "một triệu không trăm lẻ năm nghìn không trăm lẻ bốn", 10**9: "một tỷ",
    10**9 + 5: "một tỷ không trăm lẻ năm", 25 * 10**12: "hai mươi lăm nghìn tỷ", -5: "âm năm",
}


@pytest.mark.parametrize("number", WORDS)
def test_a_number_is_read_out(number: int) -> None:
    assert in_words(number) == WORDS[number]
    assert cchc_docso(float(number)) == WORDS[number]


def test_a_rate_is_rounded_half_up_and_all_only_when_it_is_all() -> None:
    assert cchc_tyle(10243.0, 10248.0) == 99.95
    assert cchc_tyle(34869.0, 34870.0) == 99.99
    assert cchc_tyle(21.0, 23.0, 1.0) == 91.3
    assert cchc_tyle(5.0, 0.0) == ""


def test_a_sum_reads_numbers_kept_as_text_and_names_what_it_cannot_read() -> None:
    assert cchc_tong([[5.0, "10.248"], [None, "không phát sinh"]]) == 10253
    assert cchc_tong([[5.0, "mười"]]) == "Ô không đọc được: mười"
    assert cchc_tong([[10.248]]) == "Ô không đọc được: 10,248"


def test_numbers_and_dates_are_written_as_in_the_report() -> None:
    assert (cchc_so(5.0), cchc_so(10248.0), cchc_so(0.0)) == ("05", "10.248", "0")
    assert cchc_ngay(datetime.datetime(2021, 1, 5)) == "ngày 05 tháng 01 năm 2021"
