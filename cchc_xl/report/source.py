"""Reads the text that a Word template is made from: templates/nguon/<name>.txt.

One line is one paragraph. `@muc I. …` names its style, a line that is a `{%p … %}` tag stands alone, `#!` begins a
comment. Inside a line: *italic*, **bold**, [^name] for a footnote that cites the document of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cchc_xl.errors import UserError

STYLE_OF_PREFIX = {
    "": "DoanVan", "ten_loai": "TenLoai", "trich_yeu": "TrichYeu", "kinh_gui": "KinhGui", "muc": "Muc",
    "khoan": "Khoan", "tieu_khoan": "TieuKhoan", "diem": "Diem", "gach": "Gach", "ket": "Ket",
}
"""Style of a line by what stands after its @."""

CONTROL_STYLE = "DongDieuKhien"

_PREFIX = re.compile(r"@(\w+)\s+")
_CONTROL = re.compile(r"\{%p\s.*%\}")
_TOKEN = re.compile(
    r"(?P<tag>\{\{.*?\}\}|\{%.*?%\})|\[\^(?P<footnote>\w+)\]|(?P<bold>\*\*)|(?P<italic>\*(?=\S)|(?<=\S)\*)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a paragraph in one look, or the reference to a footnote."""

    text: str
    bold: bool = False
    italic: bool = False
    footnote: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the template."""

    style: str
    spans: tuple[Span, ...]


def read_source(path: Path) -> tuple[Line, ...]:
    """The paragraphs of a template's source. Raises `UserError` with file and line."""
    lines = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = text.strip()
        if text and not text.startswith("#!"):
            lines.append(_line(text, f"{path.name}, dòng {number}"))
    return tuple(lines)


def _line(text: str, where: str) -> Line:
    if _CONTROL.fullmatch(text):
        return Line(CONTROL_STYLE, (Span(text),))
    prefix = _PREFIX.match(text)
    style = STYLE_OF_PREFIX.get(prefix[1] if prefix else "")
    if style is None:
        known = ", ".join(f"@{name}" for name in STYLE_OF_PREFIX if name)
        raise UserError(where, f"không có kiểu đoạn “{text.split()[0]}”.", f"Các kiểu đoạn: {known}.")
    return Line(style, tuple(_spans(text[prefix.end():] if prefix else text)))


def _spans(text: str) -> Iterator[Span]:
    """The pieces of a line. Tags stay whole inside their piece, so that Word keeps each in one run."""
    bold = italic = False
    held, end = "", 0
    for token in _TOKEN.finditer(text):
        held += text[end:token.start()] + (token["tag"] or "")
        end = token.end()
        if token["tag"]:
            continue
        if held:
            yield Span(held, bold, italic)
        held = ""
        if token["footnote"]:
            yield Span("", footnote=token["footnote"])
        bold ^= bool(token["bold"])
        italic ^= bool(token["italic"])
    if held + text[end:]:
        yield Span(held + text[end:], bold, italic)
