"""The jinja environment of Word templates: sandboxed, strict about names, careful with missing figures.

A condition that asks for a missing figure has no answer. Choosing either branch would state something nobody has
reported, so every {% if %} asks too: was anything missing? Then a placeholder stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from html import unescape
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateRuntimeError, nodes
from jinja2.compiler import CodeGenerator, Frame, operators
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from cchc_xl.report.figure_marks import OPEN, in_text
from cchc_xl.report.quantity import Quantity
from cchc_xl.report.template_filters import FILTERS, ONLY_PRINTED, Blank, Phrase
from cchc_xl.values import Struct
from cchc_xl.word.word_package import DOCUMENT, FOOTNOTES, holds_text, xml_of
from cchc_xl.word.word_xml import TEXT_BEGIN

LACKS = "_chua_ro"
"""Name of what the conditions asked since the last look lacked; a template cannot use names of this form by itself."""

_LACKS = f"context.parent[{LACKS!r}]"
"""The same in what jinja makes of a template."""

NOTED = "_da_neu"
"""Name of the function that is told of a footnote's document where the text refers to the footnote."""

_CUT = re.compile(r"(?<=\{)(?:<[^>]*>)+(?=[{%#])|(?<=[%}#])(?:<[^>]*>)+(?=\})")
"""What Word puts between the two signs that begin a tag, or end one."""
_TAG = re.compile(r"\{[{%#](?:(?!</w:p>|[}%#]\}).)*(?:[}%#]\})?", re.DOTALL)
"""To its end, or to that of its paragraph: whatever is never closed is gone through once."""
_BETWEEN = re.compile("</w:t>.*?<w:t(?: [^>]*)?>", re.DOTALL)
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")

_NOTE = re.compile(r'<w:footnote\b[^>]*w:id="(\d+)"[^>]*>(.*?)</w:footnote>', re.DOTALL)
_NOTE_DOCUMENT = re.compile(r"\{\{\s*vb\.(\w+)")
_NOTE_REFERENCE = re.compile(r'<w:footnoteReference\b[^>]*w:id="(\d+)"[^>]*/>')


