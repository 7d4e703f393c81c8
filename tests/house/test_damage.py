"""Files that are damaged, far too large, or of something else: told with their place, within bounds."""

from __future__ import annotations

import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from docx import Document

from cchc_xl.errors import UserError
from cchc_xl.excel.seal import intact
from cchc_xl.excel.zip_container import unpacked
from cchc_xl.files import read_file
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import open_master
from cchc_xl.master.native_formulas import figure_formula
from cchc_xl.rules.rule_parser import read
from cchc_xl.rules.rule_syntax import RuleSyntaxError
from cchc_xl.schema import Form
from cchc_xl.schema.typed_rules import SpellingError, understood
from cchc_xl.submissions.unit_form.build_form import new_form
from cchc_xl.table import read_table
from cchc_xl.verbs.check import examine
from cchc_xl.verbs.recalc import recalc
from cchc_xl.verbs.reconcile import reconcile
from cchc_xl.word.document_text import read_document
from tests.books import NOW
from tests.hostile import parts_of, write_parts

CELLS: dict[str, bytes] = {
    "a shared string that is not there": b'<c r="{}" t="s"><v>99999</v></c>',
    "a shared string that is no number": b'<c r="{}" t="s"><v>abc</v></c>',
    "a number without end": b"<c r=\"{}\"><v>1e400</v></c>",
    "no number": b"<c r=\"{}\"><v>NaN</v></c>",
    "a word as a number": b"<c r=\"{}\"><v>abc</v></c>",
    "five thousand digits": b"<c r=\"{}\"><v>" + b"9" * 5000 + b"</v></c>",
    "a date that is none": b'<c r="{}" t="d"><v>junk</v></c>',
    "no address": b'<c r="abc"><v>5</v></c>',
    "a control character": b'<c r="{}" t="inlineStr"><is><t>_x0001_a_xFFFF_</t></is></c>',
}


@pytest.fixture
def asked(small: Path) -> tuple[Path, str, str]:
    """A master, the part of a section's sheet, and the cell of a unit on it."""
    master = open_master(small)
    section = master.form.sections[0]
    grid = master.grids[section.number]
    address = grid.address("A.1.1", master.form.units[0].id)
    master.sheet(section).put(address, 7)  # type: ignore[attr-defined]
    master.workbook.commit()
    part = next(name for name, data in parts_of(small).items() if b"sheetData" in data and b"A.1.3a" in data)
    return small, part, address


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_of_a_damaged_master_is_told_or_read_as_a_text(kind: str, asked: tuple[Path, str, str]) -> None:
    path, part, address = asked
    parts = parts_of(path)
    cell = CELLS[kind].replace(b"{}", address.encode())
    changed, times = re.subn(rf'<c r="{address}"[^>]*>.*?</c>'.encode(), lambda _: cell, parts[part])
    assert times == 1
    write_parts(path, parts | {part: changed})
    assert "hỏng" in (said := outcome(path)) or address in said


def outcome(path: Path) -> str:
    """Why nothing could be read, or the cells of which something is said."""
    try:
        findings = recalc(path, NOW).computed.findings
    except UserError as error:
        return str(error)
    return " ".join(place.cell for finding in findings for place in finding.cells)


def test_a_row_that_no_sheet_has_ends_the_reading(asked: tuple[Path, str, str]) -> None:
    path, part, _ = asked
    parts = parts_of(path)
    write_parts(path, parts | {part: parts[part].replace(b'<row r="8"', b'<row r="99999999999"', 1)})
    assert "hỏng" in outcome(path)


def test_a_damaged_part_is_named_with_its_file(asked: tuple[Path, str, str]) -> None:
    path, part, _ = asked
    write_parts(path, parts_of(path) | {part: b"<worksheet>" + b"<a>" * 300})
    with pytest.raises(UserError, match=f"{path.name}: tệp bị hỏng: hỏng phần {part}"):
        compute(path)


def test_a_directory_that_lies_costs_no_memory(tmp_path: Path) -> None:
    name, path = b"word/media/anh.bin", tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name.decode(), b" " * (50 * 2**20))
    data = path.read_bytes()
    entry = data.rfind(name) - 46
    path.write_bytes(data[: entry + 24] + (1000).to_bytes(4, "little") + data[entry + 28 :])
    with pytest.raises(UserError, match="tệp hỏng"):
        unpacked(path)


@pytest.mark.parametrize(
    ("part", "piece", "times"),
    [("word/document.xml", b"<w:p></w:p>", 100_000), ("xl/worksheets/sheet1.xml", b'<c r="A1"/>', 450_000),
     ("xl/worksheets/sheet1.xml", b'<row r="9999"/>', 2_000_000)],
)
def test_more_than_people_write_is_refused(part: str, piece: bytes, times: int, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    noise = bytes(range(32, 60)) * 8_000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, b"<a>" + noise + os.urandom(400_000).hex().encode() + piece * times + b"</a>")
    with pytest.raises(UserError, match="quá lớn"):
        unpacked(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ong.docx")
    os.mkfifo(tmp_path / "ong.csv")
    with pytest.raises(UserError, match="không phải là một tệp"):
        read_file(tmp_path / "ong.docx")
    with pytest.raises(UserError, match="không phải là một tệp"):
        read_table(tmp_path / "ong.csv")
    assert not intact(tmp_path / "ong.docx")


def test_a_rule_of_thousands_of_terms_or_brackets_is_refused() -> None:
    with pytest.raises(RuleSyntaxError, match="quá dài"):
        read("+".join(["a"] * 3000) + " > 0")
    with pytest.raises(SpellingError, match="lồng nhau"):
        understood("(" * 3000 + "[A.1]" + ")" * 3000 + " > 0", lambda code: code)


def test_a_figure_that_no_unit_reports_any_more_has_an_empty_formula(small: Path) -> None:
    master = open_master(small)
    form = master.form.changed(units=())
    section = form.sections[1]
    formulas = {row.code: figure_formula(form, master.grids, section, row) for row in section.indicators}
    assert formulas["B.4"] == formulas["B.1"] == '""'


def test_an_appendix_that_says_nothing_of_the_form_is_refused(filled: Path, tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Đã hoàn thành 19/24 nhiệm vụ.")
    document.save(str(tmp_path / "bao_cao.docx"))
    (tmp_path / "bang.csv").write_text("STT,Tên,Số\n1,Bàn,12\n", encoding="utf-8")
    with pytest.raises(UserError, match="không nhận ra dòng nào"):
        reconcile(filled, tmp_path / "bao_cao.docx", appendix=tmp_path / "bang.csv")


def test_a_table_of_somebody_is_neither_book_nor_form(small: Path, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["STT", 12])  # type: ignore[union-attr]
    book.save(tmp_path / "bang.xlsx")
    with pytest.raises(UserError, match="cũng không phải biểu mẫu"):
        examine(tmp_path / "bang.xlsx")
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_a_package_without_content_types_is_refused(small: Path, small_form: Form, tmp_path: Path) -> None:
    form, report = tmp_path / "don_vi.xlsx", tmp_path / "bao_cao.docx"
    new_form(small_form, small_form.units[0], form)
    Document().save(str(report))
    for path in (small, form, report):
        parts = parts_of(path)
        parts.pop("[Content_Types].xml")
        write_parts(path, parts)
    with pytest.raises(UserError, match=r"thiếu phần \[Content_Types\]"):
        compute(small)
    with pytest.raises(UserError, match="Tệp hỏng"):
        examine(form)
    with pytest.raises(UserError, match=r"thiếu phần \[Content_Types\]"):
        read_document(report)
