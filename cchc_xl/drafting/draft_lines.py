"""Lines of sheet Chỉ tiêu drafted from a printed table, every cell that was proposed with how sure it is.

A rate gets its two numbers: printed lines of its group where their words say so, else lines of its own that the print
does not show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cchc_xl.drafting.outline import (
    ASKED,
    COUNTS,
    DASHES,
    NOT_SAID,
    RATE,
    Line,
    Proposal,
    Reported,
    any_of,
    kind_of,
    options_of,
    reported,
    stated_unit,
)
from cchc_xl.reconcile.stated_counts import COMPLETE
from cchc_xl.reconcile.text_likeness import STATES, meant
from cchc_xl.schema import declaration_words as words
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.typed_text import folded
from cchc_xl.values import Struct

NUMBERS = (Kind.COUNT, Kind.DECIMAL)
HINTS = re.compile(r"(?i)(?:ghi|nêu|liệt kê|số|thời gian|văn bản số|đính kèm|tên|lý do|nội dung|kèm)\b")
ANSWERED = re.compile(r"\d/[A-ZĐ\d]")
"""A document's number or a day: the note of an appendix that somebody has filled."""

DONE = re.compile(
    r"\bđã (?:được )?(?:hoàn thành|giải quyết|xử lý|rà soát|thực hiện|đào tạo|trả|triển khai)|"
    r"\b(?:có mặt|thực tế|hoàn thành|đúng (?:tiến độ|hạn|hẹn|quy trình)|được xử lý)\b"
)
AT_THE_END = any_of("có mặt", "hiện có", "đang", "tại thời điểm")
PREDICATE = any_of(
    "được", "đã", "hoàn thành", "đúng", "qua", "so với", "theo", "có", "đạt", "giảm", "tăng", "sử dụng",
)
_RATE_WORDS = re.compile(r"(?i)^[\s\-–+]*(?:tỷ|tỉ) lệ\s*(?:phần trăm|%|\(%\))?\s*(?:số\s+)?")
_OF_NOTE = re.compile(r"(?i)(?P<part>(?:số|tổng)[^/]+)/\s*(?P<whole>(?:số|tổng)[^/]+?)\.?")

_N = r"\d+(?:\.\d+)*(?:\.?[a-zA-ZđĐ](?!\w))?"
_NUMBER, _SIGN, _HYPHEN = rf"(?:{_N}|\({_N}\)|\[{_N}\])", "[-+/:÷]", dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_TERMS = rf"{_NUMBER}(?:\s*{_SIGN}\s*{_NUMBER})*+"
_MORE = r"(?!(?:trừ|cộng|nhân|chia|bớt|không|loại|đến)\b)[^\d=]"
_STATED = re.compile(
    rf"[^=]*=\s*(?:\((?P<inner>{_TERMS})\)|(?P<terms>{_TERMS}))"
    rf"[\s.;:)\]%]*(?:[,;(](?:{_MORE})*)?(?:\n(?!\s*{_SIGN}?\s*[(\[]*\d).*)?", re.IGNORECASE | re.DOTALL,
)
"""How a print says what something is made of: “= 1.2/1.1” in a note, “(4) = (3.1) + (3.2)” in a name. Nothing may
follow that could change it."""

_HUNDRED = re.compile(r"\s*[x×*]\s*100\b\s*%?|\b100\b\s*%?\s*[x×*]\s*", re.IGNORECASE)
_BOUND = re.compile(
    rf"(?:^|\()(?:không (?:được )?(?:lớn|nhiều|cao|vượt)(?: hơn| quá)?|nhỏ hơn hoặc bằng|≤|<=)(?: (?:số|ở|của|tại))*"
    rf"(?: (?:dòng|mục|chỉ tiêu)\s*|\s*(?!\d+\b(?!\.)))(?P<number>{_NUMBER})[\s.;)]*$", re.IGNORECASE | re.MULTILINE,
)
"""A bound in a note or a name: Không lớn hơn dòng 1.1. A number alone is no line."""


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
    _add_hints(lines, made)
    for line in lines:
        if line.is_figure:
            lettered = (each for each in line.children if each.whole is None and _lettered(each, line))
            _limit_parts(line, [part for part in (*line.parts, *lettered) if part.is_figure], kinds, made)
    out: list[DraftLine] = []
    codes = {(_section(each), each.row.stt.strip(" .()")): each.code for each in lines if each.is_figure}
    for line in lines:
        own = made[line.code]
        out.append(own)
        if line.is_figure:
            _limit_done(line, kinds, own)
            bound = _BOUND.search(line.row.note) or _BOUND.search(line.label)
            whole = codes.get((_section(line), bound["number"].strip("()[]")), line.code) if bound else line.code
            if whole != line.code:
                own.propose("Không lớn hơn", Proposal(whole, 0.97, "ghi ở dòng này trên bản in"))
                own.cells.pop("Mức độ", None)
            formula = _formula(line, codes)
            if formula and not formula.divides and kinds[line.code] in NUMBERS:
                own.propose("Bằng tổng của", Proposal(" + ".join(formula.numbers), 0.97, "công thức in ở dòng này"))
            if kinds[line.code] is Kind.PERCENT:
                out += _with_parts(line, kinds, own, levels, formula.numbers if formula and formula.divides else ())
    return out


