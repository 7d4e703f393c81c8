"""The paragraphs of a PDF with a text layer, through poppler's pdftotext."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.typed_text import composed

TIMEOUT = 60.0
_HTML = "{http://www.w3.org/1999/xhtml}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)

GAP, INDENT, SHORT = 0.75, 1.0, 0.82
"""In heights of a line: the gap and the indent that begin a paragraph. In widths of a column: a line that ends one."""


@dataclass(frozen=True, slots=True)
class _Line:
    left: float
    right: float
    top: float
    bottom: float
    page: int
    text: str

    @property
    def height(self) -> float:
        return self.bottom - self.top


def pdf_paragraphs(path: Path) -> list[str]:
    """The paragraphs, lines put together again. Raises `UserError` where the file has no text that can be read."""
    lines = list(_lines(_layout(path)))
    if not lines:
        what = "không có lớp chữ (bản quét), không đọc được số liệu."
        raise UserError(str(path), what, "Xin tệp Word, hoặc tệp PDF xuất từ Word.")
    return list(_joined(lines))


def _layout(path: Path) -> bytes:
    program = shutil.which("pdftotext")
    if program is None:
        remedy = "Cài poppler (pdftotext), hoặc dùng tệp Word."
        raise UserError(str(path), "máy này chưa có chương trình đọc PDF.", remedy)
    command = [program, "-bbox-layout", "-enc", "UTF-8", str(path), "-"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(str(path), "không đọc được tệp PDF này.", "Dùng tệp Word.") from error
    if done.returncode:
        raise UserError(str(path), "không mở được: tệp hỏng, có mật khẩu, hoặc không phải PDF.", "Dùng tệp Word.")
    return done.stdout


def _lines(layout: bytes) -> Iterator[_Line]:
    root = etree.fromstring(layout, _PARSER)
    for count, page in enumerate(root.iter(f"{_HTML}page")):
        for line in page.iter(f"{_HTML}line"):
            words = [composed(word.text or "") for word in line.iter(f"{_HTML}word")]
            left, right, top, bottom = (float(line.get(side, "0")) for side in ("xMin", "xMax", "yMin", "yMax"))
            yield _Line(left, right, top, bottom, count, " ".join(words))


def _joined(lines: Sequence[_Line]) -> Iterator[str]:
    """The lines of a paragraph in one: the next begins with an indent, below a gap, or after a short line."""
    left, right = _margins(lines)
    text = lines[0].text
    for before, line in pairwise(lines):
        if _begins(before, line, left, right):
            yield text
            text = line.text
        else:
            text += " " + line.text
    yield text


def _margins(lines: Sequence[_Line]) -> tuple[float, float]:
    """Where most lines begin, and where the widest end."""
    lefts = sorted(round(line.left) for line in lines)
    rights = sorted(line.right for line in lines)
    common = max(set(lefts), key=lambda place: (lefts.count(place), -place))
    return float(common), rights[int(len(rights) * 0.9)]


def _begins(before: _Line, line: _Line, left: float, right: float) -> bool:
    indented = line.left - left > INDENT * line.height
    ended = before.right < left + SHORT * (right - left)
    if line.page != before.page:
        return indented or ended or before.text.endswith((".", ";", ":"))
    apart = line.top - before.bottom > GAP * line.height or line.top < before.top - line.height
    return indented or ended or apart
