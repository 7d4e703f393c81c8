r"""VBA sources in UTF-8 with Vietnamese become the ASCII that a VBA project can hold.

A project stores its source in one 8-bit code page, and the editor shows it in the machine's; ế or ạ are in none of
them. So a literal becomes U("T\u00EDnh l\u1EA1i"), which the module ChuViet puts together at run time, and comments
lose their marks.
"""

from __future__ import annotations

import re
import unicodedata

from cchc_xl.macros.vba_project import Module, ModuleKind
from cchc_xl.resources import data_folder

LITERAL_OR_COMMENT = re.compile(r'"(?:[^"]|"")*"|\'.*')
COMPILE_TIME = re.compile(r"\s*(Public |Private )?(Const|Declare|Attribute)\b")
NAME = re.compile(r'^Attribute VB_Name = "([A-Za-z]\w{0,30})"$', re.MULTILINE)
LONGEST_LINE = 1023
"""VBA refuses longer lines."""


def own_modules() -> list[Module]:
    """The modules of macros/*.bas, by name of file."""
    files = sorted(data_folder("macros").glob("*.bas"))
    return [module(to_ascii(path.read_text(encoding="utf-8"), path.name)) for path in files]


def module(text: str) -> Module:
    """A module from ASCII source; its name stands in its Attribute line."""
    found = NAME.search(text)
    if found is None:
        raise ValueError("no line Attribute VB_Name")
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    too_long = next((number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), None)
    if too_long:
        raise ValueError(f"{found[1]}:{too_long}: a line of VBA holds {LONGEST_LINE} characters")
    return Module(found[1], ModuleKind.MODULE, "\r\n".join(lines) + "\r\n")


def to_ascii(text: str, name: str = "") -> str:
    """The source with its Vietnamese literals spelled in ASCII. Raises `ValueError` with file and line."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(_ascii_line(line, f"{name}:{number}") for number, line in enumerate(lines, 1))


def _ascii_line(line: str, place: str) -> str:
    if line.isascii():
        return line
    if COMPILE_TIME.match(line):
        raise ValueError(f"{place}: constants, declarations and attributes must be ASCII")
    plain = LITERAL_OR_COMMENT.sub(lambda found: _ascii_token(found[0], place), line)
    if not plain.isascii():
        raise ValueError(f"{place}: only literals and comments may hold Vietnamese")
    return plain


def _ascii_token(token: str, place: str) -> str:
    if token.isascii():
        return token
    if token.startswith("'"):
        return without_marks(token)
    if "\\u" in token:
        raise ValueError(f"{place}: \\u in a Vietnamese literal would be read as a code")
    return f"U({_escape(token)})"


def without_marks(text: str) -> str:
    """Vietnamese without diacritics: Tính lại → Tinh lai."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return plain.encode("ascii", "replace").decode()


def _escape(text: str) -> str:
    return "".join(
        letter if letter.isascii() else "".join(f"\\u{unit}" for unit in _units(letter))
        for letter in unicodedata.normalize("NFC", text)
    )


def _units(letter: str) -> list[str]:
    """UTF-16 code units, as ChrW takes them."""
    return re.findall("....", letter.encode("utf-16-be").hex().upper())
