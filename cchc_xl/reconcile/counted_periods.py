"""The periods that counts of a text are told of: which words name one, which months it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cchc_xl.reconcile.own_changes import ELSEWHEN

PERIOD = re.compile(
    r"\b(?:quý (?:[ivx]+|\d)|(?:trong )?(?:quý|tháng) (?:này|trước)|hai quý (?:đầu|cuối) năm|"
    r"học kỳ (?:[ivx]+|\d|một|hai)|nửa (?:đầu|cuối) năm|"
    r"(?:\d{1,2}|sáu|chín|ba) tháng(?: (?:đầu|cuối) năm)?|"
    r"tháng \d{1,2}|cả năm(?: học)?|trong năm|năm \d{4}|trong quý|trong tháng|lũy kế|luỹ kế|từ đầu năm)\b"
)


def months(period: str) -> frozenset[int]:
    """The months of a year that a period holds, none where the words tell none; 0 and -1 for this one and the last."""
    first, last = 1, 12
    if found := re.search(r"(?:quý|tháng) (này|trước)", period):
        return frozenset([0 if found[1] == "này" else -1])
    if found := re.search(r"quý ([ivx]+|\d)", period):
        quarter = ("i", "ii", "iii", "iv").index(found[1]) + 1 if found[1] in ("i", "ii", "iii", "iv") else 0
        last = 3 * (quarter or int(found[1] if found[1].isdigit() else 0))
        first = last - 2
    elif found := re.search(r"(\d{1,2}|sáu|chín|ba|hai) (?:tháng|quý)", period):
        length = {"sáu": 6, "chín": 9, "ba": 3, "hai": 6}.get(found[1]) or int(found[1])
        first, last = (13 - length, 12) if "cuối" in period else (1, length)
    elif found := re.search(r"tháng (\d{1,2})", period):
        first = last = int(found[1])
    elif found := re.search(r"học kỳ (\w+)|nửa (\w+)", period):
        second = {"ii", "2", "hai", "cuối"} & set(found.groups())
        first, last = (7, 12) if second else (1, 6)
    elif not re.search(r"\bnăm\b", period) or ELSEWHEN.search(period):
        return frozenset()
    return frozenset(range(max(first, 1), last + 1))


def is_longer(whole: str, periods: Sequence[str]) -> bool:
    """Whether the parts are of periods that share no month, and the whole of one that holds them all."""
    held, parts = months(whole), [months(period) for period in periods]
    union = frozenset[int]().union(*parts)
    apart = sum(map(len, parts)) == len(union) and all(parts) and len(parts) > 1
    return apart and union <= held and ("kế" not in whole or 1 in union)
