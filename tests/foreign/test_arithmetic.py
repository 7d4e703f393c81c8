"""The arithmetic of any text, without a template or figures: what it states is recomputed, nothing else is accused."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from report_sample import ROOT, TEMPLATE, sample

from cchc_xl.figures import Content, total
from cchc_xl.reconcile.comparison import Audit, Auditor
from cchc_xl.reconcile.reconcile_rules import RATE, SUM
from cchc_xl.reconcile.written_forms import other_period
from cchc_xl.word.document_text import WordDocument


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    """Holds texts against a workbook without any figure."""
    form = sample().form
    return Auditor(TEMPLATE, Content(form, {}), total(form, {}))


def audited(auditor: Auditor, *lines: str) -> Audit:
    return auditor.audit(WordDocument(Path("bai.txt"), list(lines), list(range(len(lines)))))


RIGHT = [
    "Toàn huyện có 2.211 trẻ; đã huy động ra lớp 267 trẻ, đạt 12,08%; chưa ra lớp 1.944 trẻ, chiếm 87,9%.",
    "Tổng kế hoạch vốn được giao là 198 triệu đồng. Đến nay đã giải ngân 108 triệu đồng, đạt 54,55% kế hoạch; số vốn "
    "chưa giải ngân là 90 triệu đồng, bằng 45,45% kế hoạch.",
    "Tháng trước xử phạt 814 trường hợp, tháng này xử phạt 275 trường hợp, cộng hai tháng là 1.089 trường hợp.",
    "Thu 243 triệu đồng lệ phí và 319 triệu đồng phí khác. Tỷ lệ người dân có tài khoản đạt 48,2%, tương ứng 259 trên "
    "537 người.",
    "Tiếp nhận 4.210 hồ sơ, trong đó tiếp nhận mới 3.985 hồ sơ, kỳ trước chuyển sang 225 hồ sơ.",
    "Đã giải quyết 4.006 hồ sơ, gồm trước hạn 2.871 hồ sơ, đúng hạn 1.119 hồ sơ và quá hạn 16 hồ sơ.",
    "Đang giải quyết 204 hồ sơ (trong hạn 201, quá hạn 03).",
    "Có 985 hồ sơ, bao gồm: 844 hồ sơ đất đai; 141 hồ sơ hộ tịch.",
    "Đã nộp trực tuyến 7.020/8.114 hồ sơ, đạt 86,52%.",
    "Tiếp nhận 100 hồ sơ. Đã giải quyết 80 hồ sơ. Đang giải quyết 20 hồ sơ.",
    "Có 4.210 hồ sơ, tăng 210 hồ sơ (5,25%) so với cùng kỳ.",
    "Đợt một 30 cuộc. Đợt hai 25 cuộc. Tổng cộng 55 cuộc.",
    "Cấp mới 725 giấy phép cộng với cấp lại 100 giấy phép là 825 giấy phép.",
    "Bộ máy có 42 đầu mối, trong đó 21 phòng chuyên môn, 15 đơn vị sự nghiệp, 6 ban quản lý.",
    "Năm nay cấp 210 giấy phép, năm ngoái cấp 200 giấy phép, tăng 10 giấy phép, tương đương tăng 5,0%.",
    "Giao 300 chỉ tiêu, đạt và vượt 204 chỉ tiêu, bằng 68,00%.",
    "Có 400 thủ tục, 75,0% là toàn trình (300 thủ tục).",
    "Nhận 90 ý kiến, trong đó tán thành 60 ý kiến, không tán thành 20 ý kiến, không có ý kiến 10 phiếu.",
    "Tổng: 680 hồ sơ, trong đó trước hạn: 57 hồ sơ, đúng hạn: 145 hồ sơ, quá hạn: 478 hồ sơ.",
]
WRONG = [
    ("Toàn huyện có 2.211 trẻ; đã huy động ra lớp 267 trẻ; chưa ra lớp 1.994 trẻ.", SUM, "2.211", "2.261"),
    ("Tổng kế hoạch vốn được giao là 198 triệu đồng. Đến nay đã giải ngân 108 triệu đồng, đạt 45,55% kế hoạch.", RATE,
     "45,55%", "54,55%"),
    ("Tháng trước xử phạt 814 trường hợp, tháng này xử phạt 275 trường hợp, cộng hai tháng là 1.098 trường hợp.", SUM,
     "1.098", "1.089"),
    ("Tính chung hai quý cuối năm đã kiểm tra 1.098 lượt cơ sở, trong đó quý III 814 lượt, quý IV 275 lượt.", SUM,
     "1.098", "1.089"),
    ("Số hồ sơ trực tuyến là 1.100 hồ sơ, tăng 11,0% (tương ứng tăng 100 hồ sơ) so với quý liền trước.", RATE,
     "11,0%", "10%"),
    ("Tổng vốn 1.000 triệu đồng, gồm: ngân sách 400 triệu đồng (chiếm tỷ trọng 41,0%), vốn khác 600 triệu đồng.", RATE,
     "41,0%", "40%"),
    ("Tiếp nhận 4.210 hồ sơ, trong đó tiếp nhận mới 3.958 hồ sơ, kỳ trước chuyển sang 225 hồ sơ.", SUM,
     "4.210", "4.183"),
    ("Đã giải quyết 4.006 hồ sơ, gồm trước hạn 2.871 hồ sơ, đúng hạn 1.191 hồ sơ và quá hạn 16 hồ sơ.", SUM,
     "4.006", "4.078"),
    ("Đang giải quyết 204 hồ sơ (trong hạn 201, quá hạn 30).", SUM, "204", "231"),
    ("Có 985 hồ sơ, bao gồm: 844 hồ sơ đất đai; 114 hồ sơ hộ tịch.", SUM, "985", "958"),
    ("Đã nộp trực tuyến 7.020/8.114 hồ sơ, đạt 85,62%.", RATE, "85,62%", "86,52%"),
    ("Tiếp nhận 8.114 hồ sơ (trực tuyến 7.020, chiếm 68,52%).", RATE, "68,52%", "86,52%"),
    ("Tiếp nhận 100 hồ sơ. Đã giải quyết 80 hồ sơ. Đang giải quyết 02 hồ sơ.", SUM, "100", "82"),
    ("Có 4.210 hồ sơ, tăng 210 hồ sơ (5,52%) so với cùng kỳ.", RATE, "5,52%", "5,25%"),
    ("Có 4.210 hồ sơ, tăng 120 hồ sơ so với cùng kỳ (4.000 hồ sơ).", SUM, "120", "210"),
    ("Số ấp giảm từ 45 ấp còn 36 ấp, giảm 6 ấp.", SUM, "6", "9"),
    ("Đã giải quyết 60 hồ sơ. Trong đó, trước hạn là 30 hồ sơ, đúng hạn là 20 hồ sơ, quá hạn là 1 hồ sơ.", SUM,
     "60", "51"),
    ("Tỷ lệ hồ sơ trả đúng hạn đạt 53% (25/50 hồ sơ).", RATE, "53%", "50%"),
    ("Đã trả 25 hồ sơ trong tổng số 50 hồ sơ tiếp nhận, đạt 53%.", RATE, "53%", "50%"),
    ("Ban hành 20 văn bản, gồm 5 kế hoạch, 6 quyết định và 7 công văn.", SUM, "20", "18"),
    ("Khảo sát 90 người, kết quả 80 người hài lòng, 12 người chưa hài lòng.", SUM, "90", "92"),
    ("Quý I nhận 30 hồ sơ; quý II nhận 40 hồ sơ; tổng cộng 6 tháng nhận 80 hồ sơ.", SUM, "80", "70"),
    ("Kế hoạch giao 20 lớp, đã mở 15 lớp, đạt 57% kế hoạch.", RATE, "57%", "75%"),
    ("Đã giải quyết 4.006 hồ sơ, gồm trước hạn 2.871 hồ sơ, đúng hạn 1.191 hồ sơ và quá hạn 16 hồ sơ; tỷ lệ trước và "
     "đúng hạn đạt 96,60%.", RATE, "96,60%", "99,60%"),
    ("Toàn thị trấn có 3.064 thửa đất. Số thửa cấp lần đầu là 1.021 thửa. Số thửa cấp đổi là 2.053 thửa.", SUM,
     "3.064", "3.074"),
    ("Tiếp nhận vào hệ thống 7.688 hồ sơ, trả kết quả 2.041 hồ sơ, số còn hạn 5.747 hồ sơ.", SUM, "7.688", "7.788"),
    ("Hiện có 137 đầu mối, trong đó 85 phòng chuyên môn, 31 đơn vị sự nghiệp, 51 ban quản lý.", SUM, "137", "167"),
    ("Tháng 7 trả 881 hồ sơ, tháng 8 trả 496 hồ sơ; cộng 2 tháng trả 1.376 hồ sơ.", SUM, "1.376", "1.377"),
    ("Văn bản đến là 2.140 văn bản, nhiều hơn tháng trước 111 văn bản (tháng trước 2.039 văn bản).", SUM, "111", "101"),
    ("Số hồ sơ giảm 111 hồ sơ, từ 2.251 hồ sơ xuống 2.141 hồ sơ.", SUM, "111", "110"),
    ("Có 600 hồ sơ trực tuyến (đạt 76,0%) và 200 hồ sơ trực tiếp trong tổng 800 hồ sơ đã nhận.", RATE, "76,0%", "75%"),
    ("Tổng số nhiệm vụ giao là 806, số hoàn thành là 256, tỷ lệ hoàn thành là 31,3%.", RATE, "31,3%", "31,76%"),
    ("Đã giải quyết 100 hồ sơ, gồm trước hạn 50, đúng hạn 40, quá hạn 10; tỷ lệ trước hạn và đúng hạn đạt 95%.", RATE,
     "95%", "90%"),
]
SILENT = [
    "Trong kỳ ghi nhận 123 ca mắc, ít hơn cùng kỳ 33 ca (giảm 21,2%), không có tử vong.",
    "HĐND tổ chức 69 cuộc giám sát; do một cuộc có thể giám sát nhiều nội dung nên số cuộc theo nội dung là: đất đai "
    "35 cuộc, tài chính 28 cuộc, đầu tư công 41 cuộc.",
    "Đã giám sát 69 cuộc: đất đai 35 cuộc, tài chính 28 cuộc, đầu tư công 41 cuộc.",
    "Tổng diện tích gieo trồng 6.925 ha, diện tích nuôi trồng 2.075 ha; tổng đàn gia cầm 9.009 con.",
    "Đã in 6.859 tờ rơi và 1.908 pa nô, họp 4.958 cuộc.",
    "Quý I tiếp nhận 100 hồ sơ. Quý II tiếp nhận 120 hồ sơ. Cùng kỳ tiếp nhận 90 hồ sơ.",
    "Cấp huyện tiếp nhận 100 hồ sơ; cấp xã đã giải quyết 70 hồ sơ; cấp tỉnh đang giải quyết 5 hồ sơ.",
    "Toàn xã có 100 cán bộ, trong đó 60 đảng viên, 70 nữ.",
    "Có 9.000 hồ sơ, trong đó có 12 hồ sơ phải xin lỗi và 5 hồ sơ bổ sung.",
    "Tổng số 258 thủ tục (bổ sung 32 thủ tục, bãi bỏ 18 thủ tục).",
    "Tổng số 5.816 văn bản, trong đó có 4.819 văn bản điện tử trên tổng số 5.816 văn bản.",
    "Kế hoạch giao 20 lớp; đã mở 15 lớp với 300 lượt người, đạt 60% kế hoạch.",
    "Điểm đánh giá đạt 95%, xếp thứ 3 trong 11 đơn vị.",
    "Có 100 hồ sơ, gồm 3 phòng, 5 ban và 7 trạm tham gia.",
    "Xã có 11 ấp: 4 ấp đạt chuẩn văn hóa, 4 ấp có nhà sinh hoạt cộng đồng.",
    "Xếp thứ 5, tăng 3 bậc so với năm trước (thứ 8/11 xã).",
    "Tiếp nhận 30 hồ sơ tư pháp và 40 hồ sơ địa chính, nâng tổng số hồ sơ lên 900 hồ sơ.",
    "Nhận 100 hồ sơ, đã giải quyết 90 hồ sơ, đang giải quyết 30 hồ sơ, kỳ trước chuyển sang 20 hồ sơ.",
    "Trước hạn 5 hồ sơ, đúng hạn 6 hồ sơ, quá hạn 7 hồ sơ.",
    "Toàn xã có 145 cán bộ, trong đó 80 đảng viên, 75 nữ.",
    "Quý trước giải quyết 1.100 hồ sơ; quý này giải quyết 2.200 hồ sơ; ước cả năm giải quyết 3.400 hồ sơ.",
    "Trồng 9.008 cây xanh, gồm 08 loại; chăm sóc 2.957 cây.",
    "Họp 05 phiên, thông qua 10 nghị quyết; chất vấn 05 lượt; tiếp xúc cử tri 10 điểm.",
    "Bổ sung 04 thủ tục, bãi bỏ 09 thủ tục trong tổng số 613 thủ tục.",
    "Trong 90 hồ sơ có 30 hồ sơ của doanh nghiệp, 20 hồ sơ của phụ nữ.",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_agrees_is_counted_and_not_accused(auditor: Auditor, text: str) -> None:
    audit = audited(auditor, text)
    assert [fault.message for fault in audit.faults] == []
    assert audit.rates + audit.sums > 0


@pytest.mark.parametrize(("text", "rule", "stated", "expected"), WRONG)
def test_a_contradiction_names_both_numbers(
    auditor: Auditor, text: str, rule: object, stated: str, expected: str
) -> None:
    found = [(fault.rule, fault.stated, fault.expected) for fault in audited(auditor, text).faults]
    assert (rule, stated, expected) in found


@pytest.mark.parametrize("text", SILENT)
def test_other_periods_levels_and_groups_are_no_contradiction(auditor: Auditor, text: str) -> None:
    assert [fault.message for fault in audited(auditor, text).faults] == []


@pytest.mark.parametrize("text", [text for text, *_ in WRONG])
def test_a_finding_names_what_is_compared_and_quotes_its_sentence(auditor: Auditor, text: str) -> None:
    for fault in audited(auditor, text).faults:
        assert fault.quote.strip(".") in text
        assert "“" in fault.message or "“" in fault.quote


def test_parts_in_paragraphs_of_their_own_add_up(auditor: Auditor) -> None:
    items = ["- Đất đai: 844 hồ sơ;", "- Hộ tịch: {} hồ sơ."]
    head = "Kết quả tiếp nhận 985 hồ sơ, cụ thể:"
    assert audited(auditor, head, items[0], items[1].format(141)).sums == 1
    found = audited(auditor, head, items[0], items[1].format(114)).faults
    assert [(fault.stated, fault.expected) for fault in found] == [("985", "958")]


def test_a_rate_of_an_item_is_of_the_whole_above_the_list(auditor: Auditor) -> None:
    lines = ["Tổng số hồ sơ: 200 hồ sơ, trong đó:", "+ Trực tuyến: 150 hồ sơ (chiếm 57%);", "+ Trực tiếp: 50 hồ sơ."]
    assert [(fault.stated, fault.expected) for fault in audited(auditor, *lines).faults] == [("57%", "75%")]


@pytest.mark.parametrize("lines", [
    ("- Tổng số phiếu: {} phiếu;", "- Hài lòng: 320 phiếu;", "- Không hài lòng: 205 phiếu."),
    ("Số nhiệm vụ được giao: {}", "Đã hoàn thành: 320 (đạt 60,95%)", "Chưa hoàn thành: 205"),
    ("Phường có {} thửa đất. Trong đó: cấp mới 320 thửa, cấp đổi 205 thửa.",),
])
def test_paragraphs_that_say_one_thing_are_read_as_one(auditor: Auditor, lines: tuple[str, ...]) -> None:
    assert audited(auditor, *(line.format(525) for line in lines)).faults == []
    assert audited(auditor, *(line.format(555) for line in lines)).faults


def test_items_with_another_bullet_belong_to_another_list(auditor: Auditor) -> None:
    lines = ["Nhận 9 hồ sơ, gồm:", "- Đất đai: 4 hồ sơ;", "+ gấp: 1 hồ sơ;", "+ thường: 3 hồ sơ;", "- Khác: 5 hồ sơ."]
    assert (audited(auditor, *lines).faults, audited(auditor, *lines).sums) == ([], 2)


@pytest.mark.parametrize(("title", "told"), [
    ("Kết quả quý II của xã", "quý II"), ("Tình hình thực hiện công tác năm 2020", "năm 2020"),
    ("Công tác cải cách hành chính 6 tháng đầu năm 2021", "6 tháng"), ("Kết quả thực hiện năm 2021", ""),
    ("Kết quả thực hiện", ""),
])
def test_a_report_of_another_period_is_told(title: str, told: str) -> None:
    assert other_period(["ỦY BAN NHÂN DÂN", "BÁO CÁO", title, "Trong quý IV đã làm."], sample().form.period) == told


def measure() -> ModuleType:
    """The command that makes the texts; loaded by its place, for its folder has other names of modules."""
    spec = importlib.util.spec_from_file_location("own_arithmetic", ROOT / "benchmarks/own_arithmetic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("others", [False, True])
def test_generated_texts_are_judged_well(others: bool) -> None:
    own_arithmetic = measure()
    outcome = own_arithmetic.evaluate(150, 11, *(own_arithmetic.others() if others else ()))
    assert outcome.planted >= 70
    assert outcome.recall >= own_arithmetic.LEAST_RECALL, outcome.missed
    assert outcome.precision >= own_arithmetic.LEAST_PRECISION, outcome.false
