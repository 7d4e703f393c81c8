"""Lines of sheet Chỉ tiêu drafted from a printed table, every cell that was proposed with how sure it is.

A rate gets its two numbers: printed lines of its group where their words say so, else lines of its own that the print
does not show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cchc_xl.drafting.outline import DASHES, Line, parts_of
from cchc_xl.drafting.proposals import (
    ASKED,
    COUNTS,
    PAIR_NOTE,
    Proposal,
    kind_of,
    options_of,
)
from cchc_xl.drafting.row_pairs import meant
from cchc_xl.drafting.who_reports import NOT_SAID, Reported, reported
from cchc_xl.reconcile.stated_counts import COMPLETE
from cchc_xl.schema import declaration_words as words
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.structs import Struct
from cchc_xl.typed_text import folded

NUMBERS = (Kind.COUNT, Kind.DECIMAL)
HINTS = re.compile(r"(?i)(?:ghi|nêu|liệt kê|số|thời gian|văn bản số|đính kèm|tên|lý do|nội dung|kèm)\b")
ANSWERED = re.compile(r"\d/[A-ZĐ\d]")
"""A document's number or a day: the note of an appendix that somebody has filled."""

DONE = re.compile("|".join(map(folded, (
    r"\bđã (?:được )?(?:hoàn thành|giải quyết|xử lý|rà soát|thực hiện|đào tạo|trả|triển khai)", r"\bcó mặt\b",
    r"\bthực tế\b", r"\bhoàn thành\b", r"\bđúng (?:tiến độ|hạn|hẹn|quy trình)\b", r"\bđược xử lý\b",
))))
AT_THE_END = re.compile("|".join(map(folded, (r"\bcó mặt\b", r"\bhiện có\b", r"\bđang\b", r"\btại thời điểm\b"))))
PREDICATE = re.compile("|".join(
    rf"\b{folded(word)}\b" for word in ("được", "đã", "hoàn thành", "đúng", "qua", "so với", "theo", "có")
))
_RATE_WORDS = re.compile(r"(?i)^[\s\-–+]*(?:tỷ|tỉ) lệ\s*(?:phần trăm|%|\(%\))?\s*(?:số\s+)?")
_OF_NOTE = re.compile(r"(?P<part>(?:Số|Tổng)[^/]+)/\s*(?P<whole>(?:Số|Tổng)[^/]+?)\.?")


@dataclass
class DraftLine:
    """A line: its cells by title, what was proposed for each and how sure, and the cell of the appendix it is from."""

    cells: dict[str, str]
    proposals: dict[str, Proposal] = field(default_factory=dict)
    where: str = ""

    def propose(self, title: str, proposal: Proposal, text: str = "") -> None:
        """Writes a proposal into its cell; one that is a question leaves it empty."""
        self.proposals[title] = proposal
        if proposal.sure >= ASKED:
            self.cells[title] = text or proposal.text


class Levels(Struct, frozen=True):
    """The words for those who report: the office itself, and the level below."""

    upper: str
    lower: str

    def who(self, told: Reported) -> Proposal:
        """Who reports a line; asked where nothing tells it, whatever stands there meanwhile."""
        why = NOT_SAID if told.asked else told.total.why
        return Proposal(self.lower if told.lower else self.upper, min(told.total.sure, 0.8), why, told.asked)


def drafted(lines: Sequence[Line], levels: Levels) -> list[DraftLine]:
    """The lines of sheet Chỉ tiêu, with those that rates need."""
    made = {line.code: _line(line, levels) for line in lines}
    kinds = {line.code: Kind(kind_of(line).text) for line in lines if line.is_figure}
    for whole, parts in parts_of(lines):
        _limit_parts(whole, parts, kinds, made)
    out: list[DraftLine] = []
    for line in lines:
        own = made[line.code]
        out.append(own)
        if line.is_figure:
            _limit_done(line, kinds, own)
            if kinds[line.code] is Kind.PERCENT:
                out += _with_parts(line, kinds, own, reported(line, Kind.PERCENT), levels)
    return out


def _line(line: Line, levels: Levels) -> DraftLine:
    cells = {"Mã": line.code, "Chỉ tiêu": line.label, "ĐVT": line.row.unit}
    made = DraftLine(cells, where=line.row.where)
    if line.level == "section":
        cells |= {"Kiểu": words.SECTION, "STT in": "" if line.row.stt == line.code else line.row.stt or "–"}
    elif line.level == "group":
        cells["STT in"] = line.printed_number
        made.propose("Kiểu", Proposal(words.GROUP, line.sure, line.why))
    else:
        cells["STT in"] = line.printed_number
        _figure(line, made, levels)
    return made


def _figure(line: Line, made: DraftLine, levels: Levels) -> None:
    kind = kind_of(line)
    told = reported(line, Kind(kind.text))
    asked = Kind.YES_NO if told.counted else Kind(kind.text)
    sure = min(kind.sure, line.sure if line.children else 1.0, told.total.sure if told.counted else 1.0)
    made.propose("Kiểu", Proposal(words.KINDS[asked], sure, kind.why))
    made.propose("Cách cộng", told.total, words.TOTALS[Total(told.total.text)])
    if asked is not Kind.PERCENT:
        made.propose("Ai báo cáo", levels.who(told))
    if asked is Kind.CHOICE:
        made.cells["Lựa chọn"] = "; ".join(f"{label} = {number}" for number, label in options_of(line).items())
    if asked is Kind.PERCENT:
        made.cells["Giới hạn"] = "0..100"
    if folded("nếu có") in folded(line.label):
        made.propose("Bắt buộc", Proposal(words.NO, 0.8, "tên ghi “nếu có”"))
    if asked in NUMBERS and AT_THE_END.search(line.words):
        made.propose("Lũy kế", Proposal(words.NO, 0.8, "số tại thời điểm"))
    if HINTS.match(line.row.note) and not ANSWERED.search(line.row.note):
        made.cells["Ghi chú gợi ý"] = line.row.note


