"""How alike two texts are, whether two labels speak of the same thing, and which names of parts cannot overlap: đúng
hạn and quá hạn, nam and nữ, đạt and không đạt, quý I and quý II.

A whole is divided along an axis. Parts that lie on different places of one axis never share a thing; whether they are
all of the whole's parts is another question, that only the numbers or a word like “gồm” can answer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import TypeVar

from rapidfuzz import fuzz, process

from cchc_xl.typed_text import folded

Thing = TypeVar("Thing", int, str)
Other = TypeVar("Other", int, str)

SHORT = {
    "cchc": "cải cách hành chính", "tthc": "thủ tục hành chính", "vbqppl": "văn bản quy phạm pháp luật",
    "ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân", "sncl": "sự nghiệp công lập", "dvc": "dịch vụ công",
    "bcci": "bưu chính công ích", "qlcl": "quản lý chất lượng", "nsnn": "ngân sách nhà nước",
    "cntt": "công nghệ thông tin", "cbccvc": "cán bộ, công chức, viên chức", "hcnn": "hành chính nhà nước",
    "dvctt": "dịch vụ công trực tuyến", "kqgq": "kết quả giải quyết", "nđ": "nghị định",
}
"""Abbreviations of the appendices, written out."""

SAME = (
    ("số lượng", "số"), ("đúng hẹn", "đúng hạn"), ("trễ hẹn", "quá hạn"), ("trễ hạn", "quá hạn"), ("tỉ lệ", "tỷ lệ"),
    ("phần trăm", "%"), ("tỷ lệ %", "tỷ lệ"), ("lũy kế đến thời điểm báo cáo", "lũy kế"),
)
IDLE = frozenset(map(folded, ("các", "những", "của", "thì", "là", "và", "cho", "tại", "ở", "về", "việc", "được")))
"""Words without which a label says the same."""

TELLING = tuple(map(folded, (
    "trung ương", "tỉnh", "huyện", "thành phố", "thị xã", "quận", "xã", "phường", "thị trấn", "đặc khu", "cơ sở",
    "không", "chưa", "không phải", "công chức", "viên chức", "cán bộ", "lãnh đạo", "hợp đồng", "người lao động",
    "đã", "đang", "phải", "còn", "được giao", "có mặt", "tổng", "tỷ lệ", "mới", "bãi bỏ", "thay thế", "sửa đổi",
    "đúng hạn", "trước hạn", "trong hạn", "quá hạn", "trực tuyến", "trực tiếp", "toàn trình", "một phần", "hoàn toàn",
    "tiếp nhận", "giải quyết", "trả kết quả", "kỳ trước", "kế hoạch", "tăng", "giảm", "nam", "nữ", "cùng cấp",
    "các cấp", "phát hiện", "xử lý", "kiểm tra", "thanh tra", "rà soát", "phát sinh", "đất đai", "xây dựng", "phí",
)))
"""Words that change what is counted: level, negation, who, state, way, field."""

_WORD = re.compile(r"[^\W_]+|%")
_NUMBER = re.compile(r"\d+|\b(?:[ivx]{2,}|[vx])\b")


def ratio(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (equal)."""
    return fuzz.ratio(one, other) / 100 if one or other else 1.0


def near_texts(one: str, others: Sequence[str], least: float) -> list[int]:
    """The places of those texts that are at least so much alike."""
    return [place for *_, place in process.extract_iter(one, others, scorer=fuzz.ratio, score_cutoff=least * 100)]


def best_pairs(
    scores: Iterable[tuple[float, Thing, Other]], least: float, clearly: float = 0.0, still: float = 1.0
) -> Iterator[tuple[float, Thing, Other]]:
    """The best pairs first, each thing once; none of a thing that fits two of the others nearly as well, as `clearly`
    tells, and none that is so much worse than the best of its thing as `still`.
    """
    ranked = sorted(scores, key=lambda each: (-each[0], *each[1:]))
    told: dict[Thing, list[float]] = defaultdict(list)
    for score, one, _ in ranked:
        told[one].append(score)
    ones, others = set[Thing](), set[Other]()
    for score, one, other in ranked:
        best, *further = told[one]
        is_clear = best - score < still and not (further and best - further[0] < clearly)
        if score >= least and is_clear and one not in ones and other not in others:
            ones.add(one)
            others.add(other)
            yield score, one, other


@lru_cache(maxsize=4096)
def meant(label: str) -> tuple[str, ...]:
    """The words of a label that mean something, abbreviations written out."""
    text = " ".join(_WORD.findall(folded(label)))
    text = " ".join(folded(SHORT.get(word, word)) for word in text.split())
    text = " ".join(_WORD.findall(text))
    for other, usual in SAME:
        text = re.sub(rf"(?<!\w){re.escape(folded(other))}(?!\w)", folded(usual), text)
    return tuple(word for word in text.split() if word not in IDLE)


