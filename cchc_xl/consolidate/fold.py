"""Which file speaks for which unit (choose.sql), and what is told of those that do not; then the fold (fold.sql) as a
form and a tree of units ask for it: who is asked what, and who stands above whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from cchc_xl.checks.declared_rules import DeclaredRule, rules_of
from cchc_xl.consolidate.engine import FOLDER, INTEGER, NUMBER, Connection, Row, ask, fill, quoted, script, texts
from cchc_xl.consolidate.grown_form import counted
from cchc_xl.consolidate.result_tables import COPY, COUNTED, FINDING, HELD
from cchc_xl.rule_registry import LAYOUT_CODES, Severity
from cchc_xl.rules import explain, judge
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Missing, Total
from cchc_xl.units import Tree
from cchc_xl.values import Value

ANYBODY = "đơn vị"
IDS_NAMED, NAMES_SHOWN = 20, 5
"""How many of those a figure waits for are listed, by id and by name."""

ADDITIVE = (Total.SUM, Total.COUNT_YES, Total.UNITS)
"""Totals of which a rule that holds for every unit holds for their sum."""

UNIT = {"ord": INTEGER} | texts("id name kind parent kind_name")
INDICATOR = (
    {"ord": INTEGER} | texts("code name label measure kind total numerator denominator word")
    | {"reported_by": "VARCHAR[]", "typed": "BOOLEAN"} | texts("blank section section_title table_row table_column")
)


def prepare(con: Connection, form: Form, tree: Tree, kinds: Sequence[str], every: bool = False) -> None:
    """What the fold is made of: node, above, wanted, indicator, asked, rate_part, awaited.

    `every`: figures that nobody here is asked for are made, too.
    """
    nodes = tree.nodes.values()
    con.execute(f"SET VARIABLE every = {every}")
    fill(con, "listed_unit", UNIT, (
        (number, node.id, node.name, node.kind, node.parent, node.kind_name) for number, node in enumerate(nodes)
    ))
    pairs = ((node.id, above.id) for node in nodes for above in tree.above(node.id))
    fill(con, "above_all", texts("unit node"), pairs)
    fill(con, "wanted", texts("node"), ((node.id,) for node in nodes if node.kind in kinds))
    words = {node.kind: node.kind_name for node in nodes if node.kind_name}
    fill(con, "indicator", INDICATOR, _indicators(form, words))
    script(con, FOLDER / "prepare.sql")


def fold(con: Connection, name: str) -> None:
    """The figures of every wanted node from the tables delivered and told, as the tables `name` and `name`_line."""
    script(con, FOLDER / "fold.sql", name=name, ids=str(IDS_NAMED), names=str(NAMES_SHOWN))


def _indicators(form: Form, words: dict[str, str]) -> Iterator[Row]:
    """The indicators in printed order; rates name the codes of their parts."""
    sections = {row.code: (section.number, section.title) for section in form.sections for row in section.indicators}
    for number, row in enumerate(counted(form)):
        parts = [form.by_name[name].code if name else None for name in (row.numerator, row.denominator)]
        who = list(row.reported_by)
        word = words.get(who[0], ANYBODY) if len(who) == 1 else ANYBODY
        # What a unit's table adds up is taken as its answer: files carry it with the answers that it is made of.
        yield (
            number, row.code, row.name, row.label, row.unit, str(row.kind), str(row.total), *parts, word, who,
            row.typed or bool(row.sum_of), _blank(row), *sections[row.code], row.row, row.column,
        )


def _blank(row: Indicator) -> str:
    """What a blank cell is: zero, allowed, or lacking."""
    if row.missing is Missing.ZERO:
        return "zero"
    return "free" if row.missing is Missing.OPTIONAL or row.required_if else "required"


def node_findings(con: Connection, form: Form) -> Iterator[Row]:
    """What only the figures of several units show: rules that their sums break, and answers that differ; each with
    rule, severity, node, code and message."""
    for node, name, code, shown in ask(con, DIFFERING):
        what = f"các đơn vị phải ghi cùng một số, hiện có {shown}. Thống nhất rồi gửi lại."
        yield "same_everywhere", str(Severity.ERROR), node, code, f"{name}, {code} “{form.by_code[code].label}”: {what}"
    rules = [
        rule for rule in rules_of(form)
        if rule.local and rule.line.applies != "unit" and all(row.total in ADDITIVE for row in rule.indicators)
    ]
    known: dict[tuple[str, str], dict[str, Value | None]] = {}
    for node, name, code, value in ask(con, COMPLETE):
        known.setdefault((node, name), {})[code] = value
    for (node, name), figures in known.items():
        for rule in rules:
            if told := _broken(form, rule, figures):
                yield rule.line.code, str(rule.line.severity), node, rule.codes[0], f"{name}: {told}"


DIFFERING = """
SELECT node, node.name, code, array_to_string(list_sort(list(DISTINCT coalesce(said.text,
    replace(plain(said.value), '.', ','), plain(said.part) || '/' || plain(said.whole))))[:3], '; ')
