"""The form a unit gets: only its rows, prepared cells, and formulas that say what Python says."""

from __future__ import annotations

import random
import re
from pathlib import Path

import openpyxl
import pytest

from cchc_xl import sheet_names
from cchc_xl.schema import Form, Unit
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.intake.reading_process import answer
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.unit_form.build_form import form_workbook, new_forms, to_bytes
from cchc_xl.submissions.unit_form.first_sheet import TOLD_ROW, TURN_ROW, UNIT_ROW
from cchc_xl.submissions.unit_form.form_sheets import small_height
from tests.forms_support import fill_form, filled_form, sample_values, wards
from tests.kept_office import recalculated

# Functions that came with Excel 2013 and later, or differ between programs.
TOO_NEW = re.compile(
    r"\b(TEXTJOIN|CONCAT|IFS|SWITCH|XLOOKUP|FILTER|UNIQUE|IFNA|MAXIFS|MINIFS|LET|NUMBERVALUE|TEXT|FORMULATEXT)\("
)


@pytest.fixture(scope="session")
def made(form: Form, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bieu_mau")
    first, *others = form.units
    new_forms(form, {first: folder / f"{first.id}.xlsx"})
    new_forms(form, {unit: folder / f"{unit.id}.xlsx" for unit in others})
    return {unit.id: folder / f"{unit.id}.xlsx" for unit in form.units}


def test_a_form_asks_exactly_what_its_unit_reports(form: Form, made: dict[str, Path]) -> None:
    for unit in form.units:
        expected = {row.code for row in form.indicators() if row.typed and unit in form.reporters(row)}
        book = openpyxl.load_workbook(made[unit.id])
        keys = [row[0].value for row in book[form_layout.COVER].iter_rows(min_row=form_layout.FIRST_ROW)]
        assert set(filter(None, keys)) - form_layout.FACT_KEYS == expected
        assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == [form_layout.COVER]


def test_supporting_rows_stand_directly_above_the_rate_they_serve(form: Form) -> None:
    for unit in form.units:
        codes = [line.item.code for page in plan_form(form, unit).pages for line in page.lines]
        for row in form.indicators():
            if row.supports and row.code in codes and row.supports in codes:
                between = codes[codes.index(row.code) : codes.index(row.supports)]
                assert all(code.startswith(row.supports) for code in between)


def test_only_input_cells_are_open_and_no_sheet_has_a_password(made: dict[str, Path], form: Form) -> None:
    unit = form.units[0]
    book = openpyxl.load_workbook(made[unit.id])
    for page in plan_form(form, unit).pages:
        sheet = book[page.sheet]
        rows = {row[0].row for row in sheet.iter_rows() if row[0].value in form_layout.FACT_KEYS} - {UNIT_ROW}
        wanted = {f"{form_layout.NOTE}{row}" for _, row in page.questions}
        wanted |= {f"{letter}{row}" for row in rows for letter in (form_layout.VALUE, form_layout.NOTE)}
        found = {cell.coordinate for line in sheet.iter_rows() for cell in line if not cell.protection.locked}
        assert found == wanted | {line.cell for line in page.lines}
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book if sheet.title != "_cchc")


def test_the_steps_behind_the_checks_stand_on_a_hidden_sheet_that_no_reader_reads(made: dict[str, Path]) -> None:
    for path in made.values():
        book = openpyxl.load_workbook(path)
        beside = book[form_layout.COVER].iter_rows(min_col=8)
        hidden = [name for name in book.sheetnames if sheet_names.holds_formulas_only(name)]
        assert [cell.coordinate for line in beside for cell in line if cell.value] == []
        assert len(hidden) >= 2
        assert {book[name].sheet_state for name in hidden} == {"hidden"}


def test_every_input_has_a_validation_and_no_prompt_that_would_hide_the_lines_below(
    form: Form, made: dict[str, Path]
) -> None:
    unit = form.units[-1]
    book = openpyxl.load_workbook(made[unit.id])
    for page in plan_form(form, unit).pages:
        rules = book[page.sheet].data_validations.dataValidation
        covered = {str(rule.sqref) for rule in rules if rule.formula1 != "FALSE"}
        assert covered == {f"{form_layout.VALUE}{row}" for _, row in page.questions} | {f"E{TURN_ROW}"}
        assert not any(rule.showInputMessage for rule in rules)


