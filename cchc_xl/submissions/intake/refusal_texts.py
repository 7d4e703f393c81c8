"""Why a file from outside is not read, or what was left out of it: messages that say what and what to do."""

from __future__ import annotations

from cchc_xl.findings import Severity

NEW_COPY = "Chép số liệu sang một bản biểu mẫu mới rồi gửi lại."

REFUSALS: dict[str, tuple[str, str]] = {
    "suffix": ("tệp đuôi “{}” không phải bảng tính", "Gửi lại biểu mẫu dạng .xlsx."),
    "empty": ("tệp rỗng (0 byte)", "Lấy lại tệp gốc và gửi lại."),
    "not_a_workbook": ("nội dung không phải bảng tính", "Gửi lại đúng tệp biểu mẫu, dạng .xlsx."),
    "wrong_suffix": ("nội dung không khớp với đuôi “{}”", "Mở bằng Excel hoặc LibreOffice, lưu lại dạng .xlsx."),
    "encrypted": ("tệp có mật khẩu mở", "Bỏ mật khẩu (Tệp › Thông tin › Bảo vệ sổ tính) rồi gửi lại."),
    "damaged": ("tệp hỏng, không đọc được ({})", "Mở bằng Excel để sửa, lưu lại, hoặc gửi lại bản gốc."),
    "too_many_members": ("gói tệp có {} thành phần, quá nhiều với một biểu mẫu", NEW_COPY),
    "same_member_twice": ("gói tệp có hai thành phần trùng tên", NEW_COPY),
    "too_large_unpacked": ("tệp bung ra {} MB, quá lớn với một biểu mẫu", NEW_COPY),
    "bomb": ("tệp nén bất thường (một thành phần bung ra {} MB)", "Không mở tệp này; hỏi lại người gửi."),
    "path_outside": ("gói tệp có đường dẫn ra ngoài “{}”", "Không mở tệp này; hỏi lại người gửi."),
    "doctype": ("tệp có khai báo thực thể XML ({})", "Không mở tệp này; hỏi lại người gửi."),
    "deep_xml": ("tệp có XML lồng quá sâu ({})", "Không mở tệp này; hỏi lại người gửi."),
    "unsure": (
        "không phân biệt chắc được ô báo lỗi với ô trống trong tệp dạng {} này",
        "Mở bằng Excel hoặc LibreOffice, lưu lại dạng .xlsx rồi gửi lại.",
    ),
    "too_far": ("có ô ghi ở tận {}, ngoài phạm vi biểu mẫu", NEW_COPY),
    "too_many_sheets": ("tệp có {} sheet", NEW_COPY),
    "too_large": ("tệp nặng {} MB, quá lớn với một biểu mẫu", NEW_COPY),
    "link": ("là một liên kết, không phải tệp", "Chép tệp thật vào thư mục rồi chạy lại."),
    "not_a_file": ("không phải tệp thường", "Bỏ mục này khỏi thư mục."),
    "unreadable": ("không mở được tệp ({})", "Kiểm tra quyền đọc rồi chạy lại."),
    "too_much_memory": ("đọc tệp cần quá nhiều bộ nhớ", NEW_COPY),
    "too_slow": ("đọc tệp quá lâu, đã dừng", NEW_COPY),
    "reader_died": ("đọc tệp vượt giới hạn bộ nhớ hoặc thời gian, đã dừng", NEW_COPY),
}

NOTICES: dict[str, tuple[Severity, str]] = {
    "macro": (Severity.INFO, "Tệp có macro; không chạy, chỉ lấy số liệu và ghi chú."),
    "external_link": (Severity.INFO, "Tệp có liên kết ra ngoài; không mở, chỉ lấy số liệu và ghi chú."),
    "dde": (Severity.WARNING, "Tệp có liên kết DDE gọi chương trình khác; không mở. Hỏi lại người gửi."),
    "embedded": (Severity.INFO, "Tệp có đối tượng nhúng; không mở, chỉ lấy số liệu và ghi chú."),
    "long_text": (Severity.WARNING, "Có ô dài hơn 2.000 ký tự; đã cắt bớt. Rút gọn rồi gửi lại nếu cần đủ."),
    "control": (Severity.INFO, "Có ký tự điều khiển không in được; đã bỏ."),
}


def refusal(code: str, detail: str) -> str:
    """The message of a refusal."""
    what, remedy = REFUSALS.get(code, ("không đọc được tệp", NEW_COPY))
    return f"{what.format(detail)[:1].upper()}{what.format(detail)[1:]}. {remedy}"
