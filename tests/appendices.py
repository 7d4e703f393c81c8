"""Printed appendices for tests and measurements: of declared forms, and composed ones of other shapes with the answers.

Composed for this purpose, of no office; each line says what a person who knows the work would declare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
import openpyxl

from cchc_xl.declaration.load_form import examined
from cchc_xl.drafting.draft_form import Draft
from cchc_xl.schema.declaration_tables import UNITS
from cchc_xl.schema.form_model import Form, Heading, Section
from cchc_xl.schema.table_model import Table, headings, printed_lines
from cchc_xl.writing.vietnamese_numbers import ROMANS

USUAL = ("STT", "Chỉ tiêu thống kê", "Kết quả thống kê›Đơn vị tính", "Kết quả thống kê›Số liệu", "Ghi chú")


@dataclass
class Printed:
    """An appendix: what stands above the table, headings (levels between ›), the number row, the lines cell by cell."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    above: Sequence[str] = ()
    numbers: Sequence[str] = ()
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Kind and roll-up by label, in the words of the declaration."""

    @property
    def levels(self) -> int:
        return max(head.count("›") + 1 for head in self.heads)


def answered(made: Draft) -> Form:
    """The form, with names for the offices that the draft asks for."""
    by_key = dict(made.tables.by_key)
    numbers = {note.line for note in made.questions if note.sheet == UNITS.key}
    by_key[UNITS.key] = by_key[UNITS.key].with_cells({(number, "Tên"): f"Đơn vị {number}" for number in numbers})
    form, faults = examined(type(made.tables)(by_key), [], "nháp")
    assert form is not None, [fault.what for fault in faults]
    return form


def header_spans(heads: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """The cells of the headings: text, level, column, height, width."""
    paths = [head.split("›") for head in heads]
    deepest = max(map(len, paths))
    made: list[tuple[str, int, int, int, int]] = []
    for level in range(deepest):
        place = 0
        while place < len(paths):
            end = place + 1
            path = paths[place]
            if level < len(path):
                while level < len(path) - 1 and end < len(paths) and paths[end][: level + 1] == path[: level + 1]:
                    end += 1
                height = deepest - level if level == len(path) - 1 else 1
                made.append((path[level], level, place, height, end - place))
            place = end
    return made


def as_word(printed: Printed, path: Path, *, cut: int = 0, again: bool = True, document: object = None) -> Path:
    """A Word file; `cut` rows stand in a first table and the rest in a second one, as after a page break."""
    made = document or docx.Document()
    for line in (*printed.above, printed.title):
        made.add_paragraph(line)  # type: ignore[attr-defined]
    pieces = [printed.rows[:cut], printed.rows[cut:]] if cut else [printed.rows]
    for number, rows in enumerate(pieces):
        if number:
            made.add_paragraph("")  # type: ignore[attr-defined]
        _word_table(made, printed, rows, head=again or not number)
    made.save(path)  # type: ignore[attr-defined]
    return path


def _word_table(made: object, printed: Printed, rows: Sequence[Sequence[str]], head: bool) -> None:
    levels = printed.levels if head else 0
    counted = 1 if head and printed.numbers else 0
    table = made.add_table(rows=levels + counted + len(rows), cols=len(printed.heads))  # type: ignore[attr-defined]
    table.style = "Table Grid"
    width, cells = len(printed.heads), table._cells
    for text, level, column, height, across in header_spans(printed.heads) if head else ():
        first = cells[level * width + column]
        first.merge(cells[(level + height - 1) * width + column + across - 1])
        first.text = text
    for place, text in enumerate(printed.numbers if counted else ()):
        cells[levels * width + place].text = text
    for number, row in enumerate(rows, levels + counted):
        for place, text in enumerate(row):
            if text:
                cells[number * width + place].text = text


def as_sheet(printed: Printed, path: Path, *, first_column: int = 1) -> Path:
    """A workbook; the table may begin in a later column, as official files do."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    top = 1
    for line in (*printed.above, printed.title):
        sheet.cell(top, first_column, line)
        sheet.merge_cells(start_row=top, end_row=top, start_column=first_column, end_column=first_column + 3)
        top += 1
    top += 1
    for text, level, column, height, across in header_spans(printed.heads):
        row, at = top + level, first_column + column
        sheet.cell(row, at, text)
        if height > 1 or across > 1:
            sheet.merge_cells(start_row=row, end_row=row + height - 1, start_column=at, end_column=at + across - 1)
    top += printed.levels
    for place, text in enumerate(printed.numbers):
        sheet.cell(top, first_column + place, text)
    top += bool(printed.numbers)
    for row_cells in printed.rows:
        for place, text in enumerate(row_cells):
            if text:
                sheet.cell(top, first_column + place, text)
        top += 1
    book.save(path)
    return path


