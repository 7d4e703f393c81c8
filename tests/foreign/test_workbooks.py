"""Workbooks as other programs and people leave them: masters, forms of units and tables are read alike."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from forms_support import filled_form, wards
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from report_sample import sample

from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import main_part
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.master_book import open_master
from cchc_xl.office import is_installed
from cchc_xl.schema import Form
from cchc_xl.submissions.form_layout import VALUE, plan_form
from cchc_xl.submissions.intake.container_check import as_usual
from cchc_xl.verbs.check import examine
from cchc_xl.verbs.recalc import compute, recalc
from cchc_xl.verbs.reconcile import appendix_of, tables_in
from tests.kept_office import converted

Change = Callable[[str, bytes], tuple[str, bytes]]
TABLE = [
    ("STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Ghi chú"),
    ("III", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH"),
    ("6.1", "Số hồ sơ TTHC do UBND cấp huyện tiếp nhận", "Hồ sơ", 10248),
    ("6.6", "Số hồ sơ TTHC do UBND cấp xã tiếp nhận", "Hồ sơ", 34870),
]


def rewritten(path: Path, change: Change) -> Path:
    """The file with every part changed, its name too."""
    with zipfile.ZipFile(path) as archive:
        members = [change(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def without_places(name: str, data: bytes) -> tuple[str, bytes]:
    """First cells of rows, and first rows, told by their order only."""
    if "worksheets/sheet" not in name:
        return name, data
    return name, re.sub(rb'(<row )r="1" ?', rb"\1", re.sub(rb'(<c )r="A\d+" ?', rb"\1", data))


def with_empty_styles(name: str, data: bytes) -> tuple[str, bytes]:
    return name, re.sub(rb'(<c r="[A-Z]+\d+")(?= ?/?>)', rb'\1 s=""', data) if "worksheets/sheet" in name else data


def strict(name: str, data: bytes) -> tuple[str, bytes]:
    return name, re.sub(rb"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument|drawingml)/2006/",
                        rb"http://purl.oclc.org/ooxml/\1/", data)


def on_the_web(name: str, data: bytes) -> tuple[str, bytes]:
    renamed = name.replace("xl/workbook.xml", "xl/workbook22.xml")
    renamed = renamed.replace("xl/_rels/workbook.xml.rels", "xl/_rels/workbook22.xml.rels")
    if name in ("_rels/.rels", "[Content_Types].xml"):
        data = data.replace(b"xl/workbook.xml", b"xl/workbook22.xml")
    return renamed, data


MAKERS = {"không ghi vị trí ô": without_places, "kiểu ô trống": with_empty_styles, "Strict Open XML": strict,
          "Office trên web": on_the_web}


@pytest.mark.parametrize("maker", MAKERS)
def test_a_master_of_another_maker_gives_the_same_figures(filled: Path, maker: str) -> None:
    before = compute(filled)
    rewritten(filled, MAKERS[maker])
    after = compute(filled)
    assert {code: figure.value for code, figure in after.figures.items()} == {
        code: figure.value for code, figure in before.figures.items()
    }
    assert [finding.message for finding in examine(filled).findings] == [each.message for each in before.findings]
    recalc(filled, datetime(2026, 2, 1))
    assert compute(filled).figures["III.6.1"].value == Decimal(10248)


@pytest.mark.parametrize("maker", ["kiểu ô trống", "Strict Open XML", "Office trên web"])
def test_a_form_of_another_maker_is_read(form: Form, tmp_path: Path, maker: str) -> None:
    path = filled_form(form, wards(form)[0], tmp_path / "p1.xlsx")
    before = [finding.message for finding in examine(path).findings]
    assert [finding.message for finding in examine(rewritten(path, MAKERS[maker])).findings] == before


@pytest.mark.parametrize("maker", MAKERS)
def test_a_table_of_another_maker_is_read(tmp_path: Path, maker: str) -> None:
    path = rewritten(saved(tmp_path, TABLE), MAKERS[maker])
    assert values(path) == {"III.6.1": Decimal(10248), "III.6.6": Decimal(34870)}


def saved(
    folder: Path, rows: list[tuple[object, ...]], change: Callable[[openpyxl.Workbook], object] | None = None
) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change is not None:
        change(book)
    book.save(folder / "bang.xlsx")
    return folder / "bang.xlsx"


def values(path: Path) -> dict[str, object]:
    return {line.code: line.value for line in appendix_of(tables_in(path), sample().form).lines}


def test_hidden_rows_and_sheets_are_listed_and_not_read(tmp_path: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book.active.row_dimensions[4].hidden = True
        other = book.create_sheet("Cũ")
        for row in TABLE:
            other.append(row)
        other.sheet_state = "hidden"

    found = appendix_of(tables_in(saved(tmp_path, TABLE, hide)), sample().form)
    assert [line.code for line in found.lines] == ["III.6.1"]
    assert [each.reason for each in found.unread] == ["dòng ẩn, chưa đọc", "trang tính ẩn, chưa đọc"]


def test_sheets_of_charts_are_passed_over(tmp_path: Path) -> None:
    assert values(saved(tmp_path, TABLE, lambda book: book.create_chartsheet("Biểu đồ"))) == {
        "III.6.1": Decimal(10248), "III.6.6": Decimal(34870),
    }


def struck(text: str, rest: str) -> CellRichText:
    return CellRichText([TextBlock(InlineFont(strike=True), text), rest])


def test_struck_out_letters_of_a_table_are_not_read(tmp_path: Path) -> None:
    def strike(book: openpyxl.Workbook) -> None:
        book.active["D3"] = struck("10.1", "10.248")

    assert values(saved(tmp_path, TABLE, strike))["III.6.1"] == Decimal(10248)


def test_a_day_in_the_place_of_a_number_is_listed(tmp_path: Path) -> None:
    def day(name: str, data: bytes) -> tuple[str, bytes]:
        return name, re.sub(rb'<c r="D3"[^>]*><v>10248</v>', rb'<c r="D3" t="d"><v>2021-07-07</v>', data)

    found = appendix_of(tables_in(rewritten(saved(tmp_path, TABLE), day)), sample().form)
    assert [line.code for line in found.lines] == ["III.6.6"]
    assert "07/07/2021" in found.unread[0].reason


def of_1904(name: str, data: bytes) -> tuple[str, bytes]:
    if name == "xl/workbook.xml":
        assert b"<workbookPr" in data
        data = re.sub(rb"<workbookPr(?= |/)", b'<workbookPr date1904="1"', data)
    return name, data


def test_a_day_of_a_workbook_that_counts_from_1904_is_that_day(tmp_path: Path) -> None:
    def day(name: str, data: bytes) -> tuple[str, bytes]:
        return of_1904(name, data.replace(b"<v>10248</v>", b"<v>42922</v>"))

    dated = saved(tmp_path, TABLE, lambda book: setattr(book.active["D3"], "number_format", "dd/mm/yyyy"))
    path = rewritten(dated, day)
    found = appendix_of(tables_in(path), sample().form)
    assert [line.code for line in found.lines] == ["III.6.6"]
    assert "07/07/2021" in found.unread[0].reason
    sheet = Workbook(path).sheet("Sheet")
    assert sheet.cell("D4").value == Decimal(34870)
    assert not sheet.put("D3", Decimal(44384))
    assert sheet.put("D3", Decimal(44385))
    assert sheet.cell("D3").date == date(2021, 7, 8)
    assert b"<v>42923</v>" in sheet.tree.serialised()


def test_a_master_that_counts_from_1904_is_of_the_same_period(filled: Path) -> None:
    def shifted(name: str, data: bytes) -> tuple[str, bytes]:
        return of_1904(name, re.sub(rb"<v>(4[45]\d{3})</v>", lambda found: b"<v>%d</v>" % (int(found[1]) - 1462), data))

    before = open_master(filled).form.period
    assert open_master(rewritten(filled, shifted)).form.period == before


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#CONNECT!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#N/A"])
def test_an_error_value_of_a_form_is_told_at_its_cell(form: Form, tmp_path: Path, error: str) -> None:
    unit = wards(form)[0]
    path = filled_form(form, unit, tmp_path / "p1.xlsx")
    sheet, row = next(iter(plan_form(form, unit).places.values()))
    part = f'<c r="{VALUE}{row}"'.encode()

    def spoil(name: str, data: bytes) -> tuple[str, bytes]:
        cell = re.compile(re.escape(part) + rb"[^>]*>.*?</c>")
        right = "worksheets/sheet" in name and sheet_of(path, sheet) in name
        said = part + f' t="e"><v>{error}</v></c>'.encode()
        return name, cell.sub(said, data, count=1) if right else data

    found = examine(rewritten(path, spoil)).findings
    told = [each.message for each in found for cell in each.cells if cell.cell == f"{VALUE}{row}"]
    assert any(error in each for each in told) or (error == "#N/A" and any("lỗi" in each for each in told)), found


def sheet_of(path: Path, sheet: str) -> str:
    """The part's name of a sheet, by its place among the sheets."""
    return f"sheet{openpyxl.load_workbook(path).sheetnames.index(sheet) + 1}.xml"


