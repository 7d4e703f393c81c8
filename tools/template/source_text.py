"""Reads the text that a Word template is made from: templates/nguon/<name>.txt.

One line is one paragraph. `@muc #. …` names its style, its # becomes the number of the heading (I, 1, 1.1 or a), a line
that is a `{%p … %}` tag stands alone, `#!` begins a comment. `#include phan_chung/….txt` stands for the lines of that
file, `#set word = …` gives what $word says in all lines after it. Inside a line: *italic*, **bold**, [^name] for a
footnote that cites the document of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.writing.vietnamese_numbers import ALPHABET, ROMANS

STYLE_OF_PREFIX = {
    "": "DoanVan", "ten_loai": "TenLoai", "trich_yeu": "TrichYeu", "kinh_gui": "KinhGui", "muc": "Muc",
    "khoan": "Khoan", "tieu_khoan": "TieuKhoan", "diem": "Diem", "gach": "Gach", "ket": "Ket", "bang": "BangChu",
}
"""Style of a line by what stands after its @."""

HEADING_LEVELS = ("muc", "khoan", "tieu_khoan", "diem")
CONTROL_STYLE = "DongDieuKhien"

_INCLUDE = re.compile(r"#include\s+(\S+)")
_SET = re.compile(r"#set\s+(\w+)\s*=(.*)")
_WORD = re.compile(r"\$([a-z_]\w*)")
_NUMBERED = re.compile(r"@(muc|khoan|tieu_khoan|diem) #")
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
    counter, words = Headings(), dict[str, str]()
    lines = []
    for text, where in _source_lines(path, path.parent, ()):
        if given := _SET.fullmatch(text):
            words[given[1]] = given[2].strip()
            continue
        lines.append(_line(counter.numbered(_with_words(text, words, where)), where))
    return tuple(lines)


def _source_lines(path: Path, folder: Path, above: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    """The lines of a source with those of the files it includes, each with its place."""
    for number, text in enumerate(_read(path), 1):
        text, where = text.strip(), f"{path.name}, dòng {number}"
        included = _INCLUDE.fullmatch(text)
        if included is None:
            if text and not text.startswith("#!"):
                yield text, where
            continue
        part = folder / included[1]
        if part in above or not part.is_file():
            what = "tự chèn chính nó" if part in above else "không có tệp này"
            raise UserError(where, f"{text}: {what}.", "Sửa dòng #include rồi dựng lại mẫu.")
        yield from _source_lines(part, folder, (*above, part))


def _read(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _with_words(text: str, words: Mapping[str, str], where: str) -> str:
    """The line with what its $words say."""
    def said(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise UserError(where, f"“${found[1]}” chưa được đặt.", f"Thêm dòng #set {found[1]} = … ở đầu mẫu.")
        return words[found[1]]
    return _WORD.sub(said, text)


class Headings:
    """Numbers headings as they come: each level begins anew below the one above it."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(HEADING_LEVELS, 0)

    def numbered(self, text: str) -> str:
        """The line with its number in the place of #."""
        found = _NUMBERED.match(text)
        if found is None:
            return text
        level = found[1]
        self._counts[level] += 1
        for lower in HEADING_LEVELS[HEADING_LEVELS.index(level) + 1:]:
            self._counts[lower] = 0
        return f"@{level} {self._number(level)}{text[found.end():]}"

    def _number(self, level: str) -> str:
        count = self._counts[level]
        match level:
            case "muc":
                return ROMANS[count]
            case "tieu_khoan":
                return f"{self._counts['khoan']}.{count}"
            case "diem":
                return ALPHABET[count - 1]
        return str(count)


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