# Of declared forms


def of_sections(sections: Sequence[Section], title: str, *, numbered: bool = False) -> Printed:
    """The lines of sections as a province prints them: leaf lines of a group without number unless `numbered`."""
    rows = []
    for number, section in enumerate(sections, 1):
        rows.append((section.number if section.printed else ROMANS[number], section.title, "", "", ""))
        for line in section.rows:
            depth = line.code.count(".")
            stt = line.number if depth == 1 or numbered else ""
            hint = "" if isinstance(line, Heading) else line.note_hint
            rows.append((stt, line.label, "" if isinstance(line, Heading) else line.unit, "", hint))
    return Printed(title, USUAL, rows, ("PHỤ LỤC 2",))




def of_table(form: Form, table: Table, above: str) -> Printed:
    """A table of number columns as its form prints it."""
    columns = [*table.corner, *table.columns]
    assert list(headings(table))
    units = {
        row.code: form.reporters(next(each for each in form.indicators() if each.row == row.code))
        for row in table.rows if row.kind == "units"
    }
    rows = [(line.number, line.label, *[""] * len(table.columns)) for line in printed_lines(table, units)]
    heads = ["›".join(column.titles) for column in columns]
    return Printed(table.label.upper(), heads, rows, (above, f"Đơn vị tính: {table.unit}"),
                   [column.code for column in columns])


# Composed

D, T, P, Y, C, R, W = "Số đếm", "Số thập phân", "Tỷ lệ %", "Có/Không", "Chọn một", "Đã làm/tổng", "Chữ"
ONE, SUM, CY, SAME, DIV, JOIN = "Một nơi", "Cộng", "Đếm có", "Giống nhau", "Tử/mẫu", "Nối lời"
Line = tuple[str, str, str, str, str]


def listed(title: str, heads: Sequence[str], lines: Sequence[Line], order: str, **more: Sequence[str]) -> Printed:
    """Lines (number, label, unit, kind, roll-up) in columns: s number, l label, u unit, f figure, n note."""
    cells = [{"s": stt, "l": label, "u": unit, "f": "", "n": ""} for stt, label, unit, _, _ in lines]
    answers = {label: (kind, total) for _, label, _, kind, total in lines if kind}
    return Printed(title, heads, [[row[letter] for letter in order] for row in cells], answers=answers, **more)


def three_levels() -> Printed:
    """A › I › 1 with a number row of letters and digits; for a workbook whose first columns are empty."""
    return listed(
        "BIỂU TỔNG HỢP KẾT QUẢ CẢI CÁCH HÀNH CHÍNH QUÝ I/2026", ("TT", "Nội dung", "Đơn vị tính", "Số liệu", "Ghi chú"),
        [
            ("A", "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", "", "", ""),
            ("I", "Kế hoạch và tuyên truyền", "", "Nhóm", ""),
            ("1", "Số nhiệm vụ trong kế hoạch năm", "Nhiệm vụ", D, ONE),
            ("2", "Số nhiệm vụ đã hoàn thành trong kỳ", "Nhiệm vụ", D, ONE),
            ("3", "Tỷ lệ nhiệm vụ hoàn thành so với kế hoạch", "%", P, DIV),
            ("4", "Đã ban hành kế hoạch tuyên truyền", "Có = 1 Không = 0", Y, ONE),
            ("5", "Số tin, bài về cải cách hành chính đã đăng trên hệ thống truyền thanh cấp xã", "Tin, bài", D, SUM),
            ("II", "Kiểm tra", "", "Nhóm", ""),
            ("1", "Số UBND cấp xã được kiểm tra", "Đơn vị", D, ONE),
            ("2", "Số UBND cấp xã tự kiểm tra", "Đơn vị", D, CY),
            ("3", "Số vấn đề phát hiện qua kiểm tra", "Vấn đề", D, ONE),
            ("B", "CHÍNH QUYỀN SỐ", "", "", ""),
            ("I", "Văn bản điện tử", "", "Nhóm", ""),
            ("1", "Tổng số văn bản đi của UBND cấp xã", "Văn bản", D, SUM),
            ("2", "Số văn bản đi của UBND cấp xã được ký số", "Văn bản", D, SUM),
            ("3", "Tỷ lệ văn bản ký số của UBND cấp xã", "%", P, DIV),
            ("II", "Hạ tầng", "", "Nhóm", ""),
            ("1", "Số UBND cấp xã có mạng truyền số liệu chuyên dùng", "Đơn vị", D, CY),
            ("2", "Điểm đánh giá chuyển đổi số của huyện", "Điểm", T, ONE),
            ("3", "Khó khăn, vướng mắc (nếu có)", "", W, JOIN),
        ],
        "slufn", above=("Biểu số 03/CCHC",), numbers=("A", "B", "C", "1", "D"),
    )


