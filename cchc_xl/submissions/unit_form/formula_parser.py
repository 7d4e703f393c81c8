"""Parses the native formulas that a form carries: just the part of the language that this package writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)(?![\w!$:])"""
    r"""|(?P<place>(?:(?:'(?:[^']|'')+'|\w+)!)?\$?[A-Z]{1,3}\$?\d*(?::\$?[A-Z]{1,3}\$?\d*)?)(?![\w(])"""
    r"""|(?P<name>[A-Z]+)(?=\()|(?P<truth>TRUE|FALSE)|(?P<sign><>|<=|>=|[-+*/&=<>(),]))"""
)
PLACE = re.compile(r"(?:(?:'((?:[^']|'')+)'|(\w+))!)?\$?([A-Z]{1,3})\$?(\d*)(?::\$?([A-Z]{1,3})\$?(\d*))?")
LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"))


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text or a truth value."""

    value: float | str | bool


@dataclass(frozen=True, slots=True)
class FormulaPlace:
    """A cell or a range; no row means the whole column, no sheet the formula's own."""

    sheet: str
    first: tuple[str, int]
    last: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or an operator, with what it is given."""

    name: str
    given: tuple[Node, ...]


Node = Constant | FormulaPlace | Call


@lru_cache(maxsize=4096)
def parsed(formula: str) -> Node:
    """The tree of a formula without its "=". Raises `ValueError` for what this package does not write."""
    reader = _Parser(formula)
    tree = reader.level(0)
    reader.expect("end", "")
    return tree


class _Parser:
    def __init__(self, formula: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(formula.rstrip()):
            token = TOKEN.match(formula, place)
            if token is None:
                raise ValueError(formula[place : place + 40])
            self._tokens.append((token.lastgroup or "", token[token.lastgroup or 0]))
            place = token.end()
        self._tokens.append(("end", ""))
        self._next = 0

    def _taken(self) -> tuple[str, str]:
        self._next += 1
        return self._tokens[self._next - 1]

    def _sees(self, *signs: str) -> bool:
        kind, text = self._tokens[self._next]
        return kind == "sign" and text in signs

    def expect(self, kind: str, text: str) -> None:
        """Takes the token that must come now."""
        if self._taken() != (kind, text):
            raise ValueError(f"{text!r} expected, {self._tokens[self._next - 1]} found")

    def level(self, depth: int) -> Node:
        """An expression of operators that bind at least as strongly as those of this level."""
        if depth == len(LEVELS):
            return self._single()
        tree = self.level(depth + 1)
        while self._sees(*LEVELS[depth]):
            sign = self._taken()[1]
            tree = Call(sign, (tree, self.level(depth + 1)))
        return tree

    def _single(self) -> Node:
        kind, text = self._taken()
        match kind, text:
            case "text", _:
                return Constant(text[1:-1].replace('""', '"'))
            case "number", _:
                return Constant(float(text))
            case "truth", _:
                return Constant(text == "TRUE")
            case "place", "TRUE" | "FALSE":
                return Constant(text == "TRUE")
            case "place", _:
                return _place(text)
            case "name", _:
                self.expect("sign", "(")
                return Call(text, self._arguments())
            case "sign", "-":
                return Call("-", (Constant(0.0), self._single()))
            case "sign", "(":
                tree = self.level(0)
                self.expect("sign", ")")
                return tree
        raise ValueError(text)

    def _arguments(self) -> tuple[Node, ...]:
        given: list[Node] = []
        while not self._sees(")"):
            given.append(self.level(0))
            if self._sees(","):
                self._taken()
        self._taken()
        return tuple(given)


def _place(text: str) -> FormulaPlace:
    found = PLACE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    quoted, bare, column, row, last_column, last_row = found.groups()
    sheet = quoted.replace("''", "'") if quoted else bare or ""
    return FormulaPlace(sheet, (column, int(row or 0)), (last_column, int(last_row or 0)) if last_column else None)
