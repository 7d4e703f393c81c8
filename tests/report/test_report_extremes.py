"""Reports of every kind of period with extreme figures: what no person would write stands in none of them.

The figures are all zero, all one, all small and many of them zero, all late and falling; with and without texts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from report_sample import ROOT, body_text, number, rendered_by, sample, text_of, with_readings

from cchc_xl.figures import Content
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.values import replace

KINDS = {
    "bao_cao_nam": "năm 2021", "bao_cao_9_thang": "9 tháng đầu năm 2021", "bao_cao_6_thang": "6 tháng đầu năm 2021",
    "bao_cao_quy": "quý III năm 2021", "bao_cao_thang": "tháng 8 năm 2021",
}
WRITTEN_ALWAYS = (
    "thuan_loi", "kho_khan", "kien_nghi", "phuong_huong", "sang_kien", "linh_vuc_theo_doi_thi_hanh_phap_luat",
    "ly_do_tre_hen", "ly_do_nhiem_vu_chua_hoan_thanh", "ly_do_kiem_tra_chua_du",
)
EVERY_OFFICE = {
    "so_phong_chuyen_mon": 11, "don_vi_cap_huyen_xep_hang": 11, "don_vi_su_dung_ngan_sach": 48, "bien_che_co_mat": 95,
    "lanh_dao_phong_va_phuong": 58, "tthc_thuoc_dien_mot_cua": 403,
}
LATE = dict.fromkeys((
    "ho_so_huyen_dung_hen", "ho_so_xa_dung_hen", "phieu_khao_sat_hai_long", "nhiem_vu_ke_hoach_da_hoan_thanh",
    "ket_qua_chuyen_doi_vi_tri", "dao_tao_thuc_te", "y_kien_da_giai_quyet", "tthc_giai_quyet_mot_cua",
    "tthc_cong_khai_mot_cua", "vbqppl_dung_quy_trinh", "kiem_tra_cchc_phong_ban", "kiem_tra_cchc_ubnd_cap_xa",
    "can_bo_phuong_dat_chuan", "cong_chuc_phuong_dat_chuan", "van_ban_di_dien_tu_hoan_toan", "hop_truc_tuyen_cap_xa",
    "iso_cong_bo", "niem_yet_dia_chi_phan_anh", "co_che_tu_chu_cap_huyen", "mot_cua_dien_tu_cap_huyen",
), 0) | {"thu_hang_cchc_nam_truoc": 9, "thu_hang_cchc_hai_nam_truoc": 2}

BESIDE_THE_FIGURES: tuple[tuple[dict[str, int], tuple[str, ...], tuple[str, ...]], ...] = (
    ({"TM.5.1": 0, "TM.5.2": 0, "TM.5.3": 0}, ("chưa kiểm tra đơn vị nào.",), ("Qua kiểm tra",)),
    ({"TM.3.1": 0, "TM.3.2": 0, "I.2.3": 0}, ("dịch bệnh", "nên chưa kiểm tra trực tiếp đơn vị nào."), ()),
    ({"I.2.1": 5, "I.2.3": 5}, ("Đã kiểm tra trực tiếp 05 phòng chuyên môn và 05 phường.",), ("dịch bệnh", "chỉ tổ")),
    ({"I.2.2": 3, "I.2.3": 0}, ("chỉ tổ chức kiểm tra trực tiếp được 03 đơn vị trực thuộc.",), ("đơn vị nào",)),
    ({"I.2.1": 1, "I.2.2": 3}, ("được 01 phòng chuyên môn, 03 đơn vị trực thuộc và 02 phường.",), ()),
    ({"III.6.2": 9000, "III.6.3a": 8995, "TM.6.12": 5}, (
        "đã tiếp nhận 10.248 hồ sơ, giải quyết 9.000 hồ sơ, trong đó đúng hẹn 8.995 hồ sơ", "; còn 1.248 hồ sơ đang",
    ), ()),
    ({"III.6.6": 100, "III.6.7": 90, "III.6.8a": 90}, ("các phường đã tiếp nhận 1.000 hồ sơ, giải quyết 900",), ()),
    ({"III.6.7": 0, "III.6.8a": 0}, ("các phường đã tiếp nhận 34.870 hồ sơ, chưa giải quyết hồ sơ nào",), ()),
    ({"TM.6.9": 0}, ("Toàn thành phố có 258 TTHC",), ("Chưa có TTHC được giải quyết theo cơ chế một cửa.",)),
    ({"VII.6.1": 0, "VII.6.2": 0, "VII.6.3": 0}, ("; 10 phường đã đánh giá nội bộ.", "; 10 phường đã công bố."), ()),
    ({"III.1": 0}, ("kiểm soát thủ tục hành chính",), ("rà soát, đánh giá thủ tục",)),
    ({"VII.2.6a": 0, "VII.2.4a": 0}, ("một cửa điện tử được ứng dụng hiệu quả",), ("phần mềm quản lý văn bản",)),
    ({"TM.7.3": 0, "TM.7.4": 0, "TM.7.5": 11}, ("có 11 phòng có 01 phó trưởng phòng.",), ("bình quân",)),
    ({"I.1.2": 20}, ("20/23 nhiệm vụ đạt 86,96%",), ()),
    ({"TM.11.7": 0, "TM.11.9": 0, "TM.11.11": 0}, ("ngân sách như: phần mềm quản lý ngân sách",), ()),
    ({"TM.6.9": 200}, ("cơ chế một cửa (200/403 TTHC thuộc diện).",), ("Điều 14",)),
    ({"IV.2.1": 0}, ("không giao biên chế công chức; giao",), ("giao 0",)),
    ({"VII.2.4a": 0}, ("có 5.816 văn bản được gửi dưới dạng điện tử song song với văn bản giấy, chưa có",), ()),
    ({"VII.2.2": 0}, (), ("sử dụng thường xuyên", "phần mềm quản lý văn bản")),
    ({"VII.2.3": 0}, (), ("sử dụng thường xuyên",)),
    ({"V.2.1": 30, "V.2.2": 5, "V.2.5": 7, "V.2.3": 0, "V.2.4": 0, "TM.8.9": 0, "TM.8.10": 0}, (
        "không tuyển dụng công chức phường, không thi tuyển, xét tuyển viên chức.",
        "Số công chức được tuyển dụng qua thi tuyển, xét tuyển là 30 người. Số công chức được tuyển dụng theo trường "
        "hợp đặc biệt là 05 người. Số viên chức được tuyển dụng theo trường hợp đặc biệt là 07 người.",
    ), ("không tuyển dụng viên chức", "công chức phường không qua")),
    ({"IV.3.2": 0}, ("chưa có người làm việc nào có mặt.",), ("có mặt là 0",)),
    ({"IV.2.2": 0}, ("tại thời điểm báo cáo chưa có công chức nào có mặt.",), ("có mặt là 0",)),
    ({"IV.3.1": 0}, ("không giao người làm việc",), ()),
    ({"VII.1.1": 0}, ("đến 10 phường, chưa liên thông đến Ủy ban nhân dân thành phố",), ("ổn định",)),
    ({"TM.11.1": 90}, ("Đã có 90 công chức được cấp hộp thư",), ("102",)),
    ({"III.3.1": 260}, ("và đăng tải 260 TTHC trên cổng",), ("100,",)),
    ({"III.3.1": 0}, ("được thực hiện nhưng chưa đăng tải TTHC",), ("thường xuyên và",)),
    ({"I.5.1": 0, "I.5.3a": 0, "I.5.3b": 0}, ("chưa thu thập ý kiến",), ("việc thu thập ý kiến",)),
    ({f"TM.9.{n}": 0 for n in (6, 8, 10, 12)}, ("+ 497 CBCCVC Hoàn thành xuất sắc",), ("CBCCVC Hoàn thành tốt",)),
    ({"V.5.1": 0, "V.5.2": 0}, ("không có chỉ tiêu chuyển đổi vị trí công tác.",), ("Thực hiện định kỳ chuyển đổi",)),
    ({"III.6.3a": 0, "TM.6.12": 10248}, ("giải quyết 10.248 hồ sơ, không có hồ sơ nào đúng hẹn, trễ hẹn",), ("hẹn 0",)),
    ({"III.6.8a": 0}, ("giải quyết 34.870 hồ sơ, không có hồ sơ nào đúng hạn.",), ("đúng hạn 0",)),
    ({"II.1.2": 0}, ("Không có văn bản nào được ban hành đúng quy trình",), ("0/8",)),
    ({"TM.11.1": 0}, ("Chưa có công chức được cấp hộp thư công vụ; 100% lãnh đạo",), ()),
    ({"TM.6.6": 0}, ("từ 06 ngày làm việc xuống giải quyết trong ngày.",), ()),
    ({"TM.8.10": 16}, ("tuyển dụng 16 công chức phường, đều không qua thi tuyển",), ()),
)
"""Figures of the city that are changed in the sample, what the report then says, and what it does not say."""

NOBODY_WRITES = re.compile(r"""
    \(\) | \(\s | \s[,.;:)] | \s\s | [.,;:][.,;] | ;\s; | \b0/0\b | /0\b   # broken punctuation, nothing of nothing
  | \(trong\ đó,\ (?:không\ có|\)) | \bvà[.;,)] | (?:được|trong\ đó,)[.;]
  | (?<!tiếp\ nhận\ )(?<![\d.,/])0\ [^\W\d]   # a zero that counts; more settled than received is for the rules
  | 〔chưa\ có\ tỷ\ lệ   # a rate of nothing
