"""The registry of rules: every sort of finding, but those that a form declares and those of the layout decree.

One rule, one place: its code, how grave it is, what it means, and an example of what passes and of what fails; the
checks make their findings with it, and docs/quy_tac.md is printed from it. A new check begins with one entry here.
"""

from __future__ import annotations

from cchc_xl.findings import Rule, Severity
from cchc_xl.structs import Struct

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class Group(Struct, frozen=True):
    """Rules that are printed together."""

    title: str
    rules: tuple[Rule, ...]

CELLS = Group("Cách ghi trong ô", (
    Rule("text_number", INFO, "Số lưu dạng chữ; đã đọc được.", "10248", "10.248 (dạng chữ), 03"),
    Rule("word", INFO, "Câu trả lời ghi bằng chữ; đã đọc được.", "1", "Có"),
    Rule("boolean", INFO, "Ô ghi TRUE/FALSE ở chỉ tiêu có/không; đã đọc được.", "1", "TRUE"),
    Rule("percent_format", INFO, "Ô có định dạng phần trăm ở chỉ tiêu đo bằng %.", "99,95", "99,95%"),
    Rule("percent_text", INFO, "Gõ dấu % sau số ở chỉ tiêu đo bằng %.", "99,95", "99,95 % (dạng chữ)"),
    Rule("tick", WARNING, "Đánh dấu x thay cho 1.", "1", "x"),
    Rule("nothing_word", WARNING, "Ghi “Không”, “-” thay cho 0 hoặc “không phát sinh”.", "0", "Không"),
    Rule("tail", WARNING, "Có chữ đi kèm con số.", "1130", "1.130 phiếu; khoảng 20"),
    Rule("decimal_point", WARNING, "Dùng dấu chấm cho phần thập phân.", "2,42", "2.42 (dạng chữ)"),
    Rule("fraction_of_one", WARNING, "Số từ 0 đến 1 ở chỉ tiêu tính trên 100.", "99,95", "0,9995"),
    Rule("formula_typed", WARNING, "Ô nhập chứa công thức thay cho con số.", "15", "=10+5"),
    Rule("english_thousands", ERROR, "Excel tiếng Anh hiểu dấu chấm hàng nghìn là dấu thập phân.", "10248",
        "10,248 (số lẻ)"),
    Rule("fractional_count", ERROR, "Số lẻ ở chỉ tiêu đếm.", "12", "12,5"),
    Rule("comma_thousands", ERROR, "Dấu phẩy ngăn hàng nghìn trong số dạng chữ.", "10248", "10,248 (dạng chữ)"),
    Rule("spaced_thousands", ERROR, "Dấu cách ngăn hàng nghìn.", "10248", "10 248"),
    Rule("thousands_or_decimal", ERROR, "Không rõ dấu chấm là hàng nghìn hay thập phân.", "10,248",
        "10.248 (dạng chữ) ở chỉ tiêu có phần lẻ"),
    Rule("look_alike", ERROR, "Chữ cái, chữ số rộng thay cho chữ số.", "10248", "1O248"),
    Rule("multiplier", ERROR, "Con số kèm chữ nghìn, triệu, chục.", "12000", "12 nghìn"),
    Rule("number_word", ERROR, "Con số viết bằng chữ.", "3", "ba"),
    Rule("several_numbers", ERROR, "Nhiều số hoặc khoảng số trong một ô.", "12", "10 - 12; 5+3"),
    Rule("stray_mark", ERROR, "Có dấu thừa trước hoặc sau con số.", "12", "12.; (12)"),
    Rule("exponent", ERROR, "Số viết dạng lũy thừa.", "100000", "1E+5"),
    Rule("not_a_number", ERROR, "Chữ không đọc được thành số.", "12", "chờ số liệu"),
    Rule("not_yes_no", ERROR, "Không phải 1 (có) hoặc 0 (không).", "1", "2"),
    Rule("unknown_choice", ERROR, "Không thuộc các mã chọn của chỉ tiêu.", "0; 1; 2", "3"),
    Rule("not_a_ratio", ERROR, "Không có dạng tử số/mẫu số.", "24/24", "24"),
    Rule("ratio_in_count", ERROR, "Dạng a/b ở chỉ tiêu chỉ nhận một con số.", "24", "24/24"),
    Rule("part_over_whole", ERROR, "Tử số lớn hơn mẫu số.", "24/24", "25/24"),
    Rule("percent_in_count", ERROR, "Tỷ lệ phần trăm ở chỉ tiêu đếm.", "12", "12%"),
    Rule("date", ERROR, "Excel đã đổi nội dung gõ thành ngày.", "7/7 (dạng chữ)", "07/7/2024"),
    Rule("time", ERROR, "Excel đã đổi nội dung gõ thành giờ.", "24/24 (dạng chữ)", "24:24:00"),
    Rule("text_boolean", ERROR, "TRUE/FALSE ở chỉ tiêu không phải có/không.", "1", "TRUE"),
    Rule("too_small", ERROR, "Nhỏ hơn mức thấp nhất của chỉ tiêu, kể cả số âm.", "5", "-5"),
    Rule("not_a_day", ERROR, "Ô hỏi ngày ghi ngày/tháng/năm.", "05/4/2026", "tháng 4; 5/4/26"),
    Rule("too_large", ERROR, "Lớn hơn mức cao nhất của chỉ tiêu.", "99,95", "9995"),
    Rule("error_value", ERROR, "Ô báo lỗi của Excel.", "12", "#REF!"),
    Rule("no_result", ERROR, "Công thức chưa có kết quả.", "12", "=A1 (chưa tính)"),
    Rule("legacy_font", ERROR, "Chữ gõ theo bảng mã TCVN3 hoặc VNI.", "Cải cách", "C¶i c¸ch"),
))
"""What the number grammar remarks on."""

