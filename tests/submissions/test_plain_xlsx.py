"""Forms written the plain way are read without the spreadsheet reader; what is read is the same to the letter."""

from __future__ import annotations

import random
import re
import xml.parsers.expat as expat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from cchc_xl.schema import Form
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.intake import reading_process
from cchc_xl.submissions.intake.container_check import opened
from cchc_xl.submissions.intake.read_limits import RefusedError
from tests.forms_support import filled_form, wards
from tests.hostile import SHEET, parts_of, write_parts
from tests.kept_office import converted
from tests.submissions.test_hostile_fuzz import _mutant

MUTANTS = 600
Said = tuple[Any, set[str]] | None


def plainly(path: Path) -> Said:
    """What is read the plain way; None where the file is left to the reader."""
    contents = opened(path.read_bytes(), ".xlsx")
    sheets = reading_process._plain(contents)
    return None if sheets is None else (sheets, contents.notices)


def by_reader(path: Path) -> Said:
    """What the reader says; None where it refuses."""
    try:
        contents = opened(path.read_bytes(), ".xlsx")
        return reading_process._by_reader(contents), contents.notices
    except RefusedError:
        return None


@pytest.fixture(scope="module")
def good(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled_form(form, wards(form)[0], tmp_path_factory.mktemp("tot") / "tot.xlsx")


@pytest.fixture(scope="module")
def first_cell(form: Form, good: Path) -> bytes:
    """The XML of the first figure of the first section."""
    plan = plan_form(form, wards(form)[0])
    row = plan.pages[0].questions[0][1]
    found = re.search(rb'<c r="%s%d".*?</c>' % (form_layout.VALUE.encode(), row), parts_of(good)[SHEET])
    assert found
    return found[0]


def test_a_form_as_filled_is_read_the_plain_way(good: Path) -> None:
    assert plainly(good) == by_reader(good) != None  # noqa: E711


@pytest.mark.office
def test_a_form_saved_by_libreoffice_is_read_the_plain_way(good: Path, tmp_path: Path) -> None:
    saved = converted(good, "xlsx", tmp_path / "luu.xlsx")
    assert "xl/sharedStrings.xml" in parts_of(saved)
    assert plainly(saved) == by_reader(saved) != None  # noqa: E711


KNOWN = (
    b"<v>5</v>", b"<v>-0.50</v>", b"<v>1E3</v>", b"<v>10.247999999999999</v>", b"<v></v>", b"<v/>", b"",
    b"<f>1+1</f><v>2</v>", b'<f t="shared" si="0"/><v>2</v>', b"<f>1+1</f>",
)
OTHERS = (
    b"<v>1e999</v>", b"<v>NaN</v>", b"<v> 5 </v>", b"<v>5</v><v>6</v>", b"<v>5<!-- --></v>", b"<v>&#53;</v>",
    b"<is><t>5</t></is>", b'<v xml:space="preserve">5</v>', b"<v>0x10</v>", b"<v>1_0</v>", b"<v>+5</v>", b"<v>5.</v>",
    b"<v>2021-12-14T00:00:00</v>", b"<v>5</v><extLst/>", b"<is><r><t>5</t></r></is>", b"<x><v>5</v></x>",
)
WORDS = (
    b"24/24", b"Kh\xc3\xb4ng", b"&#75;h&#244;ng", b"&lt;5&gt; &amp; &quot;6&apos;", b"  hai  ", b"a\nb",
    b"_x0041_",
)


def _with(good: Path, cell: bytes, new: bytes, target: Path) -> Path:
    parts = parts_of(good)
    write_parts(target, parts | {SHEET: parts[SHEET].replace(cell, new, 1)}, level=1)
    return target


def _cell(first_cell: bytes, content: bytes, kind: bytes = b"") -> bytes:
    head = first_cell[: first_cell.index(b">")].replace(b' t="n"', b"")
    return head + (b' t="%s"' % kind if kind else b"") + b">" + content + b"</c>"


@pytest.mark.parametrize("content", KNOWN)
def test_usual_contents_need_no_reader(content: bytes, good: Path, first_cell: bytes, tmp_path: Path) -> None:
    path = _with(good, first_cell, _cell(first_cell, content), tmp_path / "o.xlsx")
    assert plainly(path) == by_reader(path) != None  # noqa: E711


contents = st.sampled_from((*KNOWN, *OTHERS)) | st.from_regex(rb"<v>-?[0-9.eE+]{1,12}</v>", fullmatch=True)
WRITTEN = (
    b"<v>%s</v>", b"<is><t>%s</t></is>", b'<is><t xml:space="preserve">%s</t></is>', b"<f>A1</f><v>%s</v>",
    b'<v xml:space="preserve">%s</v>',
)
texts = st.sampled_from(WORDS) | st.text("aàẹ &;#x_<>\t\n \u00a0\u200b", max_size=12).map(
    lambda text: text.encode().replace(b"<", b"&lt;")
)
kinds = st.sampled_from((b"", b"n", b"s", b"str", b"inlineStr", b"b", b"e", b"d", b"x"))
worded = st.tuples(texts, st.sampled_from(WRITTEN)).map(lambda pair: pair[1] % pair[0])


@settings(max_examples=400, deadline=None)
@given(content=contents | worded, kind=kinds)
@example(content=b"<v>#REF!</v>", kind=b"e")
@example(content=b"<v>1</v>", kind=b"b")
@example(content=b"<v>0</v>", kind=b"s")
@example(content=b"", kind=b"e")
@example(content=b"", kind=b"inlineStr")
@example(content=b"", kind=b"n")
def test_whatever_a_cell_holds_both_ways_say_the_same(
    content: bytes, kind: bytes, good: Path, first_cell: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = _with(good, first_cell, _cell(first_cell, content, kind), tmp_path_factory.getbasetemp() / "o.xlsx")
    said = plainly(path)
    assert said is None or said == by_reader(path)


def _well_formed(part: bytes) -> bool:
    try:
        expat.ParserCreate().Parse(part, True)
    except expat.ExpatError:
        return False
    return True


def test_damaged_parts_are_read_alike_or_left_to_the_reader(good: Path, tmp_path: Path) -> None:
    """Where both read figures that differ, the XML is torn: no office opens such a file."""
    parts, whole, chance = parts_of(good), good.read_bytes(), random.Random(29)
    read = 0
    for _ in range(MUTANTS):
        target = tmp_path / "dot_bien.xlsx"
        _mutant(parts, whole, chance, target)
        try:
            said = plainly(target)
        except RefusedError:
            assert by_reader(target) is None
            continue
        other = by_reader(target) if said is not None else None
        if other is not None and said != other:
            assert not all(_well_formed(part) for name, part in parts_of(target).items() if name.startswith("xl/"))
        read += said is not None
    assert read > MUTANTS // 20


def _moved(cell: bytes) -> bytes:
    return cell.replace(b'r="E', b'r="ZE')


HIDDEN: dict[str, Callable[[bytes], bytes]] = {
    "a comment": lambda cell: b"<!-- " + cell + b" -->",
    "an instruction": lambda cell: b"<?an " + cell + b" ?>",
    "unparsed text": lambda cell: b"<![CDATA[" + cell + b"]]>",
    "a prefix": lambda cell: cell.replace(
        b"<c ", b'<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    ).replace(b"</c>", b"</x:c>"),
    "a second cell": lambda cell: cell + cell,
    "no place": lambda cell: re.sub(rb' r="\w+"', b"", cell),
    "another order": lambda cell: re.sub(rb'( r="\w+")( s="\d+")', rb"\2\1", cell),
    "single quotes": lambda cell: cell.replace(b'"', b"'"),
    "a line break": lambda cell: cell.replace(b"<c ", b"<c\n"),
    "a far cell": lambda cell: cell + _moved(cell),
    "a far row": lambda cell: re.sub(rb'r="E\d+"', b'r="E99999"', cell),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_what_could_mislead_the_search_is_left_to_the_reader(
    way: str, good: Path, first_cell: bytes, tmp_path: Path
) -> None:
    changed = HIDDEN[way](first_cell)
    assert changed != first_cell
    assert plainly(_with(good, first_cell, changed, tmp_path / "la.xlsx")) is None


def test_a_heading_that_moved_out_of_the_first_columns_is_left_to_the_reader(good: Path, tmp_path: Path) -> None:
    parts = parts_of(good)
    heading = b'r="%s%d"' % (form_layout.VALUE.encode(), form_layout.HEADER_ROW)
    assert parts[SHEET].count(heading) == 1
    write_parts(tmp_path / "doi.xlsx", parts | {SHEET: parts[SHEET].replace(heading, heading.replace(b"E", b"J"))})
    assert plainly(tmp_path / "doi.xlsx") is None


def test_a_number_in_a_date_format_is_left_to_the_reader(good: Path, first_cell: bytes, tmp_path: Path) -> None:
    parts = parts_of(good)
    head, formats, rest = re.split(rb"(<cellXfs count=\"\d+\">)", parts["xl/styles.xml"], maxsplit=1)
    styles = head + formats + b'<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"/>' + rest
    changed = re.sub(rb' s="\d+"', b' s="0"', first_cell)
    sheet = parts[SHEET].replace(first_cell, changed, 1)
    write_parts(tmp_path / "ngay.xlsx", parts | {"xl/styles.xml": styles, SHEET: sheet})
    assert plainly(tmp_path / "ngay.xlsx") is None
    said = by_reader(tmp_path / "ngay.xlsx")
    assert said
    assert any(isinstance(value, dict) for sheet in said[0] for line in sheet["lines"] for value in line)
