"""Where things stand on the table sheets, and a printed table on its own: for those who make, read and write them."""

from __future__ import annotations

from functools import cached_property

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.table_model import PrintedLine, Table, all_columns
from cchc_xl.values import Struct

TABLE_ROW = 4
"""Header row of every table sheet."""


class Column(Struct, frozen=True):
    """A column of a table sheet: heading, width, whether people type in it, and a look of its own."""

    title: str
    width: float
    typed: bool = False
    centred: bool = False
    look: str = ""


class TableSheet(Struct, frozen=True):
    """A sheet that is a table: what stands above it, its columns, the first column that moves, the last one printed.

    Without that last one all that is used is printed.
    """

    title: str
    columns: tuple[Column, ...]
    below: str = ""
    frozen: int = 0
    printed: int = 0

    @property
    def typed(self) -> list[int]:
        """The columns that people fill."""
        return [number for number, column in enumerate(self.columns, 1) if column.typed]

    @property
    def wrapped(self) -> list[int]:
        """The columns of texts that may take several lines, behind key and name."""
        return [number for number, column in enumerate(self.columns, 1) if number > 2 and not column.centred]


HOME_COLUMNS = (
    Column("Mã đơn vị", 9), Column("STT", 6, centred=True), Column("Đơn vị", 34), Column("Đã điền", 11, centred=True),
    Column("Phải điền", 11, centred=True), Column("Tỷ lệ (%)", 13, centred=True),
    Column("Bắt buộc sửa", 13, centred=True), Column("Cần giải trình", 13, centred=True),
    Column("Lưu ý", 11, centred=True), Column("Biểu mẫu", 13, centred=True), Column("Nộp lúc", 17, centred=True),
    Column("So với hạn", 15, centred=True),
)
HOME_TABLE_ROW = 12
TOTAL_KEY = "*"
"""Key of the line for all units together."""

HINT_CELL = "B2"
HINTS = {
    sheet_names.SHARED: (
        "Kỳ này chưa có số chung nào.",
        "Số mới biết của toàn địa bàn, chưa chia theo đơn vị: được tính là tổng khi còn đơn vị chưa nhập; khi các đơn "
        "vị nhập đủ thì dùng tổng của các đơn vị và đối chiếu với số này.",
    ),
    sheet_names.UNIT_NOTES: (
        "Chưa đơn vị nào gửi ghi chú.", "Ghi chú lấy từ biểu mẫu các đơn vị nộp; do phần mềm ghi.",
    ),
    sheet_names.FINDINGS: (
        "Lần tính lại gần nhất không thấy gì phải xem lại.",
        "Dòng màu đỏ phải sửa số liệu; dòng màu cam sửa, hoặc ghi giải trình và tên người giải trình rồi tính lại.",
    ),
    sheet_names.LOG: ("Chưa có việc nào được ghi.", "Việc đã làm với sổ, lúc nào, ai làm; do phần mềm ghi."),
}
"""What stands under the title of a sheet that may hold no line, and that is printed all the same: first, what it says
then; and what the sheet is for."""


def hint(sheet: str, lines: bool) -> str:
    """What stands under the title of such a sheet with lines or without."""
    empty, purpose = HINTS[sheet]
    return purpose if lines else f"{empty} {purpose}"


