"""Writes the report: a Word template, the figures and people's texts become a Word document.

Every figure in the document is a content control that names its indicator; what is missing is highlighted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from cchc_xl.content import Content
from cchc_xl.figures import Figure
from cchc_xl.files import refuse_if_open, replace_file
from cchc_xl.report.environment import compiled, jinja_source, with_line_breaks
from cchc_xl.report.faults import TEMPLATE_FAULTS, template_fault, xml_fault
from cchc_xl.report.marks import Marks, Shown
from cchc_xl.report.names import names
from cchc_xl.report.package import holds_text, members, xml_of
from cchc_xl.report.quantity import Paper
from cchc_xl.report.wordml import package, to_bytes


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What was written: how many figures, which codes the text needed and did not have, which are not complete yet."""

    target: Path
    figures: int
    missing: tuple[str, ...]
    incomplete: tuple[str, ...]


def render(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool = False
) -> RenderResult:
    """Renders a template into `target`. `figures` are keyed by indicator code.

    Raises `UserError` in Vietnamese: where in the template an error stands, or why the file cannot be written.
    """
    refuse_if_open(target)
    paper = Paper()
    known = names(content, figures, paper, draft=draft)
    parts = {
        path: _part(template, data, known, paper.marks) if holds_text(path) else data
        for path, data in members(template).items()
    }
    replace_file(target, package(parts))
    return _result(target, paper.marks)


def _part(template: Path, data: bytes, known: Mapping[str, Any], marks: Marks) -> bytes:
    source = jinja_source(xml_of(data))
    try:
        rendered = compiled(source).render(known)
    except TEMPLATE_FAULTS as error:
        raise template_fault(template, source, error, known) from error
    try:
        part = etree.fromstring(with_line_breaks(rendered).encode())
    except etree.XMLSyntaxError as error:
        raise xml_fault(template, rendered) from error
    marks.settle(part)
    return to_bytes(part)


def _result(target: Path, marks: Marks) -> RenderResult:
    shown = {kind: [mark for mark in marks.seen if mark.shown is kind] for kind in Shown}
    return RenderResult(
        target,
        len(shown[Shown.FIGURE]),
        tuple(dict.fromkeys(code for mark in shown[Shown.MISSING] for code in mark.codes)),
        tuple(dict.fromkeys(code for mark in shown[Shown.PARTIAL] for code in mark.codes)),
    )
