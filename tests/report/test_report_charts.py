"""The charts of the appendix: drawn from the declared figures, told in words, in greys."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from report_sample import TEMPLATE, W, figures_of, highlighted, part, rendered, rendered_by, sample, without

from cchc_xl import office
from cchc_xl.errors import UserError
from cchc_xl.report.figure_marks import Marks
from cchc_xl.report.word_charts import A, C, charts
from cchc_xl.values import replace
from tests.kept_office import converted

WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def chart_parts(document: Path) -> list[etree._Element]:
    with zipfile.ZipFile(document) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/charts/")]
        return [etree.fromstring(archive.read(name)) for name in names]


def test_every_declared_chart_names_declared_figures() -> None:
    form = sample().form
    assert form.charts
    for chart in form.charts:
        assert {chart.part, *filter(None, [chart.whole])} <= set(form.by_name)
        assert chart.kind == "shares" or any(unit.kind == chart.units for unit in form.units)


def test_the_annual_report_shows_every_declared_chart_that_tells_something(tmp_path: Path) -> None:
    """The rates of the sample are 100 in every ward: ten bars alike are left out."""
    document, _ = rendered_by(TEMPLATE, tmp_path)
    drawn = len(charts(sample(), figures_of(sample()), Marks()))
    assert drawn == len(sample().form.charts) - 1
    assert len(chart_parts(document)) == drawn == len(part(document).findall(f".//{W}drawing"))
    titles = [each for each in part(document).iter(f"{W}pStyle") if each.get(f"{W}val") == "BieuDoTen"]
    assert [each.getnext() is not None for each in titles] == [True, *[False] * (drawn - 1)], "the first on a new page"
    with zipfile.ZipFile(document) as archive:
        types, relations = archive.read("[Content_Types].xml"), archive.read("word/_rels/document.xml.rels")
    for number in range(1, 1 + drawn):
        assert f"/word/charts/bieu_do_{number}.xml".encode() in types
        assert f"charts/bieu_do_{number}.xml".encode() in relations


def test_a_chart_is_told_in_words_for_people_who_cannot_see_it(tmp_path: Path) -> None:
    document, _ = rendered_by(TEMPLATE, tmp_path)
    told = [found.get("descr") or "" for found in part(document).iter(f"{WP}docPr")]
    drawn = charts(sample(), figures_of(sample()), Marks())
    assert told == [each.told for each in drawn]
    tasks = next(each for each in drawn if each.declared.kind == "shares")
    assert tasks.told == f"{tasks.ten}: Đã hoàn thành 21 (91,30%); Chưa hoàn thành 2 (8,70%)."


def test_ids_of_drawings_are_unique(tmp_path: Path) -> None:
    ids = [found.get("id") for found in part(rendered_by(TEMPLATE, tmp_path)[0]).iter(f"{WP}docPr")]
    assert len(set(ids)) == len(ids)


def test_charts_are_in_greys_and_their_numbers_are_written_out(tmp_path: Path) -> None:
    parts = chart_parts(rendered_by(TEMPLATE, tmp_path)[0])
    colours = {str(found.get("val")) for each in parts for found in each.iter(f"{{{A}}}srgbClr")}
    assert all(re.fullmatch(r"(..)\1\1", colour) for colour in colours)
    texts = ["".join(found.itertext()) for each in parts for found in each.iter(f"{{{C}}}dLbl")]
    assert "5.230" in texts


def test_a_unit_without_figures_is_left_out_and_a_chart_without_figures_is_not_drawn(tmp_path: Path) -> None:
    content = without(sample(), "ho_so_xa_tiep_nhan", "phuong_3")
    received = next(each for each in charts(content, figures_of(content), Marks()) if len(each.points) == 9)
    assert "Phường 3 " not in received.told
    nothing = replace(sample(), readings={})
    assert charts(nothing, figures_of(nothing), Marks()) == ()
    document, _ = rendered(tmp_path, "@ket Hết./.", nothing)
    assert chart_parts(document) == []


def test_a_form_without_charts_has_none(tmp_path: Path) -> None:
    content = replace(sample(), form=sample().form.changed(charts=()))
    document, _ = rendered_by(TEMPLATE, tmp_path, content)
    assert part(document).findall(f".//{W}drawing") == []
    assert highlighted(document) == []


def test_a_chart_that_names_no_figure_is_told() -> None:
    form = sample().form
    wrong = replace(sample(), form=form.changed(charts=(form.charts[0].changed(part="so_la"),)))
    with pytest.raises(UserError, match=r"Biểu đồ › .*không có chỉ tiêu tên “so_la”"):
        charts(wrong, figures_of(sample()), Marks())


@pytest.mark.office
@pytest.mark.skipif(not office.is_installed(), reason="LibreOffice is not installed")
def test_libreoffice_keeps_the_charts_when_it_saves_the_report(tmp_path: Path) -> None:
    document, _ = rendered_by(TEMPLATE, tmp_path)
    resaved = converted(document, "docx", tmp_path / "lai.docx")
    with zipfile.ZipFile(resaved) as archive:
        kept = [name for name in archive.namelist() if re.fullmatch(r"word/charts/chart\d+\.xml", name)]
    assert len(kept) == len(chart_parts(document))
