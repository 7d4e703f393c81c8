"""The rules about the workbook itself: sheets, rows, columns and formulas that somebody has changed.

Entries like those of `general`; the catalogue prints them too.
"""

from __future__ import annotations

from cchc_xl.checks.general_rules import ERROR, INFO, WARNING, GeneralRule

FORMULA_OVERWRITTEN = GeneralRule(
    "formula_overwritten", ERROR, "Cột Số liệu chỉ chứa công thức của sổ, không gõ số lên trên, không sửa công thức.",
    "công thức cộng các đơn vị", "gõ 34.870 lên công thức")
SHEET_MISSING = GeneralRule(
    "sheet_missing", ERROR, "Các trang của sổ giữ nguyên tên, không xóa.", "trang III",
    "đổi tên thành Mục 3")
SHEET_COPIED = GeneralRule(
    "sheet_copied", ERROR, "Mỗi mục chỉ có một trang; số nhập ở trang chép thêm không được tính.",
    "trang III", "thêm trang III (2) và nhập số ở đó")
SHEET_FOREIGN = GeneralRule(
    "sheet_foreign", INFO, "Số ở trang không thuộc sổ không được tính.", "các trang của sổ", "trang Tính nháp có số")
HEADER_MISSING = GeneralRule(
    "header_missing", ERROR, "Dòng tiêu đề của trang giữ nguyên.", "dòng Mã, STT, Chỉ tiêu, …", "xóa dòng tiêu đề")
ROW_MISSING = GeneralRule(
    "row_missing", ERROR, "Mỗi chỉ tiêu có dòng của mình, nhận ra bằng mã ở cột A ẩn.", "dòng III.6.1",
    "xóa dòng III.6.1")
ROW_TWICE = GeneralRule(
    "row_twice", ERROR, "Mỗi chỉ tiêu chỉ có một dòng.", "một dòng III.6.1", "chép dòng III.6.1 thành hai dòng")
ROW_UNKNOWN = GeneralRule(
    "row_unknown", ERROR, "Dòng chèn thêm không có mã nên số ở đó không được tính.", "các dòng của biểu",
    "chèn một dòng và nhập số")
ROW_MOVED = GeneralRule(
    "row_moved", INFO, "Các dòng giữ đúng thứ tự của biểu.", "III.6.1, III.6.2", "III.6.2 đứng trước III.6.1")
ROW_PASTED = GeneralRule(
    "row_pasted", ERROR, "Tên ở mỗi dòng phải đúng với mã ẩn của dòng.", "mã III.2.1, tên của III.2.1",
    "mã III.2.1, tên của III.2.2")
LABEL_CHANGED = GeneralRule(
    "label_changed", WARNING, "Tên chỉ tiêu giữ nguyên như biểu.", "Số hồ sơ tiếp nhận", "sửa thành Số hồ sơ trễ hẹn")
COLUMN_MISSING = GeneralRule(
    "column_missing", ERROR, "Mỗi đơn vị có cột mang đúng tên như ở trang Đơn vị.", "cột Phường A",
    "đổi tên cột Phường A thành PA")
COLUMN_TWICE = GeneralRule(
    "column_twice", ERROR, "Mỗi đơn vị chỉ có một cột.", "một cột Phường A", "hai cột Phường A")
COLUMN_UNKNOWN = GeneralRule(
    "column_unknown", INFO, "Cột thêm vào không được tính.", "các cột của biểu", "thêm cột Tổng cộng")

COLUMN_NUMBERS = GeneralRule(
    "column_numbers", ERROR, "Số nhập ở cột không thuộc biểu không được tính.", "số ở cột của đơn vị",
    "thêm cột Phường B và nhập số")
NUMBER_OUTSIDE = GeneralRule(
    "number_outside", WARNING, "Số nhập ngoài các ô nhập không được tính.", "số ở ô nhập", "gõ 12 bên dưới biểu")
UNIT_TWICE = GeneralRule(
    "unit_twice", ERROR, "Mỗi đơn vị chỉ có một dòng ở trang Đơn vị.", "một dòng Phường A", "hai dòng Phường A")
UNIT_MISSING = GeneralRule(
    "unit_missing", ERROR, "Đơn vị có cột trong các biểu phải có dòng của mình ở trang Đơn vị.", "dòng Phường A",
    "xóa dòng Phường A, hoặc sửa mã ẩn của dòng")
UNIT_LINE = GeneralRule(
    "unit_line", ERROR, "Mỗi dòng ở trang Đơn vị có đủ tên, mã ẩn và loại ẩn.", "các dòng của sổ",
    "gõ thêm tên Phường B")

LAYOUT_RULES: tuple[GeneralRule, ...] = (
    FORMULA_OVERWRITTEN, SHEET_MISSING, SHEET_COPIED, SHEET_FOREIGN, HEADER_MISSING, ROW_MISSING, ROW_TWICE,
    ROW_UNKNOWN, ROW_MOVED, ROW_PASTED, LABEL_CHANGED, COLUMN_MISSING, COLUMN_TWICE, COLUMN_UNKNOWN, COLUMN_NUMBERS,
    NUMBER_OUTSIDE, UNIT_TWICE, UNIT_MISSING, UNIT_LINE,
)
LAYOUT_CODES = frozenset(rule.code for rule in LAYOUT_RULES)
