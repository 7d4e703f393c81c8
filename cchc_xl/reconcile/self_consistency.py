"""A report against itself: rates follow from their parts, parts add up, lists have as many items as said.

Only what must be so is held against the text. "trong đó" often names some of the parts only, a rate may be made of
numbers that are told elsewhere; such a sentence is confirmed where it fits and left alone where it does not.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cchc_xl.reconcile.one_slip import follows
from cchc_xl.reconcile.own_rates import apart, own_rates
from cchc_xl.reconcile.own_sums import sums
from cchc_xl.reconcile.reconcile_rules import LIST, RATE, SUM, Contradiction, Spot
from cchc_xl.reconcile.sentence_match import MatchedParagraph, Stated
from cchc_xl.reconcile.stated_counts import CountParts
from cchc_xl.reconcile.text_tokens import Sort, Token
from cchc_xl.schema.form_model import Form
from cchc_xl.writing.vietnamese_numbers import plain

_ITEM = re.compile(r"\s*(?P<bullet>[-–+•*]|[a-zđ]\)|(?:\d{1,2}\.)*\d{1,2}[.)])\s+(?=\S)")
_LABELLED = re.compile(r"[^\d:;.]{2,80}:?\s*\d[\d.,]*\s*%?[^\d:;(]{0,30}(?:\([^()]{1,40}\))?[.;]?\s*$")
"""A line of its own that says what a number is of: Trước hạn: 20 hồ sơ."""

_CONTINUES = re.compile(
    r"\s*(?:(?:tỷ|tỉ) lệ|như vậy|(?:tổng|cộng)\b(?=\D*[\d.,]+\D*(?:[\d.,]+ ?%\D*)?(?<!:)$)|trong đó|trong số|bao gồm|"
    r"gồm|cụ thể|chia ra)\b",
    re.IGNORECASE,
)
"""What goes on with the paragraph before; a total only where it has no parts of its own."""

_LONGEST, _MOST = 45, 25
"""Tokens of an item; paragraphs of a passage."""


@dataclass(slots=True)
class JoinedText:
    """Paragraphs read as one, and where each of its letters and tokens came from."""

    text: str = ""
    tokens: list[Token] = field(default_factory=list)
    origins: list[tuple[int, int]] = field(default_factory=list)
    """The paragraph and the token that each token was; -1 for a mark that joins."""

    _starts: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def paragraph(self) -> MatchedParagraph:
        """The passage as a paragraph of its own."""
        return MatchedParagraph(0, self.text, tuple(self.tokens))

    def told(self, fault: Contradiction) -> Contradiction:
        """A fault of the passage at its own place."""
        start, paragraph, own = self._starts[bisect_right(self._starts, (fault.spot.start, 10**9, 0)) - 1]
        apart = own - start
        return replace(fault, spot=Spot(paragraph, fault.spot.start + apart, fault.spot.end + apart))

    def add(self, paragraph: MatchedParagraph, ends: str) -> None:
        """Puts a paragraph to the end, without its bullet; `ends` are the marks at its end that are left out."""
        first = _skipped(paragraph)
        tokens = list(enumerate(paragraph.tokens))[first:]
        while tokens and tokens[-1][1].sort is Sort.MARK and tokens[-1][1].text in ends:
            tokens.pop()
        if tokens:
            begin, end, at = tokens[0][1].start, tokens[-1][1].end, len(self.text)
            self._starts.append((at, paragraph.index, begin))
            self.text += paragraph.text[begin:end]
            moved = at - begin
            self.tokens += [replace(each, start=each.start + moved, end=each.end + moved) for _, each in tokens]
            self.origins += [(paragraph.index, place) for place, _ in tokens]

    def mark(self, mark: str) -> None:
        """Puts a mark between."""
        if self.tokens and (mark in "()" or self.tokens[-1].text not in "(:;"):
            self.tokens.append(Token(Sort.MARK, mark, len(self.text), len(self.text) + 1))
            self.origins.append((-1, -1))
            self.text += mark
        self.text += " "


def passages(report: Sequence[MatchedParagraph]) -> Iterator[JoinedText]:
    """The report as passages: what belongs together as one, all other paragraphs for themselves.

    “985 hồ sơ, trong đó:”, “- Đất đai: 844 hồ sơ;”, “- Hộ tịch: 141 hồ sơ.” says what “985 hồ sơ, trong đó: Đất đai:
    844 hồ sơ; Hộ tịch: 141 hồ sơ.” says; items below an item stand as in brackets after it.
    """
    place = 0
    while place < len(report):
        size = _size(report[place:place + _MOST])
        yield _joined(report[place:place + size])
        place += size


def _size(several: Sequence[MatchedParagraph]) -> int:
    """How many paragraphs make the passage that begins with the first."""
    own = _bullet(several[0].text)
    size = 1
    closed = not own and _is_closed(several[0])
    counts = _is_short(several[0]) and any(token.states for token in several[0].tokens[_skipped(several[0]):])
    for before, each in itertools.pairwise(several):
        bullet = _bullet(each.text)
        below = bullet and (bullet != own or counts) and _is_short(each)
        goes_on = not bullet and _CONTINUES.match(each.text) and any(token.states for token in before.tokens)
        if not goes_on and (not below or closed):
            break
        size += 1
    return size


def _is_closed(paragraph: MatchedParagraph) -> bool:
    """Whether a paragraph ends with a full stop and tells several counts: what follows is no list of the last one."""
    tokens = paragraph.tokens
    return paragraph.text.rstrip().endswith(".") and sum(token.states and not token.percent for token in tokens) > 1


def _is_short(paragraph: MatchedParagraph) -> bool:
    tokens = paragraph.tokens
    return len(tokens) <= _LONGEST and not any(token.text == "." for token in tokens[_skipped(paragraph):-1])


def _bullet(text: str) -> str:
    """What an item begins with; letters and numbers are each one sort. Empty for what is none."""
    found = _ITEM.match(text)
    return re.sub(r"\w+", "1", found["bullet"]) if found else ":" if _LABELLED.match(text) else ""


def _skipped(paragraph: MatchedParagraph) -> int:
    """How many tokens the bullet of a paragraph has."""
    found = _ITEM.match(paragraph.text)
    return sum(token.start < found.end() for token in paragraph.tokens) if found else 0


def _joined(several: Sequence[MatchedParagraph]) -> JoinedText:
    passage, open_ = JoinedText(), [_bullet(several[0].text)]
    for place, each in enumerate(several):
        bullet = _bullet(each.text)
        if place and not bullet:
            for _ in open_[2:]:
                passage.mark(")")
            open_ = open_[:1]
            passage.mark(".")
        elif place and bullet in open_:
            while open_[-1] != bullet:
                if len(open_) > 2:
                    passage.mark(")")
                open_.pop()
            passage.mark(";")
        elif place:
            passage.mark(":" if len(open_) == 1 else "(")
            open_.append(bullet)
        passage.add(each, ".;:" if place + 1 < len(several) else "")
    return passage


_EQUATION = re.compile(r"\w+(?: [+-] \w+)* == \w+(?: [+-] \w+)*")
_TERM = re.compile(r"([+-]?)\s*([\w.@]+)")
_GOES_ON = re.compile(r"\s*(?:đồng thời|ngoài ra|bên cạnh đó|trong đó|qua đó|từ đó)\b", re.IGNORECASE)
_MOST_ITEMS = 30


@dataclass
class Checked:
    """The faults found, and how much was confirmed."""

    faults: list[Contradiction] = field(default_factory=list)
    rates: int = 0
    sums: int = 0
    confirmed: set[tuple[int, int]] = field(default_factory=set)
    """The numbers, by paragraph and token, that a sum or rate of the text itself confirms."""

    recomputed: set[tuple[int, int]] = field(default_factory=set)
    """These, and the numbers that contradict each other."""

    doubtful: set[tuple[int, int]] = field(default_factory=set)
    """The rates whose part and whole the text does not tell."""

    homes: dict[int, int] = field(default_factory=dict)
    """The passage, by the number of its first paragraph, that each paragraph is of."""


def check_itself(report: Sequence[MatchedParagraph], stated: Sequence[Stated], form: Form) -> Checked:
    """Rates, sums and lists of a report."""
    result = Checked()
    by_token = {each.key: each for each in stated}
    told = _Told(stated)
    declared = dict(_declared_rates(stated, told, form))
    right = {key for key, fault in declared.items() if fault is None}
    result.rates += len(right)
    result.recomputed |= right
    for paragraph in report:
        result.faults += _lists(paragraph)
    for passage in passages(report):
        _of_passage(passage, declared, by_token, result)
    _declared_sums(stated, told, form, result)
    return result


def _of_passage(
    passage: JoinedText, declared: Mapping[tuple[int, int], Contradiction | None],
    by_token: Mapping[tuple[int, int], Stated], result: Checked,
) -> None:
    """The sums of a passage, and the rates that no declaration has confirmed."""
    paragraph, even = passage.paragraph, list[CountParts]()
    first = next(iter(passage.origins), (0, 0))[0]
    result.homes |= {number: first for number, _ in passage.origins}
    for each in sums(paragraph):
        if each.fault and _is_rough(paragraph, each.tokens):
            continue
        tokens = {passage.origins[token] for token in each.tokens}
        result.recomputed |= tokens
        result.faults += [passage.told(each.fault)] if each.fault else []
        result.confirmed |= tokens if each.fault is None else set()
        result.sums += each.fault is None
        even += [each.listed] if each.listed is not None else []
    known = frozenset(at for at, key in enumerate(passage.origins) if declared.get(key, key) is None)
    for index, found in own_rates(paragraph, known, even):
        key = passage.origins[index]
        place = by_token.get(key)
        if isinstance(found, Contradiction) and _is_rough(paragraph, (index,)):
            found = False
        if found is True or not (isinstance(found, Contradiction) and place is not None and place.agrees):
            own = passage.told(found) if isinstance(found, Contradiction) else found
            told = own or declared.get(key)
            result.rates += told is True
            result.faults += [told] if isinstance(told, Contradiction) else []
        unsure = found is False and declared.get(key) is None
        (result.doubtful if unsure else result.recomputed).add(key)


def _is_rough(paragraph: MatchedParagraph, places: Collection[int]) -> bool:
    """Whether a count of the sentences is no exact figure: nothing can be added up there."""
    ranges = (each for each in paragraph.ranges if any(each[0] <= at < each[1] for at in places))
    return any(token.bounds and token.bounds.near and (not token.percent or at in places)
               for each in ranges for at, token in enumerate(paragraph.tokens[slice(*each)], each[0]))


class _Told:
    """What the report says of an indicator, by code; the statement nearest to a place."""

    def __init__(self, stated: Sequence[Stated]) -> None:
        self._by_code: dict[str, list[Stated]] = defaultdict(list)
        for each in stated:
            self._by_code[each.slot.tag].append(each)

    def near(self, code: str, rate_: Stated) -> Stated | None:
        """The statement of a figure nearest to a rate."""
        at, index = rate_.key
        several = self._by_code.get(code, ())
        return min(several, key=lambda each: (abs(each.key[0] - at), abs(each.key[1] - index)), default=None)

    def only(self, code: str) -> Stated | None:
        """The statement of a figure that is always stated with the same number."""
        several = self._by_code.get(code, [])
        return several[0] if several and len({each.value for each in several}) == 1 else None


def _declared_rates(
    stated: Sequence[Stated], known: _Told, form: Form
) -> Iterator[tuple[tuple[int, int], Contradiction | None]]:
    """The rates of which the report states both parts that the form declares, by token: None where they follow."""
    for each in stated:
        token, row = each.place.token, form.by_code.get(each.slot.tag)
        if token.sort is Sort.NUMBER and token.percent and row is not None and row.has_parts:
            part, whole = (known.near(form.by_name[name].code, each) for name in (row.numerator, row.denominator))
            if part is not None and whole is not None:
                holds = follows(token.value, token.places, part.value, whole.value)
                message, shown, expected, differs, against = apart(token, each.written, part.value, whole.value)
                yield each.key, None if holds else each.fault(RATE, message, shown, expected, differs, against)


def _declared_sums(stated: Sequence[Stated], told: _Told, form: Form, result: Checked) -> None:
    """Sums that the form's rules or the template's own calculations declare, where every term is stated."""
    for rule in form.rule_lines():
        if _EQUATION.fullmatch(rule.test):
            left, _, right = rule.test.partition(" == ")
            _equation(_terms(left, told, form), _terms(right, told, form), result)
    for each in stated:
        if " " in each.slot.tag and not set("*/") & set(each.slot.tag) and not each.slot.change:
            _equation([(1, each)], _terms(each.slot.tag, told, form), result)


Terms = list[tuple[int, Stated]]


def _terms(written_: str, told: _Told, form: Form) -> Terms:
    """The stated numbers of a + b - c; nothing where one of them is not stated, or stated in two ways."""
    terms: Terms = []
    for sign, name in _TERM.findall(written_):
        row = form.by_name.get(name)
        found = told.only(row.code if row else name)
        if found is None:
            return []
        terms.append((-1 if sign == "-" else 1, found))
    return terms


def _equation(left: Terms, right: Terms, result: Checked) -> None:
    """A sum that does not hold although the workbook's own numbers, where the report has them, would not tell."""
    if not left or not right:
        return
    if _sum(left) == _sum(right):
        result.sums += 1
    elif not all(each.agrees or each.key in result.confirmed for _, each in (*left, *right)):
        wrong = next(each for _, each in (*left, *right) if not each.agrees)
        result.faults.append(_sum_fault(wrong, left, right))


