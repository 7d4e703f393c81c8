"""Tables that other people made: columns by their headings, lines by number, label and place, nothing dropped."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document as Word
from openpyxl import Workbook
from report_sample import ROOT, sample

from cchc_xl import sheet_names
from cchc_xl.master.master_book import open_master
from cchc_xl.reconcile.appendix_lines import Appendix
from cchc_xl.reconcile.appendix_table import read_tables
from cchc_xl.reconcile.foreign_table import Role, role_of, table_of_texts
from cchc_xl.verbs.recalc import compute, recalc
from cchc_xl.verbs.reconcile import appendix_of, import_figures, tables_in

PRINTED = ROOT / "tests/golden/phu_luc_2.csv"
RECEIVED = "Số hồ sơ TTHC do UBND cấp huyện tiếp nhận"
RESOLVED = "Số hồ sơ TTHC do UBND cấp huyện giải quyết và trả kết quả"
BY_WARDS = "Số hồ sơ TTHC do UBND cấp xã tiếp nhận"
SECTION = ("III", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH")
HEAD = ("STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Ghi chú")


def read(*rows: Sequence[str]) -> Appendix:
    return read_tables([table_of_texts("bảng 1", rows)], sample().form)


def values(appendix: Appendix) -> dict[str, object]:
    return {line.code: line.value for line in appendix.lines}


@pytest.mark.parametrize(("path", "role"), [
    (("Số liệu",), Role.FIGURE), (("Kết quả thống kê", "Số liệu"), Role.FIGURE), (("Thực hiện",), Role.FIGURE),
    (("Kỳ này",), Role.FIGURE), (("Năm 2021",), Role.FIGURE), (("Kết quả năm 2021",), Role.FIGURE),
    (("Kỳ trước",), Role.OTHER_PERIOD), (("Kỳ trước", "Thực hiện"), Role.OTHER_PERIOD),
    (("Năm 2020",), Role.OTHER_PERIOD), (("Thực hiện cùng kỳ",), Role.OTHER_PERIOD),
    (("Quý IV/2021",), Role.OTHER_PERIOD),
    (("Kế hoạch",), Role.PLAN), (("Kế hoạch năm 2021",), Role.PLAN), (("Chỉ tiêu giao",), Role.PLAN),
    (("Lũy kế từ đầu năm",), Role.CUMULATIVE), (("Luỹ kế",), Role.CUMULATIVE),
    (("So với cùng kỳ (%)",), Role.OTHER_PERIOD), (("Tỷ lệ đạt",), Role.RATE), (("% so với kế hoạch",), Role.RATE),
    (("Ghi chú",), Role.NOTE), (("ĐVT",), Role.UNIT), (("Kết quả thống kê", "Đơn vị tính"), Role.UNIT),
    (("TT",), Role.NUMBER), (("Nội dung",), Role.LABEL), (("Họ tên",), None),
])
def test_a_column_is_what_its_headings_say(path: tuple[str, ...], role: Role | None) -> None:
    assert role_of(path, sample().form.period) is role


@pytest.mark.parametrize("head", [
    ("STT", "Chỉ tiêu", "Đơn vị tính", "Kỳ trước", "Số liệu"),
    ("STT", "Chỉ tiêu", "Đơn vị tính", "Kế hoạch", "Thực hiện"),
    ("TT", "Nội dung", "ĐVT", "Năm 2020", "Năm 2021"),
    ("TT", "Nội dung", "ĐVT", "Lũy kế", "Kỳ này"),
    ("TT", "Nội dung", "ĐVT", "Cùng kỳ năm trước", "Kết quả thống kê"),
])
def test_only_the_column_of_this_period_is_read(head: tuple[str, ...]) -> None:
    assert values(read(head, SECTION, ("6.1", RECEIVED, "Hồ sơ", "9.111", "10.248"))) == {"III.6.1": Decimal(10248)}


@pytest.mark.parametrize("head", [
    ("STT", "Chỉ tiêu", "Đơn vị tính", "Kỳ trước", "Kế hoạch"),
    ("STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Kết quả"),
    ("STT", "Chỉ tiêu", "Đơn vị tính", "Kỳ trước", "Lũy kế"),
])
def test_a_table_without_a_clear_column_is_refused_with_its_headings(head: tuple[str, ...]) -> None:
    found = read(head, SECTION, ("6.1", RECEIVED, "Hồ sơ", "9.111", "10.248"))
    assert found.lines == ()
    assert f"“{head[3]}”; “{head[4]}”" in found.unread[0].reason
    assert "III.6.1" in found.unread[0].reason


@pytest.mark.parametrize("section", [
    SECTION, ("III. CẢI CÁCH THỦ TỤC HÀNH CHÍNH",), ("", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH", "", "", ""),
    ("III", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH", " ", " ", " "), ("", "III. CẢI CÁCH THỦ TỤC HÀNH CHÍNH"),
])
def test_a_section_heading_stands_in_any_number_of_cells(section: tuple[str, ...]) -> None:
    assert values(read(HEAD, section, ("6.1", RECEIVED, "Hồ sơ", "10.248"))) == {"III.6.1": Decimal(10248)}


def test_headings_on_two_levels_merged_or_not() -> None:
    rows = (
        ("STT", "Chỉ tiêu thống kê", "Kết quả thống kê", "", "Ghi chú"), ("", "", "Đơn vị tính", "Số liệu", ""),
        ("(1)", "(2)", "(3)", "(4)", "(5)"), SECTION, ("", RECEIVED, "Hồ sơ", "10.248"),
    )
    assert values(read(*rows)) == {"III.6.1": Decimal(10248)}
    assert values(read(rows[0], *rows[3:])) == {"III.6.1": Decimal(10248)}


def test_a_period_above_its_columns_tells_which_are_meant() -> None:
    rows = (
        ("TT", "Chỉ tiêu", "Kỳ trước", "", "Kỳ này", ""), ("", "", "Kế hoạch", "Thực hiện", "Kế hoạch", "Thực hiện"),
        SECTION, ("", RECEIVED, "1", "2", "3", "10.248"),
    )
    assert values(read(*rows)) == {"III.6.1": Decimal(10248)}


def test_lines_without_a_number_are_told_by_label_and_place() -> None:
    found = read(HEAD, SECTION, ("6", "Kết quả giải quyết TTHC"), ("", RECEIVED, "Hồ sơ", "10.248"),
                 ("", RESOLVED, "Hồ sơ", "10.247"), ("", BY_WARDS, "Hồ sơ", "34.780"))
    assert values(found) == {"III.6.1": Decimal(10248), "III.6.2": Decimal(10247), "III.6.6": Decimal(34780)}


def test_a_table_goes_on_on_the_next_page_without_headings() -> None:
    first = table_of_texts("bảng 1", [HEAD, SECTION, ("6.1", RECEIVED, "Hồ sơ", "10.248", "")])
    second = table_of_texts("bảng 2", [("6.6", BY_WARDS, "Hồ sơ", "34.870", "")])
    assert set(values(read_tables([first, second], sample().form))) == {"III.6.1", "III.6.6"}


@pytest.mark.parametrize(("typed", "value"), [("10.248 hồ sơ", Decimal(10248)), ("10248", Decimal(10248))])
def test_a_value_is_read_by_the_grammar_of_numbers(typed: str, value: Decimal) -> None:
    assert values(read(HEAD, SECTION, ("6.1", RECEIVED, "Hồ sơ", typed))) == {"III.6.1": value}


@pytest.mark.parametrize("typed", ["10 248", "10.248\n10.243", "10,248", "khoảng 10.000 - 11.000"])
def test_a_value_that_is_none_is_listed_with_its_place(typed: str) -> None:
    found = read(HEAD, SECTION, ("6.1", RECEIVED, "Hồ sơ", typed))
    assert found.lines == ()
    assert [each.where for each in found.unread] == ["bảng 1, dòng 3"]
    assert "III.6.1" in found.unread[0].label


def test_a_number_that_the_indicator_cannot_have_is_compared_and_never_written(empty: Path, tmp_path: Path) -> None:
    yes_no = next(row for row in sample().form.by_code.values() if row.code == "III.1")
    rows = [HEAD, SECTION, ("1", yes_no.label, yes_no.unit, "7")]
    assert values(read(*rows)) == {"III.1": Decimal(7)}
    (tmp_path / "bang.csv").write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    imported = import_figures(empty, tmp_path / "bang.csv")
    assert [(entry.found.code, entry.cell) for entry in imported.entries] == [("III.1", None)]


def test_a_line_that_the_form_does_not_have_is_listed() -> None:
    found = read(HEAD, SECTION, ("6.1", RECEIVED, "Hồ sơ", "10.248"), ("9", "Số cuộc đá bóng", "Cuộc", "17"))
    assert [(each.label, each.raw) for each in found.unread] == [("Số cuộc đá bóng", "17")]


@pytest.mark.parametrize(("label", "other"), [
    (RECEIVED, "Số hồ sơ TTHC do UBND cấp tỉnh tiếp nhận"),
    (RECEIVED, "Số hồ sơ TTHC do UBND cấp huyện chưa tiếp nhận"),
    (RESOLVED, "Số hồ sơ TTHC do UBND cấp huyện giải quyết và chưa trả kết quả"),
])
def test_a_line_that_says_something_else_is_not_taken_for_its_likeness(label: str, other: str) -> None:
    """Whatever number it has: a level or a negation changes what is counted."""
    code = next(iter(values(read(HEAD, SECTION, ("", label, "Hồ sơ", "7")))))
    found = read(HEAD, SECTION, ("", BY_WARDS, "Hồ sơ", "3"), (code.partition(".")[2], other, "Hồ sơ", "7"))
    assert set(values(found)) == set(values(read(HEAD, SECTION, ("", BY_WARDS, "Hồ sơ", "3"))))
    assert "gần giống" in found.unread[0].reason


def test_an_abbreviation_says_the_same() -> None:
    long = RECEIVED.replace("TTHC", "thủ tục hành chính").replace("UBND", "Ủy ban nhân dân")
    said, short = (values(read(HEAD, SECTION, ("", label, "Hồ sơ", "7"))) for label in (long, RECEIVED))
    assert said == short


def test_two_lines_for_one_indicator_are_both_kept() -> None:
    found = read(HEAD, SECTION, ("6.1", RECEIVED, "Hồ sơ", "10.248"), ("6.1", RECEIVED, "Hồ sơ", "10.122"))
    assert [line.value for line in found.by_code["III.6.1"]] == [Decimal(10248), Decimal(10122)]


def test_the_same_label_in_two_sections_is_not_guessed() -> None:
    rows = [row.label for row in sample().form.indicators()]
    twice = next(label for label in rows if rows.count(label) > 1)
    found = read(HEAD, ("", twice, "", "5", ""))
    assert (found.lines, [each.label for each in found.unread]) == ((), [twice])


def printed_rows() -> Iterable[list[str]]:
    """The printed appendix as the form prints it: lines below a group have no number."""
    with PRINTED.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            number = "" if row["row"] else row["group"] or row["section"]
            yield [number, row["label"], row["unit"], row["value_as_printed"], row["note"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_as_text_of_any_delimiter_and_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "bang.csv"
    texts = [[*HEAD], *printed_rows()]
    with path.open("w", encoding=encoding, errors="replace", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(_decomposed(texts) if encoding == "cp1258" else texts)
    read, printed = (appendix_of(tables_in(each), sample().form) for each in (path, PRINTED))
    assert len(read.lines) == len(printed.lines)


def _decomposed(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Letters with their tone marks apart, as the old code page of Windows stores them."""
    import unicodedata

    def letters(text: str) -> str:
        spread = (unicodedata.normalize("NFD", letter) for letter in unicodedata.normalize("NFC", text))
        return "".join(unicodedata.normalize("NFC", each[:-1]) + each[-1] if len(each) > 1 and each[-1] in TONES
                       else unicodedata.normalize("NFC", each) for each in map(_tone_last, spread))
    return [[letters(text) for text in row] for row in rows]


