"""The buttons: what each does with the open workbook, and what it says when it is done.

Excel's macros call the verbs by name (`verbs.tinh_lai()`), `python -m cchc_xl.live` calls them for LibreOffice. Here is
the one place where an error of whatever kind ends: the person sees a message in Vietnamese, the details go to a file
whose place the message tells.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl import sheet_names
from cchc_xl.errors import CLEAN, COULD_NOT_RUN, FINDINGS, UserError
from cchc_xl.figures import known_of
from cchc_xl.live.open_book_carrier import LiveBook
from cchc_xl.master.compute_book import Computed, understand
from cchc_xl.master.master_book import Master, read_master
from cchc_xl.program import load_lean
from cchc_xl.rule_registry import SEVERITY_WORDS, Finding, counted, status_of
from cchc_xl.submissions.incoming_files import FORM_SUFFIXES, arrival_folder
from cchc_xl.verbs.recalc import write

if TYPE_CHECKING:
    import xlwings as xw

    from cchc_xl.reconcile.comparison import Audit
    from cchc_xl.report.render import RenderResult
    from cchc_xl.verbs.collect import Collected


@dataclass
class Session:
    """The workbook that a button was clicked in, and the files named for it where it takes files."""

    book: xw.Book
    now: datetime
    given: tuple[Path, ...] = ()

    @cached_property
    def live(self) -> LiveBook:
        """The carrier of the workbook."""
        return LiveBook(self.book)

    @cached_property
    def path(self) -> Path:
        """The file; only a name where the workbook was never saved."""
        return Path(str(self.book.fullname))

    @property
    def saved_path(self) -> Path:
        """The file. Raises `UserError` where there is none yet, so that nothing can be put beside it."""
        if "://" in str(self.book.fullname):
            remedy = "Mở sổ từ thư mục OneDrive trên máy (File Explorer), không mở từ trình duyệt, rồi bấm lại."
            raise UserError(self.path.name, "sổ đang mở từ trên mạng (OneDrive, SharePoint).", remedy)
        if not self.path.is_absolute():
            raise UserError(self.path.name, "sổ chưa được lưu lần nào.", "Lưu sổ vào một thư mục rồi bấm lại.")
        return self.path

    @cached_property
    def master(self) -> Master:
        """The workbook as it stands now, every sheet of it read."""
        self.show("đang đọc sổ…")
        self.live.read_all()
        return read_master(self.live, self.path)

    @cached_property
    def computed(self) -> Computed:
        """Figures and findings of what stands in the workbook now."""
        master = self.master
        self.show("đang tính và kiểm tra…")
        return understand(master)

    def files(self, title: str, folder: Path, kinds: Sequence[str], several: bool = False) -> list[Path]:
        """The files to work on: those given, else those that the person chooses in the office's window."""
        return list(self.given) or self.live.desk.choose_files(title, folder, kinds, several)

    def show(self, text: str) -> None:
        """Shows in the status bar what is being done."""
        self.live.desk.show(f"CCHC: {text}")


def free_name(first: Path) -> Path:
    """The file's name, or the first numbered one that no file has yet: nothing of earlier is overwritten."""
    if not first.exists():
        return first
    others = (first.with_stem(f"{first.stem} ({number})") for number in count(2))
    return next(path for path in others if not path.exists())


SHOWN, SHOWN_LETTERS = 4, 160
"""How many findings a message lists, and how much of each; all of them stand whole on the sheet of findings."""


@dataclass(frozen=True, slots=True)
class ButtonOutcome:
    """What to say to the person who clicked."""

    title: str
    text: str
    status: int = CLEAN


def paragraphs(*groups: Sequence[str]) -> str:
    """Lines of a message with an empty one between groups; groups without lines leave none."""
    return "\n\n".join("\n".join(group) for group in groups if group)


def first(findings: Sequence[Finding]) -> list[str]:
    """The gravest findings that nobody has explained yet."""
    still_open = [finding for finding in findings if not finding.explained]
    return some([_sentence(finding) for finding in still_open], f"mục khác ở trang tính {sheet_names.FINDINGS}")


