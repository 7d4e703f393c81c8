"""Collects filled forms into the master workbook: read, check, take or return, and one save for the whole batch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cchc_xl import rule_registry, sheet_names
from cchc_xl.checks.cell_answers import kept
from cchc_xl.errors import COULD_NOT_RUN, UserError
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.files import exclusive, refuse_if_open
from cchc_xl.master.lists_and_board import (
    TIME_FORMAT,
    State,
    Submission,
    deadline,
    store,
    submissions,
    timeliness,
    write_log,
)
from cchc_xl.master.master_book import Master, open_master
from cchc_xl.rule_registry import Finding, Severity, refusal, status_of
from cchc_xl.submissions.enter_delivery import Grown, enter, enter_notes, grown, left_rows
from cchc_xl.submissions.form_layout import DEADLINE_FIELD
from cchc_xl.submissions.handed_in import Decision, Fate, Policy, copies_marked, decide
from cchc_xl.submissions.incoming_files import (
    ARCHIVE_SUFFIX,
    ISSUED_FOLDER,
    RETURN_FOLDER,
    SKIPPED_FOLDERS,
    files_in,
    unpacked,
    without_junk,
)
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter, Rejected
from cchc_xl.submissions.unit_form.build_form import write_returned
from cchc_xl.system import reason
from cchc_xl.values import Address
from cchc_xl.verbs.recalc import understand, write
from cchc_xl.verbs.upgrade import made_for

Progress = Callable[[Path], None]
"""Told of every file that has been read."""

LONGEST_LOG_LINE = 3_000
LONGEST_VERSION = 20


@dataclass
class CollectOutcome:
    """What became of one file, for the screen and the log."""

    path: Path
    fate: Fate
    unit: str
    message: str
    sha: str = ""
    findings: tuple[Finding, ...] = ()
    changes: tuple[str, ...] = ()
    returned: Path | None = None


@dataclass
class Collected:
    """What a run has done."""

    outcomes: list[CollectOutcome] = field(default_factory=list)
    saved: bool = False
    ignored: int = 0
    """Files that Windows put into the folders by itself."""
    changed_layout: list[Finding] = field(default_factory=list)
    """What is wrong with the master's own layout, so that its figures cannot be trusted."""

    def count(self, fate: Fate) -> int:
        """How many files of a fate."""
        return sum(outcome.fate is fate for outcome in self.outcomes)

    @property
    def recognised(self) -> bool:
        """Whether any file was a unit's form of this period."""
        return self.count(Fate.REFUSED) < len(self.outcomes)

    @property
    def status(self) -> int:
        """The exit status."""
        findings = [finding for outcome in self.outcomes for finding in outcome.findings]
        return status_of([*findings, *self.changed_layout]) if self.recognised else COULD_NOT_RUN

    @property
    def counts(self) -> str:
        """How many files, from how many folders, and what became of them."""
        fates = ", ".join(f"{self.count(fate)} {str(fate).lower()}" for fate in Fate if self.count(fate))
        folders = len({outcome.path.parent for outcome in self.outcomes})
        within = f" trong {folders} thư mục" if folders > 1 else ""
        nothing = "" if self.recognised else " Không nhận ra biểu mẫu nào của kỳ này."
        ignored = f" Bỏ qua {self.ignored} tệp do Windows tự tạo." if self.ignored else ""
        return f"{len(self.outcomes)} tệp{within}: {fates}.{nothing}{ignored}"

    def ending(self, written: str) -> str:
        """What was written: the figures (`written` says so), the state of the forms alone, or nothing."""
        if not self.saved:
            return "Sổ không thay đổi."
        return written if self.count(Fate.TAKEN) else (
            "Không có số liệu nào được nhận; sổ chỉ ghi thêm tình trạng nộp và nhật ký."
        )


def forms_in(places: Sequence[Path]) -> list[Path]:
    """The files named, and those of the folders named and below them; what Windows makes by itself among them."""
    found = files_in(places, SKIPPED_FOLDERS | {ISSUED_FOLDER})
    if not without_junk(found):
        raise UserError(", ".join(map(str, places)), "không có tệp nào của đơn vị.", "Chỉ rõ thư mục chứa biểu mẫu.")
    return found


def collect(
    book: Path, places: Sequence[Path], now: datetime, policy: Policy | None = None, *,
    form_name: str = "", processes: int = 0, progress: Progress | None = None,
) -> Collected:
    """Takes the forms into the book; returned copies go into `tra_lai` beside it.

    Raises `UserError` where the book can't be worked on; it is then unchanged. A bad form never stops the others.
    """
    refuse_if_open(book)
    paths = forms_in(places)
    with exclusive(book):
        return collect_into(open_master(book, form_name), paths, now, policy, processes=processes, progress=progress)


