"""The text read of a Word file is what pandoc reads with changes accepted; differences have their reasons."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from report_sample import TEMPLATE, rendered_by

from cchc_xl.word.document_text import read_document
from tests.foreign.test_foreign_words import SHAPES, made

DIFFERENT = {
    "gạch ngang": "pandoc keeps struck-out letters",
    "gạch đôi": "pandoc keeps struck-out letters",
    "chữ ẩn": "pandoc keeps hidden letters",
    "số chú thích nâng": "pandoc writes raised digits as a level of their own",
    "chữ vô hình": "pandoc keeps invisible letters",
    "dòng bảng đã xóa": "pandoc keeps the rows that tracked changes delete",
    "khung chữ hai bản": "pandoc leaves out text boxes of this kind",
    "chỉ có bản cũ": "pandoc leaves out text boxes of this kind",
}
"""Shapes that pandoc reads otherwise, with the reason."""


def paragraphs_by_pandoc(path: Path) -> list[str]:
    """Every paragraph with letters, in the order of the file; notes are left out."""
    options = ["--track-changes=accept"]
    tree = json.loads(pypandoc.convert_file(str(path), "json", format="docx", extra_args=options))
    return [text for block in _blocks(tree["blocks"]) if (text := plain("".join(_letters(block))))]


def plain(text: str) -> str:
    """Composed letters, single blanks, and one sort of hyphen."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u2011", "-").split())


def _blocks(node: Any) -> Iterator[Any]:
    """The paragraphs and headings of a tree."""
    if isinstance(node, list):
        for each in node:
            yield from _blocks(each)
    elif isinstance(node, dict):
        if node.get("t") in ("Para", "Plain", "Header"):
            yield node["c"][2] if node["t"] == "Header" else node["c"]
        elif node.get("t") != "Note":
            yield from _blocks(node.get("c", []))


def _letters(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _letters(each)
    elif isinstance(node, dict):
        if node.get("t") == "Str":
            yield node["c"]
        elif node.get("t") in ("Space", "SoftBreak", "LineBreak"):
            yield " "
        elif node.get("t") == "Quoted":
            marks = "‘’" if node["c"][0]["t"] == "SingleQuote" else "“”"
            yield from (marks[0], *_letters(node["c"][1]), marks[1])
        elif node.get("t") not in ("Note", "Math"):
            yield from _letters(node.get("c", []))


def paragraphs_of(path: Path) -> list[str]:
    document = read_document(path)
    return [text for number, each in enumerate(document.paragraphs)
            if number not in document.apart and (text := plain(each))]


def test_a_whole_report_is_read_as_pandoc_reads_it(tmp_path: Path) -> None:
    report, _ = rendered_by(TEMPLATE, tmp_path)
    own, other = paragraphs_of(report), paragraphs_by_pandoc(report)
    assert [(one, two) for one, two in zip(own, other, strict=False) if one != two][:3] == []
    assert len(own) == len(other)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_read_as_pandoc_reads_it(shape: str, tmp_path: Path) -> None:
    path = made(tmp_path, SHAPES[shape][0])
    assert (paragraphs_of(path) == paragraphs_by_pandoc(path)) is (shape not in DIFFERENT)
