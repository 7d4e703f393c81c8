"""cchc-xl template names|check"""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from cchc_xl.cli.command_app import conclude, described, print_json
from cchc_xl.content import Content
from cchc_xl.declaration.load_form import form_folder, load_form
from cchc_xl.errors import CLEAN
from cchc_xl.figures import Figure, total
from cchc_xl.report.template_check import as_finding, check_template, write_commented_copy
from cchc_xl.report.vocabulary import vocabulary


def names(book: Path | None = None, form: str = "", json: bool = False) -> int:
    """Every name that a template may use."""
    content, figures = _content(book, form)
    words = vocabulary(content.form, content, figures)
    if json:
        print_json([], names=[asdict(word) for word in words])
        return CLEAN
    for group, listed in groupby(words, key=lambda word: word.group):
        print(f"\n{group}")
        for word in listed:
            print(f"  {word.name:<44} {word.meaning}" + (f" = {word.value}" if word.value else ""))
    return CLEAN


def check(file: Path, book: Path | None = None, form: str = "", json: bool = False) -> int:
    """The mistakes of a template; a copy with comments beside it where there are any."""
    content, figures = _content(book, form)
    mistakes = check_template(file, content, figures)
    findings = [as_finding(mistake, file) for mistake in mistakes]
    copy = write_commented_copy(file, mistakes) if mistakes else None
    ending = f"{len(mistakes)} lỗi; góp ý từng chỗ trong {copy}." if copy else "không có lỗi."
    return conclude(findings, file, json, [*described(findings), f"{file}: {ending}"], copy=copy)


def _content(book: Path | None, form: str) -> tuple[Content, dict[str, Figure]]:
    """What a workbook holds; without one, a form that nobody has filled yet."""
    if book is not None:
        from cchc_xl.master.compute_book import compute

        computed = compute(book, form)
        return computed.content, dict(computed.figures)
    content = Content(load_form(form_folder(form)), {})
    return content, total(content.form, content.readings, content.shared)
