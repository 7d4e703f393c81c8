"""Two forms line by line: what is kept, reworded, divided, joined, new and gone; as a workbook that people correct."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cchc_xl.declaration.form_changes import (
    DIVIDED,
    GONE,
    JOINED,
    KEPT,
    NEW,
    REWORDED,
    ListedLine,
)
from cchc_xl.drafting.row_pairs import PairedLine, RowPair, divided, in_unit, lines_to_pair, pairs, telling
from cchc_xl.schema.form_model import Form
from cchc_xl.structs import Struct

SURE_WORDS = "chưa chắc: chọn Việc"


class LineChange(Struct, frozen=True):
    """A line of the comparison; no `work` where people must say what it is."""

    work: str
    old: PairedLine | None
    new: PairedLine | None
    sure: float
    why: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Its cells on the sheet."""
        sides = [(side.code, side.label) if side else ("", "") for side in (self.old, self.new)]
        return self.work, *sides[0], *sides[1], f"{self.sure:.0%}", self.why


def differences(old: Form, new: Form) -> list[LineChange]:
    """Every line of both forms, in the order of the new one, then what is gone."""
    before, after = (lines_to_pair(form) for form in (old, new))
    named = {line.name: line for line in before if line.name}
    found = {pair.new.code: pair for pair in pairs(before, after)}
    for line in after:
        if line.name in named and (line.code not in found or found[line.code].asked):
            found[line.code] = in_unit(_of_one_name(named[line.name], line))
    used = {pair.old.code for pair in found.values()}
    gone = [line for line in before if line.code not in used]
    fresh = [line for line in after if line.code not in found]
    asked = [*_divisions(gone, fresh, DIVIDED), *_divisions(fresh, gone, JOINED)]
    told = {side.code for each in asked for side in (each.old, each.new) if side}
    made = [_change(found[line.code]) for line in after if line.code in found]
    made += [LineChange(NEW, None, line, 1.0, "không có trong biểu mẫu cũ") for line in fresh if line.code not in told]
    made += [LineChange(GONE, line, None, 1.0, "không có trong biểu mẫu mới") for line in gone if line.code not in told]
    order = {line.code: place for place, line in enumerate(after)}
    return sorted([*made, *asked], key=lambda each: order.get(each.new.code, len(order)) if each.new else len(order))


def _of_one_name(old: PairedLine, new: PairedLine) -> RowPair:
    """Two lines of one machine name; a question where words that change what is counted stand in only one of them."""
    told = [telling(" ".join((*line.above[-1:], line.label))) for line in (old, new)]
    return RowPair(old, new, 1.0 if told[0] == told[1] else 0.7, "cùng tên máy")


def _change(pair: RowPair) -> LineChange:
    if pair.asked:
        return LineChange("", pair.old, pair.new, pair.sure, f"{pair.why}; {SURE_WORDS}")
    return LineChange(REWORDED if pair.reworded else KEPT, pair.old, pair.new, pair.sure, pair.why)


def _divisions(wholes: Sequence[PairedLine], parts: Sequence[PairedLine], work: str) -> Iterator[LineChange]:
    """Lines that several of the other form may have been made of: asked, never applied."""
    for whole, inside in divided(wholes, parts):
        for part in inside:
            old, new = (whole, part) if work == DIVIDED else (part, whole)
            yield LineChange("", old, new, 0.6, f"có thể là {work}; {SURE_WORDS}")


def listed(form: Form) -> list[ListedLine]:
    """The lines of a form for the workbook."""
    return [ListedLine(line.code, line.label, line.unit, line.name, form.id) for line in lines_to_pair(form)]