def _sum(terms: Terms) -> Decimal:
    return sum((sign * each.value for sign, each in terms), Decimal(0))


def _spelled(terms: Terms) -> str:
    """The sum as it is written: 2 + 6 = 8; a single number alone."""
    shown = "".join(f"{' - ' if sign < 0 else ' + '}{plain(each.value)}" for sign, each in terms)
    return shown.removeprefix(" + ") + (f" = {plain(_sum(terms))}" if len(terms) > 1 else "")


def _sum_fault(at: Stated, left: Terms, right: Terms) -> Contradiction:
    apart = plain(_sum(left) - _sum(right))
    titles = "; ".join(f"{each.slot.title}: {each.written}" for _, each in (*left, *right))
    low, high = plain(_sum(left)), plain(_sum(right))
    message = f"{_spelled(left)} khác {_spelled(right)}; lệch {apart} ({titles})."
    return at.fault(SUM, message, low, high, apart, "các số trong báo cáo")


def _lists(paragraph: MatchedParagraph) -> Iterator[Contradiction]:
    """7 nhiệm vụ …, bao gồm: A; B; C: the number is that of the items. Items that are figures are no such list."""
    for colon in re.finditer(":", paragraph.text):
        items = _items(_tail(paragraph.text, colon.end()))
        end = colon.end() + len(";".join(items))
        before = [token for token in paragraph.tokens if token.end <= colon.start()]
        inside = (token for token in paragraph.tokens if colon.end() <= token.start < end)
        if len(items) < 2 or any(token.sort is Sort.NUMBER for token in inside):
            continue
        counts = _counts_before(before)
        most = len(items) + bool(re.search(r"\bvà\b", items[-1]))
        if counts and not any(len(items) <= count.value <= most for count in counts):
            yield _list_fault(paragraph, counts[0], items, most, end)


