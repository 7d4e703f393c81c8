"""Rendering: zero, missing and incomplete figures, people's texts as typed, template errors told where they stand."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from report_sample import (
    NOWHERE,
    TEMPLATE,
    W,
    all_text,
    body_text,
    controls,
    figures_of,
    footnote_texts,
    highlighted,
    main_text,
    number,
    paragraph_text,
    part,
    render,
    rendered,
    rendered_by,
    sample,
    text_of,
    with_readings,
    without,
)

from cchc_xl.errors import UserError
from cchc_xl.figures import Content
from cchc_xl.report.gaps import gap_lines
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import Reading, Status, replace

RECEIVED = "ho_so_huyen_tiep_nhan"
HOSTILE = 'a < b & "c" > d; 100%; {{ nam }} {% if x %} {_{ }_} {#x#} </w:t> \ue0001\ue001z\ue002 \x0b'
HARMLESS = 'a < b & "c" > d; 100%; {{ nam }} {% if x %} {_{ }_} {#x#} </w:t> 1z'


def code_of(name: str) -> str:
    return sample().form.by_name[name].code


def one(folder: Path, line: str, content: Content | None = None) -> str:
    """The text of a template's only line."""
    document, _ = rendered(folder, f"@ket {line}", content)
    return next(
        paragraph_text(paragraph) for paragraph in part(document).iter(f"{W}p")
        if paragraph.find(f"{W}pPr/{W}pStyle[@{W}val='Ket']") is not None
    )


def with_value(name: str, value: str) -> Content:
    """The sample with the city's figure of an indicator replaced."""
    code = code_of(name)
    return with_readings(sample(), {(unit, each): number(value) for unit, each in sample().readings if each == code})


# Figures


def test_every_figure_is_a_content_control_that_names_its_indicator(tmp_path: Path) -> None:
    document, result = rendered_by(TEMPLATE, tmp_path)
    found = controls(document)
    assert found[code_of(RECEIVED)] == found[f"{code_of(RECEIVED)}|bang"] == "10.248"
    assert found[f"{code_of('ho_so_tra_ket_qua_qua_bcci')}@phuong_3"] == "844"
    assert result.figures == len(part(document).findall(f".//{W}sdt")) > 250
    assert (result.missing, result.incomplete) == ((), ())


def test_the_ids_of_content_controls_are_unique(tmp_path: Path) -> None:
    document, _ = rendered_by(TEMPLATE, tmp_path)
    ids = [found.get(f"{W}val") for found in part(document).findall(f".//{W}sdt/{W}sdtPr/{W}id")]
    assert len(set(ids)) == len(ids)


def test_a_figure_keeps_the_look_of_the_text_around_it(tmp_path: Path) -> None:
    document, _ = rendered(tmp_path, f"@ket Có **{{{{ {RECEIVED} }}}} hồ sơ** nộp")
    control = next(part(document).iter(f"{W}sdt"))
    assert control.find(f"{W}sdtContent/{W}r/{W}rPr/{W}b") is not None
    bold = [paragraph_text(run) for run in part(document).iter(f"{W}r") if run.find(f"{W}rPr/{W}b") is not None]
    assert bold == ["10.248", " hồ sơ"]


@pytest.mark.parametrize(("value", "text"), [
    ("0", "không có | 0 | 0"), ("5", "05 hồ sơ | 05 | 5"), ("10248", "10.248 hồ sơ | 10.248 | 10.248"),
])
def test_zero_and_small_numbers_are_written_as_people_do(tmp_path: Path, value: str, text: str) -> None:
    line = f'{{{{ {RECEIVED} | dem("hồ sơ") }}}} | {{{{ {RECEIVED} }}}} | {{{{ {RECEIVED} | so }}}}'
    assert one(tmp_path, line, with_value(RECEIVED, value)) == text


