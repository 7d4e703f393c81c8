"""The sheets of a declaration and their columns, in the order in which they are written."""

from __future__ import annotations

from cchc_xl.schema import declaration_words
from cchc_xl.structs import Struct


class DeclaredColumn(Struct, frozen=True):
    """A column: its title, its width in digits, what helps while typing, and the words to choose from.

    A prompt of a column without words is shown beside the cell that is being typed.
    """

    title: str
    width: int = 14
    prompt: str = ""
    words: tuple[str, ...] = ()


class DeclaredSheet(Struct, frozen=True):
    """A sheet of the workbook and the CSV file of the same content."""

    key: str
    title: str
    columns: tuple[DeclaredColumn, ...]
    needed: bool = False

    @property
    def file(self) -> str:
        """The name of its CSV file."""
        return f"{self.key}.csv"

    @property
    def titles(self) -> list[str]:
        """The titles of its columns."""
        return [column.title for column in self.columns]


YES_NO = (declaration_words.YES, declaration_words.NO)
SEVERITIES = tuple(declaration_words.SEVERITIES.values())
CODES = "Một hoặc nhiều mã, cách nhau bằng dấu chấm phẩy, ví dụ III.6.1"
RECURRING = (
    DeclaredColumn("Lặp lại", 12, "Hằng năm: đi theo sang kỳ sau, phải xem lại", ("hằng năm", "không")),
    DeclaredColumn("Cần xem", 40, "Điều phải xem lại khi sang kỳ sau"),
)

FORM = DeclaredSheet("bieu_mau", "Biểu mẫu", (
    DeclaredColumn("Mục", 34), DeclaredColumn("Giá trị", 90, "Mã: chữ thường không dấu, ví dụ cchc_xa"),
), needed=True)

INDICATORS = DeclaredSheet(
    "chi_tieu",
    "Chỉ tiêu",
    (
        DeclaredColumn("Mã", 11, "III.6.1: phần.nhóm.dòng. Dòng chỉ để tính thêm chữ cái ở cuối: III.6.3a"),
        DeclaredColumn("STT in", 8, "Để trống: lấy từ mã. Ghi – nếu bản in để trống"),
        DeclaredColumn("Chỉ tiêu", 60, "Tên như bản in"),
        DeclaredColumn("ĐVT", 12, "Đơn vị tính như bản in"),
        DeclaredColumn(
            "Kiểu",
            14,
            words=(
                declaration_words.SECTION,
                declaration_words.GROUP,
                *declaration_words.KINDS.values(),
                *declaration_words.TABLE_KINDS,
            ),
        ),
        DeclaredColumn(
            "Ai báo cáo",
            18,
            "Loại đơn vị như ở trang tính Đơn vị, hoặc mã một đơn vị; nhiều thì cách bằng dấu chấm phẩy",
        ),
        DeclaredColumn("Cách cộng", 12, words=(*declaration_words.TOTALS.values(), declaration_words.NOT_ADDED)),
        DeclaredColumn("Tử số", 11, "Mã của số đã làm, của tỷ lệ ở dòng này"),
        DeclaredColumn("Mẫu số", 11, "Mã của tổng số, của tỷ lệ ở dòng này"),
        DeclaredColumn("Bằng tổng của", 22, "Ví dụ III.2.4 + III.2.5"),
        DeclaredColumn("Không lớn hơn", 14, CODES),
        DeclaredColumn("Mức độ", 14, words=SEVERITIES),
        DeclaredColumn(
            "Bắt buộc",
            18,
            "; ".join((*YES_NO, declaration_words.BLANK_IS_ZERO, "hoặc: khi [III.1] = 1")),
        ),
        DeclaredColumn("Lựa chọn", 26, "Ví dụ: Trực tuyến = 0; Phát phiếu = 1"),
        DeclaredColumn("Giới hạn", 10, "Số nhỏ nhất và lớn nhất: 0..100. Của Dòng mở: số dòng thêm được, 0..5"),
        DeclaredColumn("In ra", 8, words=YES_NO),
        DeclaredColumn("Tên sheet", 24, "Của dòng Phần: tên trang tính trong sổ, tối đa 31 chữ"),
        DeclaredColumn("Ghi chú gợi ý", 34, "In sẵn ở ô ghi chú"),
        DeclaredColumn("Ghi chú khi", 20, "Điều kiện phải ghi chú, ví dụ [I.3.3] > 0"),
        DeclaredColumn("Căn cứ", 50, "Văn bản, sổ sách mà số này lấy từ đó"),
        DeclaredColumn("Vì sao", 40, "Lý do của người lập biểu"),
        DeclaredColumn("Tên máy", 28, "Để trống: phần mềm đặt theo tên chỉ tiêu. Đã có thì không sửa"),
        DeclaredColumn("Ghi chú liệt kê", 10, "Có: ghi chú kể tên từng thứ đã đếm", YES_NO),
        DeclaredColumn("So giữa đơn vị theo", 14, "Mã của số dùng để so các đơn vị lớn nhỏ khác nhau"),
        DeclaredColumn("Lũy kế", 10, "Không: số tại thời điểm, có thể nhỏ hơn kỳ trước", YES_NO),
        DeclaredColumn("Kỳ", 14, "Để trống: kỳ nào cũng phải trả lời. Hoặc mã kỳ: nam; 6_thang"),
    ),
    needed=True,
)