def some(sentences: Sequence[str], rest: str) -> list[str]:
    """The first sentences, each cut where it is long, and how many more there are."""
    lines = [f"• {_cut(sentence)}" for sentence in sentences[:SHOWN]]
    more = len(sentences) - SHOWN
    return [*lines, f"… và {more} {rest}."] if more > 0 else lines


def _sentence(finding: Finding) -> str:
    place = finding.cells[0] if finding.cells else ""
    return f"[{SEVERITY_WORDS[finding.severity]}] {place}: {finding.message}"


def _cut(text: str) -> str:
    """A sentence as long as a message box can take."""
    return text if len(text) <= SHOWN_LETTERS else text[:SHOWN_LETTERS].rsplit(" ", 1)[0] + "…"


def recalculate(session: Session) -> ButtonOutcome:
    """Figures, flags, findings and board, written into the open workbook."""
    computed = session.computed
    session.show("đang ghi kết quả vào sổ…")
    result = write(computed, session.now)
    known, asked = known_of(computed.figures)
    lines = [f"Đã có {known}/{asked} số liệu. {counted(computed.findings)}."]
    lines += [f"Đã đặt lại công thức bị gõ đè: {place}." for place in result.overwritten]
    unchanged = "Không có gì thay đổi so với lần tính trước."
    end = "Đã ghi vào sổ đang mở; nhớ lưu sổ." if result.changed else unchanged
    return ButtonOutcome("Tính lại", paragraphs(lines, first(computed.findings), [end]), status_of(computed.findings))


def check(session: Session) -> ButtonOutcome:
    """The findings, changing nothing but the sheet that people look at."""
    findings = session.computed.findings
    if findings:
        session.book.sheets[sheet_names.FINDINGS].activate()
    end = f"Danh sách ở trang tính {sheet_names.FINDINGS} là của lần tính lại gần nhất: bấm Tính lại để cập nhật."
    text = paragraphs([f"{counted(findings)}."], first(findings), [end] if findings else [])
    return ButtonOutcome("Kiểm tra", text, status_of(findings))


def report(session: Session) -> ButtonOutcome:
    """The Word report beside the workbook, from the figures that stand in it now. An earlier one is kept."""
    from cchc_xl.excel.seal import write as write_document
    from cchc_xl.report.render import compose
    from cchc_xl.verbs.report import refuse_errors, refuse_gaps, template_of

    target = free_name(session.saved_path.with_name(f"BaoCao_{session.path.stem}.docx"))
    computed = session.computed
    book, remedy = Path(session.path.name), "Nhập hoặc sửa các ô đó rồi bấm lại Xuất báo cáo Word."
    refuse_errors(book, computed.findings, remedy=remedy)
    session.show("đang xuất báo cáo Word…")
    with template_of(computed.content.form) as template:
        package, made = compose(template, computed.content, computed.figures, target)
    refuse_gaps(book, computed, made.missing, remedy)
    write_document(target, package)
    return ButtonOutcome("Xuất báo cáo Word", "\n".join(_said_of(made, computed)))


def _said_of(made: RenderResult, computed: Computed) -> list[str]:
    from cchc_xl.report.gaps import gap_lines, partial_lines

    content, figures = computed.content, computed.figures
    lines = [f"Đã viết báo cáo {made.target.name} cạnh sổ:", str(made.target), ""]
    lines.append(f"{made.figures} số liệu trong báo cáo lấy từ sổ.")
    if made.missing:
        lines += some(gap_lines(content, figures, made.missing), "chỗ khác, tô vàng trong báo cáo")
    lines += some(list(partial_lines(content, figures, made.incomplete)), "nhóm số liệu khác chưa đủ đơn vị")
    return lines


def next_period(session: Session) -> ButtonOutcome:
    """The book and the forms of the next period beside this one, from what stands in it now."""
    from cchc_xl.verbs.new import make_following

    folder, computed = session.saved_path.parent, session.computed
    session.show("đang lập sổ kỳ mới…")
    made = make_following(computed, "", folder)
    lines = [
        f"Đã lập sổ {made.form.period.label} cạnh sổ này:", str(made.master), "",
        f"{len(made.forms)} biểu mẫu của đơn vị nằm ở {made.forms_folder}.",
        "Cơ quan, đơn vị, danh bạ, nội dung lặp lại đã chép sang; bấm Tính lại ở sổ mới để thấy chỗ phải xem lại.",
        *made.remarks,
    ]
    return ButtonOutcome("Kỳ mới", "\n".join(lines))


