"""Writes the report: a Word template, the figures and people's texts become a Word document.

Every figure in the document is a content control that names its indicator; what is missing is highlighted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from lxml import etree
from markupsafe import escape

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import EMPTY_RELATIONSHIPS, RELATIONSHIPS, Package, parse
from cchc_xl.figures import Content, Figure
from cchc_xl.report.figure_marks import Marks, Shown
from cchc_xl.report.jinja_environment import compiled, template_sources, with_line_breaks
from cchc_xl.report.quantity import Paper
from cchc_xl.report.report_tables import cell_styles
from cchc_xl.report.template_faults import TEMPLATE_FAULTS, template_fault, xml_fault
from cchc_xl.report.template_names import names
from cchc_xl.report.word_charts import CONTENT_TYPE, RELATIONSHIP, relationship
from cchc_xl.values import Struct
from cchc_xl.word.export_record import Record, store
from cchc_xl.word.word_package import FOOTNOTES, RELATIONS, MadePackage, members
from cchc_xl.word.word_xml import TEXT_BEGIN, TEXT_END, name, to_bytes

STYLES = "word/styles.xml"
TOO_LARGE = "Bỏ thẻ lặp hoặc phép tính quá lớn trong mẫu rồi làm lại."


class RenderResult(Struct, frozen=True):
    """What was written: how many figures, which codes the text needed and did not have, which are not complete yet."""

    target: Path
    figures: int
    missing: tuple[str, ...]
    incomplete: tuple[str, ...]


def compose(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool = False
) -> tuple[Package, RenderResult]:
    """The report as it is to be written into `target`. `figures` are keyed by indicator code.

    Raises `UserError` in Vietnamese: where in the template an error stands.
    """
    paper = Paper()
    known = names(content, figures, paper, draft=draft)
    given = members(template)
    sources = template_sources(given)
    parts = {
        path: _part(template, path, sources[path], known, paper) if path in sources else data
        for path, data in given.items()
    }
    made = MadePackage(target, parts)
    _add_charts(made, paper.marks)
    _add_cell_styles(made, paper.marks)
    store(made, Record(tuple(paper.marks.written)))
    return made, _result(target, paper.marks)


def compose_limited(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool = False
) -> tuple[Package, RenderResult]:
    """The same as `compose`. Raises `UserError` where the template takes more than a report may."""
    from cchc_xl.limited_process import OverLimitError, limited

    try:
        data, result = limited(_composed, template, content, dict(figures), target, draft)
    except OverLimitError as error:
        raise UserError(template.name, "mẫu tính quá lâu hoặc dùng quá nhiều bộ nhớ.", TOO_LARGE) from error
    return Package(target, data), result


def _composed(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool
) -> tuple[bytes, RenderResult]:
    made, result = compose(template, content, figures, target, draft)
    return made.to_bytes(), result


def _part(template: Path, path: str, source: str, known: Mapping[str, Any], paper: Paper) -> bytes:
    paper.in_notes = path == FOOTNOTES
    try:
        rendered = compiled(source).render(known)
    except TEMPLATE_FAULTS as error:
        raise template_fault(template, source, error, known) from error
    if paper:  # What no condition has said of the figures that were asked for is said at the end.
        end = rendered.rfind("</w:p>")
        rendered = f"{rendered[:end]}<w:r>{TEXT_BEGIN}{escape(str(paper))}{TEXT_END}</w:r>{rendered[end:]}"
    try:
        return paper.marks.settle(with_line_breaks(rendered))
    except ExpatError as error:
        raise xml_fault(template, rendered) from error


def _add_charts(package: Package, marks: Marks) -> None:
    """Adds the part, relationship and content type of every chart that is shown."""
    if not marks.pictures:
        return
    relations = parse(package.read(RELATIONS) if RELATIONS in package else EMPTY_RELATIONSHIPS)
    for number, chart in enumerate(marks.pictures, 1):
        path = f"word/charts/bieu_do_{number}.xml"
        package.write(path, chart.part())
        package.declare(path, CONTENT_TYPE)
        # The drawing in the text names its relationship already.
        named = {"Id": relationship(number), "Type": RELATIONSHIP, "Target": f"/{path}"}
        etree.SubElement(relations, f"{{{RELATIONSHIPS}}}Relationship", named)
    package.write(RELATIONS, to_bytes(relations))


def _add_cell_styles(package: Package, marks: Marks) -> None:
    """Adds the styles of tables that are shown, where the template has none of that name."""
    if not marks.tables or STYLES not in package:
        return
    styles = package.tree(STYLES)
    known = {style.get(name("styleId")) for style in styles.iter(name("style"))}
    styles.extend(each for each in cell_styles() if each.get(name("styleId")) not in known)
    package.write(STYLES, to_bytes(styles))


def _result(target: Path, marks: Marks) -> RenderResult:
    def codes(kind: Shown) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for mark in marks.seen if mark.shown is kind for code in mark.codes))
    return RenderResult(target, len(marks.written), codes(Shown.MISSING), codes(Shown.PARTIAL))