TABLE_COLUMNS = DeclaredSheet(
    "cot",
    "Cột",
    (
        DeclaredColumn("Bảng", 14, "Mã của dòng Bảng ở trang tính Chỉ tiêu"),
        DeclaredColumn("Mã cột", 8, "Như hàng số thứ tự cột của bản in: (3)"),
        *(
            DeclaredColumn(f"Tiêu đề {number}", 20, "Tiêu đề từ trên xuống; ô liền nhau giống nhau thì gộp")
            for number in range(1, 5)
        ),
        DeclaredColumn("Kiểu", 14, words=tuple(declaration_words.KINDS.values())),
        DeclaredColumn("Nguồn", 12, words=tuple(declaration_words.SOURCES.values())),
        DeclaredColumn("Công thức", 22, "(4) + (5) + (6); của cột Kỳ trước: (11) kỳ trước; của Tỷ lệ: (8) / (7)"),
        DeclaredColumn("Cách cộng", 12, words=(*declaration_words.TOTALS.values(), declaration_words.NOT_ADDED)),
        DeclaredColumn("Bằng", 22, "Mọi dòng phải đúng: (7) + (11)"),
        DeclaredColumn("Không lớn hơn", 14, "Mã cột, cách nhau bằng dấu chấm phẩy"),
        DeclaredColumn("Ghi chú", 30),
        DeclaredColumn("Bắt buộc", 18, "Để trống: như dòng của bảng; cột Chữ được để trống", YES_NO),
    ),
)

RULES = DeclaredSheet(
    "quy_tac",
    "Quy tắc",
    (
        DeclaredColumn("Mã", 12, "Mã riêng của quy tắc, ví dụ III.6-01"),
        DeclaredColumn(
            "Điều kiện", 60, "Ví dụ [III.6.2] ≤ [III.6.1]; NẾU [III.1] > 0 THÌ [III.2] ≥ 1; [I.1] = KỲ TRƯỚC([I.1])"
        ),
        DeclaredColumn("Mức độ", 14, words=SEVERITIES),
        DeclaredColumn("Khi thiếu số", 22, words=tuple(declaration_words.RULE_MISSING.values())),
        DeclaredColumn("Áp dụng", 12, words=("Cả hai", "Đơn vị", "Toàn bộ")),
        DeclaredColumn("Cách sửa", 90, "Người nhập phải làm gì"),
        DeclaredColumn("Căn cứ", 40),
        DeclaredColumn("Kỳ", 14, "Để trống: mọi kỳ. Hoặc mã kỳ, cách nhau bằng dấu chấm phẩy: nam; 6_thang"),
        DeclaredColumn("So với", 12, "Sổ kỳ trước nào được so", ("Năm trước", "Cùng năm")),
        DeclaredColumn(
            "Câu báo", 60, "Lời báo riêng, số viết trong ngoặc nhọn: Còn {[I.2.4] - [I.2.5]} vấn đề chưa xử lý"
        ),
        DeclaredColumn("Trừ khi có ghi", 18, "Mã chỉ tiêu có ghi chú, hoặc tên máy của nội dung: đã ghi thì không báo"),
        DeclaredColumn("Chỉ khi có ghi", 18, "Như trên: chưa ghi thì không báo"),
        DeclaredColumn("Gộp", 8, "Có: mọi đơn vị sai báo chung một dòng", YES_NO),
    ),
)

UNITS = DeclaredSheet(
    "don_vi",
    "Đơn vị",
    (
        DeclaredColumn("Mã", 26, "Để trống: phần mềm đặt theo tên. Đã có thì không sửa"),
        DeclaredColumn("Tên", 40),
        DeclaredColumn("Loại", 14, "Phường, Xã, Phòng ban …: như ở cột Ai báo cáo"),
        DeclaredColumn("Thuộc", 22, "Mã của đơn vị cấp trên"),
        DeclaredColumn("Từ ngày", 12),
        DeclaredColumn("Đến ngày", 12),
        DeclaredColumn("Trước là", 26, "Mã các đơn vị đã nhập vào đơn vị này"),
    ),
)

