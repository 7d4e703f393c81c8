"""The review copy: every figure says where it stands, how it was made, and what was found about it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from docx import Document as Word
from report_sample import W, highlighted, part

from cchc_xl.errors import UserError
from cchc_xl.master.master_book import Entries, open_master
from cchc_xl.office import is_installed
from cchc_xl.report.review_copy import changed_paragraphs
from cchc_xl.verbs.report import export
from tests.books import enter
from tests.kept_office import converted


@pytest.fixture(scope="module")
def review(_filled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not to be changed."""
    target = tmp_path_factory.mktemp("soat") / "soat.docx"
    export(_filled_once, target, review=True)
    return target


def comments_of(document: Path) -> list[str]:
    return [comment.text for comment in Word(str(document)).comments]


def test_every_figure_has_a_comment_with_its_cell(review: Path) -> None:
    figures = len(list(part(review).iter(f"{W}sdt")))
    comments = comments_of(review)
    assert len(comments) == figures > 200
    assert any("III.6.1" in comment and "!" in comment for comment in comments)


def test_a_comment_spells_out_the_sum_of_the_units(review: Path) -> None:
    assert any("34.870 = 2.790 (Phường 1) + 4.882 (Phường 2)" in comment for comment in comments_of(review))


def test_a_comment_says_what_a_rate_was_made_of(review: Path) -> None:
    assert any("99,95 từ 10.243/10.248" in comment for comment in comments_of(review))


def test_a_comment_tells_the_findings_of_its_figure(review: Path) -> None:
    assert any("[Cần giải trình]" in comment for comment in comments_of(review))


def test_sentences_that_the_previous_export_did_not_have_are_highlighted(filled: Path, tmp_path: Path) -> None:
    first = tmp_path / "truoc.docx"
    export(filled, first)
    export(filled, tmp_path / "nhu_cu.docx", review=True, previous=first)
    assert highlighted(tmp_path / "nhu_cu.docx") == []
    word = Word(str(first))
    next(each for each in word.paragraphs if each.text.startswith("Kính gửi")).add_run(" và nơi khác")
    word.save(str(first))
    export(filled, tmp_path / "khac.docx", review=True, previous=first)
    assert "Kính gửi" in "".join(highlighted(tmp_path / "khac.docx"))


def test_a_changed_figure_is_set_off_and_tells_what_it_was(filled: Path, tmp_path: Path) -> None:
    first, code = tmp_path / "truoc.docx", "III.6.6"
    export(filled, first, draft=True)
    unit = open_master(filled).form.reporters(open_master(filled).form.by_code[code])[0].id
    enter(filled, Entries(cells=[(unit, code, "2890")]))
    export(filled, tmp_path / "khac.docx", review=True, previous=first, draft=True)
    told = [comment for comment in comments_of(tmp_path / "khac.docx") if comment.startswith("Lần trước")]
    assert told
    assert all(comment.startswith("Lần trước ghi 34.870, nay ghi 34.970.") for comment in told)
    set_off = [each for each in part(tmp_path / "khac.docx").iter(f"{W}u") if each.get(f"{W}val") == "double"]
    texts = {"".join(run.itertext()) for each in set_off for run in each.iterancestors(f"{W}r")}
    assert texts == {"34.970"}
    assert len(set_off) == len(told)


def test_a_previous_export_that_is_none_is_told_and_nothing_written(filled: Path, tmp_path: Path) -> None:
    letter = Word()
    letter.add_paragraph("Kính gửi: Ông Nguyễn Văn A. Cuộc họp dời sang 9 giờ.")
    letter.save(str(tmp_path / "thu.docx"))
    for name, told in (("thu.docx", "không nhận ra câu nào"), ("khong_co.docx", "không tìm thấy")):
        with pytest.raises(UserError, match=told):
            export(filled, tmp_path / "ra.docx", previous=tmp_path / name)
    assert not (tmp_path / "ra.docx").exists()


def test_moved_paragraphs_count_as_changed_where_they_stand_now() -> None:
    assert changed_paragraphs(["a", "b", "c"], ["b", "c", "a"]) == [2]


@pytest.mark.office
def test_the_office_opens_the_review_copy(review: Path, tmp_path: Path) -> None:
    if not is_installed():
        pytest.skip("LibreOffice is not installed")
    shutil.copy(review, tmp_path / "ban.docx")
    assert converted(tmp_path / "ban.docx", "pdf", tmp_path / "ban.pdf").stat().st_size > 10_000
