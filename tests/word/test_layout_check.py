"""The layout checker: the produced report passes, and fails on a mutation of each rule."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from lxml import etree
from report_sample import ROOT, TEMPLATE, W, rendered_by, sample, text_of

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import packed
from cchc_xl.rule_registry import Finding, Severity
from cchc_xl.values import replace
from cchc_xl.word.decree30 import check_layout
from cchc_xl.word.decree30.decree_rules import PartRule, TextRule, rules
from cchc_xl.word.decree30.document_parts import DocumentParts, recognise
from cchc_xl.word.decree30.measured_document import read_word
from cchc_xl.word.decree30.places_and_wording import deviations, longest_line
from cchc_xl.word.word_xml import w
from tools.template.source_text import Span
from tools.template.template_blocks import paragraph, run

DOCUMENT, HEADER, NUMBERS = "word/document.xml", "word/header1.xml", "word/header2.xml"
FEATURES = ("co_chu", "dam", "nghieng", "in_hoa", "canh", "thut_dong", "cach_doan", "gian_dong")
KEPT_ROWS, KEPT_BODY = 4, 12
HEADING_NUMBER = re.compile(r"(?:[IVXLC]+\.|\d+\.|[a-zđ]\)) ")

TAKEN_BY_NEIGHBOURS = {"ban_hanh", "noi_dung", "trich_yeu", "quyen_han"}
"""Where one of these is empty, the paragraph next to it is taken for it."""

EXTRA = {
    "khan": ("DiaDanhNgay", "HỎA TỐC"), "can_cu": ("DoanVan", "Căn cứ Luật Tổ chức chính quyền địa phương;"),
    "phan": ("TrichYeu", "Phần I"), "nguoi_soan": ("NoiNhanDong", "PL.(300)"),
    "dia_chi": ("NoiNhanDong", "Số 93, Phường 3; ĐT: (0299) 3.822.000"),
}
"""Parts that our reports do not have, each with a style near the right look and a text."""


@dataclass
class Draft:
    """A report taken apart, to be changed and checked again."""

    parts: dict[str, bytes]
    trees: dict[str, etree._Element]
    extra: str = ""

    def tree(self, name: str = DOCUMENT) -> etree._Element:
        if name not in self.trees:
            self.trees[name] = etree.fromstring(self.parts[name])
        return self.trees[name]

    def paragraphs(self) -> list[etree._Element]:
        return list(self.tree().iter(f"{W}p"))

    def saved(self, folder: Path) -> Path:
        made = {name: etree.tostring(tree) for name, tree in self.trees.items()}
        target = folder / "bao_cao.docx"
        target.write_bytes(packed({**self.parts, **made}))
        return target

    def faults(self) -> list[Finding]:
        with TemporaryDirectory() as folder:
            return check_layout(self.saved(Path(folder)))

    def recognised(self) -> DocumentParts:
        with TemporaryDirectory() as folder:
            return recognise(read_word(self.saved(Path(folder))))

    def element(self, part: str) -> etree._Element:
        """The first paragraph of a part."""
        if part == "so_trang":
            return next(self.tree(NUMBERS).iter(f"{W}p"))
        return self.paragraphs()[self.numbers(part)[0] - 1]

    def numbers(self, part: str) -> list[int]:
        """The places of a part's paragraphs, before anything was changed."""
        return [found.number for found in _known(self.extra).of(part)]


@lru_cache(maxsize=8)
def _known(extra: str) -> DocumentParts:
    return draft(extra).recognised()


@lru_cache(maxsize=1)
def _whole() -> dict[str, bytes]:
    content = sample()
    info = {**content.info, "co_quan_chu_quan": text_of("Ủy ban nhân dân tỉnh Sóc Trăng")}
    with TemporaryDirectory() as folder:
        document, _ = rendered_by(TEMPLATE, Path(folder), replace(content, info=info))
        with zipfile.ZipFile(document) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@lru_cache(maxsize=1)
