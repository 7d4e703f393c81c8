"""Where things stand on the table sheets: shared by the modules that make, read and write them."""

from __future__ import annotations

from cchc_xl import sheet_names
from cchc_xl.structs import Struct

TABLE_ROW = 4
"""Header row of every table sheet."""


class Column(Struct, frozen=True):
    """A column of a table sheet: heading, width, and whether people type in it."""

    title: str
    width: float
    typed: bool = False
    centred: bool = False


FINDING_COLUMNS = (
    Column("Khóa", 9), Column("STT", 6, centred=True), Column("Mức độ", 14, centred=True), Column("Đơn vị", 18),
    Column("Mã", 10, centred=True), Column("Nội dung cần xem lại", 62), Column("Đề nghị", 12, centred=True),
    Column("Ô", 18), Column("Giải trình", 40, typed=True), Column("Người giải trình", 20, typed=True),
    Column("Tình trạng", 16, centred=True), Column("Ghi nhận lúc", 20, centred=True),
)
LOG_COLUMNS = (
    Column("STT", 6, centred=True), Column("Thời điểm", 20, centred=True), Column("Việc", 24), Column("Chi tiết", 76),
    Column("Người làm", 22),
)
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

SUBMISSION_COLUMNS = (
    Column("Mã đơn vị", 24), Column("Tình trạng", 14), Column("Nộp lúc", 20), Column("So với hạn", 16),
    Column("Tệp", 40), Column("SHA-256", 66), Column("Lần nộp", 10), Column("Phiên bản", 12), Column("Lỗi", 8),
    Column("Cần giải trình", 8), Column("SHA-256 đã nhận", 66), Column("Lần đã nhận", 10), Column("Phần không lấy", 60),
)
UNIT_NOTE_COLUMNS = (
    Column("Khóa", 9), Column("STT", 6, centred=True), Column("Đơn vị", 24), Column("Mã", 10, centred=True),
    Column("Chỉ tiêu", 60), Column("Ghi chú của đơn vị", 80, typed=True), Column("Người ghi, lần nộp", 30),
)

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
