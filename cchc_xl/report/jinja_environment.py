"""The jinja environment of Word templates: sandboxed, strict about names, careful with missing figures.

A condition that asks for a missing figure has no answer. Choosing either branch would state something nobody has
reported, so every {% if %} is preceded by a question: was anything missing? Then a placeholder stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateRuntimeError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from cchc_xl.report.template_filters import FILTERS
from cchc_xl.word.word_package import DOCUMENT, FOOTNOTES, holds_text, xml_of

CONDITION, PLACEHOLDER = "_chua_ro", "_cho_trong"
"""Names of the two functions that guard conditions; a template cannot use names of this form by itself."""

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
    """{% if test %} becomes {% if undecided(test) %}〔chưa có …〕{% elif test %}, likewise elif and … if … else …."""

    def visit_If(self, node: nodes.If) -> nodes.If:  # noqa: N802 – the name that jinja calls
        """Guards the test and those of its elifs, in their order."""
        branches = [guarded for branch in (node, *node.elif_) for guarded in self._guarded(branch)]
        first, *others = branches
        otherwise = [self.visit(child) for child in node.else_]
        return nodes.If(first.test, first.body, others, otherwise, lineno=node.lineno)

    def _guarded(self, branch: nodes.If) -> Iterator[nodes.If]:
        line = branch.lineno
        stop: list[nodes.Node] = [nodes.Output([_call(PLACEHOLDER, line)], lineno=line)]
        yield nodes.If(_call(CONDITION, line, branch.test), stop, [], [], lineno=line)
        yield nodes.If(branch.test, [self.visit(child) for child in branch.body], [], [], lineno=line)

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.CondExpr:  # noqa: N802 – the name that jinja calls
        """Guards an inline condition."""
        self.generic_visit(node)
        line = node.lineno
        return nodes.CondExpr(_call(CONDITION, line, node.test), _call(PLACEHOLDER, line), node, lineno=line)


def _call(function: str, line: int, *arguments: nodes.Node) -> nodes.Call:
    return nodes.Call(nodes.Name(function, "load", lineno=line), list(arguments), [], None, None, lineno=line)


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


ENVIRONMENT = TemplateEnvironment(autoescape=True, undefined=Unknown, keep_trailing_newline=True)
ENVIRONMENT.filters.update(FILTERS)


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
