"""Renders a template of unknown origin within limits of time, memory and recursion."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cchc_xl.content import Content
from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.figures import Figure
from cchc_xl.limited_process import OverLimitError, limited
from cchc_xl.report.render import RenderResult, compose

REMEDY = "Bỏ thẻ lặp hoặc phép tính quá lớn trong mẫu rồi làm lại."


def compose_limited(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool = False
) -> tuple[Package, RenderResult]:
    """The same as `compose`. Raises `UserError` where the template takes more than a report may."""
    try:
        data, result = limited(_composed, template, content, dict(figures), target, draft)
    except OverLimitError as error:
        raise UserError(template.name, "mẫu tính quá lâu hoặc dùng quá nhiều bộ nhớ.", REMEDY) from error
    return Package(target, data), result


def _composed(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool
) -> tuple[bytes, RenderResult]:
    made, result = compose(template, content, figures, target, draft)
    return made.to_bytes(), result
