"""Which file speaks for which unit (choose.sql), and what is told of those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from cchc_xl.consolidate.engine import FOLDER, INTEGER, NUMBER, Connection, Row, ask, fill, quoted, script, texts
from cchc_xl.rule_registry import LAYOUT_CODES

COUNTED, COPY, HELD, REFUSED = "counted", "copy", "held", "refused"
OUTCOME_WORDS = {COPY: "Bản sao", HELD: "Chưa tính", REFUSED: "Từ chối", COUNTED: "Đã tính"}
FINDING = texts("rule severity unit code file sheet cell message suggestion") | {"explained": "BOOLEAN"}
"""The columns of a finding; `file` is its whole path."""

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
