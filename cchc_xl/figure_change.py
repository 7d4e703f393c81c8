"""How a figure has changed since the last period, in words: tăng 3,83% (378), giảm 2,04 điểm %, không đổi.

Rates change by percentage points. A change from zero has an amount but no rate, for nothing is a percentage of nothing.
"""

from __future__ import annotations

from decimal import Decimal

from cchc_xl.figures import Figure
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.structs import Struct, replace
from cchc_xl.writing.vietnamese_numbers import fixed, plain, rounded

UP, DOWN, SAME = "tăng", "giảm", "không đổi"


class Change(Struct, frozen=True):
    """A change: its word, its amount without a sign, and its rate where there is one.

    `points` tells that the amount is in percentage points.
    """

    word: str
    amount: Decimal
    rate: Decimal | None = None
    points: bool = False

    @property
    def text(self) -> str:
        """The change as a report says it."""
        if self.word == SAME:
            return SAME
        if self.points:
            return f"{self.word} {points(self.amount)}"
        if self.rate is None:
            return f"{self.word} {plain(self.amount)}"
        return f"{self.word} {fixed(self.rate, 2)}% ({plain(self.amount)})"

    def beside(self, unit: str, then: str) -> str:
        """The same as it stands in brackets behind a figure: tăng 12 hồ sơ, 8,33% so với cùng kỳ năm trước."""
        if self.word == SAME:
            return f"bằng {then}"
        if self.points:
            return f"{self.text} so với {then}"
        rate = "" if self.rate is None else f", {fixed(self.rate, 2)}%"
        return f"{self.word} {plain(self.amount)} {unit}".strip() + f"{rate} so với {then}"


def change(now: Figure, before: Figure | None) -> Change | None:
    """How a figure has changed; None where one of the two is missing, incomplete or no number."""
    if before is None or not now.complete or not before.complete:
        return None
    if not isinstance(now.value, Decimal) or not isinstance(before.value, Decimal):
        return None
    if now.indicator.kind is Kind.PERCENT:
        found = _change(_as_printed(now), _as_printed(before), points=True)
        alike = word_of_parts(now.part, now.whole, before.part, before.whole)
        return found if found.amount else replace(found, word=alike)
    if now.indicator.kind in (Kind.COUNT, Kind.DECIMAL):
        return _change(now.value, before.value, points=False)
    return None


def points(amount: Decimal) -> str:
    """The size of a change of a rate; that of rates which print alike but differ is not nothing."""
    return f"{fixed(amount, 2)} điểm %" if amount else "dưới 0,01 điểm %"


def word_of_parts(part: Decimal | None, whole: Decimal | None, was: Decimal | None, of: Decimal | None) -> str:
    """How a rate changed by what it is and was made of, where the printed rates are alike: 99.999 of 100.000 is more
    than 99.998. Unchanged where that is not known."""
    if part is None or whole is None or was is None or of is None or part * of == was * whole:
        return SAME
    return UP if part * of > was * whole else DOWN


def _as_printed(figure: Figure) -> Decimal:
    """A rate as it is printed: the change is that of the printed rates, which the reader can work out again."""
    assert isinstance(figure.value, Decimal)
    return rounded(figure.value, 2)


def _change(now: Decimal, before: Decimal, *, points: bool) -> Change:
    if now == before:
        return Change(SAME, Decimal(0), points=points)
    amount = abs(now - before)
    rate = None if points or before == 0 else rounded(amount * 100 / abs(before), 2)
    return Change(UP if now > before else DOWN, amount, rate, points)