def test_calculations_stay_figures_and_name_what_they_are_made_of(tmp_path: Path) -> None:
    line = f"@ket {{{{ {RECEIVED} - ho_so_huyen_dung_hen }}}} và {{{{ (2 * {RECEIVED}) | so }}}}"
    document, _ = rendered(tmp_path, line)
    found = controls(document)
    assert found[f"{code_of(RECEIVED)} - {code_of('ho_so_huyen_dung_hen')}"] == "05"
    assert found[f"2 * {code_of(RECEIVED)}|so"] == "20.496"


@pytest.mark.parametrize(("now", "before", "text"), [
    ("8", "5", "tăng 03 bậc"), ("5", "17", "giảm 12 bậc"), ("5", "5", "không đổi"), ("4", "0", "tăng 04 bậc"),
])
def test_a_change_is_told_in_words(tmp_path: Path, now: str, before: str, text: str) -> None:
    content = with_value(RECEIVED, now)
    code = code_of("vbqppl_da_ban_hanh")
    units = {(unit, each): number(before) for unit, each in content.readings if each == code}
    line = f'{{{{ tang_giam({RECEIVED}, vbqppl_da_ban_hanh, "bậc") }}}}'
    assert one(tmp_path, line, with_readings(content, units)) == text


def test_a_rate_with_fewer_decimals_is_made_anew_from_its_parts(tmp_path: Path) -> None:
    assert one(tmp_path, "{{ ty_le_nhiem_vu_cchc_hoan_thanh }} {{ ty_le_nhiem_vu_cchc_hoan_thanh | le(1) }}") == (
        "91,30% 91,3%"
    )


# Missing and incomplete figures


def test_a_missing_figure_shows_a_highlighted_placeholder_in_text_and_appendix(tmp_path: Path) -> None:
    document, result = rendered_by(TEMPLATE, tmp_path, without(sample(), RECEIVED))
    placeholder = f"〔chưa có số liệu {code_of(RECEIVED)}: Số hồ sơ TTHC do UBND cấp huyện tiếp nhận〕"
    assert highlighted(document).count(placeholder) == 4  # the figure, the two clauses that hang on it, the appendix
    assert f"đã tiếp nhận {placeholder} hồ sơ" in "\n".join(body_text(document))
    assert code_of(RECEIVED) in result.missing


@pytest.mark.parametrize("line", [
    "{% if TH > 0 %}có {{ TH }}{% else %}không có{% endif %}", "{% if TH == 0 %}không có{% else %}có{% endif %}",
    "{% if not TH %}không có{% endif %}", "{{ 'có' if TH > 0 else 'không có' }}",
    "{% if 1 > 2 %}a{% elif TH < 5 %}ít{% else %}nhiều{% endif %}", "{% if TH %}có{% endif %}",
])
def test_a_condition_on_a_missing_figure_states_neither_branch(tmp_path: Path, line: str) -> None:
    text = one(tmp_path, line.replace("TH", RECEIVED), without(sample(), RECEIVED))
    assert text.startswith("〔chưa có số liệu")
    assert text.endswith("〕")


def test_a_paragraph_condition_on_a_missing_figure_leaves_a_placeholder_paragraph(tmp_path: Path) -> None:
    source = f"{{%p if {RECEIVED} > 0 %}}\nCó hồ sơ.\n{{%p endif %}}\n@ket Hết./."
    document, result = rendered(tmp_path, source, without(sample(), RECEIVED))
    assert [text for text in main_text(document) if text.startswith("〔")] == highlighted(document)[:1]
    assert code_of(RECEIVED) in result.missing


def test_a_calculation_with_missing_figures_names_them_all(tmp_path: Path) -> None:
    content = without(without(sample(), RECEIVED), "vbqppl_da_ban_hanh")
    text = one(tmp_path, f"{{{{ {RECEIVED} + vbqppl_da_ban_hanh + 1 }}}}", content)
    assert code_of(RECEIVED) in text
    assert code_of("vbqppl_da_ban_hanh") in text