REQUIRED = Rule("required", ERROR, "Ô bắt buộc phải có câu trả lời; không có việc thì ghi 0.", "0", "(để trống)")
UNIT_EMPTY = Rule("unit_empty", ERROR, "Đơn vị phải nhập số liệu của mục được giao.", "Phường đã nhập mục III",
    "Phường để trống cả mục III")
SAME_EVERYWHERE = Rule("same_everywhere", ERROR, "Chỉ tiêu dùng chung: các đơn vị phải ghi cùng một số.",
    "145; 145; 145", "145; 154; 145")
HEADING_FILLED = Rule("heading_filled", ERROR, "Dòng tên nhóm không có số liệu.", "II.2 để trống, II.2.1 ghi 8",
    "II.2 ghi 8")
SHIFTED = Rule("shifted", ERROR, "Số nằm ở dòng tên nhóm còn dòng của nó để trống: cả nhóm bị lệch một dòng.",
    "II.2 để trống, II.2.1 ghi 8", "II.2 ghi 8, II.2.1 để trống")
MERGED = Rule("merged", ERROR, "Ô nhập không được gộp: chỉ ô đầu của vùng gộp giữ được số.", "các ô tách riêng",
    "gộp G8:H8")
NOT_ASKED = Rule("not_asked", WARNING, "Đơn vị chỉ nhập chỉ tiêu được giao.", "ô của đơn vị khác để trống",
    "ô không phải nhập có số")
DAY_OUTSIDE = Rule("day_outside", WARNING, "Ngày ghi trong bảng, trong thông tin chung thuộc kỳ báo cáo.",
    "20/3/2026 ở quý II (15/3 – 14/6)",
    "20/3/2025 ở quý II/2026")
ADDED_ALIKE = Rule("added_alike", WARNING,
    "Hai dòng do đơn vị thêm có tên gần giống nhau: hỏi lại xem có phải một việc.", "Tiếp cận thông tin; Thanh tra",
    "Tiếp cận thông tin; Tiếp cân thông tin")
SAME_VALUE = Rule("same_value", WARNING, "Một con số lặp lại ở nhiều dòng liền nhau không liên quan với nhau.",
    "37; 95; 88", "95; 95; 95")
PEER_RATIO = Rule("peer_ratio", WARNING, "So với quy mô của mình, đơn vị không được khác quá xa các đơn vị khác.",
    "200 hồ sơ một cán bộ, các đơn vị khác khoảng 200", "2.000 hồ sơ một cán bộ, các đơn vị khác khoảng 200")
SHARED_DIFFERS = Rule("shared_differs", ERROR,
    "Số chung, chưa phân bổ phải bằng tổng của các đơn vị khi các đơn vị đã nhập đủ.",
    "số chung 34.870, các phường cộng lại 34.870", "số chung 34.870, các phường cộng lại 34.780")
DIGIT_SLIP = Rule("digit_slip", WARNING, "So với kỳ trước, con số thừa hoặc thiếu chữ số (×10, ×100, ×1000).",
    "10.248, kỳ trước 9.870", "102.480, kỳ trước 9.870")
PREVIOUS_RATIO = Rule("previous_ratio", WARNING, "Con số tăng, giảm nhiều lần so với kỳ trước.", "120, kỳ trước 95",
    "400, kỳ trước 95")
PREVIOUS_COPY = Rule("previous_copy", WARNING, "Số liệu của cả mục, của một đơn vị gần như đều trùng kỳ trước.",
    "2 trong 12 số trùng kỳ trước",
    "12 trong 12 số trùng kỳ trước")
PREVIOUS_MORE = Rule("previous_more", WARNING,
    "Kỳ dài hơn không thể có ít hơn kỳ trước nằm trong kỳ đó.", "9 tháng 120, 6 tháng 95",
    "9 tháng 90, 6 tháng 95")
CARRIED_TEXT = Rule("carried", WARNING, "Nội dung, văn bản chép từ kỳ trước phải được xem lại.",
    "kiến nghị của kỳ này", "kiến nghị còn nguyên như kỳ trước")
TEXT_YEAR = Rule("text_year", WARNING, "Nội dung tự viết nói về năm của kỳ này, không phải năm trước đó.",
    "nhiệm vụ đề ra trong năm 2024; so với năm 2023", "nhiệm vụ đề ra trong năm 2023 ở báo cáo năm 2024")
