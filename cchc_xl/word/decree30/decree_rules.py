"""The rules of the decree as data: nghi_dinh_30.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from cchc_xl.findings import Rule, Severity
from cchc_xl.structs import Struct, converted

RULES_FILE = Path(__file__).with_name("nghi_dinh_30.toml")


MEASURED = {
    "co_chu": "cỡ chữ", "dam": "chữ đậm", "nghieng": "chữ nghiêng", "in_hoa": "chữ in hoa", "canh": "canh lề",
    "thut_dong": "thụt đầu dòng", "cach_doan": "cách đoạn", "gian_dong": "giãn dòng",
}
"""What is measured of a part, by the last word of the rule's code."""


class PageRule(Struct, frozen=True):
    """A length of the page, in millimetres."""

    id: str
    name: str
    low: float
    high: float
    item: str


class PartRule(Struct, frozen=True):
    """How a part of the document looks. What is not given is not measured; sizes and gaps in points, indents in mm."""

    id: str
    name: str
    item: str
    required: bool = False
    size: Sequence[float] = ()
    bold: bool | None = None
    italic: bool | None = None
    caps: bool | None = None
    align: str | None = None
    first_line: Sequence[float] = ()
    gap: Sequence[float] = ()
    line: Sequence[float] = ()


class TextRule(Struct, frozen=True):
    """What a part must say as a whole (`pattern`), or must not say anywhere (`wrong`); with one text of each kind."""

    id: str
    parts: tuple[str, ...]
    need: str
    item: str
    right: str
    bad: str
    pattern: str = ""
    wrong: str = ""
    fold: bool = False
    severity: Severity = Severity.ERROR


class SpecialRule(Struct, frozen=True):
    """A rule that a function of this package measures; `low` and `high` as shares of the length of a text."""

    id: str
    need: str
    item: str
    severity: Severity = Severity.ERROR
    low: float = 0
    high: float = 0
    slack: float = 0


class Rules(Struct, frozen=True, dict=True):
    """All rules."""

    decree: str
    font: str
    tolerance: float
    page: tuple[PageRule, ...]
    part: tuple[PartRule, ...]
    text: tuple[TextRule, ...]
    special: tuple[SpecialRule, ...]

    @cached_property
    def told(self) -> dict[str, Rule]:
        """The rules that findings are made by: a part has one for each thing measured, and one where it is missing."""
        made = [Rule(rule.id, Severity.ERROR, f"{rule.name}: {_range(rule)} mm") for rule in self.page]
        for part in self.part:
            made.append(Rule(f"{part.id}.thieu", Severity.ERROR, f"Báo cáo có {part.name}"))
            made += [Rule(f"{part.id}.{key}", Severity.ERROR, f"{part.name}: {what}") for key, what in MEASURED.items()]
        made += [Rule(rule.id, rule.severity, rule.need, rule.right, rule.bad) for rule in self.text]
        made += [Rule(rule.id, rule.severity, rule.need) for rule in self.special]
        return {rule.code: rule for rule in made}

    @cached_property
    def parts(self) -> dict[str, PartRule]:
        """The parts by their ids."""
        return {rule.id: rule for rule in self.part}

    @cached_property
    def specials(self) -> dict[str, SpecialRule]:
        """The special rules by their ids."""
        return {rule.id: rule for rule in self.special}


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules of the decree."""
    return converted(tomllib.loads(RULES_FILE.read_text(encoding="utf-8")), Rules)


def _range(rule: PageRule) -> str:
    return f"{rule.low:g}" if rule.low == rule.high else f"{rule.low:g}–{rule.high:g}"
