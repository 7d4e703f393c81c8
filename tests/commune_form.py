"""A form of a two-tier commune, composed for these tests (no ministry prints it): typed into an empty workbook only."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from cchc_xl.verbs.declaration import export
from tools.template.build_template import write_template

HEAD = {
    "Mã": "cchc_cap_xa", "Tên": "Biểu tổng hợp công tác cải cách hành chính của xã", "Phiên bản": "2026.1",
    "Ghi chú": "Biểu soạn để thử, không phải biểu của cơ quan nào.",
}
UNITS = [
    ("", "Văn phòng HĐND và UBND", "Phòng chuyên môn"), ("", "Phòng Kinh tế", "Phòng chuyên môn"),
    ("", "Phòng Văn hóa - Xã hội", "Phòng chuyên môn"),
    ("", "Trung tâm Phục vụ hành chính công", "Trung tâm"), ("", "Xã Bình Minh Thử", "Xã"),
]
CENTRE, ROOMS, COMMUNE = "Trung tâm", "Phòng chuyên môn", "Xã"

# Mã, Chỉ tiêu, ĐVT, Kiểu, Ai báo cáo, then what other columns say.
ROWS: list[tuple[str, str, str, str, str, dict[str, str]]] = [
    ("I", "Chỉ đạo, điều hành", "", "Phần", "", {}),
    ("I.1", "Kế hoạch cải cách hành chính", "", "Nhóm", "", {}),
    ("I.1.1", "Số nhiệm vụ đề ra trong kế hoạch", "Nhiệm vụ", "Số đếm", COMMUNE, {"Lũy kế": "Không"}),
    ("I.1.2", "Số nhiệm vụ đã hoàn thành", "Nhiệm vụ", "Số đếm", COMMUNE, {"Không lớn hơn": "I.1.1"}),
    ("I.1.3", "Tỷ lệ nhiệm vụ hoàn thành", "%", "Tỷ lệ %", "", {"Tử số": "I.1.2", "Mẫu số": "I.1.1"}),
    ("I.1.4", "Số phòng đã tự kiểm tra", "Phòng", "Có/Không", ROOMS, {}),
    ("I.2", "Tuyên truyền", "", "Nhóm", "", {}),
    ("I.2.1", "Số tin, bài đã đăng", "Tin, bài", "Số đếm", ROOMS, {"Ghi chú khi": "[I.2.1] > 20"}),
    ("I.2.2", "Số cuộc tuyên truyền", "Cuộc", "Số đếm", f"{ROOMS}; {CENTRE}", {}),
    ("I.2.3", "Sáng kiến cải cách hành chính", "", "Chữ", COMMUNE, {"Bắt buộc": "Không"}),
    ("II", "Giải quyết thủ tục hành chính", "", "Phần", "", {"Tên sheet": "II Giải quyết TTHC"}),
    ("II.1", "Tiếp nhận", "", "Nhóm", "", {}),
    ("II.1.1", "Số hồ sơ tiếp nhận", "Hồ sơ", "Số đếm", CENTRE, {"Bằng tổng của": "II.1.2 + II.1.3 + II.1.4"}),
    ("II.1.2", "Số hồ sơ nộp trực tuyến", "Hồ sơ", "Số đếm", CENTRE, {}),
    ("II.1.3", "Số hồ sơ nộp trực tiếp", "Hồ sơ", "Số đếm", CENTRE, {}),
    ("II.1.4", "Số hồ sơ kỳ trước chuyển sang", "Hồ sơ", "Số đếm", CENTRE, {"Lũy kế": "Không"}),
    ("II.1.5", "Tỷ lệ hồ sơ trực tuyến", "%", "Tỷ lệ %", "", {"Tử số": "II.1.2", "Mẫu số": "II.1.1"}),
    ("II.2", "Giải quyết", "", "Nhóm", "", {}),
    ("II.2.1", "Số hồ sơ đã giải quyết", "Hồ sơ", "Số đếm", CENTRE, {"Không lớn hơn": "II.1.1"}),
    ("II.2.2", "Tỷ lệ giải quyết đúng hạn", "%", "Tỷ lệ %", "", {"Tử số": "II.2.2a", "Mẫu số": "II.2.1"}),
    ("II.2.2a", "Số hồ sơ giải quyết đúng hạn", "Hồ sơ", "Số đếm", CENTRE, {"Không lớn hơn": "II.2.1"}),
    ("II.2.3", "Số hồ sơ quá hạn", "Hồ sơ", "Số đếm", CENTRE, {}),
    ("II.2.4", "Số hồ sơ đang giải quyết", "Hồ sơ", "Số đếm", CENTRE, {"Lũy kế": "Không"}),
    ("II.3", "Phản ánh, kiến nghị", "", "Nhóm", "", {}),
    ("II.3.1", "Số phản ánh đã tiếp nhận", "Ý kiến", "Số đếm", f"{ROOMS}; {CENTRE}", {}),
    ("II.3.2", "Số phản ánh đã trả lời", "Ý kiến", "Số đếm", f"{ROOMS}; {CENTRE}",
     {"Không lớn hơn": "II.3.1", "Mức độ": "Cần giải trình"}),
    ("II.3.3", "Hình thức khảo sát hài lòng", "", "Chọn một", CENTRE,
     {"Lựa chọn": "Không khảo sát = 0; Phát phiếu = 1; Trực tuyến = 2"}),
    ("II.3.4", "Số phiếu khảo sát", "Phiếu", "Số đếm", CENTRE, {"Bắt buộc": "khi [II.3.3] > 0"}),
    ("III", "Tổ chức bộ máy, công vụ", "", "Phần", "", {"Tên sheet": "III Bộ máy, công vụ"}),
    ("III.1", "Biên chế", "", "Nhóm", "", {}),
    ("III.1.1", "Số biên chế được giao", "Người", "Số đếm", f"{ROOMS}; {CENTRE}", {"Lũy kế": "Không"}),
    ("III.1.2", "Số người có mặt", "Người", "Số đếm", f"{ROOMS}; {CENTRE}",
     {"Không lớn hơn": "III.1.1", "Lũy kế": "Không"}),
    ("III.1.3", "Số phòng, trung tâm", "Đơn vị", "Số đếm", f"{ROOMS}; {CENTRE}", {"Cách cộng": "Số đơn vị"}),
    ("III.2", "Đào tạo", "", "Nhóm", "", {}),
    ("III.2.1", "Số lượt người được đào tạo", "Lượt", "Số đếm", f"{ROOMS}; {CENTRE}", {}),
    ("III.2.2", "Số ngày đào tạo bình quân", "Ngày", "Số thập phân", COMMUNE, {"Giới hạn": "0..365"}),
    ("III.2.3", "Lãnh đạo dự tập huấn trên tổng số", "Người", "Đã làm/tổng", COMMUNE, {}),
    ("IV", "Chính quyền số", "", "Phần", "", {}),
    ("IV.1", "Văn bản điện tử", "", "Nhóm", "", {}),
    ("IV.1.1", "Số văn bản đi", "Văn bản", "Số đếm", ROOMS, {}),
    ("IV.1.2", "Số văn bản đi ký số", "Văn bản", "Số đếm", ROOMS, {"Không lớn hơn": "IV.1.1"}),
    ("IV.1.3", "Tỷ lệ văn bản ký số", "%", "Tỷ lệ %", "", {"Tử số": "IV.1.2", "Mẫu số": "IV.1.1"}),
    ("IV.2", "Thanh toán", "", "Nhóm", "", {}),
    ("IV.2.1", "Số giao dịch thanh toán trực tuyến", "Giao dịch", "Số đếm", CENTRE, {}),
    ("IV.2.2", "Số điểm hỗ trợ dịch vụ công", "Điểm", "Số đếm", COMMUNE, {"Lũy kế": "Không"}),
]
RULES = [
    ("II.2-01", "[II.1.1] = [II.2.1] + [II.2.4]", "Bắt buộc sửa", "Tiếp nhận là đã giải quyết cộng đang giải quyết."),
    ("II.2-02", "NẾU [II.2.3] > 0 THÌ [II.2.2a] < [II.2.1]", "Cần giải trình", "Có hồ sơ quá hạn: xem lại."),
    ("IV.2-01", "IF([II.1.2]>0;[IV.2.1]>=1)", "Cần giải trình", "Có hồ sơ trực tuyến mà không có giao dịch: xem lại."),
]
ENTRIES = [
    ("Kiến nghị", "II", "Có", "hằng năm", "Bỏ kiến nghị đã được trả lời."),
    ("Lý do hồ sơ quá hạn", "I", "Không", "", ""),
]
TEMPLATE = (
    "@ten_loai BÁO CÁO",
    "@trich_yeu Công tác cải cách hành chính {{ tt.ky_bao_cao }}",
    "@kinh_gui Kính gửi: {{ tt.kinh_gui }}.",
    "{{ tt.co_quan }} báo cáo công tác cải cách hành chính {{ tt.ky_bao_cao }} như sau:",
    "@muc #. KẾT QUẢ",
    "Trong kỳ đã tiếp nhận {{ so_ho_so_tiep_nhan }} hồ sơ, giải quyết {{ so_ho_so_da_giai_quyet }} hồ sơ, đúng hạn "
    "{{ ty_le_giai_quyet_dung_han }}.",
    "Hoàn thành {{ so_nhiem_vu_da_hoan_thanh | tren(so_nhiem_vu_de_ra_trong_ke_hoach) }} nhiệm vụ.",
    "{%p if tt.nam > 2026 %}",
    "So với cùng kỳ năm trước, hồ sơ tiếp nhận {{ so_ho_so_tiep_nhan | tang_giam_cung_ky }}.",
    "{%p endif %}",
    "@muc #. KIẾN NGHỊ",
    "{%p for doan in noi_dung.kien_nghi %}",
    "{{ doan }}",
    "{%p endfor %}",
    "@ket Trên đây là báo cáo của {{ tt.co_quan }}./.",
)
FIGURES = {
    "Trung tâm Phục vụ hành chính công": {
        "I.2.2": 2, "II.1.1": 1200, "II.1.2": 700, "II.1.3": 450, "II.1.4": 50, "II.2.1": 1150, "II.2.2a": 1140,
        "II.2.3": 10, "II.2.4": 50, "II.3.1": 6, "II.3.2": 6, "II.3.3": 1, "II.3.4": 120, "III.1.1": 7, "III.1.2": 7,
        "III.2.1": 9, "IV.2.1": 640,
    },
    "Văn phòng HĐND và UBND": {
        "I.1.4": 1, "I.2.1": 12, "I.2.2": 3, "II.3.1": 2, "II.3.2": 2, "III.1.1": 12, "III.1.2": 11, "III.2.1": 8,
        "IV.1.1": 400, "IV.1.2": 396,
    },
    "Phòng Kinh tế": {
        "I.1.4": 1, "I.2.1": 5, "I.2.2": 1, "II.3.1": 1, "II.3.2": 1, "III.1.1": 8, "III.1.2": 8, "III.2.1": 4,
        "IV.1.1": 150, "IV.1.2": 150,
    },
    "Phòng Văn hóa - Xã hội": {
        "I.1.4": 0, "I.2.1": 9, "I.2.2": 4, "II.3.1": 3, "II.3.2": 3, "III.1.1": 9, "III.1.2": 8, "III.2.1": 6,
        "IV.1.1": 210, "IV.1.2": 205,
    },
    "Xã Bình Minh Thử": {
        "I.1.1": 25, "I.1.2": 20, "I.2.3": "Tổ trả kết quả tại nhà", "III.2.2": 3.5, "III.2.3": "4/4", "IV.2.2": 6,
    },
}
"""What the units fill in, by name and code."""


def write_form(folder: Path) -> Path:
    """The workbook as somebody types it, with its Word template beside it."""
    book = export("", folder / "BIEU_MAU_cchc_cap_xa.xlsx")
    opened = openpyxl.load_workbook(book)
    for row in opened["Biểu mẫu"].iter_rows(min_row=2, max_col=2):
        row[1].value = HEAD.get(str(row[0].value), row[1].value)
    _type(opened["Đơn vị"], [dict(zip(("Mã", "Tên", "Loại"), unit, strict=True)) for unit in UNITS])
    _type(opened["Chỉ tiêu"], [
        {"Mã": code, "Chỉ tiêu": label, "ĐVT": unit, "Kiểu": kind, "Ai báo cáo": who, **more}
        for code, label, unit, kind, who, more in ROWS
    ])
    titles = ("Mã", "Điều kiện", "Mức độ", "Cách sửa")
    _type(opened["Quy tắc"], [dict(zip(titles, rule, strict=True)) for rule in RULES])
    heads = ("Tiêu đề", "Mục", "Bắt buộc", "Lặp lại", "Cần xem")
    _type(opened["Nội dung"], [dict(zip(heads, entry, strict=True)) for entry in ENTRIES])
    for row in opened["Kỳ"].iter_rows(min_row=2, max_col=7):
        row[6].value = "bao_cao_xa.docx"
    opened.save(book)
    source = folder / "nguon.txt"
    source.write_text("\n".join(TEMPLATE) + "\n", encoding="utf-8")
    write_template(source, folder / "bao_cao_xa.docx")
    return book


def _type(sheet: openpyxl.worksheet.worksheet.Worksheet, lines: list[dict[str, str]]) -> None:
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row, line in enumerate(lines, 2):
        for title, text in line.items():
            if text:
                sheet.cell(row, heads[title], text)