TEXT_LINES = Rule("text_lines", WARNING, "Nội dung ghi mỗi mục một dòng thì số dòng khớp với số liệu đếm các mục đó.",
    "7 nhóm nhiệm vụ; nội dung có 7 dòng", "7 nhóm nhiệm vụ; nội dung có 5 dòng")
TEXT_PLACE = Rule("text_place", WARNING, "Lời và văn bản nói về tỉnh, thành phố và các đơn vị của mình.",
    "tại Bộ phận một cửa của 10 phường", "tại Bộ phận một cửa của 10 phường, thành phố chỉ có 3 phường")
SCORE_OUTSIDE = Rule("score_outside", ERROR, "Điểm của đơn vị phải nằm trong thang điểm.", "78,5 ở thang 0–100",
    "785 ở thang 0–100")
CLASS_COUNT = Rule("class_count", WARNING, "Số đơn vị của mỗi mức phải đúng với điểm từng đơn vị.",
    "3 đơn vị từ 65 đến dưới 80, ghi 3", "3 đơn vị từ 65 đến dưới 80, ghi 4")
NOTE_HINT = Rule("note_hint", WARNING, "Biểu yêu cầu ghi rõ nhưng ghi chú còn nguyên lời hướng dẫn.",
    "Văn bản số 12/KH-UBND ngày 05/3/2024", "Văn bản số ...")
NOTE_HINT_REST = Rule("note_hint_rest", INFO, "Ghi chú còn sót lời hướng dẫn trong ngoặc của biểu.",
    "QĐ số 1348/QĐ-UBND", "QĐ số 1348/QĐ-UBND (nếu không công bố: ghi rõ lý do)")
NOTE_REQUIRED = Rule("note_required", WARNING, "Biểu yêu cầu ghi rõ ở cột Ghi chú.",
    "11 tin, bài; ghi chú nêu thời gian đăng", "11 tin, bài; ghi chú để trống")
NOTE_ITEMS = Rule("note_items", WARNING, "Ghi chú phải liệt kê đủ số mục của số liệu.",
    "3 văn bản; ghi chú liệt kê 3 văn bản", "4 văn bản; ghi chú liệt kê 3 văn bản")
NOTE_SUM = Rule("note_sum", WARNING, "Các số thành phần trong ghi chú phải cộng đúng bằng số liệu.",
    "985; ghi chú 844, 01, 06, 125, 09", "985; ghi chú 844, 01, 06, 125, 08")
NOTE_PART = Rule("note_part", WARNING, "Số thành phần trong ghi chú không lớn hơn số liệu.", "3; trong đó có 01",
    "3; trong đó có 04")
NOTE_RATE = Rule("note_rate", WARNING, "Tỷ lệ, tử số và mẫu số trong ghi chú phải khớp với số liệu.",
    "99,95%; ghi chú 10.243/10.248 hồ sơ", "99,95%; ghi chú 10.234/10.248 hồ sơ")
NOTE_DATE = Rule("note_date", WARNING, "Việc nêu trong ghi chú phải có ngày trong kỳ báo cáo.",
    "ngày đăng 09/4/2024", "ngày đăng 09/4/2020")
LEGACY_FONT = Rule("legacy_text", ERROR, "Chữ gõ theo bảng mã TCVN3 hoặc VNI phải chuyển sang Unicode.",
    "Cải cách hành chính", "C¶i c¸ch hµnh chÝnh")
CITATION_FORM = Rule("citation_form", INFO, "Văn bản được dẫn đúng thể thức.", "Kế hoạch số 25/KH-UBND ngày 25/02/2024",
    "Kế hoạch 25 /KH-UBND, ngày 25/2/2024")
CITATION_DATE = Rule("citation_date", ERROR, "Ngày của văn bản được dẫn phải có thật.", "ngày 28/02/2024",
    "ngày 30/02/2024")
DOCUMENT_DATE = Rule("document_date", ERROR, "Ngày ban hành trong sổ văn bản phải đọc được, dạng ngày/tháng/năm.",
    "05/4/2024", "30/02/2024; 5/4/21")
DOCUMENT_PART = Rule("document_part", WARNING,
    "Dòng đã ghi trong sổ văn bản có đủ loại, số, ngày và cơ quan ban hành.", "Kế hoạch, 05/KH-UBND, 19/01/2024, UBND",
    "Kế hoạch, 05/KH-UBND, để trống ngày")
DOCUMENT_PERIOD = Rule("document_period", WARNING,
    "Văn bản của năm báo cáo có ngày trong năm đó, không sau ngày cuối kỳ, không phải văn bản của năm trước.",
    "19/01/2024", "19/01/2012; kế hoạch năm 2023 trong báo cáo năm 2024")
DOCUMENT_ORDER = Rule("document_order", WARNING,
    "Văn bản cùng cơ quan, cùng loại, cùng năm: số lớn hơn thì ngày không sớm hơn.",
    "05/KH-UBND ngày 19/01, 06/KH-UBND ngày 20/01", "05/KH-UBND ngày 21/01, 06/KH-UBND ngày 20/01")
