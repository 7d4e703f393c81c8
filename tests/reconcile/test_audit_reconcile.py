"""Reports held against the workbook and against themselves: the real one of 2021 first of all."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document as Word
from openpyxl import Workbook
from report_sample import ROOT, TEMPLATE, figures_of, rendered_by, sample

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.figures import Content, Figure
from cchc_xl.office import is_installed
from cchc_xl.reconcile import reconcile_rules
from cchc_xl.reconcile.comparison import Audit, Auditor, commented_copy
from cchc_xl.reconcile.reconcile_rules import Contradiction
from cchc_xl.rule_registry import Rule
from cchc_xl.values import replace
from cchc_xl.verbs.reconcile import appendix_of, reconcile, tables_in
from cchc_xl.word.document_text import WordDocument, read_document, read_docx
from tests.kept_office import converted

PRINTED = ROOT / "tests/golden/bao_cao_2021.txt"
TABLE = ROOT / "tests/golden/phu_luc_2.csv"


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(TEMPLATE, sample(), figures_of(sample()))


@pytest.fixture(scope="module")
def real(auditor: Auditor) -> Audit:
    """The printed report against the workbook, and against its appendix as printed."""
    return auditor.audit(read_document(PRINTED), appendix_of(tables_in(TABLE), sample().form))


def pairs(audit: Audit, rule: Rule) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.stated, fault.expected) for fault in audit.faults if fault.rule is rule]


def of_text(auditor: Auditor, *paragraphs: str) -> Audit:
    return auditor.audit(WordDocument(Path("bao_cao.txt"), list(paragraphs), list(range(len(paragraphs)))))


def told(audit: Audit, rule: Rule) -> list[Contradiction]:
    return [fault for fault in audit.faults if fault.rule is rule]


def test_the_contradictions_of_the_real_report_are_found_with_both_numbers(real: Audit) -> None:
    assert pairs(real, reconcile_rules.FIGURE) == [
        ("II.1", "11", "8"),
        ("III.6.1", "10.122", "10.248"), ("III.6.3a", "10.117", "10.243"),
        ("VI.2", "23", "24"),
    ]


def test_the_text_is_held_against_the_appendix_as_printed(real: Audit) -> None:
    found = set(pairs(real, reconcile_rules.APPENDIX))
    assert {("I.2.3", "02", "0"), ("V.5.2", "05", "0"), ("II.1", "11", "8"), ("III.6.1", "10.122", "10.248")} <= found


def test_every_rate_of_the_real_report_that_follows_from_its_parts_is_confirmed(real: Audit) -> None:
    assert pairs(real, reconcile_rules.RATE) == []
    assert real.rates >= 14


def test_a_finding_quotes_its_sentence_and_says_where_both_numbers_stand(real: Audit) -> None:
    fault = next(fault for fault in real.faults if fault.code == "III.6.1" and fault.rule is reconcile_rules.FIGURE)
    assert "đã tiếp nhận 10.122 hồ sơ" in fault.quote
    assert fault.difference == "-126"
    assert "báo cáo ghi 10.122, sổ có 10.248" in fault.message


def test_seven_tasks_followed_by_six_are_noticed(real: Audit) -> None:
    assert [fault.stated for fault in told(real, reconcile_rules.LIST)] == ["7"]


def test_the_sentences_that_were_not_placed_are_told(auditor: Auditor) -> None:
    audit = of_text(auditor, "Đội bóng đá của cơ quan đã ghi 17 bàn thắng.")
    assert [(place.token.value, place.sentence) for place in audit.unplaced] == [
        (Decimal(17), "Đội bóng đá của cơ quan đã ghi 17 bàn thắng."),
    ]
    assert audit.confirmed == 0


def test_numbers_of_a_passage_that_people_wrote_are_told_too(auditor: Auditor) -> None:
    audit = of_text(auditor, "Thực hiện cắt giảm và tiết kiệm thêm 10% dự toán chi thường xuyên giao năm 2021 theo")
    assert [place.token.value for place in (*audit.unplaced, *audit.doubtful)] == [10]


def test_other_words_in_another_order_state_the_same_figure(auditor: Auditor) -> None:
    audit = of_text(
        auditor,
        "Về giải quyết hồ sơ hành chính: hồ sơ được giải quyết đúng hẹn là 10.240 hồ sơ, trên tổng số đã tiếp nhận "
        "10.248 hồ sơ, đạt tỷ lệ 99,95%.",
    )
    assert pairs(audit, reconcile_rules.FIGURE) == [("III.6.3a", "10.240", "10.243")]


@pytest.mark.parametrize(("text", "wrong"), [
    ("Thành phố đã tiếp nhận 10.248 hồ sơ, giải quyết đúng hẹn 10.243 hồ sơ, đạt tỷ lệ 99,95%.", []),
    (
        "Số hồ sơ TTHC do UBND cấp huyện tiếp nhận là 10.284 hồ sơ, giải quyết đúng hẹn 10.243 hồ sơ.",
        [("III.6.1", "10.284", "10.248")],
    ),
])
def test_a_figure_of_the_office_is_not_held_against_that_of_its_wards(
    text: str, wrong: list[tuple[str, str, str]], auditor: Auditor
) -> None:
    assert pairs(of_text(auditor, text), reconcile_rules.FIGURE) == wrong


def test_a_rate_that_does_not_follow_from_the_pair_before_it_is_found(auditor: Auditor) -> None:
    audit = of_text(auditor, "Trong năm đã kiểm tra 12/48 cơ sở may mặc, đạt 27,5% so với kế hoạch.")
    assert [(fault.stated, fault.expected, fault.difference) for fault in told(audit, reconcile_rules.RATE)] == [
        ("27,5%", "25%", "2,5"),
    ]


@pytest.mark.parametrize("shown", ["33,33%", "33,3%", "33%"])
def test_a_rate_is_right_at_the_decimals_it_is_written_with(auditor: Auditor, shown: str) -> None:
    audit = of_text(auditor, f"Trong năm đã kiểm tra 12/36 cơ sở may mặc, đạt {shown} so với kế hoạch.")
    assert (audit.faults, audit.rates) == ([], 1)


def test_a_part_is_never_all_of_its_whole(auditor: Auditor) -> None:
    audit = of_text(auditor, "Trong năm đã kiểm tra 9.999/10.000 cơ sở may mặc, đạt 100% so với kế hoạch.")
    assert [fault.rule for fault in audit.faults] == [reconcile_rules.RATE]


def test_parts_in_brackets_add_up_to_their_whole(auditor: Auditor) -> None:
    text = "Đã trồng 120 cây xanh (Phường 1: {} cây xanh; P2: 70 cây xanh)."
    assert told(of_text(auditor, text.format(50)), reconcile_rules.SUM) == []
    assert [
        (fault.stated, fault.expected) for fault in told(of_text(auditor, text.format(40)), reconcile_rules.SUM)
    ] == [
        ("120", "110"),
    ]


def test_days_that_no_calendar_has_are_found(auditor: Auditor) -> None:
    audit = of_text(auditor, "Họp ngày 31/4/2021, ngày 30 tháng 02 năm 2021 và ngày 29/02/2020.")
    assert [fault.stated for fault in told(audit, reconcile_rules.DATE)] == ["31/4/2021", "ngày 30 tháng 02 năm 2021"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Kế hoạch 06/KH-UBND ngày 20/01/2021", reconcile_rules.SPELLING),
        ("Kế hoạch số 25 /KH-UBND", reconcile_rules.SPELLING),
        ("Nghị định số 61/2018/NĐ-CP ngày 23/4/2019", reconcile_rules.CITATION),
        (
            "Tờ trình số 90/TTr-UBND ngày 01/3/2021; theo Tờ trình số 90/TTr-UBND ngày 02/3/2021",
            reconcile_rules.CITATION,
        ),
    ],
)
def test_citations_that_are_malformed_or_do_not_agree_are_found(auditor: Auditor, text: str, rule: Rule) -> None:
    assert rule in [fault.rule for fault in of_text(auditor, f"Thực hiện {text}.").faults]


def test_a_figure_told_twice_with_two_numbers_is_found() -> None:
    empty = Content(sample().form, {})
    audit = of_text(
        Auditor(TEMPLATE, empty, figures_of(empty)),
        "Trong năm 2021 đã thực hiện chuyển đổi vị trí công tác 05 trường hợp.",
        "Thực hiện định kỳ chuyển đổi vị trí công tác. Kết quả trong năm đã chuyển đổi 06 công chức.",
    )
    assert [(fault.stated, fault.expected) for fault in told(audit, reconcile_rules.REPEATED)] == [("06", "05")]


@pytest.mark.parametrize("text", [
    "Đã kiểm tra trực tiếp 03 phường và 00 phòng chuyên môn.",
    "Đã kiểm tra trực tiếp 03 phường.",
])
def test_the_thing_counted_decides_between_the_figures_of_a_sentence(auditor: Auditor, text: str) -> None:
    audit = of_text(auditor, text)
    assert ("I.2.3", 3) in {(each.slot.tag, each.place.token.value) for each in audit.stated}
    assert pairs(audit, reconcile_rules.FIGURE) == [("I.2.3", "03", "2")]
    assert told(audit, reconcile_rules.UNIT) == []


def test_a_number_that_is_not_placed_surely_is_not_accused(auditor: Auditor) -> None:
    audit = of_text(auditor, "Thành phố đã tổ chức kiểm tra trực tiếp tại 03 phường, 00 phòng chuyên môn.")
    assert (audit.faults, len(audit.unplaced)) == ([], 1)


def test_a_sentence_that_names_a_figure_as_the_form_does_is_held_against_that_figure(auditor: Auditor) -> None:
    text = "Có năm xã tổ chức. Trong năm xã đã làm. Trong quý I/2021, 10 xã đề ra 199 việc, đã xong 151 việc."
    listed = [place.written for place in of_text(auditor, text).unplaced]
    assert listed == ["năm", "10; 199; 151"]


def test_without_a_template_a_report_is_held_against_itself_and_the_names_of_figures() -> None:
    plain = Auditor(None, sample(), figures_of(sample()))
    label = sample().form.by_code["III.6.1"].label
    unknown = "Đã xử lý 10.284 hồ sơ."
    audit = of_text(plain, f"{label} là 10.284 hồ sơ.", "Nhận 120 đơn, gồm 80 đơn mới và 30 đơn cũ.", unknown)
    assert [(fault.rule.code, fault.stated) for fault in audit.faults] == [
        ("report_figure", "10.284"), ("report_sum", "120"),
    ]
    assert [place.sentence for place in audit.unplaced] == [unknown]
    assert "--template" in str(audit.appendix.unread[0])


def test_zero_in_words_is_a_number_too(auditor: Auditor) -> None:
    audit = of_text(
        auditor, "Kết quả giải quyết hồ sơ hành chính: đã tiếp nhận 10.248 hồ sơ, giải quyết hoàn trả đúng hẹn 10.243 "
        "hồ sơ đạt tỷ lệ 99,95%, không có hồ sơ trễ hẹn.",
    )
    assert [(fault.code, fault.expected) for fault in told(audit, reconcile_rules.FIGURE)] == [("TM.6.12", "5")]


def changed(figures: Mapping[str, Figure], code: str, value: int) -> dict[str, Figure]:
    return {**figures, code: replace(figures[code], value=Decimal(value))}


def test_a_word_report_is_read_with_its_appendix_and_commented(tmp_path: Path) -> None:
    content = sample()
    report, _ = rendered_by(TEMPLATE, tmp_path)
    document = read_docx(report, report)
    audit = Auditor(TEMPLATE, content, changed(figures_of(content), "IV.2.2", 90)).audit(document)
    assert pairs(audit, reconcile_rules.FIGURE) == [("IV.2.2", "88", "90")]
    assert pairs(audit, reconcile_rules.TABLE) == [("IV.2.2", "88", "90")]
    commented_copy(document, audit, tmp_path / "chu_thich.docx")
    comments = Word(str(tmp_path / "chu_thich.docx")).comments
    assert len(list(comments)) == len(audit.faults) + len(audit.unplaced) + len(audit.doubtful)


def test_a_text_report_gets_a_word_copy_with_comments(auditor: Auditor, real: Audit, tmp_path: Path) -> None:
    commented_copy(read_document(PRINTED), real, tmp_path / "ban_sao.docx")
    word = Word(str(tmp_path / "ban_sao.docx"))
    assert len(list(word.comments)) == len(real.faults) + len(real.unplaced) + len(real.doubtful)
    assert any("10.122" in paragraph.text for paragraph in word.paragraphs)


@pytest.mark.office
@pytest.mark.parametrize("kind", ["odt", "doc"])
def test_reports_of_other_kinds_are_read_through_the_office(auditor: Auditor, tmp_path: Path, kind: str) -> None:
    if not is_installed():
        pytest.skip("LibreOffice is not installed")
    report, _ = rendered_by(TEMPLATE, tmp_path)
    audit = auditor.audit(read_document(converted(report, kind, tmp_path / f"bao_cao.{kind}")))
    assert [fault for fault in audit.faults if fault.rule is not reconcile_rules.LIST] == []
    assert audit.confirmed > 100
    assert audit.confirmed_lines > 100


def test_a_file_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"không đọc được loại tệp \.png"):
        read_document(tmp_path / "bao_cao.png")


def test_the_workbook_itself_is_asked_and_its_cells_are_named(filled: Path, tmp_path: Path) -> None:
    audit = reconcile(filled, PRINTED, copy=tmp_path / "ban_sao.docx")
    fault = next(fault for fault in audit.faults if fault.code == "III.6.1")
    assert str(fault.cells[0]) in fault.message
    assert (tmp_path / "ban_sao.docx").is_file()


def test_every_line_of_the_printed_table_is_recognised() -> None:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        printed = [line for line in csv.DictReader(stream) if line["kind"] != "section" and line["value_as_printed"]]
    codes = {".".join(filter(None, (line["section"], line["group"], line["row"]))) for line in printed}
    lines = appendix_of(tables_in(TABLE), sample().form).by_code
    assert codes & set(sample().form.by_code) <= set(lines)


def test_the_verb_prints_one_object_and_says_errors_by_its_status(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cchc_xl.cli.report_verbs import reconcile as run

    assert run(filled, PRINTED, json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert {"rule", "severity", "sheet", "cell", "message", "suggestion", "quote"} <= set(said["findings"][0])
    assert said["confirmed"]["figures"] > 100




@pytest.mark.parametrize(("said", "stated"), [
    ("Ủy ban nhân dân thành phố đã tiếp nhận mười nghìn hai trăm bốn mươi tám hồ sơ.", []),
    ("Ủy ban nhân dân thành phố đã tiếp nhận mười nghìn một trăm hai mươi hai hồ sơ.",
     ["mười nghìn một trăm hai mươi hai"]),
])
def test_numbers_in_words_are_held_against_the_workbook(auditor: Auditor, said: str, stated: list[str]) -> None:
    audit = of_text(auditor, f"Kết quả giải quyết hồ sơ hành chính: {said[0].lower()}{said[1:]}")
    assert [fault.stated for fault in told(audit, reconcile_rules.FIGURE)] == stated
    assert audit.unplaced == []


def test_a_number_in_words_that_fits_no_figure_is_listed(auditor: Auditor) -> None:
    audit = of_text(auditor, "Có mười một con trâu gặm cỏ ngoài đê.")
    assert [place.paragraph.text[place.token.start:place.token.end] for place in audit.unplaced] == ["mười một"]


@pytest.mark.parametrize("text", ["Bộ phận một cửa làm việc.", "Trong năm hồ sơ đều đúng hẹn.", "Từ hai phía.",
                                  "Tính theo tỷ lệ phần trăm.", "Năm hai nghìn không trăm hai mươi mốt."])
def test_words_that_only_look_like_numbers_are_none(auditor: Auditor, text: str) -> None:
    assert of_text(auditor, text).unplaced == []


def test_headers_and_notes_are_audited_and_commented_where_the_text_refers_to_them(
    auditor: Auditor, tmp_path: Path
) -> None:
    report, _ = rendered_by(TEMPLATE, tmp_path)
    package = Package(report)
    notes = package.read("word/footnotes.xml").decode()
    package.write("word/footnotes.xml", re.sub(r"ngày \d+/\d+/(\d{4})", r"ngày 31/02/\1", notes, count=1).encode())
    header = package.read("word/header2.xml").decode()
    added = "<w:p><w:r><w:t>Đã tiếp nhận 10.122 hồ sơ, viện dẫn ngày 30/02/2021</w:t></w:r></w:p></w:hdr>"
    package.write("word/header2.xml", header.replace("</w:hdr>", added).encode())
    package.save()
    document = read_docx(report, report)
    audit = auditor.audit(document)
    assert [audit.place(fault.spot.paragraph) for fault in told(audit, reconcile_rules.DATE)] == [
        "chú thích 1",
        "đầu trang",
    ]
    commented_copy(document, audit, tmp_path / "gop_y.docx")
    comments = [comment.text for comment in Word(str(tmp_path / "gop_y.docx")).comments]
    assert any(text.startswith(("Chú thích 1, “ngày", "Chú thích 1, “31/02")) for text in comments)
    assert any(text.startswith("Đầu trang") for text in comments)


def test_a_table_in_a_workbook_is_read_like_the_printed_one(tmp_path: Path) -> None:
    book = Workbook()
    with TABLE.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            book.active.append(row)
    book.save(tmp_path / "phu_luc.xlsx")
    found = [appendix_of(tables_in(path), sample().form) for path in (tmp_path / "phu_luc.xlsx", TABLE)]
    one, other = ([(line.code, line.value) for line in each.lines] for each in found)
    assert one == other
