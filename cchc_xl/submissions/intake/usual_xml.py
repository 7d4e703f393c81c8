"""Parts of workbooks of other makers as the reader knows them: error values of newer Excel, letters struck out.

A new error value becomes a text of its name, so that it can be told by it.
"""

from __future__ import annotations

import re

_ERROR_CELLS = (b'"e"', b"'e'")
_NAMED_ERROR = re.compile(
    rb"""(<(?:\w{1,20}:)?c\s(?:[^<>]{0,200}\s)?t\s?=\s?["'])e(["'][^<>]{0,200}>\s{0,20}"""
    rb"""(?:<(?:\w{1,20}:)?f(?:\s[^<>]{0,500})?(?:/>|>[^<]{0,8192}</(?:\w{1,20}:)?f>)\s{0,20})?"""
    rb"""<(?:\w{1,20}:)?v>#(?!(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)<)[^<]{1,40}<)"""
)
_STRUCK_STYLE = re.compile(
    rb"""<style:style\s[^<>]{0,500}?style:name="([^"]{1,100})"(?:(?!</style:style>)[\s\S]){0,3000}?"""
    rb"""text-line-through-style="(?!none")"""
)
_STRUCK_RUN = re.compile(
    rb"""<(?P<p>(?:\w{1,20}:)?)r>\s{0,20}<(?P=p)rPr>(?:(?!</(?P=p)rPr>)[\s\S]){0,2000}?"""
    rb"""<(?P=p)strike(?:\s+val=["'](?:1|true)["'])?\s*/>[\s\S]{0,2000}?</(?P=p)rPr>(?:(?!</(?P=p)r>)[\s\S])*</(?P=p)r>"""
)


def as_usual(part: bytes) -> bytes:
    """The part without struck-out letters, and with the name of every new error value as a text."""
    if b"strike" in part:
        part = _STRUCK_RUN.sub(b"", part)
    if b"text-line-through-style" in part:
        struck = b"|".join(map(re.escape, _STRUCK_STYLE.findall(part)))
        span = rb'<text:span text:style-name="(?:%b)">(?:[^<]|<text:s[^<>]{0,60}/>)*</text:span>' % struck
        part = re.sub(span, b"", part) if struck else part
    if any(mark in part for mark in _ERROR_CELLS):
        part = _NAMED_ERROR.sub(rb"\1str\2", part)
    return part
