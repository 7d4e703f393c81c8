"""The words of a declaration and what they mean to the program, and the machine names made from what people write.

Words are read forgivingly: case, blanks, decomposed letters and missing diacritics make no difference; each is written
back in the spelling given here. Names are lower case without diacritics, kept for ever afterwards.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from cchc_xl.rule_registry import SEVERITY_WORDS
from cchc_xl.rules.rule_syntax import RuleMissing
from cchc_xl.schema.model_kinds import Kind, Source, Total
from cchc_xl.typed_text import folded, without_marks

SECTION, GROUP = "Phần", "Nhóm"

KINDS = {
    Kind.COUNT: "Số đếm", Kind.DECIMAL: "Số thập phân", Kind.PERCENT: "Tỷ lệ %", Kind.YES_NO: "Có/Không",
    Kind.CHOICE: "Chọn một", Kind.RATIO: "Đã làm/tổng", Kind.TEXT: "Chữ",
    Kind.DATE: "Ngày",
}
TABLE, ROW, OPEN_ROW, TOTAL_ROW, UNIT_ROW, ADDED_ROW = TABLE_KINDS = (
    "Bảng", "Dòng", "Dòng mở", "Dòng tổng", "Dòng đơn vị", "Dòng thêm"
)
"""Lines of tables with columns of their own (sheet Cột). An open row is the place where units add rows, an added row is
one that they did; a row of units stands for one printed row of each unit."""
SOURCES = {
    Source.TYPED: "Nhập", Source.COMPUTED: "Tính", Source.PREVIOUS: "Kỳ trước", Source.CUMULATIVE: "Lũy kế",
    Source.PLANNED: "Kế hoạch", Source.RATE: "Tỷ lệ",
}

TOTALS = {
    Total.SUM: "Cộng", Total.COUNT_YES: "Đếm có", Total.ALL_YES: "Mọi nơi có", Total.SAME: "Giống nhau",
    Total.RATIO: "Tử/mẫu", Total.CITY: "Một nơi", Total.UNITS: "Số đơn vị", Total.NONE: "Nối lời",
}
NOT_ADDED = "Không"
"""Another word for what is not added up."""

SEVERITIES = SEVERITY_WORDS
RULE_MISSING = {
    RuleMissing.SKIP_ANY: "Bỏ qua nếu thiếu một", RuleMissing.SKIP_ALL: "Bỏ qua nếu thiếu cả",
    RuleMissing.ZERO: "Coi là 0",
}
YES, NO, BLANK_IS_ZERO, WHEN = "Có", "Không", "Trống là 0", "khi"
UNIT_KINDS = {"ward": "Phường", "department": "Phòng ban", "city": "Thành phố", "commune": "Xã", "province": "Tỉnh"}
"""Kinds of units that go by a short name inside the program; any other kind is known by its own word."""

INFO_KINDS = {"text": "Chữ", "date": "Ngày", "int": "Số"}
CHART_KINDS = {"by_unit": "Số của từng đơn vị", "rate_by_unit": "Tỷ lệ của từng đơn vị", "shares": "Phần trong tổng"}

Meaning = TypeVar("Meaning", bound=StrEnum | str)
Named = TypeVar("Named")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text for comparing: lower case, without diacritics, single blanks."""
    return " ".join((text if text.isascii() else without_marks(text.casefold())).lower().split())


def by_name(named: Iterable[tuple[str, Named]]) -> dict[str, Named]:
    """What names stand for, as names are compared; without tones and marks only where one alone is called so."""
    known = {folded(name): it for name, it in named}
    bare = Counter(map(plain, known))
    return {plain(name): it for name, it in known.items() if bare[plain(name)] == 1} | known


def meaning(words: Mapping[Meaning, str], typed: str) -> Meaning:
    """What a word stands for. Raises `ValueError` with the words to choose from."""
    asked = plain(typed)
    for value, word in words.items():
        if plain(word) == asked:
            return value
    raise ValueError(f"“{typed}” không nằm trong danh sách: {'; '.join(words.values())}.")


def yes_or_no(typed: str) -> bool:
    """Có or Không. Raises `ValueError`."""
    return meaning({"1": YES, "": NO}, {"x": YES, "1": YES, "0": NO, "k": NO, "ko": NO}.get(plain(typed), typed)) == "1"


def unit_kind(typed: str) -> str:
    """The kind of units that a word names."""
    asked = plain(typed)
    return next((kind for kind, word in UNIT_KINDS.items() if plain(word) == asked), typed)


def named_unit_kind(kind: str) -> str:
    """The word for a kind of units."""
    return UNIT_KINDS.get(kind, kind)


NEAR = 0.75
"""How alike two words must be, from 0 to 1."""


def nearest(word: str, known: Iterable[str]) -> str:
    """What somebody may have meant: “ Có phải “…”?”; empty where nothing is near."""
    import difflib

    by_plain = {plain(each): each for each in known}
    found = difflib.get_close_matches(plain(word), by_plain, 1, NEAR)
    return f" Có phải “{by_plain[found[0]]}”?" if found else ""


LONGEST = 48
TAKEN = frozenset({
    "tt", "vb", "noi_dung", "truoc", "cung_ky", "phu_luc_1", "phu_luc_2", "bieu_do", "du_thao", "tang_giam",
    "theo_don_vi", "so_don_vi", "previous", "last_year", "count", "all", "any", "partition", "follows", "implies",
    "true", "false", "none",
    *keyword.kwlist,
})
"""Names that mean something in templates and rules."""

CELL_ESCAPE = "_(?=x[0-9a-f]+_)"
"""Spreadsheets read what follows as a control character (ECMA-376 Part 1, 22.9.2.19); LibreOffice with fewer than four
digits too."""

JOINER = "\u2060"
"""Invisible; keeps a spreadsheet from taking part of a text for an escape, and is taken out when the text is read."""


def is_name(text: str) -> bool:
    """Whether it has letters that rules and templates take."""
    return text.isascii() and text.isidentifier() and text.islower() and text[0] != "_"


def shielded(text: str) -> str:
    """A text for a cell that other programs save."""
    return re.sub(CELL_ESCAPE, f"_{JOINER}", text)


def name_from(label: str, used: set[str], prefix: str = "dong") -> str:
    """A name for a label that is not in use yet; added to the used ones."""
    words = re.sub("[^a-z0-9]+", "_", plain(label)).strip("_") or prefix
    if not words[0].isalpha():
        words = f"{prefix}_{words}"
    short = words if len(words) <= LONGEST else words[:LONGEST].rpartition("_")[0] or words[:LONGEST]
    short = re.sub(CELL_ESCAPE, "", short)
    name, number = short, 1
    while name in used or name in TAKEN:
        number += 1
        name = f"{short}_{number}"
    used.add(name)
    return name


def lasting_name(words: str) -> str:
    """A name that only these words have, whatever other names there are: what its letters lose is told by a number."""
    name = name_from(words, set())
    lossless = name == words.replace(" ", "_")
    if lossless:
        return name
    # Hardly any label loses letters; loading what digests are made with takes longer than naming a whole form.
    from hashlib import sha256

    return f"{name}_{sha256(words.encode()).hexdigest()[:6]}"
