"""The right number in a sentence that says the contrary: told at its place, and not counted as confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_sample import TEMPLATE, figures_of, main_text, rendered_by, sample

from cchc_xl.reconcile.comparison import Audit, Auditor
from cchc_xl.reconcile.reconcile_rules import FIGURE, REWORDED, WORDING
from cchc_xl.reconcile.sentence_wording import contraries
from cchc_xl.word.document_text import WordDocument


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(TEMPLATE, sample(), figures_of(sample()))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The paragraphs of the report as the workbook prints it."""
    return main_text(rendered_by(TEMPLATE, tmp_path_factory.mktemp("in"))[0])


def audited(auditor: Auditor, paragraphs: list[str]) -> Audit:
    return auditor.audit(WordDocument(Path("bao_cao.txt"), paragraphs, list(range(len(paragraphs)))))


CONTRARY = {
    "giải quyết đúng hạn 34.870": "giải quyết quá hạn 34.870",
    "số người làm việc có mặt là": "số người làm việc vắng mặt là",
    "1.130/1.130 phiếu hợp lệ": "1.130/1.130 phiếu không hợp lệ",
    "năm 2021 giao 95 biên chế": "năm 2021 cắt giảm 95 biên chế",
    "chuyên môn giảm 02": "chuyên môn tăng 02",
    "17 CBCCVC Không hoàn thành": "17 CBCCVC Hoàn thành",
    "28 TTHC được cung cấp ở mức độ 3": "28 TTHC được cung cấp ở mức độ 4",
    "giải quyết cấp phường là: 145": "giải quyết cấp thành phố là: 145",
    "08 phòng có 02 phó": "08 phòng có 01 phó",
    "Phường 7: 08 hồ sơ": "Phường 8: 08 hồ sơ",
    "mỗi tháng 01 chuyên mục": "mỗi tuần 01 chuyên mục",
    "CCHC năm 2020 được": "CCHC năm 2019 được",
    "10 phường chưa có đơn": "10 phường có nhiều đơn",
    "Tính đến ngày 01/12/2021": "Tính đến ngày 01/12/2020",
    "từ 06 ngày làm việc": "từ 06 giờ làm việc",
    "dưới 06 tháng": "dưới 12 tháng",
}


def test_every_contrary_is_told_at_its_place(auditor: Auditor, printed: list[str]) -> None:
    text = "\n".join(printed)
    assert [right for right in CONTRARY if right not in text] == []
    before = audited(auditor, printed)
    for right, contrary in CONTRARY.items():
        text = text.replace(right, contrary)
    lines = text.split("\n")
    after = audited(auditor, lines)
    told = [fault for fault in after.faults if fault.rule is WORDING]
    around = [f"{lines[each.spot.paragraph]}"[max(0, each.spot.start - 40):each.spot.end + 40] for each in told]
    assert [each for each in CONTRARY.values() if not any(each in place for place in around)] == []
    assert len(told) == len(CONTRARY)
    assert after.confirmed < before.confirmed - len(CONTRARY) // 2
    assert "câu ghi “quyết quá hạn 34.870”, mẫu ghi “quyết đúng hạn 34.870” cho số 34.870" in "".join(
        each.message for each in told
    )


def test_a_number_that_a_word_multiplies_is_another_number(auditor: Auditor, printed: list[str]) -> None:
    lines = "\n".join(printed).replace("20.340 lượt người", "20.340 triệu lượt người").split("\n")
    assert "20.340 triệu" in [fault.stated for fault in audited(auditor, lines).faults if fault.rule is FIGURE]


def test_the_report_as_it_is_printed_is_silent(auditor: Auditor, printed: list[str]) -> None:
    assert [each.message for each in audited(auditor, printed).faults if each.rule in (WORDING, REWORDED)] == []


def test_other_words_that_say_the_same_are_only_listed(auditor: Auditor, printed: list[str]) -> None:
    lines = [line.replace("giải quyết đúng hạn 34.870", "xử lý đúng hẹn 34.870") for line in printed]
    told = [(each.rule, each.stated) for each in audited(auditor, lines).faults if each.rule in (WORDING, REWORDED)]
    assert [rule for rule, _ in told] == [REWORDED]


@pytest.mark.parametrize("said", [
    "Ủy ban nhân dân 10 phường giải quyết 34.870 hồ sơ, không có hồ sơ quá hạn.",
    "Đến nay các phường đã trả đúng hẹn cho dân cả 34.870 hồ sơ, chưa để quá hạn.",
])
def test_a_sentence_of_other_words_is_not_accused(auditor: Auditor, said: str) -> None:
    assert [each.message for each in audited(auditor, [said]).faults if each.rule in (WORDING, REWORDED)] == []


def test_a_change_of_the_other_direction_is_said_in_words(auditor: Auditor, printed: list[str]) -> None:
    lines = [line.replace("(tăng 14,55", "(giảm 14,55") for line in printed]
    told = [each.message for each in audited(auditor, lines).faults if each.rule in (FIGURE, WORDING)]
    assert [message.partition(":")[0] for message in told] == ["báo cáo ghi giảm 14,55, sổ có tăng 14,55"]


def test_no_word_stands_on_two_sides_of_a_group() -> None:
    for group in contraries():
        words = [word for side in group for word in side]
        assert len(group) > 1
        assert len(words) == len(set(words))
