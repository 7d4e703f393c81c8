"""An official report has no hole; a draft marks each, and people are told where to fill what, in words they see."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from report_sample import (
    TEMPLATE,
    figures_of,
    highlighted,
    main_text,
    rendered,
    rendered_by,
    sample,
    text_of,
    without,
)

from cchc_xl import sheet_names
from cchc_xl.cli.report_verbs import report as run
from cchc_xl.declaration.load_form import form_folder, load_form
from cchc_xl.errors import UserError
from cchc_xl.figures import Content, total
from cchc_xl.master.build_master import new_master
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import open_master
from cchc_xl.report.gaps import can_be_filled, gap_lines, partial_lines, required_information
from cchc_xl.schema import Form
from cchc_xl.schema.model_kinds import Kind, Missing
from cchc_xl.values import replace
from cchc_xl.verbs.report import export, refresh

Typed = Callable[[Path, str, str, object], None]
MACHINE_NAME = re.compile(r"\b(?:noi_dung|tt|truoc)\.\w")
OPTIONAL = [entry.name for entry in sample().form.entries if not entry.required]


def emptied(path: Path, typed: Typed, sheet: str, name: str, letter: str) -> str:
    """The workbook without a text; the cell."""
    cell = f"{letter}{open_master(path).keyed_rows(sheet)[name]}"
    typed(path, sheet, cell, None)
    return cell


@pytest.mark.parametrize(("name", "label"), [("nguoi_ky", "Người ký"), ("nguoi_lap_bieu", "Người lập biểu")])
def test_required_information_stops_an_official_report(
    filled: Path, typed: Typed, tmp_path: Path, name: str, label: str
) -> None:
    """Named by sheet, label and cell, whether the template shows it or not; nothing is written."""
    cell = emptied(filled, typed, sheet_names.INFO, name, "C")
    out = tmp_path / "bao_cao.docx"
    with pytest.raises(UserError, match=rf"Thông tin chung: “{label}” \(ô {cell}\)") as refused:
        export(filled, out)
    assert not MACHINE_NAME.search(str(refused.value))
    assert not out.exists()
    export(filled, out, draft=True)
    out.rename(tmp_path / "sua.docx")
    with pytest.raises(UserError, match=label):
        refresh(filled, tmp_path / "sua.docx", out)


def test_an_empty_text_stops_an_official_report_and_is_marked_in_a_draft(
    filled: Path, typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the figures say that the sentence needs one."""
    cell = emptied(filled, typed, sheet_names.ENTRIES, "ly_do_nhiem_vu_chua_hoan_thanh", "D")
    told = f"Nội dung: “Nhiệm vụ trong kế hoạch chưa hoàn thành và lý do” (ô {cell})"
    with pytest.raises(UserError, match=re.escape(told)):
        export(filled, tmp_path / "bao_cao.docx")
    assert run(filled, tmp_path / "bao_cao.docx", draft=True) == 0
    said = capsys.readouterr().out
    assert told in said
    assert not MACHINE_NAME.search(said)
    assert "nhiệm vụ: 〔chưa có nội dung “Nhiệm vụ" in "\n".join(main_text(tmp_path / "bao_cao.docx"))


def test_a_document_whose_line_is_empty_is_a_gap_whatever_the_form_declares(
    filled: Path, typed: Typed, tmp_path: Path
) -> None:
    """Named by its cell; a draft marks the place, and the form's own document is printed nowhere."""
    cell = emptied(filled, typed, sheet_names.DOCUMENTS, "kh_cchc", "C")
    for letter in "DEFG":
        emptied(filled, typed, sheet_names.DOCUMENTS, "kh_cchc", letter)
    with pytest.raises(UserError, match=rf"Văn bản: “Kế hoạch thực hiện .*” \(ô {cell}\)"):
        export(filled, tmp_path / "bao_cao.docx")
    export(filled, tmp_path / "bao_cao.docx", draft=True)
    text = "\n".join(main_text(tmp_path / "bao_cao.docx"))
    assert f"〔chưa có Kế hoạch trong sổ văn bản ở {sheet_names.DOCUMENTS}!{cell}〕" in text
    assert "05/KH-UBND" not in text


