"""Word comments at places of a document: what a reviewer would write into the margin."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from cchc_xl.excel.ooxml_package import Package, parse, serialise
from cchc_xl.word.document_text import DOCUMENT, pieces
from cchc_xl.word.word_xml import Element, name, text, w

AUTHOR, INITIALS = "cchc-xl", "CX"

_PART = "word/comments.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on some characters of a paragraph."""

    paragraph: Element
    start: int
    end: int
    lines: tuple[str, ...]


def write_comments(
    package: Package, root: Element, comments: Iterable[Comment], now: datetime.datetime | None = None
) -> int:
    """Puts comments into a document held in memory, after those that people have written; returns how many."""
    part = _comments_part(package)
    listed = parse(package.read(part))
    first = 1 + max((int(found) for each in listed if (found := each.get(name("id"), "")).isdecimal()), default=-1)
    number = first
    for number, comment in enumerate(comments, first):
        listed.append(_comment(number, comment, now))
        _anchor(comment, number)
    package.write(part, serialise(listed))
    package.write(DOCUMENT, serialise(root))
    return len(listed)


def _comments_part(package: Package) -> str:
    relationships = package.relationships(DOCUMENT)
    part = relationships.target("comments")
    if part is not None:
        return part
    relationships.add("comments", _PART)
    package.write(_PART, serialise(w("comments")))
    package.declare(_PART, _TYPE)
    return _PART


def _comment(number: int, comment: Comment, now: datetime.datetime | None) -> Element:
    made = w("comment", *(w("p", w("r", text(line))) for line in comment.lines))
    made.set(name("id"), str(number))
    made.set(name("author"), AUTHOR)
    if now is not None:
        made.set(name("date"), now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    made.set(name("initials"), INITIALS)
    return made


def _anchor(comment: Comment, number: int) -> None:
    """Marks the runs (or figures) of the paragraph that hold the characters."""
    inside = _children(comment)
    first, last = (inside[0], inside[-1]) if inside else (None, None)
    begin, end = w("commentRangeStart", id=number), w("commentRangeEnd", id=number)
    reference = w("r", w("commentReference", id=number))
    if first is None or last is None:
        comment.paragraph.extend((begin, end, reference))
        return
    first.addprevious(begin)
    last.addnext(end)
    end.addnext(reference)


def _children(comment: Comment) -> list[Element]:
    """The children of the paragraph that hold some of the characters."""
    found: list[Element] = []
    at = 0
    for element, written in pieces(comment.paragraph):
        if at < comment.end and at + len(written) > comment.start:
            child = _child(comment.paragraph, element)
            if child not in found:
                found.append(child)
        at += len(written)
    return found


def _child(paragraph: Element, element: Element) -> Element:
    while (parent := element.getparent()) is not None and parent is not paragraph:
        element = parent
    return element
