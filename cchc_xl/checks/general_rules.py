"""The general rules: what is asked of every figure, note or document, whatever the form declares.

Each is one entry with its severity, its meaning and an example of what passes and what fails: the rule catalogue is
printed from these entries, and the checks make their findings with them.
"""

from __future__ import annotations

from cchc_xl.findings import Finding, Severity
from cchc_xl.structs import Struct
from cchc_xl.values import Address

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class GeneralRule(Struct, frozen=True):
    """A rule that needs no declaration."""

    code: str
    severity: Severity
    meaning: str
    passes: str
    fails: str

    def finding(
        self, message: str, cells: tuple[Address, ...], unit: str = "", indicator: str = "", suggestion: str = ""
    ) -> Finding:
        """A finding of this rule."""
        return Finding(self.code, self.severity, unit, indicator, cells, message, suggestion)


REQUIRED = GeneralRule(
    "required", ERROR, "Ô bắt buộc phải có câu trả lời; không có việc thì ghi 0.", "0", "(để trống)")
UNIT_EMPTY = GeneralRule(
    "unit_empty", ERROR, "Đơn vị phải nhập số liệu của mục được giao.", "Phường đã nhập mục III",
    "Phường để trống cả mục III")
SAME_EVERYWHERE = GeneralRule(
    "same_everywhere", ERROR, "Chỉ tiêu dùng chung: các đơn vị phải ghi cùng một số.", "145; 145; 145", "145; 154; 145")
HEADING_FILLED = GeneralRule(
    "heading_filled", ERROR, "Dòng tên nhóm không có số liệu.", "II.2 để trống, II.2.1 ghi 8", "II.2 ghi 8")
SHIFTED = GeneralRule(
    "shifted", ERROR, "Số nằm ở dòng tên nhóm còn dòng của nó để trống: cả nhóm bị lệch một dòng.",
    "II.2 để trống, II.2.1 ghi 8", "II.2 ghi 8, II.2.1 để trống")
MERGED = GeneralRule(
    "merged", ERROR, "Ô nhập không được gộp: chỉ ô đầu của vùng gộp giữ được số.", "các ô tách riêng", "gộp G8:H8")
NOT_ASKED = GeneralRule(
    "not_asked", WARNING, "Đơn vị chỉ nhập chỉ tiêu được giao.", "ô của đơn vị khác để trống",
    "ô không phải nhập có số")
SAME_VALUE = GeneralRule(
    "same_value", WARNING, "Một con số lặp lại ở nhiều dòng liền nhau không liên quan với nhau.", "37; 95; 88",
    "95; 95; 95")
PEER_RATIO = GeneralRule(
    "peer_ratio", WARNING, "So với quy mô của mình, đơn vị không được khác quá xa các đơn vị khác.",
    "200 hồ sơ một cán bộ, các đơn vị khác khoảng 200",
    "2.000 hồ sơ một cán bộ, các đơn vị khác khoảng 200")
SHARED_DIFFERS = GeneralRule(
    "shared_differs", ERROR, "Số chung, chưa phân bổ phải bằng tổng của các đơn vị khi các đơn vị đã nhập đủ.",
    "số chung 34.870, các phường cộng lại 34.870", "số chung 34.870, các phường cộng lại 34.780")
DIGIT_SLIP = GeneralRule(
    "digit_slip", WARNING, "So với kỳ trước, con số thừa hoặc thiếu chữ số (×10, ×100, ×1000).",
    "10.248, kỳ trước 9.870", "102.480, kỳ trước 9.870")
PREVIOUS_RATIO = GeneralRule(
    "previous_ratio", WARNING, "Con số tăng, giảm nhiều lần so với kỳ trước.", "120, kỳ trước 95", "400, kỳ trước 95")
PREVIOUS_COPY = GeneralRule(
    "previous_copy", WARNING, "Số liệu của cả mục trùng với kỳ trước.", "2 trong 12 số trùng kỳ trước",
    "12 trong 12 số trùng kỳ trước")
NOTE_HINT = GeneralRule(
    "note_hint", WARNING, "Biểu yêu cầu ghi rõ nhưng ghi chú còn nguyên lời hướng dẫn.",
    "Văn bản số 12/KH-UBND ngày 05/3/2024",
    "Văn bản số ...")
NOTE_REQUIRED = GeneralRule(
    "note_required", WARNING, "Biểu yêu cầu ghi rõ ở cột Ghi chú.", "11 tin, bài; ghi chú nêu thời gian đăng",
    "11 tin, bài; ghi chú để trống")
NOTE_HINT_REST = GeneralRule(
    "note_hint_rest", INFO, "Ghi chú còn sót lời hướng dẫn trong ngoặc của biểu.", "QĐ số 1348/QĐ-UBND",
    "QĐ số 1348/QĐ-UBND (nếu không công bố: ghi rõ lý do)")