@lru_cache(maxsize=4096)
def telling(label: str) -> Counter[str]:
    """The numbers of a label and the words in it that change what is counted."""
    text = f" {' '.join(meant(label))} "
    found = Counter(_NUMBER.findall(text))
    found.update({word: text.count(f" {word} ") for word in TELLING if f" {word} " in text})
    return found


@lru_cache(maxsize=4096)
def said_alike(label: str) -> Counter[str]:
    """The telling words of a label; whether it says "tổng" is for people to judge."""
    found = telling(label).copy()
    del found["tổng"]
    return found


def words_of(text: str) -> frozenset[str]:
    """The words of a list that strokes part, folded."""
    return frozenset(folded(word) for word in text.split("|"))


Axis = tuple[frozenset[str], ...]


def _axes(text: str) -> tuple[Axis, ...]:
    joined = text.strip().replace("|\n", "|").replace(";\n", "; ")
    return tuple(tuple(words_of(place) for place in line.split("; ")) for line in joined.splitlines())


STATES = _axes("""
trước hạn|sớm hạn|trước hẹn|sớm|trước thời hạn|trước; đúng hạn|trong hạn|đúng hẹn|đúng ngày|còn hạn|đúng thời hạn|đúng;
quá hạn|trễ hạn|trễ hẹn|quá hẹn|chậm|trễ|muộn
mới|trong kỳ|kỳ này|thêm|tiếp nhận mới|phát sinh; kỳ trước|tồn|chuyển sang|chuyển qua|năm trước|tháng trước|quý trước|cũ
trực tuyến|qua mạng|điện tử|cổng dịch vụ công|môi trường mạng|online; bưu chính|bưu điện|bcci;
trực tiếp|tại bộ phận|tại quầy|giấy|tiền mặt
toàn trình; một phần
đã giải quyết|giải quyết xong|xong|đã xử lý|xử lý xong|trả|trả lời|hoàn thành|giải quyết được|giải quyết|trả kết quả;
đang|chưa|còn|còn lại|kỳ sau|tháng sau|quý sau|năm sau|tồn|chờ|trong quá trình
xuất sắc|hoàn thành xuất sắc; tốt|giỏi|hoàn thành tốt; khá; hoàn thành|đạt; trung bình|bình thường;
yếu|kém|không hoàn thành|chưa hoàn thành|không đạt|chưa đạt
nam; nữ
đảng viên|đảng; đoàn viên; quần chúng
dân tộc; kinh
rất hài lòng; hài lòng; bình thường|chấp nhận được; không hài lòng|chưa hài lòng
cấp trung ương; cấp tỉnh|cấp thành phố; cấp huyện; cấp xã|cấp phường
""")
AXES = (*STATES, *_axes("""
theo kế hoạch; định kỳ; thường xuyên; chuyên đề; theo chỉ đạo|theo đơn; đột xuất
cá nhân|công dân|người dân; doanh nghiệp|tổ chức
khiếu nại; kiến nghị|phản ánh|đề nghị|khen ngợi; tố cáo
ban hành mới|công bố mới; sửa đổi|bổ sung|thay thế; bãi bỏ|hủy bỏ
cấp mới|lần đầu; cấp đổi|chuyển đổi; gia hạn; thu hồi; biến động|chuyển nhượng; cấp lại
sau đại học|trên đại học|thạc sĩ|tiến sĩ; đại học; cao đẳng; trung cấp; sơ cấp
hộ tịch; chứng thực; đất đai|địa chính; xây dựng; tư pháp; bảo trợ xã hội; kinh doanh; môi trường;
giáo dục; y tế; văn hóa; nội vụ; thuế; giao thông; nông nghiệp; công thương; tài chính
cán bộ; công chức; viên chức; không chuyên trách|người lao động|hợp đồng
hộ nghèo; cận nghèo
nghị quyết; quyết định; chỉ thị; công văn; báo cáo; thông báo; tờ trình; chương trình; hướng dẫn; giấy mời; kế hoạch
công lập; tư thục|dân lập|ngoài công lập
hình sự; dân sự; hôn nhân|gia đình; hành chính
nghiêm trọng; ít nghiêm trọng; rất nghiêm trọng
tốc độ; nồng độ cồn; tải trọng
sáng; chiều; tối; ngoài giờ; ngày nghỉ
mật; tối mật; tuyệt mật; thường
trong nước; nước ngoài
trong tỉnh; ngoài tỉnh
bảo hiểm y tế|bhyt; dịch vụ; miễn phí
thứ nhất; thứ hai; thứ ba; thứ tư
mức độ 1; mức độ 2; mức độ 3; mức độ 4
đồng ý|tán thành; ý kiến khác; không đồng ý|không tán thành
"""))
"""Each line is an axis; what semicolons part cannot overlap, strokes part words for the same place."""

