"""The built .xlsm and .xlam: parts, types, names, buttons and ribbon, and that recalculating keeps them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from macros_sample import modules_in, package_faults, read_parts

from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import position
from cchc_xl.excel.ooxml_package import CONTENT_TYPES, Package, parse, serialise
from cchc_xl.excel.sheet_xml import M
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.macros import build_macros
from cchc_xl.macros.build_macros import (
    BLOCKED,
    BLOCKED_CELL,
    HOME_STRIP,
    add_macros,
    addin as addin_of,
)
from cchc_xl.macros.drawn_buttons import OWN, X, macros_work
from cchc_xl.macros.vba_source import module, own_modules, xlwings_source
from cchc_xl.master.master_book import open_master
from cchc_xl.sheet_names import HOME, IDENTITY, UNITS
from cchc_xl.verbs.recalc import recalc
from tests.books import NOW

Typed = Callable[[Path, str, str, object], None]
PUBLIC_SUB = re.compile(r"^Public Sub (\w+)\(", re.MULTILINE)


@pytest.fixture(scope="module")
def with_macros(_filled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The master with the real figures, with macros."""
    target = tmp_path_factory.mktemp("so") / "CCHC_2021.xlsm"
    add_macros(_filled_once, target)
    return target


@pytest.fixture
def book(with_macros: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(with_macros, tmp_path))


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The add-in with a setting."""
    target = tmp_path_factory.mktemp("addin") / "cchc.xlam"
    target.write_bytes(addin_of({"INTERPRETER_WIN": r"C:\R&D\python.exe"}))
    return target


def shapes(path: Path) -> list[etree._Element]:
    found = read_parts(path)
    drawings = [parse(found[name]) for name in found if name.startswith("xl/drawings/") and name.endswith("xml")]
    return [shape for drawing in drawings for shape in drawing.iter(f"{X}sp")]


def home_drawing(package: Package) -> str:
    part = package.relationships(next(build_macros.sheet_parts(package))).target("drawing")
    assert part is not None
    return part


def procedures(path: Path) -> set[str]:
    """Every public procedure as Module.Sub."""
    modules = modules_in("vbaProject.bin", read_parts(path)[build_macros.PROJECT_PART])
    return {f"{name}.{sub}" for name, code in modules.items() for sub in PUBLIC_SUB.findall(code)}


def content_type(path: Path, part: str) -> str | None:
    types = parse(read_parts(path)["[Content_Types].xml"]).iter(f"{{{CONTENT_TYPES}}}Override")
    found = [node.get("ContentType") for node in types if node.get("PartName") == f"/{part}"]
    assert len(found) <= 1
    return found[0] if found else None


def code_names(path: Path) -> Iterator[str | None]:
    package = Package(path)
    for part in build_macros.sheet_parts(package):
        first = parse(package.read(part))[0]
        assert first.tag == f"{M}sheetPr"
        yield first.get("codeName")


def test_the_package_of_the_master_is_whole(book: Path) -> None:
    assert package_faults(book) == []


def test_the_package_of_the_addin_is_whole(addin: Path) -> None:
    assert package_faults(addin) == []


def test_a_workbook_and_an_addin_are_declared_as_what_they_are(book: Path, addin: Path) -> None:
    assert content_type(book, "xl/workbook.xml") == "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert content_type(addin, "xl/workbook.xml") == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    assert content_type(book, "xl/vbaProject.bin") == "application/vnd.ms-office.vbaProject"
    assert content_type(addin, "xl/vbaProject.bin") == "application/vnd.ms-office.vbaProject"


def test_project_and_ribbon_are_found_by_the_relationships_that_excel_follows(book: Path, addin: Path) -> None:
    for path in (book, addin):
        found = read_parts(path)
        microsoft = "http://schemas.microsoft.com/office"
        assert f'Type="{microsoft}/2006/relationships/vbaProject"' in found["xl/_rels/workbook.xml.rels"].decode()
        assert f'Type="{microsoft}/2007/relationships/ui/extensibility"' in found["_rels/.rels"].decode()


def test_every_sheet_has_a_document_module_of_its_code_name(book: Path, addin: Path) -> None:
    for path in (book, addin):
        modules = modules_in("vbaProject.bin", read_parts(path)[build_macros.PROJECT_PART])
        documents = {name for name, code in modules.items() if "Attribute VB_Base" in code}
        names = list(code_names(path))
        assert len(set(names)) == len(names)
        assert documents == {"ThisWorkbook", *names}
        root = parse(read_parts(path)["xl/workbook.xml"])
        assert root.find(f"{M}workbookPr").get("codeName") == "ThisWorkbook"  # type: ignore[union-attr]


def test_every_module_comes_out_of_the_files_as_it_was_written(book: Path, addin: Path) -> None:
    """The add-in's procedures for the ribbon have names of their own: Excel looks for a bare name in every project."""
    written = {each.name: each.source for each in [*own_modules(), module(xlwings_source())]}
    for path, end in ((book, ""), (addin, "TienIch")):
        found = modules_in("vbaProject.bin", read_parts(path)[build_macros.PROJECT_PART])
        wanted = {name: re.sub(r"BamNut|HienThe", rf"\g<0>{end}", source) for name, source in written.items()}
        assert {name: found[name] for name in written} == wanted
        ribbon = parse(read_parts(path)[build_macros.RIBBON_PART])
        assert {node.get("onAction") for node in ribbon.iter("{*}button")} == {f"BamNut{end}"}
        assert {node.get("getVisible") for node in ribbon.iter("{*}tab")} == {None if end else "HienThe"}


