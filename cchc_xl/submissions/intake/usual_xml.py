"""Parts of workbooks of other makers as the reader knows them: error values of newer Excel, letters struck out."""

from __future__ import annotations

import re

_ERROR_CELLS = (b'"e"', b"'e'")
_NEW_ERROR = re.compile(rb"(<(?:\w{1,20}:)?v>)#(?!(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)<)[^<]{1,40}<")
_STRUCK_RUN = re.compile(
    rb"""<(?P<p>(?:\w{1,20}:)?)r>\s{0,20}<(?P=p)rPr>(?:(?!</(?P=p)rPr>)[\s\S]){0,2000}?"""
    rb"""<(?P=p)strike(?:\s+val=["'](?:1|true)["'])?\s*/>[\s\S]{0,2000}?</(?P=p)rPr>(?:(?!</(?P=p)r>)[\s\S])*</(?P=p)r>"""
)


def as_usual(part: bytes) -> bytes:
    """The part without struck-out runs, and with a known error value in the place of every new one."""
    if b"strike" in part:
        part = _STRUCK_RUN.sub(b"", part)
    if any(mark in part for mark in _ERROR_CELLS):
        part = _NEW_ERROR.sub(rb"\1#VALUE!<", part)
    return part