def _limit_parts(
    whole: Line, parts: Sequence[Line], kinds: dict[str, Kind], made: dict[str, DraftLine]
) -> None:
    """Dashed parts are not more than their whole; where it says that they are all, they make it up."""
    counted = [part for part in parts if kinds[part.code] in NUMBERS]
    if kinds[whole.code] not in NUMBERS:
        return
    if len(counted) > 1 and any(folded(whole.label).rstrip(" :.").endswith(word) for word in COMPLETE):
        parts_sum = Proposal(" + ".join(part.code for part in counted), 0.8, "dòng kể đủ các thành phần")
        made[whole.code].propose("Bằng tổng của", parts_sum)
        return
    for part in counted:
        _limit(made[part.code], whole, "dòng thành phần không lớn hơn dòng tổng")


def _limit_done(line: Line, kinds: dict[str, Kind], own: DraftLine) -> None:
    """What is done is not more than what there was to do: the nearest count of the group that is not done itself."""
    if kinds[line.code] is not Kind.COUNT or not DONE.search(line.words) or line.parent is None or line.whole:
        return
    before = line.parent.children[: line.parent.children.index(line)]
    unit = folded(line.row.unit)
    wholes = [
        each for each in before
        if each.is_figure and kinds[each.code] is Kind.COUNT and not DONE.search(each.words)
        and folded(each.row.unit) == unit and _share(line, each) >= 0.5
    ]
    if wholes:
        _limit(own, max(wholes, key=lambda each: _share(line, each)), "phần đã làm không lớn hơn tổng")


def _limit(line: DraftLine, whole: Line, why: str) -> None:
    line.propose("Không lớn hơn", Proposal(whole.code, 0.7, f"{why} “{whole.label.strip(' -:')}”"))
    line.cells["Mức độ"] = "Cần giải trình"


def _share(one: Line, other: Line) -> float:
    """The part of another line's words that a line has too."""
    theirs = set(meant(other.label))
    return len(set(meant(one.label)) & theirs) / max(1, len(theirs))


def _with_parts(
    line: Line, kinds: dict[str, Kind], own: DraftLine, told: Reported, levels: Levels
) -> Iterator[DraftLine]:
    """The lines that a rate's numerator and denominator need; printed ones are named."""
    labels = _part_labels(line)
    near = line.parent.children if line.parent else []
    printed = [each for each in near if each.is_figure and kinds[each.code] is Kind.COUNT and each is not line]
    for title, letter, label in (("Tử số", "a", labels[0]), ("Mẫu số", "b", labels[1])):
        wanted = set(meant(label))
        known = next((each for each in printed if _covers(wanted, set(meant(each.label)))), None)
        code = known.code if known else f"{line.code}{letter}"
        why = f"dòng in “{known.label}”" if known else "dòng phụ, không in"
        own.propose(title, Proposal(code, 0.75 if known else 0.6, why))
        if known is None:
            cells = {"Mã": code, "Chỉ tiêu": label, "ĐVT": _thing(label, printed), "In ra": words.NO}
            added = DraftLine(cells, where=line.row.where)
            added.propose("Chỉ tiêu", Proposal(label, 0.6, f"viết theo tên của tỷ lệ {line.code}"))
            added.propose("Kiểu", Proposal(words.KINDS[Kind.COUNT], 0.95, "phần của một tỷ lệ"))
            total = Total.SUM if told.lower else Total.CITY
            added.propose("Cách cộng", Proposal(words.TOTALS[total], 0.75, "như tỷ lệ của nó"))
            who = levels.who(told)
            added.propose("Ai báo cáo", who if letter == "a" else Proposal(who.text, 0.75, "như tử số của tỷ lệ"))
            yield added


def _covers(wanted: set[str], known: set[str]) -> bool:
    """Whether a printed line is the number that a rate needs: the same words, but for one that says nothing more."""
    return bool(known) and wanted >= known - {folded("tổng")} and len(wanted - known) <= 1


def _part_labels(line: Line) -> tuple[str, str]:
    """The names of what a rate divides: as its note says, else made of its own."""
    if PAIR_NOTE.search(folded(line.row.note)) or _OF_NOTE.fullmatch(line.row.note):
        found = _OF_NOTE.fullmatch(line.row.note)
        if found:
            about = _subject(line.label)
            return tuple(f"{found[each].strip()} ({about})" for each in ("part", "whole"))  # type: ignore[return-value]
    subject = _RATE_WORDS.sub("", line.label).strip(" .:")
    cut = PREDICATE.search(folded(subject))
    whole = subject[: cut.start()].strip(" ,") if cut and cut.start() else subject
    return f"Số {subject}", f"Tổng số {whole}"


def _subject(label: str) -> str:
    return _RATE_WORDS.sub("", label).strip(" .:" + DASHES)


def _thing(label: str, printed: Sequence[Line]) -> str:
    """The unit of a count: of a printed line whose unit the label names."""
    said = folded(label)
    units = dict.fromkeys(each.row.unit for each in printed if each.row.unit)
    return next((unit for unit in units if COUNTS.match(said) and folded(unit) in said), "")
