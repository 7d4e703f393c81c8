"""Reports that were edited in LibreOffice by a script, then refreshed: figures right, edits intact."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from report_sample import TEMPLATE, W, figures_of, main_text, part, rendered_by, sample

from cchc_xl.errors import UserError
from cchc_xl.excel import seal
from cchc_xl.office import is_installed, office_program
from cchc_xl.report.update_figures import Updated, UpdateOutcome, update
from cchc_xl.values import replace
from cchc_xl.word.document_text import read_docx

pytestmark = [pytest.mark.office, pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")]

DTD = '<!DOCTYPE {0} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}.dtd">'
LIBRARIES = f"""<?xml version="1.0" encoding="UTF-8"?>
{DTD.format("library:libraries", "libraries")}
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" library:link="false"/>
</library:libraries>"""
LIBRARY = f"""<?xml version="1.0" encoding="UTF-8"?>
{DTD.format("library:library", "library")}
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false">
 <library:element library:name="Edits"/>
</library:library>"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Edits"
 script:language="StarBasic">{}</script:module>"""

HELPERS = """
Function Found(doc, words)
  search = doc.createSearchDescriptor()
  search.SearchString = words
  Found = doc.findFirst(search)
End Function

Sub Retype(doc, words, other)
  place = Found(doc, words)
  place.setString(other)
End Sub

Function Paragraph(doc, words)
  place = Found(doc, words)
  cursor = place.Text.createTextCursorByRange(place)
  cursor.gotoStartOfParagraph(False)
  cursor.gotoEndOfParagraph(True)
  cursor.goRight(1, True)
  Paragraph = cursor
End Function

Function Held(doc, cursor)
  doc.CurrentController.select(cursor)
  Held = doc.CurrentController.getTransferable()
End Function

Sub MoveParagraph(doc, words, before)
  cursor = Paragraph(doc, words)
  content = Held(doc, cursor)
  cursor.setString("")
  InsertBefore(doc, content, before)
End Sub

Sub RepeatParagraph(doc, words)
  InsertBefore(doc, Held(doc, Paragraph(doc, words)), words)
End Sub

Sub InsertBefore(doc, content, words)
  goal = Paragraph(doc, words)
  goal.collapseToStart()
  doc.CurrentController.select(goal)
  doc.CurrentController.insertTransferable(content)
End Sub

Sub AddRow(doc)
  table = doc.TextTables.getByIndex(doc.TextTables.Count - 1)
  table.Rows.insertByIndex(table.Rows.Count, 1)
  names = table.CellNames
  table.getCellByName("A" &amp; table.Rows.Count).setString("8")
End Sub
"""

MAIN = """
Sub Main
  On Error Goto Failed
  Dim args(0) As New com.sun.star.beans.PropertyValue
  args(0).Name = "Hidden"
  args(0).Value = False
  doc = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, args())
{edits}
  Dim out(0) As New com.sun.star.beans.PropertyValue
  out(0).Name = "FilterName"
  out(0).Value = "MS Word 2007 XML"
  doc.storeToURL("{target}", out())
  doc.close(True)
Failed:
  StarDesktop.terminate()
End Sub
"""

EDITS = """
  Retype(doc, "Để đánh giá việc thực hiện công tác Cải cách hành chính", "Còn lại kiểm tra qua hồ sơ.")
  Retype(doc, "34.870", "34.871")
  Retype(doc, "20.340", "")
  RepeatParagraph(doc, "Bổ nhiệm ngạch cho")
  MoveParagraph(doc, "Phát động Hội thi trực tuyến", "Đài Truyền thanh thực hiện")
  AddRow(doc)
  doc.RecordChanges = True
  Retype(doc, "bằng hình thức họp cơ quan", "qua họp cơ quan")
  Retype(doc, "làm việc có mặt là", "có mặt là")
