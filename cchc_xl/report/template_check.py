"""Checks a Word template: its tags one by one, then a trial report; the mistakes as findings and as Word comments."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from itertools import chain, count
from pathlib import Path

from cchc_xl.content import Content
from cchc_xl.errors import UserError
from cchc_xl.excel import seal
from cchc_xl.figures import Figure
from cchc_xl.findings import Finding
from cchc_xl.report.proofread import WRONG_TAG, Mistake, paragraph_text, part_name, proofread
from cchc_xl.report.render import compose_limited
from cchc_xl.report.vocabulary import Known, vocabulary
from cchc_xl.rule_registry import RULES
from cchc_xl.typed_text import shortened
from cchc_xl.values import Address
from cchc_xl.word.word_package import DOCUMENT, MadePackage, members
from cchc_xl.word.word_xml import Element, name, parsed

COPY_ENDING = "_gop_y"
LONGEST_QUOTE = 100


def check_template(template: Path, content: Content, figures: Mapping[str, Figure]) -> list[Mistake]:
    """Every mistake of a template. A report is tried only where the tags by themselves are right."""
    known = Known(vocabulary(content.form, content))
    return proofread(template, known) or _tried(template, content, figures)


def _tried(template: Path, content: Content, figures: Mapping[str, Figure]) -> list[Mistake]:
    """What goes wrong when a report is written: a calculation with a text, tags that tear the document."""
    with tempfile.TemporaryDirectory(prefix="cchc-xl-") as folder:
        try:
            compose_limited(template, content, figures, Path(folder) / "thu.docx", draft=True)
        except UserError as error:
            return [_located(template, error)]
    return []


def _located(template: Path, error: UserError) -> Mistake:
    """The paragraph that a message quotes."""
    quoted = error.what.rpartition("“")[2].partition("”")[0].rstrip("…").strip()
    what = error.what.partition("; ở đoạn")[0].partition("; gần đoạn")[0].rstrip(".")
    for number, paragraph in enumerate(_paragraphs(template), 1):
        if quoted and paragraph_text(paragraph).strip().startswith(quoted):
            return Mistake(WRONG_TAG, DOCUMENT, number, paragraph_text(paragraph), what, error.remedy)
    return Mistake(WRONG_TAG, DOCUMENT, 1, quoted, what, error.remedy)


def _paragraphs(template: Path) -> list[Element]:
    return list(parsed(members(template)[DOCUMENT]).iter(name("p")))


def refuse_mistakes(template: Path, content: Content) -> None:
    """Raises `UserError` for a template whose tags `check_template` would not let pass."""
    mistakes = proofread(template, Known(vocabulary(content.form, content)))
    if mistakes:
        first, more = mistakes[0], f" Mẫu còn {len(mistakes) - 1} lỗi khác." if len(mistakes) > 1 else ""
        remedy = f"{first.remedy} Xem mọi lỗi của mẫu: cchc-xl template check."
        raise UserError(template.name, f"{first.what}; ở đoạn: “{first.quote.strip()[:LONGEST_QUOTE]}”.{more}", remedy)


def as_finding(mistake: Mistake, template: Path) -> Finding:
    """A mistake as the command line tells it."""
    place = Address(part_name(mistake.part), f"đoạn {mistake.paragraph}", str(template))
    what = f"{mistake.what[:1].upper()}{mistake.what[1:]}; ở đoạn: “{shortened(mistake.quote, LONGEST_QUOTE)}”."
    return RULES[mistake.rule].finding(what, (place,), suggestion=mistake.remedy.rstrip("."))


def write_commented_copy(template: Path, mistakes: Sequence[Mistake]) -> Path:
    """A copy beside the template with a Word comment at every mistake.

    Word allows no comments in headers and footers: those of such parts stand at the first paragraph of the text.
    """
    from cchc_xl.word.word_comments import Comment, write_comments

    package = MadePackage(template, members(template))
    root = parsed(package.read(DOCUMENT))
    paragraphs = list(root.iter(name("p"))) or [_first_paragraph(root)]
    comments = []
    for mistake in mistakes:
        inside = mistake.part == DOCUMENT
        told = mistake.what if inside else f"{part_name(mistake.part)}, đoạn “{mistake.quote}”: {mistake.what}"
        place = paragraphs[mistake.paragraph - 1 if inside else 0]
        comments.append(Comment(place, mistake.start, mistake.end, (f"{told[:1].upper()}{told[1:]}.", mistake.remedy)))
    write_comments(package, root, comments)
    target = _free(template.with_name(f"{template.stem}{COPY_ENDING}{template.suffix}"))
    seal.write(target, package)
    return target


def _first_paragraph(root: Element) -> Element:
    """One for a text that has none."""
    made = root.makeelement(name("p"))
    next(root.iter(name("body"))).insert(0, made)
    return made


def _free(first: Path) -> Path:
    """The name, or the first numbered one: a copy in which people have mended tags stays."""
    others = (first.with_stem(f"{first.stem} ({number})") for number in count(2))
    return next(path for path in chain([first], others) if not path.exists() or seal.intact(path))
