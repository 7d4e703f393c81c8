"""Which line of one form is which line of another, by their words.

Applied without asking are only pairs whose words say the same: equal but for abbreviations, spelling and words that
mean nothing, below the same group. Anything else that looks alike is a question, and lines that differ in a level, a
number, a negation or another word that changes what is counted are not even that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from cchc_xl.reconcile.text_likeness import ratio
from cchc_xl.schema.form_model import Form
from cchc_xl.structs import Struct
from cchc_xl.typed_text import folded

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

ALIKE, CLEARLY = 0.74, 0.04
"""Likeness from which two labels are asked about, and by how much one must be nearer than all others."""

_WORD = re.compile(r"[^\W_]+|%")
_NUMBER = re.compile(r"\d+|\b(?:[ivx]{2,}|[vx])\b")


class PairedLine(Struct, frozen=True):
    """A line to pair: its code, words, unit, machine name, and the words of the lines above it, the nearest last."""

    code: str
    label: str
    unit: str = ""
    name: str = ""
    above: tuple[str, ...] = ()


class RowPair(Struct, frozen=True):
    """Two lines that are one; `asked` where people must say so. `why` tells by what."""

    old: PairedLine
    new: PairedLine
    sure: float
    why: str

    @property
    def asked(self) -> bool:
        """Whether somebody has to look at it."""
        return self.sure < 0.9

    @property
    def reworded(self) -> bool:
        """Whether the words differ."""
        return folded(self.old.label.strip(" -.:")) != folded(self.new.label.strip(" -.:"))


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


def codes_above(code: str) -> Iterator[str]:
    """The codes that a code goes on from: III and III.6 of III.6.1."""
    return (code[: found.start()] for found in re.finditer(r"\.", code))


def lines_to_pair(form: Form) -> list[PairedLine]:
    """The lines of a form: groups and figures, printed or not."""
    made = []
    for section in form.sections:
        labels = {line.code: line.label for line in section.lines}
        for line in section.lines:
            above = (section.title, *(labels[code] for code in codes_above(line.code) if code in labels))
            supported = labels.get(getattr(line, "supports", ""), "")
            name, unit = getattr(line, "name", ""), getattr(line, "unit", "")
            made.append(PairedLine(line.code, line.label, unit, name, (*above, supported) if supported else above))
    return made


def pairs(old: Sequence[PairedLine], new: Sequence[PairedLine]) -> list[RowPair]:
    """The pairs in the order of the new lines, each line once."""
    found = {pair.new.code: pair for pair in _same_words(old, new)}
    taken = {pair.old.code for pair in found.values()}
    before = [line for line in old if line.code not in taken]
    after = [line for line in new if line.code not in found]
    told = {id(line) for whole, parts in [*divided(before, after), *divided(after, before)] for line in (whole, *parts)}
    before, after = ([line for line in lines if id(line) not in told] for lines in (before, after))
    for pair in _alike(before, after):
        found[pair.new.code] = pair
    return [in_unit(found[line.code]) for line in new if line.code in found]


def in_unit(pair: RowPair) -> RowPair:
    """The pair; a question where the figure is given in another unit of measure now."""
    old, new = pair.old.unit, pair.new.unit
    if not old or not new or meant(old) == meant(new):
        return pair
    return RowPair(pair.old, pair.new, min(pair.sure, 0.7), f"{pair.why}, ĐVT “{old}” nay là “{new}”")


def divided(
    wholes: Sequence[PairedLine], lines: Sequence[PairedLine]
) -> Iterator[tuple[PairedLine, tuple[PairedLine, ...]]]:
    """Lines that several lines of the other form may have been made of: each says the whole with words more ("… trực
    tuyến", "… trực tiếp"), or a part of what the whole lists ("trước hạn và đúng hạn")."""
    for whole in wholes:
        words = set(meant(whole.label))
        near = [each for each in lines if whole.name and each.name and each.above[:1] == whole.above[:1]]
        more = [each for each in near if words < set(meant(each.label))]
        less = [each for each in near if set(meant(each.label)) < words and len(meant(each.label)) > 2]
        if len(words) > 2 and len(more) > 1:
            yield whole, tuple(more)
        elif len(less) > 1 and words == set().union(*(meant(each.label) for each in less)):
            yield whole, tuple(less)


def _same_words(old: Sequence[PairedLine], new: Sequence[PairedLine]) -> Iterator[RowPair]:
    """Lines whose words mean the same; below the same lines they need no question."""
    known: dict[tuple[tuple[str, ...], bool], list[PairedLine]] = defaultdict(list)
    for line in old:
        known[meant(line.label), bool(line.name)].append(line)
    wanted = Counter((meant(line.label), bool(line.name)) for line in new)
    taken: set[str] = set()
    groups = _paired_groups(old, new)
    for line in new:
        key = meant(line.label), bool(line.name)
        free = [each for each in known[key] if each.code not in taken]
        below = [each for each in free if _below_same(each, line, groups)]
        alone = len(known[key]) == 1 and wanted[key] == 1
        if len(below) == 1 or (below and below[0].code == line.code) or (below and wanted[key] == len(known[key])):
            taken.add(below[0].code)
            yield RowPair(below[0], line, 1.0, "cùng lời, cùng nhóm")
        elif alone and free:
            taken.add(free[0].code)
            yield RowPair(free[0], line, 0.7, "cùng lời, khác nhóm")


def _below_same(one: PairedLine, other: PairedLine, groups: Mapping[tuple[str, ...], tuple[str, ...]]) -> bool:
    """Whether the lines above two lines are the same, or such as share their lines."""
    left, right = (tuple(" ".join(meant(text)) for text in line.above) for line in (one, other))
    return left[-1:] == right[-1:] or groups.get(right) == left


def _paired_groups(
    old: Sequence[PairedLine], new: Sequence[PairedLine]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Groups of the old form by those of the new one that hold mostly the same lines, whatever they are called now."""
    def grouped(lines: Iterable[PairedLine]) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
        made: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
        for line in lines:
            made[tuple(" ".join(meant(text)) for text in line.above)].add(meant(line.label))
        return made
    before, after = grouped(old), grouped(new)
    found = {}
    for place, labels in after.items():
        best = max(before, key=lambda other: len(before[other] & labels), default=())
        same = len(before.get(best, set()) & labels)
        known = telling(place[-1] if place else "") == telling(best[-1] if best else "")
        if same > 1 and same * 5 >= 3 * max(len(labels), len(before[best])) and known:
            found[place] = best
    return found


def _alike(old: Sequence[PairedLine], new: Sequence[PairedLine]) -> Iterator[RowPair]:
    """Lines that look alike and differ in no telling word: questions, the nearest first."""
    scores = sorted(
        (
            (-_likeness(one, other), one.code, other.code, one, other)
            for other in new for one in old
            if bool(one.name) == bool(other.name) and _said_alike(one.label) == _said_alike(other.label)
        ),
        key=lambda each: each[:3],
    )
    best: dict[str, list[float]] = defaultdict(list)
    for score, _, code, *_ in scores:
        best[code].append(-score)
    taken: set[str] = set()
    for score, _, _, one, other in scores:
        if -score < ALIKE:
            return
        near = best[other.code][:2]
        if one.code in taken or other.code in taken or (len(near) > 1 and near[0] - near[1] < CLEARLY):
            continue
        taken |= {one.code, other.code}
        yield RowPair(one, other, round(min(-score, 0.89), 2), "lời gần giống")


def _said_alike(label: str) -> Counter[str]:
    """The telling words of a label; whether it says "tổng" is for people to judge."""
    found = telling(label).copy()
    del found["tổng"]
    return found


def _likeness(one: PairedLine, other: PairedLine) -> float:
    below = 0.05 if one.above[-1:] and meant(one.above[-1]) == meant(other.above[-1] if other.above else "") else 0.0
    return 0.95 * ratio(" ".join(meant(one.label)), " ".join(meant(other.label))) + below
