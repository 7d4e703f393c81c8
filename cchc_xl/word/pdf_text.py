"""The paragraphs and tables of a PDF with a text layer, through poppler's pdftotext and pdftocairo."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.typed_text import RAISED, composed
from cchc_xl.word.pdf_tables import DrawnTable, PdfWord, frames, tables_by_words
from cchc_xl.word.word_xml import TextCell

TIMEOUT = 60.0
LARGEST = 200 * 2**20
"""Bytes of what poppler makes of a PDF; pictures are in its drawing."""

_HTML = "{http://www.w3.org/1999/xhtml}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)

GAP, INDENT, SHORT = 0.75, 1.0, 0.82
"""In heights of a line: the gap and the indent that begin a paragraph. In widths of a column: a line that ends one."""

SPACE, SMALL = 0.1, 0.8
"""In heights: the least space between two words, for letters of another font stand apart; what is a raised digit."""


@dataclass(frozen=True, slots=True)
class _Line(PdfWord):
    page: int
    words: tuple[PdfWord, ...]
    edge: bool
    """Whether it is the first or the last one of its page."""


def read_pdf(path: Path) -> tuple[list[str], list[list[list[TextCell]]]]:
    """The paragraphs, lines put together again, and the tables. Raises `UserError` where the file has no text that can
    be read."""
    lines = list(_lines(_poppler(path, "pdftotext", "-bbox-layout", "-enc", "UTF-8")))
    if not lines:
        what = "không có lớp chữ (bản quét), không đọc được số liệu."
        raise UserError(str(path), what, "Xin tệp Word, hoặc tệp PDF xuất từ Word.")
    pages = _drawn(path)
    loose = []
    inside: dict[int, list[PdfWord]] = defaultdict(list)
    for line in lines:
        drawn = pages[line.page] if line.page < len(pages) else ()
        held = False
        for word in line.words:
            if frame := next((each for each in drawn if each.holds(word.middle)), None):
                inside[id(frame)].append(word)
                held = True
        if not held:
            loose.append(line)
    tables = [_table(frame, inside[id(frame)]) for page in pages for frame in page]
    loose = list(_telling(loose))
    undrawn = tables_by_words([
        [word for line in of_page for word in line.words] for _, of_page in groupby(loose, lambda line: line.page)
    ])
    taken = {id(word) for table in undrawn for row in table for cell in row for word in cell}
    loose = [line for line in loose if not taken.intersection(map(id, line.words))]
    tables += [[[TextCell(_said(cell)) for cell in row] for row in table] for table in undrawn]
    return list(_joined(loose)), tables


def _telling(lines: Sequence[_Line]) -> Iterator[_Line]:
    """The lines but the numbers of pages, and those of notes that stand in a line of their own."""
    usual = median(line.height for line in lines) if lines else 0.0
    for line in lines:
        if not line.text.isdigit() or not (line.edge or line.height < SMALL * usual):
            yield line


def _table(frame: DrawnTable, words: Sequence[PdfWord]) -> list[list[TextCell]]:
    held: dict[tuple[int, int], list[PdfWord]] = defaultdict(list)
    for word in words:
        row, column = frame.at(word.middle)
        held[frame.owners[row][column]].append(word)
    return [
        [TextCell(_said(held[owner]), spread=owner != (row, column)) for column, owner in enumerate(owners)]
        for row, owners in enumerate(frame.owners)
    ]


def _said(words: Sequence[PdfWord]) -> str:
    """The words with spaces where the page has some; small digits are numbers of notes."""
    highest = max((word.height for word in words), default=0.0)
    text = ""
    for before, word in pairwise((None, *words)):
        assert word is not None
        apart = before is not None and (word.left - before.right > SPACE * word.height or word.left <= before.left)
        said = word.text.translate(RAISED) if word.text.isdigit() and word.height < SMALL * highest else word.text
        text += f" {said}" if apart else said
    return composed(text)


def _poppler(path: Path, name: str, *options: str) -> bytes:
    program = shutil.which(name)
    if program is None:
        remedy = "Cài poppler (pdftotext), hoặc dùng tệp Word."
        raise UserError(str(path), "máy này chưa có chương trình đọc PDF.", remedy)
    with TemporaryDirectory(prefix="cchc-") as folder:
        made = Path(folder) / "trang"
        try:
            done = subprocess.run(
                [program, *options, str(path), str(made)], capture_output=True, timeout=TIMEOUT, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError(str(path), "không đọc được tệp PDF này.", "Dùng tệp Word.") from error
        if done.returncode or not made.is_file():
            raise UserError(str(path), "không mở được: tệp hỏng, có mật khẩu, hoặc không phải PDF.", "Dùng tệp Word.")
        if made.stat().st_size > LARGEST:
            raise TooMuchError(str(path), "tệp PDF quá lớn, không đọc được.", "Dùng tệp Word.")
        return made.read_bytes()


class TooMuchError(UserError):
    """A PDF that says, or draws, far more than a report does."""


def _drawn(path: Path) -> list[list[DrawnTable]]:
    """The tables of every page; none where they are not drawn, or where far more is."""
    if not shutil.which("pdftocairo"):
        return []
    try:
        return frames(_poppler(path, "pdftocairo", "-svg"))
    except TooMuchError:
        return []


def _lines(layout: bytes) -> Iterator[_Line]:
    root = etree.fromstring(layout, _PARSER)
    for count, page in enumerate(root.iter(f"{_HTML}page")):
        lines = [(line, _sides(line)) for line in page.iter(f"{_HTML}line")]
        tops = [top for _, (_, _, top, _) in lines]
        for line, sides in lines:
            words = tuple(PdfWord(*_sides(word), composed(word.text or "")) for word in line.iter(f"{_HTML}word"))
            yield _Line(*sides, _said(words), count, words, sides[2] in (min(tops), max(tops)) and len(lines) > 1)


def _sides(element: etree._Element) -> tuple[float, float, float, float]:
    left, right, top, bottom = (float(element.get(side, "0")) for side in ("xMin", "xMax", "yMin", "yMax"))
    return left, right, top, bottom


def _joined(lines: Sequence[_Line]) -> Iterator[str]:
    """The lines of a paragraph in one: the next begins with an indent, below a gap, or after a short line."""
    if not lines:
        return
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
