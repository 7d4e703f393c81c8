"""The sheets of a declaration and their columns, in the order in which they are written."""

from __future__ import annotations

from cchc_xl.schema import declaration_words
from cchc_xl.structs import Struct


class Column(Struct, frozen=True):
    """A column: its title, its width in digits, what helps while typing, and the words to choose from.

    A prompt of a column without words is shown beside the cell that is being typed.
    """

    title: str
    width: int = 14
    prompt: str = ""
    words: tuple[str, ...] = ()


class Sheet(Struct, frozen=True):
    """A sheet of the workbook and the CSV file of the same content."""

    key: str
    title: str
    columns: tuple[Column, ...]
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
    Column("Lặp lại", 12, "Hằng năm: đi theo sang kỳ sau, phải xem lại", ("hằng năm", "không")),
    Column("Cần xem", 40, "Điều phải xem lại khi sang kỳ sau"),
)

FORM = Sheet("bieu_mau", "Biểu mẫu", (
    Column("Mục", 34), Column("Giá trị", 90, "Mã: chữ thường không dấu, ví dụ cchc_xa"),
), needed=True)

INDICATORS = Sheet(
    "chi_tieu",
    "Chỉ tiêu",
    (
        Column("Mã", 11, "III.6.1: phần.nhóm.dòng. Dòng chỉ để tính thêm chữ cái ở cuối: III.6.3a"),
        Column("STT in", 8, "Để trống: lấy từ mã. Ghi – nếu bản in để trống"),
        Column("Chỉ tiêu", 60, "Tên như bản in"),
        Column("ĐVT", 12, "Đơn vị tính như bản in"),
        Column(
            "Kiểu",
            14,
            words=(
                declaration_words.SECTION,
                declaration_words.GROUP,
                *declaration_words.KINDS.values(),
                *declaration_words.TABLE_KINDS,
            ),
        ),
        Column(
            "Ai báo cáo", 18, "Loại đơn vị như ở sheet Đơn vị, hoặc mã một đơn vị; nhiều thì cách bằng dấu chấm phẩy"
        ),
        Column("Cách cộng", 12, words=(*declaration_words.TOTALS.values(), declaration_words.NOT_ADDED)),
        Column("Tử số", 11, "Mã của số đã làm, của tỷ lệ ở dòng này"),
        Column("Mẫu số", 11, "Mã của tổng số, của tỷ lệ ở dòng này"),
        Column("Bằng tổng của", 22, "Ví dụ III.2.4 + III.2.5"),
        Column("Không lớn hơn", 14, CODES),
        Column("Mức độ", 14, words=SEVERITIES),
        Column(
            "Bắt buộc",
            18,
            "; ".join((*YES_NO, declaration_words.BLANK_IS_ZERO, "hoặc: khi [III.1] = 1")),
        ),
        Column("Lựa chọn", 26, "Ví dụ: Trực tuyến = 0; Phát phiếu = 1"),
        Column("Giới hạn", 10, "Số nhỏ nhất và lớn nhất: 0..100"),
        Column("In ra", 8, words=YES_NO),
        Column("Tên sheet", 24, "Của dòng Phần: tên sheet trong sổ, tối đa 31 chữ"),
        Column("Ghi chú gợi ý", 34, "In sẵn ở ô ghi chú"),
        Column("Ghi chú khi", 20, "Điều kiện phải ghi chú, ví dụ [I.3.3] > 0"),
        Column("Căn cứ", 50, "Văn bản, sổ sách mà số này lấy từ đó"),
        Column("Vì sao", 40, "Lý do của người lập biểu"),
        Column("Tên máy", 28, "Để trống: phần mềm đặt theo tên chỉ tiêu. Đã có thì không sửa"),
        Column("Ghi chú liệt kê", 10, "Có: ghi chú kể tên từng thứ đã đếm", YES_NO),
        Column("So giữa đơn vị theo", 14, "Mã của số dùng để so các đơn vị lớn nhỏ khác nhau"),
        Column("Lũy kế", 10, "Không: số tại thời điểm, có thể nhỏ hơn kỳ trước", YES_NO),
        Column("Kỳ", 14, "Để trống: kỳ nào cũng phải trả lời. Hoặc mã kỳ: nam; 6_thang"),
    ),
    needed=True,
)

TABLE_COLUMNS = Sheet("cot", "Cột", (
    Column("Bảng"), Column("Mã cột", 8), *(Column(f"Tiêu đề {number}", 20) for number in range(1, 5)),
    Column("Kiểu"), Column("Nguồn", 12, words=("Nhập", "Tính", "Kỳ trước", "Lũy kế", "Kế hoạch", "Tỷ lệ")),
    Column("Công thức", 22), Column("Cách cộng"), Column("Bằng", 22), Column("Không lớn hơn"), Column("Ghi chú", 30),
))