NOTE_ITEMS = GeneralRule(
    "note_items", WARNING, "Ghi chú phải liệt kê đủ số mục của số liệu.",
    "3 văn bản; ghi chú liệt kê 3 văn bản",
    "4 văn bản; ghi chú liệt kê 3 văn bản")
NOTE_SUM = GeneralRule(
    "note_sum", WARNING, "Các số thành phần trong ghi chú phải cộng đúng bằng số liệu.",
    "985; ghi chú 844, 01, 06, 125, 09",
    "985; ghi chú 844, 01, 06, 125, 08")
NOTE_PART = GeneralRule(
    "note_part", WARNING, "Số thành phần trong ghi chú không lớn hơn số liệu.", "3; trong đó có 01",
    "3; trong đó có 04")
NOTE_RATE = GeneralRule(
    "note_rate", WARNING, "Tỷ lệ, tử số và mẫu số trong ghi chú phải khớp với số liệu.",
    "99,95%; ghi chú 10.243/10.248 hồ sơ", "99,95%; ghi chú 10.234/10.248 hồ sơ")
NOTE_DATE = GeneralRule(
    "note_date", WARNING, "Việc liệt kê trong ghi chú phải có ngày trong kỳ báo cáo.", "ngày đăng 09/4/2024",
    "ngày đăng 09/4/2020")
LEGACY_FONT = GeneralRule(
    "legacy_text", ERROR, "Chữ gõ theo bảng mã TCVN3 hoặc VNI phải chuyển sang Unicode.", "Cải cách hành chính",
    "C¶i c¸ch hµnh chÝnh")
CITATION_FORM = GeneralRule(
    "citation_form", INFO, "Văn bản được dẫn đúng thể thức.", "Kế hoạch số 25/KH-UBND ngày 25/02/2024",
    "Kế hoạch 25 /KH-UBND, ngày 25/2/2024")
CITATION_DATE = GeneralRule(
    "citation_date", ERROR, "Ngày của văn bản được dẫn phải có thật.", "ngày 28/02/2024", "ngày 30/02/2024")
DOCUMENT_DATE = GeneralRule(
    "document_date", ERROR, "Ngày ban hành trong sổ văn bản phải đọc được, dạng ngày/tháng/năm.", "05/4/2024",
    "30/02/2024; 5/4/21")
DOCUMENT_PERIOD = GeneralRule(
    "document_period", WARNING, "Văn bản ban hành trong kỳ phải có ngày trong kỳ báo cáo.", "19/01/2024", "19/01/2012")
DOCUMENT_ORDER = GeneralRule(
    "document_order", WARNING, "Văn bản cùng cơ quan, cùng loại, cùng năm: số lớn hơn thì ngày không sớm hơn.",
    "05/KH-UBND ngày 19/01, 06/KH-UBND ngày 20/01", "05/KH-UBND ngày 21/01, 06/KH-UBND ngày 20/01")
DOCUMENT_TWICE = GeneralRule(
    "document_twice", WARNING, "Một số văn bản chỉ có một ngày ban hành.", "05/KH-UBND ngày 19/01",
    "05/KH-UBND ngày 19/01 và 05/KH-UBND ngày 20/01")

SCORE_OUTSIDE = GeneralRule(
    "score_outside", ERROR, "Điểm của đơn vị phải nằm trong thang điểm.", "78,5 ở thang 0–100", "785 ở thang 0–100")
CLASS_COUNT = GeneralRule(
    "class_count", WARNING, "Số đơn vị của mỗi mức phải đúng với điểm từng đơn vị.",
    "3 đơn vị từ 65 đến dưới 80, ghi 3", "3 đơn vị từ 65 đến dưới 80, ghi 4")

GENERAL_RULES: tuple[GeneralRule, ...] = (
    REQUIRED, UNIT_EMPTY, SAME_EVERYWHERE, HEADING_FILLED, SHIFTED, MERGED, NOT_ASKED,
    SHARED_DIFFERS, SAME_VALUE, PEER_RATIO, DIGIT_SLIP, PREVIOUS_RATIO, PREVIOUS_COPY,
    SCORE_OUTSIDE, CLASS_COUNT,
    NOTE_HINT, NOTE_HINT_REST, NOTE_REQUIRED, NOTE_ITEMS, NOTE_SUM, NOTE_PART, NOTE_RATE, NOTE_DATE,
    LEGACY_FONT, CITATION_FORM, CITATION_DATE, DOCUMENT_DATE, DOCUMENT_PERIOD, DOCUMENT_ORDER, DOCUMENT_TWICE,
)
