"""What is easily lost between file formats: error values, percent formats, formulas; days that became numbers."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.schema import Form
from cchc_xl.submissions.form_layout import STATE, VALUE, plan_form
from cchc_xl.submissions.handed_in import Fate
from cchc_xl.submissions.intake.cell_marks import CellMark, xls_marks
from cchc_xl.submissions.intake.container_check import opened
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.submissions.intake.reading_process import answer
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.unit_form.first_sheet import TOLD_ROW
from cchc_xl.verbs.collect import collect
from tests.books import blank_master
from tests.forms_support import NOW, figures, fill_form, filled_form, sample_values, shown, wards
from tests.kept_office import converted, recalculated
from tests.xlsb_sample import write_xlsb

KINDS = ["xlsx", "xls", "ods", "xlsb"]


def counts(form: Form) -> list[str]:
    return [code for code, row in plan_form(form, wards(form)[0]).questions.items() if row.asked == "count"]


@pytest.fixture(scope="session")
def spoilt(form: Form, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One form with an error value, a percentage and a formula among the counts, in every format."""
    folder, unit = tmp_path_factory.mktemp("dang"), wards(form)[0]
    source = filled_form(form, unit, folder / "mau.xlsx")
    error, percent, formula = counts(form)[:3]
    book, errors = openpyxl.load_workbook(source), {}
    for code, content in ((error, "=1/0"), (percent, 0.5), (formula, "=1+1")):
        sheet, row = plan_form(form, unit).places[code]
        book[sheet][f"{VALUE}{row}"] = content
        book[sheet][f"{VALUE}{row}"].number_format = "0.0%" if code == percent else "General"
        if code == error:
            errors[sheet, f"{VALUE}{row}"] = "#DIV/0!"
    book.save(source)
    found = {"xlsb": write_xlsb(book, folder / "gui.xlsb", errors)}
    for kind in ("xlsx", "xls", "ods"):
        found[kind] = converted(source, kind, folder / f"gui.{kind}")
    return found


def rules(form: Form, path: Path, code: str) -> set[str]:
    read = Interpreter(form).interpret(path, answer(str(path)))
    assert isinstance(read, Delivery), read
    return {finding.rule for finding in read.findings if finding.indicator == code}


@pytest.mark.office
@pytest.mark.parametrize("kind", KINDS)
def test_an_error_value_is_told_and_never_read_as_blank(kind: str, form: Form, spoilt: dict[str, Path]) -> None:
    assert rules(form, spoilt[kind], counts(form)[0]) == {"error_value"}


@pytest.mark.office
@pytest.mark.parametrize("kind", KINDS)
def test_a_percentage_typed_for_a_count_is_told(kind: str, form: Form, spoilt: dict[str, Path]) -> None:
    assert rules(form, spoilt[kind], counts(form)[1]) >= {"percent_in_count"}


@pytest.mark.office
@pytest.mark.parametrize("kind", KINDS[:3])
def test_a_formula_in_an_input_cell_is_told(kind: str, form: Form, spoilt: dict[str, Path]) -> None:
    assert rules(form, spoilt[kind], counts(form)[2]) >= {"formula_typed"}


def test_a_form_saved_as_xlsb_arrives_cell_for_cell(form: Form, tmp_path: Path) -> None:
    unit, book = wards(form)[1], tmp_path / "CCHC.xlsx"
    source = filled_form(form, unit, tmp_path / "mau.xlsx")
    blank_master(form, book)
    done = collect(book, [write_xlsb(openpyxl.load_workbook(source), tmp_path / "gui.xlsb")], NOW)
    assert [outcome.fate for outcome in done.outcomes] == [Fate.TAKEN], done.outcomes[0].message
    assert figures(book, unit) == shown(sample_values(form, unit))


@pytest.mark.parametrize("address", ["A30000", "ZZ5"])
def test_a_far_cell_of_an_xlsb_is_refused(address: str, form: Form, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0][address] = 1
    path = write_xlsb(book, tmp_path / "xa.xlsb")
    with pytest.raises(RefusedError, match="too_far"):
        opened(path.read_bytes(), ".xlsb").inspected()


