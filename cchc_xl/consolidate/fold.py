"""The fold (fold.sql) as a form and a tree of units ask for it: who is asked what, and who stands above whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from cchc_xl.checks.declared_rules import DeclaredRule, rules_of
from cchc_xl.consolidate.engine import FOLDER, Connection, Row, ask, fill, script
from cchc_xl.consolidate.grown_form import counted
from cchc_xl.findings import Severity
from cchc_xl.rules import explain, judge
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Missing, Total
from cchc_xl.units import Tree, UnitNode
from cchc_xl.values import Value

ANYBODY = "đơn vị"
IDS_NAMED, NAMES_SHOWN = 20, 5
"""How many of those a figure waits for are listed, by id and by name."""

ADDITIVE = (Total.SUM, Total.COUNT_YES, Total.UNITS)
"""Totals of which a rule that holds for every unit holds for their sum."""

TEXT, INTEGER = "VARCHAR", "INTEGER"


def prepare(con: Connection, form: Form, tree: Tree, kinds: Sequence[str], every: bool = False) -> None:
    """What the fold is made of: node, above, wanted, indicator, asked, rate_part, awaited. Raises `UserError`.

    `every`: figures that nobody here is asked for are made, too.
    """
    kinds = tree.kinds_named(kinds)
    con.execute(f"SET VARIABLE every = {every}")
    named = {name for row in form.indicators() for name in row.reported_by}
    keys = {node.id: _key(node, named) for node in tree.nodes.values()}
    rows = counted(form)
    questions = {key: _Questions(rows, key) for key in dict.fromkeys(keys.values())}
    columns = dict.fromkeys(("id", "name", "kind", "parent", "kind_name", "key"), TEXT)
    fill(con, "node", {"ord": INTEGER, **columns, "reports": "BOOLEAN"}, (
        (number, node.id, node.name, node.kind, node.parent, node.kind_name, key, questions[key].any)
        for number, node in enumerate(tree.nodes.values()) for key in (keys[node.id],)
    ))
    fill(con, "above_all", {"unit": TEXT, "node": TEXT}, (
        (node.id, above.id) for node in tree.nodes.values() for above in tree.above(node.id)
    ))
    fill(con, "wanted", {"node": TEXT}, ((node.id,) for node in tree.nodes.values() if node.kind in kinds))
    con.execute("CREATE OR REPLACE TABLE above AS FROM above_all SEMI JOIN wanted USING (node)")
    words = {node.kind: node.kind_name for node in tree.nodes.values() if node.kind_name}
    names = ("code", "name", "label", "measure", "kind", "total", "numerator", "denominator", "word")
    fill(con, "indicator", {"ord": INTEGER, **dict.fromkeys(names, TEXT)}, _indicators(form, rows, words))
    made = questions.values()
    fill(con, "asked", dict.fromkeys(("key", "code", "blank"), TEXT), chain(*(each.asked for each in made)))
    fill(con, "rate_part", dict.fromkeys(("key", "rate", "code"), TEXT), chain(*(each.parts for each in made)))
    fill(con, "awaited", dict.fromkeys(("key", "code"), TEXT), chain(*(each.awaited for each in made)))


def fold(con: Connection, name: str) -> None:
    """The figures of every wanted node from the tables delivered and told, as the tables `name` and `name`_line."""
    script(con, FOLDER / "fold.sql", name=name, ids=str(IDS_NAMED), names=str(NAMES_SHOWN))


def _indicators(form: Form, rows: Sequence[Indicator], words: dict[str, str]) -> Iterator[Row]:
    """The indicators in printed order; rates name the codes of their parts."""
    for number, row in enumerate(rows):
        parts = [form.by_name[name].code if name else None for name in (row.numerator, row.denominator)]
        word = words.get(row.reported_by[0], ANYBODY) if len(row.reported_by) == 1 else ANYBODY
        yield number, row.code, row.name, row.label, row.unit, str(row.kind), str(row.total), *parts, word


def _key(node: UnitNode, named: set[str]) -> str:
    """Units that are asked the same: their kind, and the unit's own id where the form names it."""
    return f"{node.kind}\t{node.id if node.id in named else ''}"


class _Questions:
    """What units of one key are asked."""

    def __init__(self, rows: Sequence[Indicator], key: str) -> None:
        reported = [row for row in rows if {*key.split("\t")} & {*row.reported_by}]
        # What a unit's table adds up is taken as its answer: files carry it with the answers that it is made of.
        typed = {row.name: row for row in reported if row.typed or row.sum_of}
        self.any = bool(typed)
        self.asked = [(key, row.code, _blank(row)) for row in typed.values()]
        self.parts = [
            (key, row.code, typed[name].code)
            for row in rows for name in (row.numerator, row.denominator) if name in typed
        ]
        awaited = [row.code for row in reported if not row.has_parts] + [rate for _, rate, _ in self.parts]
        self.awaited = [(key, code) for code in dict.fromkeys(awaited)]


def _blank(row: Indicator) -> str:
    """What a blank cell is: zero, allowed, or lacking."""
    if row.missing is Missing.ZERO:
        return "zero"
    return "free" if row.missing is Missing.OPTIONAL or row.required_if else "required"


def node_findings(con: Connection, form: Form, out: str) -> Iterator[Row]:
    """What only the figures of several units show: rules that their sums break, and answers that differ."""
    for node, name, code, shown in ask(con, DIFFERING):
        what = f"các đơn vị phải ghi cùng một số, hiện có {shown}. Thống nhất rồi gửi lại."
        text = f"{name}, {code} “{form.by_code[code].label}”: {what}"
        yield "same_everywhere", str(Severity.ERROR), node, code, out, "", "", text, "", False
    rules = [
        rule for rule in rules_of(form)
        if rule.local and rule.line.applies != "unit" and all(row.total in ADDITIVE for row in rule.indicators)
    ]
    known: dict[tuple[str, str], dict[str, Value | None]] = {}
    for node, name, code, value in ask(con, COMPLETE):
        known.setdefault((node, name), {})[code] = value
    for (node, name), figures in known.items():
        for rule in rules:
            yield from _broken(form, rule, figures, node, name, out)


DIFFERING = """
SELECT node, node.name, code, array_to_string(list_sort(list(DISTINCT coalesce(said.text,
    replace(plain(said.value), '.', ','), plain(said.part) || '/' || plain(said.whole))))[:3], '; ')
FROM figure JOIN node ON id = node JOIN above USING (node) JOIN said USING (unit, code)
WHERE differing AND said.given GROUP BY ALL ORDER BY any_value(node.ord), code"""
COMPLETE = """
SELECT node, node.name, code, value FROM figure JOIN node ON id = node
WHERE filled AND expected > 0 AND id IN (SELECT parent FROM node) ORDER BY node.ord"""
"""An incomplete sum proves nothing; a unit that stands alone has been checked with its own form."""


def _broken(
    form: Form, rule: DeclaredRule, figures: dict[str, Value | None], node: str, name: str, out: str
) -> Iterator[Row]:
    if not all(code in figures for code in rule.codes):
        return
    known = {form.by_code[code].name: figures[code] for code in rule.codes}
    outcome = judge(rule.test, known, rule.line.missing, rule.leaves)
    if outcome:
        def called(each: str) -> str:
            return form.by_name[each].code

        sentence = rule.sentence(outcome, known, called) if rule.line.row else explain(outcome, known, called)
        text = f"{name}: {sentence}. {rule.line.remedy}"
        yield rule.line.code, str(rule.line.severity), node, rule.codes[0], out, "", "", text, "", False