_COMING, _DONE, _LEVELS = 1, 4, len(STATES) - 1
_STEPS = frozenset([_COMING, _DONE])
"""What comes in, is done and is left: what is new may be the whole of what is done and of what is left."""

_UNSURE = _STEPS | {_LEVELS}
"""Axes whose last place does not tell that all parts are named: what came over, what is left, levels."""

_PERSONAL = [number for number, axis in enumerate(AXES) if axis[0] & {"nam", "đảng viên", "dân tộc"}]
"""Axes of what one and the same person is besides anything else."""

_CLASS = re.compile(r"\b(hạng|loại|mức|nhóm|bậc|vùng|đợt|ca|khu vực|ấp|thôn|xã|phường) ([ivx]+|[a-dđ]|\d+)\b")
_REST = words_of("còn lại|khác")


def opposed(one: str, other: str) -> bool:
    """Whether two texts speak of different levels, each of one only."""
    low, high = (_places(folded(text)).get(_LEVELS, frozenset()) for text in (one, other))
    return len(low) == len(high) == 1 and low != high


def are_siblings(one: str, other: str) -> bool:
    """Whether two names are of one sort, so that neither is the whole of the other: levels, grades, states."""
    return _lie_apart(one, other, _STEPS)


def divides(named: Sequence[str]) -> bool:
    """Whether the names tell that the parts are all: đúng hạn … quá hạn; hài lòng, không hài lòng; còn lại."""
    names = [f" {name} " for name in named]
    if any(names_any(name, _REST) for name in names):
        return True
    if not exclusive(named):
        return False
    places = list(map(_places, names))
    shared = frozenset.intersection(*map(frozenset, places)) - _UNSURE
    return _is_denied(names) or any(len(AXES[axis]) - 1 in each[axis] for axis in shared for each in places)


def exclusive(named: Sequence[str]) -> bool:
    """Whether no two of the parts can share a thing, by their names."""
    return len(named) > 1 and all(_apart(one, other) for one, other in combinations(named, 2))


def crossing(named: Sequence[str]) -> bool:
    """Whether parts may share a person by their names: nữ and đảng viên."""
    places = list(map(_places, named))
    return any(0 < sum(axis in each for each in places) < len(named) for axis in _PERSONAL)


@lru_cache(maxsize=4_000)
def _apart(one: str, other: str) -> bool:
    names = f" {one} ", f" {other} "
    if any(names_any(name, _REST) for name in names) or _is_denied(names):
        return True
    low_class, high_class = (dict(_CLASS.findall(name)) for name in names)
    if any(low_class[word] != high_class[word] for word in low_class.keys() & high_class.keys()):
        return True
    return _lie_apart(*names)


def _lie_apart(one: str, other: str, but: frozenset[int] = frozenset()) -> bool:
    """Whether two names lie on different places of an axis."""
    low, high = _places(one), _places(other)
    return any(not low[axis] & high[axis] for axis in (low.keys() & high.keys()) - but)


@lru_cache(maxsize=8_000)
def _places(name: str) -> Mapping[int, frozenset[int]]:
    """The places that a text names, by axis; the longest words first, so that “không đạt” is not “đạt”."""
    found: dict[int, frozenset[int]] = {}
    for number, (pattern, place) in enumerate(_PATTERNS):
        if places := frozenset(place[word] for word in pattern.findall(name)):
            left = len(AXES[number]) - 1
            found[number] = frozenset([left]) if number == _DONE and left in places else places
    return found


def _pattern(axis: Axis) -> tuple[re.Pattern[str], Mapping[str, int]]:
    place = {word: number for number, words in enumerate(axis) for word in sorted(words)}
    longest = sorted(place, key=lambda word: (-len(word), word))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b"), place


_PATTERNS = list(map(_pattern, AXES))


def _is_denied(names: Sequence[str]) -> bool:
    """Whether one part is what another is not: hài lòng, không hài lòng."""
    tails = {name.partition(f" {no} ")[2].strip() for name in names for no in ("không", "chưa") if f" {no} " in name}
    return any(tail and f" {tail} " in name and not re.search(rf"\b(?:không|chưa) {re.escape(tail)} ", name)
               for name in names for tail in tails)


def names_any(name: str, words: frozenset[str]) -> bool:
    """Whether a name, with blanks around it, holds one of the words."""
    return any(f" {word} " in name for word in words)
