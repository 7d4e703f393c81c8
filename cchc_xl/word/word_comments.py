"""Word comments at places of a document: what a reviewer would write into the margin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cchc_xl.excel.ooxml_package import Package, serialise
from cchc_xl.word.document_text import main_part, styles_of
from cchc_xl.word.visible_text import Pieces, pieces
from cchc_xl.word.word_xml import Element, Styles, name, text, w

AUTHOR, INITIALS = "cchc-xl", "CX"

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on some characters of a paragraph."""

    paragraph: Element
    start: int
    end: int
    lines: tuple[str, ...]
    pieces: Pieces | None = None
    """The texts of the paragraph with their elements, where the characters were counted in them."""


def write_comments(package: Package, root: Element, comments: Iterable[Comment]) -> int:
    """Puts comments into a document held in memory, after those that people have written; returns how many."""
    main, styles = main_part(package), styles_of(package)
    part = _comments_part(package, main)
    listed = package.tree(part)
    first = 1 + max((int(found) for each in listed if (found := each.get(name("id"), "")).isdecimal()), default=-1)
    for number, comment in enumerate(comments, first):
        listed.append(_comment(number, comment))
        _anchor(comment, number, styles)
    package.write(part, serialise(listed))
    package.write(main, serialise(root))
    return len(listed)


def _comments_part(package: Package, main: str) -> str:
    relationships = package.relationships(main)
    part = relationships.target("comments")
    if part is not None:
        return part
    part = f"{main.rpartition('/')[0]}/comments.xml"
    relationships.add("comments", part)
    package.write(part, serialise(w("comments")))
    package.declare(part, _TYPE)
    return part


def _comment(number: int, comment: Comment) -> Element:
    made = w("comment", *(w("p", w("r", text(line))) for line in comment.lines))
    made.set(name("id"), str(number))
    made.set(name("author"), AUTHOR)
    made.set(name("initials"), INITIALS)
    return made


def _anchor(comment: Comment, number: int, styles: Styles) -> None:
    """Marks the runs (or figures) of the paragraph that hold the characters."""
    inside = _children(comment, styles)
    first, last = (inside[0], inside[-1]) if inside else (None, None)
    begin, end = w("commentRangeStart", id=number), w("commentRangeEnd", id=number)
    reference = w("r", w("commentReference", id=number))
    if first is None or last is None:
        comment.paragraph.extend((begin, end, reference))
        return
    first.addprevious(begin)
    last.addnext(end)
    end.addnext(reference)


def _children(comment: Comment, styles: Styles) -> list[Element]:
    """The children of the paragraph that hold some of the characters."""
    found: list[Element] = []
    at = 0
    for element, written in pieces(comment.paragraph, styles) if comment.pieces is None else comment.pieces:
        if at < comment.end and at + len(written) > comment.start:
            child = _child(comment.paragraph, element)
            if child is not None and child not in found:
                found.append(child)
        at += len(written)
    return found


def _child(paragraph: Element, element: Element) -> Element | None:
    """The child of a paragraph that holds an element; None for text that Word puts before it, or of another one."""
    while (parent := element.getparent()) is not None and parent is not paragraph:
        element = parent
    return element if parent is not None else None