FROM figure JOIN node ON id = node JOIN above USING (node) JOIN said USING (unit, code)
WHERE differing AND said.given GROUP BY ALL ORDER BY any_value(node.ord), code"""
COMPLETE = """
SELECT node, node.name, code, value FROM figure JOIN node ON id = node
WHERE filled AND expected > 0 AND id IN (SELECT parent FROM node) ORDER BY node.ord"""
"""An incomplete sum proves nothing; a unit that stands alone has been checked with its own form."""


def _broken(form: Form, rule: DeclaredRule, figures: dict[str, Value | None]) -> str:
    """How figures break a rule; empty where they do not."""
    known = {form.by_code[code].name: figures[code] for code in rule.codes if code in figures}
    outcome = judge(rule.test, known, rule.line.missing, rule.leaves) if len(known) == len(rule.codes) else None
    if not outcome:
        return ""
    say = rule.sentence if rule.line.row else explain
    return f"{say(outcome, known, lambda name: form.by_name[name].code)}. {rule.line.remedy}"


ASK = "Hỏi lại nơi gửi tệp nào đúng, rồi tổng hợp riêng tệp đó."
SAME_RESULT = "Giống hệt tệp {}; chỉ tính một tệp."
OVERLAP = f"có đơn vị “{{}}” đã nằm trong {{}}; chưa tính cả tệp. {ASK}"
NOTHING_NEW = "Không có số liệu nào được tính từ tệp này."
WORDING = (
    ("unknown", "unknown_unit", "error", "đơn vị “{0}” không có trong tệp phân cấp của kỳ này; chưa tính. Bổ sung vào "
     "tệp phân cấp, hoặc kiểm tra hiệu lực."),
    ("inside", "already_counted", "warning", "{0}: đã nằm trong một kết quả tổng hợp, không cộng lần nữa ({1})."),
    ("older", "older", "info", "{0}: có tệp lần {3} mới hơn lần {2}."),
    ("conflict", "conflict", "error", f"{{0}}: {{4}} tệp ghi số liệu khác nhau ({{5}}); chưa tính tệp nào. {ASK}"),
    ("copy", "", "info", "Cùng số liệu với tệp {6}; chỉ tính một tệp."),
)
"""What is told of a file that does not speak for unit 0: the result 1 does, it is turn 2 and the newest is 3, there are
4 rivals, called 5, of which 6 is the first. By verdict: rule, severity and text; nobody need look without a rule.
"""


def choose(con: Connection) -> None:
    """Makes verdict, chosen, source, finding, delivered and told. Needs claim, answer, remark, node and file."""
    fill(con, "settled", {"file": INTEGER} | texts("outcome unit message"), _settled(con))
    fill(con, "wording", texts("verdict rule severity text"), WORDING)
    script(
        con, FOLDER / "choose.sql", nothing_new=quoted(NOTHING_NEW), columns=", ".join(FINDING), number=NUMBER,
        layout=", ".join(map(quoted, sorted(LAYOUT_CODES))),
    )


def _settled(con: Connection) -> Iterator[Row]:
    """What becomes of each result, and what is told of it; results that count must not overlap."""
    shas: dict[str, str] = {}
    covered: dict[str, str] = {}
    for (number, name, sha), same in groupby(ask(con, RESULTS), itemgetter(0, 1, 2)):
        units = [unit for *_, unit in same if unit]
        twice = next((unit for unit in units if unit in covered), None)
        if sha in shas:
            yield number, COPY, "", SAME_RESULT.format(shas[sha])
        elif twice is not None:
            yield number, HELD, twice, OVERLAP.format(twice, covered[twice])
        else:
            yield number, COUNTED, "", ""
            shas[sha] = name
            covered.update(dict.fromkeys(units, name))


RESULTS = """
SELECT file, parse_filename(path), sha, unit FROM file LEFT JOIN claim USING (file) WHERE file.kind = 'result'
ORDER BY file, unit"""
