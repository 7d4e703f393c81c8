"""`template check` and `report` say the same of a template, whatever stands in it, within bounds of time and memory."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from report_sample import figures_of, sample, text_of

from cchc_xl import limited_process
from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.report.render import compose_limited
from cchc_xl.report.template_check import check_template, refuse_mistakes, write_commented_copy
from cchc_xl.values import replace
from tests.reconcile.test_any_document import _macros, _online, _strict, with_parts

COUNT = next(row.name for row in sample().form.indicators() if row.kind == "count")


def template(folder: Path, *lines: str, name: str = "mau.docx") -> Path:
    """A template as people make one in Word: no style of ours."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(folder / name))
    return folder / name


def verdicts(file: Path) -> tuple[str, str]:
    """The first mistake that the check tells, and what a report is refused with."""
    content = sample()
    mistakes = check_template(file, content, figures_of(content))
    try:
        refuse_mistakes(file, content)
        compose_limited(file, content, figures_of(content), file.with_name("ra.docx"))
    except UserError as error:
        return (mistakes[0].what if mistakes else ""), error.what
    return (mistakes[0].what if mistakes else ""), ""


GREEDY = {
    "multiplied text": "{{ 'a' * 10**9 }}",
    "padded text": "{{ 'x'.center(2000000000) }}",
    "wide format": "{{ '%999999999d' % 1 }}",
    "format method": "{{ '{:>999999999}'.format(1) }}",
    "deep nesting": "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
    "a loop in a loop in a loop": "{% for a in 'x' * 3000 %}{% for b in 'x' * 3000 %}{% for c in 'x' * 3000 %}"
    "{% endfor %}{% endfor %}{% endfor %}",
    "a macro that calls itself": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "ranges": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "power": "{{ 9 ** (9 ** 9) }}",
}

FILLING = {"padded text", "wide format", "format method"}
"""What only a bound of memory stops where it is; Wine has none for a job, and there it is ended without a place."""


SECONDS = 0.8
"""Of processor time until the alarm, here: that it comes and stops the work where it is does not hang on when."""