def test_a_damaged_compound_file_and_an_old_one_are_refused() -> None:
    with pytest.raises(RefusedError, match="damaged"):
        xls_marks(b"\xd0\xcf\x11\xe0" + b"\xff" * 2_000)


def test_a_cell_without_its_own_address_is_not_guessed(form: Form, tmp_path: Path) -> None:
    from cchc_xl.submissions.intake.xlsx_cells import xlsx_marks

    with pytest.raises(RefusedError, match="unsure"):
        xlsx_marks(b'<row><c t="e"><v>#REF!</v></c></row>', (5,), frozenset())
    cells = b"""<c s='2' r='E7' t='e'><f>1/0</f></c><x:c r="E8" s="2"/><c r="F8" s="2"/><c r="E9"><f>TRUE()</f></c>"""
    assert xlsx_marks(cells, (5,), frozenset({2})) == {
        (7, 5): {CellMark.ERROR, CellMark.PERCENT, CellMark.FORMULA}, (8, 5): {CellMark.PERCENT},
        (9, 5): {CellMark.FORMULA, CellMark.TRUTH},
    }


@pytest.mark.parametrize(("serial", "day"), [(44384, "7/7"), (44197, "1/1"), (44926, "31/12")])
def test_a_day_that_became_a_count_is_asked_about(serial: int, day: str, form: Form, tmp_path: Path) -> None:
    unit, code = wards(form)[0], counts(form)[0]
    path = filled_form(form, unit, tmp_path / "ngay.xlsx")
    fill_form(form, unit, path, {code: serial})
    read = Interpreter(form).interpret(path, answer(str(path)))
    assert isinstance(read, Delivery)
    told = next(finding.message for finding in read.findings if finding.rule == "day_in_count")
    assert f"trùng với ngày {day} do Excel tự đổi" in told


@pytest.mark.office
def test_the_form_itself_asks_about_the_day_and_does_not_count_it_as_an_error(form: Form, tmp_path: Path) -> None:
    unit, code = wards(form)[0], counts(form)[0]
    path = filled_form(form, unit, tmp_path / "ngay.xlsx", {code: 44384})
    book = openpyxl.load_workbook(recalculated(path, tmp_path / "tinh.xlsx"), data_only=True)
    sheet, row = plan_form(form, unit).places[code]
    assert book[sheet][f"G{row}"].value == "Xem lại"
    assert book[sheet][f"B{TOLD_ROW}"].value.startswith(
        f"Dòng {form.by_code[code].number}: Số này trùng với ngày 7/7"
    )
    hidden, row = plan_form(form, unit).helped[code]
    assert book[hidden][f"{STATE}{row}"].value == "W"


def test_figures_copied_from_a_neighbour_are_asked_about(form: Form, tmp_path: Path) -> None:
    first, second, third = wards(form)[:3]
    book, values = tmp_path / "CCHC.xlsx", sample_values(form, first)
    blank_master(form, book)
    folder = tmp_path / "nop"
    folder.mkdir()
    for unit in (first, second):
        filled_form(form, unit, folder / f"{unit.id}.xlsx", values)
    done = collect(book, [folder], NOW)
    for outcome, other in zip(done.outcomes, (second, first), strict=True):
        told = [finding.message for finding in outcome.findings if finding.rule == "same_as_other_unit"]
        assert len(told) == 1
        assert f"giống hệt số liệu của {other.name}." in told[0]
    later = collect(book, [filled_form(form, third, tmp_path / f"{third.id}.xlsx", values)], NOW)
    told = [finding.message for finding in later.outcomes[0].findings if finding.rule == "same_as_other_unit"]
    assert f"{first.name}, {second.name}" in told[0]


def test_honest_neighbours_are_left_in_peace(form: Form, tmp_path: Path) -> None:
    book = tmp_path / "CCHC.xlsx"
    blank_master(form, book)
    paths = [filled_form(form, unit, tmp_path / f"{unit.id}.xlsx") for unit in wards(form)[:3]]
    done = collect(book, [*paths, Path(shutil.copy(paths[0], tmp_path / "ban_sao.xlsx"))], NOW)
    assert not [each for outcome in done.outcomes for each in outcome.findings if each.rule == "same_as_other_unit"]
