"""What people did to cells of a form besides typing: comments, cells made one. Standard library only: it runs in the
reading process."""

from __future__ import annotations

import html
import posixpath
import re

from cchc_xl.sheet_names import NOTE_MARK
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.container_check import Contents, relations_of

MOST_COMMENTS = 200
TARGET = re.compile(rb'Target="([^"]{1,200})"')
COMMENT = re.compile(
    rb'<(?:\w{1,20}:)?comment\s[^>]{0,500}?ref="([A-Z]{1,3}\d{1,7})"[^>]{0,500}>(.*?)</(?:\w{1,20}:)?comment>', re.S
)
TEXT = re.compile(rb"<(?:\w{1,20}:)?t(?:\s[^<>]{0,200})?>([^<]*)<")


def cell_comments(contents: Contents, sheet: str) -> list[list[str]]:
    """Address and text of every comment on a sheet of the new Excel format; those of the program are left out."""
    if not any("comments" in name.lower() for name in contents.members):
        return []
    part = contents.sheet_parts.get(sheet, "")
    folder, related = part.rpartition("/")[0], TARGET.findall(contents.part(relations_of(part)))
    parts = [posixpath.normpath(posixpath.join("/", folder, target.decode("utf-8", "replace"))) for target in related]
    found = []
    for part in parts:
        if "comment" in part.rpartition("/")[2].lower() and "threaded" not in part.lower():
            found += [[ref.decode(), _text(body)] for ref, body in COMMENT.findall(contents.part(part[1:]))]
    return [each for each in found if each[1] and not each[1].startswith(NOTE_MARK)][:MOST_COMMENTS]


MERGED = re.compile(rb'<(?:\w{1,20}:)?mergeCell\s[^>]{0,60}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
MOST_MERGED = 500


def merged_cells(contents: Contents, sheet: str) -> list[str]:
    """The ranges of cells that were made one on a sheet of the new Excel format."""
    if not (name := contents.sheet_parts.get(sheet, "")).endswith(".xml"):
        return []
    part = contents.part(name)
    # They stand behind the rows, which are most of a sheet.
    behind = MERGED.findall(part, max(0, part.rfind(b"sheetData")))
    return [found.decode() for found in behind[:MOST_MERGED]]


def _text(body: bytes) -> str:
    text = "".join(html.unescape(part.decode("utf-8", "replace")) for part in TEXT.findall(body))
    return "".join(letter if letter.isprintable() else " " for letter in text)[: read_limits.LONGEST_TEXT].strip()
