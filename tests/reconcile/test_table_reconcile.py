"""A printed table of number columns is read from anybody's document: by its headings and the names of its rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.reconcile.appendix_lines import other_unit
from cchc_xl.reconcile.appendix_table import read_tables
from cchc_xl.reconcile.foreign_table import table_of_texts
from cchc_xl.schema import Form
from cchc_xl.schema.table_model import all_columns, printed_lines
from cchc_xl.values import replace


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(form_folder("ii06a"))


def printed(form: Form, numbers: bool = True, crooked: bool = False) -> list[list[str]]:
    """The table as a program prints it: headings spread over merged cells, each figure its own number."""
    table = form.sections[0].tables[0]
    columns = all_columns(table)
    rows = [
        [column.titles[min(level, len(column.titles) - 1)] for column in columns] for level in range(table.levels)
    ]
    rows += [[column.code for column in columns]] if numbers else []
    figures = count_up()
    for line in printed_lines(table, {}):
        said = ["" if line.row.kind == "group" else next(figures) for _ in table.columns]
        rows.append([line.number, line.label, *said])
    return [["", *row] for row in rows] if crooked else rows


def count_up() -> Iterator[str]:
    number = 1000
    while True:
        number += 1
        yield f"{number // 1000}.{number % 1000:03}"


@pytest.mark.parametrize("numbers", [True, False])
@pytest.mark.parametrize("crooked", [False, True])
def test_every_figure_is_found_by_headings(form: Form, numbers: bool, crooked: bool) -> None:
    rows = printed(form, numbers, crooked)
    found = read_tables([table_of_texts("bảng 1", rows)], form)
    codes = [row.code for row in form.indicators()]
    assert [line.code for line in found.lines] == codes
    assert [str(line.value) for line in found.lines] == [str(1001 + place) for place in range(len(codes))]
    assert found.unread == ()


def test_columns_and_rows_in_another_order_are_the_same_figures(form: Form) -> None:
    rows = [[*row[:2], *reversed(row[2:])] for row in printed(form)]
    body = rows[4:]
    ministries, city, total = body[:7], body[7:15], body[15:]
    turned = [*rows[:4], city[0], *reversed(city[1:]), ministries[0], *reversed(ministries[1:]), *total]
    right = {line.code: line.value for line in read_tables([table_of_texts("bảng 1", printed(form))], form).lines}
    found = {line.code: line.value for line in read_tables([table_of_texts("bảng 1", turned)], form).lines}
    assert found == right


def test_a_row_that_the_form_does_not_have_is_listed(form: Form) -> None:
    rows = printed(form)
    rows.insert(6, ["9", "Thủy sản", *["5"] * 11])
    found = read_tables([table_of_texts("bảng 1", rows)], form)
    assert [each.label for each in found.unread] == ["Thủy sản"]


@pytest.mark.parametrize(("told", "own", "differs"), [
    ("đồng", "triệu đồng", True), ("Thu phí (đồng)", "triệu đồng", True), ("Nghìn hồ sơ", "Hồ sơ", True),
    ("1.000 hồ sơ", "Hồ sơ", True), ("trđ", "triệu đồng", False), ("Tr.đ", "Triệu đồng", False), ("%", "Hồ sơ", True),
    ("ngày", "giờ", True), ("1.000.000 đồng", "triệu đồng", False), ("Hồ sơ", "hồ sơ", False), ("bộ", "Hồ sơ", False),
    ("Trường hợp", "người", False), ("Nội dung (kể cả liên thông)", "Hồ sơ", False), ("", "%", False),
    ("Số hồ sơ (triệu đồng)", "tỷ đồng", True),
])
def test_another_unit_of_measure_is_told_with_both(form: Form, told: str, own: str, differs: bool) -> None:
    row = replace(next(form.indicators()), unit=own)
    said = other_unit((told, "dòng này"), row)
    assert bool(said) == differs
    assert not said or (own in said and "đổi đơn vị" in said)