def guide(session: Session) -> ButtonOutcome:
    """The sheet that explains the work, and what this machine lacks."""
    lines = ["Nhập số liệu ở ô vàng, bấm Tính lại, sửa ô đỏ, giải trình ô cam, rồi bấm Xuất báo cáo Word."]
    if sheet_names.GUIDE in session.live:
        session.book.sheets[sheet_names.GUIDE].activate()
        lines.append(f"Xem trang tính {sheet_names.GUIDE} của sổ này.")
    return ButtonOutcome("Trợ giúp", paragraphs(lines, some(_lacking(), "điều khác")))


def _lacking() -> list[str]:
    """What keeps a verb from working here, each with its remedy."""
    from cchc_xl.addin.addin_setup import examine, machine_of

    found = examine(*machine_of())
    lacking = [f"{symptom.subject}: {symptom.fact}" for symptom in found if not symptom.well]
    return [*lacking, *([SET_UP] if lacking else [])]


SET_UP = "Bấm đúp lối tắt CCHC cạnh sổ, chọn Cài thẻ CCHC vào Excel, hoặc nhờ người quản trị máy."


COLLECT, RECONCILE = "Nhận biểu mẫu", "Đối chiếu"
FORM_KINDS = tuple(f"*{suffix}" for suffix in FORM_SUFFIXES)
REPORT_KINDS = ("*.docx", "*.odt", "*.doc", "*.rtf", "*.txt", "*.pdf")
NOTHING = "Chưa chọn tệp nào; không có gì thay đổi."


def collect(session: Session) -> ButtonOutcome:
    """Filled forms into the open workbook; returned copies lie beside its file."""
    from cchc_xl.verbs.collect import collect_into, forms_in

    title = "Chọn các tệp biểu mẫu đơn vị gửi về"
    files = session.files(title, arrival_folder(session.saved_path.parent), FORM_KINDS, several=True)
    if not files:
        return ButtonOutcome(COLLECT, NOTHING)
    master = session.master
    session.show("đang nhận biểu mẫu…")
    forms = forms_in(files)
    collected = collect_into(master, forms, session.now, progress=lambda file: session.show(f"đã đọc {file.name}"))
    return ButtonOutcome(COLLECT, _said_of_forms(collected), collected.status)


def _said_of_forms(collected: Collected) -> str:
    from cchc_xl.verbs.collect import shown

    each = [f"{shown(outcome.path)}: {outcome.message}" for outcome in collected.outcomes]
    changed = some([finding.message for finding in collected.changed_layout], "chỗ khác của sổ bị sửa biểu")
    end = collected.ending("Đã ghi vào sổ đang mở; nhớ lưu sổ.")
    return paragraphs([collected.counts], some(each, "tệp khác ở trang tính Nhật ký"), changed, [end])


def reconcile(session: Session) -> ButtonOutcome:
    """A report against the figures of the open workbook; a copy with comments lies beside the report."""
    from cchc_xl.verbs.reconcile import reconcile_computed
    from cchc_xl.word.document_text import read_document

    files = session.files("Chọn báo cáo cần đối chiếu", session.saved_path.parent, REPORT_KINDS)
    if not files:
        return ButtonOutcome(RECONCILE, NOTHING)
    copy = free_name(files[0].with_name(f"{files[0].stem}_doi_chieu.docx"))
    computed = session.computed
    session.show("đang đối chiếu báo cáo…")
    audit = reconcile_computed(computed, read_document(files[0]), copy=copy)
    wrong = any(fault.rule.severity == "error" for fault in audit.faults) or audit.changed_layout
    return ButtonOutcome(RECONCILE, _said_of_report(audit, copy), FINDINGS if wrong else CLEAN)