def test_a_figure_that_lacks_units_says_so_beside_it_and_in_the_appendix(tmp_path: Path) -> None:
    name = "ho_so_xa_tiep_nhan"
    content = without(sample(), name, "phuong_3", "phuong_7")
    document, result = rendered(tmp_path, f"@ket Có {{{{ {name} }}}} hồ sơ", content)
    assert "〔mới có 8/10 phường; thiếu Phường 3, Phường 7〕" in highlighted(document)
    assert "8/10 phường; thiếu Phường 3, Phường 7" in highlighted(document)
    assert code_of(name) in result.incomplete
    assert code_of(name) not in result.missing


def test_a_rate_is_not_made_of_two_numbers_that_lack_different_units(tmp_path: Path) -> None:
    rate = sample().form.by_name["ty_le_can_bo_phuong_dat_chuan"]
    content = without(sample(), rate.denominator, "phuong_3")
    assert one(tmp_path, f"{{{{ {rate.name} }}}}", content) == (
        f"〔chưa có tỷ lệ {rate.code}: {rate.label.strip(' -:.')} (tử số và mẫu số chưa đủ cùng các đơn vị)〕"
    )
    whole = content.form.by_name[rate.denominator]
    assert gap_lines(content, figures_of(content), [rate.code]) == [
        f"Phường 3 chưa có 1 số liệu: {whole.code} {whole.label.strip(' -:.')}"
    ]
    both = without(content, rate.numerator, "phuong_3")
    assert one(tmp_path, f"{{{{ {rate.name} }}}}", both).startswith("100% 〔mới có 9/10")


def test_a_rate_of_nothing_is_no_rate(tmp_path: Path) -> None:
    name = next(row.name for row in sample().form.indicators() if row.kind is Kind.PERCENT)
    row = sample().form.by_name[name]
    content = with_value(row.denominator, "0")
    assert "không tính tỷ lệ vì không phát sinh" in one(tmp_path, f"{{{{ {name} }}}}", content)


def test_missing_information_and_passages_show_placeholders(tmp_path: Path) -> None:
    content = replace(sample(), info={**sample().info, "nguoi_ky": text_of("")}, entries={})
    document, result = rendered_by(TEMPLATE, tmp_path, content)
    assert "〔chưa có thông tin “Người ký”〕" in highlighted(document)
    assert "〔chưa có nội dung “Thuận lợi”〕" in highlighted(document)
    assert {"tt.nguoi_ky", "noi_dung.thuan_loi"} <= set(result.missing)


def test_a_missing_year_can_still_be_calculated_with(tmp_path: Path) -> None:
    content = replace(sample(), info={**sample().info, "nam": text_of("hai nghìn")})
    assert one(tmp_path, "năm {{ tt.nam - 1 }}", content) == (
        "năm 〔chưa có thông tin “Năm báo cáo” (“hai nghìn” không đọc được)〕"
    )


def test_number_and_date_may_stay_open(tmp_path: Path) -> None:
    content = replace(sample(), info={**sample().info, "so_bao_cao": text_of(""), "ngay_ky": text_of("")})
    document, _ = rendered_by(TEMPLATE, tmp_path, content)
    texts = main_text(document)
    assert "Số: …/BC-UBND" in texts
    assert "Sóc Trăng, ngày … tháng … năm …" in texts


def test_a_number_below_ten_gets_a_zero_and_the_date_its_zeros(tmp_path: Path) -> None:
    content = replace(sample(), info={**sample().info, "so_bao_cao": text_of("5"), "ngay_ky": text_of("05/01/2022")})
    texts = main_text(rendered_by(TEMPLATE, tmp_path, content)[0])
    assert "Số: 05/BC-UBND" in texts
    assert "Sóc Trăng, ngày 05 tháng 01 năm 2022" in texts


# People's texts


