"""The template read in reverse: every figure of a sentence with the words around it, and what the workbook says.

The template is rendered as the workbook prints it now, then once for each way through its conditions, with the
workbook's own names and texts; the figures are marked in the result, as for an export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import product
from pathlib import Path

from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from cchc_xl.figures import Content, Figure
from cchc_xl.reconcile.text_tokens import Sort, Token, TokenReader
from cchc_xl.report.figure_marks import CLOSE, MIDDLE, OPEN, FigureMark, Marks, Shown
from cchc_xl.report.jinja_environment import UNGUARDED, jinja_source
from cchc_xl.report.quantity import Paper
from cchc_xl.report.render import TEMPLATE_FAULTS, template_fault
from cchc_xl.report.template_names import names
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.word.word_package import DOCUMENT, text_parts
from cchc_xl.word.word_xml import plain_text
from cchc_xl.writing.vietnamese_numbers import plain

IMPLIED = "\ue010"
"""Stands before a figure that the next "không có" states in words."""

_WAY = "_duong"
"""Under this name the template is told which branches to take."""

_MARKED = re.compile(f"({IMPLIED})?{OPEN}(\\d+){MIDDLE}([^{CLOSE}]*){CLOSE}")
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a sentence where a figure stands. Without a tag it is a number of the template's own wording.

    `tag` is the indicator or calculation, `expected` what the workbook gives (signed for a change), `part` and `whole`
    what a rate is made of; `index` is its token in the paragraph. `scale` is that of its unit of money; `bounded` where
    the template's own words are “hơn” and the like.
    """

    index: int
    tag: str = ""
    title: str = ""
    codes: tuple[str, ...] = ()
    expected: Decimal | None = None
    shown: str = ""
    part: Decimal | None = None
    whole: Decimal | None = None
    change: bool = False
    percent: bool = False
    scale: int = 0
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A paragraph of the template as tokens with its slots."""

    text: str
    tokens: tuple[Token, ...]
    slots: tuple[Slot, ...]
    current: bool = False
    """Whether the workbook prints this wording now."""


def patterns(template: Path, content: Content, figures: Mapping[str, Figure], reader: TokenReader) -> list[Pattern]:
    """Every paragraph of the template that holds a number, in each wording its conditions allow."""
    found: dict[str, Pattern] = {}
    read: set[str] = set()
    marks = _Noted(figures)
    for place, rendered in enumerate(_renderings(template, content, figures, marks)):
        new = [each for each in dict.fromkeys(_PARAGRAPH.findall(rendered)) if each not in read]
        read.update(new)
        noted = marks.noted
        for paragraph in new:
            pattern = _pattern(" ".join(plain_text(paragraph).split()), noted, figures, reader)
            if pattern.slots:
                found.setdefault(_wording(pattern), replace(pattern, current=place == 0))
    return list(found.values())


def label_patterns(form: Form, figures: Mapping[str, Figure], reader: TokenReader) -> list[Pattern]:
    """What a template that nobody wrote would say of every number: its label, “là”, the number and what it counts."""
    found = []
    for row in form.indicators():
        value = figures[row.code].value if row.code in figures else None
        if row.kind in (Kind.COUNT, Kind.DECIMAL, Kind.PERCENT) and (value is None or isinstance(value, Decimal)):
            label, share = re.sub(r"\([^()]*\)", "", row.label).strip(), "%" if row.kind is Kind.PERCENT else ""
            shown = plain(value) if value is not None else "1"
            tokens = reader.tokens(f"{label} là {shown}{share} {'' if share else row.unit}.")
            index = max((at for at, token in enumerate(tokens) if token.sort is Sort.NUMBER), default=0)
            slot = Slot(index, row.code, label, (row.code,), value, shown, percent=bool(share))
            if share and value is not None:
                slot = replace(slot, part=figures[row.code].part, whole=figures[row.code].whole)
            found += [Pattern(label, tuple(tokens), (slot,))] if tokens[index].states else []
    return found


def _renderings(template: Path, content: Content, figures: Mapping[str, Figure], marks: Marks) -> Iterator[str]:
    """The text as the workbook prints it now, then once for each way through its conditions; compiled once."""
    source = jinja_source(_TABLE.sub("", text_parts(template).get(DOCUMENT, "")))
    paper = Paper(marks)
    known = names(content, figures, paper, draft=False)
    try:
        ways, compiled = _compiled(source)
        for way in (None, *ways):
            paper.cited.clear()
            yield compiled.render(known, **{_WAY: way})
    except TEMPLATE_FAULTS as error:
        raise template_fault(template, source, error, known) from error


@lru_cache(maxsize=4)
def _compiled(source: str) -> tuple[list[tuple[int, ...]], Template]:
    """The ways through a template, and what renders them."""
    parsed = UNGUARDED.parse(source)
    return _ways(parsed), UNGUARDED.from_string(_Choose().visit(parsed))


def _wording(pattern: Pattern) -> str:
    tags = {slot.index: slot.tag for slot in pattern.slots}
    return " ".join(tags.get(place, token.text) for place, token in enumerate(pattern.tokens))


def _ways(parsed: nodes.Template) -> list[tuple[int, ...]]:
    """Which branch to take of the outer conditions, of those inside them, and so on: whatever the conditions of one
    line can make together."""
    lines: dict[int, list[int]] = {}
    for node in _outermost(parsed):
        _count(node, 0, lines.setdefault(node.lineno, []))
    deepest = max(map(len, lines.values()), default=0)
    ways = {way for most in lines.values() for way in product(*map(range, most))}
    return sorted({way + (0,) * (deepest - len(way)) for way in ways})


def _outermost(node: nodes.Node) -> Iterator[nodes.If]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.If):
            yield child
        else:
            yield from _outermost(child)


def _count(node: nodes.Node, depth: int, most: list[int]) -> None:
    """An elif is a condition of its own to jinja, and one more branch of the same to readers."""
    if isinstance(node, nodes.If):
        most += [0] * (depth + 1 - len(most))
        most[depth] = max(most[depth], 2 + len(node.elif_))
        depth += 1
        inside = [*node.body, *node.else_, *(child for branch in node.elif_ for child in branch.body)]
    else:
        inside = list(node.iter_child_nodes())
    for child in inside:
        _count(child, depth, most)


class _Noted(Marks):
    """Marks whose missing figures are numbers nobody knows, not the words that say so."""

    def __init__(self, figures: Mapping[str, Figure]) -> None:
        super().__init__()
        self._figures = figures

    @property
    def noted(self) -> list[FigureMark]:
        """The marks by their numbers."""
        return list(self._numbers)

    def wrap(self, mark: FigureMark, content: str) -> str:
        """The text with its mark."""
        return super().wrap(mark, {
            Shown.FIGURE: content, Shown.MISSING: self._unknown(mark), Shown.PARTIAL: ""
        }[mark.shown])

    def _unknown(self, mark: FigureMark) -> str:
        """A number in the place of a missing figure; dots in the place of a missing text."""
        missing = [self._figures[code].indicator.kind for code in mark.codes if code in self._figures]
        return "…" if not missing else "1%" if missing[0] is Kind.PERCENT else "1"


class _Choose(NodeTransformer):
    """Lets every condition be answered by the way that is rendered; in the last branch the figure asked for is zero.

    A way names the branch of the outer conditions, of those inside them, and so on; without one all answer themselves.
    """

    def __init__(self) -> None:
        self._depth = 0

    def visit_If(self, node: nodes.If) -> nodes.If:  # noqa: N802 – the name that jinja calls
        """The same branches behind "this one is chosen"."""
        node.else_ = [*_said_to_be_zero(node), *node.else_]
        for number, branch in enumerate((node, *node.elif_)):
            branch.test = _is_chosen(self._depth, number, branch.test)
        self._depth += 1
        for branch in (node, *node.elif_):
            branch.body = [made for child in branch.body for made in self.visit_list(child)]
        node.else_ = [made for child in node.else_ for made in self.visit_list(child)]
        self._depth -= 1
        return node


def _is_chosen(depth: int, number: int, test: nodes.Node) -> nodes.Expr:
    """Whether the way takes this branch; without a way its own test."""
    line = test.lineno
    way = nodes.Name(_WAY, "load", lineno=line)
    chosen = nodes.Compare(
        nodes.Getitem(way, nodes.Const(depth, lineno=line), "load", lineno=line),
        [nodes.Operand("eq", nodes.Const(number, lineno=line), lineno=line)], lineno=line,
    )
    return nodes.CondExpr(way, chosen, test, lineno=line)


def _said_to_be_zero(node: nodes.If) -> list[nodes.Node]:
    """{% if x > 0 %}… {% else %}không có …: the words state x."""
    match node.test:
        case nodes.Compare(expr=figure, ops=[nodes.Operand(op="gt", expr=nodes.Const(value=0))]):
            mark = nodes.TemplateData(IMPLIED, lineno=node.lineno)
            return [nodes.Output([mark, figure], lineno=node.lineno)]
    return []


def _pattern(marked: str, marks: list[FigureMark], figures: Mapping[str, Figure], reader: TokenReader) -> Pattern:
    """The paragraph without its marks; a slot for every number that was marked, and for the literal ones."""
    text, spans = _unmarked(marked, marks)
    tokens = reader.tokens(text)
    slots = []
    for index, token in enumerate(tokens):
        if token.states:
            mark = next((mark for start, end, mark in spans if start <= token.start < end), None)
            slots.append(_slot(index, token, mark, figures))
    _imply(slots, tokens, spans, figures)
    return Pattern(text, tuple(tokens), tuple(slots))


def _unmarked(marked: str, marks: list[FigureMark]) -> tuple[str, list[tuple[int, int, FigureMark]]]:
    """The plain text and (start, end, mark) of every figure; an implied one has no length."""
    text, spans, at = "", [], 0
    for found in _MARKED.finditer(marked):
        text += marked[at:found.start()]
        at = found.end()
        shown = "" if found[1] else found[3]
        spans.append((len(text), len(text) + len(shown), marks[int(found[2])]))
        text += shown
    return text + marked[at:], spans


def _slot(index: int, token: Token, mark: FigureMark | None, figures: Mapping[str, Figure]) -> Slot:
    if mark is None:
        return Slot(index, shown=f"{token.value:f}", bounded=token.bounds is not None)
    tag, _, how = mark.tag.partition("|")
    change = how.startswith("tang_giam")
    if mark.shown is not Shown.FIGURE:
        # How several missing figures were to be calculated is not known: such a number is compared with nothing.
        tag = mark.codes[0] if len(mark.codes) == 1 else ""
        labels = "; ".join(figures[code].indicator.label for code in mark.codes if code in figures)
        return Slot(index, tag, mark.title or labels, mark.codes, percent=token.percent, scale=token.scale,
                    bounded=token.bounds is not None)
    value = token.value * (token.sign if change else 1)
    slot = Slot(index, tag, mark.title, mark.codes, value, token.text, change=change, percent=token.percent,
                scale=token.scale, bounded=token.bounds is not None)
    figure = figures.get(tag)
    if figure is not None and figure.indicator.kind is Kind.PERCENT:
        return replace(slot, part=figure.part, whole=figure.whole)
    return slot


def _imply(
    slots: list[Slot], tokens: list[Token], spans: list[tuple[int, int, FigureMark]], figures: Mapping[str, Figure]
) -> None:
    """The first "không có" after an implied figure states it."""
    for start, end, mark in spans:
        if start == end and mark.shown is Shown.FIGURE:
            for place, slot in enumerate(slots):
                token = tokens[slot.index]
                if token.sort is Sort.ZERO and token.start >= start and not slot.tag:
                    figure = figures.get(mark.tag)
                    expected = figure.value if figure and isinstance(figure.value, Decimal) else None
                    slots[place] = Slot(slot.index, mark.tag, mark.title, mark.codes, expected)
                    break