def _said_of_report(audit: Audit, copy: Path) -> str:
    changed = some([finding.message for finding in audit.changed_layout], "chỗ khác của sổ bị sửa biểu")
    confirmed = f"Khớp {audit.confirmed} con số trong lời văn và {audit.confirmed_lines} dòng phụ lục."
    found = f"Phát hiện {len(audit.faults)} chỗ; {len(audit.unplaced)} câu chưa đối chiếu được."
    faults = some([fault.message for fault in audit.faults], "chỗ khác trong bản sao có góp ý")
    return paragraphs(changed, [confirmed, found], faults, ["Bản sao có góp ý ở từng chỗ:", str(copy)])


LOG_NAME = "loi-nut-bam.log"
LOG_LIMIT = 1_000_000
"""Bytes after which the log starts anew."""

WORK: dict[str, Callable[[Session], ButtonOutcome]] = {
    "tinh_lai": recalculate,
    "kiem_tra": check,
    "nhan_bieu_mau": collect,
    "xuat_bao_cao": report,
    "ky_moi": next_period,
    "doi_chieu": reconcile,
    "tro_giup": guide,
}


def __getattr__(name: str) -> Callable[[], None]:
    """A verb as Excel's macro calls it: `verbs.tinh_lai()`. Raises `AttributeError`."""
    if name not in WORK:
        raise AttributeError(name)
    return partial(clicked, name)


def clicked(verb: str) -> None:
    """Runs a verb on the workbook that called, and shows the outcome over its window; without one, by itself.

    Nothing goes to the error channel: Excel's macro would show it in the 8-bit code page, under an English heading.
    """
    try:
        load_lean("xlwings")
        import xlwings as xw

        book = xw.Book.caller()
        show(book, run(verb, book))
    except Exception as error:
        say(unexpected(verb, error))


def run(verb: str, book: xw.Book, now: datetime | None = None, given: Sequence[Path] = ()) -> ButtonOutcome:
    """Runs a verb on an open workbook, with the files `given` instead of asking for some.

    Never raises: whatever goes wrong is told.
    """
    try:
        return _done(verb, Session(book, now or datetime.now(), tuple(given)))
    except UserError as error:
        return ButtonOutcome("Không thực hiện được", told(error), COULD_NOT_RUN)
    except Exception as error:
        return unexpected(verb, error)


def told(error: UserError) -> str:
    """Where and what, and below it what to do."""
    what = f"{error.where}: {error.what}" if error.where else error.what
    return paragraphs([what.rstrip()], [error.remedy] if error.remedy else [])


def _done(verb: str, session: Session) -> ButtonOutcome:
    try:
        return WORK[verb](session)
    finally:
        session.live.desk.show("")


def show(book: xw.Book, outcome: ButtonOutcome) -> None:
    """A message box over the office's window."""
    mode = "critical" if outcome.status == COULD_NOT_RUN else "info"
    book.app.alert(outcome.text, f"CCHC – {outcome.title}", mode=mode)


def say(outcome: ButtonOutcome) -> None:
    """The message in a window of its own, where the office cannot show it."""
    if sys.platform == "win32":
        import ctypes

        error_mark, in_front = 0x10, 0x10000
        ctypes.windll.user32.MessageBoxW(None, outcome.text, f"CCHC – {outcome.title}", error_mark | in_front)
    else:
        print(f"{outcome.title}\n{outcome.text}", file=sys.stderr)


def unexpected(verb: str, error: BaseException) -> ButtonOutcome:
    """What a person is told of an error that nobody foresaw; the traceback goes to the log."""
    place = log_file()
    lines = [
        "Phần mềm gặp lỗi khi làm việc này.",
        "Nếu đang gõ dở trong một ô hoặc đang mở một hộp thoại: kết thúc việc đó rồi bấm lại.",
        f"Chi tiết đã ghi vào tệp: {place}",
    ]
    _append(place, f"{datetime.now():%Y-%m-%d %H:%M:%S} {verb}\n{''.join(traceback.format_exception(error))}\n")
    return ButtonOutcome("Có lỗi", "\n".join(lines), COULD_NOT_RUN)


def log_file() -> Path:
    """Where the details of unforeseen errors go."""
    return Path.home() / ".cchc" / LOG_NAME


def _append(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = not place.exists() or place.stat().st_size > LOG_LIMIT
    with place.open("w" if fresh else "a", encoding="utf-8") as stream:
        stream.write(text)
