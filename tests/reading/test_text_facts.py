"""What a note says in numbers, and where nothing is taken from it because it can be read in two ways."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cchc_xl.reading.text_facts import item_texts, listed_items, pair, parts, percentage


@pytest.mark.parametrize(("note", "numbers", "full"), [
    ("Trong đó: 28 TTHC mức độ 3 và 165 TTHC mức độ 4", (28, 165), True),
    ("Trong đó: 28 TTHC mức độ 3", (28,), False),
    ("Trong đó có 04 đơn vị thực hiện theo Nghị định số 141/2016/NĐ-CP", (4,), False),
    ("(Trong đó, Phường 3: 844 hồ sơ; P5: 01 hồ sơ)", (844, 1), True),
    ("985 = 844 + 141", (844, 141), True),
    ("Trong đó: 5 hội nghị ngày 05/4/2021, 3 hội nghị năm 2020", (5, 3), True),
])
def test_a_note_splits_the_figure_into_parts(note: str, numbers: tuple[int, ...], full: bool) -> None:
    found = parts(note)
    assert found is not None
    assert (found.numbers, found.full, found.total) == (numbers, full, sum(numbers))


@pytest.mark.parametrize("note", [
    "Đã họp 5 lần", "Trong đó có các phường", "cụ thể: theo kế hoạch", "", "Lớp ngày 05/4/2021 + 3 lớp ngày 06/4/2021",
])
def test_a_note_without_parts_says_none(note: str) -> None:
    assert parts(note) is None


@pytest.mark.parametrize(("note", "count"), [
    ("- Kế hoạch một\n- Kế hoạch hai", 2), ("1. Bài một;\n2. Bài hai;\n3. Bài ba", 3),
    ("Công văn số 528/UBND-HC ngày 05/4/2021; Công văn số 597/UBND-HC ngày 15/4/2021", 2),
    ("- Công văn số 528/UBND-HC; Công văn số 597/UBND-HC", 2),
    ("Công văn số 528/UBND-HC; đã triển khai đến các phường", None), ("Đã họp", None), ("- Đã họp", 1),
])
def test_the_things_that_a_note_lists_are_counted(note: str, count: int | None) -> None:
    assert listed_items(note) == count


def test_each_listed_item_has_its_text_and_a_note_that_lists_none_is_one() -> None:
    assert [text.strip() for text in item_texts("Gồm:\n1. Bài một\n2. Bài hai")] == ["1. Bài một", "2. Bài hai"]
    assert item_texts("- Bài một") == ["- Bài một"]


@pytest.mark.parametrize(("note", "found"), [
    ("10.243/10.248 hồ sơ", (10243, 10248)), ("01 hồ sơ trực tuyến/316 hồ sơ trực tiếp", (1, 316)),
    ("21/23 và 5/6", None), ("Công văn số 528/UBND-HC ngày 05/4/2021", None), ("Đạt", None),
])
def test_one_part_of_a_whole_is_taken_never_one_of_two(note: str, found: tuple[int, int] | None) -> None:
    said = pair(note)
    assert (said and (said.part, said.whole)) == found


@pytest.mark.parametrize(("note", "found"), [
    ("Đạt 99,95%", "99.95"), ("Đạt 100 %", "100"), ("Tăng từ 90% lên 95%", None), ("Đạt", None),
])
def test_one_percentage_is_taken_never_one_of_two(note: str, found: str | None) -> None:
    assert percentage(note) == (None if found is None else Decimal(found))