class Formula(Struct, frozen=True):
    """The numbers that something is made of, as printed, and the signs between them: all + and -, or one /."""

    numbers: tuple[str, ...]
    signs: str

    @property
    def divides(self) -> bool:
        """Whether it divides the first by the second."""
        return self.signs == "/"


def stated(text: str) -> Formula | None:
    """The formula that a print states; None where it states none, or one that is no plain sum, difference or quotient.
    """
    bare, hundreds = _HUNDRED.subn("", text.translate(_HYPHEN))
    found = _STATED.fullmatch(bare)
    if found is None:
        return None
    terms = found["inner"] or found["terms"]
    signs = re.sub("[:÷]", "/", "".join(re.findall(_SIGN, terms)))
    if ("/" in signs or hundreds) and signs != "/":
        return None
    return Formula(tuple(re.findall(_N, terms)), signs)


def _formula(line: Line, codes: Mapping[tuple[str, str], str]) -> Formula | None:
    """What a line says that it is made of, in codes; None where it says nothing, a difference, which no cell of its
    sheet can say, or numbers that its section does not have."""
    said = stated(line.row.note) or stated(line.label)
    found = [codes.get((_section(line), number), line.code) for number in said.numbers] if said else []
    if said is None or not said.signs or "-" in said.signs or line.code in found:
        return None
    return Formula(tuple(found), said.signs)


def _section(line: Line) -> str:
    """The code of a line's section."""
    return line.code.partition(".")[0]


def _add_hints(lines: Sequence[Line], made: dict[str, DraftLine]) -> None:
    """Notes of a blank appendix say how to fill it in; of one that is filled, only those that ask for something do.

    A table without a column of units has them in its labels.
    """
    blank, measured = not any(any(line.row.figures) for line in lines), any(line.row.unit for line in lines)
    for line in lines:
        note, cells = line.row.note, made[line.code].cells
        if line.is_figure and (blank or (HINTS.match(note) and not ANSWERED.search(note))):
            cells["Ghi chú gợi ý"] = re.sub(r"^=\s*", "bằng ", note)
        if line.is_figure and not measured:
            cells["ĐVT"] = stated_unit(line.label)


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
    if "nếu có" in folded(line.label) and asked is not Kind.YES_NO:
        made.propose("Bắt buộc", Proposal(words.NO, 0.8, "tên ghi “nếu có”"))
    if asked in NUMBERS and AT_THE_END.search(line.words):
        made.propose("Lũy kế", Proposal(words.NO, 0.8, "số tại thời điểm"))


def _limit_parts(
    whole: Line, parts: Sequence[Line], kinds: dict[str, Kind], made: dict[str, DraftLine]
) -> None:
    """Dashed parts are not more than their whole; where it says that they are all, they make it up."""
    counted = [part for part in parts if kinds[part.code] in NUMBERS]
    if kinds[whole.code] not in NUMBERS:
        return
    said = folded(whole.label.removesuffix(f"({stated_unit(whole.label)})")).rstrip(" :.")
    if len(counted) > 1 and any(map(said.endswith, COMPLETE)):
        parts_sum = Proposal(" + ".join(part.code for part in counted), 0.8, "dòng kể đủ các thành phần")
        made[whole.code].propose("Bằng tổng của", parts_sum)
        return
    for part in counted:
        _limit(made[part.code], whole, "dòng thành phần không lớn hơn dòng tổng")


def _lettered(part: Line, whole: Line) -> bool:
    """Whether a line is numbered 2a below 2, and counts the same."""
    number, above = part.row.stt.strip(" .()"), whole.row.stt.strip(" .()")
    alike = folded(part.row.unit) == folded(whole.row.unit)
    return alike and number[-1:].isalpha() and number[:-1].rstrip(".") == above


def _limit_done(line: Line, kinds: dict[str, Kind], own: DraftLine) -> None:
    """What is done is not more than what there was to do: the nearest count of the group that is not done itself."""
    if kinds[line.code] is not Kind.COUNT or not DONE.search(line.words) or line.parent is None or line.whole:
        return
    before = line.parent.children[: line.parent.children.index(line)]
    unit = folded(line.row.unit)
    wholes = [
        each for each in before
        if each.is_figure and kinds[each.code] is Kind.COUNT and not DONE.search(each.words)
        and folded(each.row.unit) == unit and _share(line, each) >= 0.5 and not _beside(line, each)
    ]
    if wholes:
        _limit(own, max(wholes, key=lambda each: _share(line, each)), "phần đã làm không lớn hơn tổng")