DOCUMENT_TWICE = Rule("document_twice", WARNING, "Một số văn bản chỉ có một ngày ban hành, một trích yếu.",
    "05/KH-UBND ngày 19/01", "05/KH-UBND ngày 19/01 và 05/KH-UBND ngày 20/01")

GENERAL = Group("Quy tắc chung", (
    REQUIRED, UNIT_EMPTY, SAME_EVERYWHERE, HEADING_FILLED, SHIFTED, MERGED, NOT_ASKED, DAY_OUTSIDE, ADDED_ALIKE,
    SAME_VALUE, PEER_RATIO, SHARED_DIFFERS, DIGIT_SLIP, PREVIOUS_RATIO, PREVIOUS_COPY, PREVIOUS_MORE, CARRIED_TEXT,
    TEXT_YEAR, TEXT_LINES, TEXT_PLACE, SCORE_OUTSIDE, CLASS_COUNT, NOTE_HINT, NOTE_HINT_REST, NOTE_REQUIRED,
    NOTE_ITEMS, NOTE_SUM, NOTE_PART, NOTE_RATE, NOTE_DATE, LEGACY_FONT, CITATION_FORM, CITATION_DATE, DOCUMENT_DATE,
    DOCUMENT_PART, DOCUMENT_PERIOD, DOCUMENT_ORDER, DOCUMENT_TWICE,
))
"""What is asked of every figure, note and document, whatever the form declares."""

FORMULA_OVERWRITTEN = Rule("formula_overwritten", ERROR,
    "Cột Số liệu chỉ chứa công thức của sổ, không gõ số lên trên, không sửa công thức.", "công thức cộng các đơn vị",
    "gõ 34.870 lên công thức")
SHEET_MISSING = Rule("sheet_missing", ERROR, "Các trang tính của sổ giữ nguyên tên, không xóa.", "trang tính III",
    "đổi tên thành Mục 3")
SHEET_COPIED = Rule("sheet_copied", ERROR, "Mỗi mục có một trang tính; số nhập ở bản chép thêm không được tính.",
    "trang tính III", "thêm trang tính III (2) và nhập số ở đó")
SHEET_FOREIGN = Rule("sheet_foreign", INFO, "Số ở trang tính không thuộc sổ không được tính.", "các trang tính của sổ",
    "trang tính Nháp có số")
HEADER_MISSING = Rule("header_missing", ERROR, "Dòng tiêu đề của trang tính giữ nguyên.", "dòng Mã, STT, Chỉ tiêu, …",
    "xóa dòng tiêu đề")
ROW_MISSING = Rule("row_missing", ERROR, "Mỗi chỉ tiêu có dòng của mình, nhận ra bằng mã ở cột A ẩn.", "dòng III.6.1",
    "xóa dòng III.6.1")
ROW_TWICE = Rule("row_twice", ERROR, "Mỗi chỉ tiêu chỉ có một dòng.", "một dòng III.6.1",
    "chép dòng III.6.1 thành hai dòng")
ROW_UNKNOWN = Rule("row_unknown", ERROR, "Dòng chèn thêm không có mã nên số ở đó không được tính.",
    "các dòng của biểu", "chèn một dòng và nhập số")
ROW_MOVED = Rule("row_moved", INFO, "Các dòng giữ đúng thứ tự của biểu.", "III.6.1, III.6.2",
    "III.6.2 đứng trước III.6.1")
ROW_PASTED = Rule("row_pasted", ERROR, "Tên ở mỗi dòng phải đúng với mã ẩn của dòng.", "mã III.2.1, tên của III.2.1",
    "mã III.2.1, tên của III.2.2")
LABEL_CHANGED = Rule("label_changed", WARNING, "Tên chỉ tiêu giữ nguyên như biểu.", "Số hồ sơ tiếp nhận",
    "sửa thành Số hồ sơ trễ hẹn")
COLUMN_MISSING = Rule(
    "column_missing",
    ERROR,
    "Mỗi đơn vị có cột mang đúng tên như ở trang tính Đơn vị.",
    "cột Phường A",
    "đổi tên cột Phường A thành PA",
)
COLUMN_TWICE = Rule("column_twice", ERROR, "Mỗi đơn vị chỉ có một cột.", "một cột Phường A", "hai cột Phường A")
COLUMN_UNKNOWN = Rule("column_unknown", INFO, "Cột thêm vào không được tính.", "các cột của biểu", "thêm cột Tổng cộng")
COLUMN_NUMBERS = Rule("column_numbers", ERROR, "Số nhập ở cột không thuộc biểu không được tính.",
    "số ở cột của đơn vị", "thêm cột Phường B và nhập số")
NUMBER_OUTSIDE = Rule("number_outside", WARNING, "Số nhập ngoài các ô nhập không được tính.", "số ở ô nhập",
    "gõ 12 bên dưới biểu")
UNIT_TWICE = Rule("unit_twice", ERROR, "Mỗi đơn vị chỉ có một dòng ở trang tính Đơn vị.", "một dòng Phường A",
    "hai dòng Phường A")