@pytest.mark.parametrize("letter", ["C", "D"])
def test_a_line_of_the_register_that_lacks_type_or_number_is_told_of_once(
    filled: Path, typed: Typed, letter: str
) -> None:
    cell = emptied(filled, typed, sheet_names.DOCUMENTS, "kh_cchc", letter)
    told = [each for each in compute(filled).findings if each.cells[0].sheet == sheet_names.DOCUMENTS]
    assert [(each.rule, each.cells[0].cell) for each in told] == [("document_part", cell)]
    with pytest.raises(UserError, match=rf"“Kế hoạch thực hiện .*” \(ô {cell}\)"):
        export(filled, filled.with_suffix(".docx"))


@pytest.mark.parametrize("dots", ["…", "....", " - ", "???"])
def test_a_text_of_marks_alone_says_nothing(filled: Path, typed: Typed, tmp_path: Path, dots: str) -> None:
    cell = emptied(filled, typed, sheet_names.INFO, "nguoi_ky", "C")
    typed(filled, sheet_names.INFO, cell, dots)
    with pytest.raises(UserError, match=rf"“Người ký” \(ô {cell}\)"):
        export(filled, tmp_path / "bao_cao.docx")
    export(filled, tmp_path / "bao_cao.docx", draft=True)
    assert "〔chưa có thông tin “Người ký”〕" in "\n".join(main_text(tmp_path / "bao_cao.docx"))


def test_no_sentence_of_the_templates_has_a_hole(tmp_path: Path) -> None:
    """With all texts empty: no bracket, colon or "và" before or after nothing."""
    content = replace(sample(), entries={}, info={})
    document, _ = rendered_by(TEMPLATE, tmp_path, content)
    text = "\n".join(main_text(document))
    holes = re.findall(r".{20}(?:\(\s*\)|:\s*\)|“\s*”|\s,|  |: ?\.| và \.|không có và ).{0,20}", text)
    assert holes == []


@pytest.mark.parametrize("written", ['{{ noi_dung.X | join("; ") }}', "{{ noi_dung.X }}", "{{ noi_dung.X | upper }}"])
def test_an_empty_text_never_vanishes_inside_a_sentence(tmp_path: Path, written: str) -> None:
    """However it is written; a condition may still ask whether there is one."""
    name = OPTIONAL[0]
    content = replace(sample(), entries={})
    document, result = rendered(tmp_path, f"Còn (lý do: {written.replace('X', name)}).", content)
    assert highlighted(document)
    assert result.missing == (f"noi_dung.{name}",)
    document, result = rendered(tmp_path, f"Còn{{% if noi_dung.{name} %}} lý do{{% endif %}}.", content)
    assert "Còn." in main_text(document)
    assert not result.missing


@pytest.mark.parametrize("written", ["{{ tt.co_quan_chu_quan }}", "{{ tt.co_quan_chu_quan | upper | hai_dong }}"])
def test_optional_information_never_vanishes_inside_a_sentence(tmp_path: Path, written: str) -> None:
    """Likewise."""
    content = replace(sample(), info={**sample().info, "co_quan_chu_quan": text_of("")})
    document, result = rendered(tmp_path, f"Trực thuộc {written}.", content)
    assert result.missing == ("tt.co_quan_chu_quan",)
    assert highlighted(document)