def _short() -> dict[str, bytes]:
    """The annual report with few rows in its statistics and little text: what is judged is the same, far sooner."""
    draft = Draft(_whole(), {})
    listed = draft.paragraphs()
    for each in draft.recognised().of("noi_dung")[KEPT_BODY:-1]:
        if "Phụ lục" not in "".join(listed[each.number - 1].itertext()):
            _remove(listed[each.number - 1])
    for row in draft.tree().findall(f".//{W}tbl")[-1].findall(f"{W}tr")[KEPT_ROWS:]:
        _remove(row)
    return {**_whole(), DOCUMENT: etree.tostring(draft.tree())}


def draft(part: str = "") -> Draft:
    """The report, with a paragraph of a part that it does not have by itself."""
    made = Draft(_short(), {})
    if part in EXTRA:
        _add_extra(made, part)
        made.extra = part
    return made


def _add_extra(made: Draft, part: str) -> None:
    style, text = EXTRA[part]
    added = paragraph(style, run(Span(text)))
    if part == "can_cu":
        _switch(added, "i", on=True)
    if part == "khan":
        _switch(added, "i", on=False)
        _switch(added, "b", on=True)
        _sized(added, 13)
    match part:
        case "khan":
            made.element("so").addnext(added)
        case "can_cu":
            made.element("noi_dung").addprevious(added)
        case "phan":
            made.element("muc").addprevious(added)
        case _:
            made.paragraphs()[made.numbers("noi_nhan")[-1] - 1].addnext(added)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


# Mutations of the look of a paragraph


def _runs(element: etree._Element) -> Iterator[etree._Element]:
    for each in element.iter(f"{W}r"):
        look = each.find(f"{W}rPr")
        if look is None:
            look = w("rPr")
            each.insert(0, look)
        yield look


def _put(look: etree._Element, made: etree._Element) -> None:
    for old in look.findall(made.tag):
        look.remove(old)
    look.append(made)


def _switch(element: etree._Element, tag: str, *, on: bool) -> None:
    for look in _runs(element):
        _put(look, w(tag, val=int(on)))


def _sized(element: etree._Element, size: float) -> None:
    for look in _runs(element):
        _put(look, w("sz", val=int(size * 2)))


def _paragraph_look(element: etree._Element, made: etree._Element) -> None:
    look = element.find(f"{W}pPr")
    assert look is not None
    _put(look, made)


def _retold(element: etree._Element, text: str) -> None:
    """One run with another text in the place of all runs."""
    first, *others = list(element.iter(f"{W}t"))
    first.text = text
    for each in others:
        each.text = ""


def _in_case(element: etree._Element, *, capital: bool) -> None:
    """Other letters after the number of a heading."""
    text = "".join(each.text or "" for each in element.iter(f"{W}t"))
    head = HEADING_NUMBER.match(text)
    cut = head.end() if head else 0
    _retold(element, text[:cut] + (text[cut:].upper() if capital else text[cut:].lower()))


def _mutated(made: Draft, rule: PartRule, feature: str) -> bool:
    """Changes one feature of a part; False where the rule does not measure it."""
    if not _measured(rule, feature):
        return False
    element = made.element(rule.id)
    match feature:
        case "co_chu":
            _sized(element, rule.size[1] + 3)
        case "dam":
            _switch(element, "b", on=not rule.bold)
        case "nghieng":
            _switch(element, "i", on=not rule.italic)
        case "in_hoa":
            _in_case(element, capital=not rule.caps)
        case "canh":
            _paragraph_look(element, w("jc", val="right"))
        case "thut_dong":
            _paragraph_look(element, w("ind", firstLine=0))
        case "cach_doan":
            _paragraph_look(element, w("spacing", before=60 if rule.gap[0] else 200, after=0))
        case "gian_dong":
            _paragraph_look(element, w("spacing", line=480, lineRule="auto", before=120 if rule.gap[0] else 0))
    return True


def _measured(rule: PartRule, feature: str) -> bool:
    given = {
        "co_chu": rule.size, "dam": rule.bold is not None, "nghieng": rule.italic is not None,
        "in_hoa": rule.caps is not None, "canh": rule.align, "thut_dong": rule.first_line, "cach_doan": rule.gap,
        "gian_dong": rule.line,
    }
    return bool(given[feature])


PART_CASES = [(rule, feature) for rule in rules().part for feature in FEATURES if _measured(rule, feature)]