class Unknown(StrictUndefined):
    """A name that nothing has: any use of it ends the report with a message in Vietnamese."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name = self._undefined_name
        return "danh sách không có gì để lấy" if name is None else f"không có tên “{name}”"


class GuardingGenerator(CodeGenerator):
    """{% if test %}… becomes {% if test and not lacks %}…{% elif lacks %}…{{ lacks }}, likewise … if … else ….

    Written, lacks are 〔chưa có …〕 where the test had no answer, else nothing; then no elif or else is gone into.
    """

    def visit_If(self, node: nodes.If, frame: Frame) -> None:  # noqa: N802 – the name that jinja calls
        """Called by jinja for a condition and its elifs."""
        inner, word = frame.soft(), "if"
        for branch in (node, *node.elif_):
            self.writeline(f"{word} (", branch)
            self._asked(branch.test, inner)
            self.write(f") and not {_LACKS}:")
            self._block(branch.body, inner)
            self.writeline(f"elif {_LACKS}:")
            self._block([], inner)
            word = "elif"
        if node.else_:
            self.writeline("else:")
            self._block(node.else_, inner)
        self.simple_write(f"escape({_LACKS})", frame, node)

    def _block(self, body: list[nodes.Node], frame: Frame) -> None:
        self.indent()
        self.blockvisit(body, frame)
        self.outdent()

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> None:  # noqa: N802 – the name that jinja calls
        """Called by jinja for an inline condition; without an else it is nothing."""
        self.write("(")
        self.visit(node.expr1, frame)
        self.write(" if (")
        self._asked(node.test, frame)
        self.write(f") and not {_LACKS} else str({_LACKS}) if {_LACKS} else ")
        self.visit(node.expr2 or nodes.Const(""), frame)
        self.write(")")

    def _asked(self, node: nodes.Node, frame: Frame) -> None:
        self.write("environment.asked(")
        self.visit(node, frame)
        self.write(")")

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802 – the name that jinja calls
        """Called by jinja for a comparison."""
        self.write("(")
        self._asked(node.expr, frame)
        for each in node.ops:
            self.write(f" {operators[each.op]} ")
            self._asked(each.expr, frame)
        self.write(")")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802 – the name that jinja calls
        """Called by jinja for {% if x is none %}."""
        with self._filter_test_common(node, frame, False):
            self._asked(node.node, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802 – the name that jinja calls
        """Called by jinja for a piece of something."""
        cut = isinstance(node.arg, nodes.Slice)
        self.write("" if cut else "environment.getitem(")
        self._asked(node.node, frame)
        self.write("[" if cut else ", ")
        self.visit(node.arg, frame)
        self.write("]" if cut else ")")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        """Whatever is no text is printed as the rest is, or refused."""
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)


class TemplateEnvironment(SandboxedEnvironment):
    """The environment with guarded conditions. Powers are refused: a single one can take for ever."""

    code_generator_class: type[CodeGenerator] = GuardingGenerator
    intercepted_binops = frozenset(["**"])

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Called by jinja for every attribute; values of ours have nothing but their fields to find."""
        if isinstance(obj, str):
            asked(obj)
        if isinstance(obj, Struct) and attribute in type(obj).__dict__ and not attribute.startswith("_"):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def asked(self, value: Any) -> Any:
        """What a condition asks, or takes a piece of."""
        return asked(value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Called by jinja for a power."""
        raise TemplateRuntimeError("mẫu báo cáo không dùng phép lũy thừa (**)")


def asked(value: Any) -> Any:
    """A value that a template asks something of; what it lacks is noted for the condition. Words made of a figure are
    refused: "0" there is not what is written, and a piece of them is no figure."""
    if isinstance(value, Quantity):
        value.decided()
    elif isinstance(value, Blank):
        value.missed()
    elif isinstance(value, Phrase) or (isinstance(value, str) and OPEN in value):
        raise TemplateRuntimeError(ONLY_PRINTED)
    return value


_LOOKS = frozenset((
    "string", "safe", "e", "escape", "forceescape", "upper", "lower", "title", "capitalize", "trim", "default", "d",
))
"""The filters of jinja that leave the words of a figure what they are."""


def _asking(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of jinja that takes no figure's words for a text, nor prints nothing for a text that nobody typed."""
    at = hasattr(function, "jinja_pass_arg")

    @wraps(function)
    def asks(*given: Any, **named: Any) -> Any:
        value = given[at] if name in _LOOKS else asked(given[at])
        made = function(*given, **named)
        return value if isinstance(value, Blank) and isinstance(made, str) and not made.strip() else made
    return asks


def _printable(value: object) -> object:
    """A value that a sentence can print; whatever says nothing in words of its own would stand there as Python."""
    words = isinstance(value, str | int | float) or type(value).__str__ is not object.__str__
    if isinstance(value, bool) or not words:
        raise TemplateRuntimeError("thẻ này là cả một nhóm, một danh sách hoặc một câu hỏi nên không in ra được")
    return value


# What jinja would compute beforehand takes longer to look for than to compute, once for each report.
ENVIRONMENT = TemplateEnvironment(
    autoescape=True, undefined=Unknown, keep_trailing_newline=True, optimized=False, finalize=_printable
)
ENVIRONMENT.filters = {name: _asking(name, each) for name, each in ENVIRONMENT.filters.items()} | FILTERS

UNGUARDED = ENVIRONMENT.overlay()
"""The same where a missing figure is no gap."""
UNGUARDED.code_generator_class = CodeGenerator


def template_sources(members: Mapping[str, bytes]) -> Mapping[str, str]:
    """The parts with text among the members of a Word file as jinja templates, by path."""
    return _sources(tuple((path, data) for path, data in members.items() if holds_text(path)))


@lru_cache(maxsize=8)
def _sources(texts: tuple[tuple[str, bytes], ...]) -> Mapping[str, str]:
    sources = {path: jinja_source(xml_of(data)) for path, data in texts}
    if DOCUMENT in sources:
        sources[DOCUMENT] = with_noted_documents(sources[DOCUMENT], sources.get(FOOTNOTES, ""))
    return sources


@lru_cache(maxsize=32)
def compiled(source: str) -> Template:
    """A part, ready to be rendered. Raises `TemplateSyntaxError`."""
    return ENVIRONMENT.from_string(source)


def jinja_source(xml: str) -> str:
    """A part of a Word file as a jinja template: tags that Word has cut up are joined, {%p …%} loses its paragraph.

    Every paragraph begins on a line of its own, so that a line number tells where an error stands.
    """
    source = _CUT.sub("", re.sub(r"<w:p(?=[ >])", "\n<w:p", xml))
    source = re.sub(r"<w:t>(?=[^<]*\{[{%])", TEXT_BEGIN, _TAG.sub(_whole_tag, source))
    for holder in ("tr", "tc", "p", "r"):
        source = _without_holders(holder, source)
    return source


def _whole_tag(tag: re.Match[str]) -> str:
    """A tag as it is read: without what Word put into it, and with the signs that Word has changed."""
    return unescape(_BETWEEN.sub("", tag[0])).translate(_STRAIGHT)


def _without_holders(holder: str, source: str) -> str:
    """{%tr …%} stands in the place of its row, {%tc …%}, {%p …%}, {%r …%} of its cell, paragraph, run."""
    pieces: list[str] = []
    done, looked, end = 0, 0, f"</w:{holder}>"
    for tag in re.finditer(r"(\{[{%#])" + holder + r"(\s(?:(?!\{[{%#]).)*?[}%#]\})", source, re.DOTALL):
        begin = max(source.rfind(f"<w:{holder}{sign}", looked, tag.start()) for sign in " >")
        looked = tag.start()
        if begin >= 0 and (after := source.find(end, tag.end())) >= 0:
            pieces += source[done:begin], tag[1] + tag[2]
            done = looked = after + len(end)
    return "".join((*pieces, source[done:]))


def with_noted_documents(source: str, footnotes: str) -> str:
    """The text's template, told at every reference to a footnote which document is cited there."""
    cited = {found[1]: document[1] for found in _NOTE.finditer(footnotes)
             if (document := _NOTE_DOCUMENT.search(found[2]))}

    def told(reference: re.Match[str]) -> str:
        document = cited.get(reference[1])
        return f"{{{{ {NOTED}('{document}') }}}}{reference[0]}" if document else reference[0]
    return _NOTE_REFERENCE.sub(told, source)


def with_line_breaks(xml: str) -> str:
    """Line breaks and tabs inside texts as Word's own elements; those that `jinja_source` set between elements go."""
    return _broken(_broken(re.sub(">\n+<", "><", xml), "\n", "br"), "\t", "tab")


def _broken(xml: str, sign: str, element: str) -> str:
    broken = f"</w:t><w:{element}/>{TEXT_BEGIN}"
    return re.sub(sign, lambda found: broken if in_text(xml, found.start()) else sign, xml)


def similar_name(wanted: str, known: list[str]) -> str:
    """The known name that a misspelt one was probably meant to be, or nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(wanted, known, 1, 0.7)), "")
