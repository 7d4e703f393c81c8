"""Names of parts that divide a whole without remainder: đúng hạn and quá hạn, nam and nữ, đạt and không đạt."""

from __future__ import annotations

from collections.abc import Sequence

from cchc_xl.typed_text import folded


def words_of(text: str) -> frozenset[str]:
    """The words of a list that strokes part, folded."""
    return frozenset(folded(word) for word in text.split("|"))


FAMILIES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (words_of("đúng hạn|trước hạn|trong hạn|đúng hẹn|trước hẹn|sớm hạn|sớm|đúng ngày"),
     words_of("quá hạn|trễ hạn|trễ hẹn|quá hẹn|chậm|trễ|muộn")),
    (words_of("mới|trong kỳ|tiếp nhận mới"), words_of("kỳ trước|tồn|chuyển sang|chuyển qua|năm trước|tháng trước")),
    (words_of("trực tuyến|qua mạng|điện tử|cổng dịch vụ công|môi trường mạng"),
     words_of("trực tiếp|bưu chính|bcci|tại bộ phận|giấy")),
    (words_of("toàn trình"), words_of("một phần")),
    (words_of("đã giải quyết|giải quyết xong|đã xử lý|đã trả|hoàn thành"),
     words_of("đang giải quyết|chưa giải quyết|đang xử lý|chưa hoàn thành|đang thực hiện|còn lại|chưa đến hạn")),
    (words_of("xuất sắc|tốt|khá|giỏi|hoàn thành"), words_of("trung bình|yếu|kém|không hoàn thành")),
    (words_of("nam"), words_of("nữ")), (words_of("đạt|hài lòng"), words_of("không đạt|không hài lòng|chưa hài lòng")),
    (words_of("cấp tỉnh|cấp huyện|cấp thành phố"), words_of("cấp xã|cấp phường")),
)
"""Names that divide a whole without remainder where both sides stand in the list."""


LEVELS = FAMILIES[-1]

UNSURE = frozenset[str]().union(*(side for number in (1, 4, 8) for side in FAMILIES[number]))
"""Names that divide a whole only where a word says so: what came over, what is done, levels."""


def opposed(one: str, other: str) -> bool:
    """Whether two texts speak of different levels, each of one only."""
    sides = [[any(word in text.lower() for word in level) for level in LEVELS] for text in (one, other)]
    return sorted(sides) == [[False, True], [True, False]]


def divides(named: Sequence[str]) -> bool:
    """Whether the names of the parts divide a whole without remainder: đúng hạn … quá hạn."""
    return bool(dividing(named))


def dividing(named: Sequence[str]) -> frozenset[str]:
    """The words by which the names of the parts divide a whole without remainder; none where they do not."""
    names = [f" {name} " for name in named]
    if rest := {word for word in ("còn lại", "khác") if any(f" {word} " in name for name in names)}:
        return frozenset(rest)
    families = (
        one | other for one, other in FAMILIES
        if all(names_any(name, one | other) for name in names)
        and any(names_any(name, one) and not names_any(name, other) for name in names)
        and any(names_any(name, other) for name in names)
    )
    return next(families, frozenset()) or _denied(names)


def _denied(names: Sequence[str]) -> frozenset[str]:
    """What one part is and another is not: hài lòng, không hài lòng."""
    tails = {name.partition(f" {no} ")[2] for name in names for no in ("không", "chưa") if f" {no} " in name}
    return frozenset(
        tail.strip() for tail in tails
        if any(name.endswith(f" {tail}") and not name.endswith((f" không {tail}", f" chưa {tail}")) for name in names)
    )


def names_any(name: str, words: frozenset[str]) -> bool:
    """Whether a name, with blanks around it, holds one of the words."""
    return any(f" {word} " in name for word in words)