UNIT_MISSING = Rule("unit_missing", ERROR, "Đơn vị có cột nhập phải có dòng của mình ở trang tính Đơn vị.",
    "dòng Phường A", "xóa dòng Phường A, hoặc sửa mã ẩn của dòng")
UNIT_NAMES = Rule(
    "unit_names",
    ERROR,
    "Tên ở trang tính Đơn vị đứng đúng dòng của đơn vị mang tên đó.",
    "các dòng của sổ",
    "đổi chỗ tên Phường A và Phường B, không đổi mã ẩn",
)
UNIT_LINE = Rule("unit_line", ERROR, "Mỗi dòng ở trang tính Đơn vị có đủ tên, mã ẩn và loại ẩn.", "các dòng của sổ",
    "gõ thêm tên Phường B")

BOOK = Group("Quy tắc về sổ: trang tính, dòng, cột, công thức", (
    FORMULA_OVERWRITTEN, SHEET_MISSING, SHEET_COPIED, SHEET_FOREIGN, HEADER_MISSING, ROW_MISSING, ROW_TWICE,
    ROW_UNKNOWN, ROW_MOVED, ROW_PASTED, LABEL_CHANGED, COLUMN_MISSING, COLUMN_TWICE, COLUMN_UNKNOWN, COLUMN_NUMBERS,
    NUMBER_OUTSIDE, UNIT_TWICE, UNIT_MISSING, UNIT_NAMES, UNIT_LINE,
))
"""What somebody has done to the workbook itself."""

LAYOUT_CODES = frozenset(rule.code for rule in BOOK.rules)

ROW_NOT_ASKED = Rule("row_not_asked", WARNING, "Biểu mẫu chỉ có các dòng đơn vị báo cáo; dòng khác không được lấy.",
    "các dòng của biểu mẫu", "dòng mang mã của đơn vị khác")
TYPED_BESIDE = Rule("typed_beside", WARNING, "Số nhập ngoài các ô nhập của biểu mẫu không được lấy.", "số ở ô nhập",
    "chèn một dòng “Trong đó” và nhập 900")
RATE_OVERTYPED = Rule("rate_overtyped", WARNING, "Ô tỷ lệ tự tính không gõ số lên trên.", "công thức",
    "gõ 98,5 lên tỷ lệ tính ra 100")
SUM_OVERTYPED = Rule("sum_overtyped", ERROR, "Ô tự tính của bảng nhiều cột đúng bằng các ô nó cộng.",
    "(3) 1.102 = (4) 1.030 + (5) 60 + (6) 12", "gõ 1.100 lên (3)")
ADDED_NAMELESS = Rule("added_nameless", ERROR, "Dòng đơn vị tự thêm phải có tên.", "Tiếp cận thông tin | 12 | 3",
    "(trống) | 12 | 3")
ADDED_TWICE = Rule("added_twice", ERROR, "Dòng đơn vị tự thêm chưa có trong bảng.", "Tiếp cận thông tin",
    "thêm “Hộ tịch” khi bảng đã có dòng Hộ tịch")
ADDED_GONE = Rule("added_gone", WARNING, "Dòng đơn vị đã tự thêm lần trước vẫn còn ở lần nộp sau.",
    "lần 2 còn “Tiếp cận thông tin”", "lần 2 không còn “Tiếp cận thông tin”")
COMMENT = Rule("comment", INFO, "Nhận xét ở ô của biểu mẫu được chuyển cho người nhận.", "(không có nhận xét)",
    "nhận xét “đã trừ hồ sơ rút”")
ROW_RELABELLED = Rule("row_relabelled", ERROR, "Trong biểu mẫu, tên chỉ tiêu của dòng giữ nguyên.",
    "Số hồ sơ tiếp nhận", "sửa thành Số hồ sơ trễ hẹn")
OTHER_VERSION = Rule("other_version", WARNING, "Biểu mẫu cùng phiên bản với sổ.", "biểu mẫu phát cùng sổ",
    "biểu mẫu của phiên bản trước")
VERSION_ROW = Rule("version_row", WARNING, "Dòng của biểu mẫu khác phiên bản thiếu hoặc khác tên so với sổ.",
    "dòng III.6.1 như ở sổ", "biểu mẫu phiên bản trước chưa có dòng III.6.11")
OTHER_UNIT = Rule("other_unit", ERROR, "Tên tệp, đầu biểu và bên trong biểu mẫu là của cùng một đơn vị.",
    "đầu biểu ghi Phường A, biểu mẫu của Phường A", "đầu biểu ghi Phường B, biểu mẫu của Phường A")
KNOWN_BY_HEAD = Rule("known_by_head", WARNING, "Biểu mẫu còn phần nhận dạng ẩn của nó.", "tệp do sổ phát ra",
    "trang tính chép sang tệp khác")
FORM_MERGED = Rule("merged_cells", ERROR, "Ô số liệu của biểu mẫu không bị gộp (Merge).", "mỗi dòng một ô",
    "gộp E17:E18, chỉ còn một số cho hai dòng")
