"""XML written in the plain way, as Excel, LibreOffice and openpyxl write sheets, so that a search over it finds all.

Nothing is guessed: whatever is written in another way raises `OtherwiseError`, and the part is left to a parser, which
knows all ways and is slower. Standard library only, for the process that reads files from outside uses it too.
"""

from __future__ import annotations

import re

MAIN = b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROOT = rb"(?:<\?xml ([^<>]*)\?>\s*)?<%b( [^<>&]*)>"
SHEET_ROOT = re.compile(ROOT % b"worksheet")
ENTITY = r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&"
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
HIDING = (b"<!--", b"<![CDATA[", b"xmlns")
"""What could make a search see elements where there are none, or none where there are; instructions (<?) do so too."""


class OtherwiseError(Exception):
    """Something is written in a way that is not known here."""


def root_end(pattern: re.Pattern[bytes], part: bytes) -> int:
    """Where the root element's tag ends. The elements of the format are those without a prefix, and no others."""
    root = pattern.match(part)
    if not root or root[2].count(MAIN) != 1 or b" xmlns=" + MAIN not in root[2] or not _is_usual(root[1]):
        raise OtherwiseError
    return root.end()


def _is_usual(declaration: bytes | None) -> bool:
    """Whether the part is XML 1.0 in UTF-8."""
    told = (declaration or b"version='1.0'").replace(b'"', b"'").lower()
    return b"version='1.0'" in told and (b"encoding" not in told or b"encoding='utf-8'" in told)


def cells_within(part: bytes) -> tuple[int, int]:
    """From where to where the XML of a sheet's rows goes."""
    root = root_end(SHEET_ROOT, part)
    start, end = part.find(b"<sheetData>", root), part.find(b"</sheetData>", root)
    if start < 0 and b"<sheetData/>" in part:
        return 0, 0
    if start < 0 or end < start or hides(part, start, end):
        raise OtherwiseError
    return start, end


def hides(part: bytes, start: int, end: int) -> bool:
    """Whether something between the two places could deceive a search."""
    if any(part.find(hiding, start, end) >= 0 for hiding in HIDING):
        return True
    # A question mark is rare and quickly found; "<?" alone would take as long as all the others.
    place = part.find(b"?", start, end)
    while place >= 0 and part[place - 1 : place] != b"<":
        place = part.find(b"?", place + 1, end)
    return place >= 0


def without_entities(text: str) -> str:
    """The text between two tags."""
    if "\r" in text:
        raise OtherwiseError
    return re.sub(ENTITY, _letter, text) if "&" in text else text


def _letter(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    if name:
        return NAMED[name]
    code = int(decimal or hexadecimal or "0", 10 if decimal else 16)
    if code < 32 or code in range(0xD800, 0xE000) or code > 0x10FFFF:
        raise OtherwiseError
    return chr(code)
