"""The law of the round trip: the appendix in the report is the table that the province sent, cell by cell."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from appendices import COMPOSED, Printed, answered, as_sheet, as_word, header_spans, of_sections, of_table
from books import NOW, enter
from click.testing import CliRunner

from cchc_xl.cli.command_app import app
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.drafting.draft_form import drafted_form
from cchc_xl.drafting.word_template import word_template
from cchc_xl.master.build_master import new_master
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import Entries
from cchc_xl.reconcile.foreign_table import Role, Row, role_of, tables_of_document
from cchc_xl.report.template_check import check_template
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.model_kinds import NO_PERIOD, Kind
from cchc_xl.schema.write_declaration import tables_of
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.recalc import recalc
from cchc_xl.verbs.report import export
from cchc_xl.word.document_text import read_docx
from tools.template.build_template import FRAME, FRAME_TARGET, build_template

TITLE = "SỐ LIỆU VÀ KẾT QUẢ THỰC HIỆN CÔNG TÁC CẢI CÁCH HÀNH CHÍNH NĂM 2021"
TYPED = {Kind.COUNT: "7", Kind.DECIMAL: "2,5", Kind.YES_NO: "1", Kind.RATIO: "3/4", Kind.TEXT: "Theo kế hoạch"}


def everything(form: Form) -> Entries:
    """Something in every cell that is asked."""
    return Entries(cells=[
        (unit.id, row.code, TYPED.get(row.asked) or next(iter(row.choices)))
        for row in form.indicators() if row.typed for unit in form.reporters(row)
    ])


_reports: dict[str, bytes] = {}
"""Reports of drafted forms, by the declaration: what comes from another file and says the same has the same report."""


def reported(form: Form, folder: Path, entries: Entries | None = None) -> Path:
    """The report of a filled book with the template that the form begins with, which has no mistakes.

    Without entries a draft of one, for something stands in every cell, whatever the rules say.
    """
    key = repr((tables_of(form), form.period, entries))
    if key not in _reports:
        _reports[key] = _reported(form, folder, entries).read_bytes()
    out = folder / "bao_cao.docx"
    out.write_bytes(_reports[key])
    return out


def _reported(form: Form, folder: Path, entries: Entries | None) -> Path:
    book, template, out = folder / "so.xlsx", folder / "mau.docx", folder / "bao_cao.docx"
    template.write_bytes(word_template(form))
    new_master(form, book)
    enter(book, entries or everything(form))
    recalc(book, NOW)
    computed = compute(book)
    assert check_template(template, computed.content, computed.figures) == []
    export(book, out, template=template, draft=entries is None)
    return out


def printed_rows(report: Path, heads: int) -> list[Row]:
    """The rows of the last table of a report with so many columns."""
    document = read_docx(report, report)
    return list(next(each for each in reversed(tables_of_document(document)) if each.width == heads).rows)


def own(row: Row, places: list[int]) -> list[str]:
    return ["".join(row[place].own.split()) for place in places]


def assert_headings(printed: Printed, rows: list[Row]) -> None:
    """The headings with their merges."""
    wanted = [["" for _ in printed.heads] for _ in range(printed.levels)]
    for text, level, column, _, _ in header_spans(printed.heads):
        wanted[level][column] = text
    assert [[cell.own for cell in row] for row in rows[: printed.levels]] == wanted


def assert_as_printed(printed: Printed, report: Path) -> None:
    """Headings with their merges, the number row, and every line's number, label and unit, in their order."""
    rows = printed_rows(report, len(printed.heads))
    assert_headings(printed, rows)
    body = rows[printed.levels :]
    if printed.numbers:
        assert [cell.own for cell in body[0]] == list(printed.numbers)
        body = body[1:]
    roles = [role_of(head.split("›"), NO_PERIOD) for head in printed.heads]
    places = [place for place, role in enumerate(roles) if role in (Role.NUMBER, Role.LABEL, Role.UNIT)]
    assert [own(row, places) for row in body] == [
        ["".join(row[place].split()) for place in places] for row in printed.rows
    ]


@pytest.fixture(scope="module")
def appendix(form: Form) -> Printed:
    return of_sections([section for section in form.sections if section.printed], TITLE)


@pytest.mark.parametrize("with_last", [False, True], ids=["khong_bieu_mau_truoc", "co_bieu_mau_truoc"])
def test_the_appendix_of_2021_comes_back(
    form: Form, appendix: Printed, with_last: bool, tmp_path: Path
) -> None:
    made = drafted_form(as_word(appendix, tmp_path / "phu_luc_2.docx"), form if with_last else None)
    drafted = answered(made)
    drafted = begun(drafted, period_of(drafted, "năm 2021"))
    report = reported(drafted, tmp_path, sample_entries(form) if with_last else None)
    assert_as_printed(appendix, report)
    assert TITLE in read_docx(report, report).paragraphs


@pytest.mark.parametrize("name", COMPOSED)
def test_composed_appendices_come_back(name: str, tmp_path: Path) -> None:
    printed = COMPOSED[name]()
    drafted = answered(drafted_form(as_sheet(printed, tmp_path / f"{name}.xlsx", first_column=2)))
    assert_as_printed(printed, reported(begun(drafted, period_of(drafted, "năm 2026")), tmp_path))


@pytest.mark.parametrize("name", COMPOSED)
@pytest.mark.parametrize("again", [True, False], ids=["lap_tieu_de", "khong_lap_tieu_de"])
def test_appendices_over_several_pages_come_back(name: str, again: bool, tmp_path: Path) -> None:
    printed = COMPOSED[name]()
    drafted = answered(drafted_form(as_word(printed, tmp_path / f"{name}.docx", cut=5, again=again)))
    assert_as_printed(printed, reported(begun(drafted, period_of(drafted, "năm 2026")), tmp_path))


