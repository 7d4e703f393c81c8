"""Marks in the XML of a part become runs, content controls and highlighted words, whatever the runs hold besides."""

from __future__ import annotations

import pytest
from lxml import etree

from cchc_xl.report.figure_marks import FigureMark, Marks, Shown
from cchc_xl.word.word_xml import Element, name

HEAD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
LOOK = "<w:rPr><w:b/></w:rPr>"
TRACKED = '<w:rPr><w:b/><w:rPrChange w:id="1" w:author="a"><w:rPr><w:i/></w:rPr></w:rPrChange></w:rPr>'


class Picture:
    def run(self, number: int) -> str:
        return f'<w:r><w:drawing w:no="{number}"/></w:r>'

    def part(self) -> bytes:
        return b""


def settled(paragraphs: str, *shown: str, kind: Shown = Shown.FIGURE) -> Element:
    """The body in which {0}, {1} … are marked texts, and {hinh} a picture."""
    marks = Marks()
    wrapped = [marks.wrap(FigureMark(kind, f"I.{number}", f"Số {number}"), each) for number, each in enumerate(shown)]
    xml = f"{HEAD}{paragraphs.format(*wrapped, hinh=marks.draw('hinh', Picture()))}</w:body></w:document>"
    return etree.fromstring(marks.settle(xml))


def pieces(root: Element) -> list[tuple[str, bool, str]]:
    """The runs in order: text with line breaks as /, whether in a control, and the look's elements."""
    return [
        (
            "".join(each.text or "" if each.tag == name("t") else "/" for each in run if each.tag != name("rPr")),
            next(run.iterancestors(name("sdt")), None) is not None,
            "".join(etree.QName(each).localname for each in run.iterfind(f"{name('rPr')}/*")),
        )
        for run in root.iter(name("r"))
    ]


@pytest.mark.parametrize(("run", "expected"), [
    ("<w:t>{0}</w:t>", [("5", True, "b")]),
    ("<w:t>có {0} phường</w:t>", [("có ", False, "b"), ("5", True, "b"), (" phường", False, "b")]),
    ("<w:t>{0}{1}</w:t>", [("5", True, "b"), ("a<b", True, "b")]),
    ("<w:br/><w:t>{0}</w:t><w:tab/>", [("/", False, "b"), ("5", True, "b"), ("/", False, "b")]),
    ("<w:t>1</w:t><w:br/><w:t>{0}, {1}</w:t>", [("1/", False, "b"), ("5", True, "b"), (", ", False, "b"),
                                              ("a<b", True, "b")]),
])
def test_a_run_is_cut_around_its_figures_and_keeps_its_look(run: str, expected: list[tuple[str, bool, str]]) -> None:
    root = settled(f'<w:p><w:r w:rsidR="1">{LOOK}{run}</w:r><w:r><w:t>sau</w:t></w:r></w:p>', "5", "a&lt;b")
    assert pieces(root) == [*expected, ("sau", False, "")]
    blanks = "{http://www.w3.org/XML/1998/namespace}space"
    assert all(each.get(blanks) for each in root.iter(name("t")) if (each.text or "").strip() != each.text)


def test_a_look_whose_change_was_tracked_is_kept_whole() -> None:
    assert pieces(settled(f"<w:p><w:r>{TRACKED}<w:t>có {{0}}</w:t></w:r></w:p>", "5")) == [
        ("có ", False, "brPrChange"), ("5", True, "brPrChange"),
    ]


@pytest.mark.parametrize(("look", "said"), [
    ("<w:rPr><w:b/><w:u/></w:rPr>", "bhighlightu"), ("", "highlight"), ("<w:rPr/>", "highlight"),
    ("<w:rPr><w:b></w:b><w:sz w:val='26'></w:sz></w:rPr>", "bszhighlight"), (TRACKED, "bhighlightrPrChange"),
    ('<w:rPr><w:b/><w:highlight w:val="green"/></w:rPr>', "bhighlight"),
    ('<w:rPr><w:i/><x:glow xmlns:x="x"/></w:rPr>', "ihighlightglow"),
])
def test_words_in_the_place_of_a_figure_are_highlighted_before_the_elements_that_follow(look: str, said: str) -> None:
    root = settled(f"<w:p><w:r>{look}<w:t>có {{0}}.</w:t></w:r></w:p>", "〔chưa có〕", kind=Shown.MISSING)
    own = said if "green" in look else said.replace("highlight", "")
    assert pieces(root) == [("có ", False, own), ("〔chưa có〕", False, said), (".", False, own)]


def test_a_run_that_holds_a_text_box_is_cut_like_any_other() -> None:
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>khung {1}</w:t></w:r></w:p></w:txbxContent></w:pict>"
    root = settled(f"<w:p><w:r>{LOOK}<w:t>{{0}} trước</w:t>{box}<w:t>sau {{2}}</w:t></w:r></w:p>", "1", "2", "3")
    assert sorted(each for each in pieces(root) if each[1]) == [("1", True, "b"), ("2", True, ""), ("3", True, "b")]
    assert "".join(root.itertext()) == "1 trướckhung 2sau 3"


TABLE = "<w:tbl><w:tblPr/><w:tblGrid/>{}</w:tbl>"


def test_a_table_that_has_lost_its_rows_leaves_what_was_said_of_them() -> None:
    """Word takes no table without rows and no cell without a paragraph."""
    body = settled(TABLE.format("{0}") + TABLE.format("") + TABLE.format("<w:tr><w:tc><w:tcPr/></w:tc></w:tr>"), "5")
    assert [etree.QName(each).localname for each in body[0]] == ["p", "tbl"]
    assert "".join(body.itertext()) == "5"
    assert [etree.QName(each).localname for each in next(body.iter(name("tc")))] == ["tcPr", "p"]


@pytest.mark.parametrize("place", [
    "<w:p>{0}</w:p>", "{0}<w:p/>", "<w:tbl>{0}<w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>",
])
def test_what_stands_outside_of_runs_gets_one(place: str) -> None:
    assert pieces(settled(place, "5")) == [("5", True, "")]


@pytest.mark.parametrize("place", ["<w:p><w:r><w:t>{hinh}</w:t></w:r></w:p>", "<w:p>{hinh}</w:p>"])
def test_a_picture_takes_the_place_of_its_run(place: str) -> None:
    root = settled(place)
    assert [each.get("{*}no") or each.get(name("no")) for each in root.iter(name("drawing"))] == ["1"]
    assert "".join(root.itertext()) == ""
