"""A report against itself: rates follow from their parts, parts add up, lists have as many items as said.

Only what must be so is held against the text. "trong đó" often names some of the parts only, a rate may be made of
numbers that are told elsewhere; such a sentence is confirmed where it fits and left alone where it does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cchc_xl.reconcile.one_slip import follows
from cchc_xl.reconcile.own_changes import Recomputed
from cchc_xl.reconcile.own_rates import own_rates
from cchc_xl.reconcile.own_sums import sums
from cchc_xl.reconcile.passages import JoinedText, passages
from cchc_xl.reconcile.reconcile_rules import LIST, RATE, SUM, Contradiction
from cchc_xl.reconcile.sentence_match import MatchedParagraph, Stated
from cchc_xl.reconcile.stated_counts import CountParts
from cchc_xl.reconcile.text_tokens import Sort, Token
from cchc_xl.schema.form_model import Form
from cchc_xl.writing.vietnamese_numbers import percent, plain, rate

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

    def rate(self, outcome: Contradiction | bool) -> None:
        """Counts a rate that follows, or keeps the fault; nothing where nothing is known of it."""
        self.rates += outcome is True
        self.faults += [outcome] if isinstance(outcome, Contradiction) else []

    def sum(self, passage: JoinedText, outcome: Recomputed) -> None:
        """Counts a sum that holds, or keeps the fault."""
        tokens = {passage.origins[token] for token in outcome.tokens}
        self.recomputed |= tokens
        if outcome.fault is None:
            self.sums += 1
            self.confirmed |= tokens
        else:
            self.faults.append(passage.told(outcome.fault))


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
        result.sum(passage, each)
        even += [each.listed] if each.listed is not None else []
    known = frozenset(at for at, key in enumerate(passage.origins) if declared.get(key, key) is None)
    for index, found in own_rates(paragraph, known, even):
        key = passage.origins[index]
        place = by_token.get(key)
        if found is True or not (isinstance(found, Contradiction) and place is not None and place.agrees):
            own = passage.told(found) if isinstance(found, Contradiction) else found
            result.rate(own or declared.get(key) or False)
        unsure = found is False and declared.get(key) is None
        (result.doubtful if unsure else result.recomputed).add(key)


class _Told:
    """What the report says of an indicator, by code; the statement nearest to a place."""

    def __init__(self, stated: Sequence[Stated]) -> None:
        self._by_code: dict[str, list[Stated]] = defaultdict(list)
        for each in stated:
            self._by_code[each.slot.tag].append(each)

    def near(self, code: str, rate_: Stated) -> Stated | None:
        """The statement of a figure nearest to a rate."""
        def distance(each: Stated) -> tuple[int, ...]:
            return tuple(abs(one - other) for one, other in zip(each.key, rate_.key, strict=True))
        return min(self._by_code.get(code, ()), key=distance, default=None)

    def only(self, code: str) -> Stated | None:
        """The statement of a figure that is always stated with the same number."""
        several = self._by_code.get(code, [])
        return several[0] if several and len({each.value for each in several}) == 1 else None


def _declared_rates(
    stated: Sequence[Stated], told: _Told, form: Form
) -> Iterator[tuple[tuple[int, int], Contradiction | None]]:
    """The rates of which the report states both parts that the form declares, by token: None where they follow."""
    for each in stated:
        token, row = each.place.token, form.by_code.get(each.slot.tag)
        if token.sort is Sort.NUMBER and token.percent and row is not None and row.has_parts:
            part, whole = (told.near(form.by_name[name].code, each) for name in (row.numerator, row.denominator))
            if part is not None and whole is not None:
                holds = follows(token.value, token.places, part.value, whole.value)
                yield each.key, None if holds else _rate_fault(each, part.value, whole.value)


def _rate_fault(stated: Stated, low: Decimal, high: Decimal) -> Contradiction:
    token = stated.place.token
    made = rate(low, high, max(token.places, 2))
    expected = percent(made) if made is not None else "không tính được"
    apart = plain(token.value - made) if made is not None else ""
    message = (
        f"ghi {stated.written}, nhưng {plain(low)}/{plain(high)} = {expected}"
        + (f"; chênh lệch {apart} điểm %." if apart else ".")
    )
    return stated.fault(RATE, message, stated.written, expected, apart, f"{plain(low)}/{plain(high)} trong báo cáo")


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
        whole = token.sort is Sort.NUMBER and not token.percent and not token.places and not closed
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


