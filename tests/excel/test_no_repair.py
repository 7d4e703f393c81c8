"""What makes Excel and Word offer to repair a file although its schema is kept: each rule, and a fault that it sees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from cchc_xl.excel.addresses import position
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.excel.sheet_xml import CELL, FORMULA, VALUE, M
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.macros.build_macros import add_macros
from cchc_xl.schema import Form
from cchc_xl.submissions.unit_form.build_form import new_forms
from cchc_xl.verbs.report import export
from cchc_xl.word.word_xml import name

Element = etree._Element
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
LITERAL = re.compile(r'"((?:[^"]|"")*)"')
LONGEST = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def letters(text: str | None) -> int:
    """As Excel counts them."""
    return len((text or "").encode("utf-16-le")) // 2


def repeated(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def box(area: str) -> tuple[int, int, int, int]:
    first, _, last = area.replace("$", "").partition(":")
    return *position(first), *position(last or first)


def overlapping(areas: Iterable[str]) -> list[tuple[str, str]]:
    boxes = sorted((box(area), area) for area in areas)
    return [
        (first, second) for (a, first), (b, second) in combinations(boxes, 2)
        if not (a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1])
    ]


Rule = Callable[[Workbook, Element], Iterable[object]]


def rows_in_order(_: Workbook, sheet: Element) -> Iterator[object]:
    rows = [int(row.get("r", 0)) for row in sheet.iter(f"{M}row")]
    yield from (pair for pair in pairwise(rows) if pair[0] >= pair[1])
    for row in sheet.iter(f"{M}row"):
        columns = [position(cell.get("r", "")) for cell in row]
        yield from (pair for pair in pairwise(columns) if pair[0] >= pair[1])
        yield from (place for place in columns if place[0] != int(row.get("r", 0)))


def tall_rows(_: Workbook, sheet: Element) -> Iterable[object]:
    return [row.get("r") for row in sheet.iter(f"{M}row") if float(row.get("ht", 0)) > 409.5]


def columns(_: Workbook, sheet: Element) -> Iterator[object]:
    told = [(int(col.get("min", 0)), int(col.get("max", 0))) for col in sheet.iter(f"{M}col")]
    yield from (pair for pair in pairwise(told) if pair[1][0] <= pair[0][1])
    yield from (col.get("width") for col in sheet.iter(f"{M}col") if float(col.get("width", 9)) > 255)


def cell_styles(book: Workbook, sheet: Element) -> Iterable[object]:
    table = book.package.tree("xl/styles.xml").find(f"{M}cellXfs")
    assert table is not None
    return [cell.get("r") for cell in sheet.iter(CELL) if int(cell.get("s", 0)) >= len(table)]


def colour_styles(book: Workbook, sheet: Element) -> Iterable[object]:
    table = book.package.tree("xl/styles.xml").find(f"{M}dxfs")
    known = 0 if table is None else len(table)
    return [rule.get("dxfId") for rule in sheet.iter(f"{M}cfRule") if int(rule.get("dxfId", -1)) >= known]


def cell_values(_: Workbook, sheet: Element) -> Iterator[object]:
    for cell in sheet.iter(CELL):
        value, kind = cell.findtext(VALUE), cell.get("t", "n")
        if kind == "n" and value and not re.fullmatch(r"-?[\d.]+(E[-+]?\d+)?", value):
            yield cell.get("r"), value
        for text in cell.iter(f"{M}t"):
            lost = text.text and text.text != text.text.strip() and text.get(SPACE) != "preserve"
            if lost or letters(text.text) > 32_767:
                yield cell.get("r"), text.text


def formulas(_: Workbook, sheet: Element) -> Iterator[object]:
    for cell in sheet.iter(CELL):
        formula = cell.findtext(FORMULA) or ""
        if len(formula) > 8192 or any(letters(text) > 255 for text in LITERAL.findall(formula)):
            yield cell.get("r")


def merged(_: Workbook, sheet: Element) -> Iterable[object]:
    areas = [cell.get("ref", "") for cell in sheet.iter(f"{M}mergeCell")]
    return [*(area for area in areas if ":" not in area), *overlapping(areas)]


def validations(_: Workbook, sheet: Element) -> Iterator[object]:
    told = list(sheet.iter(f"{M}dataValidation"))
    for each in told:
        yield from ((key, each.get("sqref")) for key, most in LONGEST.items() if letters(each.get(key)) > most)
        said = "".join(map(str, each.itertext()))
        texts = [said] if each.get("type") == "list" else LITERAL.findall(said)
        yield from (each.get("sqref") for text in texts if letters(text) > 255)
    yield from overlapping(area for each in told for area in each.get("sqref", "").split())


def counts(_: Workbook, sheet: Element) -> Iterable[object]:
    told = [node for tag in ("mergeCells", "dataValidations") for node in sheet.iter(f"{M}{tag}")]
    return [node.tag for node in told if not len(node) or int(node.get("count", len(node))) != len(node)]


def headers(_: Workbook, sheet: Element) -> Iterable[object]:
    return [text for node in sheet.iter(f"{M}headerFooter") for text in node.itertext() if letters(str(text)) > 255]


RULES: dict[Rule, tuple[bytes, bytes]] = {
    rows_in_order: (rb'<row r="7"', b'<row r="3"'),
    tall_rows: (rb' ht="[\d.]+"', b' ht="500"'),
    columns: (rb'<col ([^>]*)min="2"', rb'<col \1min="1"'),
    cell_styles: (rb'(<c r="B7"[^>]*) s="\d+"', rb'\1 s="9999"'),
    colour_styles: (rb'dxfId="\d+"', b'dxfId="999"'),
    cell_values: (rb"<t>", b"<t> "),
    formulas: (rb"<f>", b'<f>"' + b"x" * 256 + b'"&amp;'),
    merged: (rb'<mergeCell ref="B\d+:', b'<mergeCell ref="A1:'),
    validations: (rb'promptTitle="', b'promptTitle="' + b"x" * 32),
    counts: (rb'<dataValidations count="\d+"', b'<dataValidations count="1"'),
    headers: (rb"<oddFooter>", b"<oddFooter>" + b"x" * 256),
}
"""Each with a change to a sheet of a form that it must see."""


def faults(book: Workbook) -> list[tuple[str, str, object]]:
    sheets = [(tab, book.package.tree(book.part_of(tab))) for tab in book.sheet_names]
    return [(rule.__name__, tab, found) for rule in RULES for tab, sheet in sheets for found in rule(book, sheet)]


def of_the_book(book: Workbook) -> Iterator[object]:
    """Names of sheets and ranges, the sheet in front, parts of the style sheet, notes and their drawings."""
    root, styles = book.package.tree("xl/workbook.xml"), book.package.tree("xl/styles.xml")
    names = book.sheet_names
    yield from repeated(each.casefold() for each in names)
    yield from (each for each in names if letters(each) > 31 or re.search(r"[\[\]:*?/\\]|^'|'$", each))
    view = next(root.iter(f"{M}workbookView"))
    yield from (names[int(view.get(key, 0))] for key in ("activeTab", "firstSheet")
                if names[int(view.get(key, 0))] in book.hidden_sheets)
    ranges = list(root.iter(f"{M}definedName"))
    yield from repeated((each.get("name", "").casefold(), each.get("localSheetId")) for each in ranges)
    yield from (each.text for each in ranges if "#REF!" in (each.text or ""))
    yield from (table.tag for table in styles if table.get("count") and int(table.get("count", 0)) != len(table))
    yield from repeated(style.get("name") for style in styles.iter(f"{M}cellStyle"))
    own = {int(each.get("numFmtId", 0)) for each in styles.iter(f"{M}numFmt")}
    used = {int(each.get("numFmtId", 0)) for each in styles.iterfind(f"{M}cellXfs/{M}xf")}
    yield from (number for number in used - own if number >= 164)
    for tab in names:
        notes = book.sheet(tab).notes()
        drawing = book.package.relationships(book.part_of(tab)).target("vmlDrawing") if notes else None
        drawn = book.package.read(drawing).decode() if drawing else ""
        places = zip(re.findall(r"<x:Row>(\d+)<", drawn), re.findall(r"<x:Column>(\d+)<", drawn), strict=True)
        if {(int(row) + 1, int(column) + 1) for row, column in places} != set(map(position, notes)):
            yield tab, "notes"


@pytest.fixture(scope="module")
def unit_form(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    new_forms(form, {form.units[0]: (target := tmp_path_factory.mktemp("bieu") / "x.xlsx")})
    return target


def test_excel_repairs_neither_a_recalculated_book_nor_a_form(filled: Path, unit_form: Path, tmp_path: Path) -> None:
    add_macros(filled, tmp_path / "so.xlsm")
    for path in (tmp_path / "so.xlsm", unit_form):
        book = Workbook(path)
        assert faults(book) == []
        assert list(of_the_book(book)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_sees_its_fault(rule: Rule, unit_form: Path) -> None:
    book = Workbook(unit_form)
    part = book.part_of(book.sheet_names[0])
    old, new = RULES[rule]
    changed, count = re.subn(old, new, book.package.read(part), count=1)
    assert count
    assert list(rule(book, etree.fromstring(changed)))


def word_faults(package: Package) -> Iterator[object]:
    """Ids, references, styles and cells of a report."""
    document = package.tree("word/document.xml")
    styles = {each.get(name("styleId")) for each in package.tree("word/styles.xml").iter(name("style"))}
    parts = [package.tree(each) for each in package.names if re.fullmatch(r"word/\w+\.xml", each)]
    for part in parts:
        used = {each.get(name("val")) for each in part.iter(*map(name, ("pStyle", "rStyle", "tblStyle")))}
        yield from used - styles
        yield from ("a cell without a paragraph" for cell in part.iter(name("tc")) if cell[-1].tag != name("p"))
    controls = list(document.iter(name("sdtPr")))
    numbers = [each.get(name("val"), "") for control in controls for each in control.iter(name("id"))]
    yield from [*repeated(numbers), *(number for number in numbers if abs(int(number)) > 2**31 - 1)]
    told = (each.get(name("val")) for control in controls for each in control.iter(name("tag"), name("alias")))
    yield from (each for each in told if letters(each) > 64)
    yield from ("an empty control" for each in document.iter(name("sdtContent")) if not len(each))
    yield from repeated(each.get("id") for each in document.iter(f"{WP}docPr"))
    for kind in ("footnote", "comment"):
        own = [part for part in parts if part.tag == name(f"{kind}s")]
        there = [each.get(name("id")) for part in own for each in part.iter(name(kind))]
        asked = {each.get(name("id")) for each in document.iter(name(f"{kind}Reference"))}
        yield from [*repeated(there), *(asked - set(there))]
    ends = [[each.get(name("id")) for each in document.iter(name(f"commentRange{end}"))] for end in ("Start", "End")]
    yield from set(ends[0]) ^ set(ends[1])
    for table in document.iter(name("tbl")):
        grid = table.find(name("tblGrid"))
        wide = 0 if grid is None else len(grid)
        yield from (f"a row of other columns than {wide}" for row in table.iterfind(name("tr")) if spans(row) != wide)


def spans(row: Element) -> int:
    """How many columns the cells of a row take."""
    told = (cell.find(f"{name('tcPr')}/{name('gridSpan')}") for cell in row.iterfind(name("tc")))
    return sum(1 if each is None else int(each.get(name("val"), 1)) for each in told)


def test_word_repairs_neither_a_report_nor_its_review_copy(filled: Path, tmp_path: Path) -> None:
    export(filled, tmp_path / "bao_cao.docx")
    export(filled, tmp_path / "soat.docx", previous=tmp_path / "bao_cao.docx")
    for report in ("bao_cao.docx", "soat.docx"):
        assert list(word_faults(Package(tmp_path / report))) == []
    package = Package(tmp_path / "soat.docx")
    for old, new in ((rb'w:styleId="BangSo"', b'w:styleId="Khac"'), (rb'<w:id w:val="2"/>', b'<w:id w:val="1"/>')):
        part = "word/styles.xml" if b"styleId" in old else "word/document.xml"
        before = package.read(part)
        package.write(part, before.replace(old, new, 1))
        assert list(word_faults(package))
        package.write(part, before)
