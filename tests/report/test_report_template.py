"""The template in templates/ is the one its source makes, and looks as Nghị định 30/2020/NĐ-CP asks."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree
from report_sample import SOURCE, TEMPLATE, W, all_text, part, rendered, sample
from template_tags import used_names

from cchc_xl.errors import UserError
from tools.template.build_template import build_template, write_template
from tools.template.report_styles import STYLES
from tools.template.source_text import STYLE_OF_PREFIX, Span, read_source

PROVIDED = {
    "phu_luc_1", "phu_luc_2", "bieu_do", "du_thao", "tang_giam", "theo_don_vi", "so_don_vi", "tt", "vb", "noi_dung",
}
MILLIMETRE = 1440 / 25.4
TOLERANCE = MILLIMETRE / 2


def test_the_template_is_what_its_source_makes() -> None:
    assert build_template(SOURCE) == TEMPLATE.read_bytes(), "run: python -m tools.template.build_template"


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    write_template(SOURCE, tmp_path / "mau.docx")
    assert (tmp_path / "mau.docx").read_bytes() == build_template(SOURCE)


def test_every_name_in_the_template_is_declared() -> None:
    form = sample().form
    declared = PROVIDED | set(form.by_name)
    declared |= {f"tt.{field.name}" for field in form.info} | {f"vb.{document.name}" for document in form.documents}
    declared |= {f"noi_dung.{entry.name}" for entry in form.entries}
    assert used_names(TEMPLATE) - declared == set()


def test_every_passage_that_people_write_is_used() -> None:
    assert {f"noi_dung.{entry.name}" for entry in sample().form.entries} <= used_names(TEMPLATE)


def test_every_paragraph_has_a_named_style() -> None:
    known = {style.id for style in STYLES}
    for name in ("document", "footnotes", "header1", "header2"):
        for paragraph in part(TEMPLATE, name).iter(f"{W}p"):
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            assert style is not None
            assert style.get(f"{W}val") in known


def test_every_style_is_used_and_every_prefix_has_one() -> None:
    known = {style.id for style in STYLES}
    assert set(STYLE_OF_PREFIX.values()) <= known
    names = [style.name for style in STYLES]
    assert len(set(names)) == len(names)
    assert not any("," in name for name in names), "Word reads a comma in a style's name as the end of the name"


def test_every_font_is_times_new_roman() -> None:
    fonts = part(TEMPLATE, "styles").findall(f".//{W}rFonts")
    assert fonts
    assert {value for font in fonts for value in font.attrib.values()} == {"Times New Roman"}
    assert not part(TEMPLATE).findall(f".//{W}rFonts"), "only styles choose fonts"


@pytest.mark.parametrize("place", range(3))
def test_every_section_has_the_paper_margins_and_page_numbers_of_the_decree(place: int) -> None:
    section = part(TEMPLATE).findall(f".//{W}sectPr")[place]
    paper = {_length(section, "pgSz", side) for side in ("w", "h")}
    assert paper == {11906, 16838}
    margins = {side: _length(section, "pgMar", side) for side in ("top", "bottom", "left", "right")}
    for side, (low, high) in {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}.items():
        assert low * MILLIMETRE - TOLERANCE <= margins[side] <= high * MILLIMETRE + TOLERANCE
    assert section.find(f"{W}titlePg") is not None
    assert _length(section, "pgNumType", "start") == 1


def test_the_page_number_is_centred_in_the_header_of_all_pages_but_the_first() -> None:
    assert "PAGE" in all_text(part(TEMPLATE, "header2"))
    assert "PAGE" not in all_text(part(TEMPLATE, "header1"))
    header = next(style for style in STYLES if style.id == "Header")
    assert (header.align, header.size, header.bold) == ("center", 14, False)


@pytest.mark.parametrize(("style", "look"), [
    ("QuocHieu", (13, True, False, "center")), ("TieuNgu", (14, True, False, "center")),
    ("CoQuanChuQuan", (13, False, False, "center")), ("CoQuanBanHanh", (13, True, False, "center")),
    ("SoKyHieu", (13, False, False, "center")), ("DiaDanhNgay", (14, False, True, "center")),
    ("TenLoai", (14, True, False, "center")), ("TrichYeu", (14, True, False, "center")),
    ("DoanVan", (14, False, False, "both")), ("Muc", (14, True, False, "both")), ("Khoan", (14, True, False, "both")),
    ("NoiNhanDau", (12, True, True, "left")), ("NoiNhanDong", (11, False, False, "left")),
    ("QuyenHanKy", (14, True, False, "center")), ("HoTenKy", (14, True, False, "center")),
    ("PhuLucSo", (14, True, False, "center")), ("PhuLucKemTheo", (14, False, True, "center")),
])
def test_styles_have_the_size_and_letters_of_the_decree(style: str, look: tuple[float, bool, bool, str]) -> None:
    found = next(each for each in STYLES if each.id == style)
    assert (found.size, found.bold, found.italic, found.align) == look


def test_the_body_is_indented_and_spaced_as_the_decree_asks() -> None:
    body = next(style for style in STYLES if style.id == "DoanVan")
    assert body.first_line in (567, 720)
    assert body.before + body.after >= 120
    assert 240 <= body.line <= 360


def test_footnotes_have_separators_and_one_reference_each() -> None:
    notes = part(TEMPLATE, "footnotes").findall(f"{W}footnote")
    assert [note.get(f"{W}type") for note in notes[:2]] == ["separator", "continuationSeparator"]
    references = [found.get(f"{W}id") for found in part(TEMPLATE).iter(f"{W}footnoteReference")]
    assert references == [note.get(f"{W}id") for note in notes[2:]]


def test_members_carry_no_date() -> None:
    with zipfile.ZipFile(TEMPLATE) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_source_knows_looks_footnotes_and_styles(tmp_path: Path) -> None:
    source = tmp_path / "mau.txt"
    source.write_text("#! chú thích\n\n@gach - *a {{ x * 2 }}* b[^kh_1] **c** 3 * 4\n{%p endif %}\n", encoding="utf-8")
    first, second = read_source(source)
    assert first.style == "Gach"
    assert first.spans == (
        Span("- "), Span("a {{ x * 2 }}", italic=True), Span(" b"), Span("", footnote="kh_1"), Span(" "),
        Span("c", bold=True), Span(" 3 * 4"),
    )
    assert (second.style, second.spans) == ("DongDieuKhien", (Span("{%p endif %}"),))


def test_an_unknown_style_in_the_source_is_told_with_its_line(tmp_path: Path) -> None:
    source = tmp_path / "mau.txt"
    source.write_text("Một đoạn\n@khoang 1. Sai\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"mau\.txt, dòng 2: không có kiểu đoạn “@khoang”\. Các kiểu đoạn: .*@khoan"):
        read_source(source)


def test_the_appendix_table_repeats_its_head_and_keeps_short_rows_whole(tmp_path: Path) -> None:
    document, _ = rendered(tmp_path, "@ket Hết./.")
    statistics = part(document).findall(f".//{W}tbl")[-1]
    rows = statistics.findall(f"{W}tr")
    assert [bool(row.findall(f"{W}trPr/{W}tblHeader")) for row in rows[:2]] == [True, False]
    splittable = [row for row in rows if row.find(f"{W}trPr/{W}cantSplit") is None]
    assert all(len(all_text(row)) > 800 for row in splittable)


def test_every_printed_line_of_the_form_has_its_row(tmp_path: Path) -> None:
    document, _ = rendered(tmp_path, "@ket Hết./.")
    rows = part(document).findall(f".//{W}tbl")[-1].findall(f"{W}tr")[1:]
    sections = [section for section in sample().form.sections if section.printed]
    wanted = [label for section in sections for label in (section.title, *(row.label for row in section.rows))]
    assert [_cell(row, 1) for row in rows] == wanted


def _cell(row: etree._Element, place: int) -> str:
    return all_text(row.findall(f"{W}tc")[place])


def _length(section: etree._Element, tag: str, side: str) -> int:
    found = section.find(f"{W}{tag}")
    assert found is not None
    return int(found.attrib[f"{W}{side}"])


