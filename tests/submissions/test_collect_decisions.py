"""Which form is taken, which is held or returned, and what the person collecting is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.master.lists_and_board import State
from cchc_xl.schema import Form
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.handed_in import Fate, Policy
from cchc_xl.submissions.unit_form.first_sheet import TURN_ROW, UNIT_ROW
from cchc_xl.verbs.collect import Collected, collect
from tests.forms_support import NOW, figures, fill_form, filled_form, logged, registered, sample_values, shown, wards


@pytest.fixture
def book(empty: Path) -> Path:
    return empty


@pytest.fixture(scope="session")
def _ward(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled_form(form, wards(form)[0], tmp_path_factory.mktemp("nop") / "goc.xlsx")


@pytest.fixture
def ward(_ward: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_ward, tmp_path / "bieu_mau.xlsx"))


def first_code(form: Form) -> str:
    return next(code for code, row in plan_form(form, wards(form)[0]).questions.items() if row.asked == "count")


def rules(done: Collected) -> set[str]:
    return {finding.rule for outcome in done.outcomes for finding in outcome.findings}


def edited(path: Path, form: Form, change: object) -> None:
    """Applies a change to the sheet where the first figure stands: change(book, sheet, row)."""
    book = openpyxl.load_workbook(path)
    sheet, row = plan_form(form, wards(form)[0]).places[first_code(form)]
    change(book, book[sheet], row)  # type: ignore[operator]
    book.save(path)


def test_the_same_file_again_changes_nothing(book: Path, ward: Path) -> None:
    collect(book, [ward], NOW)
    before = book.read_bytes()
    done = collect(book, [ward], NOW)
    assert [outcome.fate for outcome in done.outcomes] == [Fate.KNOWN]
    assert not done.saved
    assert book.read_bytes() == before


@pytest.mark.parametrize("lost", sheet_names.OF_FORMS)
def test_a_book_without_what_is_known_of_forms_takes_none(book: Path, ward: Path, lost: str) -> None:
    workbook = openpyxl.load_workbook(book)
    del workbook[lost]
    workbook.save(book)
    before = book.read_bytes()
    with pytest.raises(UserError, match=lost):
        collect(book, [ward], NOW)
    assert book.read_bytes() == before


def test_another_file_of_the_same_turn_is_held_until_replace_is_said(form: Form, book: Path, ward: Path) -> None:
    unit, code = wards(form)[0], first_code(form)
    collect(book, [ward], NOW)
    old = figures(book, unit)[code]
    fill_form(form, unit, ward, {code: int(old) + 1})
    held = collect(book, [ward], NOW)
    assert [outcome.fate for outcome in held.outcomes] == [Fate.HELD]
    assert "Lần nộp" in held.outcomes[0].message
    assert figures(book, unit)[code] == old
    taken = collect(book, [ward], NOW, Policy(replace=True))
    assert taken.outcomes[0].changes == (f"{code}: {old} → {int(old) + 1}",)
    assert f"{code}: {old} → {int(old) + 1}" in logged(book)


def test_a_newer_turn_replaces_the_former_one(form: Form, book: Path, ward: Path) -> None:
    unit, code = wards(form)[0], first_code(form)
    collect(book, [ward], NOW)
    fill_form(form, unit, ward, {code: 7}, turn=2)
    done = collect(book, [ward], NOW)
    assert done.outcomes[0].fate is Fate.TAKEN
    assert registered(book, unit).taken_turn == 2
    assert figures(book, unit)[code] == "7"


def test_a_form_with_errors_goes_back_with_a_list_and_is_not_taken(form: Form, book: Path, ward: Path) -> None:
    unit, code = wards(form)[0], first_code(form)
    fill_form(form, unit, ward, {code: "10.24"})
    done = collect(book, [ward], NOW)
    assert done.outcomes[0].fate is Fate.RETURNED
    assert figures(book, unit) == {}
    assert registered(book, unit).state is State.RETURNED
    returned = done.outcomes[0].returned
    assert returned == book.parent / "tra_lai" / f"{unit.id}-lan-2.xlsx"
    copy = openpyxl.load_workbook(returned)
    assert code in str(copy[form_layout.TO_MEND]["D5"].value)
    sheet, row = plan_form(form, unit).places[code]
    assert copy[sheet][f"{form_layout.VALUE}{row}"].value == "10.24"
    assert code in copy[sheet][f"{form_layout.VALUE}{row}"].comment.text


def test_a_returned_copy_mended_and_sent_back_is_taken(form: Form, book: Path, ward: Path) -> None:
    unit, code = wards(form)[0], first_code(form)
    fill_form(form, unit, ward, {code: "10.24"})
    returned = collect(book, [ward], NOW).outcomes[0].returned
    assert returned
    fill_form(form, unit, returned, {code: 1024}, turn=2)
    done = collect(book, [returned], NOW)
    assert done.outcomes[0].fate is Fate.TAKEN, done.outcomes[0].findings
    assert figures(book, unit) == shown(sample_values(form, unit) | {code: 1024})


def test_accept_with_errors_takes_the_form_and_the_flags_come_along(form: Form, book: Path, ward: Path) -> None:
    unit, code = wards(form)[0], first_code(form)
    fill_form(form, unit, ward, {code: "10.24"})
    done = collect(book, [ward], NOW, Policy(accept_with_errors=True))
    assert done.outcomes[0].fate is Fate.TAKEN
    assert figures(book, unit)[code] == "10.24"
    assert registered(book, unit).errors == 1


def test_two_different_files_of_one_unit_are_both_held(form: Form, book: Path, ward: Path, tmp_path: Path) -> None:
    unit = wards(form)[0]
    other = Path(shutil.copy(ward, tmp_path / "ban_khac.xlsx"))
    fill_form(form, unit, other, {first_code(form): 3})
    done = collect(book, [ward, other], NOW)
    assert [outcome.fate for outcome in done.outcomes] == [Fate.HELD, Fate.HELD]
    assert "ban_khac.xlsx" in done.outcomes[0].message
    assert registered(book, unit).state is State.HANDED_IN


def test_a_copy_under_another_name_is_looked_at_once(book: Path, ward: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(ward, tmp_path / "ban_sao.xlsx"))
    done = collect(book, [ward, copy], NOW)
    assert sorted(outcome.fate for outcome in done.outcomes) == sorted([Fate.COPY, Fate.TAKEN])


def test_a_form_sent_under_another_units_name_goes_back(form: Form, book: Path, ward: Path, tmp_path: Path) -> None:
    other = wards(form)[1]
    done = collect(book, [Path(shutil.copy(ward, tmp_path / f"{other.name}.xlsx"))], NOW)
    assert done.outcomes[0].fate is Fate.RETURNED
    assert rules(done) == {"other_unit"}


@pytest.mark.parametrize("changed", ["năm 2020", "năm trước"])
def test_a_form_whose_head_names_another_period_goes_back(form: Form, book: Path, ward: Path, changed: str) -> None:
    head = form_layout.period_shown(form, changed)
    edited(ward, form, lambda _book, sheet, _row: sheet.__setitem__(f"{form_layout.LABEL}{UNIT_ROW}", head))
    done = collect(book, [ward], NOW)
    (told,) = done.outcomes[0].findings
    assert (done.outcomes[0].fate, told.rule) == (Fate.RETURNED, "head_period")
    assert (told.cells[0].sheet, told.cells[0].cell) == (form_layout.COVER, f"{form_layout.VALUE}{UNIT_ROW}")
    assert f"ghi “{head}”" in told.message
    assert form_layout.period_shown(form) in told.message


def test_a_period_that_the_book_calls_otherwise_by_now_is_the_same(form: Form, book: Path, tmp_path: Path) -> None:
    before = _with(form, period=_with(form.period, label="cả năm"))
    done = collect(book, [filled_form(before, wards(form)[0], tmp_path / "truoc.xlsx")], NOW)
    assert (done.outcomes[0].fate, rules(done)) == (Fate.TAKEN, set())


@pytest.mark.parametrize("typed", ["hai", None, 0, 2.5, 100])
def test_a_turn_that_cannot_be_read_counts_as_the_first_and_is_told(
    form: Form, book: Path, ward: Path, typed: object
) -> None:
    edited(ward, form, lambda _book, sheet, _row: sheet.__setitem__(f"{form_layout.VALUE}{TURN_ROW}", typed))
    done = collect(book, [ward], NOW)
    (told,) = done.outcomes[0].findings
    assert (done.outcomes[0].fate, told.rule) == (Fate.TAKEN, "turn_unread")
    assert "tính là lần 1" in told.message
    assert told.cells[0].cell == f"{form_layout.VALUE}{TURN_ROW}"
    assert registered(book, wards(form)[0]).turn == 1


def test_a_form_of_another_period_is_refused_by_both_names(form: Form, book: Path, tmp_path: Path) -> None:
    period = form.period
    later = period.last.replace(year=period.last.year + 1)
    other = _with(form, period=_with(period, label="năm sau", last=later))
    path = filled_form(other, wards(form)[0], tmp_path / "nam_sau.xlsx")
    done = collect(book, [path], NOW)
    assert rules(done) == {"other_period"}
    assert "năm sau" in done.outcomes[0].message
    assert form.period.label in done.outcomes[0].message


def test_a_form_of_another_form_is_refused_by_the_names_of_both(form: Form, book: Path, tmp_path: Path) -> None:
    path = filled_form(_with(form, id="mau_khac"), wards(form)[0], tmp_path / "khac.xlsx")
    said = collect(book, [path], NOW).outcomes[0].message
    assert f"tệp ghi “mau_khac”, sổ là “{form.id}”" in said
    assert form.period.label not in said


def test_an_older_version_is_mapped_by_its_words(form: Form, book: Path, tmp_path: Path) -> None:
    unit = wards(form)[0]
    older = _with(form, version="cu.1")
    done = collect(book, [filled_form(older, unit, tmp_path / "cu.xlsx")], NOW)
    assert done.outcomes[0].fate is Fate.TAKEN
    assert rules(done) == {"other_version"}
    assert figures(book, unit) == shown(sample_values(form, unit))


def _with(thing: object, **changes: object):  # type: ignore[no-untyped-def]
    """A declared thing with other values."""
    import msgspec

    return msgspec.structs.replace(thing, **changes)


def test_a_deleted_row_is_named(form: Form, book: Path, ward: Path) -> None:
    edited(ward, form, lambda _book, sheet, row: sheet.delete_rows(row))
    done = collect(book, [ward], NOW)
    missing = next(finding for finding in done.outcomes[0].findings if finding.rule == "row_missing")
    assert done.outcomes[0].fate is Fate.RETURNED
    assert first_code(form) in missing.message


def test_a_moved_row_is_read_by_its_code(form: Form, book: Path, ward: Path) -> None:
    edited(ward, form, lambda _book, sheet, row: sheet.insert_rows(row, 2))
    done = collect(book, [ward], NOW)
    assert "row_moved" in rules(done)
    assert figures(book, wards(form)[0]) == shown(sample_values(form, wards(form)[0]))


def test_a_relabelled_row_goes_back(form: Form, book: Path, ward: Path) -> None:
    edited(ward, form, lambda _book, sheet, row: sheet.cell(row, 3, "Chỉ tiêu khác hẳn"))
    assert "row_relabelled" in rules(collect(book, [ward], NOW))


def test_a_row_copied_twice_goes_back_with_both_places(form: Form, book: Path, ward: Path) -> None:
    def twice(_book: object, sheet, row: int) -> None:  # type: ignore[no-untyped-def]
        for column in (1, 3, 5):
            sheet.cell(60, column, sheet.cell(row, column).value)

    edited(ward, form, twice)
    finding = next(each for each in collect(book, [ward], NOW).outcomes[0].findings if each.rule == "row_twice")
    assert "dòng 60" in finding.message


def test_a_renamed_sheet_is_read_all_the_same(form: Form, book: Path, ward: Path) -> None:
    edited(ward, form, lambda _book, sheet, _row: setattr(sheet, "title", "Sheet cua toi"))
    done = collect(book, [ward], NOW)
    assert done.outcomes[0].fate is Fate.TAKEN
    assert rules(done) == {"sheet_renamed"}


def test_a_deleted_sheet_names_its_rows(form: Form, book: Path, ward: Path) -> None:
    edited(ward, form, lambda book, sheet, _row: (book.create_sheet("Khác"), book.remove(sheet)))
    done = collect(book, [ward], NOW)
    assert done.outcomes[0].fate is Fate.RETURNED
    assert "row_missing" in rules(done)


def test_the_master_itself_and_a_stranger_are_no_forms(book: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "khac.xlsx"
    openpyxl.Workbook().save(stranger)
    copy = Path(shutil.copy(book, tmp_path / "so_khac.xlsx"))
    done = collect(book, [stranger, copy], NOW)
    assert rules(done) == {"not_a_form"}
    assert "sổ tổng hợp" in done.outcomes[1].message


def test_a_unit_that_the_master_does_not_know_is_refused(form: Form, book: Path, tmp_path: Path) -> None:
    stranger = _with(wards(form)[0], id="xa_la", name="Xã Lạ")
    done = collect(book, [filled_form(form, stranger, tmp_path / "la.xlsx", {})], NOW)
    assert rules(done) == {"unknown_unit"}
    assert "Xã Lạ" in done.outcomes[0].message


def test_an_empty_folder_is_an_error_of_the_command(book: Path, tmp_path: Path) -> None:
    (tmp_path / "rong").mkdir()
    with pytest.raises(UserError, match="không có tệp nào"):
        collect(book, [tmp_path / "rong"], NOW)
