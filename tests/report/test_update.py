"""Refreshing a report that people have edited: figures right, everything else byte for byte as it was."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from report_sample import TEMPLATE, figures_of, main_text, rendered_by, sample

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.report.update_figures import ChartUpdate, Updated, UpdateOutcome, update
from cchc_xl.schema.model_kinds import Chart
from cchc_xl.values import replace
from cchc_xl.word.content_controls import read_part, stored, with_texts

DOCUMENT = "word/document.xml"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    report, _ = rendered_by(TEMPLATE, tmp_path_factory.mktemp("exported"))
    return report


def edited(report: Path, target: Path, *changes: tuple[str, str]) -> Path:
    """The report with its document part changed as a text."""
    package = Package(report)
    xml = package.read(DOCUMENT).decode()
    for old, new in changes:
        assert old in xml
        xml = xml.replace(old, new, 1)
    package.write(DOCUMENT, xml.encode())
    package.save(target)
    return target


def refreshed(report: Path, target: Path, overwrite: bool = False, **values: int) -> Updated:
    """The report with fresh figures; values by indicator name."""
    figures = figures_of(sample())
    for each, value in values.items():
        code = sample().form.by_name[each].code
        figures[code] = replace(figures[code], value=Decimal(value))
    return update(report, target, TEMPLATE, sample(), figures, overwrite_edited=overwrite)


DRAWING = rb"<w:drawing[ >](?:(?!</w:drawing>).)*</w:drawing>"
RECEIVED = '10.248</w:t>'


def test_an_export_remembers_every_figure(exported: Path) -> None:
    record = stored(Package(exported))
    assert record is not None
    parts = read_part(DOCUMENT, Package(exported).read(DOCUMENT)).controls
    assert [figure.number for figure in record.figures] == [control.number for control in parts]
    assert len({control.title for control in parts}) == len(parts)


def test_equal_figures_change_no_byte(exported: Path, tmp_path: Path) -> None:
    updated = refreshed(exported, tmp_path / "moi.docx")
    assert {figure.outcome for figure in updated.figures} == {UpdateOutcome.SAME}
    with zipfile.ZipFile(exported) as old, zipfile.ZipFile(tmp_path / "moi.docx") as new:
        assert {name: old.read(name) for name in old.namelist()} == {name: new.read(name) for name in new.namelist()}


def test_a_changed_figure_is_told_from_and_to_in_every_place(exported: Path, tmp_path: Path) -> None:
    updated = refreshed(exported, tmp_path / "moi.docx", ho_so_huyen_tiep_nhan=20001)
    told = [(figure.before, figure.after) for figure in updated.of(UpdateOutcome.CHANGED)]
    assert told == [("10.248", "20.001")] * 2
    assert any("đã tiếp nhận 20.001 hồ sơ" in text for text in main_text(tmp_path / "moi.docx"))


def test_charts_are_drawn_anew_and_what_people_drew_is_told(exported: Path, tmp_path: Path) -> None:
    own = "word/charts/cua_toi.xml"
    package = Package(exported)
    chart = package.read("word/charts/bieu_do_1.xml")
    package.write(own, re.sub(rb"(<c:ser>.*?<c:tx><c:v>)[^<]*", r"\1Số của tôi".encode(), chart, count=1))
    shown = package.relationships(DOCUMENT).add("chart", own)
    text = package.read(DOCUMENT)
    package.write(DOCUMENT, re.sub(
        DRAWING, lambda found: found[0] + found[0].replace(b"rIdBieuDo1", shown.encode()), text, count=1
    ))
    package.save(tmp_path / "sua.docx")
    updated = refreshed(tmp_path / "sua.docx", tmp_path / "moi.docx", **{shares().part: 20})
    assert updated.charts.refreshed == (shares().title,)
    assert updated.charts.kept == ("Số của tôi",)
    new = Package(tmp_path / "moi.docx")
    drawn = "".join(new.read(name).decode() for name in new.names if name.startswith("word/charts/bieu_do"))
    assert "20 (86,96%)" in drawn
    assert "Đã hoàn thành 20 (86,96%)" in new.read(DOCUMENT).decode()
    assert not refreshed(tmp_path / "moi.docx", tmp_path / "lai.docx", **{shares().part: 20}).charts.refreshed


def test_a_chart_that_names_its_series_from_a_cell_is_drawn_anew_and_one_that_is_gone_is_told(
    exported: Path, tmp_path: Path
) -> None:
    """LibreOffice saves the title as a cell's, the figures as cells', and no words for who cannot see them."""
    package = Package(exported)
    parts = [name for name in package.names if name.startswith("word/charts/")]
    for name in parts:
        chart = re.sub(
            rb"<c:tx><c:v>([^<]*)</c:v></c:tx>",
            rb"<c:tx><c:strRef><c:f>label 0</c:f><c:strCache><c:ptCount val='1'/><c:pt idx='0'><c:v>\1</c:v></c:pt>"
            rb"</c:strCache></c:strRef></c:tx>", package.read(name),
        )
        package.write(name, chart.replace(b"numLit>", b"numCache>").replace(b".00</c:v>", b"</c:v>"))
    package.write(DOCUMENT, re.sub(rb' descr="[^"]*"', b"", package.read(DOCUMENT)))
    package.save(tmp_path / "sua.docx")
    updated = refreshed(tmp_path / "sua.docx", tmp_path / "moi.docx", **{shares().part: 20})
    assert updated.charts == ChartUpdate(refreshed=(shares().title,))
    new = Package(tmp_path / "moi.docx")
    assert any("20 (86,96%)" in new.read(name).decode() for name in parts)
    assert "Đã hoàn thành 20 (86,96%)" in new.read(DOCUMENT).decode()
    package.write(DOCUMENT, re.sub(DRAWING, b"", package.read(DOCUMENT)))
    package.save(tmp_path / "xoa.docx")
    gone = refreshed(tmp_path / "xoa.docx", tmp_path / "moi_2.docx").charts
    assert len(gone.lacking) == len(parts)
    assert (gone.refreshed, gone.kept) == ((), ())


def test_a_chart_of_the_template_itself_is_left_to_people(exported: Path, tmp_path: Path) -> None:
    """Its figures of the day when the template was written took the place of what people had put in since."""
    own, chart = "word/charts/rieng.xml", Package(exported).read("word/charts/bieu_do_1.xml")
    drawing = re.search(DRAWING, Package(exported).read(DOCUMENT)) or pytest.fail("no chart")
    made = []
    for name, source, value in (("mau.docx", TEMPLATE, b"1"), ("sua.docx", exported, b"2")):
        package = Package(source)
        package.write(own, re.sub(rb"(<c:tx><c:v>)[^<]*", rb"\1Rieng", chart.replace(b"<c:v>2", b"<c:v>" + value)))
        shown = b"<w:p><w:r>%b</w:r></w:p></w:body>" % drawing[0].replace(
            b"rIdBieuDo1", package.relationships(DOCUMENT).add("chart", own).encode()
        )
        package.write(DOCUMENT, package.read(DOCUMENT).replace(b"</w:body>", shown))
        package.save(tmp_path / name)
        made.append(package.read(own))
    assert made[0] != made[1]
    report, target = tmp_path / "sua.docx", tmp_path / "moi.docx"
    updated = update(report, target, tmp_path / "mau.docx", sample(), figures_of(sample()))
    assert updated.charts == ChartUpdate(kept=("Rieng",))
    assert Package(target).read(own) == made[1]


def shares() -> Chart:
    return next(each for each in sample().form.charts if each.kind == "shares")


def test_a_second_update_goes_on_from_the_first(exported: Path, tmp_path: Path) -> None:
    refreshed(exported, tmp_path / "mot.docx", ho_so_huyen_tiep_nhan=20001)
    updated = refreshed(tmp_path / "mot.docx", tmp_path / "hai.docx", ho_so_huyen_tiep_nhan=30001)
    assert {(figure.before, figure.after) for figure in updated.of(UpdateOutcome.CHANGED)} == {("20.001", "30.001")}


def test_an_overtyped_figure_is_kept_unless_asked(exported: Path, tmp_path: Path) -> None:
    report = edited(exported, tmp_path / "sua.docx", (RECEIVED, "10.300</w:t>"))
    kept = refreshed(report, tmp_path / "giu.docx")
    told = [(each.before, each.exported, each.after, each.written) for each in kept.of(UpdateOutcome.OVERTYPED)]
    assert told == [("10.300", "10.248", "10.248", False)]
    assert any("10.300 hồ sơ" in text for text in main_text(tmp_path / "giu.docx"))
    refreshed(report, tmp_path / "ghi.docx", overwrite=True)
    assert any("đã tiếp nhận 10.248 hồ sơ" in text for text in main_text(tmp_path / "ghi.docx"))


def test_a_tracked_retyping_inside_a_figure_is_overtyping(exported: Path, tmp_path: Path) -> None:
    run = '<w:r><w:t xml:space="preserve">10.248</w:t></w:r>'
    tracked = (
        '<w:del w:id="900" w:author="A"><w:r><w:delText>10.248</w:delText></w:r></w:del>'
        '<w:ins w:id="901" w:author="A"><w:r><w:t>10.300</w:t></w:r></w:ins>'
    )
    report = edited(exported, tmp_path / "sua.docx", (run, tracked))
    updated = refreshed(report, tmp_path / "moi.docx")
    assert [figure.before for figure in updated.of(UpdateOutcome.OVERTYPED)] == ["10.300"]
    assert tracked in Package(tmp_path / "moi.docx").read(DOCUMENT).decode()


def test_a_figure_that_word_has_cut_into_runs_is_written_into_the_first(exported: Path, tmp_path: Path) -> None:
    run = '<w:r><w:t xml:space="preserve">10.248</w:t></w:r>'
    cut = '<w:r><w:t>10.</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>248</w:t></w:r>'
    report = edited(exported, tmp_path / "sua.docx", (run, cut))
    refreshed(report, tmp_path / "moi.docx", ho_so_huyen_tiep_nhan=20001)
    wanted = '<w:r><w:t>20.001</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t></w:t></w:r>'
    assert wanted in Package(tmp_path / "moi.docx").read(DOCUMENT).decode()


def test_a_deleted_and_a_copied_figure_are_told(exported: Path, tmp_path: Path) -> None:
    part = read_part(DOCUMENT, Package(exported).read(DOCUMENT))
    first, second = (control_xml(part.data, number) for number in (1, 2))
    report = edited(exported, tmp_path / "sua.docx", (first, ""), (second, second * 2))
    updated = refreshed(report, tmp_path / "moi.docx")
    assert [figure.number for figure in updated.removed] == [1]
    assert [figure.number for figure in updated.duplicated] == [2]


def control_xml(data: bytes, number: int) -> str:
    end = data.index(f"#{number}\"".encode())
    start, stop = data.rindex(b"<w:sdt>", 0, end), data.index(b"</w:sdt>", end) + len(b"</w:sdt>")
    return data[start:stop].decode()


def test_without_tags_the_numbers_in_the_titles_are_enough(exported: Path, tmp_path: Path) -> None:
    package = Package(exported)
    xml = package.read(DOCUMENT).decode()
    package.write(DOCUMENT, re.sub(r"<w:tag [^>]*/>", "", xml).encode())
    package.save(tmp_path / "khong_the.docx")
    updated = refreshed(tmp_path / "khong_the.docx", tmp_path / "moi.docx", ho_so_huyen_tiep_nhan=20001)
    assert len(updated.of(UpdateOutcome.CHANGED)) == 2


def test_a_figure_of_the_other_branch_of_a_condition_is_still_computed(exported: Path, tmp_path: Path) -> None:
    updated = refreshed(exported, tmp_path / "moi.docx", ho_so_huyen_tre_hen=0)
    late = [figure for figure in updated.figures if figure.tag == sample().form.by_name["ho_so_huyen_tre_hen"].code]
    assert [(figure.before, figure.after) for figure in late] == [("05", "0")]


def test_a_report_that_the_tool_has_not_made_is_refused(tmp_path: Path) -> None:
    from docx import Document

    Document().save(str(tmp_path / "khac.docx"))
    with pytest.raises(UserError, match="không có số liệu nào gắn với sổ"):
        refreshed(tmp_path / "khac.docx", tmp_path / "moi.docx")
    assert not (tmp_path / "moi.docx").exists()


def test_texts_are_escaped_and_an_empty_element_is_opened() -> None:
    data = (
        b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:p><w:sdt><w:sdtPr>"
        b"<w:tag w:val='a'/></w:sdtPr><w:sdtContent><w:r><w:t/></w:r></w:sdtContent></w:sdt></w:p></w:document>"
    )
    assert b"<w:t>5 &lt; 7 &amp; 8</w:t>" in with_texts(read_part("a", data), {0: "5 < 7 & 8"})


def test_the_verb_lists_what_it_did(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: Callable[[Path, str, str, object], None]
) -> None:
    from cchc_xl.cli.report_verbs import report as run

    first = tmp_path / "bao_cao.docx"
    assert run(filled, first) == 0
    report = edited(first, tmp_path / "sua.docx", (RECEIVED, "10.300</w:t>"))
    assert run(filled, tmp_path / "moi.docx", edited=report) == 0
    assert "báo cáo ghi 10.300, sổ 10.248" in capsys.readouterr().out
    assert run(filled, tmp_path / "moi.docx", edited=report, json=True) == 0
    assert json.loads(capsys.readouterr().out)["figures"][0]["outcome"] == "overtyped"


def unframed(report: Path, target: Path, tag: str, typed: str) -> Path:
    """The report with a number typed over a figure, frame and all."""
    xml = Package(report).read(DOCUMENT).decode()
    frame = next(found[0] for found in re.finditer(r"<w:sdt>.*?</w:sdt>", xml) if f'<w:tag w:val="{tag}"/>' in found[0])
    return edited(report, target, (frame, f"<w:r><w:t>{typed}</w:t></w:r>"))


def test_a_number_typed_over_a_figure_and_its_frame_is_overtyped_and_not_removed(
    exported: Path, tmp_path: Path
) -> None:
    result = refreshed(unframed(exported, tmp_path / "sua.docx", "III.6.1", "10.300"), tmp_path / "moi.docx")
    told = [(each.tag, each.before, each.after, each.written) for each in result.of(UpdateOutcome.OVERTYPED)]
    assert told == [("III.6.1", "10.300", "10.248", False)]
    assert "III.6.1" not in [each.tag for each in result.removed]


def test_a_figure_that_has_only_lost_its_frame_is_told_as_such(exported: Path, tmp_path: Path) -> None:
    result = refreshed(unframed(exported, tmp_path / "sua.docx", "III.6.1", "10.248"), tmp_path / "moi.docx")
    assert [each.tag for each in result.of(UpdateOutcome.UNFRAMED)] == ["III.6.1"]


def test_a_figure_whose_number_is_gone_is_removed(exported: Path, tmp_path: Path) -> None:
    result = refreshed(unframed(exported, tmp_path / "sua.docx", "III.6.1", "nhiều"), tmp_path / "moi.docx")
    assert "III.6.1" in [each.tag for each in result.removed]
