"""Which part of an Office file is the workbook or the text: its relationships say so, its name need not."""

from __future__ import annotations

import re

RELATIONS = "_rels/.rels"
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\s[^>]{1,2000}>")
_OFFICE_DOCUMENT = re.compile(rb"""Type\s?=\s?["'][^"']{1,300}/officeDocument["']""")
_TARGET = re.compile(rb"""Target\s?=\s?["']/?([^"']{1,300})["']""")


def main_part(relations: bytes) -> str:
    """The part that the package's relationships name; empty where they name none."""
    for relation in _RELATION.findall(relations):
        if _OFFICE_DOCUMENT.search(relation) and (target := _TARGET.search(relation)):
            return target[1].decode("utf-8", "replace")
    return ""
