"""Texts that several units write about one line: none is lost, in the figure, the workbook's total and the report."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from report_sample import main_text, render

from cchc_xl import office
from cchc_xl.declaration import load_form
from cchc_xl.excel.ooxml_package import packed
from cchc_xl.figures import tally, total, value_of
from cchc_xl.master.build_master import new_master
from cchc_xl.master.master_book import Entries, open_master
from cchc_xl.master.native_formulas import LONGEST_FORMULA, figure_formula
from cchc_xl.master.section_grid import FIGURE, plan
from cchc_xl.schema import Form
from cchc_xl.values import Address, Reading, Status, replace
from cchc_xl.verbs.recalc import compute, recalc
from cchc_xl.word.word_xml import root, to_bytes, w
from tests.books import NOW, enter
from tests.kept_office import recalculated
from tools.template.source_text import Span
from tools.template.template_blocks import paragraph, run

SMALL = Path(__file__).parents[1] / "forms" / "xa"
CODE, NAME = "B.6", "ghi_nhan"
SAID = {"xa_nam": "Mở lớp “số hóa”", "xa_dong": "không phát sinh", "xa_tay": ""}
JOINED = "Xã Đông: không phát sinh; Xã Nam: Mở lớp “số hóa”"


@pytest.fixture
def form(tmp_path: Path) -> Form:
    """The small form, with a line of text that every commune reports."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "xa"))
    path = folder / "chi_tieu.csv"
    text = path.read_text(encoding="utf-8")
    assert "Chữ,Tỉnh" in text
    path.write_text(text.replace("Chữ,Tỉnh", "Chữ,Xã"), encoding="utf-8")
    return load_form(folder)


@pytest.fixture
def book(form: Form, tmp_path: Path) -> Path:
    """A master in which two of three communes have written something."""
    path = tmp_path / "so.xlsx"
    new_master(form, path)
    enter(path, Entries(cells=[(unit, CODE, said) for unit, said in SAID.items() if said]), form.folder)
    return path


def _reading(text: str) -> Reading:
    status = Status.VALUE if text else Status.BLANK
    return Reading(status, text or None, text, Address("B", "A1"))


def test_each_text_stands_behind_its_unit_in_printed_order(form: Form) -> None:
    """A blank is no text; "không phát sinh" is one."""
    readings = {(unit, CODE): _reading(said) for unit, said in SAID.items()}
    assert total(form, readings)[CODE].value == JOINED
    assert total(form, {})[CODE].value is None


def test_one_text_of_several_reporters_says_whose_it_is(form: Form) -> None:
    """Nobody can tell otherwise."""
    assert total(form, {("xa_nam", CODE): _reading("Mở lớp")})[CODE].value == "Xã Nam: Mở lớp"


def test_the_text_of_the_only_reporter_stays_bare() -> None:
    """As before."""
    readings = {("tinh", CODE): _reading("Mở lớp")}
    assert total(load_form(SMALL), readings)[CODE].value == "Mở lớp"


def test_a_tally_keeps_every_text(form: Form) -> None:
    """In whatever order units are merged."""
    row = form.by_code[CODE]
    given = [(unit, _reading(said)) for unit, said in SAID.items()]
    told = {value_of(row, tally(row, each)) for each in (given, given[::-1])}
    assert told == {"Mở lớp “số hóa”; không phát sinh"}


@pytest.mark.filterwarnings("ignore:.* extension is not supported")  # LibreOffice writes some
def test_the_workbook_and_the_report_show_them(form: Form, book: Path, tmp_path: Path) -> None:
    """Column Số liệu, cached and computed by the office, and the sentence of the template."""
    recalc(book, NOW, form.folder)
    assert _figure(book, form) == JOINED
    if office.is_installed():
        assert _figure(recalculated(book, tmp_path / "tinh.xlsx"), form) == JOINED
    template = tmp_path / "mau.docx"
    body = w("body", paragraph("DoanVan", run(Span(f"Việc khác: {{{{ {NAME} }}}}."))))
    template.write_bytes(packed({
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": to_bytes(root("document", body)),
    }))
    computed = compute(book, form.folder)
    render(template, computed.content, computed.figures, tmp_path / "ra.docx", draft=True)
    assert f"Việc khác: {JOINED}." in main_text(tmp_path / "ra.docx")


def _figure(path: Path, form: Form) -> object:
    section = form.section_of[CODE]
    address = open_master(path, form.folder).grids[section.number].address(CODE, FIGURE)
    return openpyxl.load_workbook(path, data_only=True)[section.sheet][address].value


def test_the_formula_is_never_longer_than_excel_takes(form: Form) -> None:
    """Of many units it says where to look."""
    first = form.units[0]
    many = replace(form, units=tuple(replace(first, id=f"xa_{number}", name=f"Xã {number}") for number in range(300)))
    section = many.section_of[CODE]
    formula = figure_formula(many, {section.number: plan(many, section).grid}, many.by_code[CODE])
    assert len(formula) < LONGEST_FORMULA
    assert "300 đơn vị" in formula