SHEET_RENAMED = Rule("sheet_renamed", INFO, "Trang tính của biểu mẫu giữ nguyên tên; đổi tên vẫn đọc được theo mã.",
    "trang tính III", "đổi tên thành Mục 3")
DAY_IN_COUNT = Rule("day_in_count", WARNING, "Ô đếm có thể đã bị Excel đổi từ ngày hoặc phân số.", "12",
    "45480 (ngày 07/7/2024)")
FORMULA_LIKE = Rule("formula_like", INFO, "Chữ bắt đầu bằng dấu như công thức được giữ là chữ.", "Theo kế hoạch",
    "=Theo kế hoạch")
SAME_AS_OTHER_UNIT = Rule("same_as_other_unit", WARNING,
    "Hai đơn vị không có số liệu giống hệt nhau ở mọi ô, hay ở mọi dòng của một cột trong bảng.",
    "hai phường khác số", "hai phường cùng số ở mọi ô")
NOT_TAKEN = Rule("not_taken", ERROR, "Biểu mẫu chưa được nhận vào sổ vì cần người quyết định.",
    "một tệp của mỗi đơn vị", "hai tệp khác nhau của một đơn vị")

FORMS = Group("Biểu mẫu đơn vị nộp", (
    ROW_NOT_ASKED, TYPED_BESIDE, RATE_OVERTYPED, SUM_OVERTYPED, ADDED_NAMELESS, ADDED_TWICE,
    ADDED_GONE, COMMENT,
    ROW_RELABELLED, OTHER_VERSION, VERSION_ROW, OTHER_UNIT, KNOWN_BY_HEAD, FORM_MERGED, SHEET_RENAMED, DAY_IN_COUNT,
    FORMULA_LIKE, SAME_AS_OTHER_UNIT, NOT_TAKEN,
))
"""What has been done to a unit's form besides filling it."""

NEW_COPY = "Chép số liệu sang một bản biểu mẫu mới rồi gửi lại."
UNSAFE = "Tệp có cấu trúc bất thường, không an toàn."
ASK_SENDER = "Không mở tệp này; hỏi lại người gửi."

FILES = Group("Tệp không nhận", (
    Rule("suffix", ERROR, "Tệp đuôi “{}” không phải bảng tính.", remedy="Gửi lại biểu mẫu dạng .xlsx."),
    Rule("scan", ERROR, "Đây là bản quét hoặc ảnh (“{}”), không có số để nhận.",
        remedy="Xin đơn vị gửi tệp Excel của biểu mẫu; bản quét có chữ ký thì lưu hồ sơ."),
    Rule("document", ERROR, "Đây là văn bản Word (“{}”), không phải biểu mẫu.",
        remedy="Xin đơn vị gửi tệp Excel của biểu mẫu; báo cáo Word thì dùng Đối chiếu."),
    Rule("archive", ERROR, "Đây là tệp nén (“{}”) không mở được ở đây.",
        remedy="Giải nén ra thư mục rồi nhận thư mục đó."),
    Rule("empty_archive", ERROR, "Tệp nén không có bảng tính nào.", remedy="Hỏi lại người gửi."),
    Rule("empty", ERROR, "Tệp không có nội dung.", remedy="Lấy lại tệp gốc và gửi lại."),
    Rule("not_a_workbook", ERROR, "Nội dung không phải bảng tính.", remedy="Gửi lại đúng tệp biểu mẫu, dạng .xlsx."),
    Rule("wrong_suffix", ERROR, "Nội dung không khớp với đuôi “{}”.",
        remedy="Mở bằng Excel hoặc LibreOffice, lưu lại dạng .xlsx."),
    Rule("encrypted", ERROR, "Tệp có mật khẩu mở.",
        remedy="Bỏ mật khẩu (Tệp › Thông tin › Bảo vệ sổ tính) rồi gửi lại."),
    Rule("damaged", ERROR, "Tệp hỏng, không đọc được.", remedy="Mở bằng Excel để sửa, lưu lại, hoặc gửi lại bản gốc."),
    Rule("too_many_members", ERROR, UNSAFE, remedy=ASK_SENDER),
    Rule("same_member_twice", ERROR, UNSAFE, remedy=ASK_SENDER),
    Rule("too_large_unpacked", ERROR, "Tệp quá lớn với một biểu mẫu.", remedy=NEW_COPY),
    Rule("bomb", ERROR, UNSAFE, remedy=ASK_SENDER),
    Rule("path_outside", ERROR, UNSAFE, remedy=ASK_SENDER),
    Rule("doctype", ERROR, UNSAFE, remedy=ASK_SENDER),
    Rule("deep_xml", ERROR, UNSAFE, remedy=ASK_SENDER),
    Rule("unsure", ERROR, "Không phân biệt chắc được ô báo lỗi với ô trống trong tệp dạng {} này.",
        remedy="Mở bằng Excel hoặc LibreOffice, lưu lại dạng .xlsx rồi gửi lại."),
    Rule("too_far", ERROR, "Có ô ghi ở tận {}, ngoài phạm vi biểu mẫu.", remedy=NEW_COPY),
    Rule("too_many_sheets", ERROR, "Tệp có {} trang tính, quá nhiều với một biểu mẫu.", remedy=NEW_COPY),
    Rule("too_heavy", ERROR, "Tệp nặng {} MB, quá lớn với một biểu mẫu.", remedy=NEW_COPY),
    Rule("link", ERROR, "Đây là một liên kết, không phải tệp.", remedy="Chép tệp thật vào thư mục rồi chạy lại."),
    Rule("not_a_file", ERROR, "Đây không phải tệp thường.", remedy="Bỏ mục này khỏi thư mục."),
    Rule("unreadable", ERROR, "Không mở được tệp ({}).",
        remedy="Đóng tệp ở chương trình khác, kiểm tra quyền đọc, rồi chạy lại."),
    Rule("too_much_memory", ERROR, "Đọc tệp cần quá nhiều bộ nhớ.", remedy=NEW_COPY),
    Rule("too_slow", ERROR, "Đọc tệp quá lâu, đã dừng.", remedy=NEW_COPY),
    Rule("reader_died", ERROR, "Đọc tệp vượt giới hạn bộ nhớ hoặc thời gian, đã dừng.", remedy=NEW_COPY),
    Rule("not_a_form", ERROR, "Tệp không phải biểu mẫu do sổ phát ra.", remedy="Gửi lại biểu mẫu đã điền."),
    Rule("other_period", ERROR, "Biểu mẫu của kỳ khác hoặc của mẫu báo cáo khác.",
        remedy="Gửi biểu mẫu đúng kỳ, hoặc nhận vào sổ của kỳ kia."),
    Rule("unknown_unit", ERROR, "Đơn vị không có trong danh sách của kỳ này.",
        remedy="Bổ sung vào danh sách đơn vị, hoặc trả lại tệp cho người gửi."),
))
"""Why a file from outside is not read. `{}` stands for what was found."""