def test_formulas_use_functions_of_excel_2010_and_stay_within_its_limits(form: Form, made: dict[str, Path]) -> None:
    for path in made.values():
        for sheet in openpyxl.load_workbook(path):
            for line in sheet.iter_rows():
                for cell in line:
                    if cell.data_type == "f":
                        assert len(cell.value) <= 8192
                        assert all(len(text) <= 257 for text in re.findall(r'"(?:[^"]|"")*"', cell.value))
                        assert not TOO_NEW.search(re.sub(r'"(?:[^"]|"")*"', "", cell.value)), cell.value


def test_the_identity_is_very_hidden_and_names_unit_period_and_version(form: Form, made: dict[str, Path]) -> None:
    unit = form.units[0]
    sheet = openpyxl.load_workbook(made[unit.id])["_cchc"]
    identity = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert sheet.sheet_state == "veryHidden"
    assert (identity["loai"], identity["don_vi"], identity["phien_ban"]) == ("form", unit.id, form.version)
    assert identity["ky"] == form_layout.period_key(form)


def test_another_form_gives_forms_too(small_form: Form, tmp_path: Path) -> None:
    for unit in small_form.units:
        new_forms(small_form, {unit: tmp_path / f"{unit.id}.xlsx"})
        assert isinstance(_read(small_form, tmp_path / f"{unit.id}.xlsx"), Delivery)


def _read(form: Form, path: Path) -> Delivery:
    read = Interpreter(form).interpret(path, answer(str(path)))
    assert isinstance(read, Delivery), read
    return read


def _random_values(form: Form, unit: Unit, seed: int) -> dict[str, object]:
    """Small numbers in every way that breaks rules, with some cells blank."""
    chance = random.Random(seed)
    values: dict[str, object] = {}
    for code, row in plan_form(form, unit).questions.items():
        if chance.random() < 0.1:
            continue
        match row.asked:
            case Kind.YES_NO:
                values[code] = chance.choice([0, 1])
            case Kind.CHOICE:
                values[code] = int(chance.choice(list(row.choices)))
            case Kind.RATIO:
                values[code] = f"{chance.randint(0, 9)}/{chance.randint(9, 20)}"
            case Kind.TEXT:
                values[code] = "chữ"
            case _:
                values[code] = chance.choice([0, 1, 2, 3, 12, 1234, 10248])
    return values


@pytest.mark.office
@pytest.mark.parametrize("seed", [1, 2])
def test_native_formulas_say_what_python_says(seed: int, form: Form, tmp_path: Path) -> None:
    """The second opinion of LibreOffice: every sentence of every rule, with its numbers, on random answers."""
    for unit in (form.units[0], form.units[-1]):
        path = filled_form(form, unit, tmp_path / f"{unit.id}.xlsx", _random_values(form, unit, seed))  # type: ignore[arg-type]
        said = _native(recalculated(path, tmp_path / f"tinh-{unit.id}.xlsx"))
        assert len(said) > 3
        broken = [finding for finding in _read(form, path).findings if finding.rule in form_rules(form)]
        assert sorted(said) == sorted({finding.message.removeprefix(f"{unit.name}: ") for finding in broken})


def form_rules(form: Form) -> set[str]:
    return {line.code for line in form.rule_lines()}


def _native(path: Path) -> set[str]:
    sheet = openpyxl.load_workbook(path, data_only=True)[form_layout.RULES]
    return {row[3].value.rstrip("\n") for row in sheet.iter_rows(max_col=4) if row[3].value}


