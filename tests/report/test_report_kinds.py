"""The reports of a year, nine and six months, a quarter, a month: made of shared parts, laid out as the decree asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_sample import (
    ROOT,
    body_text,
    footnote_texts,
    highlighted,
    main_text,
    rendered,
    rendered_by,
    sample,
    text_of,
)
from template_tags import used_names

from cchc_xl.errors import UserError
from cchc_xl.rule_registry import Severity
from cchc_xl.values import replace
from cchc_xl.verbs.report import default_template
from cchc_xl.word.decree30 import check_layout
from tools.template.build_template import build_template
from tools.template.source_text import read_source

SOURCES = ROOT / "templates/nguon"
KINDS = {
    "bao_cao_nam": "năm 2021", "bao_cao_9_thang": "9 tháng đầu năm 2021", "bao_cao_6_thang": "6 tháng đầu năm 2021",
    "bao_cao_quy": "quý III năm 2021", "bao_cao_thang": "tháng 8 năm 2021",
}


def report(name: str, folder: Path) -> Path:
    content = sample()
    info = {**content.info, "ky_bao_cao": text_of(KINDS[name])}
    document, _ = rendered_by(ROOT / f"templates/{name}.docx", folder, replace(content, info=info))
    return document


def test_every_template_has_its_source_and_its_kind_of_period() -> None:
    built = {path.stem for path in (ROOT / "templates").glob("*.docx")}
    assert built == {path.stem for path in SOURCES.glob("*.txt")} == set(KINDS)
    assert {Path(each.template).stem for each in sample().form.periods if each.template} == built


@pytest.mark.parametrize("name", KINDS)
def test_every_template_is_what_its_source_makes(name: str) -> None:
    made = build_template(SOURCES / f"{name}.txt")
    assert made == (ROOT / f"templates/{name}.docx").read_bytes(), "run: make template"


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_report_passes_the_layout_checker(name: str, tmp_path: Path) -> None:
    findings = check_layout(report(name, tmp_path))
    assert [found.message for found in findings if found.severity is Severity.ERROR] == []


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_report_names_its_period_and_lacks_nothing(name: str, tmp_path: Path) -> None:
    document = report(name, tmp_path)
    texts = body_text(document)
    assert texts[1].endswith(KINDS[name])
    assert highlighted(document) == []
    assert not any("$" in text or "#" in text for text in texts)


def test_shared_parts_are_included_and_each_is_used() -> None:
    used = {
        line.split()[1] for source in SOURCES.glob("*.txt")
        for line in source.read_text(encoding="utf-8").splitlines() if line.startswith("#include")
    }
    assert used == {f"phan_chung/{path.name}" for path in (SOURCES / "phan_chung").glob("*.txt")}
    own = [len(source.read_text(encoding="utf-8").splitlines()) for source in SOURCES.glob("*.txt")]
    assert max(own) < 50, "what two reports say stands in phan_chung"


def test_only_the_annual_report_tells_of_the_year_before() -> None:
    annual, *shorter = (used_names(ROOT / f"templates/{name}.docx") for name in KINDS)
    assert "chi_so_hai_long_nam_truoc" in annual.difference(*shorter)
    assert set().union(*shorter) < annual


def test_the_form_chooses_the_template_by_its_kind_of_period() -> None:
    form = sample().form
    own = {each.id: each.template for each in form.periods if each.template}
    assert len(set(own.values())) == len(KINDS)
    for kind, file in own.items():
        assert default_template(form.changed(period=form.period.changed(kind=kind))).name == file


# The source


def test_includes_words_and_numbers_of_headings_are_resolved_when_building(tmp_path: Path) -> None:
    (tmp_path / "phan").mkdir()
    (tmp_path / "phan/a.txt").write_text("@khoan #. Trong $ky\n@diem #) một\n@diem #) hai\n", encoding="utf-8")
    source = tmp_path / "mau.txt"
    source.write_text(
        "#set ky = quý\n@muc #. A\n#include phan/a.txt\n@khoan #. C\n@tieu_khoan #. D\n@muc #. B\n@khoan #. E\n",
        encoding="utf-8",
    )
    texts = ["".join(span.text for span in line.spans) for line in read_source(source)]
    assert texts == ["I. A", "1. Trong quý", "a) một", "b) hai", "2. C", "2.1. D", "II. B", "1. E"]


@pytest.mark.parametrize(("text", "what"), [
    ("#include khong_co.txt", r"mau\.txt, dòng 1: #include khong_co\.txt: không có tệp này"),
    ("#include mau.txt", r"tự chèn chính nó"),
    ("Trong $ky", r"mau\.txt, dòng 1: “\$ky” chưa được đặt\. Thêm dòng #set ky"),
])
def test_a_wrong_include_is_told_with_its_line(tmp_path: Path, text: str, what: str) -> None:
    source = tmp_path / "mau.txt"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=what):
        read_source(source)


# First citation full, later ones short


def test_later_citations_are_short(tmp_path: Path) -> None:
    line = "@ket {{ vb.kh_cchc.cua }}; {{ vb.kh_cchc }}; {{ vb.kh_cchc.day_du }}; {{ vb.kh_pho_bien_phap_luat }}"
    told = next(text for text in main_text(rendered(tmp_path, line)[0]) if text.startswith("Kế hoạch"))
    assert told == (
        "Kế hoạch số 05/KH-UBND ngày 19/01/2021 của Ủy ban nhân dân thành phố Sóc Trăng; Kế hoạch số 05/KH-UBND; "
        "Kế hoạch số 05/KH-UBND; Kế hoạch số 12/KH-UBND ngày 21/01/2021"
    )


def test_a_document_cited_in_a_footnote_is_known_afterwards(tmp_path: Path) -> None:
    cited = "[^kh_pho_bien_phap_luat]"
    document, _ = rendered(tmp_path, f"@ket Phổ biến{cited} theo {{{{ vb.kh_pho_bien_phap_luat }}}}{cited}.")
    assert "Phổ biến¹ theo Kế hoạch số 12/KH-UBND²." in main_text(document)
    assert footnote_texts(document) == ["Kế hoạch số 12/KH-UBND ngày 21/01/2021"] * 2