def test_the_file_holds_no_clock(book: Path) -> None:
    assert b"2000-01-01T00:00:00Z" in read_parts(book)["docProps/core.xml"]


def test_building_again_gives_the_same_bytes(filled: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsm", tmp_path / "2.xlsm"
    add_macros(filled, first)
    add_macros(filled, second)
    assert first.read_bytes() == second.read_bytes()
    assert addin_of({"A": "b"}) == addin_of({"A": "b"})


def test_adding_macros_to_a_master_that_has_them_changes_nothing(book: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsm"
    add_macros(book, again)
    assert read_parts(again) == read_parts(book)


def test_the_buttons_stand_in_order_with_their_texts(book: Path) -> None:
    texts = ["".join(str(text) for text in shape.itertext()).strip() for shape in shapes(book)]
    assert texts == ["Tính lại", "Kiểm tra", "Nhận biểu mẫu", "Xuất báo cáo Word", "Kỳ mới"]


def test_every_macro_that_a_button_names_exists(book: Path) -> None:
    named = {shape.get("macro", "").removeprefix("[0]!") for shape in shapes(book)}
    assert len(named) == 5
    assert named <= procedures(book)


def test_buttons_have_a_description_for_screen_readers_and_do_not_print(book: Path) -> None:
    for shape in shapes(book):
        assert next(shape.iter(f"{X}cNvPr")).get("descr")
        assert shape.getnext().get("fPrintsWithSheet") == "0"  # type: ignore[union-attr]


def test_buttons_do_not_cover_each_other_or_any_text(book: Path) -> None:
    corners = [
        [tuple(int(corner.findtext(f"{X}{name}", "")) for name in ("col", "colOff")) for corner in anchor[:2]]
        for anchor in (shape.getparent() for shape in shapes(book)) if anchor is not None
    ]
    for (_, right), (left, _) in pairwise(corners):
        assert right < left
    rows = {position(address)[0] for address, _ in Workbook(book).sheet(HOME).cells()}
    assert not rows & set(range(HOME_STRIP.first_row, HOME_STRIP.last_row + 1))


def test_the_first_sheet_says_what_to_do_where_macros_are_blocked(book: Path) -> None:
    assert Workbook(book).sheet(HOME).cell(BLOCKED_CELL).value == BLOCKED


def test_recalculating_keeps_project_ribbon_and_buttons_byte_for_byte(book: Path, typed: Typed) -> None:
    kept = [build_macros.PROJECT_PART, build_macros.RIBBON_PART, "_rels/.rels", home_drawing(Package(book))]
    before = read_parts(book)
    master = open_master(book)
    section = master.form.section_of["III.6.1"]
    typed(book, section.sheet, master.grids[section.number].address("III.6.1", "phuong_1"), "mười")
    assert recalc(book, NOW).changed
    after = read_parts(book)
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert macros_work(book)
    assert package_faults(book) == []


def test_recalculating_again_changes_nothing(book: Path) -> None:
    recalc(book, NOW)
    before = book.read_bytes()
    assert not recalc(book, NOW).changed
    assert book.read_bytes() == before


def as_libreoffice_saves(path: Path) -> None:
    """Takes out what LibreOffice drops: code names and the macros of shapes."""
    package = Package(path)
    for name in [name for name in package.names if name.startswith(("xl/worksheets/sheet", "xl/workbook.xml"))]:
        package.write(name, re.sub(rb' codeName="\w+"', b"", package.read(name)))
    part = home_drawing(package)
    drawing = parse(package.read(part))
    for shape in drawing.iter(f"{X}sp"):
        del shape.attrib["macro"]
    package.write(part, serialise(drawing))
    package.save()


def test_what_libreoffice_drops_is_put_back_once(book: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.xlsm"
    shutil.copy(book, whole)
    as_libreoffice_saves(book)
    assert macros_work(book) is False
    assert recalc(book, NOW).changed
    assert macros_work(book)
    assert not recalc(book, NOW).changed
    assert package_faults(book) == []
    assert len(shapes(book)) == 5
    assert read_parts(book)[build_macros.PROJECT_PART] == read_parts(whole)[build_macros.PROJECT_PART]


@pytest.mark.parametrize("lost", [IDENTITY, UNITS])
def test_a_refusal_puts_nothing_back_in_the_file(book: Path, lost: str) -> None:
    as_libreoffice_saves(book)
    package = Package(book)
    package.write(package.main, package.read(package.main).replace(f'name="{lost}"'.encode(), b'name="Khac"'))
    package.save()
    before = book.read_bytes()
    with pytest.raises(UserError):
        recalc(book, NOW)
    assert book.read_bytes() == before
    assert not (book.parent / "sao_luu").exists()


def test_a_project_that_excel_saved_with_other_macros_is_left_alone(book: Path) -> None:
    package = Package(book)
    package.write(build_macros.PROJECT_PART, b"a project with macros of the user")
    package.save()
    recalc(book, NOW)
    assert read_parts(book)[build_macros.PROJECT_PART] == b"a project with macros of the user"


def test_a_workbook_without_macros_gets_none_by_restoring(filled: Path) -> None:
    recalc(filled, NOW)
    assert macros_work(filled) is None


def test_shapes_of_people_stay_when_buttons_are_drawn_anew(book: Path, tmp_path: Path) -> None:
    package = Package(book)
    part = home_drawing(package)
    package.write(part, package.read(part).replace(f'name="{OWN}kiem_tra"'.encode(), b'name="Ghi nho"'))
    package.save()
    target = tmp_path / "again.xlsm"
    add_macros(book, target)
    names = [next(shape.iter(f"{X}cNvPr")).get("name") for shape in shapes(target)]
    identifiers = [next(shape.iter(f"{X}cNvPr")).get("id") for shape in shapes(target)]
    assert "Ghi nho" in names
    assert len(names) == 6
    assert len(set(identifiers)) == 6


def test_a_workbook_that_is_no_master_is_refused(addin: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="không phải sổ tổng hợp"):
        add_macros(addin, tmp_path / "x.xlsm")
    assert not (tmp_path / "x.xlsm").exists()


def test_the_addin_shows_no_window_and_holds_the_settings(addin: Path) -> None:
    found = read_parts(addin)
    assert b'visibility="hidden"' in found["xl/workbook.xml"]
    settings = Workbook(addin).sheet("cchc.conf")
    assert (settings.cell("A1").value, settings.cell("B1").value) == ("INTERPRETER_WIN", r"C:\R&D\python.exe")