@pytest.mark.office
def test_the_counter_and_the_check_column_help_at_once(form: Form, tmp_path: Path) -> None:
    unit = wards(form)[0]
    codes = list(sample_values(form, unit))
    blank, decimal, text, doubt = codes[0], codes[1], codes[3], codes[5]
    path = filled_form(form, unit, tmp_path / "loi.xlsx")
    fill_form(form, unit, path, {blank: None, decimal: 10.248, text: "chờ số liệu", doubt: "khoảng 12"})
    book = openpyxl.load_workbook(recalculated(path, tmp_path / "tinh.xlsx"), data_only=True)
    places = plan_form(form, unit).places
    shown = {code: book[places[code][0]][f"{form_layout.CHECK}{places[code][1]}"].value for code in codes}
    assert shown[blank].startswith("Chưa nhập")
    assert "số lẻ" in shown[decimal]
    assert "không kèm chữ" in shown[text]
    assert "có thể không đọc được" in shown[doubt]
    assert shown[codes[-1]].startswith("✔")
    needed = len(codes)
    assert counter(book).startswith(f"Đã điền {needed - 1}/{needed}; 2 lỗi")
    told = book[form_layout.COVER][f"B{TOLD_ROW}"].value
    assert told.startswith(f"Dòng {form.by_code[decimal].number} “{form.by_code[decimal].label}”: ")
    assert "số lẻ" in told


def counter(book: openpyxl.Workbook) -> str:
    return str(book[form_layout.COVER][f"B{TURN_ROW}"].value)


def _results(path: Path) -> dict[tuple[str, str], object]:
    """What stands beside every formula; an empty text and nothing look the same once read."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): values[sheet.title][cell.coordinate].value or ""
        for sheet in formulas for line in sheet.iter_rows() for cell in line if cell.data_type == "f"
    }


TYPED = (None, 0, 1, 2, 12, 1234, 10248, 2.5, -3, 44384, "3/4", "5/2", "không phát sinh", "abc", "  ", "12", "x/y")


@pytest.mark.office
@pytest.mark.parametrize("seed", [0, 1])
def test_results_lie_beside_the_formulas_as_libreoffice_computes_them(seed: int, form: Form, tmp_path: Path) -> None:
    """Protected View and phones show what lies in the file. Seed 0 is the form as it is handed out."""
    chance = random.Random(seed)
    for unit in (form.units[0], form.units[-1]):
        plan = plan_form(form, unit)
        workbook = form_workbook(plan)
        for code, (sheet, row) in plan.places.items():
            if seed and code in plan.questions:
                workbook[sheet][f"{form_layout.VALUE}{row}"] = chance.choice(TYPED)
        path = tmp_path / f"{unit.id}.xlsx"
        path.write_bytes(to_bytes(workbook))
        mine = _results(path)
        assert mine
        assert mine == _results(recalculated(path, tmp_path / f"tinh-{unit.id}.xlsx"))


def test_a_new_form_shows_its_counter_where_nothing_is_calculated(form: Form, made: dict[str, Path]) -> None:
    unit = wards(form)[0]
    book = openpyxl.load_workbook(made[unit.id], data_only=True)
    needed = sum(form_layout.counts_as_required(row) for row in plan_form(form, unit).questions.values())
    assert counter(book).startswith(f"Đã điền 0/{needed}; không có lỗi")


def test_a_row_is_as_tall_as_its_label_and_a_row_with_a_long_message_as_tall_as_that(form: Form) -> None:
    plan = plan_form(form, wards(form)[0])
    workbook = form_workbook(plan)
    long, short = (next(place for code, place in plan.places.items() if code in plan.questions and test(code))
                   for test in (lambda code: len(form.by_code[code].label) > 60,
                                lambda code: len(form.by_code[code].label) < 40))
    heights = {place: workbook[place[0]].row_dimensions[place[1]].height for place in (long, short)}
    assert heights[short] < 20 < heights[long] < 60
    assert small_height("✔", form_layout.CHECK) < 20 < small_height("Câu báo rất dài. " * 12, form_layout.CHECK)


def test_the_column_kiem_tra_is_seen_without_scrolling(form: Form, made: dict[str, Path]) -> None:
    """A digit of the default font is 8 points wide on a screen of 1.366 points, the row numbers and bars take 100."""
    sheet = openpyxl.load_workbook(made[wards(form)[0].id]).worksheets[0]
    shown = [size.width for size in sheet.column_dimensions.values() if not size.hidden]
    assert sum(shown) * 8 < 1_266
    assert sheet.freeze_panes == "D6"
