"""How alike two texts are, and whether two labels speak of the same thing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
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
