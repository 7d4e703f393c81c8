"""Two forms line by line: what is kept, reworded, divided, joined, new and gone; as a workbook that people correct.

Applied without asking are only pairs whose words say the same: equal but for abbreviations, spelling and words that
mean nothing, below the same group. Anything else that looks alike is a question, and lines that differ in a level, a
number, a negation or another word that changes what is counted are not even that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from cchc_xl.declaration.declaration_workbook import DIVIDED, GONE, JOINED, KEPT, NEW, REWORDED, ListedLine
from cchc_xl.reconcile.appendix_lines import unit_in_label
from cchc_xl.reconcile.text_likeness import best_pairs, meant, ratio, said_alike, telling
from cchc_xl.schema.form_model import Form, Section
from cchc_xl.schema.table_model import cell_code
from cchc_xl.typed_text import folded
from cchc_xl.values import Struct, replace

ALIKE, CLEARLY = 0.74, 0.04
"""Likeness from which two labels are asked about, and by how much one must be nearer than all others."""


class PairedLine(Struct, frozen=True):
    """A line to pair: its code, words, unit, machine name, and the words of the lines above it, the nearest last.

    Of a table's figure, `column` are the headings of its column, without the printed number: that, and with it the end
    of the machine name, is another one as soon as a column is put in before it. `said` are its words without it.
    """

    code: str
    label: str
    unit: str = ""
    name: str = ""
    above: tuple[str, ...] = ()
    column: str = ""
    said: str = ""

    @property
    def words(self) -> str:
        """What tells it from others."""
        return self.said or self.label


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
        return folded(self.old.words.strip(" -.:")) != folded(self.new.words.strip(" -.:"))


def codes_above(code: str) -> Iterator[str]:
    """The codes that a code goes on from: III and III.6 of III.6.1."""
    return (code[: found.start()] for found in re.finditer(r"\.", code))


def lines_to_pair(form: Form) -> list[PairedLine]:
    """The lines of a form: groups and figures, printed or not."""
    made = []
    for section in form.sections:
        labels = {line.code: line.label for line in section.lines}
        cells = dict(_cells(section))
        for line in section.lines:
            above = (section.title, *(labels[code] for code in codes_above(line.code) if code in labels))
            supported = labels.get(getattr(line, "supports", ""), "")
            name, unit = getattr(line, "name", ""), getattr(line, "unit", "")
            paired = PairedLine(line.code, line.label, unit, name, (*above, supported) if supported else above)
            made.append(replace(paired, **cells[line.code]) if line.code in cells else paired)
    return made


def _cells(section: Section) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the figures of tables have of their rows and columns, by code."""
    for table in section.tables:
        for group, rows in table.groups():
            for row, column in product(rows, table.columns):
                above = " › ".join(filter(None, (table.label, group, *column.titles[:-1])))
                yield cell_code(row.code, column.code), {
                    "above": (section.title, above), "column": " › ".join(column.titles),
                    "said": f"{row.label.strip(' -:.')}: {column.title}",
                }


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
    both = pair.old, pair.new
    for old, new in ([each.unit for each in both], [unit_in_label(each.label) for each in both]):
        if old and new and meant(old) != meant(new):
            return RowPair(*both, min(pair.sure, 0.7), f"{pair.why}, ĐVT “{old}” nay là “{new}”")
    return pair


def divided(
    wholes: Sequence[PairedLine], lines: Sequence[PairedLine]
) -> Iterator[tuple[PairedLine, tuple[PairedLine, ...]]]:
    """Lines that several lines of the other form may have been made of: each says the whole with words more ("… trực
    tuyến", "… trực tiếp"), or a part of what the whole lists ("trước hạn và đúng hạn")."""
    for whole in wholes:
        words = set(meant(whole.words))
        near = [each for each in lines if whole.name and each.name and each.above[:1] == whole.above[:1]]
        more = [each for each in near if words < set(meant(each.words))]
        less = [each for each in near if set(meant(each.words)) < words and len(meant(each.words)) > 2]
        if len(words) > 2 and len(more) > 1:
            yield whole, tuple(more)
        elif len(less) > 1 and words == set().union(*(meant(each.words) for each in less)):
            yield whole, tuple(less)


def _same_words(old: Sequence[PairedLine], new: Sequence[PairedLine]) -> Iterator[RowPair]:
    """Lines whose words mean the same; below the same lines they need no question."""
    known: dict[tuple[tuple[str, ...], bool], list[PairedLine]] = defaultdict(list)
    for line in old:
        known[meant(line.words), bool(line.name)].append(line)
    wanted = Counter((meant(line.words), bool(line.name)) for line in new)
    taken: set[str] = set()
    groups = _paired_groups(old, new)
    for line in new:
        key = meant(line.words), bool(line.name)
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
            made[tuple(" ".join(meant(text)) for text in line.above)].add(meant(line.words))
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
    before, after = ({line.code: line for line in lines} for lines in (old, new))
    scores = (
        (_likeness(one, other), other.code, one.code) for other in new for one in old
        if bool(one.name) == bool(other.name) and said_alike(one.words) == said_alike(other.words)
    )
    for score, code, known in best_pairs(scores, ALIKE, CLEARLY):
        yield RowPair(before[known], after[code], round(min(score, 0.89), 2), "lời gần giống")


def _likeness(one: PairedLine, other: PairedLine) -> float:
    below = 0.05 if one.above[-1:] and meant(one.above[-1]) == meant(other.above[-1] if other.above else "") else 0.0
    return 0.95 * ratio(" ".join(meant(one.words)), " ".join(meant(other.words))) + below


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
    sure = {pair.old.code for pair in found.values() if not pair.asked}
    by_name = {
        line.code: in_unit(_of_one_name(same, line)) for line in after for same in [named.get(line.name)]
        if same and same.code not in sure and (line.code not in found or found[line.code].asked)
    }
    taken = {pair.old.code for pair in by_name.values()}
    found = {code: pair for code, pair in found.items() if not (pair.asked and pair.old.code in taken)} | by_name
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


KeptLine = tuple[LineChange, PairedLine, PairedLine]
"""What is said of a line that both forms have, as the old one has it, as the new one has it."""


def kept_lines(old: Form, new: Form) -> tuple[list[KeptLine], list[KeptLine]]:
    """The lines that both forms have, and the figures among them of which only people can tell that they are one."""
    both = [(each, each.old, each.new) for each in differences(old, new) if each.old and each.new]
    return both, [(each, one, other) for each, one, other in both if not each.work and one.name]


def _of_one_name(old: PairedLine, new: PairedLine) -> RowPair:
    """Two lines of one machine name; a question where words that change what is counted stand in only one of them, or
    they stand below other headings."""
    told = [(telling(" ".join((*line.above[-1:], line.words))), meant(line.column)) for line in (old, new)]
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