def _limit(line: DraftLine, whole: Line, why: str) -> None:
    line.propose("Không lớn hơn", Proposal(whole.code, 0.7, f"{why} “{whole.label.strip(' -:')}”"))
    line.cells["Mức độ"] = "Cần giải trình"


def _beside(line: Line, other: Line) -> bool:
    """Whether another line is of a state that this one is not of: on time, before time, late."""
    states = (word for axis in STATES for place in axis for word in place)
    return any(re.search(rf"\b{word}(?!\w)", other.words) and word not in line.words for word in states)


def _share(one: Line, other: Line) -> float:
    """The part of another line's words that a line has too."""
    theirs = set(meant(other.label))
    return len(set(meant(one.label)) & theirs) / max(1, len(theirs))


def _with_parts(
    line: Line, kinds: dict[str, Kind], own: DraftLine, levels: Levels, given: Sequence[str] = ()
) -> Iterator[DraftLine]:
    """The lines that a rate's numerator and denominator need; printed ones are named, those `given` by a formula too.
    """
    near = line.parent.children if line.parent else []
    printed = [each for each in near if each.is_figure and kinds[each.code] is Kind.COUNT and each is not line]
    for title, letter, label in zip(("Tử số", "Mẫu số"), "ab", _part_labels(line), strict=True):
        wanted = set(meant(label.text))
        known = next((each.code for each in printed if _covers(wanted, set(meant(each.label)))), "")
        if given:
            own.propose(title, Proposal(given["ab".index(letter)], 0.97, "công thức in ở dòng này"))
        elif known:
            own.propose(title, Proposal(known, 0.75, "dòng in có cùng lời"))
        else:
            code = f"{line.code}{letter}"
            own.propose(title, Proposal(code, 0.6, "dòng phụ, không in"))
            yield _part(line, code, label, _thing(label.text, printed), levels)


def _part(line: Line, code: str, label: Proposal, unit: str, levels: Levels) -> DraftLine:
    """A line that the print does not show, for a rate."""
    told = reported(line, Kind.PERCENT)
    who, total = levels.who(told), Total.SUM if told.lower else Total.CITY
    made = DraftLine({"Mã": code, "ĐVT": unit, "In ra": words.NO}, where=line.row.where)
    made.propose("Chỉ tiêu", label)
    made.propose("Kiểu", Proposal(words.KINDS[Kind.COUNT], 0.95, "phần của một tỷ lệ"))
    made.propose("Cách cộng", Proposal(words.TOTALS[total], 0.75, "như tỷ lệ của nó"))
    made.propose("Ai báo cáo", who if code.endswith("a") else Proposal(who.text, 0.75, "như tử số của tỷ lệ"))
    return made


def _covers(wanted: set[str], known: set[str]) -> bool:
    """Whether a printed line is the number that a rate needs: the same words, but for one that says nothing more."""
    return bool(known) and wanted >= known - {"tổng"} and len(wanted - known) <= 1


def _part_labels(line: Line) -> tuple[Proposal, Proposal]:
    """The names of what a rate divides: as its note says, else made of its own; asked where that tells nothing."""
    why, subject = f"viết theo tên của tỷ lệ {line.code}", _subject(line.label)
    if found := _OF_NOTE.fullmatch(line.row.note):
        return tuple(  # type: ignore[return-value]
            Proposal(f"{found[each].strip()} ({subject})", 0.75, "ghi chú của dòng tỷ lệ") for each in ("part", "whole")
        )
    cut = PREDICATE.search(folded(subject))
    is_rate = RATE.match(line.words)
    asked = f"bản in không nói “{subject}” tính từ số nào: ghi tên số đó"
    part = Proposal(f"Số {subject}", 0.6, why) if is_rate else Proposal(f"Tử số của “{subject}”", 0.5, asked, True)
    if not (is_rate and cut and cut.start()):
        return part, Proposal(f"Mẫu số của “{subject}”", 0.5, asked, True)
    return part, Proposal(f"Tổng số {subject[: cut.start()].strip(' ,')}", 0.6, why)


def _subject(label: str) -> str:
    """What a rate is about: its name without its unit and the words that say it is one."""
    return _RATE_WORDS.sub("", re.sub(r"\(%\)|=.*$", "", label)).strip(" .:" + DASHES)


def _thing(label: str, printed: Sequence[Line]) -> str:
    """The unit of a count: of a printed line whose unit the label names."""
    said = folded(label)
    units = dict.fromkeys(each.row.unit for each in printed if each.row.unit)
    return next((unit for unit in units if COUNTS.match(said) and folded(unit) in said), "")
