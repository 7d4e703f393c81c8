"""The same table in the Word report: headings repeated, every figure a content control, sentences that name cells."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree
from report_sample import render

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import packed
from cchc_xl.master.compute_book import Computed, compute
from cchc_xl.master.master_book import Entries, fill, open_master
from cchc_xl.schema import begun, period_of
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.new import make_files
from cchc_xl.verbs.recalc import recalc
from cchc_xl.word.word_package import members
from cchc_xl.word.word_xml import Element, name
from tools.template.build_template import build_template

FOLDER = form_folder("ii06a")
TEMPLATE = FOLDER / "bao_cao_ii06a.docx"


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    form = load_form(FOLDER)
    form = begun(form.changed(units=form.units[:2]), period_of(form, "quý II/2026"))
    made = make_files(form, tmp_path_factory.mktemp("word"))
    master, entries = open_master(made.master), sample_entries(form)
    mine = {unit.id for unit in form.units}
    fill(master, Entries(cells=[each for each in entries.cells if each[0] in mine], info=entries.info))
    master.workbook.commit()
    recalc(made.master, datetime(2026, 6, 14, 8))
    return compute(made.master)


def written(computed: Computed, target: Path, template: Path = TEMPLATE) -> Element:
    render(template, computed.content, computed.figures, target)
    return etree.fromstring(members(target)["word/document.xml"])


def texts(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter(name("t")))


def test_the_template_is_what_its_source_makes() -> None:
    assert members(TEMPLATE) == members_of(build_template(FOLDER / "bao_cao_ii06a.txt"))


def members_of(data: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


def test_every_figure_stands_in_the_grid_as_a_content_control(computed: Computed, tmp_path: Path) -> None:
    document = written(computed, tmp_path / "bao_cao.docx")
    tags = [str(each.get(name("val"))) for each in document.iter(name("tag"))]
    codes = set(computed.figures)
    assert {tag.removesuffix("|bang") for tag in tags if tag.endswith("|bang")} == codes
    assert "ii06a.99(3)" in tags
    grid = next(each for each in document.iter(name("tbl")) if "(13)" in texts(each))
    heads = [row for row in grid.iter(name("tr")) if row.find(f"{name('trPr')}/{name('tblHeader')}") is not None]
    assert len(heads) == 4
    assert [texts(each) for each in heads[-1].iter(name("tc"))] == [f"({number})" for number in range(1, 14)]
    assert [each.get(name("val")) for each in heads[0].iter(name("gridSpan"))] == ["4", "4", "3"]
    last = list(grid.iter(name("tr")))[-1]
    assert {each.get(name("val")) for each in last.iter(name("pStyle"))} == {"BangNhieuCotDam"}


def test_a_row_that_is_not_there_is_told(computed: Computed, tmp_path: Path) -> None:
    parts = members(TEMPLATE)
    wrong = parts["word/document.xml"].decode().replace('ii06a["Hộ tịch"]', 'ii06a["Hộ khẩu"]')
    template = tmp_path / "mau.docx"
    template.write_bytes(packed({**parts, "word/document.xml": wrong.encode()}))
    with pytest.raises(UserError, match="Hộ khẩu"):
        written(computed, tmp_path / "bao_cao.docx", template)
