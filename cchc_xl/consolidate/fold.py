"""Rows that units added to tables, joined over all files: the form gets them, and the answers their codes. Every unit
may answer such a row and none must. Records of lists stay in the forms and books; here their sums count.

Which file speaks for which unit (choose.sql), and what is told of those that do not; then the fold (fold.sql) as a
form and a tree of units ask for it: who is asked what, and who stands above whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from operator import itemgetter

from cchc_xl import rule_registry
from cchc_xl.checks.declared_rules import DeclaredRule, rules_of
from cchc_xl.checks.peer_comparison import near
from cchc_xl.consolidate import engine
from cchc_xl.consolidate.engine import Connection, Row, ask, fill, quoted, script, texts
from cchc_xl.rule_registry import LAYOUT_CODES, Rule
from cchc_xl.rules import explain, judge
from cchc_xl.schema.added_rows import Cells, added_line, added_rows, open_rows, with_added
from cchc_xl.schema.declaration_words import NO, lasting_name
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Missing, Total
from cchc_xl.schema.read_tables import open_row_of
from cchc_xl.schema.table_model import Table, TableColumn, TableRow, cell_code
from cchc_xl.typed_text import folded
from cchc_xl.units import Tree
from cchc_xl.values import Value

ANYBODY = "đơn vị"
IDS_NAMED, NAMES_SHOWN = 20, 5
"""How many of those a figure waits for are listed, by id and by name."""

ADDITIVE = (Total.SUM, Total.COUNT_YES, Total.UNITS)
"""Totals of which a rule that holds for every unit holds for their sum."""

UNIT = {"ord": engine.INTEGER} | texts("id name kind parent kind_name")
INDICATOR = (
    {"ord": engine.INTEGER} | texts("code name label measure kind total numerator denominator word")
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
    script(con, engine.FOLDER / "prepare.sql")


def fold(con: Connection, name: str) -> None:
    """The figures of every wanted node from the tables delivered and told, as the tables `name` and `name`_line."""
    script(con, engine.FOLDER / "fold.sql", name=name, ids=str(IDS_NAMED), names=str(NAMES_SHOWN))


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
        yield _row(rule_registry.SAME_EVERYWHERE, node, code, f"{name}, {code} “{form.by_code[code].label}”: {what}")
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
    ("unknown", "unknown_unit", "đơn vị “{0}” không có trong tệp phân cấp của kỳ này; chưa tính. Bổ sung vào "
     "tệp phân cấp, hoặc kiểm tra hiệu lực."),
    ("inside", "already_counted", "{0}: đã nằm trong một kết quả tổng hợp, không cộng lần nữa ({1})."),
    ("older", "older", "{0}: có tệp lần {3} mới hơn lần {2}."),
    ("conflict", "conflict", f"{{0}}: {{4}} tệp ghi số liệu khác nhau ({{5}}); chưa tính tệp nào. {ASK}"),
    ("copy", "", "Cùng số liệu với tệp {6}; chỉ tính một tệp."),
)
"""What is told of a file that does not speak for unit 0: the result 1 does, it is turn 2 and the newest is 3, there are
4 rivals, called 5, of which 6 is the first. By verdict: rule and text; nobody need look without a rule.
"""


def choose(con: Connection) -> None:
    """Makes verdict, chosen, source, finding, delivered and told. Needs claim, answer, remark, node and file."""
    fill(con, "settled", {"file": engine.INTEGER} | texts("outcome unit message"), _settled(con))
    severities = {code: str(rule.severity) for code, rule in rule_registry.RULES.items()}
    wording = ((verdict, rule, severities.get(rule, ""), text) for verdict, rule, text in WORDING)
    fill(con, "wording", texts("verdict rule severity text"), wording)
    script(
        con, engine.FOLDER / "choose.sql", nothing_new=quoted(NOTHING_NEW), columns=", ".join(engine.FINDING),
        number=engine.NUMBER, layout=", ".join(map(quoted, sorted(LAYOUT_CODES))),
    )


def _settled(con: Connection) -> Iterator[Row]:
    """What becomes of each result, and what is told of it; results that count must not overlap."""
    shas: dict[str, str] = {}
    covered: dict[str, str] = {}
    for (number, name, sha), same in groupby(ask(con, RESULTS), itemgetter(0, 1, 2)):
        units = {unit: name for *_, unit, name in same if unit}
        twice = next((unit for unit in units if unit in covered), None)
        if sha in shas:
            yield number, engine.COPY, "", SAME_RESULT.format(shas[sha])
        elif twice is not None:
            yield number, engine.HELD, twice, OVERLAP.format(units[twice], covered[twice])
        else:
            yield number, engine.COUNTED, "", ""
            shas[sha] = name
            covered.update(dict.fromkeys(units, name))


RESULTS = """
SELECT file, parse_filename(path), sha, unit, coalesce(name, unit)
FROM file LEFT JOIN claim USING (file) LEFT JOIN node ON id = unit WHERE file.kind = 'result'
ORDER BY file, unit"""


def rows_of_book(form: Form, units: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows that units have added to a book, each with the units that report it."""
    known = set(units)
    for table, open_row in open_rows(form):
        for row in added_rows(table, open_row):
            for unit in form.reporters(form.by_code[cell_code(row.code, table.columns[0].code)]):
                if unit.id in known:
                    yield {"unit": unit.id, "code": row.code, "label": row.label}