def dotted() -> Printed:
    """1 › 1.1 without Roman numbers."""
    return listed(
        "PHỤ LỤC SỐ LIỆU CÔNG VỤ, CÔNG CHỨC NĂM 2026", ("STT", "Nội dung báo cáo", "ĐVT", "Kết quả thực hiện"),
        [
            ("1", "Biên chế", "", "Nhóm", ""),
            ("1.1", "Số biên chế được giao", "Người", D, ONE),
            ("1.2", "Số biên chế có mặt", "Người", D, ONE),
            ("1.3", "Số công chức cấp xã có mặt", "Người", D, SUM),
            ("2", "Đào tạo, bồi dưỡng", "", "Nhóm", ""),
            ("2.1", "Số lượt công chức được đào tạo", "Lượt người", D, ONE),
            ("2.2", "Số lượt cán bộ, công chức cấp xã được bồi dưỡng", "Lượt người", D, SUM),
            ("2.3", "Hình thức đào tạo chủ yếu", "Trực tiếp = 1; Trực tuyến = 2; Kết hợp = 3", C, ONE),
            ("3", "Kỷ luật", "", "Nhóm", ""),
            ("3.1", "Số công chức bị kỷ luật", "Người", D, ONE),
            ("3.2", "Số công chức cấp xã bị kỷ luật", "Người", D, SUM),
            ("3.3", "Lý do kỷ luật chủ yếu, nêu tóm tắt", "", W, JOIN),
            ("4", "Cơ quan đã phê duyệt đề án vị trí việc làm", "Có/Không", Y, ONE),
            ("5", "Mức độ hài lòng bình quân của người dân", "Điểm", T, ONE),
        ],
        "sluf",
    )


def dashed() -> Printed:
    """Roman sections, dashed parts, notes that ask for pairs, the unit after the figure."""
    return listed(
        "THỐNG KÊ TÌNH HÌNH GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH 6 THÁNG ĐẦU NĂM 2026",
        ("Số TT", "Tiêu chí", "Số liệu", "Đơn vị tính", "Ghi chú"),
        [
            ("I", "Tiếp nhận hồ sơ", "", "", ""),
            ("1", "Tổng số hồ sơ tiếp nhận, gồm:", "Hồ sơ", D, ONE),
            ("", "- Hồ sơ nộp trực tuyến", "Hồ sơ", D, ONE),
            ("", "- Hồ sơ nộp trực tiếp", "Hồ sơ", D, ONE),
            ("", "- Hồ sơ qua bưu chính công ích", "Hồ sơ", D, ONE),
            ("2", "Số hồ sơ UBND cấp xã tiếp nhận", "Hồ sơ", D, SUM),
            ("", "Trong đó: số hồ sơ cấp xã tiếp nhận trực tuyến", "Hồ sơ", D, SUM),
            ("II", "Giải quyết hồ sơ", "", "", ""),
            ("1", "Số hồ sơ đã giải quyết", "Hồ sơ", D, ONE),
            ("2", "Số hồ sơ giải quyết quá hạn", "Hồ sơ", D, ONE),
            ("3", "Tỷ lệ hồ sơ giải quyết đúng hạn", "%", P, DIV),
            ("4", "Tỷ lệ hồ sơ UBND cấp xã giải quyết đúng hạn", "%", P, DIV),
            ("5", "Số UBND cấp xã không có hồ sơ quá hạn", "Đơn vị", D, CY),
            ("6", "Nguyên nhân hồ sơ quá hạn", "", W, JOIN),
            ("III", "Thủ tục hành chính", "", "", ""),
            ("1", "Số TTHC thuộc thẩm quyền giải quyết của UBND cấp xã", "Thủ tục", D, SAME),
            ("2", "Số TTHC được cắt giảm thời gian giải quyết", "Thủ tục", D, ONE),
            ("3", "Đã công khai TTHC trên Cổng dịch vụ công", "Đã thực hiện = 1 Chưa thực hiện = 0", Y, ONE),
            ("4", "Số tiền phí, lệ phí thu qua thanh toán trực tuyến", "Triệu đồng", T, ONE),
        ],
        "slfun",
    )