NOTICES = Group("Tệp nhận được, bỏ lại một phần", (
    Rule("file_macro", INFO, "Tệp có macro; không chạy, chỉ lấy số liệu và ghi chú."),
    Rule("file_external_link", INFO, "Tệp có liên kết ra ngoài; không mở, chỉ lấy số liệu và ghi chú."),
    Rule("file_dde", WARNING, "Tệp có liên kết gọi chương trình khác trên máy; không mở. Hỏi lại người gửi."),
    Rule("file_embedded", INFO, "Tệp có đối tượng nhúng; không mở, chỉ lấy số liệu và ghi chú."),
    Rule("file_long_text", WARNING, "Có ô dài hơn 2.000 ký tự; đã cắt bớt. Rút gọn rồi gửi lại nếu cần đủ."),
    Rule("list_kept", INFO, "Danh mục (mỗi dòng một việc của một đơn vị): tổng hợp nhiều đơn vị chỉ lấy dòng cộng."),
    Rule("file_control", INFO, "Có ký tự điều khiển không in được; đã bỏ."),
))
"""What was left out of a file from outside."""

REPORT_PERIOD = Rule("report_period", WARNING, "Báo cáo được đối chiếu với sổ của đúng kỳ.",
    "báo cáo năm 2025, sổ của năm 2025", "báo cáo quý II, sổ của năm 2025",
    remedy="Chọn sổ của đúng kỳ báo cáo rồi đối chiếu lại")
REPORT_FIGURE = Rule("report_figure", ERROR, "Số trong báo cáo đúng với sổ.", "10.248 như trong sổ",
    "10.122, sổ ghi 10.248", remedy="Sửa câu theo sổ, hoặc sửa ô trong sổ nếu sổ sai")
REPORT_UNIT = Rule("report_unit", WARNING, "Đơn vị tính sau con số đúng với chỉ tiêu.", "10.248 hồ sơ",
    "10.248 thủ tục", remedy="Xem lại đơn vị tính của con số")
REPORT_WORDING = Rule("report_wording", ERROR, "Lời văn quanh con số nói đúng việc mà mẫu nói.",
    "giải quyết đúng hạn 34.870 hồ sơ", "giải quyết quá hạn 34.870 hồ sơ", remedy="Sửa lời văn theo mẫu của sổ")
REPORT_REWORDED = Rule("report_reworded", INFO, "Câu có số liệu giữ nguyên lời văn của mẫu.", "giao 95 biên chế",
    "phân bổ 95 biên chế", remedy="Lời văn khác mẫu; xem lại còn đúng ý không")
REPORT_POINTS = Rule("report_percentage_points", INFO, "Hiệu của hai tỷ lệ viết là “điểm %”.", "tăng 14,55 điểm %",
    "tăng 14,55%", remedy="Hiệu của hai tỷ lệ viết là “điểm %”")
REPORT_REPEATED = Rule("report_repeated", ERROR, "Một số liệu viết cùng một số ở mọi chỗ.", "10.248 ở cả hai mục",
    "10.248 ở một mục, 10.122 ở mục khác", remedy="Viết cùng một số ở mọi chỗ nêu số liệu này")