@pytest.mark.parametrize("written", [
    "{{ X or 0 }}", "{{ X | int }}", "{{ X | float }}", "{{ X | default(0, true) }}", "{{ 'ít' if not X else 'có' }}",
    "{% set nhieu = X > 3 %}{{ 'nhiều' if nhieu else 'ít' }}", "{{ so_don_vi(X) }}", "{{ so_don_vi(Y, X) }}",
    "{% for a in [1] if X > 3 %}có{% else %}không{% endfor %}", "{% if X > 0 %}có{% endif %}",
    "{% if X is not none %}có{% else %}không{% endif %}", "{{ 'có' if X is number }}",
])
def test_whatever_is_asked_of_a_figure_that_nobody_gave_is_a_gap(tmp_path: Path, written: str) -> None:
    """At the end of the document where no condition stands behind it."""
    code = "TM.1.2"  # not in the appendix, which tells of all its gaps
    name, other = sample().form.by_code[code].name, "ho_so_huyen_tiep_nhan"
    source = f"Kết quả {written.replace('X', name).replace('Y', other)}."
    document, result = rendered(tmp_path, source, without(sample(), name))
    assert code in result.missing
    assert sum(code in each for each in highlighted(document)) == 1
    assert code not in rendered(tmp_path, source)[1].missing


@pytest.mark.parametrize("written", [
    "{% if (X | string) == '0' %}a{% endif %}", "{{ (X | string)[:4] }}", "{{ (X ~ '')[0] }}",
    "{{ X | string | length }}",
    "{{ 'a' if X | so }}", "{% if tang_giam(X, 3) %}a{% endif %}", "{{ 'tăng' if X | kem_cung_ky else 'không tăng' }}",
    "{{ X | string | replace('1', '2') }}", "{{ (X | string).replace('1', '2') }}", "{{ not (X | so) }}",
])
def test_words_made_of_a_figure_are_neither_asked_nor_cut(tmp_path: Path, written: str) -> None:
    """A condition said of them whatever it liked, and a piece of them was another number."""
    with pytest.raises(UserError, match="chỉ in được"):
        rendered(tmp_path, f"Kết quả {written.replace('X', 'ho_so_huyen_tiep_nhan')}.")


def test_a_required_text_that_nobody_typed_answers_no_condition(tmp_path: Path) -> None:
    """{% else %} was gone into."""
    content = replace(sample(), info={**sample().info, "nguoi_ky": text_of("")})
    asked = "{% if tt.nguoi_ky == 'A' %}a{% else %}b{% endif %}{{ tt.nguoi_ky | upper }}"
    document, result = rendered(tmp_path, asked, content)
    assert result.missing[0] == "tt.nguoi_ky"
    assert not any(text.startswith("b") for text in main_text(document))


def test_a_number_of_units_is_marked_where_not_all_have_answered(tmp_path: Path) -> None:
    name = "ho_so_xa_tiep_nhan"
    row = sample().form.by_name[name]
    content = without(sample(), name, sample().form.reporters(row)[0].id)
    for written in (f"so_don_vi({name})", f"so_don_vi({name}) | dem('phường')"):
        document, result = rendered(tmp_path, f"@ket Có {{{{ {written} }}}}.", content)
        assert any(re.match(r"Có 0?9( phường)? 〔mới có 9/10 ", text) for text in main_text(document))
        assert row.code in result.incomplete


def test_a_figure_is_a_whole_number_to_jinja_too(tmp_path: Path) -> None:
    """{{ x | int }} was 0 whatever x is."""
    value = figures_of(sample())[sample().form.by_name["ho_so_huyen_tiep_nhan"].code].value
    document, _ = rendered(tmp_path, "Có {{ ho_so_huyen_tiep_nhan | int }} hồ sơ.")
    assert f"Có {value} hồ sơ." in main_text(document)


@pytest.mark.parametrize("written", ["vb", "tt", "truoc", "bieu_do", "phu_luc_2", "so_don_vi", "du_thao"])
def test_what_has_no_words_is_not_printed_as_python(tmp_path: Path, written: str) -> None:
    """The paragraph is named."""
    with pytest.raises(UserError, match=r"không in ra được; ở đoạn: “Có \{\{"):
        rendered(tmp_path, f"Có {{{{ {written} }}}}")


@pytest.mark.parametrize("written", ["so_don_vi(3)", "theo_don_vi('x', 'y')", "nhiem_vu_ke_hoach | le", "'a' | so"])
def test_a_function_of_something_else_is_told_in_vietnamese(tmp_path: Path, written: str) -> None:
    """No crash, no word of Python."""
    with pytest.raises(UserError) as told:
        rendered(tmp_path, f"Có {{{{ {written} }}}}")
    assert not re.search("argument|object|class|positional", told.value.what)


