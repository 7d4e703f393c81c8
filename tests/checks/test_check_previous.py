"""The last period's figures through files: `new --previous`, filled, recalculated; the findings and the words."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from cchc_xl.errors import UserError
from cchc_xl.figures import Content, Figure, total
from cchc_xl.master.master_book import Entries, open_master
from cchc_xl.report.template_names import Known, vocabulary
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form
from cchc_xl.values import NOWHERE, Address, Reading, Status, replace
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.new import make_all
from cchc_xl.verbs.recalc import compute, recalc
from tests.books import NOW, blank_master, enter
from tests.report_sample import W, paragraph_text, part, rendered, sample

CITY = "thanh_pho"
BEFORE = {
    "III.6.1": "9870", "III.6.2": "9870", "III.6.3a": "9861", "I.1.1": "20", "I.1.2": "20", "IV.2.1": "9", "I.2.1": "0",
    "IV.3.1": "1200", "IV.3.2": "1150", "I.5.1": "300",
}
NOW_TYPED = {
    "III.6.1": "98750", "IV.2.1": "95", "IV.3.1": "1260000", "IV.3.2": "11500", "I.5.1": "31000", "I.1.1": "23",
    "III.6.2": "10248", "III.6.3a": "10243", "I.2.1": "2",
}
"""Digits too many: ×10, ×1000, ×10, ×100; and what has only grown."""


@pytest.fixture(scope="module")
def _book(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ky")
    entries = sample_entries(form)
    before = folder / "truoc.xlsx"
    blank_master(form, before)
    enter(before, with_city(entries, BEFORE))
    recalc(before, NOW)
    made = make_all(form.id, "năm 2022", folder / "nay", previous=before)
    enter(made.master, with_city(entries, NOW_TYPED))
    recalc(made.master, NOW)
    return made.master


@pytest.fixture
def book(_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_book, tmp_path / _book.name))


def with_city(entries: Entries, typed: dict[str, str]) -> Entries:
    """The entries with other figures of the city."""
    cells = [each for each in entries.cells if each[0] != CITY or each[1] not in typed]
    return replace(entries, cells=[*cells, *((CITY, code, text) for code, text in typed.items())])


def found_at(book: Path, code: str) -> list[Finding]:
    master = open_master(book)
    section = master.form.section_of[code]
    place = Address(section.sheet, master.grids[section.number].address(code, CITY))
    return [each for each in compute(book).findings if place in each.cells]


def test_figures_of_a_later_period_are_refused_and_nothing_is_made(book: Path, form: Form, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"sổ của năm 2022, không phải kỳ trước của quý I/2022"):
        make_all(form.id, "quý I/2022", tmp_path / "nay", previous=book)
    assert not (tmp_path / "nay").exists()


@pytest.mark.parametrize(("code", "suggestion"), [
    ("III.6.1", "9875"), ("IV.2.1", ""), ("IV.3.1", "1260"), ("IV.3.2", "1150"), ("I.5.1", "310"),
])
def test_digits_too_many_are_found_at_the_cell_that_was_typed(book: Path, code: str, suggestion: str) -> None:
    slips = [each for each in found_at(book, code) if each.rule in ("digit_slip", "previous_ratio")]
    assert len(slips) == 1
    assert slips[0].suggestion == suggestion
    assert "kỳ trước" in slips[0].message


def test_a_figure_that_only_grew_and_one_that_was_zero_are_not_accused(book: Path) -> None:
    for code in ("I.1.1", "I.2.1", "III.6.2"):
        assert not {"digit_slip", "previous_ratio"} & {each.rule for each in found_at(book, code)}


def test_sections_copied_from_the_last_period_are_told_each_once(book: Path) -> None:
    copied = [each for each in compute(book).findings if each.rule == "previous_copy"]
    assert copied
    assert len({each.unit or each.message.partition(":")[0] for each in copied}) == len(copied)
    assert all(len(each.cells) >= (4 if each.unit else 8) for each in copied)
    assert {each.unit for each in copied} >= {f"phuong_{number}" for number in range(1, 11)}
    assert any(each.message.startswith("Mục “") for each in copied)


def test_the_last_period_is_kept_when_recalculated_again(book: Path) -> None:
    assert not recalc(book, NOW).changed
    assert compute(book).content.previous["ho_so_huyen_tiep_nhan"].value == 9870


def told(folder: Path, line: str, content: Content) -> str:
    document, _ = rendered(folder, f"@ket {line}", content)
    paragraphs = part(document).iter(f"{W}p")
    style = f"{W}pPr/{W}pStyle[@{W}val='Ket']"
    return next(paragraph_text(each) for each in paragraphs if each.find(style) is not None)


@pytest.mark.parametrize(("line", "text"), [
    ("{{ truoc.ho_so_huyen_da_giai_quyet }}", "9.870"),
    ("{{ ho_so_huyen_da_giai_quyet | tang_giam_ky_truoc }}", "tăng 3,83% (378)"),
    ("{{ tang_giam(ho_so_huyen_da_giai_quyet, truoc.ho_so_huyen_da_giai_quyet, 'hồ sơ') }}", "tăng 378 hồ sơ"),
    ("{{ ty_le_ho_so_huyen_dung_hen | tang_giam_ky_truoc }}", "tăng 0,04 điểm %"),
    ("{{ tang_giam(ty_le_ho_so_huyen_dung_hen, truoc.ty_le_ho_so_huyen_dung_hen) }}", "tăng 0,04 điểm %"),
    ("{% if ho_so_huyen_da_giai_quyet > truoc.ho_so_huyen_da_giai_quyet %}hơn{% else %}không hơn{% endif %}", "hơn"),
])
def test_the_report_tells_the_change_with_the_right_amount(book: Path, tmp_path: Path, line: str, text: str) -> None:
    form = open_master(book).form
    names = {
        "ho_so_huyen_da_giai_quyet": form.by_code["III.6.2"].name,
        "ty_le_ho_so_huyen_dung_hen": form.by_code["III.6.3"].name,
    }
    for word, name in names.items():
        line = line.replace(word, name)
    assert told(tmp_path, line, compute(book).content) == text


@pytest.mark.parametrize(("code", "typed", "text"), [
    ("III.6.1", "9870", " (tăng 378 hồ sơ, 3,83% so với cùng kỳ năm trước)"),
    ("III.6.1", "10248", " (bằng cùng kỳ năm trước)"),
    ("III.6.1", "0", " (cùng kỳ không phát sinh)"),
    ("III.6.1", "20496", " (giảm 10.248 hồ sơ, 50% so với cùng kỳ năm trước)"),
    ("I.2.1", "0", ""), ("III.6.1", None, ""),
])
def test_behind_a_figure_stands_what_is_known_of_last_year_and_no_bracket_else(
    tmp_path: Path, code: str, typed: str | None, text: str
) -> None:
    content = sample()
    row = content.form.by_code[code]
    now = {"III.6.1": Decimal(10248), "I.2.1": Decimal(0)}[code]
    known = {row.name: Figure(row, Decimal(typed), 1)} if typed else {}
    content = replace(content, last_year=known, readings={
        **content.readings, (CITY, code): Reading(Status.VALUE, now, str(now), NOWHERE),
    })
    assert told(tmp_path, f"Có{{{{ {row.name} | kem_cung_ky }}}}", content) == f"Có{text}"


def test_nothing_is_a_percentage_of_nothing_and_a_missing_period_is_said(book: Path, tmp_path: Path) -> None:
    content = compute(book).content
    row = content.form.by_code["I.2.1"]
    assert told(tmp_path, f"{{{{ {row.name} | tang_giam_ky_truoc }}}}", content) == "tăng 2"
    bare = replace(content, previous={})
    for line in (f"{{{{ {row.name} | tang_giam_ky_truoc }}}}", f"{{{{ truoc.{row.name} }}}}"):
        assert told(tmp_path, line, bare).startswith("〔chưa có số liệu kỳ trước I.2.1")


def test_the_names_of_the_last_period_are_known_to_the_proof_reader(form: Form) -> None:
    known = Known(vocabulary(form))
    name = form.by_code["III.6.1"].name
    assert known.has(f"truoc.{name}")
    assert not known.has("truoc.khong_co")


def test_every_figure_known_of_the_last_period_stands_beside_its_own(form: Form, book: Path) -> None:
    content = compute(book).content
    before = content.previous
    assert len(before) > 200
    assert all(figure.indicator is content.form.by_name[name] for name, figure in before.items())
    assert before[form.by_code["III.6.2"].name].value == Decimal(9870)
    assert total(content.form, content.readings)["III.6.2"].value == Decimal(10248)