""", re.VERBOSE)
PRAISE = ("tuân thủ đúng quy trình", "luôn được quan tâm", "ghi nhận nhiều tín hiệu tích cực", "phường ổn định",
          "ứng dụng hiệu quả", "thực hiện thường xuyên", "không có hồ sơ trễ hẹn", "niêm yết thống nhất")


def counted(figure: Callable[[], int], special: Mapping[str, int] | None = None, *, texts: bool = False) -> Content:
    """The sample with every count and answer replaced, the same in all units where the form wants that."""
    content, special = sample(), EVERY_OFFICE | dict(special or {})
    readings, shared = dict(content.readings), dict[str, int]()
    for unit, code in content.readings:
        row = content.form.by_code[code]
        if row.kind in (Kind.COUNT, Kind.YES_NO):
            value = special.get(row.name, figure())
            value = shared.setdefault(code, value) if row.total is Total.SAME else value
            readings[unit, code] = number(str(value))
    kept = content.entries if texts else {name: content.entries[name] for name in WRITTEN_ALWAYS}
    return replace(content, readings=readings, entries=kept)


def told(template: str, content: Content, folder: Path) -> list[str]:
    """The paragraphs up to the passages that people write themselves, whose wording is theirs."""
    info = {**content.info, "ky_bao_cao": text_of(KINDS[template])}
    document, _ = rendered_by(ROOT / f"templates/{template}.docx", folder, replace(content, info=info))
    texts = body_text(document)
    return texts[:texts.index("1. Thuận lợi")]


@pytest.mark.parametrize("template", KINDS)
@pytest.mark.parametrize("figure", [0, 1])
def test_no_sentence_breaks_where_every_figure_is_the_same(template: str, figure: int, tmp_path: Path) -> None:
    texts = told(template, counted(lambda: figure), tmp_path)
    assert [text for text in texts if NOBODY_WRITES.search(text)] == []


def test_no_sentence_breaks_where_some_figures_are_zero(tmp_path: Path) -> None:
    """Parts of a sentence come and go by themselves; figures that contradict each other are for the rules to find."""
    broken = []
    for turn in range(8):
        chance = random.Random(turn)
        content = counted(lambda chance=chance: chance.choice((0, 0, 1, 7)), texts=turn % 2 == 0)  # type: ignore[misc]
        broken += [text for text in told("bao_cao_nam", content, tmp_path) if NOBODY_WRITES.search(text)]
    assert broken == []


@pytest.mark.parametrize("template", KINDS)
def test_nothing_is_praised_where_all_is_late_and_falling(template: str, tmp_path: Path) -> None:
    texts = told(template, counted(lambda: 3, LATE, texts=True), tmp_path)
    assert [text for text in texts if any(praise in text for praise in PRAISE)] == []
    assert [text for text in texts if NOBODY_WRITES.search(text)] == []


@pytest.mark.parametrize(("changed", "said", "unsaid"), BESIDE_THE_FIGURES)
def test_no_sentence_contradicts_the_figures_beside_it(
    changed: dict[str, int], said: tuple[str, ...], unsaid: tuple[str, ...], tmp_path: Path
) -> None:
    content = sample()
    readings = {key: number(str(changed[key[1]])) for key in content.readings if key[1] in changed}
    text = "\n".join(told("bao_cao_nam", with_readings(content, readings), tmp_path))
    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


@pytest.mark.parametrize(("silent", "said"), [
    (10, "- Các phòng chuyên môn đã tuyên truyền"), (9, "môn và Ủy ban nhân dân 01 phường đã tuyên truyền"),
])
def test_nobody_is_given_credit_for_what_others_did(silent: int, said: str, tmp_path: Path) -> None:
    content = sample()
    meetings = content.form.by_name["cuoc_tuyen_truyen"].code
    wards = [unit.id for unit in content.form.reporters(content.form.by_name["so_phuong"])]
    nothing = {(unit, meetings): number("0") for unit in wards[:silent]}
    assert any(said in text for text in told("bao_cao_nam", with_readings(content, nothing), tmp_path))


def test_the_word_that_there_is_nothing_stands_in_no_sentence(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("lop_boi_duong", "tiet_kiem_chi", "phan_mem_khac", "sang_kien"), text_of("Không."))
    content = sample()
    document, _ = rendered_by(
        ROOT / "templates/bao_cao_nam.docx", tmp_path,
        replace(content, entries={**content.entries, **nothing, "kien_nghi": text_of("không có")}),
    )
    texts = body_text(document)
    assert [text for text in texts if re.search(r"\bKhông\.|không có$", text)] == []
    assert texts[texts.index("3. Kiến nghị") + 1] == "Không có."


def test_a_document_of_last_year_never_prints_with_the_new_year_in_its_title(tmp_path: Path) -> None:
    content = sample()
    later = replace(content, info={**content.info, "nam": text_of("2022"), "ky_bao_cao": text_of("năm 2022")})
    document, _ = rendered_by(ROOT / "templates/bao_cao_nam.docx", tmp_path, later)
    cited = re.compile(r"(?:ngày [\d/]+/202[01]\b|số \d+/(?:KH|QĐ)-UBND) [^.;,]*?năm (20\d\d)")
    years = {year for text in body_text(document) for year in cited.findall(text)}
    assert years == {"2021"}
