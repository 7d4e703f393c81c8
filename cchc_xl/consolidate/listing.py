"""The lists of a result: where every figure comes from, what was found, and who has delivered at each node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from cchc_xl.consolidate.fold import Level
from cchc_xl.consolidate.setting import Setting
from cchc_xl.consolidate.store import Store
from cchc_xl.findings import SEVERITY_WORDS, Finding, Severity
from cchc_xl.values import Address

BY_GRAVITY = "CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, file, unit, code, rule, cell, message"
KIND_WORDS = {"form": "Biểu mẫu", "master": "Sổ tổng hợp", "result": "Kết quả tổng hợp", "refused": "Không đọc"}


class Listing:
    """Reads the tables of a run's store. `kinds` are the levels asked for."""

    def __init__(self, store: Store, chosen: Setting, kinds: Iterable[str]) -> None:
        self._store, self._tree, self._names = store, chosen.tree, chosen.hierarchy.names
        self._kinds = frozenset(kinds)

    def sources(self) -> Iterator[tuple[Any, ...]]:
        """One row for each unit counted from a file, or for a file from which none is."""
        query = (
            "SELECT path, sha, kind, outcome, message, claim.unit FROM file "
            "LEFT JOIN claim ON claim.file = number AND (chosen = 1 OR (kind = 'result' AND outcome = 'Đã tính')) "
            "ORDER BY number, claim.unit"
        )
        for path, sha, kind, outcome, message, unit in self._store.rows(query):
            yield path, sha, KIND_WORDS[kind], outcome, message, unit or "", self._node(unit or "")

    def findings(self) -> Iterator[tuple[Any, ...]]:
        """Every finding, the gravest first."""
        for rule, severity, unit, code, file, sheet, cell, message, suggestion in self._rows():
            word = SEVERITY_WORDS[Severity(severity)]
            name, node = self._names.get(unit, ""), self._node(unit)
            yield word, rule, unit, name, node, code, file, sheet, cell, message, suggestion

    def first(self, most: int) -> Iterator[Finding]:
        """The gravest findings, as the command line tells them."""
        for rule, severity, unit, code, file, sheet, cell, message, suggestion in self._rows(most):
            cells = (Address(sheet, cell, file),)
            yield Finding(rule, Severity(severity), unit, code, cells, message, suggestion)

    def counts(self) -> dict[str, int]:
        """How many findings of each severity."""
        return dict(map(itemgetter(0, 1), self._store.rows(COUNT)))

    def units(self, levels: Iterable[Level]) -> Iterator[tuple[Any, ...]]:
        """Who has delivered at each node, and how many findings there are at and below it."""
        found: dict[str, dict[str, int]] = {}
        for unit, severity, number in self._store.rows(COUNT_BY_UNIT):
            for node in self._tree.above(unit):
                counts = found.setdefault(node.id, {})
                counts[severity] = counts.get(severity, 0) + number
        for level in levels:
            node, presence = level.node, level.presence
            missing = ", ".join(self._names[unit] for unit in presence.missing)
            more = presence.expected - presence.delivered - len(presence.missing)
            counts = found.get(node.id, {})
            yield (
                node.kind, node.id, node.name, presence.expected, presence.delivered,
                f"{missing} và {more} đơn vị khác" if more > 0 else missing,
                *(counts.get(each, 0) for each in Severity),
            )

    def _rows(self, most: int = -1) -> Iterator[tuple[Any, ...]]:
        return self._store.rows(f"SELECT * FROM finding ORDER BY {BY_GRAVITY} LIMIT ?", most)

    def _node(self, unit: str) -> str:
        return self._tree.level_of(unit, self._kinds)


COUNT = "SELECT severity, COUNT(*) FROM finding GROUP BY severity ORDER BY severity"
COUNT_BY_UNIT = "SELECT unit, severity, COUNT(*) FROM finding WHERE unit <> '' GROUP BY unit, severity"
