"""The jinja environment of Word templates: sandboxed, strict about names, careful with missing figures.

A condition that asks for a missing figure has no answer. Choosing either branch would state something nobody has
reported, so every {% if %} asks too: was anything missing? Then a placeholder stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateRuntimeError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from cchc_xl.report.template_filters import FILTERS
from cchc_xl.word.word_package import DOCUMENT, FOOTNOTES, holds_text, xml_of

PAPER = "_giay"
"""Name of what a rendering notes; a template cannot use names of this form by itself."""

HOLDS, UNDECIDED, PLACEHOLDER = "_dung_va_ro", "_chua_ro", "_cho_trong"
"""Names of the filters that guard conditions."""

NOTED = "_da_neu"
"""Name of the function that is told of a footnote's document where the text refers to the footnote."""

_BROKEN_TEXT = re.compile(r"<w:t(?: [^>]*)?>[^<]*[\n\t][^<]*</w:t>")
_TEXT_GOES_ON = '<w:t xml:space="preserve">'

_NOTE = re.compile(r'<w:footnote\b[^>]*w:id="(\d+)"[^>]*>(.*?)</w:footnote>', re.DOTALL)
_NOTE_DOCUMENT = re.compile(r"\{\{\s*vb\.(\w+)")
_NOTE_REFERENCE = re.compile(r'<w:footnoteReference\b[^>]*w:id="(\d+)"[^>]*/>')


class Unknown(StrictUndefined):
    """A name that nothing has: any use of it ends the report with a message in Vietnamese."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return f"không có tên “{self._undefined_name}”"


class GuardConditions(NodeTransformer):
    """{% if test %}…{% endif %} becomes {% if test holds %}…{% endif %}〔chưa có …〕, likewise … if … else ….

    The words show where a test had no answer; then no elif or else after it is gone into.
    """

    def visit_If(self, node: nodes.If) -> list[nodes.Node]:  # noqa: N802 – the name that jinja calls
        """Guards the test and those of its elifs."""
        line = node.lineno
        branches = [node, *node.elif_]
        node.elif_ = []
        stops = [nodes.If(_asked(UNDECIDED, line), [], [], [], lineno=line) for _ in branches]
        chain = [each for pair in zip(branches, stops, strict=True) for each in pair]
        for branch in branches:
            self.generic_visit(branch)
            branch.test = _asked(HOLDS, branch.lineno, branch.test)
        node.elif_ = chain[1:] if node.else_ else chain[1:-1]
        return [node, nodes.Output([_asked(PLACEHOLDER, line)], lineno=line)]

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.CondExpr:  # noqa: N802 – the name that jinja calls
        """Guards an inline condition."""
        self.generic_visit(node)
        line = node.lineno
        otherwise = nodes.CondExpr(_asked(UNDECIDED, line), _asked(PLACEHOLDER, line), node.expr2, lineno=line)
        return nodes.CondExpr(_asked(HOLDS, line, node.test), node.expr1, otherwise, lineno=line)


def _asked(name: str, line: int, test: Any = None) -> nodes.Filter:
    return nodes.Filter(test or nodes.Const(None, lineno=line), name, [], [], None, None, lineno=line)


class TemplateEnvironment(SandboxedEnvironment):
    """The environment with guarded conditions. Powers are refused: a single one can take for ever."""

    intercepted_binops = frozenset(["**"])

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Called by jinja for a power."""
        raise TemplateRuntimeError("mẫu báo cáo không dùng phép lũy thừa (**)")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Called by jinja with the source of a template."""
        parsed: nodes.Template = GuardConditions().visit(super()._parse(source, name, filename))
        return parsed


# What jinja would compute beforehand takes longer to look for than to compute, once for each report.
ENVIRONMENT = TemplateEnvironment(autoescape=True, undefined=Unknown, keep_trailing_newline=True, optimized=False)
ENVIRONMENT.filters.update(FILTERS)
ENVIRONMENT.filters.update({
    HOLDS: pass_context(lambda context, test: context[PAPER].holds(test)),
    UNDECIDED: pass_context(lambda context, _: bool(context[PAPER].undecided)),
    PLACEHOLDER: pass_context(lambda context, _: context[PAPER].gap()),
})


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
    # Only a report needs the library; its import takes longer than writing one.
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]

    patched: str = DocxTemplate("").patch_xml(re.sub(r"<w:p(?=[ >])", "\n<w:p", xml))
    return patched


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
    return _BROKEN_TEXT.sub(_with_breaks, re.sub(">\n+<", "><", xml))


def _with_breaks(text: re.Match[str]) -> str:
    broken = text[0].replace("\n", f"</w:t><w:br/>{_TEXT_GOES_ON}")
    return broken.replace("\t", f"</w:t><w:tab/>{_TEXT_GOES_ON}")


def similar_name(wanted: str, known: list[str]) -> str:
    """The known name that a misspelt one was probably meant to be, or nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(wanted, known, 1, 0.7)), "")
