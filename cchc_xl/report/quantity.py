"""A figure inside a sentence: it can be added, compared and written, and never hides that it is missing.

A template says {{ phieu_a + phieu_b }} or {% if tre_hen > 0 %}; the result knows the indicators it was made of, so the
exported number can be traced and refreshed. A comparison with a missing figure has no answer: it is noted, and the
template's condition is replaced by a placeholder.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import TypeAlias, TypeVar

from cchc_xl.checks.check_context import bare
from cchc_xl.figures import PARTLY, Change, Figure
from cchc_xl.report.figure_marks import FigureMark, Marks, Shown
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import Ratio, Struct, Value, field, replace
from cchc_xl.writing.vietnamese_numbers import counted, in_table, percent, plain, rounded

Operand: TypeAlias = "Quantity | int | float | Decimal"
Part = TypeVar("Part")


class Lack(Struct, frozen=True):
    """Something a sentence needs and does not have: "số liệu III.6.1: Số hồ sơ …"."""

    code: str
    what: str


def lack_of(figure: Figure) -> Lack:
    """Why there is no value: nobody reported, units contradict each other, a rate of nothing or of different units."""
    row = figure.indicator
    named = f"{row.code}: {bare(row.label)}"
    if figure.conflicting:
        return Lack(row.code, f"số liệu thống nhất giữa các đơn vị {named}")
    if figure.whole == 0:
        return Lack(row.code, f"tỷ lệ {named} (không tính tỷ lệ vì không phát sinh)")
    if figure.part is not None:
        return Lack(row.code, f"tỷ lệ {named} (tử số và mẫu số chưa đủ cùng các đơn vị)")
    return Lack(row.code, f"số liệu {named}")


class Paper(Struct):
    """What one rendering notes while it goes along."""

    marks: Marks = field(default_factory=Marks)
    undecided: dict[Lack, None] = field(default_factory=dict)
    """What the conditions asked since the last look lacked; the guards of a template ask for it and write it."""
    cited: set[str] = field(default_factory=set)
    """The documents cited so far, by name."""
    changes: Mapping[str, Change] = {}
    """How figures have changed since the last period, by code, where both are known."""
    yearly: Mapping[str, tuple[str, str]] = {}
    """The same in words against the same period of the year before."""
    in_notes: bool = False
    """Whether the footnotes are being written, each of which cites in full."""

    def first_citation(self, document: str) -> bool:
        """Whether a document has to be cited in full: in a footnote always, in the text the first time."""
        known = document in self.cited
        self.cited.add(document)
        return self.in_notes or not known

    def __bool__(self) -> bool:
        return bool(self.undecided)

    def __str__(self) -> str:
        lacks = tuple(self.undecided)
        self.undecided.clear()
        return self.placeholder(lacks) if lacks else ""

    def placeholder(self, lacks: tuple[Lack, ...]) -> str:
        """The highlighted words in the place of a missing figure."""
        said = "; ".join(lack.what for lack in lacks)
        return self.marks.wrap(
            FigureMark(Shown.MISSING, codes=tuple(lack.code for lack in lacks)), f"〔chưa có {said}〕"
        )


def _operation(
    sign: str, compute: Callable[[Decimal, Decimal], Decimal]
) -> tuple[Callable[[Quantity, Operand], Quantity], Callable[[Quantity, Operand], Quantity]]:
    """How a figure is calculated with what stands to its right, and to its left."""
    return (
        lambda self, other: self._combined(sign, compute, self, other),
        lambda self, other: self._combined(sign, compute, other, self),
    )


def _comparison(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[Quantity, Operand], bool]:
    return lambda self, other: self._compared(compare, other)


class Quantity(Struct, frozen=True, eq=False):
    """One figure, or a calculation with figures, as a sentence of the template sees it.

    `tag` names the indicators and the calculation ("III.6.1 - III.6.2"), `partial` says which units are still missing.
    `part` and `whole` are what a rate was made of.
    """

    paper: Paper
    value: Value | None
    kind: Kind
    tag: str
    title: str
    lacks: tuple[Lack, ...] = ()
    partial: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    part: Decimal | None = None
    whole: Decimal | None = None
    choices: Mapping[str, str] = {}

    def __str__(self) -> str:
        return self.written(self._running_text)

    def written(self, write: Callable[[Value], str], how: str = "") -> str:
        """The figure in the writing asked for, marked; `how` names the writing in the tag."""
        if self.lacks or self.value is None:
            return self.paper.placeholder(self.lacks)
        mark = FigureMark(Shown.FIGURE, f"{self.tag}|{how}" if how else self.tag, self.title, self.codes)
        return self.paper.marks.wrap(mark, write(self.value)) + self.completeness()

    def completeness(self) -> str:
        """The highlighted words after a figure that not all units have given yet."""
        if not self.partial:
            return ""
        said = PARTLY.format("; ".join(self.partial))
        return " " + self.paper.marks.wrap(FigureMark(Shown.PARTIAL, codes=self.codes), said)

    def _running_text(self, value: Value) -> str:
        match value:
            case Decimal() if self.kind is Kind.PERCENT:
                return percent(value)
            case Decimal() if self.kind is Kind.YES_NO:
                return "có" if value else "không"
            case Decimal() if self.kind is Kind.CHOICE:
                return self.choices.get(plain(value), plain(value))
            case Decimal() if self.kind is Kind.DECIMAL:
                return plain(rounded(value, 2))
            case Decimal():
                return counted(value)
        return in_table(value)

    def number(self) -> Decimal:
        """The value to calculate with; a pair counts as its quotient, a text as nothing."""
        match self.value:
            case Decimal() as value:
                return value
            case Ratio(part, whole) if whole:
                return part / whole
        return Decimal(0)

    __add__, __radd__ = _operation("+", operator.add)
    __sub__, __rsub__ = _operation("-", operator.sub)
    __mul__, __rmul__ = _operation("*", operator.mul)
    __truediv__, __rtruediv__ = _operation("/", operator.truediv)

    def _combined(
        self, sign: str, compute: Callable[[Decimal, Decimal], Decimal], left: Operand, right: Operand
    ) -> Quantity:
        """left sign right, with everything that both were made of or lack."""
        low, high = self._quantity(left), self._quantity(right)
        made = replace(
            low if left is self else high,
            kind=Kind.DECIMAL if sign == "/" else self.kind,
            tag=f"{low.tag} {sign} {high.tag}",
            title=f"{low.title} {sign} {high.title}",
            lacks=merged(low.lacks, high.lacks),
            partial=merged(low.partial, high.partial),
            codes=merged(low.codes, high.codes),
            part=None, whole=None,
        )
        try:
            return replace(made, value=None if made.lacks else compute(low.number(), high.number()))
        except (DivisionByZero, InvalidOperation):
            return replace(
                made, value=None, lacks=(Lack(made.tag, f"kết quả {made.tag}: không tính tỷ lệ vì không phát sinh"),)
            )

    def _quantity(self, other: Operand) -> Quantity:
        if isinstance(other, Quantity):
            return other
        number = Decimal(str(other))
        return Quantity(self.paper, number, self.kind, plain(number), plain(number))

    __lt__, __le__, __gt__, __ge__ = map(_comparison, (operator.lt, operator.le, operator.gt, operator.ge))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.decided() and self.value == other
        return isinstance(other, Quantity | int | float | Decimal) and self._compared(operator.eq, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.tag, self.kind))

    def __bool__(self) -> bool:
        """A template may ask {% if so_ho_so %}: whether there are any."""
        return self.decided() and (bool(self.value) if isinstance(self.value, str) else self.number() != 0)

    def __int__(self) -> int:
        return int(self.number()) if self.decided() else 0

    def __float__(self) -> float:
        return float(self.number()) if self.decided() else 0.0

    def _compared(self, compare: Callable[[Decimal, Decimal], bool], other: Operand) -> bool:
        if not isinstance(other, Quantity):
            return self.decided() and compare(self.number(), Decimal(str(other)))
        return self.decided() and other.decided() and compare(self.number(), other.number())

    def decided(self) -> bool:
        """Whether there is a value to judge by; what lacks is noted for the condition that asks."""
        if self.lacks:
            self.paper.undecided.update(dict.fromkeys(self.lacks))
        return not self.lacks


def merged(left: tuple[Part, ...], right: tuple[Part, ...]) -> tuple[Part, ...]:
    """Both, each thing once."""
    return tuple(dict.fromkeys(left + right))
