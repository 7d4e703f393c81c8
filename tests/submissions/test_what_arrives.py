"""What officials send besides forms as they were handed out: each file gets the one sentence that helps."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.master.compute_book import compute
from cchc_xl.schema import Form
from cchc_xl.submissions.handed_in import Fate
from cchc_xl.submissions.incoming_files import unpacked
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.verbs.collect import Collected, collect
from tests.books import NOW, blank_master
from tests.forms_support import filled_form, registered, wards


@pytest.fixture(scope="module")
def arrived(form: Form, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Collected]:
    """A folder as it comes, collected."""
    folder = tmp_path_factory.mktemp("den")
    nop, beside = folder / "nop", folder / "khac"
    for each in (nop / "Phường 1", beside):
        each.mkdir(parents=True)
    units = wards(form)
    filled_form(form, units[0], nop / "Phường 1" / "bieu.xlsx")
    forms = [filled_form(form, unit, beside / f"{unit.id}.xlsx") for unit in units[1:4]]
    names = ("Biểu mẫu/Phường 2.xlsx".encode(), "Phươ\u0300ng 3.xlsx".encode("cp1258"))
    zipped = {name: path.read_bytes() for name, path in zip(names, forms, strict=False)}
    zip_of(nop / "gui.zip", zipped | {b"Thumbs.db": b"x"})
    copied = openpyxl.load_workbook(forms[2])
    for name in (sheet_names.IDENTITY, sheet_names.FORM_RULES):
        copied.remove(copied[name])
    copied.save(nop / "ban chep.xlsx")
    for name in ("Thumbs.db", "desktop.ini", "ky.jpg", "quet.pdf", "bao_cao.docx", "gui.rar"):
        (nop / name).write_bytes(b"abc")
    blank_master(form, folder / "CCHC.xlsx")
    return folder / "CCHC.xlsx", collect(folder / "CCHC.xlsx", [nop], NOW, processes=1)


def zip_of(path: Path, members: dict[bytes, bytes]) -> None:
    """An archive whose names are bytes that say no encoding."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, data in enumerate(members.values()):
            archive.writestr(zipfile.ZipInfo("x" * len(list(members)[number]), (2021, 12, 13, 7, 0, 0)), data)
    data = path.read_bytes()
    for name in members:
        data = data.replace(b"x" * len(name), name, 1)
        at = data.rindex(b"x" * len(name), data.index(b"PK\x01\x02"))
        data = data[:at] + name + data[at + len(name):]
    path.write_bytes(data)


def said(collected: Collected, name: str) -> str:
    return next(each.message for each in collected.outcomes if each.path.name == name)


def test_forms_in_folders_and_archives_are_taken_under_the_names_people_gave(
    form: Form, arrived: tuple[Path, Collected]
) -> None:
    book, collected = arrived
    taken = {each.path.name for each in collected.outcomes if each.fate is Fate.TAKEN}
    assert taken == {"bieu.xlsx", "Phường 2.xlsx", "Phường 3.xlsx", "ban chep.xlsx"}
    assert registered(book, wards(form)[1]).at.startswith("13/12/2021")


def test_a_form_that_lost_its_hidden_sheet_is_known_by_its_head_and_asked_about(
    arrived: tuple[Path, Collected]
) -> None:
    copied = next(each for each in arrived[1].outcomes if each.path.name == "ban chep.xlsx")
    assert "known_by_head" in {finding.rule for finding in copied.findings}
    assert "Hỏi lại đơn vị" in copied.findings[0].message


@pytest.mark.parametrize(("name", "helps"), [
    ("ky.jpg", "bản quét"), ("quet.pdf", "tệp Excel"), ("bao_cao.docx", "Đối chiếu"), ("gui.rar", "Giải nén"),
])
def test_what_is_no_workbook_is_refused_with_what_helps(
    arrived: tuple[Path, Collected], name: str, helps: str
) -> None:
    assert helps in said(arrived[1], name)


def test_a_form_in_the_place_of_the_book_is_called_what_it_is(form: Form, tmp_path: Path) -> None:
    path = filled_form(form, wards(form)[0], tmp_path / "bieu.xlsx")
    with pytest.raises(UserError, match=r"đây là biểu mẫu của đơn vị .Phường 1., không phải sổ.*cchc-xl collect"):
        compute(path)
    plain = openpyxl.Workbook()
    plain.save(path)
    with pytest.raises(UserError, match=r"không phải sổ tổng hợp.*cchc-xl import"):
        compute(path)


def test_what_windows_makes_by_itself_is_counted_and_nothing_else_is_said_of_it(
    arrived: tuple[Path, Collected]
) -> None:
    assert arrived[1].counts.endswith("Bỏ qua 2 tệp do Windows tự tạo.")
    assert not any(each.path.name in ("Thumbs.db", "desktop.ini") for each in arrived[1].outcomes)


def test_an_archive_without_a_form_or_beyond_the_bounds_is_refused(tmp_path: Path) -> None:
    zip_of(tmp_path / "a.zip", {b"desktop.ini": b"x"})
    with pytest.raises(RefusedError, match="empty_archive"):
        unpacked(tmp_path / "a.zip", tmp_path / "ra")
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bom.xlsx", b"0" * 2**23)
    with pytest.raises(RefusedError, match="bomb"):
        unpacked(tmp_path / "b.zip", tmp_path / "ra")
    # The first bit of the flags: with a password.
    data = (tmp_path / "a.zip").read_bytes()
    central = data.index(b"PK\x01\x02") + 8
    (tmp_path / "d.zip").write_bytes(data[:central] + bytes((data[central] | 1,)) + data[central + 1 :])
    with pytest.raises(RefusedError, match="locked_archive"):
        unpacked(tmp_path / "d.zip", tmp_path / "ra")
    (tmp_path / "c.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(RefusedError, match="damaged"):
        unpacked(tmp_path / "c.zip", tmp_path / "ra")
    assert not (tmp_path / "ra").exists()
