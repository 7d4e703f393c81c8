"""Where things stand on the table sheets: shared by the modules that make, read and write them."""

from __future__ import annotations

from dataclasses import dataclass

TABLE_ROW = 4
"""Header row of every table sheet."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table sheet: heading, width, and whether people type in it."""

    title: str
    width: float
    typed: bool = False
    centred: bool = False


FINDING_COLUMNS = (
    Column("Khóa", 9), Column("STT", 6, centred=True), Column("Mức độ", 16, centred=True), Column("Đơn vị", 18),
    Column("Mã", 10, centred=True), Column("Nội dung cần xem lại", 80), Column("Đề nghị", 16, centred=True),
    Column("Ô", 22), Column("Giải trình", 40, typed=True), Column("Người giải trình", 20, typed=True),
    Column("Tình trạng", 16, centred=True),
)
LOG_COLUMNS = (
    Column("STT", 6, centred=True), Column("Thời điểm", 20, centred=True), Column("Việc", 24), Column("Chi tiết", 110),
)
HOME_COLUMNS = (
    Column("Mã đơn vị", 9), Column("STT", 6, centred=True), Column("Đơn vị", 34), Column("Đã điền", 11, centred=True),
    Column("Phải điền", 11, centred=True), Column("Tỷ lệ (%)", 13, centred=True),
    Column("Bắt buộc sửa", 13, centred=True), Column("Cần giải trình", 13, centred=True),
    Column("Lưu ý", 11, centred=True),
)
HOME_TABLE_ROW = 12
TOTAL_KEY = "*"
"""Key of the line for all units together."""
