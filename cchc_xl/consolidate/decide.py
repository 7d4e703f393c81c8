"""Which of several files speaks for a unit: by rule, never by the order in which they came.

The rules of collecting hold: copies count once, the newest submission counts, and where two files differ nobody
guesses. A result of lower levels speaks for every unit inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import PurePath

from cchc_xl.consolidate.record import FORM, MASTER, REFUSED, RESULT, Record
from cchc_xl.consolidate.store import File, Store
from cchc_xl.findings import Severity
from cchc_xl.structs import Struct

COUNTED, COPY, HELD, REFUSED_FILE = "Đã tính", "Bản sao", "Chưa tính", "Từ chối"


class Claim(Struct, frozen=True):
    """A file that speaks for a unit."""

    row: int
    unit: str
    turn: int
    file: int
    path: str
    sha: str
    key: str
    kind: str


def register(store: Store, file: File, record: Record, known: frozenset[str]) -> None:
    """Puts a file and what it claims on the list of the run; units that the hierarchy does not know are told of."""
    if record.kind == REFUSED:
        store.add_file(file._replace(kind=REFUSED, outcome=REFUSED_FILE, message=record.message))
        _tell(store, file.path, record.refused, Severity.ERROR, "", record.message)
        return
    units = [(each.unit, each.turn) for each in record.delivered] + [(unit, -1) for unit in record.covered]
    stated = {unit for unit, _ in units if record.kind != RESULT} | {line.unit for line in record.sums}
    for unit in sorted(stated - known):
        _tell(store, file.path, "unknown_unit", Severity.ERROR, unit, f"đơn vị “{unit}” {UNKNOWN_UNIT}")
    claims = [(unit, turn) for unit, turn in units if unit in known or record.kind == RESULT]
    store.add_file(file._replace(kind=record.kind), claims)


UNKNOWN_UNIT = "không có trong tệp phân cấp của kỳ này; chưa tính. Bổ sung vào tệp phân cấp, hoặc kiểm tra hiệu lực."


def choose(store: Store) -> None:
    """Marks the claims that count, and says of every file what has become of it."""
    covered = _choose_results(store)
    store.change(CHOOSE_THOSE_ALONE, RESULT)
    for unit, claims in groupby(_claims(store), key=lambda claim: claim.unit):
        mine = list(claims)
        if unit in covered:
            for claim in mine:
                _hold(store, claim, f"{INSIDE} ({covered[unit]}).", Severity.WARNING, "already_counted")
        else:
            _choose_one(store, mine)
    _settle_files(store)


ALONE = "SELECT unit FROM claim GROUP BY unit HAVING COUNT(*) = 1"
CHOOSE_THOSE_ALONE = (
    f"UPDATE claim SET chosen = 1 WHERE unit IN ({ALONE}) AND file IN (SELECT number FROM file WHERE kind <> ?)"
)
"""Nearly all units: one file speaks for them, and no result does."""

INSIDE = "đã nằm trong một kết quả tổng hợp, không cộng lần nữa"


def _claims(store: Store) -> Iterator[Claim]:
    query = (
        "SELECT claim.rowid, unit, turn, number, path, sha, key, kind FROM claim JOIN file ON file = number "
        f"WHERE kind <> ? AND unit NOT IN ({ALONE}) ORDER BY unit, turn DESC, number"
    )
    # Sorted without an index, so SQLite has read all of them before the first comes out: they may be marked meanwhile.
    yield from (Claim(*row) for row in store.rows(query, RESULT))


def _choose_results(store: Store) -> dict[str, str]:
    """The units inside the results that count, with the name of the result; results must not overlap."""
    covered: dict[str, str] = {}
    shas: dict[str, str] = {}
    for number, path, sha in list(store.rows(RESULTS, RESULT)):
        units = [unit for unit, in store.rows("SELECT unit FROM claim WHERE file = ?", number)]
        name = PurePath(path).name
        twice = next((unit for unit in units if unit in covered), None)
        if sha in shas:
            store.settle(number, COPY, f"Giống hệt tệp {shas[sha]}; chỉ tính một tệp.")
        elif twice is not None:
            message = f"có đơn vị “{twice}” đã nằm trong {covered[twice]}; chưa tính cả tệp. {ASK}"
            store.settle(number, HELD, message)
            _tell(store, path, "overlap", Severity.ERROR, twice, message)
        else:
            covered.update(dict.fromkeys(units, name))
            store.settle(number, COUNTED)
            shas[sha] = name
    return covered


RESULTS = "SELECT number, path, sha FROM file WHERE kind = ? ORDER BY number"
ASK = "Hỏi lại nơi gửi tệp nào đúng, rồi tổng hợp riêng tệp đó."


def _choose_one(store: Store, mine: list[Claim]) -> None:
    newest = max(claim.turn for claim in mine)
    for claim in mine:
        if claim.kind == FORM and claim.turn < newest:
            _hold(store, claim, f"có tệp lần {newest} mới hơn lần {claim.turn}.", Severity.INFO, "older")
    rivals = [claim for claim in mine if claim.kind == MASTER or claim.turn == newest]
    if len(rivals) > 1 and not _agree(store, rivals):
        files = ", ".join(PurePath(claim.path).name for claim in rivals)
        for claim in rivals:
            message = f"{len(rivals)} tệp ghi số liệu khác nhau ({files}); chưa tính tệp nào. {ASK}"
            _hold(store, claim, message, Severity.ERROR, "conflict")
        return
    store.change("UPDATE claim SET chosen = 1 WHERE rowid = ?", rivals[0].row)
    for claim in rivals[1:]:
        if claim.kind == FORM:
            name = PurePath(rivals[0].path).name
            store.settle(claim.file, COPY, f"Cùng số liệu với tệp {name}; chỉ tính một tệp.")


def _agree(store: Store, rivals: list[Claim]) -> bool:
    """Whether all say the same of the unit."""
    return len({claim.sha for claim in rivals}) == 1 or len({_said(store, claim) for claim in rivals}) == 1


def _said(store: Store, claim: Claim) -> frozenset[tuple[str, str, str]]:
    record = store.record(claim.key)
    delivered = record.delivered if record else ()
    answers = [answer for each in delivered if each.unit == claim.unit for answer in each.answers]
    return frozenset((answer.code, answer.status, answer.value) for answer in answers)


def _hold(store: Store, claim: Claim, message: str, severity: Severity, rule: str) -> None:
    if claim.kind == FORM:
        store.settle(claim.file, HELD, f"{claim.unit}: {message}")
    _tell(store, claim.path, rule, severity, claim.unit, f"{claim.unit}: {message}")


def _tell(store: Store, path: str, rule: str, severity: Severity, unit: str, message: str) -> None:
    text = f"{PurePath(path).name}: {message}"
    store.add_findings([(rule, str(severity), unit, "", path, "", "", text, "")])


def _settle_files(store: Store) -> None:
    """A file counts where one of its units does."""
    counted = "SELECT file FROM claim WHERE chosen = 1"
    store.change(f"UPDATE file SET outcome = ? WHERE outcome = '' AND number IN ({counted})", COUNTED)
    store.change("UPDATE file SET outcome = ?, message = ? WHERE outcome = ''", HELD, NOTHING_NEW)


NOTHING_NEW = "Không có số liệu nào được tính từ tệp này."


def outcomes(store: Store) -> dict[str, int]:
    """How many files of each outcome."""
    return dict(
        map(itemgetter(0, 1), store.rows("SELECT outcome, COUNT(*) FROM file GROUP BY outcome ORDER BY outcome"))
    )
