"""Which line of last year's form is this one: never by likeness alone where a word changes what is counted."""

from __future__ import annotations

import pytest
from next_year import next_years

from cchc_xl.drafting.form_diff import PairedLine, divided, lines_to_pair, pairs
from cchc_xl.schema import Form
from cchc_xl.values import replace


def line(label: str, code: str = "I.1.1", group: str = "Kết quả", name: str = "x") -> PairedLine:
    return PairedLine(code, label, "Hồ sơ", name, ("Phần", group))


@pytest.mark.parametrize(("old", "new"), [
    ("Số lượng hồ sơ TTHC giải quyết đúng hẹn", "Số hồ sơ thủ tục hành chính giải quyết đúng hạn."),
    ("- Số VBQPPL đã ban hành:", "Số văn bản quy phạm pháp luật đã ban hành"),
    ("Số UBND hoàn thành", "Số Uỷ ban nhân dân hoàn thành"),
])
def test_the_same_said_otherwise_needs_no_question(old: str, new: str) -> None:
    found = pairs([line(old)], [line(new)])
    assert [pair.asked for pair in found] == [False]


@pytest.mark.parametrize(("old", "new"), [
    ("Số hồ sơ TTHC do UBND cấp huyện tiếp nhận", "Số hồ sơ TTHC do UBND cấp xã tiếp nhận"),
    ("Số công chức được tuyển dụng", "Số viên chức được tuyển dụng"),
    ("Số TTHC của thành phố đã công bố", "Số TTHC của phường đã công bố"),
    ("Số TTHC trực tuyến mức độ 3", "Số TTHC trực tuyến mức độ 4"),
    ("Số hồ sơ đã giải quyết trong kỳ", "Số hồ sơ chưa giải quyết trong kỳ"),
    ("Số đơn vị có vi phạm trong kỳ", "Số đơn vị không có vi phạm trong kỳ"),
    ("Số hồ sơ giải quyết đúng hạn", "Số hồ sơ giải quyết quá hạn"),
])
def test_a_level_a_number_or_a_negation_is_never_bridged(old: str, new: str) -> None:
    assert pairs([line(old)], [line(new)]) == []


def test_the_same_words_below_another_group_are_a_question() -> None:
    found = pairs([line("Số vấn đề đã xử lý xong", group="Kiểm tra")],
                  [line("Số vấn đề đã xử lý xong", group="Thanh tra các cấp")])
    assert [pair.asked for pair in found] == [True]


def test_a_figure_in_another_unit_is_a_question() -> None:
    old = line("Thời gian giải quyết trung bình một hồ sơ")
    found = pairs([old], [replace(old, unit="Giờ làm việc")])
    assert [(pair.asked, "ĐVT “Hồ sơ” nay là “Giờ làm việc”" in pair.why) for pair in found] == [(True, True)]


def test_a_figure_whose_label_names_another_unit_of_money_is_a_question() -> None:
    old = line("Số tiền phí, lệ phí thu qua Cổng (triệu đồng)")
    (pair,) = pairs([old], [replace(old, label="Số tiền phí, lệ phí thu qua Cổng (đồng)")])
    assert pair.asked
    assert "ĐVT “triệu đồng” nay là “đồng”" in pair.why


def test_a_total_in_other_words_is_a_question() -> None:
    found = pairs([line("Số nhiệm vụ đề ra trong kế hoạch")], [line("Tổng số nhiệm vụ đề ra trong kế hoạch năm")])
    assert [pair.asked for pair in found] == [True]


@pytest.mark.parametrize(("wholes", "parts"), [
    (["Số hồ sơ giải quyết trước hạn và đúng hạn"], ["Số hồ sơ giải quyết trước hạn", "Số hồ sơ giải quyết đúng hạn"]),
    (["- Số phòng chuyên môn, đơn vị sự nghiệp được kiểm tra"],
     ["Số phòng chuyên môn được kiểm tra", "Số đơn vị sự nghiệp được kiểm tra"]),
    (["Số hồ sơ tiếp nhận"], ["Số hồ sơ tiếp nhận trực tuyến", "Số hồ sơ tiếp nhận trực tiếp"]),
])
def test_a_line_and_what_was_made_of_it_are_no_pair(wholes: list[str], parts: list[str]) -> None:
    one, several = ([line(label, f"I.1.{place}", name=f"x{place}") for place, label in enumerate(labels)]
                    for labels in (wholes, parts))
    assert pairs(one, several) == pairs(several, one) == []
    assert list(divided(one, several)) == [(one[0], tuple(several))]


def test_lines_that_stand_twice_are_told_by_their_group() -> None:
    old = [line("Tổng số người có mặt", "I.1.1", "Công chức"), line("Tổng số người có mặt", "I.2.1", "Viên chức")]
    new = [line("Tổng số người có mặt", "I.1.1", "Viên chức")]
    assert [pair.old.code for pair in pairs(old, new)] == ["I.2.1"]


def test_what_is_applied_without_asking_is_right(form: Form) -> None:
    applied = right = 0
    for _, other in next_years(form):
        known = {row.name: row.code for row in form.indicators()}
        names = {row.code: row.name for row in other.indicators()}
        for pair in pairs(lines_to_pair(form), lines_to_pair(other)):
            if pair.new.name and not pair.asked:
                applied += 1
                right += known.get(names[pair.new.code]) == pair.old.code
    assert applied > 800
    assert right >= 0.99 * applied
