"""The names that a Word template uses, so that each can be held against those that the form declares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateError, meta, nodes

from cchc_xl.report.jinja_environment import ENVIRONMENT, jinja_source
from cchc_xl.report.render import template_fault
from cchc_xl.word.word_package import text_parts

GROUPS = ("tt", "vb", "noi_dung", "truoc", "cung_ky")
"""Names that hold others: tt.nam, vb.kh_05_2025, noi_dung.thuan_loi."""


def used_names(template: Path) -> frozenset[str]:
    """Every name that the template's tags ask for: "ho_so_nhan", "tt.nam". Raises `UserError`."""
    return frozenset(name for xml in text_parts(template).values() for name in _names(template, jinja_source(xml)))


def _names(template: Path, source: str) -> Iterator[str]:
    try:
        parsed = ENVIRONMENT.parse(source)
    except TemplateError as error:
        raise template_fault(template, source, error, {}) from error
    yield from (name for name in meta.find_undeclared_variables(parsed) if not name.startswith("_"))
    for found in parsed.find_all(nodes.Getattr):
        if isinstance(found.node, nodes.Name) and found.node.name in GROUPS:
            yield f"{found.node.name}.{found.attr}"
