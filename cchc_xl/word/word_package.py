"""The members of a Word file, and those among them that hold text."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from cchc_xl.excel.ooxml_package import Package
from cchc_xl.excel.zip_container import unpacked

_WITH_TEXT = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")


def members(file: Path) -> dict[str, bytes]:
    """Every member by its path. Raises `UserError` for a file that is no Word file."""
    return {name: member.data for name, member in unpacked(file).items()}


def holds_text(path: str) -> bool:
    """Whether a member holds paragraphs: the text itself, headers, footers, notes."""
    return bool(_WITH_TEXT.fullmatch(path))


def xml_of(data: bytes) -> str:
    """A part as XML without a declaration."""
    return etree.tostring(etree.fromstring(data), encoding="unicode")


def text_parts(file: Path) -> dict[str, str]:
    """The XML of the members that hold text."""
    return {path: xml_of(data) for path, data in members(file).items() if holds_text(path)}


class MadePackage(Package):
    """A package of members that are not in a file yet."""

    def __init__(self, path: Path, parts: dict[str, bytes]) -> None:
        self._begin(path, {})
        self._data = parts
