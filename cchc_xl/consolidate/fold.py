"""The fold up the hierarchy: what units deliver goes to the nearest level above them, then level by level to the top.

Only counts are held, one for each node of a wanted level and each indicator; deliveries stream through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from cchc_xl.consolidate.asked import Asked
from cchc_xl.consolidate.record import NUMBER, Answer, Sum, unpacked
from cchc_xl.consolidate.tallies import Count, Counts, Folded, Running, count_of, figures_of, merge_into
from cchc_xl.consolidate.units import Node, Tree
from cchc_xl.errors import UserError
from cchc_xl.figures import Tally
from cchc_xl.schema.form_model import Form
from cchc_xl.structs import Struct
from cchc_xl.values import Address, Reading, Status

MISSING_NAMED = 50
"""How many units without a file are named for each node."""

NOWHERE = Address("", "")
VALUE = str(Status.VALUE)


class Presence(Struct, frozen=True):
    """Who should deliver at and below a node and who has; `missing` names the first few of the others."""

    expected: int
    delivered: int
    missing: tuple[str, ...]


class Level(Struct, frozen=True):
    """One node: its figures and who has delivered."""

    node: Node
    figures: dict[str, Folded]
    presence: Presence


class Fold:
    """Takes deliveries in any order; `levels` then gives the nodes, parents first.

    Raises `UserError` for a level that the hierarchy does not have.
    """

    def __init__(self, form: Form, tree: Tree, kinds: tuple[str, ...]) -> None:
        if unknown := [kind for kind in kinds if kind not in tree.kinds]:
            what = f"tệp phân cấp không có cấp “{unknown[0]}” trong thời gian của kỳ báo cáo."
            raise UserError("--by", what, f"Các cấp có trong tệp: {', '.join(tree.kinds)}.")
        self._form, self._tree, self._kinds = form, tree, frozenset(kinds)
        self._asked = Asked(form, tree)
        self._place = {each: tree.level_of(each, self._kinds) for each in tree.nodes}
        self._fresh: dict[str, dict[str, Running]] = defaultdict(lambda: defaultdict(Running))
        self._results: dict[str, Counts] = defaultdict(dict)
        self._beyond: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._delivered: set[str] = set()

    def add(self, unit: str, answers: Iterable[Answer]) -> None:
        """What one unit delivers."""
        asked, running = self._asked.of(self._tree.nodes[unit]), self._fresh[self._place[unit]]
        added = asked.added
        others: dict[str, Answer] = {}
        settled: set[str] = set()
        for answer in answers:
            code = answer.code
            if answer.status == VALUE and answer.value[:1] == NUMBER and code in added:
                running[code].add(answer.value)
                settled.add(code)
            else:
                others[code] = answer
        lacking: set[str] = set()
        for row in asked.typed:
            if row.code not in settled:
                count = count_of(unit, row, _reading(others.get(row.code)))
                running[row.code].add_count(count)
                if count.tally.missing:
                    lacking.add(row.code)
        for code, parts in asked.rates:
            if lacking.isdisjoint(parts):
                running[code].settle()
            else:
                running[code].add_count(Count(Tally(missing=frozenset((unit,)))))
        self._delivered.add(unit)

    def add_result(self, sums: Iterable[Sum], covered: Iterable[str]) -> None:
        """What a result of lower levels says; each of its lines goes up until another of its nodes holds it already."""
        by_node: dict[str, list[Sum]] = defaultdict(list)
        for line in sums:
            by_node[line.unit].append(line)
        self._delivered.update(covered)
        for identifier, lines in by_node.items():
            counts = {line.code: _count(line) for line in lines}
            known = self._asked.expected(identifier)
            beyond = {line.code: line.expected - known.get(line.code, 0) for line in lines}
            for node in self._reached(identifier, by_node):
                merge_into(self._results[node.id], counts)
                for code, number in beyond.items():
                    # A hierarchy without the lower units does not know how many they are; the result does.
                    self._beyond[node.id][code] += max(0, number)

    def _reached(self, identifier: str, others: Iterable[str]) -> Iterator[Node]:
        for node in self._tree.above(identifier):
            if node.id != identifier and node.id in others:
                return
            if node.kind in self._kinds:
                yield node

    def levels(self) -> Iterator[Level]:
        """Every node of the wanted levels, parents first, with the figures of all units at and below it."""
        wanted = [node for node in self._tree.nodes.values() if node.kind in self._kinds]
        fresh = {node.id: {code: each.count() for code, each in self._fresh[node.id].items()} for node in wanted}
        for node in reversed(wanted):
            above = self._tree.level_above(node.id, self._kinds)
            if above:
                merge_into(fresh[above], fresh[node.id])
        presence = self._presence()
        for node in wanted:
            counts = dict(self._results[node.id])
            merge_into(counts, fresh[node.id])
            yield Level(node, figures_of(self._form, counts, self._expected(node.id)), presence[node.id])

    def _expected(self, identifier: str) -> dict[str, int]:
        expected = self._asked.expected(identifier)
        for code, number in self._beyond[identifier].items():
            expected[code] += number
        return expected

    def _presence(self) -> dict[str, Presence]:
        expected: dict[str, int] = defaultdict(int)
        delivered: dict[str, int] = defaultdict(int)
        missing: dict[str, list[str]] = defaultdict(list)
        for node in self._tree.nodes.values():
            for above in self._tree.above(node.id) if self._asked.of(node).typed else ():
                if above.kind in self._kinds:
                    expected[above.id] += 1
                    delivered[above.id] += node.id in self._delivered
                    if node.id not in self._delivered and len(missing[above.id]) < MISSING_NAMED:
                        missing[above.id].append(node.id)
        return {each: Presence(expected[each], delivered[each], tuple(missing[each])) for each in self._tree.nodes}


def _reading(answer: Answer | None) -> Reading | None:
    return None if answer is None else Reading(Status(answer.status), unpacked(answer.value), "", NOWHERE)


def _count(line: Sum) -> Count:
    distinct = frozenset(value for text in line.distinct if (value := unpacked(text)) is not None)
    sums = Tally(line.given, Decimal(line.total), Decimal(line.whole), line.yes, distinct, frozenset(line.missing))
    return Count(sums, line.answered, line.unreadable)
