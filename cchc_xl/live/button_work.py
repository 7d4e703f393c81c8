"""What each button does with the open workbook, and what it says when it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl import sheet_names
from cchc_xl.figures import known_of
from cchc_xl.findings import counted
from cchc_xl.live.button_outcome import ButtonOutcome, first, paragraphs, some, status_of
from cchc_xl.live.click_session import Session, free_name
from cchc_xl.master.compute_book import Computed
from cchc_xl.verbs.recalc import write

if TYPE_CHECKING:
    from cchc_xl.report.render import RenderResult


def recalculate(session: Session) -> ButtonOutcome:
    """Figures, flags, findings and board, written into the open workbook."""
    computed = session.computed
    with session.step("write", "CCHC: đang ghi kết quả vào sổ…"):
        result = write(computed, session.now)
    lines = [f"{_known(computed)} {counted(computed.findings)}."]
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
    with session.step("write", "CCHC: đang xuất báo cáo Word…"):
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
    with session.step("write", "CCHC: đang lập sổ kỳ mới…"):
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
    from cchc_xl.addin.addin_places import this_machine
    from cchc_xl.addin.doctor import examine
    from cchc_xl.addin.windows_registry import open_registry

    found = examine(this_machine(), registry=open_registry())
    lacking = [f"{symptom.subject}: {symptom.fact}" for symptom in found if not symptom.well]
    return [*lacking, *([SET_UP] if lacking else [])]


SET_UP = "Bấm đúp lối tắt CCHC cạnh sổ, chọn Cài thẻ CCHC vào Excel, hoặc nhờ người quản trị máy."


def _known(computed: Computed) -> str:
    return "Đã có {}/{} số liệu.".format(*known_of(computed.figures))