@pytest.mark.parametrize("kind", GREEDY)
def test_a_greedy_template_is_refused_with_its_paragraph(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within ten seconds of processor time, by both."""
    late = limited_process.ALARM - SECONDS
    if sys.platform != "win32":  # there a process that is started reads the package anew
        monkeypatch.setattr(limited_process, "ALARM", SECONDS)
    file, content = template(tmp_path, "Mở đầu.", GREEDY[kind]), sample()
    began = os.times()
    mistakes = check_template(file, content, figures_of(content))
    ended = os.times()
    assert sum(ended[2:4]) - sum(began[2:4]) < 10.5 - (late if sys.platform != "win32" else 0)
    assert mistakes
    if sys.platform != "win32" or kind not in FILLING:
        assert mistakes[0].paragraph == 2
    with pytest.raises(UserError):
        compose_limited(file, content, figures_of(content), file.with_name("ra.docx"))


ALIKE = {
    "single braces": (f"Có {{ {COUNT} }} việc.", "không phải là thẻ"),
    "wide braces": (f"Có ｛｛ {COUNT} ｝｝ việc.", "không phải là thẻ"),
    "square brackets": (f"Có [[ {COUNT} ]] việc.", "không phải là thẻ"),
    "angle brackets": (f"Có << {COUNT} >> việc.", "không phải là thẻ"),
    "braces around other words": (f"Có {{ ghi chú }} và [1] và {{a}}: {{{{ {COUNT} }}}}.", ""),
    "no tag at all": ("Có 12 việc.", "không có thẻ nào"),
    "smart quotes": ("{{ noi_dung.thuan_loi | join(“; ”) }}", ""),
    "an unknown name": ("Có {{ khong_co }} việc.", "không có tên"),
    "range": ("{% for a in range(3) %}x{% endfor %}", "không có tên"),
    "half a tag": ("Có {{ noi_dung.thuan_loi", "thẻ viết dở"),
    "words beside a tag for a paragraph": ("trước {%p set a = 1 %} sau {{ a }}", "“trước  sau {{ a }}” ở cùng đoạn"),
    "words in the run of a tag": ("trước {%r set a = 1 %} sau", "“trước  sau” ở cùng cụm chữ"),
    "words beside a note": ("trước {#p ghi chú #}", "“trước” ở cùng đoạn với thẻ “{#p ghi chú #}” sẽ mất"),
    "a tag alone": (f"  {{%p set a = {COUNT} %}} ", ""),
    "a list of a template": ("{{ [1, 2] }}", "không in ra được"), "nothing": ("{{ none }}", "không in ra được"),
    "yes": ("{{ true }}", "không in ra được"),
}


@pytest.mark.parametrize("kind", ALIKE)
def test_check_and_report_agree(kind: str, tmp_path: Path) -> None:
    """Both refuse, or both take it."""
    line, wanted = ALIKE[kind]
    told, refused = verdicts(template(tmp_path, "Mở đầu.", line))
    assert bool(told) == bool(refused) == bool(wanted)
    assert wanted in told
    assert wanted in refused


def test_what_stands_in_the_row_or_cell_of_a_tag_is_told_and_what_stands_around_its_text_box_stays(
    tmp_path: Path,
) -> None:
    """It was gone without a word; so were pictures and breaks of sections."""
    file, content = template(tmp_path, f"{{{{ {COUNT} }}}}"), sample()
    document = Document(str(file))
    first = ("{%tr if 1 %}", "a", "{%tr endif %}", "{%tc if 1 %}", "{%tc endif %}")
    for row, text in zip(document.add_table(5, 2).rows, first, strict=True):
        row.cells[0].text = text
    cells = [row.cells[1] for row in document.tables[0].rows]
    cells[0].text, cells[1].text, cells[3].text = "mất", "còn", "còn"
    document.paragraphs[0].add_run()._r.append(parse_xml(
        f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent>'
        "<w:p><w:r><w:t>{%p if 1 %}</w:t></w:r></w:p><w:p><w:r><w:t>{%p endif %}</w:t></w:r><w:r><w:pict/></w:r></w:p>"
        "</w:txbxContent></v:textbox></v:shape></w:pict>"
    ))
    document.save(str(file))
    told = [(each.paragraph, each.what.partition(" ở cùng ")[0]) for each in check_template(file, content, {})]
    assert told == [(3, "hình, chú thích hoặc ngắt phần"), (4, "“mất”")]


@pytest.mark.parametrize("tag", [
    "tang_giam(1)", "X | le", "X | le('a')", "X | le(99)", "X + 'a'", "-X", "X | round", "X | length", "X // 2", "X[",
    "X )",
    "'abc'['a':2]", "'abc'[9]", "'{0}{1}'.format(1)", "[] | first", "[1, 'a'] | sort", "1e999", "1 / 0",
    "X | le(places=1, places=2)", "'x' | truncate(-1)", "X ? 1", "X | 1", "X is none is none", "X is khong", "", "X if",
    "[1] | map('khong') | list", "5 | hai_dong", "X.__class__", "''.__class__.__mro__",
])
def test_no_word_of_english_is_said_of_a_template(tag: str, tmp_path: Path) -> None:
    """Nor is time blamed, whatever jinja or Python find."""
    said = " ".join(verdicts(template(tmp_path, f"Có {{{{ {tag.replace('X', COUNT)} }}}}.")))
    assert said.strip()
    bare = re.sub("“[^”]*”", "", said)
    assert not re.search(r"[fjwz]|expect|token|name|argument|type|object|string|statement|quá lâu", bare)


def test_a_tag_over_two_paragraphs_is_refused_by_both(tmp_path: Path) -> None:
    """It would tear the document."""
    assert all(verdicts(template(tmp_path, f"Có {{{{ {COUNT}", "}} việc.")))


def test_a_template_without_a_paragraph_gets_its_copy_with_comments(tmp_path: Path) -> None:
    file, content = template(tmp_path), sample()
    mistakes = check_template(file, content, figures_of(content))
    assert mistakes
    assert "comments" in " ".join(Package(write_commented_copy(file, mistakes)).names)


def test_a_deleted_tag_counts_for_neither(tmp_path: Path) -> None:
    """Tracked changes are taken as accepted."""
    file = template(tmp_path, f"Mở đầu {{{{ {COUNT} }}}}.")
    document = Document(str(file))
    run = "<w:r><w:delText>{{ khong_co }}</w:delText></w:r>"
    document.paragraphs[0]._p.append(parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="a">{run}</w:del>'))
    document.save(str(file))
    assert verdicts(file) == ("", "")


@pytest.mark.parametrize("other", [_strict, _online, _macros])
def test_templates_of_other_kinds_make_ordinary_reports(
    other: Callable[[str, bytes], tuple[str, bytes]], tmp_path: Path
) -> None:
    """Strict, from Word on the web, with macros: read, checked, commented and filled alike."""
    file = with_parts(template(tmp_path, f"Có {{{{ {COUNT} }}}} việc."), other)
    content = replace(sample(), info={**sample().info, "nguoi_ky": text_of("A")})
    made, result = compose_limited(file, content, figures_of(content), tmp_path / "ra.docx")
    assert result.figures == 1
    assert made.read("[Content_Types].xml").count(b"wordprocessingml.document.main+xml") == 1
    assert b"purl.oclc.org" not in made.read("word/document.xml")
    wrong = with_parts(template(tmp_path, "Có {{ khong_co }} việc."), other)
    mistakes = check_template(wrong, content, figures_of(content))
    assert [mistake.what for mistake in mistakes] == ["không có tên “khong_co”"]
    assert "word/comments.xml" in Package(write_commented_copy(wrong, mistakes))