def collect_into(
    master: Master, paths: Sequence[Path], now: datetime, policy: Policy | None = None, *, processes: int = 0,
    progress: Progress | None = None,
) -> Collected:
    """The same for a master workbook that is open already, in a file or live in an office, and the files themselves."""
    if lost := [f"“{name}”" for name in sheet_names.OF_FORMS if name not in master.workbook]:
        raise UserError(str(master.path), LOST_SHEETS.format(" và ".join(lost)), GET_BACK)
    batch = _Batch(master, now, policy or Policy(), ignored=len(paths) - len(wanted := without_junk(paths)))
    with TemporaryDirectory(prefix="cchc-") as folder:
        paths, origins = batch.unpack(wanted, Path(folder))
        count = processes or max(1, min(os.cpu_count() or 1, len(paths) // 8 + 1))
        batch.settle(list(batch.read(paths, count, progress)))
    return batch.finish(origins)


class _Batch:
    """One run over a master workbook held in memory."""

    def __init__(self, master: Master, now: datetime, policy: Policy, ignored: int) -> None:
        self._master, self._now, self._policy = master, now, policy
        self._register = submissions(master)
        self._due = deadline(master, DEADLINE_FIELD)
        self._result = Collected(ignored=ignored)
        self._log: list[tuple[str, str]] = []
        self._grown = Grown(master.form, {})
        self._left: dict[str, list[Finding]] = {}
        self._changed: dict[str, Submission] = {}

    def unpack(self, paths: Sequence[Path], folder: Path) -> tuple[list[Path], dict[Path, Path]]:
        """The files to read, those of archives taken out of them, and where each of these came from."""
        found: list[Path] = []
        origins: dict[Path, Path] = {}
        for number, path in enumerate(paths):
            if path.suffix.lower() != ARCHIVE_SUFFIX:
                found.append(path)
                continue
            try:
                taken = unpacked(path, folder / str(number))
            except RefusedError as refused:
                self._reject(Rejected(path, "", refused.code, refusal(refused.code, refused.detail)))
            else:
                found += taken
                origins |= taken
        return found, origins

    def read(self, paths: Sequence[Path], processes: int, progress: Progress | None) -> Iterator[Delivery]:
        """The deliveries; files that can't be used are told of at once."""
        interpreter = Interpreter(self._master.form)
        with ReaderPool(processes) as pool:
            for path, answer in pool.read_all(paths):
                read = interpreter.interpret(path, answer)
                if progress:
                    progress(path)
                if isinstance(read, Rejected):
                    self._reject(read)
                else:
                    yield read

    def _reject(self, rejected: Rejected) -> None:
        place = (Address("", "", rejected.path.name),)
        finding = rule_registry.RULES[rejected.rule].finding(f"{rejected.path.name}: {rejected.message}", place)
        outcome = CollectOutcome(rejected.path, Fate.REFUSED, "", rejected.message, rejected.sha, (finding,))
        self._tell(outcome, "Từ chối tệp")

    def settle(self, deliveries: list[Delivery]) -> None:
        """Decides on every delivery and carries it out in memory."""
        taken = {unit for unit, submission in self._register.items() if submission.taken_sha}
        compared = list(copies_marked(deliveries, self._master, taken))
        decisions = [self._if_it_fits(each) for each in decide(compared, self._register, self._policy)]
        self._grow([decision.delivery for decision in decisions if decision.fate is Fate.TAKEN])
        for decision in decisions:
            CARRY_OUT[decision.fate](self, decision)

    def _if_it_fits(self, decision: Decision) -> Decision:
        """An open book cannot be made anew: a form for which it would have to waits, the others are taken."""
        delivery, master = decision.delivery, self._master
        fits = isinstance(master.workbook, Workbook) or grown(master.form, [delivery]).form is master.form
        return decision if decision.fate is not Fate.TAKEN or fits else Decision(
            delivery, Fate.HELD, CLOSE_FIRST.format(delivery.unit.name)
        )

    def _grow(self, taken: Sequence[Delivery]) -> None:
        """Gives the book the rows that units added."""
        self._grown = grown(self._master.form, taken)
        if self._grown.form is not self._master.form:
            for unit, finding in left_rows(self._master, self._grown.gone):
                self._left.setdefault(unit, []).append(finding)
            self._master = made_for(self._master, self._grown.form, self._now)

    def finish(self, origins: Mapping[Path, Path]) -> Collected:
        """Writes register, log, totals and flags, and saves once."""
        for outcome in self._result.outcomes:
            outcome.path = origins.get(outcome.path, outcome.path)
        if self._log or self._changed:
            store(self._master, self._changed)
            write_log(self._master, self._now, self._log)
            self._result.saved = write(computed := understand(self._master), self._now).changed
            self._result.changed_layout = computed.changed_layout
        return self._result

    def _take(self, decision: Decision) -> None:
        delivery = self._grown.settled(decision.delivery)
        changes = enter(self._master, delivery)
        changes += enter_notes(self._master, delivery, self._handed_in(delivery.path))
        submission = self._submission(decision, State.TAKEN)
        self._changed[delivery.unit.id] = submission
        flags = " Nhận kèm lỗi chưa sửa." if delivery.faulty else ""
        message = f"Đã nhận biểu mẫu lần {delivery.turn} của {delivery.unit.name}.{flags} {decision.reason}".strip()
        outcome = self._outcome(decision, message, changes)
        outcome.findings += tuple(left := self._left.get(delivery.unit.id, []))
        self._tell(outcome, "Nhận biểu mẫu")
        self._log += [("Bỏ dòng đơn vị đã thêm", finding.message) for finding in left]

    def _give_back(self, decision: Decision) -> None:
        delivery = decision.delivery
        folder = self._master.path.parent / RETURN_FOLDER
        try:
            target = write_returned(self._master.form, delivery, folder)
        except OSError as error:
            what = f"không ghi được bản trả lại ({reason(error)})."
            raise UserError(str(folder), what, "Kiểm tra quyền ghi và chỗ trống; sổ chưa thay đổi.") from error
        self._changed[delivery.unit.id] = self._submission(decision, State.RETURNED)
        count = delivery.count(Severity.ERROR)
        message = f"Trả lại {delivery.unit.name}: {count} lỗi phải sửa; bản trả lại ở {RETURN_FOLDER}/{target.name}."
        outcome = self._outcome(decision, message)
        outcome.returned = target
        self._tell(outcome, "Trả lại biểu mẫu")

    def _hold(self, decision: Decision) -> None:
        unit = decision.delivery.unit.id
        if self._register[unit].state is State.NONE:
            self._changed[unit] = self._submission(decision, State.HANDED_IN)
        outcome = self._outcome(decision, decision.reason)
        place = (Address("", "", decision.delivery.path.name),)
        outcome.findings = (rule_registry.NOT_TAKEN.finding(decision.reason, place, unit),)
        self._tell(outcome, "Chưa nhận tệp")

    def _skip(self, decision: Decision) -> None:
        """A file that is in already, or the copy of another: nothing to do, nothing to record."""
        self._result.outcomes.append(self._outcome(decision, decision.reason))

    def _submission(self, decision: Decision, state: State) -> Submission:
        delivery, before = decision.delivery, self._register[decision.delivery.unit.id]
        at = self._handed_in(delivery.path)
        taken = state is State.TAKEN
        return Submission(
            delivery.unit.id, state, f"{at:{TIME_FORMAT}}", timeliness(at.date(), self._due), shown(delivery.path),
            delivery.sha, delivery.turn, delivery.version[:LONGEST_VERSION],
            delivery.count(Severity.ERROR), delivery.count(Severity.WARNING),
            delivery.sha if taken else before.taken_sha, delivery.turn if taken else before.taken_turn,
            kept((*delivery.findings, *self._left.get(delivery.unit.id, ()))) if taken else before.left,
        )

    def _handed_in(self, path: Path) -> datetime:
        """When the form came: as told, else when its file was stored here, never later than now."""
        if self._policy.received:
            return self._policy.received
        try:
            return min(datetime.fromtimestamp(path.stat().st_mtime), self._now)
        except (OSError, OverflowError, ValueError):
            return self._now

    @staticmethod
    def _outcome(decision: Decision, message: str, changes: Sequence[str] = ()) -> CollectOutcome:
        delivery = decision.delivery
        unit = delivery.unit.id
        return CollectOutcome(
            delivery.path, decision.fate, unit, message, delivery.sha, delivery.findings, tuple(changes)
        )

    def _tell(self, outcome: CollectOutcome, what: str) -> None:
        self._result.outcomes.append(outcome)
        file = f"Tệp {shown(outcome.path)}."
        self._log.append((what, f"{outcome.message} {file}"))
        listed = "; ".join(outcome.changes)
        for start in range(0, len(listed), LONGEST_LOG_LINE):
            self._log.append(("Số liệu thay đổi", listed[start : start + LONGEST_LOG_LINE]))


LOST_SHEETS = (
    "sổ không còn trang tính {}, nơi ghi đơn vị nào đã nộp và ghi chú của đơn vị, nên không nhận biểu mẫu được; "
    "sổ chưa thay đổi."
)
GET_BACK = (
    "Lấy lại sổ từ bản gần nhất trong thư mục sao_luu cạnh sổ; không có bản đó thì tạo sổ mới bằng lệnh cchc-xl new. "
    "Rồi nhận lại các biểu mẫu."
)

CLOSE_FIRST = (
    "{}: biểu mẫu này thêm hoặc bỏ dòng của bảng, sổ đang mở không chèn dòng được. Lưu, đóng sổ, bấm đúp lối tắt CCHC "
    "cạnh sổ, chọn Nhận biểu mẫu rồi chọn lại tệp này; tệp khác không phải nhận lại."
)

CARRY_OUT: dict[Fate, Callable[[_Batch, Decision], None]] = {
    Fate.TAKEN: _Batch._take, Fate.RETURNED: _Batch._give_back, Fate.HELD: _Batch._hold, Fate.KNOWN: _Batch._skip,
    Fate.COPY: _Batch._skip,
}


def shown(path: Path) -> str:
    """A file name fit for a log: one line, no control characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in path.name)[:120]