def _items(tail: str) -> list[str]:
    """The items of a list; what goes on after it ("đồng thời …") is none."""
    items = tail.split(";")
    ends = next((place for place, item in enumerate(items) if not item.strip() or _GOES_ON.match(item)), len(items))
    return items[:ends]


def _tail(text: str, start: int) -> str:
    """The list: up to the end of the sentence or of the bracket it stands in."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in "(“") - (text[at] in ")”")
        ends = text[at] == "." and (at + 1 == len(text) or text[at + 1].isspace())
        if depth < 0 or (ends and depth == 0):
            return text[start:at]
    return text[start:].removesuffix(";")


def _counts_before(tokens: Sequence[Token]) -> list[Token]:
    """The whole numbers that the list may belong to: of its sentence, or just before a bare colon."""
    bare = not " ".join(token.text for token in tokens[-2:]).endswith(("gồm", "là", "như sau"))
    counts, closed = [], 0
    for away, token in enumerate(reversed(tokens)):
        closed += (token.text == ")") - (token.text == "(")
        if closed < 0 or (token.text == "." and not closed) or (bare and away > 3):
            break
        whole = token.sort is Sort.NUMBER and not token.bounds and not token.percent and not token.places and not closed
        if whole and 1 < token.value <= _MOST_ITEMS:
            counts.append(token)
    return counts[::-1]


def _list_fault(paragraph: MatchedParagraph, count: Token, items: list[str], most: int, end: int) -> Contradiction:
    told = str(len(items)) if most == len(items) else f"{len(items)} đến {most}"
    listed = "; ".join(item.strip() for item in items)
    message = f"ghi {plain(count.value)} nhưng sau đó kể {told} mục: {listed}."
    quote, apart = paragraph.text[count.start:end], plain(count.value - most)
    return Contradiction(
        LIST, message, quote, paragraph.spot(count), plain(count.value), told, apart, against="danh sách kể sau đó"
    )