@lru_cache(maxsize=1)
def unchanged() -> tuple[Finding, ...]:
    """The findings of the report as it is."""
    return tuple(draft().faults())


def codes(found: list[Finding]) -> set[str]:
    return {finding.rule for finding in found}


def errors(found: list[Finding]) -> list[str]:
    return [finding.message for finding in found if finding.severity is Severity.ERROR]


def test_the_short_report_has_no_faults_so_that_mutations_stand_alone() -> None:
    assert errors(draft().faults()) == []


@pytest.mark.parametrize("part", EXTRA)
def test_a_part_that_our_reports_do_not_have_passes_where_it_is_right(part: str) -> None:
    made = draft(part)
    assert made.recognised().of(part)
    assert [code for code in codes(made.faults()) if code.startswith(part)] == []


@pytest.mark.parametrize(("rule", "feature"), PART_CASES, ids=[f"{rule.id}.{name}" for rule, name in PART_CASES])
def test_every_part_fails_with_another_look(rule: PartRule, feature: str) -> None:
    made = draft(rule.id)
    assert _mutated(made, rule, feature)
    found = [finding for finding in made.faults() if finding.rule == f"{rule.id}.{feature}"]
    assert len(found) == 1, (rule.id, feature)
    assert rule.item in found[0].message
    assert "cần" in found[0].message


@pytest.mark.parametrize("part", [
    rule.id for rule in rules().part if rule.required and rule.id not in TAKEN_BY_NEIGHBOURS
])
def test_a_part_that_is_required_is_missed(part: str) -> None:
    made = draft()
    listed = made.paragraphs()
    emptied = ("quyen_han", "ho_ten") if part == "ho_ten" else (part,)
    for number in [each for name in emptied for each in made.numbers(name)]:
        _retold(listed[number - 1], "")
    if part == "so_trang":
        for each in made.tree(NUMBERS).iter(f"{W}instrText"):
            each.text = " DATE "
    assert f"{part}.thieu" in codes(made.faults())


# Pages


@pytest.mark.parametrize("rule", rules().page, ids=lambda rule: str(rule.id))
@pytest.mark.parametrize("by", [1, -1])
def test_every_length_of_the_page_fails_beyond_its_limits(rule: object, by: int) -> None:
    page = next(each for each in rules().page if each is rule)
    wrong = (page.high + 0.7 if by > 0 else page.low - 0.7) * 1440 / 25.4
    made = draft()
    section = next(made.tree().iter(f"{W}sectPr"))
    sides = {"le_tren": "top", "le_duoi": "bottom", "le_trai": "left", "le_phai": "right",
             "kho_giay_ngan": "w", "kho_giay_dai": "h"}
    side = sides[page.id]
    holder = section.find(f"{W}{'pgSz' if side in 'wh' else 'pgMar'}")
    assert holder is not None
    holder.set(f"{W}{side}", str(round(wrong)))
    assert page.id in codes(made.faults())


def test_half_a_millimetre_is_no_deviation() -> None:
    made = draft()
    margins = made.tree().find(f".//{W}sectPr/{W}pgMar")
    assert margins is not None
    margins.set(f"{W}top", str(round(19.6 * 1440 / 25.4)))
    assert "le_tren" not in codes(made.faults())


# Wordings


@pytest.mark.parametrize("rule", rules().text, ids=lambda rule: str(rule.id))
def test_every_wording_has_a_right_and_a_wrong_case(rule: TextRule) -> None:
    assert deviations(rule, rule.right) == []
    assert deviations(rule, rule.bad) != []


@pytest.mark.parametrize("rule", rules().text, ids=lambda rule: str(rule.id))
def test_every_wording_fails_inside_the_report(rule: TextRule) -> None:
    made = draft()
    part = {"loi_van": "noi_dung", "tat_ca": "noi_dung"}.get(rule.parts[0], rule.parts[0])
    element = made.element("khoan" if rule.id == "dau_cuoi_tieu_de" else part)
    _retold(element, rule.bad)
    assert rule.id in codes(made.faults())


# What is measured between parts: one mutation each