def lettered() -> Printed:
    """Roman sections, arabic groups, lines a) b), two levels of headings and a number row; no note column."""
    return listed(
        "BẢNG THEO DÕI NHIỆM VỤ CẢI CÁCH TÀI CHÍNH CÔNG NĂM 2026",
        ("STT", "Danh mục chỉ tiêu", "Thực hiện trong kỳ›Đơn vị tính", "Thực hiện trong kỳ›Kết quả"),
        [
            ("I", "Tự chủ tài chính", "", "", ""),
            ("1", "Cơ quan hành chính", "", "Nhóm", ""),
            ("a)", "Số cơ quan thực hiện cơ chế tự chủ", "Cơ quan", D, ONE),
            ("b)", "Số UBND cấp xã thực hiện cơ chế tự chủ", "Cơ quan", D, CY),
            ("2", "Đơn vị sự nghiệp", "", "Nhóm", ""),
            ("a)", "Số đơn vị tự chủ chi thường xuyên và chi đầu tư", "Đơn vị", D, ONE),
            ("b)", "Số đơn vị tự chủ chi thường xuyên", "Đơn vị", D, ONE),
            ("c)", "Số đơn vị tự chủ một phần", "Đơn vị", D, ONE),
            ("II", "Sử dụng ngân sách", "", "", ""),
            ("1", "Kinh phí được giao cho công tác cải cách hành chính", "Triệu đồng", T, ONE),
            ("2", "Kinh phí UBND cấp xã dành cho cải cách hành chính", "Triệu đồng", T, SUM),
            ("3", "Tỷ lệ giải ngân vốn đầu tư công", "%", P, DIV),
            ("4", "Có vi phạm trong quản lý, sử dụng tài sản công", "Có = 1 Không = 0", Y, ONE),
            ("5", "Việc chấp hành kết luận thanh tra", "Đầy đủ = 2 Một phần = 1 Chưa = 0", C, ONE),
            ("6", "Kiến nghị về cơ chế tài chính (ghi rõ)", "", W, JOIN),
        ],
        "sluf", numbers=("(1)", "(2)", "(3)", "(4)"),
    )


def without_units() -> Printed:
    """No column of units: kinds by the words of the labels alone."""
    return listed(
        "PHIẾU THU THẬP SỐ LIỆU CẢI CÁCH THỂ CHẾ QUÝ II/2026", ("STT", "Nội dung", "Số liệu", "Ghi chú"),
        [
            ("I", "Xây dựng văn bản", "", "", ""),
            ("1", "Số văn bản quy phạm pháp luật đã ban hành", "", D, ONE),
            ("2", "Số văn bản được thẩm định", "", D, ONE),
            ("3", "Tỷ lệ văn bản ban hành đúng tiến độ", "", P, DIV),
            ("II", "Rà soát văn bản", "", "", ""),
            ("1", "Tổng số văn bản phải rà soát", "", D, ONE),
            ("2", "Số văn bản đã rà soát", "", D, ONE),
            ("3", "Số văn bản của HĐND, UBND cấp xã đã tự kiểm tra", "", D, SUM),
            ("4", "Nội dung còn chồng chéo, kiến nghị sửa đổi", "", W, JOIN),
        ],
        "slfn",
    )


COMPOSED: dict[str, Callable[[], Printed]] = {
    "ba_cap": three_levels, "so_cham": dotted, "gach_dau_dong": dashed, "chu_cai": lettered,
    "khong_don_vi": without_units,
}


def plan_and_done() -> Printed:
    """Plan, done, rate and accumulated figures of each line: a table of number columns."""
    rows = [("I", "Tuyên truyền", *[""] * 5), ("1", "Tin, bài", *[""] * 5), ("2", "Hội nghị", *[""] * 5),
            ("II", "Kiểm tra", *[""] * 5), ("1", "Cơ quan được kiểm tra", *[""] * 5), ("", "Tổng cộng", *[""] * 5)]
    heads = ("STT", "Nhiệm vụ", "Kế hoạch năm", "Thực hiện›Trong kỳ", "Thực hiện›Lũy kế từ đầu năm",
             "Tỷ lệ so với kế hoạch (%)", "Cùng kỳ năm trước")
    return Printed("TIẾN ĐỘ THỰC HIỆN KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH", heads, rows,
                   ("Biểu số 05", "Đơn vị tính: lần"), ("(1)", "(2)", "(3)", "(4)", "(5)", "(6) = (5)/(3)", "(7)"))


def by_office() -> Printed:
    """Offices as rows, three pairs of columns with a total each, in the manner of form II.07b."""
    offices = ("Xã Bình Minh Thử", "Xã Tân Lập Thử", "Phường An Thử")
    rows = [(str(number), name, *[""] * 9) for number, name in enumerate(offices, 1)]
    groups = ("Số TTHC thuộc thẩm quyền", "TTHC theo cơ chế một cửa", "Quy trình nội bộ")
    parts = ("Tổng số", "Cấp tỉnh", "Cấp xã")
    heads = ("STT", "Tên đơn vị", *(f"{group}›{part}" for group in groups for part in parts))
    return Printed("TỔNG HỢP THỦ TỤC HÀNH CHÍNH THEO ĐƠN VỊ", heads, [*rows, ("", "TỔNG CỘNG", *[""] * 9)],
                   ("Biểu số II.07b/VPCP/KSTT",), [f"({number})" for number in range(1, 12)])