def test_the_lines_of_a_passage_are_gone_through(tmp_path: Path) -> None:
    """As the list of filters says."""
    content = replace(sample(), entries={OPTIONAL[0]: text_of("một\n hai")})
    passage = f"noi_dung.{OPTIONAL[0]}"
    document, _ = rendered(tmp_path, f"{{% for d in {passage} | tung_dong %}}({{{{ d }}}}){{% endfor %}}", content)
    assert "(một)(hai)" in main_text(document)


def test_an_official_report_needs_the_figures_that_it_prints(filled: Path, typed: Typed, tmp_path: Path) -> None:
    """Also those that a form lets people leave blank."""
    master = open_master(filled)
    row = next(row for row in master.form.indicators() if row.missing is Missing.OPTIONAL and row.kind is Kind.COUNT)
    section = master.form.section_of[row.code]
    cell = master.grids[section.number].address(row.code, master.form.reporters(row)[0].id)
    typed(filled, section.sheet, cell, None)
    export(filled, tmp_path / "khong_can.docx")
    rendered(tmp_path, f"Có {{{{ {row.name} }}}} người.")
    with pytest.raises(UserError, match=re.escape(f"{section.sheet}!{cell}")):
        export(filled, tmp_path / "can.docx", template=tmp_path / "mau.docx")


def test_what_one_unit_has_not_given_is_one_line(tmp_path: Path) -> None:
    """Not a list of codes."""
    content = sample()
    form = content.form
    unit = form.units[0]
    less = replace(content, readings={key: value for key, value in content.readings.items() if key[0] != unit.id})
    figures = total(form, less.readings)
    lacking = [code for code, figure in figures.items() if unit.id in figure.missing]
    (line,) = gap_lines(less, figures, [code for code in lacking if figures[code].indicator.typed])
    assert line.startswith(f"{unit.name} chưa có ")
    assert len(line) < 600
    assert "chỉ tiêu khác" in line
    told = list(partial_lines(less, figures, lacking))
    assert len(told) < 6
    assert all(unit.name in line for line in told)


def test_what_nobody_can_fill_does_not_stop_a_report() -> None:
    """A rate of nothing, a figure that the last period lacks."""
    content = Content(load_form(Path(__file__).parents[1] / "forms" / "xa"), {})
    figures = total(content.form, {})
    name = next(row.name for row in content.form.indicators())
    assert not can_be_filled(f"truoc.{name}", figures)
    assert "kỳ trước" in gap_lines(content, figures, [f"truoc.{name}"])[0]
    row = content.form.by_name[name]
    assert gap_lines(content, figures, [f"cung_ky.{row.code}"])[0].endswith("chưa có số liệu cùng kỳ năm trước")
    assert required_information(content) == [
        f"tt.{field.name}" for field in content.form.info if field.required
    ]


def test_a_cell_that_a_row_does_not_have_is_the_template_s_fault_and_refuses_an_official_report() -> None:
    form = load_form(form_folder("ii06a"))
    content, figures = Content(form, {}), total(form, {})
    assert can_be_filled("ii06a.99", figures)
    assert gap_lines(content, figures, ["ii06a.99"]) == [
        "dòng ii06a.99 của bảng không có số ở cột mà mẫu Word hỏi: sửa câu đó trong mẫu Word"
    ]


def test_a_book_of_an_earlier_version_of_the_form_is_told_as_such(form: Form, tmp_path: Path) -> None:
    """The template that comes with the program asks for what only the later version has."""
    lacking = next(entry for entry in form.entries if entry.required)
    book = tmp_path / "so.xlsx"
    new_master(form.changed(entries=tuple(entry for entry in form.entries if entry is not lacking)), book)
    with pytest.raises(UserError, match=f"bản trước của mẫu báo cáo {form.id}, chưa có “{lacking.name}”.*form upgrade"):
        export(book, tmp_path / "bao_cao.docx", draft=True)