NEVER_COMPUTED = "Chưa tính lại lần nào."
KEY, NUMBER = Column("Khóa", 9), Column("STT", 6, centred=True)
TABLES = {
    sheet_names.INFO: TableSheet("THÔNG TIN CHUNG CỦA BÁO CÁO", (
        KEY, Column("Mục", 34), Column("Nội dung", 60, typed=True), Column("Hướng dẫn", 60, look="hint"),
    ), printed=4),
    sheet_names.ENTRIES: TableSheet("NỘI DUNG DO NGƯỜI SOẠN VIẾT", (
        KEY, Column("Mục", 9, centred=True), Column("Tiêu đề", 34), Column("Nội dung", 100, typed=True, look="top"),
        Column("Hướng dẫn", 44, look="hint"),
    ), "Xuống dòng trong ô bằng Alt+Enter; mỗi dòng là một đoạn của báo cáo.", frozen=4, printed=4),
    sheet_names.DOCUMENTS: TableSheet("SỔ VĂN BẢN ĐƯỢC DẪN TRONG BÁO CÁO", (
        KEY, NUMBER, Column("Loại văn bản", 24, typed=True), Column("Số, ký hiệu", 22, typed=True),
        Column("Ngày ban hành", 16, typed=True, centred=True, look="day"), Column("Cơ quan ban hành", 44, typed=True),
        Column("Trích yếu (tiếp sau tên văn bản)", 90, typed=True),
    ), "Số, ký hiệu ghi liền, ví dụ 05/KH-UBND; ngày ghi dạng ngày/tháng/năm.", frozen=5, printed=7),
    sheet_names.FINDINGS: TableSheet("DANH SÁCH CẦN XEM LẠI", (
        KEY, NUMBER, Column("Mức độ", 14, centred=True), Column("Đơn vị", 18), Column("Mã", 10, centred=True),
        Column("Nội dung cần xem lại", 62), Column("Đề nghị", 12, centred=True), Column("Ô", 18, look="link"),
        Column("Giải trình", 40, typed=True), Column("Người giải trình", 20, typed=True),
        Column("Tình trạng", 16, centred=True), Column("Ghi nhận lúc", 20, centred=True),
    ), NEVER_COMPUTED, frozen=2),
    sheet_names.LOG: TableSheet("NHẬT KÝ", (
        NUMBER, Column("Thời điểm", 20, centred=True), Column("Việc", 24), Column("Chi tiết", 76),
        Column("Người làm", 22),
    ), hint(sheet_names.LOG, lines=False), frozen=1),
    sheet_names.UNIT_NOTES: TableSheet("GHI CHÚ CỦA CÁC ĐƠN VỊ", (
        KEY, NUMBER, Column("Đơn vị", 24), Column("Mã", 10, centred=True), Column("Chỉ tiêu", 60),
        Column("Ghi chú của đơn vị", 80, typed=True), Column("Người ghi, lần nộp", 30),
    ), hint(sheet_names.UNIT_NOTES, lines=False), frozen=2),
    sheet_names.SUBMISSIONS: TableSheet("", (
        Column("Mã đơn vị", 24), Column("Tình trạng", 14), Column("Nộp lúc", 20), Column("So với hạn", 16),
        Column("Tệp", 40), Column("SHA-256", 66), Column("Lần nộp", 10), Column("Phiên bản", 12), Column("Lỗi", 8),
        Column("Cần giải trình", 8), Column("SHA-256 đã nhận", 66), Column("Lần đã nhận", 10),
        Column("Phần không lấy", 60),
    )),
}
"""The table sheets by name; that of contacts, whose columns the form declares, is told by `table_of`."""

TYPED_SHEETS = (sheet_names.INFO, sheet_names.ENTRIES, sheet_names.DOCUMENTS, sheet_names.CONTACTS)
"""The sheets of declared lines that people fill."""

CONTACT_WIDTHS = (6, 46, 30, 40, 26, 34)


def table_of(name: str, form: Form) -> TableSheet:
    """A table sheet of a form's book. Of contacts the first two columns are the form's, the others are typed."""
    if name in TABLES:
        return TABLES[name]
    columns = tuple(
        Column(column.label, width, typed=number > 2, centred=number == 1)
        for number, (column, width) in enumerate(zip(form.contacts.columns, CONTACT_WIDTHS, strict=False), 1)
    )
    return TableSheet(form.contacts.title.upper(), (KEY, *columns), printed=len(columns) + 1)


TOP = 6
"""The row of a table's first headings."""

FIRST_COLUMN = 2
"""Column B holds the lines' numbers; in the hidden column A stand their keys."""

NAME_COLUMN = "C"


class TablePlace(Struct, frozen=True, dict=True):
    """Where a table stands on a sheet of its own, in a book or in a unit's form: the row of column numbers, rows by the
    keys of lines, letters by the codes of columns.
    """

    table: Table
    lines: tuple[PrintedLine, ...]

    @property
    def number_row(self) -> int:
        """The row that says (1), (2), (3)."""
        return TOP + self.table.levels

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of every line, by its key."""
        return {line.key: self.number_row + place for place, line in enumerate(self.lines, 1)}

    @cached_property
    def letters(self) -> dict[str, str]:
        """The letters of every column, by its code."""
        columns = enumerate(all_columns(self.table), FIRST_COLUMN)
        return {column.code: column_letters(place) for place, column in columns}

    @property
    def last_row(self) -> int:
        """The row of the last line."""
        return self.number_row + len(self.lines)

    @property
    def last_column(self) -> int:
        """The number of the last column."""
        return FIRST_COLUMN + len(all_columns(self.table)) - 1