TONES = "\u0300\u0301\u0303\u0309\u0323"


def _tone_last(spread: str) -> str:
    return "".join(sorted(spread, key=lambda mark: mark in TONES))


def test_every_line_of_the_printed_shape_finds_its_indicator() -> None:
    with PRINTED.open(encoding="utf-8-sig", newline="") as stream:
        codes = [".".join(filter(None, (row["section"], row["group"], row["row"]))) for row in csv.DictReader(stream)]
    found = read(HEAD, *printed_rows())
    assert len(found.lines) == sum(code in sample().form.by_code for code in codes)
    assert all(codes[int(line.where.rsplit(" ", 1)[1]) - 2] == line.code for line in found.lines)


def test_sheets_with_merged_and_shifted_cells_are_read(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (HEAD, SECTION, ("6.1", RECEIVED, "Hồ sơ", 10248)):
        sheet.append((None, *row))
    sheet.merge_cells("C2:F2")
    book.save(tmp_path / "bang.xlsx")
    found = appendix_of(tables_in(tmp_path / "bang.xlsx"), sample().form)
    assert [(line.code, line.value, line.where) for line in found.lines] == [
        ("III.6.1", Decimal(10248), "Sheet!E3"),
    ]


def test_a_word_table_with_merged_cells_is_read(tmp_path: Path) -> None:
    document = Word()
    table = document.add_table(rows=4, cols=5)
    for row, texts in enumerate((HEAD, SECTION, ("6", RECEIVED, "Hồ sơ", "10.248"), ("", RESOLVED, "Hồ sơ", "10.247"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(1, 4))
    table.cell(2, 0).merge(table.cell(3, 0))
    document.save(str(tmp_path / "bang.docx"))
    assert set(values(appendix_of(tables_in(tmp_path / "bang.docx"), sample().form))) == {"III.6.1", "III.6.2"}


def test_a_figure_of_the_whole_never_goes_into_a_ward(empty: Path) -> None:
    imported = import_figures(empty, PRINTED)
    master = open_master(empty)
    for entry in imported.written:
        assert entry.cell is not None
        several = len(master.form.reporters(master.form.by_code[entry.found.code])) > 1
        assert (entry.cell.sheet == sheet_names.SHARED) is several
        assert entry.unit == (sheet_names.SHARED if several else entry.unit)
    assert any(entry.cell and entry.cell.sheet == sheet_names.SHARED for entry in imported.written)


def test_the_figure_of_the_whole_counts_while_units_are_blank_and_asks_nobody(empty: Path) -> None:
    import_figures(empty, PRINTED)
    computed = recalc(empty, datetime(2026, 1, 1)).computed
    assert computed.figures["III.6.6"].value == Decimal(34870)
    assert not [each for each in computed.findings if each.indicator == "III.6.6"]


@pytest.mark.parametrize(("last", "told"), [(Decimal(870), []), (Decimal(780), ["34780"])])
def test_the_units_are_held_against_the_figure_of_the_whole(empty: Path, last: Decimal, told: list[str]) -> None:
    import_figures(empty, PRINTED)
    master = open_master(empty)
    grid = master.grids["III"]
    units = master.form.reporters(master.form.by_code["III.6.6"])
    for unit in units:
        value = {units[0]: Decimal(34000), units[-1]: last}.get(unit, Decimal(0))
        master.workbook.sheet(grid.sheet).put(grid.address("III.6.6", unit.id), value)
    master.workbook.commit()
    computed = compute(empty)
    found = [each.suggestion for each in computed.findings if each.rule == "shared_differs"]
    assert (computed.figures["III.6.6"].value, found) == (34000 + last, told)


def test_a_table_of_nothing_known_says_so_and_is_no_success(
    empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cchc_xl.cli.report_verbs import import_report as run

    (tmp_path / "la.csv").write_text("A;B;C\n1;2;3\n", encoding="utf-8")
    before = empty.read_bytes()
    assert run(empty, tmp_path / "la.csv") == 2
    assert "Không nhận ra số liệu nào" in capsys.readouterr().out
    assert empty.read_bytes() == before


def test_a_text_of_nothing_known_is_not_reconciled(
    empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cchc_xl.cli.report_verbs import reconcile as run

    (tmp_path / "tho.txt").write_text("Mùa xuân đã về trên quê hương.\n", encoding="utf-8")
    assert run(empty, tmp_path / "tho.txt") == 2
    assert "chưa đối chiếu được gì" in capsys.readouterr().out


def test_a_master_that_lacks_figures_accuses_no_right_sentence(empty: Path) -> None:
    from cchc_xl.reconcile import reconcile_rules
    from cchc_xl.verbs.reconcile import reconcile

    audit = reconcile(empty, ROOT / "tests/golden/bao_cao_2021.txt")
    assert not [
        fault
        for fault in audit.faults
        if fault.rule in (reconcile_rules.UNIT, reconcile_rules.FIGURE, reconcile_rules.REPEATED)
    ]


def test_the_text_is_held_against_the_table_that_an_empty_master_was_filled_from(empty: Path) -> None:
    from cchc_xl.reconcile import reconcile_rules
    from cchc_xl.verbs.reconcile import reconcile

    import_figures(empty, PRINTED)
    audit = reconcile(empty, ROOT / "tests/golden/bao_cao_2021.txt")
    found = {
        (fault.code, fault.stated, fault.expected) for fault in audit.faults if fault.rule is reconcile_rules.FIGURE
    }
    assert found == {
        ("I.2.3", "02", "0"), ("II.1", "11", "8"), ("III.6.1", "10.122", "10.248"), ("III.6.3a", "10.117", "10.243"),
        ("IV.1.4", "02", "0"), ("V.5.2", "05", "0"), ("VI.2", "23", "24"),
    }