"""


def edited_in_office(report: Path, folder: Path, edits: str) -> Path:
    """The report after a Basic macro has edited it and LibreOffice has saved it as a Word file."""
    profile, target = folder / "profile", folder / "da_sua.docx"
    library = profile / "user/basic/Standard"
    program = office_program()
    assert program is not None
    common = [program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile.as_uri()}"]
    # A macro of a fresh profile is not found: LibreOffice must have made its libraries before.
    subprocess.run([*common, "--terminate_after_init"], capture_output=True, timeout=60, check=False)
    code = HELPERS + MAIN.format(source=report.as_uri(), target=target.as_uri(), edits=edits)
    (profile / "user/basic/script.xlc").write_text(LIBRARIES, encoding="utf-8")
    (library / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    (library / "Edits.xba").write_text(MODULE.format(code), encoding="utf-8")
    done = subprocess.run(
        [*common, "macro:///Standard.Edits.Main"], capture_output=True, timeout=60, check=False
    )
    assert target.is_file(), done.stderr.decode()
    return target


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    report, _ = rendered_by(TEMPLATE, folder)
    return edited_in_office(report, folder, EDITS)


@pytest.fixture(scope="module")
def updated(edited: Path) -> Updated:
    figures = figures_of(sample())
    for code, value in (("III.6.1", 20001), ("V.2.4", 92), ("III.6.8a", 40000), ("TM.4.6", 31000), ("IV.3.1", 1300)):
        figures[code] = replace(figures[code], value=Decimal(value))
    return update(edited, edited.with_name("moi.docx"), TEMPLATE, sample(), figures)


def of_code(updated: Updated, tag: str) -> list[tuple[str, str, str]]:
    return [(each.outcome.value, each.before, each.after) for each in updated.figures if each.tag == tag]


def test_figures_that_nobody_touched_are_fresh(updated: Updated) -> None:
    assert of_code(updated, "III.6.1") == [("changed", "10.248", "20.001")]
    assert any("đã tiếp nhận 20.001 hồ sơ" in text for text in main_text(updated.target))


def test_a_retyped_figure_is_not_overwritten(updated: Updated) -> None:
    assert any("34.871 hồ sơ" in text for text in main_text(updated.target))
    assert of_code(updated, "III.6.8a") == [("overtyped", "34.871", "40.000")]
    assert "III.6.8a" not in [figure.tag for figure in updated.removed]


def test_a_deleted_figure_is_told(updated: Updated) -> None:
    gone = [figure.tag for figure in updated.removed] + [figure.tag for figure in updated.of(UpdateOutcome.EMPTIED)]
    assert "TM.4.6" in gone


def test_a_copied_figure_is_refreshed_in_both_places(updated: Updated) -> None:
    assert of_code(updated, "V.2.4") == [("changed", "81", "92"), ("changed", "81", "92")]
    assert "V.2.4" in [figure.tag for figure in updated.duplicated]


def test_what_people_wrote_stays(updated: Updated, edited: Path) -> None:
    before, after = main_text(edited), main_text(updated.target)
    assert "Còn lại kiểm tra qua hồ sơ." in " ".join(after)
    assert next(text for text in after if "qua họp cơ quan" in text)
    contest = next(place for place, text in enumerate(after) if "Phát động Hội thi" in text)
    radio = next(place for place, text in enumerate(after) if "Đài Truyền thanh" in text)
    assert contest < radio
    assert len(before) == len(after)


def test_the_added_row_and_the_tracked_changes_stay(updated: Updated, edited: Path) -> None:
    for name in ("tr", "ins", "del"):
        before = len(list(part(edited).iter(f"{W}{name}")))
        assert before == len(list(part(updated.target).iter(f"{W}{name}"))) > 0


def test_only_texts_inside_figures_differ(updated: Updated, edited: Path) -> None:
    with zipfile.ZipFile(edited) as old, zipfile.ZipFile(updated.target) as new:
        assert [name for name in new.namelist() if name != seal.PART] == old.namelist(), "LibreOffice drops the seal"
        differing = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert [name for name in differing if not name.startswith(("customXml/", "_rels/"))] == ["word/document.xml"]
    assert list(skeleton(edited)) == list(skeleton(updated.target))


def skeleton(document: Path) -> Iterator[tuple[str, str, str]]:
    """Every element with its text, the texts inside of figures left out."""
    for element in part(document).iter():
        inside = next(element.iterancestors(f"{W}sdt"), None) is not None
        yield str(element.tag), str(sorted(element.attrib.items())), "" if inside else element.text or ""


TRACKED = """
  doc.RecordChanges = True
  place = Found(doc, "10.248")
  cursor = place.Text.createTextCursorByRange(place)
  cursor.collapseToEnd()
  cursor.goLeft(1, True)
  cursor.setString("9")
"""


def test_a_file_that_libreoffice_tears_at_a_tracked_figure_is_refused(tmp_path: Path) -> None:
    report, _ = rendered_by(TEMPLATE, tmp_path)
    torn = edited_in_office(report, tmp_path, TRACKED)
    for work in (
        lambda: update(torn, tmp_path / "moi.docx", TEMPLATE, sample(), figures_of(sample())),
        lambda: read_docx(torn, torn),
    ):
        with pytest.raises(UserError, match="hỏng") as refused:
            work()
        assert "chấp nhận các thay đổi theo dõi" in refused.value.remedy
    assert not (tmp_path / "moi.docx").exists()
