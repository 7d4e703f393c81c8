"""Checks a Word template: its tags one by one, then a trial report; the mistakes, with the paragraphs that they stand
in, as findings and as Word comments.
"""

from __future__ import annotations

import re
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, count
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes

from cchc_xl import rule_registry
from cchc_xl.errors import UserError
from cchc_xl.excel import seal
from cchc_xl.figures import Content, Figure
from cchc_xl.report.jinja_environment import ENVIRONMENT, similar_name
from cchc_xl.report.render import compose_limited, translated
from cchc_xl.report.template_names import Known, vocabulary
from cchc_xl.rule_registry import RULES, Finding
from cchc_xl.typed_text import shortened
from cchc_xl.values import Address
from cchc_xl.word.word_package import DOCUMENT, MadePackage, accepted, holds_text, members
from cchc_xl.word.word_xml import Element, name, parsed

COPY_ENDING = "_gop_y"
LONGEST_QUOTE = 100

TAG = re.compile(r"\{\{(?P<write>.*?)\}\}|\{%(?:p|tr|tc|r)?\s(?P<do>.*?)%\}|\{#.*?#\}", re.DOTALL)
HOLDER = re.compile(r"\{[{%#](p|tr|tc|r)\s")
PLACES = {"p": "đoạn", "tr": "hàng", "tc": "ô", "r": "cụm chữ"}
"""What {%p …%}, {%tr …%}, {%tc …%}, {%r …%} stand in the place of; it goes with all that it holds."""
NO_LETTERS = [name(tag) for tag in ("drawing", "pict", "object", "sectPr", "footnoteReference", "endnoteReference")]
HALF = re.compile(r"\{\{|\}\}|\{%|%\}")
OTHER = re.compile(
    r"(?:(?<!\{)\{|｛+|\[\[|<<)\s*(?P<name>[^\W\d][\w.]*)(?:\s*\|[^{}｛｝\[\]<>]*)?\s*(?:\}(?!\})|｝+|\]\]|>>)"
)
"""A name between braces of another kind; it would be printed as it stands."""
QUOTES = str.maketrans("“”‘’", "\"\"''")
"""Word makes such quotes of straight ones; a report takes them back."""
OPENING = {"if": "endif", "for": "endfor", "set": "endset", "with": "endwith"}
CLOSING = {end: begin for begin, end in OPENING.items()}
MIDDLE = {"elif": ("if",), "else": ("if", "for")}

PART_NAMES = (("document", "Thân văn bản"), ("header", "Đầu trang"), ("footer", "Chân trang"), ("notes", "Chú thích"))

