"""What each unit of a hierarchy is asked, and how many units below a node are asked it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cached_property
from itertools import islice

from cchc_xl.consolidate.tallies import compares
from cchc_xl.consolidate.units import Node, Tree
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.structs import Struct

Key = tuple[str, str]
"""Units that are asked the same: their kind, and the unit's own id where the form names it."""


class Questions(Struct, frozen=True, dict=True):
    """What units of one key are asked. `rates` are the codes of rates with the codes of the parts that they type."""

    typed: tuple[Indicator, ...]
    rates: tuple[tuple[str, tuple[str, ...]], ...]
    counted: tuple[str, ...]
    """The codes of the figures that wait for the unit."""

    @cached_property
    def added(self) -> frozenset[str]:
        """The codes of what is added up without looking at the answers themselves."""
        return frozenset(row.code for row in self.typed if not compares(row))


class Asked:
    """Questions of every unit, made once for each key."""

    def __init__(self, form: Form, tree: Tree) -> None:
        self._form, self._tree = form, tree
        self._named = {name for row in form.indicators() for name in row.reported_by}
        self._known: dict[Key, Questions] = {}

    def of(self, node: Node) -> Questions:
        """What a unit is asked."""
        return self._questions(self._key(node))

    def expected(self, identifier: str) -> dict[str, int]:
        """How many units at and below a node should report each figure, by code."""
        expected: dict[str, int] = defaultdict(int)
        node = self._tree.nodes.get(identifier)
        counts = Counter(self._below.get(identifier, {}))
        counts.update([self._key(node)] if node else [])
        for key, number in counts.items():
            for code in self._questions(key).counted:
                expected[code] += number
        return expected

    @cached_property
    def _below(self) -> Mapping[str, Mapping[Key, int]]:
        """How many units of each key stand strictly below a node; most nodes have none and take no memory."""
        below: dict[str, Counter[Key]] = defaultdict(Counter)
        for node in self._tree.nodes.values():
            key = self._key(node)
            for above in islice(self._tree.above(node.id), 1, None):
                below[above.id][key] += 1
        return below

    def _key(self, node: Node) -> Key:
        return node.kind, node.id if node.id in self._named else ""

    def _questions(self, key: Key) -> Questions:
        if key not in self._known:
            self._known[key] = _questions(self._form, key)
        return self._known[key]


def _questions(form: Form, key: Key) -> Questions:
    reported = [row for row in form.indicators() if set(key) & set(row.reported_by)]
    typed = {row.name: row for row in reported if row.typed}
    rates = []
    for row in form.indicators():
        parts = tuple(typed[name].code for name in (row.numerator, row.denominator) if name in typed)
        if parts:
            rates.append((row.code, parts))
    counted = [row.code for row in reported if not row.has_parts] + [code for code, _ in rates]
    return Questions(tuple(typed.values()), tuple(rates), tuple(counted))
