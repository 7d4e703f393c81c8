"""Files from outside: each refused or neutralised with its finding, in bounded time; the rest of the batch goes on."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.schema import Form
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.handed_in import Fate, Policy
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.verbs.collect import Collected, collect
from tests.books import blank_master
from tests.forms_support import NOW, figures, fill_form, filled_form, sample_values, shown, wards
from tests.hostile import NEUTRALISED, REFUSED, cell, in_sheet, parts_of, write_parts
from tests.kept_readers import own_readers

BATCH_SECONDS = 60


@pytest.fixture(scope="session")
def good(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled_form(form, wards(form)[0], tmp_path_factory.mktemp("tot") / "tot.xlsx")


def _file(name: str, suffix: str, folder: Path) -> Path:
    return folder / (name.replace(" ", "_").replace(",", "") + suffix)


@pytest.fixture(scope="session")
def collected(form: Form, good: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Collected, Path, float]:
    """Everything hostile in one folder, with one good form among it."""
    folder = tmp_path_factory.mktemp("hop_thu")
    for name, (suffix, _, make) in REFUSED.items():
        make(good, _file(name, suffix, folder))
    shutil.copy(good, folder / "m_bieu_mau_tot.xlsx")
    book = tmp_path_factory.mktemp("so") / "CCHC.xlsx"
    blank_master(form, book)
    started = time.monotonic()
    with own_readers():
        done = collect(book, [folder], NOW)
    return done, book, time.monotonic() - started


def test_the_good_form_among_them_is_taken_whole(form: Form, collected: tuple[Collected, Path, float]) -> None:
    done, book, seconds = collected
    assert [outcome.path.name for outcome in done.outcomes if outcome.fate is Fate.TAKEN] == ["m_bieu_mau_tot.xlsx"]
    assert figures(book, wards(form)[0]) == shown(sample_values(form, wards(form)[0]))
    assert seconds < BATCH_SECONDS


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_its_reason(name: str, collected: tuple[Collected, Path, float]) -> None:
    suffix, rule, _ = REFUSED[name]
    outcome = next(each for each in collected[0].outcomes if each.path.name == _file(name, suffix, Path()).name)
    assert outcome.fate is Fate.REFUSED
    assert [finding.rule for finding in outcome.findings] == [rule], outcome.message
    assert outcome.message.endswith(".")


def _taken(form: Form, good: Path, path: Path) -> Delivery:
    with ReaderPool(1) as pool:
        (_, answer), = pool.read_all([path])
    read = Interpreter(form).interpret(path, answer)
    assert isinstance(read, Delivery), read
    return read


@pytest.mark.parametrize("name", NEUTRALISED)
def test_what_a_form_carries_besides_values_is_left_behind(name: str, form: Form, good: Path, tmp_path: Path) -> None:
    suffix, rules, make = NEUTRALISED[name]
    path = _file(name, suffix, tmp_path)
    make(good, path)
    delivery = _taken(form, good, path)
    assert [finding.rule for finding in delivery.findings] == rules
    assert len(delivery.cells) == len(sample_values(form, delivery.unit))


def _first(form: Form) -> tuple[str, str, int]:
    plan = plan_form(form, wards(form)[0])
    code = next(code for code, row in plan.questions.items() if row.asked == "count")
    return code, *plan.places[code]


def _typed(
    form: Form, good: Path, path: Path, value: str, column: str = form_layout.VALUE, as_text: bool = True
) -> Delivery:
    book = openpyxl.load_workbook(good)
    _, sheet, row = _first(form)
    target = book[sheet][f"{column}{row}"]
    target.value = value
    if as_text:
        target.data_type = "s"
    book.save(path)
    return _taken(form, good, path)


FORMULA_LIKE = ("=1+1", "+84 909", "-2+3", "@SUM(A1)", "=cmd|'/c calc'!A0", '=HYPERLINK("http://x","y")')


def test_text_that_looks_like_a_formula_never_becomes_one(form: Form, good: Path, tmp_path: Path) -> None:
    unit, path, book = wards(form)[0], Path(shutil.copy(good, tmp_path / "chu.xlsx")), tmp_path / "CCHC.xlsx"
    codes = [code for code, row in plan_form(form, unit).questions.items() if row.asked == "count"][: len(FORMULA_LIKE)]
    typed = dict(zip(codes, FORMULA_LIKE, strict=True))
    fill_form(form, unit, path, typed, typed, as_text=True)
    blank_master(form, book)
    done = collect(book, [path], NOW, Policy(accept_with_errors=True))
    liked = {finding.indicator for finding in done.outcomes[0].findings if finding.rule == "formula_like"}
    assert liked == set(codes)
    stored = [cell for sheet in openpyxl.load_workbook(book) for line in sheet for cell in line if _holds(cell.value)]
    assert len(stored) >= 2 * len(FORMULA_LIKE)
    assert all(cell.data_type == "s" for cell in stored)
    returned = collect(book, [_again(path)], NOW, Policy(replace=True)).outcomes[0].returned
    assert returned
    copy = openpyxl.load_workbook(returned)
    for code, text in typed.items():
        sheet, row = plan_form(form, unit).places[code]
        cell = copy[sheet][f"{form_layout.VALUE}{row}"]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def _holds(value: object) -> bool:
    """A typed text as it stands in a cell, not the messages that quote it."""
    return isinstance(value, str) and value.strip() in FORMULA_LIKE


def _again(path: Path) -> Path:
    """The same answers in another file."""
    copy = path.with_name("lai.xlsx")
    write_parts(copy, parts_of(path) | {"docProps/x.xml": b"<x/>"})
    return copy


def test_a_formula_in_an_input_cell_gives_its_value_and_a_finding(form: Form, good: Path, tmp_path: Path) -> None:
    path = tmp_path / "cong_thuc.xlsx"
    value = str(sample_values(form, wards(form)[0])[_first(form)[0]]).encode()
    old = b"<v>" + value + b"</v>"
    in_sheet(old, b"<f>WEBSERVICE(\"http://x\")</f>" + old)(good, path)
    delivery = _taken(form, good, path)
    assert [finding.rule for finding in delivery.findings] == ["formula_typed"]
    assert delivery.cells[_first(form)[0]].value == int(value)


def test_a_formula_without_a_result_and_an_error_value_are_not_blank(form: Form, good: Path, tmp_path: Path) -> None:
    code, _, row = _first(form)
    assert _rules(_typed(form, good, tmp_path / "a.xlsx", "=1+1", as_text=False), code) == {"no_result"}
    value = str(sample_values(form, wards(form)[0])[code]).encode()
    path = tmp_path / "b.xlsx"
    old = b'<c r="E%d"' % row
    parts = parts_of(good)
    sheet = next(name for name, part in parts.items() if name.startswith("xl/worksheets") and old in part)
    start = parts[sheet].index(old)
    cell = parts[sheet][start : parts[sheet].index(b"</c>", start)]
    changed = cell.replace(b' t="n"', b"").replace(old, old + b' t="e"').replace(b"<v>" + value, b"<v>#REF!")
    write_parts(path, parts | {sheet: parts[sheet].replace(cell, changed)})
    assert _rules(_taken(form, good, path), code) == {"error_value"}


def _rules(delivery: Delivery, code: str) -> set[str]:
    return {finding.rule for finding in delivery.findings if finding.indicator == code}


def test_a_very_long_text_is_cut_and_mentioned(form: Form, good: Path, tmp_path: Path) -> None:
    delivery = _typed(form, good, tmp_path / "dai.xlsx", "chữ " * 8_000, form_layout.NOTE)
    assert [finding.rule for finding in delivery.findings] == ["file_long_text"]
    assert max(map(len, delivery.notes.values())) <= read_limits.LONGEST_TEXT


def test_control_characters_are_taken_out_and_mentioned(form: Form, good: Path, tmp_path: Path) -> None:
    delivery = _typed(form, good, tmp_path / "dieu_khien.xlsx", "ghi\x7f chú", form_layout.NOTE)
    assert [finding.rule for finding in delivery.findings] == ["file_control"]
    assert list(delivery.notes.values()) == ["ghi chú"]


@pytest.mark.skipif(sys.platform == "win32", reason="no file has such a name there")
def test_a_file_name_can_not_write_into_the_log(form: Form, good: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(good, tmp_path / "a\nb\x1b[31m.xlsx"))
    book = tmp_path / "CCHC.xlsx"
    blank_master(form, book)
    collect(book, [path], NOW)
    log = [str(cell.value) for line in openpyxl.load_workbook(book)["Nhật ký"] for cell in line if cell.value]
    assert any("a?b?[31m.xlsx" in text for text in log)


def test_a_reader_that_hangs_is_stopped_and_replaced(form: Form, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_limits, "WALL_SECONDS", 0.5)
    with ReaderPool(1, ("tests.window.test_windows", "wait")) as readers:
        (_, first), = readers.read_all([good])
    assert first["refused"] == "too_slow"


@pytest.mark.skipif(sys.platform == "win32", reason="there a job object bounds it, which Wine does not heed")
def test_the_memory_of_the_reader_stays_below_its_bound(good: Path, tmp_path: Path) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    path = tmp_path / "xa.xlsx"
    in_sheet(b"</sheetData>", cell("A19999") .replace(b"</sheetData>", cell("RA19998")))(good, path)
    with own_readers(), ReaderPool(1) as pool:
        list(pool.read_all([path]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert max(before, after) * 1024 < 2 * read_limits.ADDRESS_SPACE