def test_texts_of_people_come_out_as_typed_everywhere(tmp_path: Path) -> None:
    content = sample()
    hostile = replace(
        content,
        entries={name: text_of(HOSTILE) for name in content.entries},
        info={**content.info, "kinh_gui": text_of(HOSTILE)},
        notes={name: text_of(HOSTILE) for name in content.notes},
        documents=tuple(document.changed(issuer=HOSTILE) for document in content.documents),
        contacts=tuple((*line[:-1], HOSTILE) for line in content.contacts),
    )
    source = "@ket {{ tt.kinh_gui }}/{{ vb.kh_cchc.cua }}[^kh_cchc]\n{{ noi_dung.thuan_loi }}"
    document, result = rendered(tmp_path, source, hostile)
    texts = "\n".join(paragraph_text(paragraph) for paragraph in part(document).iter(f"{W}p"))
    assert texts.count(HARMLESS) == 3 + len(content.notes) + len(content.contacts)
    assert result.missing == ()


def test_line_breaks_of_people_become_line_breaks_in_word(tmp_path: Path) -> None:
    content = replace(sample(), info={**sample().info, "kinh_gui": text_of("Sở Nội vụ\r\nVăn phòng")})
    assert one(tmp_path, "{{ tt.kinh_gui }}", content) == "Sở Nội vụ\nVăn phòng"


def test_a_text_figure_with_line_breaks_stays_one_control(tmp_path: Path) -> None:
    row = next(row for row in sample().form.indicators() if row.kind is Kind.TEXT)
    unit = sample().form.reporters(row)[0].id
    reading = Reading(Status.VALUE, "dòng 1\ndòng 2 & <3>", "", NOWHERE)
    document, _ = rendered(tmp_path, f"@ket {{{{ {row.name} }}}}", with_readings(sample(), {(unit, row.code): reading}))
    assert controls(document)[row.code] == "dòng 1\ndòng 2 & <3>"


def test_a_footnote_cites_its_document(tmp_path: Path) -> None:
    document, _ = rendered(tmp_path, "@ket Kế hoạch[^kh_cchc] và[^kh_pho_bien_phap_luat].")
    assert footnote_texts(document) == [
        "Kế hoạch số 05/KH-UBND ngày 19/01/2021", "Kế hoạch số 12/KH-UBND ngày 21/01/2021",
    ]


def test_a_note_that_is_only_the_hint_of_the_form_is_not_printed(tmp_path: Path) -> None:
    row = next(row for row in sample().form.indicators() if row.note_hint)
    content = replace(sample(), notes={row.code: text_of(f" {row.note_hint} ")})
    texts = [paragraph_text(paragraph) for paragraph in part(rendered(tmp_path, "Hết", content)[0]).iter(f"{W}p")]
    assert row.note_hint not in texts


# Draft, files, errors


def test_a_draft_says_so_on_every_page(tmp_path: Path) -> None:
    draft, _ = rendered(tmp_path, "@ket Hết./.", draft=True)
    assert all("DỰ THẢO" in all_text(part(draft, name)) for name in ("header1", "header2"))
    final, _ = rendered(tmp_path, "@ket Hết./.")
    assert not any("DỰ THẢO" in all_text(part(final, name)) for name in ("header1", "header2"))


def test_two_renderings_give_the_same_bytes(tmp_path: Path) -> None:
    first = rendered_by(TEMPLATE, tmp_path)[0].read_bytes()
    assert rendered_by(TEMPLATE, tmp_path)[0].read_bytes() == first