RULES = Sheet("quy_tac", "Quy tắc", (
    Column("Mã", 12, "Mã riêng của quy tắc, ví dụ III.6-01"),
    Column("Điều kiện", 60, "Ví dụ [III.6.2] ≤ [III.6.1]; NẾU [III.1] > 0 THÌ [III.2] ≥ 1; [I.1] = KỲ TRƯỚC([I.1])"),
    Column("Mức độ", 14, words=SEVERITIES),
    Column("Khi thiếu số", 22, words=tuple(declaration_words.RULE_MISSING.values())),
    Column("Áp dụng", 12, words=("Cả hai", "Đơn vị", "Toàn bộ")),
    Column("Cách sửa", 90, "Người nhập phải làm gì"),
    Column("Căn cứ", 40),
    Column("Kỳ", 14, "Để trống: mọi kỳ. Hoặc mã kỳ, cách nhau bằng dấu chấm phẩy: nam; 6_thang"),
    Column("So với", 12, "Sổ kỳ trước nào được so", ("Năm trước", "Cùng năm")),
    Column("Câu báo", 60, "Lời báo riêng, số viết trong ngoặc nhọn: Còn {[I.2.4] - [I.2.5]} vấn đề chưa xử lý"),
    Column("Trừ khi có ghi", 18, "Mã chỉ tiêu có ghi chú, hoặc tên máy của nội dung: đã ghi thì không báo"),
    Column("Chỉ khi có ghi", 18, "Như trên: chưa ghi thì không báo"),
    Column("Gộp", 8, "Có: mọi đơn vị sai báo chung một dòng", YES_NO),
))

UNITS = Sheet("don_vi", "Đơn vị", (
    Column("Mã", 26, "Để trống: phần mềm đặt theo tên. Đã có thì không sửa"),
    Column("Tên", 40), Column("Loại", 14, "Phường, Xã, Phòng ban …: như ở cột Ai báo cáo"),
    Column("Thuộc", 22, "Mã của đơn vị cấp trên"), Column("Từ ngày", 12), Column("Đến ngày", 12),
    Column("Trước là", 26, "Mã các đơn vị đã nhập vào đơn vị này"),
))

PERIODS = Sheet("ky", "Kỳ", (
    Column("Mã", 10, "quy, 6_thang, 9_thang, nam, thang"), Column("Tên", 28, "Ví dụ quý {quý}/{năm}"),
    Column("Từ ngày", 18, "Của kỳ đầu trong năm: 15/12 năm trước"), Column("Đến ngày", 14), Column("Hạn nộp", 14),
    Column("Lũy kế", 10, words=YES_NO), Column("Mẫu Word", 26, "Tên tệp .docx đặt cạnh biểu mẫu"),
))

DOCUMENTS = Sheet("van_ban", "Văn bản", (
    Column("Tên máy", 18), Column("Loại", 18), Column("Số, ký hiệu", 18), Column("Ngày", 12),
    Column("Cơ quan ban hành", 40), Column("Trích yếu", 80),
    Column("Trong kỳ", 10, "Có: ban hành trong kỳ báo cáo", YES_NO), *RECURRING,
))

ENTRIES = Sheet("noi_dung", "Nội dung", (
    Column("Tên máy", 26), Column("Tiêu đề", 50), Column("Mục", 10), Column("Gợi ý", 70),
    Column("Bắt buộc", 10, words=YES_NO), *RECURRING,
))

INFO = Sheet("thong_tin", "Thông tin", (
    Column("Tên máy", 24), Column("Mục", 34), Column("Kiểu", 8, words=tuple(declaration_words.INFO_KINDS.values())),
    Column("Giá trị", 40, "Điền sẵn trong sổ mới; thường để trống"), Column("Bắt buộc", 10, words=YES_NO),
    Column("Hướng dẫn", 70),
))

CONTACTS = Sheet("danh_ba", "Danh bạ", (
    Column("Phần", 10, words=("Tên bảng", "Cột", "Dòng")), Column("Mã", 16), Column("Chữ", 70),
))

CHARTS = Sheet(
    "bieu_do",
    "Biểu đồ",
    (
        Column("Tên máy", 22),
        Column("Tiêu đề", 60),
        Column("Kiểu", 22, words=tuple(declaration_words.CHART_KINDS.values())),
        Column("Phần", 11, "Mã chỉ tiêu"),
        Column("Tổng", 11, "Mã chỉ tiêu"),
        Column("Đơn vị", 14, "Loại đơn vị"),
        Column("Nhãn của phần", 22),
        Column("Nhãn còn lại", 22),
    ),
)

SCALES = Sheet("thang_diem", "Thang điểm", (
    Column("Phần", 8, "Mã của phần, ví dụ III"), Column("Tên máy", 22), Column("Tên thang", 50),
    Column("Điểm ở", 11, "Mã chỉ tiêu ghi điểm của từng đơn vị"), Column("Mức", 16), Column("Từ", 8), Column("Đến", 8),
    Column("Đếm ở", 11, "Mã chỉ tiêu đếm số đơn vị ở mức này"),
))

MENDS = Sheet("sua_ban_in", "Sửa bản in", (
    Column("Mã", 11), Column("Bản in", 60), Column("Sửa thành", 60), Column("Vì sao", 60),
))

SHEETS = (
    FORM, INDICATORS, TABLE_COLUMNS, RULES, UNITS, PERIODS, DOCUMENTS, ENTRIES, INFO, CONTACTS, CHARTS, SCALES, MENDS,
)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}

FORM_LINES = {
    "Mã": "id", "Tên": "title", "Phiên bản": "version", "Căn cứ": "basis", "Hiệu lực từ": "valid_from",
    "Hiệu lực đến": "valid_to", "Ghi chú": "remark", "Gấp kỳ trước": "ratio", "Gấp đơn vị khác": "peer_ratio",
    "Chỉ so số từ": "least",
}
"""The lines of sheet Biểu mẫu; the last three say how far a figure may be from others before somebody is asked."""
