"""What the number grammar can remark on: one entry for each way of writing that a person should know about.

The entry fixes the severity, and is what the rule catalogue prints; the message is made where the cell is read.
"""

from __future__ import annotations

from cchc_xl.structs import Struct
from cchc_xl.values import Remark


class RemarkKind(Struct, frozen=True):
    """A remark's code with its severity, its meaning and an example of what is accepted and of what is remarked on."""

    code: str
    severity: str
    meaning: str
    accepted: str
    remarked: str


def _kinds(*kinds: RemarkKind) -> dict[str, RemarkKind]:
    return {kind.code: kind for kind in kinds}


REMARKS = _kinds(
    RemarkKind("text_number", "info", "Số lưu dạng chữ; đã đọc được.", "10248", "10.248 (dạng chữ), 03"),
    RemarkKind("word", "info", "Câu trả lời ghi bằng chữ; đã đọc được.", "1", "Có"),
    RemarkKind("boolean", "info", "Ô ghi TRUE/FALSE ở chỉ tiêu có/không; đã đọc được.", "1", "TRUE"),
    RemarkKind("percent_format", "info", "Ô có định dạng phần trăm ở chỉ tiêu đo bằng %.", "99,95", "99,95%"),
    RemarkKind("percent_text", "info", "Gõ dấu % sau số ở chỉ tiêu đo bằng %.", "99,95", "99,95 % (dạng chữ)"),
    RemarkKind("tick", "warning", "Đánh dấu x thay cho 1.", "1", "x"),
    RemarkKind("nothing_word", "warning", "Ghi “Không”, “-” thay cho 0 hoặc “không phát sinh”.", "0", "Không"),
    RemarkKind("tail", "warning", "Có chữ đi kèm con số.", "1130", "1.130 phiếu; khoảng 20"),
    RemarkKind("decimal_point", "warning", "Dùng dấu chấm cho phần thập phân.", "2,42", "2.42 (dạng chữ)"),
    RemarkKind("fraction_of_one", "warning", "Số từ 0 đến 1 ở chỉ tiêu tính trên 100.", "99,95", "0,9995"),
    RemarkKind("formula_typed", "warning", "Ô nhập chứa công thức thay cho con số.", "15", "=10+5"),
    RemarkKind("english_thousands", "error", "Excel tiếng Anh hiểu dấu chấm hàng nghìn là dấu thập phân.",
               "10248", "10,248 (số lẻ)"),
    RemarkKind("fractional_count", "error", "Số lẻ ở chỉ tiêu đếm.", "12", "12,5"),
    RemarkKind("comma_thousands", "error", "Dấu phẩy ngăn hàng nghìn trong số dạng chữ.", "10248", "10,248 (dạng chữ)"),
    RemarkKind("spaced_thousands", "error", "Dấu cách ngăn hàng nghìn.", "10248", "10 248"),
    RemarkKind("thousands_or_decimal", "error", "Không rõ dấu chấm là hàng nghìn hay thập phân.",
               "10,248", "10.248 (dạng chữ) ở chỉ tiêu có phần lẻ"),
    RemarkKind("look_alike", "error", "Chữ cái, chữ số rộng thay cho chữ số.", "10248", "1O248"),
    RemarkKind("multiplier", "error", "Con số kèm chữ nghìn, triệu, chục.", "12000", "12 nghìn"),
    RemarkKind("number_word", "error", "Con số viết bằng chữ.", "3", "ba"),
    RemarkKind("several_numbers", "error", "Nhiều số hoặc khoảng số trong một ô.", "12", "10 - 12; 5+3"),
    RemarkKind("stray_mark", "error", "Có dấu thừa trước hoặc sau con số.", "12", "12.; (12)"),
    RemarkKind("exponent", "error", "Số viết dạng lũy thừa.", "100000", "1E+5"),
    RemarkKind("not_a_number", "error", "Chữ không đọc được thành số.", "12", "chờ số liệu"),
    RemarkKind("not_yes_no", "error", "Không phải 1 (có) hoặc 0 (không).", "1", "2"),
    RemarkKind("unknown_choice", "error", "Không thuộc các mã chọn của chỉ tiêu.", "0; 1; 2", "3"),
    RemarkKind("not_a_ratio", "error", "Không có dạng tử số/mẫu số.", "24/24", "24"),
    RemarkKind("ratio_in_count", "error", "Dạng a/b ở chỉ tiêu chỉ nhận một con số.", "24", "24/24"),
    RemarkKind("part_over_whole", "error", "Tử số lớn hơn mẫu số.", "24/24", "25/24"),
    RemarkKind("percent_in_count", "error", "Tỷ lệ phần trăm ở chỉ tiêu đếm.", "12", "12%"),
    RemarkKind("date", "error", "Excel đã đổi nội dung gõ thành ngày.", "7/7 (dạng chữ)", "07/7/2024"),
    RemarkKind("time", "error", "Excel đã đổi nội dung gõ thành giờ.", "24/24 (dạng chữ)", "24:24:00"),
    RemarkKind("text_boolean", "error", "TRUE/FALSE ở chỉ tiêu không phải có/không.", "1", "TRUE"),
    RemarkKind("too_small", "error", "Nhỏ hơn mức thấp nhất của chỉ tiêu, kể cả số âm.", "5", "-5"),
    RemarkKind("too_large", "error", "Lớn hơn mức cao nhất của chỉ tiêu.", "99,95", "9995"),
    RemarkKind("error_value", "error", "Ô báo lỗi của Excel.", "12", "#REF!"),
    RemarkKind("no_result", "error", "Công thức chưa có kết quả.", "12", "=A1 (chưa tính)"),
    RemarkKind("legacy_font", "error", "Chữ gõ theo bảng mã TCVN3 hoặc VNI.", "Cải cách", "C¶i c¸ch"),
)


def remark(code: str, message: str, suggestion: str = "") -> Remark:
    """A remark of a known kind."""
    return Remark(code, REMARKS[code].severity, message, suggestion)
