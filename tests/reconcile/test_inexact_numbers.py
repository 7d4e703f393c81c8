"""Numbers of running text that are not exactly one figure: read as one, judged by what they say, never written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from report_sample import TEMPLATE, figures_of, sample

from cchc_xl.reconcile.comparison import Audit, Auditor
from cchc_xl.reconcile.reconcile_rules import FIGURE
from cchc_xl.reconcile.text_tokens import TokenReader
from cchc_xl.verbs.reconcile import import_figures
from cchc_xl.word.document_text import WordDocument

SENTENCE = "Kết quả giải quyết hồ sơ hành chính: đã tiếp nhận {} hồ sơ, giải quyết hoàn trả đúng hẹn 10.243 hồ sơ."
RIGHT = ["10 248", "10\u00a0248", "10,248", "10,25 nghìn", "10 nghìn 248", "hơn 10 nghìn", "hơn mười nghìn",
         "trên 10.200", "gần 10.300", "khoảng 10.250", "xấp xỉ 10.250", "từ 10.200 đến 10.300", "10.200 - 10.300"]


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(TEMPLATE, sample(), figures_of(sample()))


def audited(auditor: Auditor, *paragraphs: str) -> Audit:
    return auditor.audit(WordDocument(Path("b.txt"), list(paragraphs), list(range(len(paragraphs)))))


@pytest.mark.parametrize("said", RIGHT)
def test_a_number_that_says_what_the_workbook_has_is_confirmed(auditor: Auditor, said: str) -> None:
    audit = audited(auditor, SENTENCE.format(said))
    assert not audit.faults
    assert audit.confirmed == 2


@pytest.mark.parametrize("said", [
    "10 284", "10,28 nghìn", "hơn 11 nghìn", "trên 10.300", "gần 10.200", "từ 10.300 đến 10.400",
])
def test_a_number_that_cannot_be_said_of_the_figure_is_accused_once(auditor: Auditor, said: str) -> None:
    accused = [fault for fault in audited(auditor, SENTENCE.format(said)).faults if fault.rule is FIGURE]
    assert [fault.stated for fault in accused] == [said]


@pytest.mark.parametrize("said", ["hơn 5.000", "khoảng 12.000", "gần 20 nghìn"])
def test_a_number_that_only_may_be_the_figure_is_listed(auditor: Auditor, said: str) -> None:
    audit = audited(auditor, SENTENCE.format(said))
    assert not audit.faults
    assert len(audit.unplaced) == 1


def test_nothing_is_added_up_with_numbers_that_are_no_figures(auditor: Auditor) -> None:
    audit = audited(auditor, "Đã xử lý 985 vụ, gồm hơn 840 vụ đất đai và 141 vụ hộ tịch.",
                    "Đã kiểm 120 giếng, đạt trên 90% (105/120 giếng).")
    assert not audit.faults


def test_what_only_looks_like_a_bound_or_a_range_is_none() -> None:
    text = "Xử lý 114 hồ sơ trên 120 hồ sơ, cao hơn 5 hồ sơ, tăng từ 30 đến 35 hồ sơ, chi 12,5 triệu đồng, tỷ lệ 8%."
    tokens = [token for token in TokenReader([]).tokens(text) if token.states]
    assert [(token.value, token.bounds) for token in tokens] == [
        (Decimal(each), None) for each in ("114", "120", "5", "30", "35", "12.5", "8")
    ]


@pytest.mark.parametrize("said", RIGHT)
def test_import_only_lists_what_is_not_exactly_one_figure(empty: Path, tmp_path: Path, said: str) -> None:
    report = tmp_path / "b.txt"
    report.write_text(SENTENCE.format(said), encoding="utf-8")
    imported = import_figures(empty, report)
    assert [entry.found.code for entry in imported.written] == ["III.6.3a"]
    assert [" ".join(said.split()) in entry.reason for entry in imported.listed] == [True]