PERIODS = DeclaredSheet(
    "ky",
    "Kỳ",
    (
        DeclaredColumn("Mã", 10, "quy, 6_thang, 9_thang, nam, thang"),
        DeclaredColumn("Tên", 28, "Ví dụ quý {quý}/{năm}"),
        DeclaredColumn("Từ ngày", 18, "Của kỳ đầu trong năm: 15/12 năm trước"),
        DeclaredColumn("Đến ngày", 14),
        DeclaredColumn("Hạn nộp", 14),
        DeclaredColumn("Lũy kế", 10, words=YES_NO),
        DeclaredColumn("Mẫu Word", 26, "Tên tệp .docx đặt cạnh biểu mẫu"),
    ),
)

DOCUMENTS = DeclaredSheet(
    "van_ban",
    "Văn bản",
    (
        DeclaredColumn("Tên máy", 18),
        DeclaredColumn("Loại", 18),
        DeclaredColumn("Số, ký hiệu", 18),
        DeclaredColumn("Ngày", 12),
        DeclaredColumn("Cơ quan ban hành", 40),
        DeclaredColumn("Trích yếu", 80),
        DeclaredColumn("Trong kỳ", 10, "Có: ban hành trong kỳ báo cáo", YES_NO),
        *RECURRING,
    ),
)

ENTRIES = DeclaredSheet(
    "noi_dung",
    "Nội dung",
    (
        DeclaredColumn("Tên máy", 26),
        DeclaredColumn("Tiêu đề", 50),
        DeclaredColumn("Mục", 10),
        DeclaredColumn("Gợi ý", 70),
        DeclaredColumn("Bắt buộc", 10, words=YES_NO),
        DeclaredColumn("Số dòng", 20, "Con số mà số dòng của nội dung phải khớp, ví dụ [I.1.1] - [I.1.2]"),
        *RECURRING,
    ),
)

INFO = DeclaredSheet(
    "thong_tin",
    "Thông tin",
    (
        DeclaredColumn("Tên máy", 24),
        DeclaredColumn("Mục", 34),
        DeclaredColumn("Kiểu", 8, words=tuple(declaration_words.INFO_KINDS.values())),
        DeclaredColumn("Giá trị", 40, "Điền sẵn trong sổ mới; thường để trống"),
        DeclaredColumn("Bắt buộc", 10, words=YES_NO),
        DeclaredColumn("Hướng dẫn", 70),
    ),
)

CONTACTS = DeclaredSheet("danh_ba", "Danh bạ", (
    DeclaredColumn("Phần", 10, words=("Tên bảng", "Cột", "Dòng")), DeclaredColumn("Mã", 16), DeclaredColumn("Chữ", 70),
))

CHARTS = DeclaredSheet(
    "bieu_do",
    "Biểu đồ",
    (
        DeclaredColumn("Tên máy", 22),
        DeclaredColumn("Tiêu đề", 60),
        DeclaredColumn("Kiểu", 22, words=tuple(declaration_words.CHART_KINDS.values())),
        DeclaredColumn("Phần", 11, "Mã chỉ tiêu"),
        DeclaredColumn("Tổng", 11, "Mã chỉ tiêu"),
        DeclaredColumn("Đơn vị", 14, "Loại đơn vị"),
        DeclaredColumn("Nhãn của phần", 22),
        DeclaredColumn("Nhãn còn lại", 22),
    ),
)

SCALES = DeclaredSheet(
    "thang_diem",
    "Thang điểm",
    (
        DeclaredColumn("Phần", 8, "Mã của phần, ví dụ III"),
        DeclaredColumn("Tên máy", 22),
        DeclaredColumn("Tên thang", 50),
        DeclaredColumn("Điểm ở", 11, "Mã chỉ tiêu ghi điểm của từng đơn vị"),
        DeclaredColumn("Mức", 16),
        DeclaredColumn("Từ", 8),
        DeclaredColumn("Đến", 8),
        DeclaredColumn("Đếm ở", 11, "Mã chỉ tiêu đếm số đơn vị ở mức này"),
    ),
)

MENDS = DeclaredSheet(
    "sua_ban_in",
    "Sửa bản in",
    (
        DeclaredColumn("Mã", 11),
        DeclaredColumn("Bản in", 60),
        DeclaredColumn("Sửa thành", 60),
        DeclaredColumn("Vì sao", 60),
    ),
)

SHEETS = (
    FORM, INDICATORS, TABLE_COLUMNS, RULES, UNITS, PERIODS, DOCUMENTS, ENTRIES, INFO, CONTACTS, CHARTS, SCALES, MENDS,
)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}

FORM_LINES = {
    "Mã": "id", "Tên": "title", "Phiên bản": "version", "Căn cứ": "basis", "Hiệu lực từ": "valid_from",
    "Hiệu lực đến": "valid_to", "Ghi chú": "remark", "Gấp kỳ trước": "ratio", "Gấp đơn vị khác": "peer_ratio",
    "Chỉ so số từ": "least", "Tên in": "printed_title", "Tiêu đề cột": "printed_heads",
}
"""The lines of sheet Biểu mẫu; ratio, peer_ratio and least say how far a figure may be from others before somebody is
asked."""
