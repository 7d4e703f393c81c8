"""A document that people have edited is never replaced unasked; one that is as the program wrote it may be."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import docx
import pytest
from report_sample import TEMPLATE, sample

from cchc_xl.errors import UserError
from cchc_xl.excel import seal
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.figures import total
from cchc_xl.reconcile.comparison import Auditor, commented_copy
from cchc_xl.report.template_check import Mistake, write_commented_copy
from cchc_xl.verbs.reconcile import reconcile
from cchc_xl.verbs.report import export, refresh
from cchc_xl.word.document_text import read_document
from tests.reconcile.test_any_document import _online, with_parts

MORE = "Đoạn do cán bộ thêm vào."


def edited(file: Path) -> bytes:
    """The file after people have added a paragraph; its bytes."""
    document = docx.Document(str(file))
    document.add_paragraph(MORE)
    document.save(str(file))
    return file.read_bytes()


@pytest.fixture(scope="module")
def reported(_filled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bao_cao")
    export(Path(shutil.copy(_filled_once, folder / "CCHC.xlsx")), folder / "bao_cao.docx")
    return folder / "bao_cao.docx"


@pytest.fixture
def out(reported: Path, tmp_path: Path) -> Path:
    """The report of the filled book, as the program has written it."""
    return Path(shutil.copy(reported, tmp_path))


def backups(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted((folder / "sao_luu").glob("*"))]


def test_a_report_is_written_again_where_nobody_has_changed_it(filled: Path, tmp_path: Path) -> None:
    """The usual case stays as it was: no question, no backup."""
    out = tmp_path / "bao_cao.docx"
    export(filled, out)
    first = out.read_bytes()
    export(filled, out)
    assert out.read_bytes() == first
    assert not backups(tmp_path)


@pytest.mark.parametrize("make", [
    edited,
    lambda file: file.write_bytes(TEMPLATE.read_bytes()),
    lambda file: file.write_text("không phải tệp Word", encoding="utf-8"),
    lambda file: file.write_bytes(b""),
], ids=["edited", "of other origin", "no Word file", "empty"])
def test_a_document_of_people_stays(make: Callable[[Path], object], filled: Path, out: Path, tmp_path: Path) -> None:
    """Refused with the remedies; kept as a backup where it is to be replaced all the same."""
    make(out)
    before = out.read_bytes()
    with pytest.raises(UserError, match="không còn như phần mềm ghi lần trước") as refused:
        export(filled, out)
    assert "--update bao_cao.docx" in refused.value.remedy
    assert "--replace" in refused.value.remedy
    assert out.read_bytes() == before
    assert not backups(tmp_path)
    export(filled, out, replace=True)
    assert backups(tmp_path) == [before]
    assert seal.intact(out)


@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize("name", ["{book}", "lien_ket.docx", "bang.xlsx", "cu.pdf", "."])
def test_what_is_no_word_file_is_never_replaced(
    update: bool, name: str, reported: Path, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the master, not under another name either, no other workbook, no PDF, no folder; not even when asked."""
    monkeypatch.chdir(tmp_path)
    edited_report, out = Path(shutil.copy(reported, tmp_path / "sua.docx")), Path(name.format(book=filled))
    if name == "lien_ket.docx":
        out.symlink_to(filled)
        if sys.platform == "win32" and not out.is_symlink():
            pytest.skip("Wine makes no symbolic links")
    elif name in ("bang.xlsx", "cu.pdf"):
        out.write_bytes(b"of people")
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    write = partial(refresh, filled, edited_report) if update else partial(export, filled)
    with pytest.raises(UserError) as refused:
        write(out, pdf=True, replace=True)
    assert ".docx" in refused.value.remedy
    assert "--replace" not in refused.value.remedy
    assert {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before


def test_a_commented_copy_never_takes_the_place_of_the_workbook(filled: Path, out: Path) -> None:
    before = filled.read_bytes()
    with pytest.raises(UserError, match="tệp đầu vào"):
        reconcile(filled, out, copy=filled, replace=True)
    assert filled.read_bytes() == before


def test_the_command_ends_with_2(filled: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a person runs it."""
    from cchc_xl.cli.command_app import run
    from cchc_xl.errors import COULD_NOT_RUN

    before = edited(out)
    monkeypatch.setattr("sys.argv", ["cchc-xl", "report", str(filled), "--out", str(out)])
    assert run() == COULD_NOT_RUN
    assert out.read_bytes() == before


def test_a_review_copy_may_be_made_anew(filled: Path, tmp_path: Path) -> None:
    """It is sealed with its comments."""
    out = tmp_path / "ban_soat.docx"
    for _ in range(2):
        export(filled, out, review=True)
    edited(out)
    with pytest.raises(UserError):
        export(filled, out, review=True)


def test_an_update_keeps_what_people_wrote(filled: Path, out: Path, tmp_path: Path) -> None:
    """Into another name, or in place with a backup; the result holds people's work and is theirs."""
    mine, other = out, tmp_path / "moi.docx"
    before = edited(mine)
    for _ in range(2):
        refresh(filled, mine, other)
    refresh(filled, mine, mine)
    assert backups(tmp_path) == [before]
    for file in (mine, other):
        assert docx.Document(str(file)).paragraphs[-1].text == MORE
        with pytest.raises(UserError):
            export(filled, file)
    edited(other)
    for source, target in ((mine, other), (other, mine)):
        with pytest.raises(UserError, match=target.name):
            refresh(filled, source, target)


def test_a_report_saved_by_word_on_the_web_is_updated(filled: Path, out: Path, tmp_path: Path) -> None:
    """It calls the main part document22.xml."""
    _, updated, _ = refresh(filled, with_parts(out, _online), tmp_path / "moi.docx")
    assert len(updated.figures) > 200
    assert not updated.removed


def test_an_update_of_an_untouched_report_stays_untouched(filled: Path, out: Path, tmp_path: Path) -> None:
    """Nothing of people's is in it."""
    refresh(filled, out, out)
    assert seal.intact(out)
    assert not backups(tmp_path)


def test_a_commented_copy_of_a_report_in_which_people_have_worked_stays(tmp_path: Path) -> None:
    """`reconcile --copy`, of a Word file and of a text."""
    content = sample()
    auditor = Auditor(TEMPLATE, content, total(content.form, content.readings), {})
    (tmp_path / "bao_cao.txt").write_text("Đã tiếp nhận 12 hồ sơ.\n", encoding="utf-8")
    document = read_document(tmp_path / "bao_cao.txt")
    audit, copy = auditor.audit(document, None), tmp_path / "doi_chieu.docx"
    for _ in range(2):
        commented_copy(document, audit, copy)
    before = edited(copy)
    with pytest.raises(UserError):
        commented_copy(document, audit, copy)
    commented_copy(document, audit, copy, replace=True)
    assert backups(tmp_path) == [before]


def test_a_commented_template_in_which_people_mend_tags_stays(tmp_path: Path) -> None:
    """The next check writes beside it."""
    template = tmp_path / "mau.docx"
    template.write_bytes(TEMPLATE.read_bytes())
    mistakes = [Mistake("mau.the", "word/document.xml", 1, "", "sai", "sửa")]
    first = write_commented_copy(template, mistakes)
    assert write_commented_copy(template, mistakes) == first
    before = edited(first)
    assert write_commented_copy(template, mistakes).name == "mau_gop_y (2).docx"
    assert first.read_bytes() == before


def test_a_pdf_knows_whether_it_was_changed(tmp_path: Path) -> None:
    """Its seal stands behind the end, where no reader looks."""
    file = tmp_path / "a.pdf"
    seal.write(file, b"%PDF-1.7 ... %%EOF\n")
    seal.write(file, b"%PDF-1.7 more %%EOF\n")
    file.write_bytes(file.read_bytes() + b"chu ky so")
    with pytest.raises(UserError):
        seal.write(file, b"%PDF-1.7 ... %%EOF\n")


def test_an_open_document_is_not_replaced(filled: Path, tmp_path: Path) -> None:
    """Word and LibreOffice leave a mark beside a file that is open in them."""
    (tmp_path / "~$bao_cao.docx").write_bytes(b"")
    with pytest.raises(UserError, match="đang mở"):
        export(filled, tmp_path / "bao_cao.docx")


def test_every_part_of_the_content_counts(filled: Path, tmp_path: Path) -> None:
    """A changed header, an added picture or a part taken out is a change."""
    out = tmp_path / "bao_cao.docx"
    export(filled, out)
    for change in (
        lambda package: package.write("word/header2.xml", package.read("word/header1.xml")),
        lambda package: package.write("word/media/a.png", b"x"),
        lambda package: package.remove("docProps/core.xml"),
    ):
        package = Package(out)
        change(package)
        package.save(tmp_path / "khac.docx")
        assert not seal.intact(tmp_path / "khac.docx")