WRONG_NAME, WRONG_TAG, WRONG_FILTER = (
    rule.code for rule in (rule_registry.WRONG_NAME, rule_registry.WRONG_TAG, rule_registry.WRONG_FILTER)
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the kind, where, what is wrong, what to do. `start` and `end` mark the tag in the paragraph."""

    rule: str
    part: str
    paragraph: int
    quote: str
    what: str
    remedy: str
    start: int = 0
    end: int = 0


@dataclass
class _Reader:
    """Reads one part; knows where it is, which blocks are still open and which names the template itself gives."""

    path: str
    known: Known
    open: list[tuple[str, Mistake]] = field(default_factory=list)
    own: set[str] = field(default_factory=lambda: {"loop"})
    paragraph: int = 0
    text: str = ""
    span: tuple[int, int] = (0, 0)

    def part(self, part: Element) -> Iterator[Mistake]:
        for self.paragraph, element in enumerate(part.iter(name("p")), 1):
            self.text = paragraph_text(element)
            if "{" in self.text or "}" in self.text or OTHER.search(self.text):
                yield from self._tags()
                yield from self._lost(element)
        for word, begun in self.open:
            yield replace(begun, what=f"thẻ {{% {word} … %}} chưa được đóng bằng {{% {OPENING[word]} %}}")

    def _mistake(self, rule: str, what: str, remedy: str) -> Mistake:
        return Mistake(rule, self.path, self.paragraph, self.text, what, remedy, *self.span)

    def _tags(self) -> Iterator[Mistake]:
        for tag in TAG.finditer(self.text):
            self.span = tag.span()
            if tag["write"] is not None:
                yield from self._expression(f"{{{{{_without_scope(tag['write'])}}}}}")
            elif tag["do"] is not None:
                yield from self._statement(tag["do"].strip(" -+"))
        rest = TAG.sub(lambda found: " " * len(found[0]), self.text)
        for other in OTHER.finditer(rest):
            self.span = other.span()
            yield from self._other_braces(other)
        if half := HALF.search(rest):
            self.span = half.span()
            remedy = "Viết đủ {{ tên }} hoặc {% lệnh %} trong cùng một đoạn."
            yield self._mistake(WRONG_TAG, f"thẻ viết dở ở “{half[0]}”", remedy)

    def _lost(self, paragraph: Element) -> Iterator[Mistake]:
        """Words and pictures beside a tag that takes the place of the paragraph, row, cell or run that holds them."""
        texts = list(paragraph.iter(name("t")))
        ends = list(accumulate(len(each.text or "") for each in texts))
        for tag in TAG.finditer(self.text):
            self.span = tag.span()
            scope = HOLDER.match(tag[0])
            inside = [] if scope is None else texts[bisect_right(ends, tag.start()) : bisect_left(ends, tag.end()) + 1]
            if scope is None or next(inside[0].iterancestors(name("p"))) is not paragraph:  # of a text box: its own
                continue
            held = [next(each.iterancestors(name(scope[1])), None) for each in inside]
            holders = dict.fromkeys(each for each in held if each is not None)
            words = "".join(map(paragraph_text, holders)).replace(tag[0], "", 1).strip()
            if words or any(True for each in holders for _ in each.iter(*NO_LETTERS)):
                place = PLACES[scope[1]]
                lost = f"“{shortened(words, LONGEST_QUOTE)}”" if words else "hình, chú thích hoặc ngắt phần"
                remedy = f"Để thẻ này đứng một mình trong {place}, hoặc viết thẻ không có chữ {scope[1]}."
                yield self._mistake(WRONG_TAG, f"{lost} ở cùng {place} với thẻ “{tag[0]}” sẽ mất", remedy)

    def _other_braces(self, other: re.Match[str]) -> Iterator[Mistake]:
        if self.known.has(other["name"]):
            what = f"“{other[0]}” không phải là thẻ nên sẽ in ra nguyên văn"
            yield self._mistake(WRONG_TAG, what, f"Có phải là “{{{{ {other['name']} }}}}”?")

    def _statement(self, said: str) -> Iterator[Mistake]:
        word = said.partition(" ")[0]
        if word in OPENING:
            yield from self._opened(word, said)
        elif word in MIDDLE or word in CLOSING:
            yield from self._continued(word, said)
        else:
            remedy = "Dùng được: if, elif, else, endif, for, endfor, set."
            yield self._mistake(WRONG_TAG, f"không có thẻ “{{% {word} %}}”", remedy)

    def _opened(self, word: str, said: str) -> Iterator[Mistake]:
        inline = word == "set" and "=" in said
        if not inline:
            self.open.append((word, self._mistake(WRONG_TAG, "", "Thêm thẻ đóng sau phần cần bao quanh.")))
        yield from self._expression(f"{{% {said} %}}" + ("" if inline else f"{{% {OPENING[word]} %}}"))

    def _continued(self, word: str, said: str) -> Iterator[Mistake]:
        """elif, else and the end tags: they need the tag that they go on with."""
        if word == "elif":
            yield from self._expression(f"{{% if 1 %}}{{% {said} %}}{{% endif %}}")
        wanted = MIDDLE.get(word) or (CLOSING[word],)
        if not self.open or self.open[-1][0] not in wanted:
            remedy = f"Bỏ thẻ này, hoặc thêm {{% {wanted[0]} … %}} ở trước."
            yield self._mistake(WRONG_TAG, f"thẻ “{{% {word} %}}” không có thẻ mở đi cùng", remedy)
        elif word in CLOSING:
            self.open.pop()

    def _expression(self, source: str) -> Iterator[Mistake]:
        try:
            tree = ENVIRONMENT.parse(source.translate(QUOTES))
        except (TemplateSyntaxError, RecursionError) as error:
            remedy = "Sửa cách viết trong thẻ: {{ tên }}, {{ tên | bộ_lọc }}, {% if tên > 0 %}."
            yield self._mistake(WRONG_TAG, translated(error), remedy)
            return
        self.own.update(each.name for each in tree.find_all(nodes.Name) if each.ctx in ("store", "param"))
        yield from self._names(tree)
        for used in tree.find_all(nodes.Filter):
            if used.name not in ENVIRONMENT.filters:
                remedy = _meant(similar_name(used.name, list(ENVIRONMENT.filters)))
                yield self._mistake(WRONG_FILTER, f"không có bộ lọc “{used.name}”", remedy)

    def _names(self, tree: nodes.Template) -> Iterator[Mistake]:
        for wanted in dict.fromkeys(self._asked(tree)):
            if wanted.partition(".")[0] not in self.own and not self.known.has(wanted):
                yield self._mistake(WRONG_NAME, f"không có tên “{wanted}”", _meant(self.known.similar(wanted)))

    def _asked(self, tree: nodes.Template) -> Iterator[str]:
        """Every name that is read, with its group: tt.nam."""
        for attribute in tree.find_all(nodes.Getattr):
            if isinstance(attribute.node, nodes.Name) and attribute.node.name in self.known.groups:
                yield f"{attribute.node.name}.{attribute.attr}"
        for each in tree.find_all(nodes.Name):
            if each.ctx == "load":
                yield each.name


def proofread(template: Path, content: Content) -> list[Mistake]:
    """Every mistake of a template's tags, in order. Raises `UserError` for a file that is no Word file."""
    known = Known(vocabulary(content.form, content))
    parts = {path: accepted(parsed(data)) for path, data in members(template).items() if holds_text(path)}
    mistakes = [mistake for path, part in parts.items() for mistake in _Reader(path, known).part(part)]
    texts = [paragraph_text(each) for part in parts.values() for each in part.iter(name("p"))]
    if mistakes or any(TAG.search(text) for text in texts):
        return mistakes
    return [Mistake(WRONG_TAG, DOCUMENT, 1, next(iter(texts), ""), NO_TAG, TAGS)]


NO_TAG = "mẫu không có thẻ nào, báo cáo sẽ không có con số nào của sổ"
NAMES = "cchc-xl template names --book <sổ>"
TAGS = "Đặt thẻ {{ tên }} vào những chỗ cần con số; xem các tên: " + NAMES + "."


def paragraph_text(paragraph: Element) -> str:
    """The letters of a paragraph's runs."""
    return "".join(found.text or "" for found in paragraph.iter(name("t")))


def part_name(path: str) -> str:
    """Thân văn bản for word/document.xml, and so on."""
    return next((called for word, called in PART_NAMES if word in path), path)


def _meant(similar: str) -> str:
    return f"Có phải là “{similar}”?" if similar else f"Xem các tên và bộ lọc dùng được: {NAMES}."


def _without_scope(written: str) -> str:
    """{{r x }} and {{p x }} write runs and paragraphs."""
    return re.sub(r"^[rp]\s", " ", written)


def check_template(template: Path, content: Content, figures: Mapping[str, Figure]) -> list[Mistake]:
    """Every mistake of a template. A report is tried only where the tags by themselves are right."""
    return proofread(template, content) or _tried(template, content, figures)


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
    for number, paragraph in enumerate(parsed(members(template)[DOCUMENT]).iter(name("p")), 1):
        if quoted and paragraph_text(paragraph).strip().startswith(quoted):
            return Mistake(WRONG_TAG, DOCUMENT, number, paragraph_text(paragraph), what, error.remedy)
    return Mistake(WRONG_TAG, DOCUMENT, 1, quoted, what, error.remedy)


def refuse_mistakes(template: Path, content: Content) -> None:
    """Raises `UserError` for a template whose tags `check_template` would not let pass."""
    mistakes = proofread(template, content)
    if mistakes:
        first, more = mistakes[0], f" Mẫu còn {len(mistakes) - 1} lỗi khác." if len(mistakes) > 1 else ""
        remedy = f"{first.remedy} Xem mọi lỗi của mẫu: cchc-xl template check {template.name} --book <sổ>."
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