def _drop_line(made: Draft, style: str) -> None:
    for each in list(made.tree().iter(f"{W}pStyle")):
        if each.get(f"{W}val") == style:
            _remove_paragraph(each)


def _remove_paragraph(mark: etree._Element) -> None:
    _remove(next(mark.iterancestors(f"{W}p")))


def _longer_line(made: Draft, style: str) -> None:
    for each in made.tree().iter(f"{W}pStyle"):
        if each.get(f"{W}val") == style:
            _paragraph_look(next(each.iterancestors(f"{W}p")), w("ind", left=0, right=0))


def _swap_cells(made: Draft, part: str) -> None:
    cell = next(made.element(part).iterancestors(f"{W}tc"))
    row = cell.getparent()
    assert row is not None
    row.append(row.findall(f"{W}tc")[0])


def _tell(part: str, text: str, place: int = 0) -> Callable[[Draft], None]:
    def change(made: Draft) -> None:
        _retold(made.paragraphs()[made.numbers(part)[place] - 1], text)
    return change


def _page_number_in_footer(made: Draft) -> None:
    for each in made.tree().iter(f"{W}headerReference"):
        each.tag = f"{W}footerReference"


def _no_numbers(made: Draft) -> None:
    for each in list(made.tree().iter(f"{W}headerReference")):
        each.tag = f"{W}noReference"


def _number_on_first_page(made: Draft) -> None:
    for each in made.tree().iter(f"{W}titlePg"):
        each.set(f"{W}val", "0")


def _page_numbers(attribute: str, value: str) -> Callable[[Draft], None]:
    def change(made: Draft) -> None:
        for each in made.tree().iter(f"{W}pgNumType"):
            each.set(f"{W}{attribute}", value)
    return change


def _no_mention(made: Draft) -> None:
    for each in made.tree().iter(f"{W}t"):
        style = next(each.iterancestors(f"{W}p")).find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val") == "DoanVan":
            each.text = (each.text or "").replace("Phụ lục", "bảng")


def _font(made: Draft) -> None:
    for look in _runs(made.element("noi_dung")):
        look.append(w("rFonts", ascii="Arial"))


def _blank_below_title(made: Draft) -> None:
    made.element("ten_loai").addnext(w("p"))


MUTATIONS: dict[str, Callable[[Draft], None]] = {
    "phong_chu": _font,
    "cap_co_chu": lambda made: _sized(made.element("tieu_ngu"), 13),
    "vi_tri_quoc_hieu": lambda made: _swap_cells(made, "quoc_hieu"),
    "vi_tri_so": lambda made: _swap_cells(made, "dia_danh"),
    "vi_tri_ky": lambda made: _swap_cells(made, "ho_ten"),
    "vi_tri_trich_yeu": _blank_below_title,
    "ke_tieu_ngu": lambda made: _drop_line(made, "KeTieuNgu"),
    "ke_co_quan": lambda made: _longer_line(made, "KeCoQuan"),
    "ke_trich_yeu": lambda made: _longer_line(made, "KeTrichYeu"),
    "so_trang_dau": _number_on_first_page,
    "so_trang_tren": _page_number_in_footer,
    "so_trang_a_rap": _page_numbers("fmt", "lowerRoman"),
    "so_trang_phu_luc": _no_numbers,
    "so_trang_tu_1": _page_numbers("start", "3"),
    "thu_tu_de_muc": _tell("muc", "III. KẾT QUẢ THỰC HIỆN", 1),
    "ket_thuc": _tell("noi_dung", "Trên đây là báo cáo.", -1),
    "nhu_tren": _tell("noi_nhan", "- Sở Nội vụ;"),
    "dong_noi_nhan": _tell("noi_nhan", "- Phòng Nội vụ.", 1),
    "dong_luu": _tell("noi_nhan", "- CL", -1),
    "phu_luc_la_ma": _tell("phu_luc", "Phụ lục 2", 1),
    "phu_luc_chi_dan": _no_mention,
    "phu_luc_kem_theo": _tell("kem_theo", "Bảng 2", 1),
    "vien_dan": _tell("noi_dung", "Theo Kế hoạch 25 /KH-UBND, ngày 25/02/2021."),
    "vien_dan_hai_ngay": _tell(
        "noi_dung", "Kế hoạch số 25/KH-UBND ngày 25/02/2021, Kế hoạch số 25/KH-UBND ngày 26/02/2021"
    ),
    "vien_dan_lan_sau": _tell(
        "noi_dung", "Kế hoạch số 25/KH-UBND ngày 25/02/2021, Kế hoạch số 25/KH-UBND ngày 25/02/2021"
    ),
}