REPORT_APPENDIX = Rule("report_appendix", ERROR, "Số trong lời văn đúng với số trong phụ lục.",
    "lời văn và phụ lục cùng 10.248", "lời văn 10.122, phụ lục 10.248",
    remedy="Viết cùng một số trong lời văn và trong phụ lục")
APPENDIX_FIGURE = Rule("appendix_figure", ERROR, "Số trong phụ lục đúng với sổ.", "10.248 như trong sổ",
    "10.122, sổ ghi 10.248", remedy="Sửa dòng phụ lục theo sổ, hoặc sửa ô trong sổ nếu sổ sai")
REPORT_RATE = Rule("report_rate", ERROR, "Tỷ lệ trong câu đúng với tử số và mẫu số.", "21/23, đạt 91,3%",
    "21/23, đạt 93,1%", remedy="Tính lại tỷ lệ từ tử số và mẫu số trong câu")
REPORT_SUM = Rule("report_sum", ERROR, "Tổng trong câu bằng các số thành phần.", "5 (3 phòng, 2 phường)",
    "6 (3 phòng, 2 phường)", remedy="Xem lại tổng và từng số thành phần")
REPORT_LIST = Rule("report_list", WARNING, "Số mục kể ra đúng với con số đứng trước.", "02 văn bản: A; B",
    "03 văn bản: A; B", remedy="Đếm lại các mục đã kể, hoặc sửa con số đứng trước")
REPORT_DATE = Rule("report_date", ERROR, "Ngày trong báo cáo phải có thật.", "28/02/2024", "30/02/2024",
    remedy="Sửa lại ngày")
REPORT_CITATION = Rule("report_citation", WARNING, "Văn bản được dẫn đúng số, ngày như trong sổ văn bản.",
    "05/KH-UBND ngày 19/01/2024", "05/KH-UBND ngày 29/01/2024", remedy="Đối chiếu với văn bản gốc")
REPORT_SPELLING = Rule("report_citation_form", INFO, "Văn bản được dẫn viết đúng thể thức.",
    "Kế hoạch số 25/KH-UBND ngày 25/02/2024", "Kế hoạch 25 /KH-UBND, ngày 25/02/2024",
    remedy="Viết theo mẫu: tên loại, “số”, số và ký hiệu liền nhau, rồi “ngày” không có dấu phẩy")

REPORT = Group("Đối chiếu báo cáo với sổ", (
    REPORT_PERIOD, REPORT_FIGURE, REPORT_UNIT, REPORT_WORDING, REPORT_REWORDED, REPORT_POINTS, REPORT_REPEATED,
    REPORT_APPENDIX, APPENDIX_FIGURE,
    REPORT_RATE, REPORT_SUM, REPORT_LIST, REPORT_DATE, REPORT_CITATION, REPORT_SPELLING,
))
"""What comparing a written report with the workbook shows."""

WRONG_NAME = Rule("mau.ten", ERROR, "Tên trong thẻ của mẫu Word phải có trong biểu mẫu.", "{{ ho_so_huyen_tiep_nhan }}",
    "{{ ho_so_huyen_tiep_nhn }}")
WRONG_TAG = Rule("mau.the", ERROR, "Thẻ trong mẫu Word viết đủ, đóng mở đúng cặp.", "{% if x > 0 %} … {% endif %}",
    "{% if x > 0 %} …")
WRONG_FILTER = Rule("mau.bo_loc", ERROR, "Cách viết số trong thẻ phải là cách có sẵn.", "{{ x|dem }}",
    "{{ x|deem }}")

TEMPLATE = Group("Mẫu Word", (
    WRONG_NAME, WRONG_TAG, WRONG_FILTER,
))
"""Mistakes in a Word template."""

ALREADY_COUNTED = Rule("already_counted", WARNING, "Đơn vị đã nằm trong một kết quả tổng hợp không cộng lần nữa.",
    "biểu mẫu của phường chưa tổng hợp", "biểu mẫu của phường đã có trong kết quả")
OVERLAP = Rule("overlap", ERROR, "Hai kết quả tổng hợp không có chung đơn vị.", "hai kết quả của hai thành phố",
    "hai kết quả cùng có Phường A")
OLDER = Rule("older", INFO, "Chỉ tính biểu mẫu của lần nộp mới nhất.", "tệp lần 2", "tệp lần 1 khi đã có lần 2")
CONFLICT = Rule("conflict", ERROR, "Một đơn vị chỉ có một số liệu cho mỗi lần nộp.", "một tệp lần 2",
    "hai tệp lần 2 khác nhau")

COUNTRY = Group("Tổng hợp nhiều đơn vị", (
    ALREADY_COUNTED, OVERLAP, OLDER, CONFLICT,
))
"""Which of several files speaks for a unit."""

GROUPS = (CELLS, GENERAL, BOOK, FORMS, FILES, NOTICES, REPORT, TEMPLATE, COUNTRY)

RULES: dict[str, Rule] = {rule.code: rule for group in GROUPS for rule in group.rules}
"""Every rule by its code."""
