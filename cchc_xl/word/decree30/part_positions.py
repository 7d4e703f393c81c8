"""Measures where parts stand to each other, sizes that go together, and the lines below them."""

from __future__ import annotations

from collections.abc import Iterator

from cchc_xl.word.decree30.decree_rules import Rules, SpecialRule
from cchc_xl.word.decree30.document_parts import DocumentParts
from cchc_xl.word.decree30.measured_document import MILLIMETRE, MeasuredDocument, MeasuredParagraph
from cchc_xl.word.decree30.part_look import LookFault, said
from cchc_xl.word.decree30.text_width import longest_line

PAIRED = {13.0: 14.0, 12.0: 13.0}
"""The size of Tiêu ngữ and date for each size of Quốc hiệu."""

LINED = {"ke_tieu_ngu": "tieu_ngu", "ke_co_quan": "ban_hanh", "ke_trich_yeu": "trich_yeu"}


def place_faults(word: MeasuredDocument, parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """Everything measured between parts."""
    yield from _sizes(parts, rules.specials["cap_co_chu"])
    yield from _beside(parts, rules.specials["vi_tri_quoc_hieu"], "ban_hanh", "quoc_hieu")
    yield from _beside(parts, rules.specials["vi_tri_so"], "so", "dia_danh")
    yield from _beside(parts, rules.specials["vi_tri_ky"], "noi_nhan_dau", "quyen_han")
    yield from _subject(word, parts, rules.specials["vi_tri_trich_yeu"])
    for name, part in LINED.items():
        yield from _lines(parts, rules.specials[name], part, rules.tolerance)


def _sizes(parts: DocumentParts, rule: SpecialRule) -> Iterator[LookFault]:
    nation = parts.first("quoc_hieu")
    wanted = PAIRED.get(_size(nation)) if nation else None
    for part, name in (("tieu_ngu", "Tiêu ngữ"), ("dia_danh", "địa danh và ngày tháng")):
        other = parts.first(part)
        if nation and other and wanted and abs(_size(other) - wanted) > 0.05:
            what = f"Quốc hiệu cỡ {said(_size(nation))} pt mà {name} cỡ {said(_size(other))} pt, cần {said(wanted)} pt"
            yield LookFault(rule.id, f"{what} ({rule.need})", rule.item, other)


def _size(paragraph: MeasuredParagraph) -> float:
    measured = paragraph.mostly("size")
    return measured if isinstance(measured, float) else 0.0


def _beside(parts: DocumentParts, rule: SpecialRule, left: str, right: str) -> Iterator[LookFault]:
    """Two parts in one row of a table, the first to the left of the second."""
    one, other = parts.first(left), parts.first(right)
    if one is None or other is None:
        return
    if one.place is None or other.place is None:
        measured = "hai thành phần không nằm trong bảng hai cột"
    elif (one.place.table, one.place.row) != (other.place.table, other.place.row):
        measured = f"nằm ở hàng {one.place.row} và hàng {other.place.row}"
    elif one.place.column >= other.place.column:
        measured = f"nằm ở cột {one.place.column} và cột {other.place.column}"
    else:
        return
    yield LookFault(rule.id, f"{measured}, cần {rule.need}", rule.item, other)


def _subject(word: MeasuredDocument, parts: DocumentParts, rule: SpecialRule) -> Iterator[LookFault]:
    title, subject = parts.first("ten_loai"), parts.first("trich_yeu")
    if title and subject and subject.number - title.number != 1:
        between = subject.number - title.number - 1
        yield LookFault(rule.id, f"cách tên loại {between} đoạn, cần {rule.need}", rule.item, subject)


def _lines(parts: DocumentParts, rule: SpecialRule, part: str, tolerance: float) -> Iterator[LookFault]:
    """The drawn line as a share of the text above it."""
    lines = parts.of(part)
    if not lines:
        return
    drawn = parts.rules.get(part)
    if drawn is None:
        yield LookFault(rule.id, f"không có đường kẻ ở dưới, cần {rule.need}", rule.item, lines[-1])
        return
    length = max(min(longest_line(each.text, _size(each)), each.width) for each in lines)
    slack = tolerance * MILLIMETRE + rule.slack * length
    low, high = rule.low * length, rule.high * length
    if length and not low - slack <= drawn.rule_length <= high + slack:
        wanted = said(low / MILLIMETRE) if low == high else f"{said(low / MILLIMETRE)} đến {said(high / MILLIMETRE)}"
        what = f"đường kẻ dài {said(drawn.rule_length / MILLIMETRE)} mm, dòng chữ dài {said(length / MILLIMETRE)} mm"
        yield LookFault(rule.id, f"{what}; cần {wanted} mm ({rule.need})", rule.item, lines[-1])
