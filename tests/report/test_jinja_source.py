"""A part of a Word file as a template: tags that Word has cut up, tags that take the place of a paragraph or a row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cchc_xl.report.jinja_environment import ENVIRONMENT, LACKS, jinja_source
from cchc_xl.report.quantity import Paper

CUT = '</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:rPr><w:b/></w:rPr><w:t>'


def rendered(xml: str) -> str:
    """The part without line breaks, with a = 1 and b = 2."""
    known = {"a": 1, "b": 2, LACKS: Paper()}
    return ENVIRONMENT.from_string(jinja_source(xml)).render(known).replace("\n", "")


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def row(text: str) -> str:
    return f"<w:tr><w:tc>{paragraph(text)}</w:tc></w:tr>"


@pytest.mark.parametrize("tag", [
    "{{ a }}", f"{{{CUT}{{ a }}}}", f"{{{{{CUT} a }}}}", f"{{{{ {CUT}a{CUT} }}}}", f"{{{{ a }}{CUT}}}",
    f"{{{CUT}{{{CUT}a{CUT}}}{CUT}}}", "{{ a if b &gt; 1 else 9 }}", "{{ “1” }}",
    "{{ a if b > 1 }}{{ a if b > 2 }}", f"{{# b{CUT} #}}{{{{ a }}}}",
    f"{{% if a{CUT} == 1 %}}1{{%{CUT} endif %}}",
])
def test_a_tag_is_joined_however_word_has_cut_it(tag: str) -> None:
    made = rendered(paragraph(f"có {tag} đơn vị"))
    assert made.replace("</w:t></w:r>", "").endswith("</w:p>")
    assert "có 1 đơn vị" in made
    assert made.count("<w:t") == made.count("</w:t>")
    assert 'xml:space="preserve"' in made


def test_braces_of_two_paragraphs_make_no_tag() -> None:
    text = paragraph("tập {") + paragraph("{ a }")
    assert rendered(text) == text


@pytest.mark.parametrize(("begin", "end", "wrap"), [
    ("{%p if a %}", "{%p endif %}", paragraph), ("{%tr if a %}", "{%tr endif %}", row),
    (f"{{%{CUT}p if a %}}", f"{{%p endif{CUT} %}}", paragraph),
    ("{%p for x in [1] %}", "{%p endfor %}", paragraph),
])
def test_a_tag_takes_the_place_of_what_holds_it(begin: str, end: str, wrap: Callable[[str], str]) -> None:
    assert rendered(wrap("trước") + wrap(begin) + wrap("giữa") + wrap(end) + wrap("sau")) == "".join(
        map(wrap, ("trước", "giữa", "sau"))
    )


def test_a_row_of_a_table_inside_a_cell_is_the_one_that_goes() -> None:
    inner = f"<w:tbl>{row('{%tr if a %}')}{row('trong')}{row('{%tr endif %}')}</w:tbl>"
    made = rendered(f"<w:tbl><w:tr><w:tc>{inner}{paragraph('ngoài')}</w:tc></w:tr></w:tbl>")
    assert made == f"<w:tbl><w:tr><w:tc><w:tbl>{row('trong')}</w:tbl>{paragraph('ngoài')}</w:tc></w:tr></w:tbl>"


def test_a_cell_and_a_run_go_the_same_way() -> None:
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("{%tc if b %}", "ô", "{%tc endif %}"))
    assert rendered(f"<w:tr>{cells}</w:tr>") == f"<w:tr><w:tc>{paragraph('ô')}</w:tc></w:tr>"
    run = "<w:r><w:t>{}</w:t></w:r>"
    runs = "".join(map(run.format, ("{%r if b %}", "chữ", "{%r endif %}")))
    assert rendered(f"<w:p>{runs}</w:p>") == f"<w:p>{run.format('chữ')}</w:p>"


@pytest.mark.parametrize("tag", ["{{ a ", "{% if ", "{%tr a ", "{%tr a %}", "{%p a ", "{%", "}"])
def test_a_hundred_thousand_tags_that_are_torn_or_astray_are_gone_through_once(tag: str) -> None:
    assert "<w:p" in jinja_source(f"<w:p><w:r><w:t>{tag * 100_000}</w:t></w:r></w:p>")
