"""A workbook's sheets are read without a tree where they are written the plain way; the tree says the same."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings, strategies as st
from lxml import etree

from cchc_xl import office
from cchc_xl.excel.cell_content import Content, Held
from cchc_xl.excel.plain_cells import PlainCells
from cchc_xl.excel.plain_xml import OtherwiseError
from cchc_xl.excel.sheet_tree import SheetTree
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.master import sheet_names
from cchc_xl.reading import Cell
from tests.hostile import parts_of, write_parts
from tests.test_plain_xlsx import HIDDEN, contents, kinds, worded

SHEET = "xl/worksheets/sheet7.xml"
MUTANTS = 600
Said = tuple[dict[str, Held], list[str], int, list[dict[str, str]], list[Mapping[str, str] | None]]


def _said(cells: PlainCells | SheetTree) -> Said:
    """Everything that can be asked of the cells of a sheet."""
    held = {address: found for address in cells.filled() if (found := cells.held(address)) and not found.nothing}
    rows = [told and _without_number(told) for told in map(cells.row, range(cells.last_row + 2))]
    return held, list(cells.merged), cells.last_row, [dict(told) for told in cells.columns()], rows


def _without_number(told: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in told.items() if name != "r"}


def plainly(part: bytes) -> Said | None:
    """What is read the plain way; None where something must be left to the tree."""
    try:
        return _said(PlainCells(part))
    except OtherwiseError:
        return None


def by_tree(part: bytes) -> Said:
    return _said(SheetTree("", part))


def sheets_of(path: Path) -> dict[str, bytes]:
    return {name: part for name, part in parts_of(path).items() if name.startswith("xl/worksheets/sheet")}


def test_every_sheet_of_a_master_is_read_the_plain_way(filled: Path) -> None:
    sheets = sheets_of(filled)
    assert len(sheets) > 10
    for name, part in sheets.items():
        assert plainly(part) == by_tree(part), name


def test_a_master_saved_by_openpyxl_is_read_the_plain_way(filled: Path, tmp_path: Path) -> None:
    openpyxl.load_workbook(filled).save(tmp_path / "luu.xlsx")
    for name, part in sheets_of(tmp_path / "luu.xlsx").items():
        assert plainly(part) == by_tree(part), name


@pytest.mark.office
def test_a_master_saved_by_libreoffice_is_read_the_plain_way(filled: Path, tmp_path: Path) -> None:
    for name, part in sheets_of(office.converted(filled, "xlsx", tmp_path / "luu.xlsx")).items():
        assert plainly(part) == by_tree(part), name


@pytest.fixture(scope="module")
def master(_filled_once: Path) -> Path:
    """Not to be changed."""
    return _filled_once


@pytest.fixture(scope="module")
def part(master: Path) -> bytes:
    return parts_of(master)[SHEET]


@pytest.fixture(scope="module")
def figure(part: bytes) -> bytes:
    """The XML of a typed number."""
    found = re.search(rb'<c r="[E-Z]\d+"[^<>]*><v>\d+</v></c>', part)
    assert found
    return found[0]


@settings(max_examples=600, deadline=None)
@given(content=contents | worded, kind=kinds)
@example(content=b"<v>#REF!</v>", kind=b"e")
@example(content=b"<v/>", kind=b"e")
@example(content=b"", kind=b"str")
@example(content=b'<f aca="false">A1</f><v>5</v>', kind=b"n")
@example(content=b'<f t="shared" ref="A1:A2" si="0">A1</f><v>5</v>', kind=b"")
def test_whatever_a_cell_holds_the_tree_says_the_same(content: bytes, kind: bytes, part: bytes, figure: bytes) -> None:
    cell = figure[: figure.index(b">")] + (b' t="%s"' % kind if kind else b"") + b">" + content + b"</c>"
    changed = part.replace(figure, cell, 1)
    said = plainly(changed)
    assert said is None or said == by_tree(changed)


@pytest.mark.parametrize("content", [b"<v>5</v>", b"<f>1+1</f><v>2</v>", b'<f aca="false">1</f><v>1</v>', b"<v></v>"])
def test_usual_contents_need_no_tree(content: bytes, part: bytes, figure: bytes) -> None:
    changed = part.replace(figure, figure[: figure.index(b">") + 1] + content + b"</c>", 1)
    assert plainly(changed) == by_tree(changed)


LEFT_TO_THE_TREE = sorted(set(HIDDEN) - {"a far cell", "a far row"})


@pytest.mark.parametrize("way", LEFT_TO_THE_TREE)
def test_what_could_mislead_the_search_is_left_to_the_tree(way: str, part: bytes, figure: bytes) -> None:
    changed = HIDDEN[way](re.sub(rb'(<c r="\w+")(?! s)', rb'\1 s="0"', figure))
    assert plainly(part.replace(figure, changed, 1)) is None


PIECES: tuple[tuple[bytes, tuple[bytes, ...]], ...] = (
    (rb"(?<=>)(?=<)", (b"<!-- x -->", b"<?x y?>", b" ", b"\n", b"")),
    (rb"(?=</c>)", (b"<v>6</v>", b"<f>1</f>", b"<x/>", b"</c>", b" ", b"<is><t>x</t></is>")),
    (rb"(?<=</c>)(?=<c )", (b'<c r="ZZ9"/>', b'<c r="ZZ8"><v>5</v></c>', b'<c t="n" r="ZZ8"><v>5</v></c>', b"<x/>")),
    (rb"(?=<row )", (b'<row r="99"/>', b'<row ht="9" r="98"/>', b'<row r="97"><c r="A97"><v>5</v></c></row>')),
    (rb"(?=<sheetData>)|(?<=</sheetData>)", (b"<sheetData/>", b"<sheetData></sheetData>", b"<x/>")),
)


def _mutant(part: bytes, chance: random.Random) -> bytes:
    """A piece of XML, known or odd, before, among, in or after the cells."""
    where, pieces = chance.choice(PIECES)
    place = chance.choice([found.start() for found in re.finditer(where, part)])
    return part[:place] + chance.choice(pieces) + part[place:]


@pytest.mark.parametrize("written", [b'<mergeCell  ref="A1:B2"/>', b"<mergeCell ref='A1:B2'/>", b"<!-- x -->"])
def test_merged_ranges_written_otherwise_are_left_to_the_tree(written: bytes, part: bytes) -> None:
    assert b"<mergeCell ref=" in part
    assert plainly(part.replace(b"<mergeCell ", written + b"<mergeCell ", 1)) is None


def test_mutated_sheets_are_read_alike_or_left_to_the_tree(part: bytes) -> None:
    chance, read = random.Random(31), 0
    for _ in range(MUTANTS):
        mutant = _mutant(part, chance)
        said = plainly(mutant)
        if said is None:
            continue
        try:
            told = by_tree(mutant)
        except (etree.XMLSyntaxError, ValueError):
            continue  # Torn: no office opens it.
        read += 1
        assert said == told
    assert read > MUTANTS // 5


def test_a_cell_written_otherwise_is_read_from_the_tree_and_the_sheet_goes_on(filled: Path, tmp_path: Path) -> None:
    """One shared formula among plain cells: nothing is lost of either, and writing keeps both."""
    parts = parts_of(filled)
    cell = re.search(rb'<c r="([A-Z]+\d+)"([^<>]*)><f>[^<]*</f>(.*?)</c>', parts[SHEET])
    assert cell
    shared = b'<c r="%s"%s><f t="shared" ref="%s" si="0">1+1</f>%s</c>' % (cell[1], cell[2], cell[1], cell[3])
    path = tmp_path / "chung.xlsx"
    write_parts(path, parts | {SHEET: parts[SHEET].replace(cell[0], shared, 1)})
    book = Workbook(path)
    sheet = next(book.sheet(name) for name in book.sheet_names if book.sheet(name).part == SHEET)
    known = dict(sheet.cells())
    assert known[cell[1].decode()].formula == "?"
    before = dict(Workbook(filled).sheet(sheet.name).cells())
    assert {**known, cell[1].decode(): None} == {**before, cell[1].decode(): None}


def test_reading_and_writing_cells_make_no_tree_and_change_nothing_else(filled: Path) -> None:
    book = Workbook(filled)
    sheets = [book.sheet(name) for name in book.sheet_names]
    before = [dict(sheet.cells()) for sheet in sheets]
    place = book.sheet_names.index(sheet_names.ENTRIES)
    assert sheets[place].put("C90", "thêm")
    after = [dict(sheet.cells()) for sheet in sheets]
    assert after[place].pop("C90").value == "thêm"
    assert after == before
    old = book.package.read(sheets[place].part)
    book.commit()
    new = Workbook(filled).package.read(sheets[place].part)
    added = '<row r="90"><c r="C90" t="inlineStr"><is><t>thêm</t></is></c></row>'.encode()
    assert new == old.replace(b"</sheetData>", added + b"</sheetData>")
    assert all(isinstance(sheet._written, PlainCells) for sheet in sheets)


puts = st.none() | st.integers(-5, 10**6) | st.decimals(-100, 100, places=2) | st.text(
    "aàẹ &<>_x0041\t\n\r '\"", max_size=8
)
formulas = st.sampled_from(("", "", "", "SUM(A1:A2)", 'IF(A1<2,"a","b")&"c"'))
addresses = st.builds(lambda letters, row: f"{letters}{row}", st.sampled_from(("A", "E", "G", "Z", "AB", "XFD")),
                      st.sampled_from((1, 2, 5, 7, 8, 30, 51, 52, 53, 60)))
edits = st.lists(st.tuples(addresses, puts, formulas, st.sampled_from(("", "G7", "XFD60"))), max_size=12)
heights = st.dictionaries(st.sampled_from((1, 2, 7, 30, 60)), st.floats(10, 99).map(lambda each: round(each, 2)))


@settings(max_examples=150, deadline=None)
@given(edits=edits, heights=heights)
def test_what_is_written_into_the_text_is_what_a_tree_would_hold(
    edits: list[tuple[str, Content, str, str]], heights: dict[int, float], master: Path
) -> None:
    as_text, as_tree = Workbook(master), Workbook(master)
    sheets = [next(sheet for name in book.sheet_names if (sheet := book.sheet(name)).part == SHEET)
              for book in (as_text, as_tree)]
    assert sheets[1].tree
    for address, content, formula, style_like in edits:
        changed = {sheet.put(address, content, formula, style_like) for sheet in sheets}
        assert len(changed) == 1
    for row, points in heights.items():
        for sheet in sheets:
            sheet.grow_row(row, points)
    assert [sheet.last_row for sheet in sheets] == [sheets[0].last_row] * 2
    assert _known(sheets[0]) == _known(sheets[1])
    texts = []
    for sheet in sheets:
        sheet.flush()
        texts.append(_canonical(sheet.workbook.package.read(SHEET)))
    assert isinstance(sheets[0]._written, PlainCells)
    assert texts[0] == texts[1]
    assert _known(sheets[0]) == _known(Sheet(as_text, sheets[0].name, SHEET))


def _canonical(part: bytes) -> str:
    return str(etree.canonicalize(etree.tostring(etree.fromstring(part), encoding="unicode"), rewrite_prefixes=True))


def test_a_sheet_gets_its_first_note_as_a_tree_would(master: Path) -> None:
    as_text, as_tree = Workbook(master), Workbook(master)
    names_without = [name for name in as_text.sheet_names if as_text.sheet(name).drawing_of_notes() is None]
    assert len(names_without) > 5
    for name in names_without:
        assert as_tree.sheet(name).tree
        for book in (as_text, as_tree):
            book.sheet(name).link_drawing_of_notes("rId7")
            book.flush()
        sheet = as_text.sheet(name)
        assert isinstance(sheet._written, PlainCells)
        assert sheet.drawing_of_notes() == "rId7"
        assert _canonical(as_text.package.read(sheet.part)) == _canonical(as_tree.package.read(sheet.part))


@pytest.mark.parametrize("inner", [True, False])
def test_the_first_note_stands_before_what_must_follow_it(master: Path, inner: bool) -> None:
    book = Workbook(master)
    sheet = next(sheet for name in book.sheet_names if (sheet := book.sheet(name)).drawing_of_notes() is None)
    end = b"<conditionalFormatting><extLst/></conditionalFormatting>" if inner else b"<tableParts/><extLst/>"
    book.package.write(sheet.part, book.package.read(sheet.part).replace(b"</worksheet>", end + b"</worksheet>"))
    sheet = Sheet(book, sheet.name, sheet.part)
    assert sheet.put("C90", "thêm")
    sheet.link_drawing_of_notes("rId7")
    sheet.flush()
    root = etree.fromstring(book.package.read(sheet.part))
    tags = [etree.QName(node).localname for node in root]
    assert tags[-2:] == ["conditionalFormatting", "legacyDrawing"] if inner else tags[-3:] == [
        "legacyDrawing", "tableParts", "extLst"
    ]
    assert Sheet(book, sheet.name, sheet.part).cell("C90").value == "thêm"


def _known(sheet: Sheet) -> dict[str, Cell]:
    return dict(sorted(sheet.cells()))


def test_puts_are_kept_when_a_tree_becomes_needed(filled: Path) -> None:
    book = Workbook(filled)
    sheet = book.sheet(sheet_names.ENTRIES)
    assert sheet.put("C90", "thêm")
    sheet.grow_row(90, 40)
    sheet.show_column(1)
    assert sheet._written is sheet.tree
    assert sheet.cell("C90").value == "thêm"
    book.commit()
    written = Workbook(filled).sheet(sheet_names.ENTRIES)
    assert written.cell("C90").value == "thêm"
    assert (written.tree.row(90) or {}).get("ht") == "40"