def added_in_result(
    form: Form, answers: Iterable[Mapping[str, str]], figures: Iterable[Mapping[str, str]]
) -> Iterator[dict[str, str]]:
    """The added rows of a result of lower levels; their names stand in the labels of its figures."""
    labels = {each.get("code", ""): each.get("label", "") for each in figures}
    around = {
        (row.code, column.code): _around_name(table, row, column)
        for table, row in open_rows(form) for column in table.columns
    }
    told: set[tuple[str, str]] = set()
    for answer in answers:
        row, _, column = answer.get("code", "").rpartition("(")
        found = around.get((open_row_of(row), f"({column}"))
        if found and answer["code"] not in form.by_code and (answer["unit"], row) not in told:
            told.add((answer["unit"], row))
            label = labels.get(answer["code"], row).removeprefix(found[0]).removesuffix(found[1])
            yield {"unit": answer["unit"], "code": row, "label": label}


def _around_name(table: Table, open_row: TableRow, column: TableColumn) -> tuple[str, str]:
    """What may stand before and what stands behind the row's name in the label of a figure."""
    group, _ = table.group_of(open_row)
    heading = f", {column.titles[0]}" if len(column.titles) > 1 else ""
    return f"{group} – ", f"{heading}: {column.code} {column.title}"


def with_rows_of_files(con: Connection, form: Form) -> Form:
    """The form with every row of table `added`; the codes in `answer` are changed to its own.

    A row goes by its words: its place among others and its machine name do not depend on who wrote it first.
    """
    places = {row.code: row for table, row in open_rows(form) if not table.records}
    lines: dict[str, list[Cells]] = {code: [] for code in places}
    met: dict[tuple[str, str], list[Row]] = {}
    for row in ask(con, "SELECT DISTINCT file, unit, code, label FROM added ORDER BY ALL"):
        if (opened := open_row_of(row[2])) in places:
            met.setdefault((opened, folded(row[3])), []).append(row)
    renamed: list[Row] = []
    for (opened, words), mine in sorted(met.items()):
        open_row = places[opened]
        # As most have written it.
        label = Counter(sorted(each[3] for each in mine)).most_common(1)[0][0]
        line = added_line(open_row, len(lines[opened]) + 1, label, "", (), lasting_name(words))
        lines[opened].append({**line, "Bắt buộc": NO})
        renamed += ((file, unit, code, line["Mã"]) for file, unit, code, _ in mine)
    fill(con, "renamed", {"file": engine.INTEGER} | texts("unit old new"), renamed)
    con.execute(RENAME)
    return with_lists(form, lines)


RENAME = """
UPDATE answer SET code = new || code[strpos(code, '('):] FROM renamed
WHERE answer.file = renamed.file AND answer.unit = renamed.unit AND starts_with(code, old || '(')"""


def with_lists(form: Form, lines: Mapping[str, Sequence[Cells]] | None = None) -> Form:
    """The form with these added rows, and with one for the records of each list, so that it has their sums."""
    lists = {
        row.code: [{**added_line(row, 1, table.label, "", (), lasting_name(f"dong {row.code}")), "Bắt buộc": NO}]
        for table, row in open_rows(form) if table.records
    }
    grown = {**(lines or {}), **lists}
    return with_added(form, grown) if any(grown.values()) else form


def counted(form: Form) -> list[Indicator]:
    """The indicators that are told of: all but the cells of records."""
    records = {row.code for table, opened in open_rows(form) if table.records for row in added_rows(table, opened)}
    return [row for row in form.indicators() if row.row not in records]


def _row(rule: Rule, unit: str, code: str, message: str) -> Row:
    """A finding of several units as it is stored: rule, severity, unit, code, message."""
    return rule.code, str(rule.severity), unit, code, message


def kept_lists(con: Connection, form: Form) -> Iterator[Row]:
    """Findings that tell of each list how many records have stayed behind: rule, severity, unit, code, message."""
    lines = ask(con, "SELECT DISTINCT unit, code FROM added SEMI JOIN chosen USING (file, unit)")
    for table, open_row in open_rows(form):
        units = [unit for unit, code in lines if open_row_of(code) == open_row.code]
        if table.records and units:
            summed = any(row.kind == "total" for row in table.rows)
            what = "kết quả chỉ lấy dòng cộng" if summed else "bảng không có dòng cộng nên kết quả không lấy"
            whose = f"{len(units)} dòng của {len(set(units))} đơn vị"
            text = f"{table.label}: {whose}; {what}, từng dòng ở lại trong biểu mẫu và sổ."
            yield _row(rule_registry.LIST_KEPT, "", open_row.code, text)


def alike(form: Form) -> Iterator[Row]:
    """Findings for rows of one place whose names are nearly the same."""
    for table, open_row in open_rows(form):
        for first, second in combinations(added_rows(table, open_row), 2):
            if near(first.label, second.label):
                text = (
                    f"{table.label}: hai dòng tên gần giống nhau, “{first.label}” và “{second.label}”, đang tính "
                    "riêng. Nếu là một việc thì báo đơn vị ghi đúng một tên."
                )
                yield _row(rule_registry.ADDED_ALIKE, "", second.code, text)
