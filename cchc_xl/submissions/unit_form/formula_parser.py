"""Parses the native formulas that a form carries: just the part of the language that this package writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from cchc_xl.structs import Struct

TOKEN = re.compile(
    r"""\s*(?:(?P<sign><>|<=|>=|[-+*/&=<>(),])|(?P<name>[A-Z]+)(?=\()|(?P<text>"(?:[^"]|"")*")"""
    r"""|(?P<number>\d+(?:\.\d+)?)(?![\w!$:])"""
    r"""|(?P<place>(?:(?:'(?:[^']|'')+'|\w+)!)?\$?[A-Z]{1,3}\$?\d*(?::\$?[A-Z]{1,3}\$?\d*)?)(?![\w(])"""
    r"""|(?P<truth>TRUE|FALSE)|(?P<other>\S))"""
)
PLACE = re.compile(r"(?:(?:'((?:[^']|'')+)'|(\w+))!)?\$?([A-Z]{1,3})\$?(\d*)(?::\$?([A-Z]{1,3})\$?(\d*))?")
BINDING = {
    sign: depth for depth, signs in enumerate((("=", "<>", "<", ">", "<=", ">="), "&", "+-", "*/"), 1) for sign in signs
}
"""How strongly an operator binds."""


class Constant(Struct, frozen=True):
    """A number, a text or a truth value."""

    value: float | str | bool


class FormulaPlace(Struct, frozen=True):
    """A cell or a range; no row means the whole column, no sheet the formula's own."""

    sheet: str
    first: tuple[str, int]
    last: tuple[str, int] | None


class Leaf(Struct, frozen=True):
    """Where a formula of some shape has a constant or a place: what stands around its own texts and numbers."""

    kind: str
    around: tuple[str, ...]
    first: int

    def of(self, own: Sequence[str]) -> Constant | FormulaPlace:
        """What it is in the formula that has these texts and numbers."""
        last = self.first + len(self.around) - 1
        parts = chain.from_iterable(zip(self.around, own[self.first:last], strict=False))
        return _leaf(self.kind, "".join(parts) + self.around[-1])


class Call(Struct, frozen=True):
    """A function, or an operator, with what it is given."""

    name: str
    given: tuple[Node, ...]


Node = Leaf | Call
OWN = re.compile(r'("[^"]*"|\d+)')
"""What one formula may have otherwise than another of its shape; most rows of a form ask the same of other cells."""

_SHAPES: dict[tuple[str, ...], Node] = {}


def parsed(formula: str) -> tuple[Node, list[str]]:
    """The tree of a formula without its "=", and its own texts and numbers. Each shape is parsed once.

    Raises `ValueError` for what this package does not write.
    """
    parts = OWN.split(formula)
    shape = tuple(parts[::2])
    if shape not in _SHAPES:
        reader = _Parser(formula)
        _SHAPES[shape] = reader.expression()
        reader.expect("")
    return _SHAPES[shape], parts[1::2]


class _Parser:
    def __init__(self, formula: str) -> None:
        self._tokens = [(token.lastgroup or "", token[token.lastgroup or 0]) for token in TOKEN.finditer(formula)]
        self._tokens.append(("end", ""))
        self._next = self._own = 0

    def expect(self, text: str) -> None:
        """Takes the sign that must come now; "" is the end."""
        if self._tokens[self._next][1] != text:
            raise ValueError(f"{text!r} expected, {self._tokens[self._next]} found")
        self._next += 1

    def expression(self, weakest: int = 1) -> Node:
        """An expression of operators that bind at least so strongly."""
        tree = self._single()
        while (depth := BINDING.get(sign := self._tokens[self._next][1], 0)) >= weakest:
            self._next += 1
            tree = Call(sign, (tree, self.expression(depth + 1)))
        return tree

    def _single(self) -> Node:
        kind, text = self._tokens[self._next]
        self._next += 1
        if kind == "name":
            return Call(text, self._arguments())
        if kind in ("place", "text", "number", "truth"):
            around = tuple(OWN.split(text)[::2])
            self._own += len(around) - 1
            return Leaf(kind, around, self._own - len(around) + 1)
        if text == "-":
            return Call("-", (Leaf("number", ("0",), 0), self._single()))
        if text == "(":
            tree = self.expression()
            self.expect(")")
            return tree
        raise ValueError(text)

    def _arguments(self) -> tuple[Node, ...]:
        """Those of a function, whose name stands before a parenthesis."""
        given: list[Node] = []
        while self._tokens[self._next][1] in ("(", ","):
            self._next += 1
            if self._tokens[self._next][1] != ")":
                given.append(self.expression())
        self.expect(")")
        return tuple(given)


@lru_cache(maxsize=4096)
def _leaf(kind: str, text: str) -> Constant | FormulaPlace:
    if text in ("TRUE", "FALSE"):
        return Constant(text == "TRUE")
    if kind == "number":
        return Constant(float(text))
    return Constant(text[1:-1].replace('""', '"')) if kind == "text" else _place(text)


def _place(text: str) -> FormulaPlace:
    found = PLACE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    quoted, bare, column, row, last_column, last_row = found.groups()
    sheet = quoted.replace("''", "'") if quoted else bare or ""
    return FormulaPlace(sheet, (column, int(row or 0)), (last_column, int(last_row or 0)) if last_column else None)