def test_every_rule_that_a_function_measures_has_its_mutation() -> None:
    assert set(MUTATIONS) == set(rules().specials)


@pytest.mark.parametrize("rule", MUTATIONS)
def test_every_rule_that_a_function_measures_fails_on_its_mutation(rule: str) -> None:
    before = [finding for finding in unchanged() if finding.rule == rule]
    made = draft()
    MUTATIONS[rule](made)
    found = [finding for finding in made.faults() if finding.rule == rule]
    assert len(found) > len(before)
    assert rules().specials[rule].item in found[-1].message


def test_headings_are_counted_level_by_level() -> None:
    made = draft()
    _tell("khoan", "3. Về kiểm tra", 0)(made)
    found = [finding.message for finding in made.faults() if finding.rule == "thu_tu_de_muc"]
    assert any("đề mục số 3, đúng ra là 1" in message.lower() for message in found)


# Findings, files, command line


def test_a_finding_says_where_what_was_measured_and_what_is_asked() -> None:
    made = draft()
    _sized(made.element("quoc_hieu"), 15)
    found = next(finding for finding in made.faults() if finding.rule == "quoc_hieu.co_chu")
    assert found.message == (
        "Quốc hiệu: cỡ chữ 15 pt, cần 12 đến 13 pt (Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục II.1). "
        "Ở đoạn: “CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM”."
    )
    assert found.cells[0].sheet == "Phần 1"
    assert found.cells[0].cell.startswith("đoạn ")


@pytest.mark.parametrize("drawn", ["border", "drawing", "vml", "underscores"])
def test_a_line_may_be_a_border_a_shape_or_underscores(drawn: str) -> None:
    made = draft()
    old = made.element("tieu_ngu").getnext()
    assert old is not None
    length = longest_line("Độc lập - Tự do - Hạnh phúc", 14)
    new = {"border": old, "drawing": _drawing(length), "vml": _vml(length), "underscores": _underscores(length)}[drawn]
    old.addnext(copy.deepcopy(new))
    _remove(old)
    assert "ke_tieu_ngu" not in codes(made.faults())


def _drawing(length: float) -> etree._Element:
    namespace = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    extent = etree.Element(f"{{{namespace}}}extent", cx=str(round(length * 635)), cy="0")
    return w("p", w("r", w("drawing", extent)))


def _vml(length: float) -> etree._Element:
    line = etree.Element("{urn:schemas-microsoft-com:vml}line", {"from": "0,0", "to": f"{length / 20:.1f}pt,0"})
    return w("p", w("r", w("pict", line)))


def _underscores(length: float) -> etree._Element:
    return paragraph("TieuNgu", run(Span("_" * round(length / 140))))


def test_a_file_that_is_no_word_file_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "a.docx"
    broken.write_bytes(b"khong phai zip")
    with pytest.raises(UserError, match="không phải tệp Word"):
        check_layout(broken)
    broken.write_bytes(packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document"}))
    with pytest.raises(UserError, match="bị hỏng"):
        check_layout(broken)
    broken.write_bytes(packed({"a.xml": b"<a/>"}))
    with pytest.raises(UserError, match="không phải là tệp Word"):
        check_layout(broken)


def test_the_command_checks_a_word_file(tmp_path: Path) -> None:
    right = draft().saved(tmp_path)
    assert _cchc("check", right).returncode == 0
    wrong = draft()
    MUTATIONS["dong_luu"](wrong)
    done = _cchc("check", wrong.saved(tmp_path), "--json")
    assert done.returncode == 1
    assert '"rule": "dong_luu"' in done.stdout
    assert _cchc("check", tmp_path / "khong_co.docx").returncode == 2


def _cchc(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cchc_xl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120, cwd=ROOT)
