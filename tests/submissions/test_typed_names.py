"""Names of rows that units add: what is a name, which are one, which are asked about, what stands below a table."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cchc_xl.checks.check_context import Case
from cchc_xl.checks.peer_comparison import alike, near
from cchc_xl.checks.run_checks import check
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.figures import Content, total
from cchc_xl.reading import Cell
from cchc_xl.schema import Form, Unit, begun, period_of
from cchc_xl.sheet_names import KEYS_HEADER
from cchc_xl.submissions.enter_delivery import Grown, grown
from cchc_xl.submissions.form_damage import TypedRows, name_faults, typed_rows
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.intake.reader_pool import Found
from cchc_xl.submissions.intake.reading_process import laid_out
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.values import Address, Reading, Status

ROW = "ii06a.19+1"


@pytest.fixture(scope="module")
def form() -> Form:
    form = load_form(form_folder("ii06a"))
    return begun(form.changed(units=form.units[:4]), period_of(form, "quý II/2026"))


def adds(unit: Unit, name: str, carried: int = 0) -> Delivery:
    """A delivery with one row more."""
    said = {f"{ROW}(4)": 7, f"{ROW}(6)": carried, f"{ROW}(8)": 7 + carried}
    readings = {
        code: Reading(Status.VALUE, Decimal(value), str(value), Address("Bảng ii06a", code))
        for code, value in said.items()
    }
    cells = {code: Cell(Decimal(value)) for code, value in said.items()}
    rows = TypedRows({ROW: name}, frozenset(), frozenset())
    return Delivery(Path("x"), "1", unit, 1, "", cells, {}, (), readings, rows)


def book(form: Form, *names: str, carried: int = 0) -> tuple[Grown, list[Delivery]]:
    deliveries = [adds(unit, name, carried) for unit, name in zip(form.units, names, strict=False)]
    result = grown(form, deliveries)
    return result, [result.settled(each) for each in deliveries]


@pytest.mark.parametrize(("typed", "name", "fault"), [
    ("Môi trường", "Môi trường", ""), (" Môi  trường. ", "Môi trường", ""), ("Môi trường –", "Môi trường", ""),
    ("2026", "2026", "“2026” không phải tên dòng"), ("x", "x", "“x” không phải tên dòng"), ("", "", "chưa ghi tên"),
])
def test_what_is_a_name(form: Form, typed: str, name: str, fault: str) -> None:
    plan = plan_form(form, form.units[0])
    lines = {f"{ROW}(4)": Found("Bảng ii06a", 17, typed, 7, "", 5)}
    rows = typed_rows(plan, lines)
    assert rows.names == {ROW: name}
    said = [each.message for each in name_faults(plan, rows, lines, "x.xlsx")]
    assert [fault in each for each in said] == ([True] if fault else [])


@pytest.mark.parametrize(("one", "other", "asked"), [
    ("Y tế", "3. Y tế", True), ("Môi trường", "Lĩnh vực môi trường", True), ("Y tế", "- Y tế", True),
    ("Môi trường", "Mội trường", True), ("Y tế", "Tế y", False), ("Nhóm 1", "Nhóm 2", False),
    ("Giáo dục công lập", "Giáo dục ngoài công lập", False),
])
def test_names_that_are_nearly_the_same(one: str, other: str, asked: bool) -> None:
    assert near(one, other) is near(other, one) is asked


def test_a_row_is_called_as_most_have_written_it(form: Form) -> None:
    result, _ = book(form, "MÔI TRƯỜNG", "Môi trường", "môi trường", "Môi trường")
    assert [row.label for row in result.form.sections[0].tables[0].rows if row.above] == ["Môi trường"]


def test_a_row_with_the_name_of_a_group_is_asked_about(form: Form) -> None:
    result, _ = book(form, "Trên Hệ thống thành phố")
    found = list(alike(Case(Content(result.form, {}), {}, {}, {})))
    assert ["“Trên Hệ thống thành phố” (tên nhóm) và" in each.message for each in found] == [True]


def test_what_a_new_row_carries_over_is_asked_about_where_the_last_period_is_known(form: Form) -> None:
    result, deliveries = book(form, "Môi trường", carried=3)
    answers = {(each.unit.id, code): said for each in deliveries for code, said in each.readings.items()}
    code = next(code for _, code in answers if code.endswith("(6)"))

    def told(previous: dict[tuple[str, str], Decimal]) -> list[str]:
        content = Content(result.form, answers, unit_previous=previous)
        found = check(content, total(result.form, answers), {}, {})
        return [each.message for each in found if each.indicator == code and "kỳ trước" in each.rule]

    assert told({}) == []
    assert ["(6) Từ kỳ trước 3 khác (11) kỳ trước 0; lệch 3" in each for each in told(
        {(form.units[0].id, "ii06a_ho_tich_11"): Decimal(5)}
    )] == [True]


def test_a_name_right_below_the_table_is_told_with_its_numbers() -> None:
    rows = [
        (5, ["", "Bảng thử"]), (9, [KEYS_HEADER, "(1)", "(2)", "(3)"]), (10, ["t.1", 1, "Hộ tịch", 5]),
        (11, ["", "", "Thủy sản", 7]), (12, ["", "", "Y tế", ""]), (30, ["", "", "Người lập biểu", ""]),
    ]
    layout, _ = laid_out("Bảng t", rows)
    assert [(number, place) for number, _, place in layout.beside(rows)] == [(11, 2), (11, 3), (12, 2)]
    assert list(layout.lines(rows)) == [(10, "t.1", ["Hộ tịch", "", 5])]
