"""Names of sheets, headings and marks that the workbook's makers and readers share. Vietnamese, as users see them."""

from __future__ import annotations

HOME = "Trang chủ"
GUIDE = "Hướng dẫn"
INFO = "Thông tin chung"
UNITS = "Đơn vị"
ENTRIES = "Nội dung"
DOCUMENTS = "Văn bản"
CONTACTS = "Phụ lục 1"
FINDINGS = "Kiểm tra"
LOG = "Nhật ký"
IDENTITY = "_cchc"
CHART_DATA = "_bieu_do"
UNIT_NOTES = "Ghi chú đơn vị"
SHARED = "Số chung"
SUBMISSIONS = "_nop"
"""Hidden: what each unit has handed in; the first sheet shows the part that people ask for."""

CODE_HEADER = "Mã"
NUMBER_HEADER = "STT"
LABEL_HEADER = "Chỉ tiêu"
UNIT_HEADER = "Đơn vị tính"
FIGURE_HEADER = "Số liệu"
NOTE_HEADER = "Ghi chú"
PREVIOUS_HEADER = "Kỳ trước"
CHECK_HEADER = "Kiểm tra"

FLAG_PREFIX = "cờ:"
READ_PREFIX = "đọc:"

UNREADABLE_MARK = "!"
"""What the companion column holds for a cell that must not be counted."""

FLAG_LETTERS = {"error": "E", "warning": "W", "info": "I"}

NOTE_AUTHOR = "CCHC"
NOTE_MARK = "CCHC – "
"""A cell note that begins so is the tool's own; every other note belongs to a person and is left alone."""