def test_struck_out_letters_of_a_form_are_not_read() -> None:
    run = b'<si><r><rPr><strike/><sz val="11"/></rPr><t>280</t></r><r><rPr><sz val="11"/></rPr><t>2790</t></r></si>'
    assert as_usual(run) == b'<si><r><rPr><sz val="11"/></rPr><t>2790</t></r></si>'
    kept = run.replace(b"<strike/>", b'<strike val="0"/>')
    assert as_usual(kept) == kept


def test_struck_out_letters_of_an_opendocument_form_are_not_read() -> None:
    style = (
        b'<style:style style:name="T1" style:family="text"><style:text-properties '
        b'style:text-line-through-style="solid"/></style:style><style:style style:name="T2"/>'
    )
    struck_out, right = (
        b'<text:span text:style-name="%b">%b</text:span>' % each for each in ((b"T1", b"2.80"), (b"T2", b"2.790"))
    )
    assert as_usual(style + struck_out + right) == style + right
    kept = (style + struck_out + right).replace(b'"solid"', b'"none"')
    assert as_usual(kept) == kept


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_table_of_another_spreadsheet_says_the_same(tmp_path: Path, kind: str) -> None:
    path = saved(tmp_path, TABLE, lambda book: book.active.__setitem__("D3", struck("10.1", "10.248")))
    assert values(converted(path, kind, tmp_path / f"bang.{kind}")) == values(path)


def test_what_only_bears_the_name_of_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bang.xls").write_text("<table></table>", encoding="utf-8")
    with pytest.raises(UserError, match="không phải bảng tính"):
        appendix_of(tables_in(tmp_path / "bang.xls"), sample().form)


@pytest.mark.parametrize(("relations", "part"), [
    (b'<Relationship Id="a" Type="http://x/officeDocument" Target="/xl/workbook3.xml"/>', "xl/workbook3.xml"),
    (b'<Relationship Target="xl/workbook.xml" Type="http://x/officeDocument" Id="a"/>', "xl/workbook.xml"),
    (b'<Relationship Target="docProps/app.xml" Type="http://x/extended-properties" Id="a"/>', ""), (b"", ""),
])
def test_the_main_part_is_told_by_the_relationships(relations: bytes, part: str) -> None:
    assert main_part(relations) == part