@pytest.mark.parametrize("name", ["ii06a", "ii06b"])
@pytest.mark.parametrize("write", [as_word, as_sheet], ids=["word", "excel"])
def test_the_ministry_tables_come_back(name: str, write: object, tmp_path: Path) -> None:
    form = load_form(form_folder(name))
    printed = of_table(form, form.sections[0].tables[0], f"Biểu số II.{name[2:]}/VPCP/KSTT")
    path = write(printed, tmp_path / f"{name}.{'docx' if write is as_word else 'xlsx'}")  # type: ignore[operator]
    drafted = answered(drafted_form(path))
    assert_table(printed, reported(begun(drafted, period_of(drafted, "quý I/2026")), tmp_path))


def assert_table(printed: Printed, report: Path) -> None:
    """Headings of several levels, the number row, and number and name of every row, units' own among them."""
    rows = next(
        table.rows for table in tables_of_document(read_docx(report, report))
        if table.width == len(printed.heads) and table.rows[0][1].own == printed.heads[1]
    )
    assert_headings(printed, list(rows))
    assert [cell.own for cell in rows[printed.levels]] == list(printed.numbers)
    body = rows[printed.levels + 1 :]
    assert [own(row, [0, 1]) for row in body] == [["".join(each.split()) for each in row[:2]] for row in printed.rows]


def test_several_tables_of_one_letter_come_back(tmp_path: Path) -> None:
    document = docx.Document()
    heads = ("TT", "Tên thủ tục", "Tiếp nhận›Tổng số", "Tiếp nhận›Trực tuyến", "Đã trả", "Quá hạn")
    numbers = [f"({number})" for number in range(1, 7)]
    rows = [("I", "Cấp tỉnh", *[""] * 4), ("1", "Đất đai", *[""] * 4), ("-", "Trong đó: cấp đổi", *[""] * 4),
            ("", "Tổng cộng", *[""] * 4)]
    first = Printed("TÌNH HÌNH HỒ SƠ", heads, rows, ("Biểu số 03/NV",), numbers)
    second = Printed("SỐ LƯỢNG CÔNG CHỨC", (heads[0], "Ngạch", "Nam", "Nữ", "Dân tộc›Kinh", "Dân tộc›Khác"),
                     [("1", "Chuyên viên", *[""] * 4), ("2", "Cán sự", *[""] * 4)], ("Biểu số 04/NV",), numbers)
    listed = COMPOSED["gach_dau_dong"]()
    for printed in (first, second, listed):
        path = as_word(printed, tmp_path / "ba_bang.docx", document=document)
    drafted = answered(drafted_form(path))
    report = reported(begun(drafted, period_of(drafted, "năm 2026")), tmp_path)
    for printed in (first, second):
        assert_table(printed, report)
    assert_as_printed(listed, report)


def test_contacts_keep_the_mark_of_their_footnote(tmp_path: Path) -> None:
    heads = ("STT", "Nội dung", "Họ tên", "Chức vụ", "Trình độ chuyên môn ¹¹", "Email/điện thoại", "Ghi chú khác")
    contacts = Printed("DANH SÁCH LÃNH ĐẠO, CÔNG CHỨC PHỤ TRÁCH", heads, [
        ("1", "Lãnh đạo phụ trách", *[""] * 5), ("2", "Công chức tham mưu", *[""] * 5),
    ])
    document = docx.Document()
    as_word(contacts, tmp_path / "x.docx", document=document)
    path = as_word(COMPOSED["so_cham"](), tmp_path / "hai.docx", document=document)
    drafted = answered(drafted_form(path))
    report = reported(begun(drafted, period_of(drafted, "năm 2026")), tmp_path)
    rows = printed_rows(report, len(heads))
    assert [cell.own for cell in rows[0]] == list(heads)
    assert [own(row, [0, 1]) for row in rows[1:]] == [["1", "Lãnhđạophụtrách"], ["2", "Côngchứcthammưu"]]


def test_words_that_look_like_tags_stay_words(tmp_path: Path) -> None:
    printed = Printed("BẢNG {{ 7 * 7 }}", ("STT", "Chỉ tiêu {{ tt }}", "Đơn vị tính", "Số liệu"), [
        ("I", "Phần {% if x %}", "", ""), ("1", "Nhóm {{ khong_co }}", "", ""),
        ("1.1", "Số {{ lam }} gì", "Việc {{", ""),
    ])
    drafted = answered(drafted_form(as_word(printed, tmp_path / "the.docx")))
    report = reported(begun(drafted, period_of(drafted, "năm 2026")), tmp_path)
    assert "1.1" in [row[0].own for row in printed_rows(report, 4)]
    assert "49" not in "".join(read_docx(report, report).paragraphs)


def test_the_frame_is_what_its_source_makes() -> None:
    assert build_template(FRAME) == FRAME_TARGET.read_bytes(), "run: make template"


def test_the_command_writes_a_template_that_checks_clean(tmp_path: Path) -> None:
    out = tmp_path / "mau.docx"
    for words in (["form", "word", "2021", "--out", str(out)], ["template", "check", str(out), "--form", "2021"]):
        done = CliRunner().invoke(app, words, standalone_mode=False)
        assert (done.exception, done.return_value) == (None, 0), done.output
    text = "\n".join(read_docx(out, out).paragraphs)
    assert "{{ ty_le_ho_so_huyen_dung_hen }}" in text
    assert "| tren(" in text
    assert "| kem_cung_ky }}" in text
