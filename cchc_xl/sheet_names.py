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
DECLARATION = "_bieu_mau"
"""Hidden: the declaration of the book's form."""
NEXT_PERIOD_KEY = "ky_moi"
"""Key of the line of general data that says which period the button Kỳ mới begins."""

CARRIED = "_ky_truoc"
"""Hidden: the period that the figures of the last period are of, the texts that came along, and what each unit had."""
CARRIED_PERIOD = "ky."
"""How the keys of that period begin there."""
CARRIED_UNIT = "don_vi."
"""How the keys of what a unit had then begin: don_vi.xa_01.ii06a_ho_tich_11."""

MARK_KEY = "dau_khai_bao"
"""In the identity of a book or a unit's form: what tells its declaration from others of the same name."""

CHART_DATA = "_bieu_do"
UNIT_NOTES = "Ghi chú đơn vị"
SHARED = "Số chung"
SUBMISSIONS = "_nop"
"""Hidden: what each unit has handed in; the first sheet shows the part that people ask for."""

OF_FORMS = (SUBMISSIONS, UNIT_NOTES)
"""The sheets in which collecting keeps what it knows of the units' forms: it cannot do without."""

NEEDED_SHEETS = (HOME, INFO, UNITS, ENTRIES, DOCUMENTS, CONTACTS, FINDINGS, LOG)
"""The sheets besides the sections' own without which nothing can be computed or written."""

FORM_COVER, FORM_RULES, FORM_TO_MEND = "Biểu mẫu", "_quy_tac", "Cần sửa"
FORMER_COVER = "Bìa"
"""Where forms that were handed out before say who sends them."""
FORM_SHEETS = frozenset((FORM_COVER, FORMER_COVER, FORM_TO_MEND, FORM_RULES, IDENTITY))
"""The sheets of a unit's form besides those of its tables; the one to mend is in a returned copy."""

OWN_SHEETS = frozenset((
    *NEEDED_SHEETS, GUIDE, IDENTITY, DECLARATION, CARRIED, CHART_DATA, UNIT_NOTES, SUBMISSIONS, SHARED,
))
"""The sheets of a master besides those of its sections."""

RESERVED_SHEETS = OWN_SHEETS | FORM_SHEETS
"""Every sheet that the tool makes for itself: no section may have its name."""

CODE_HEADER = "Mã"
KEYS_HEADER = "Mã dòng"
"""Beside a table's row of column numbers, in the hidden column of its lines' keys: by it a program finds the table."""
NUMBER_HEADER = "STT"
LABEL_HEADER = "Chỉ tiêu"
UNIT_HEADER = "Đơn vị tính"
FIGURE_HEADER = "Số liệu"
NOTE_HEADER = "Ghi chú"
PREVIOUS_HEADER = "Kỳ trước"
LAST_YEAR_HEADER = "Cùng kỳ năm trước"
CHECK_HEADER = "Kiểm tra"

FLAG_PREFIX = "cờ:"
READ_PREFIX = "đọc:"

UNREADABLE_MARK = "!"
"""What the companion column holds for a cell that must not be counted."""

FLAG_LETTERS = {"error": "E", "warning": "W", "info": "I"}

NOTE_AUTHOR = "CCHC"
NOTE_MARK = "CCHC – "
"""A cell note that begins so is the tool's own; every other note belongs to a person and is left alone."""

LONGEST = 31
"""Letters that Excel takes in the name of a sheet."""

TABLE_SHEET = "Bảng "
"""How the name of a sheet begins that shows a table; the table's code follows."""


def table_sheet(code: str) -> str:
    """The sheet that shows a table, in a book and in a unit's form."""
    return f"{TABLE_SHEET}{code}"


FORM_HELP = "_kt_"
"""How the name of a hidden sheet of a unit's form begins that checks a table; the table's code follows."""


def help_sheet(code: str) -> str:
    """The hidden sheet behind a table's column Kiểm tra, in a unit's form."""
    return f"{FORM_HELP}{code}"


KIND_KEY, UNIT_NAME_KEY = "loai", "ten_don_vi"
"""Keys of the identity: what a workbook is, and of a unit's form the unit's name."""

FORM_KIND, MASTER_KIND, RESULT_KIND = "form", "master", "consolidation"
"""What workbooks of this program are."""


def holds_formulas_only(name: str) -> bool:
    """Whether a sheet of a unit's form is hidden and holds what is computed there: nothing in it is asked or read."""
    return name == FORM_RULES or name.startswith(FORM_HELP)