@pytest.mark.parametrize(("line", "what"), [
    ("Có {{ so_la }} hồ sơ", "không có tên “so_la”"),
    ("Năm {{ tt.namm }}", "không có tên “namm”"),
    ("Theo {{ vb.kh_0_0 }}", "không có tên “kh_0_0”"),
    (f"Có {{{{ {RECEIVED} | viet_hoa }}}}", "không có bộ lọc “viet_hoa”"),
    ("Có {% if tt.nam > 1 %}x", "thiếu thẻ đóng"),
    ("Có {{ tt.nam + }}", "thẻ viết sai"),
    ("Có {{ tt.kinh_gui - 1 }}", "phép tính với thứ không phải là số"),
    ("Có {{ tt.nam.__class__ }}", "không có tên “__class__”"),
    ("Có {{ theo_don_vi(ho_so_huyen_tiep_nhan + 1, 'hồ sơ') }}", "theo_don_vi chỉ dùng được với tên"),
    (f"Có {{{{ 2 * {RECEIVED} | so }}}}", "phép tính với thứ không phải là số"),
    ("Có {% lap %}", "không có thẻ “{% lap %}”"),
])
def test_template_errors_are_told_in_vietnamese_with_their_paragraph(tmp_path: Path, line: str, what: str) -> None:
    with pytest.raises(UserError) as caught:
        rendered(tmp_path, f"Đoạn trước.\n{line}\nĐoạn sau.")
    assert what in str(caught.value)
    assert "mau.docx" in caught.value.where
    assert f"“{line[:6]}" in caught.value.what
    assert "Đoạn trước" not in caught.value.what


def test_a_misspelt_name_is_answered_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Có phải là “ho_so_huyen_tiep_nhan”"):
        rendered(tmp_path, "Có {{ ho_so_huyen_tiep_nha }} hồ sơ")
    with pytest.raises(UserError, match="Có phải là “kinh_gui”"):
        rendered(tmp_path, "Gửi {{ tt.kinh_gu }}")


def test_tags_that_tear_the_document_are_told_where(tmp_path: Path) -> None:
    source = "{%p if tt.nam < 1 %}\nTrong điều kiện {% endif %} lệch."
    with pytest.raises(UserError, match=r"không khớp; gần đoạn: “.*lệch"):
        rendered(tmp_path, source)


@pytest.mark.parametrize("lock", [".~lock.bao_cao.docx#", "~$bao_cao.docx", "~$o_cao.docx"])
def test_a_report_that_is_open_is_not_written_over(tmp_path: Path, lock: str) -> None:
    document, _ = rendered(tmp_path, "@ket Hết./.")
    before = document.read_bytes()
    (tmp_path / lock).write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="đang mở"):
        rendered(tmp_path, "@ket Khác./.")
    assert document.read_bytes() == before


def test_a_failed_rendering_changes_nothing(tmp_path: Path) -> None:
    document, _ = rendered(tmp_path, "@ket Hết./.")
    before = document.read_bytes()
    with pytest.raises(UserError):
        rendered(tmp_path, "{{ so_la }}")
    assert document.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bao_cao.docx", "mau.docx", "mau.txt"]


@pytest.mark.parametrize("data", [b"", b"khong phai zip"])
def test_a_template_that_is_no_word_file_is_told(tmp_path: Path, data: bytes) -> None:
    template = tmp_path / "mau.docx"
    template.write_bytes(data)
    with pytest.raises(UserError, match="không phải tệp Word"):
        render(template, sample(), figures_of(sample()), tmp_path / "ra.docx")
    with pytest.raises(UserError, match="không tìm thấy tệp"):
        render(tmp_path / "khong_co.docx", sample(), figures_of(sample()), tmp_path / "ra.docx")


def test_parts_without_text_are_left_as_they_are(tmp_path: Path) -> None:
    document, _ = rendered_by(TEMPLATE, tmp_path)
    with zipfile.ZipFile(TEMPLATE) as before, zipfile.ZipFile(document) as after:
        added = after.namelist()[len(before.namelist()):]
        assert before.namelist() + added == after.namelist()
        assert all(name.startswith(("word/charts/", "customXml/", "docProps/cchc")) for name in added)
        for name in ("word/styles.xml", "word/settings.xml", "docProps/core.xml"):
            assert before.read(name) == after.read(name)
