"""A whole whose parts stand in paragraphs of their own below it: 985 hồ sơ, trong đó: - Đất đai: 844 hồ sơ; - …"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cchc_xl.reconcile.part_names import divides
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.reconcile.stated_counts import MOST_BETWEEN, Count, count_at, full_sentences, is_count

_OPENS = re.compile(r"\b(?:gồm|cụ thể|như sau|chia ra|chia theo|là)\b")
_ITEM = re.compile(r"\s*(?P<bullet>[-–+•*]|[a-zđ]\)|\d{1,2}[.)])\s+\S")


@dataclass(frozen=True, slots=True)
class ItemList:
    """A head paragraph with its whole, and the items below it with the count that each of them tells first."""

    head: MatchedParagraph
    whole: Count
    items: Sequence[MatchedParagraph]
    parts: Sequence[Count]

    @property
    def complete(self) -> bool:
        """Whether the items must be all parts of the whole."""
        opening = self.head.text[self.whole.token.end:].casefold()
        told = bool(_OPENS.search(opening)) and "trong đó" not in opening
        return told or divides([part.name for part in self.parts])


def item_lists(report: Sequence[MatchedParagraph]) -> Iterator[ItemList]:
    """The lists of a report whose items all count what the whole counts."""
    for place, head in enumerate(report):
        whole = _last_count(head)
        items = _items_below(head, report[place + 1:])
        parts = [part for item in items if (part := _first_count(item)) is not None]
        alike = whole is not None and all(part.thing in (whole.thing, "") for part in parts)
        if whole is not None and alike and len(parts) == len(items) > 1:
            yield ItemList(head, whole, items, parts)


def _bullet(text: str) -> str:
    """What an item begins with; letters and numbers are each one sort. Empty for what is none."""
    found = _ITEM.match(text)
    return re.sub(r"\w+", "1", found["bullet"]) if found else ""


def _items_below(head: MatchedParagraph, following: Sequence[MatchedParagraph]) -> list[MatchedParagraph]:
    """The items below a head, all with one bullet; those between with another one are parts of theirs."""
    items: list[MatchedParagraph] = []
    own = _bullet(head.text)
    for each in following:
        bullet = _bullet(each.text)
        if not bullet or bullet == own:
            break
        if not items or bullet == _bullet(items[0].text):
            items.append(each)
    return items


def _last_count(head: MatchedParagraph) -> Count | None:
    """The count just before the colon; none where the sentence tells several."""
    ranges = list(full_sentences(head.tokens))
    if not ranges:
        return None
    first, last = ranges[-1]
    counted = [index for index in range(first, last) if is_count(head.tokens[index])]
    near = counted and last - counted[-1] <= MOST_BETWEEN
    return count_at(head.tokens, counted[-1], first, last) if near and len(counted) == 1 else None


def _first_count(item: MatchedParagraph) -> Count | None:
    counted = [index for index, token in enumerate(item.tokens) if is_count(token)]
    return count_at(item.tokens, counted[0], 0, len(item.tokens)) if counted else None
