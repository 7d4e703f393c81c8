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
    "sheet_copied", WARNING, "Mỗi mục chỉ có một trang; số nhập ở trang chép thêm không được tính.",
    "trang III", "thêm trang III (2)")
HEADER_MISSING = GeneralRule(
    "header_missing", ERROR, "Dòng tiêu đề của trang giữ nguyên.", "dòng Mã, STT, Chỉ tiêu, …", "xóa dòng tiêu đề")
ROW_MISSING = GeneralRule(
    "row_missing", ERROR, "Mỗi chỉ tiêu có dòng của mình, nhận ra bằng mã ở cột A ẩn.", "dòng III.6.1",
    "xóa dòng III.6.1")
ROW_TWICE = GeneralRule(
    "row_twice", ERROR, "Mỗi chỉ tiêu chỉ có một dòng.", "một dòng III.6.1", "chép dòng III.6.1 thành hai dòng")
ROW_UNKNOWN = GeneralRule(
    "row_unknown", WARNING, "Dòng chèn thêm không có mã nên số ở đó không được tính.", "các dòng của biểu",
    "chèn một dòng và nhập số")
ROW_MOVED = GeneralRule(
    "row_moved", INFO, "Các dòng giữ đúng thứ tự của biểu.", "III.6.1, III.6.2", "III.6.2 đứng trước III.6.1")
LABEL_CHANGED = GeneralRule(
    "label_changed", WARNING, "Tên chỉ tiêu giữ nguyên như biểu.", "Số hồ sơ tiếp nhận", "sửa thành Số hồ sơ trễ hẹn")
COLUMN_MISSING = GeneralRule(
    "column_missing", ERROR, "Mỗi đơn vị có cột mang đúng tên như ở trang Đơn vị.", "cột Phường A",
    "đổi tên cột Phường A thành PA")
COLUMN_TWICE = GeneralRule(
    "column_twice", ERROR, "Mỗi đơn vị chỉ có một cột.", "một cột Phường A", "hai cột Phường A")
COLUMN_UNKNOWN = GeneralRule(
    "column_unknown", INFO, "Cột thêm vào không được tính.", "các cột của biểu", "thêm cột Tổng cộng")

LAYOUT_RULES: tuple[GeneralRule, ...] = (
    FORMULA_OVERWRITTEN, SHEET_MISSING, SHEET_COPIED, HEADER_MISSING, ROW_MISSING, ROW_TWICE, ROW_UNKNOWN, ROW_MOVED,
    LABEL_CHANGED, COLUMN_MISSING, COLUMN_TWICE, COLUMN_UNKNOWN,
)
