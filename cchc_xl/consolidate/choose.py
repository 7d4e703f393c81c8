"""Which file speaks for which unit (choose.sql), and what is told of those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from cchc_xl.consolidate.engine import FOLDER, Connection, Row, ask, fill, script
from cchc_xl.findings import Severity

COUNTED, COPY, HELD, REFUSED = "counted", "copy", "held", "refused"
OUTCOME_WORDS = {COPY: "Bản sao", HELD: "Chưa tính", REFUSED: "Từ chối", COUNTED: "Đã tính"}

ASK = "Hỏi lại nơi gửi tệp nào đúng, rồi tổng hợp riêng tệp đó."
UNKNOWN = "không có trong tệp phân cấp của kỳ này; chưa tính. Bổ sung vào tệp phân cấp, hoặc kiểm tra hiệu lực."
NOTHING_NEW = "Không có số liệu nào được tính từ tệp này."
FINDING = {
    **dict.fromkeys(("rule", "severity", "unit", "code", "file", "sheet", "cell", "message", "suggestion"), "VARCHAR"),
    "explained": "BOOLEAN",
}
"""The columns of a finding; `file` is its whole path."""


def choose(con: Connection) -> None:
    """Makes verdict, chosen, source and finding. Needs claim, answer, node and file."""
    outcomes, covered, told = _results(con)
    fill(con, "settled", {"file": "INTEGER", "outcome": "VARCHAR", "message": "VARCHAR"}, outcomes)
    fill(con, "covered", {"unit": "VARCHAR", "name": "VARCHAR"}, covered.items())
    script(con, FOLDER / "choose.sql")
    paths: dict[int, str] = dict(ask(con, "SELECT file, path FROM file"))
    told += [*_refused(con), *_unknown(con), *_verdicts(con, paths)]
    messages = {number: text for _, _, _, number, text in reversed(told)}
    rows = [
        (rule, str(severity), unit, "", paths[number], "", "", f"{Path(paths[number]).name}: {text}", "", False)
        for rule, severity, unit, number, text in told if rule
    ]
    fill(con, "finding", FINDING, rows)
    fill(con, "word", {"file": "INTEGER", "word": "VARCHAR"}, messages.items())
    con.execute("UPDATE source SET message = word FROM word WHERE word.file = source.file AND outcome <> 'counted'")
    con.execute("UPDATE source SET message = ? WHERE outcome = 'held' AND message = ''", [NOTHING_NEW])
    con.execute(f"INSERT INTO finding SELECT DISTINCT ON ({SAME}) {', '.join(FINDING)} FROM ({OF_FILES})")


SAME = "rule, unit, code, sheet, cell, message"
OF_FILES = """
SELECT remark.* REPLACE (coalesce(remark.file, path) AS file) FROM remark JOIN source ON source.file = number
WHERE outcome = 'counted' AND (kind <> 'master' OR unit = '' OR (number, unit) IN (SELECT (file, unit) FROM chosen))
ORDER BY number"""
"""The findings of a file's units that count, and those of the file as a whole."""

Told = tuple[str, Severity, str, int, str]
"""Rule (empty where nobody need look), severity, unit, number of the file, text."""


def _results(con: Connection) -> tuple[list[Row], dict[str, str], list[Told]]:
    """What becomes of each result, and the units inside those that count; results must not overlap."""
    outcomes: list[Row] = []
    told: list[Told] = []
    covered: dict[str, str] = {}
    shas: dict[str, str] = {}
    for (number, path, sha), same in groupby(ask(con, RESULTS), itemgetter(0, 1, 2)):
        units = [unit for *_, unit in same if unit]
        twice = next((unit for unit in units if unit in covered), None)
        if sha in shas:
            outcomes.append((number, COPY, f"Giống hệt tệp {shas[sha]}; chỉ tính một tệp."))
        elif twice is not None:
            text = f"có đơn vị “{twice}” đã nằm trong {covered[twice]}; chưa tính cả tệp. {ASK}"
            outcomes.append((number, HELD, text))
            told.append(("overlap", Severity.ERROR, twice, number, text))
        else:
            outcomes.append((number, COUNTED, None))
            shas[sha] = name = Path(path).name
            covered.update(dict.fromkeys(units, name))
    return outcomes, covered, told


RESULTS = """
SELECT file, path, sha, unit FROM file LEFT JOIN claim USING (file) WHERE file.kind = 'result' ORDER BY file, unit"""


def _refused(con: Connection) -> Iterator[Told]:
    for number, rule, message in ask(con, "SELECT file, rule, message FROM file WHERE kind = 'refused' ORDER BY file"):
        yield rule, Severity.ERROR, "", number, message


def _unknown(con: Connection) -> Iterator[Told]:
    query = "SELECT file, unit FROM claim WHERE unit NOT IN (SELECT id FROM node) ORDER BY file, unit"
    for number, unit in ask(con, query):
        yield "unknown_unit", Severity.ERROR, unit, number, f"đơn vị “{unit}” {UNKNOWN}"


def _verdicts(con: Connection, paths: dict[int, str]) -> Iterator[Told]:
    for unit, claims in groupby(ask(con, SEVERAL), itemgetter(0)):
        mine = list(claims)
        names = [Path(paths[line[2]]).name for line in mine if line[1] in ("chosen", "copy", "conflict")]
        for _, verdict, number, turn, newest, inside, rivals in mine:
            match verdict:
                case "inside":
                    text = f"{unit}: đã nằm trong một kết quả tổng hợp, không cộng lần nữa ({inside})."
                    yield "already_counted", Severity.WARNING, unit, number, text
                case "older":
                    yield "older", Severity.INFO, unit, number, f"{unit}: có tệp lần {newest} mới hơn lần {turn}."
                case "conflict":
                    text = f"{unit}: {rivals} tệp ghi số liệu khác nhau ({', '.join(names)}); chưa tính tệp nào. {ASK}"
                    yield "conflict", Severity.ERROR, unit, number, text
                case "copy":
                    text = f"Cùng số liệu với tệp {names[0]}; chỉ tính một tệp."
                    yield "", Severity.INFO, unit, number, text


SEVERAL = """
SELECT unit, verdict, file, turn, newest, inside, rivals FROM verdict
WHERE unit IN (SELECT unit FROM verdict WHERE verdict <> 'chosen') ORDER BY unit, turn DESC, file"""
"""The units of which some file does not count."""
