"""Appendices composed to measure on, after the manner of letters of other places; what is drafted is never made from
their wordings. Each line says what a person who knows the work would declare."""

from __future__ import annotations

from collections.abc import Callable

from appendices import CY, DIV, JOIN, ONE, SAME, SUM, C, D, P, Printed, T, W, Y, listed


def of_a_province() -> Printed:
    """Two levels, province and communes; who does it is said by "cấp xã" or by the word for the office alone."""
    return listed(
        "PHỤ LỤC THỐNG KÊ KẾT QUẢ CẢI CÁCH HÀNH CHÍNH CỦA TỈNH QUÝ III/2026",
        ("STT", "Tiêu chí thống kê", "Đơn vị tính", "Kết quả", "Ghi chú"),
        [
            ("I", "CÔNG TÁC CHỈ ĐẠO ĐIỀU HÀNH", "", "", ""),
            ("1", "Kế hoạch cải cách hành chính", "", "Nhóm", ""),
            ("1.1", "Số nhiệm vụ đặt ra trong kế hoạch", "Nhiệm vụ", D, ONE),
            ("1.2", "Số xã, phường đã ban hành kế hoạch", "Đơn vị", D, CY),
            ("2", "Kiểm tra công tác cải cách hành chính", "", "Nhóm", ""),
            ("2.1", "Số sở, ban, ngành đã kiểm tra", "Cơ quan", D, ONE),
            ("2.2", "Số xã, phường đã kiểm tra", "Đơn vị", D, ONE),
            ("2.3", "Số xã, phường tự kiểm tra và có báo cáo", "Đơn vị", D, CY),
            ("3", "Xếp hạng", "", "Nhóm", ""),
            ("3.1", "Số xã, phường xếp loại tốt về chỉ số CCHC", "Đơn vị", D, ONE),
            ("3.2", "Điểm trung bình chỉ số CCHC của các xã, phường", "Điểm", T, ONE),
            ("4", "Tuyên truyền", "", "Nhóm", ""),
            ("4.1", "Số buổi tuyên truyền tại thôn, tổ dân phố", "Buổi", D, SUM),
            ("4.2", "Số tin, bài trên Cổng thông tin điện tử tỉnh", "Tin, bài", D, ONE),
            ("II", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH", "", "", ""),
            ("1", "Số TTHC cấp tỉnh", "Thủ tục", D, ONE),
            ("2", "Số TTHC cấp xã", "Thủ tục", D, SAME),
            ("3", "Số TTHC cấp tỉnh và cấp xã được đơn giản hóa", "Thủ tục", D, ONE),
            ("4", "Tại Trung tâm Phục vụ hành chính công cấp xã", "", "Nhóm", ""),
            ("4.1", "Tổng số hồ sơ tiếp nhận", "Hồ sơ", D, SUM),
            ("4.2", "Số hồ sơ trả kết quả đúng hạn", "Hồ sơ", D, SUM),
            ("4.3", "Tỷ lệ đúng hạn", "%", P, DIV),
            ("5", "Số hồ sơ chứng thực bản sao tại các xã, phường", "Hồ sơ", D, SUM),
            ("III", "TỔ CHỨC BỘ MÁY, CÔNG VỤ", "", "", ""),
            ("1", "Số đơn vị hành chính cấp xã", "Đơn vị", D, "Số đơn vị"),
            ("2", "Số phòng chuyên môn thuộc UBND cấp xã", "Phòng", D, SUM),
            ("3", "Tổng số cán bộ, công chức cấp xã hiện có mặt", "Người", D, SUM),
            ("", "- Cán bộ", "Người", D, SUM),
            ("", "- Công chức", "Người", D, SUM),
            ("4", "Số biên chế cán bộ, công chức cấp xã được giao", "Người", D, ONE),
            ("5", "Số công chức cấp xã được tuyển dụng trong kỳ", "Người", D, ONE),
            ("6", "Số cán bộ, công chức xã, phường được tập huấn", "Người", D, SUM),
            ("7", "Số người hoạt động không chuyên trách ở cấp xã", "Người", D, SUM),
            ("8", "Tỷ lệ công chức cấp xã đạt chuẩn", "%", P, DIV),
            ("9", "Số lãnh đạo sở và UBND cấp xã được điều động", "Người", D, ONE),
            ("10", "Số công chức cấp xã bị kỷ luật", "Người", D, SUM),
            ("IV", "CHÍNH QUYỀN SỐ", "", "", ""),
            ("1", "Số xã, phường sử dụng chữ ký số", "Đơn vị", D, CY),
            ("2", "Tỷ lệ xã, phường sử dụng chữ ký số", "%", P, DIV),
            ("3", "Số tổ công nghệ số cộng đồng ở thôn, khu phố", "Tổ", D, SUM),
            ("4", "Số dịch vụ công trực tuyến toàn trình", "Dịch vụ", D, ONE),
            ("5", "Khó khăn, kiến nghị (nếu có)", "", W, JOIN),
        ],
        "slufn",
    )


def of_a_town() -> Printed:
    """An office and its wards, groups that say whose lines they are, dashed parts."""
    return listed(
        "BIỂU SỐ LIỆU PHỤC VỤ BÁO CÁO CẢI CÁCH HÀNH CHÍNH NĂM 2026",
        ("TT", "Nội dung", "Kết quả thực hiện›Đơn vị tính", "Kết quả thực hiện›Số liệu", "Ghi chú"),
        [
            ("A", "TUYÊN TRUYỀN, DÂN VẬN", "", "", ""),
            ("1", "Số hội nghị tuyên truyền tại các phường", "Hội nghị", D, SUM),
            ("2", "Số người dự hội nghị tuyên truyền tại các phường", "Lượt người", D, SUM),
            ("3", "Số khu phố có bảng tin công khai TTHC", "Khu phố", D, SUM),
            ("4", "Số phường được khen thưởng về cải cách hành chính", "Phường", D, ONE),
            ("B", "TIẾP CÔNG DÂN, KHIẾU NẠI", "", "", ""),
            ("1", "Cấp thành phố", "", "Nhóm", ""),
            ("1.1", "Số lượt tiếp công dân", "Lượt", D, ONE),
            ("1.2", "Số đơn đã giải quyết", "Đơn", D, ONE),
            ("2", "Cấp phường", "", "Nhóm", ""),
            ("2.1", "Số lượt tiếp công dân tại trụ sở", "Lượt", D, SUM),
            ("2.2", "Số đơn thư đã giải quyết xong", "Đơn", D, SUM),
            ("C", "MỘT CỬA", "", "", ""),
            ("1", "Số hồ sơ của thành phố và các phường giải quyết quá hạn", "Hồ sơ", D, ONE),
            ("2", "Hồ sơ của phường", "Hồ sơ", D, SUM),
            ("", "+ Nộp trực tuyến", "Hồ sơ", D, SUM),
            ("", "+ Nộp trực tiếp", "Hồ sơ", D, SUM),
            ("3", "Phường đã niêm yết công khai TTHC", "Có = 1 Không = 0", Y, CY),
            ("4", "Số phường chưa có máy lấy số tự động", "Đơn vị", D, CY),
            ("5", "Số trường hợp đăng ký khai sinh trực tuyến", "Trường hợp", D, SUM),
            ("6", "Mức độ hài lòng", "Điểm", T, ONE),
            ("D", "CÁN BỘ, TÀI CHÍNH", "", "", ""),
            ("1", "Số công chức phường có trình độ đại học trở lên", "Người", D, SUM),
            ("2", "Số chủ tịch phường được bổ nhiệm lại", "Người", D, ONE),
            ("3", "Số công chức phòng ban và phường dự thi nâng ngạch", "Người", D, ONE),
            ("4", "Kinh phí các phường chi cho cải cách hành chính", "Triệu đồng", T, SUM),
            ("5", "Số phường giải ngân trên 90% kế hoạch vốn", "Phường", D, CY),
            ("6", "Phường được thành phố thanh tra trong năm", "Phường", D, ONE),
            ("7", "Hình thức đánh giá cán bộ", "Bỏ phiếu = 1; Họp = 2; Kết hợp = 3", C, ONE),
            ("8", "Số đơn vị sự nghiệp tự bảo đảm chi thường xuyên", "Đơn vị", D, ONE),
        ],
        "slufn",
    )


def of_a_department() -> Printed:
    """Composed after the wordings that are read were settled, and measured as it was first written."""
    return listed(
        "PHỤ LỤC SỐ LIỆU CÁC XÃ, PHƯỜNG VÀ CƠ QUAN CHUYÊN MÔN 9 THÁNG NĂM 2026",
        ("Số TT", "Chỉ tiêu", "Đơn vị tính", "Số liệu"),
        [
            ("I", "Hành chính tư pháp", "", "", ""),
            ("1", "Số trường hợp đăng ký khai tử", "Trường hợp", D, SUM),
            ("2", "Số trường hợp kết hôn có yếu tố nước ngoài", "Trường hợp", D, ONE),
            ("3", "Số xã đạt chuẩn tiếp cận pháp luật", "Xã", D, ONE),
            ("4", "Số vụ việc hòa giải ở cơ sở", "Vụ", D, SUM),
            ("5", "Tỷ lệ hòa giải thành", "%", P, DIV),
            ("6", "Số tổ hòa giải tại các thôn, tổ dân phố", "Tổ", D, SUM),
            ("II", "Thủ tục hành chính", "", "", ""),
            ("1", "Hồ sơ tiếp nhận tại cấp xã", "", "Nhóm", ""),
            ("1.1", "Trực tuyến toàn trình", "Hồ sơ", D, SUM),
            ("1.2", "Trực tuyến một phần", "Hồ sơ", D, SUM),
            ("1.3", "Qua bưu chính", "Hồ sơ", D, SUM),
            ("2", "Hồ sơ tiếp nhận tại các sở", "", "Nhóm", ""),
            ("2.1", "Trực tuyến tại sở", "Hồ sơ", D, ONE),
            ("2.2", "Trực tiếp tại sở", "Hồ sơ", D, ONE),
            ("3", "Số lần UBND cấp xã xin lỗi do trễ hẹn", "Lần", D, SUM),
            ("4", "Số TTHC nội bộ của UBND cấp xã", "Thủ tục", D, SAME),
            ("5", "Số TTHC liên thông giữa sở và UBND cấp xã", "Thủ tục", D, ONE),
            ("6", "Số UBND cấp xã có hồ sơ trễ hẹn", "Đơn vị", D, CY),
            ("III", "Bộ máy và công vụ", "", "", ""),
            ("1", "Số sở, cơ quan ngang sở", "Cơ quan", D, ONE),
            ("2", "Số công chức xã nghỉ việc theo nguyện vọng", "Người", D, SUM),
            ("3", "Số công chức xã được cử đi đào tạo", "Người", D, SUM),
            ("4", "Số viên chức của tỉnh được biệt phái về xã", "Người", D, ONE),
            ("5", "Số đại biểu HĐND xã", "Người", D, SUM),
            ("6", "Số xã đã ban hành quy chế làm việc", "Xã", D, CY),
            ("7", "Số xã được Ban Chỉ đạo kiểm tra đột xuất", "Xã", D, ONE),
            ("8", "Số sáng kiến của cán bộ xã được cấp tỉnh công nhận", "Sáng kiến", D, ONE),
            ("IV", "Tài chính", "", "", ""),
            ("1", "Số thu ngân sách trên địa bàn xã", "Triệu đồng", T, SUM),
            ("2", "Số xã tự cân đối ngân sách", "Xã", D, ONE),
            ("3", "Số cơ quan công khai ngân sách đúng hạn", "Cơ quan", D, ONE),
            ("4", "Số trường học công lập do xã quản lý", "Trường", D, SUM),
        ],
        "sluf",
    )


UNSEEN: dict[str, Callable[[], Printed]] = {"mot_tinh": of_a_province, "mot_thanh_pho": of_a_town,
                                            "mot_so": of_a_department}
