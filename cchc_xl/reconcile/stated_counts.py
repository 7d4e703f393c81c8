"""The counts of a sentence as it tells them: each with its name, what it counts, and the whole it is a part of.

“Đã giải quyết 4.006 hồ sơ, gồm trước hạn 2.871 hồ sơ, đúng hạn 1.119 hồ sơ và quá hạn 16 hồ sơ” is a whole with three
parts. A list that may name some of its parts only (“trong đó …”) is told from one that names all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, takewhile

from cchc_xl.reconcile.text_likeness import divides, names_any, words_of
from cchc_xl.reconcile.text_tokens import Sort, Token
from cchc_xl.typed_text import folded

MOST_BETWEEN = 14
"""Tokens between a whole and the word that begins the list of its parts."""

_LONGEST_NAME = 7
"""Tokens of a name of a part up to its comma."""


COMPLETE = words_of("gồm|bao gồm|gồm có|chia ra|chia thành|phân ra|bao gồm có")
PARTIAL = words_of("trong đó|cụ thể|trong số đó|trong số này")
MARKERS = COMPLETE | PARTIAL
_FIRST_WORDS = {marker.partition(" ")[0] for marker in MARKERS}
THINGS = words_of(
    "hồ|thủ|văn|cuộc|lượt|người|đơn|cơ|phường|xã|nhiệm|dịch|tin|bài|trường|phiếu|đồng|triệu|tỷ|cán|công|viên|lớp|buổi|"
    "ý|kiến|quyết|kế|báo|phòng|ban|cá|doanh|hộ|khu|ấp|lần|giờ|ngày|tháng|năm|máy|bộ|chỉ|đề|quy|phản|lĩnh|mô|sáng|tthc|vbqppl|cbccvc|cbcc|dvc|dvctt"
)
"""The first words of what is counted: after a number, any other word belongs to its name."""

SHORT_THINGS = words_of(
    "cuộc|lượt|người|phường|xã|tin|bài|trường|phiếu|đồng|lớp|buổi|phòng|ban|hộ|khu|ấp|lần|giờ|ngày|tháng|năm|máy|bộ|"
    "tthc|vbqppl|cbccvc|cbcc|dvc|dvctt"
)
"""Things of one word; the others have two."""

MEASURES = words_of("đồng|triệu|tỷ|ha|km|m|kg|tấn|tạ|lít|con|giờ|ngày|%")
"""Units that nothing else adds up to."""

SORTS: Mapping[str, str] = {
    folded(each): kind
    for kind, several in {
        "người": "người|cá nhân|cán bộ|công chức|viên chức|đồng chí|lao động|đảng viên|học viên|cbccvc|cbcc|nhân viên",
        "văn bản": "văn bản|kế hoạch|quyết định|công văn|báo cáo|thông báo|tờ trình|nghị quyết|chỉ thị|hướng dẫn",
        "tin, bài": "tin|bài|tin bài|bài viết|phóng sự|chuyên mục",
        "đơn": "đơn|đơn thư", "đơn vị": "đơn vị", "hồ": "hồ sơ|lượt hồ sơ|bộ hồ sơ",
    }.items()
    for each in several.split("|")
}
"""What is counted under one name: công chức are người, a kế hoạch is one of the văn bản."""

ASIDE = words_of("tăng|giảm|đạt|chiếm|so|vượt|bằng|tương|ứng|cao|thấp|tỷ|tỉ|bình")
"""What begins a remark about a count that is no further part."""

GENERAL = words_of("có|là|được|với|gồm|bao|số|tổng|và|còn|như|sau|cả|đã|đang|kết|quả|:")
"""Words before a count that do not name it by themselves."""

LINKS = frozenset([
    "đạt", "chiếm", "tỷ", "tỉ", "lệ", "trọng", "bằng", "tương", "đương", "ứng", "với", "là", "có", "mức", "tức", "=",
    "+",
])
"""Words between a count and a rate that speaks of it."""

CHANGES = words_of("bổ sung|bãi bỏ|thay thế|sửa đổi|ban hành mới|cắt giảm|tăng|giảm")
"""What is done to a whole is no part of it."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: its token, the words that name it, and what it counts: a sort, or the first word.

    `after` are the words that follow it.
    """

    index: int
    token: Token
    name: str
    thing: str
    after: str = ""

    @property
    def value(self) -> Decimal:
        """The number."""
        return self.token.value


@dataclass(frozen=True, slots=True)
class CountParts:
    """A whole with its parts; `complete` where the list must name all of them."""

    whole: Count
    parts: tuple[Count, ...]
    complete: bool


def full_sentences(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """The sentences of a paragraph as ranges of tokens, semicolons inside them; “Trong đó …” goes on with one."""
    return sentences(tokens, ".!?", lambda place: bool(_marker(tokens, place, len(tokens))))


def sentences(
    tokens: Sequence[Token], ends: str = ".;", goes_on: Callable[[int], bool] = lambda _: False
) -> list[tuple[int, int]]:
    """The sentences of a paragraph as ranges of tokens: a full stop or semicolon ends one, brackets do not count."""
    ranges, start, depth = [], 0, 0
    for place, token in enumerate(tokens):
        if token.sort is Sort.MARK:
            depth = max(0, depth + (token.text in "([") - (token.text in ")]"))
            if token.text in ends and not depth and not goes_on(place + 1):
                ranges.append((start, place + 1))
                start = place + 1
    if start < len(tokens):
        ranges.append((start, len(tokens)))
    return ranges


def is_count(token: Token) -> bool:
    """Whether a token is a number of things."""
    return token.states and not token.percent


def counted_places(tokens: Sequence[Token], first: int, last: int) -> list[int]:
    """Where numbers of things stand."""
    return [place for place in range(first, last) if is_count(tokens[place])]


def count_at(tokens: Sequence[Token], index: int, first: int = 0, last: int | None = None) -> Count:
    """The count at a place; only an item of a list has bounds besides the marks around it."""
    before = _before(tokens, index, first)
    after = [token.text for token in takewhile(lambda token: token.sort is Sort.WORD, tokens[index + 1:last])]
    thing, size = _thing(after)
    said = before if any(word not in GENERAL for word in before) else after[size:] or before
    return Count(index, tokens[index], " ".join(said), thing, " ".join(after))


def _thing(after: Sequence[str]) -> tuple[str, int]:
    """What the words after a number say is counted, and how many words say it; nothing where they do not."""
    for size in (3, 2, 1):
        if kind := SORTS.get(" ".join(after[:size])):
            return kind, size
    if not after or after[0] not in THINGS:
        return "", 0
    return after[0], 1 if after[0] in SHORT_THINGS else 2


def _before(tokens: Sequence[Token], index: int, first: int) -> list[str]:
    words: list[str] = []
    for token in (tokens[place] for place in range(index - 1, first - 1, -1)):
        if token.sort not in (Sort.WORD, Sort.APART) and not (token.text == ":" and not words):
            break
        words += [token.text] if token.sort is not Sort.MARK else []
    return words[::-1]


def nested(tokens: Sequence[Token], places: Iterable[int], brackets: str = "([)]") -> Iterator[tuple[int, int]]:
    """Places with how many brackets are open there; those that it closes are fewer than nothing."""
    depth, half = 0, len(brackets) // 2
    for place in places:
        if tokens[place].sort is Sort.MARK and tokens[place].text in brackets:
            depth += 1 if tokens[place].text in brackets[:half] else -1
        yield place, depth


def closing(tokens: Sequence[Token], opened: int, last: int) -> int:
    """The bracket that closes one, or the end of the sentence."""
    return next((place for place, depth in nested(tokens, range(opened, last)) if not depth), last)


def opening(tokens: Sequence[Token], place: int, first: int) -> int:
    """The bracket that a place stands in, or the beginning of the sentence."""
    back = nested(tokens, range(place, first - 1, -1), "()")
    return next((index for index, depth in back if depth > 0), first)


def is_linked(tokens: Sequence[Token], nearest: int, index: int) -> bool:
    """Whether a rate speaks of the count before it: (chiếm 30%), đạt tỷ lệ 30%; not of one in brackets before it."""
    between = tokens[nearest + 1:index]
    mark = next((token.text for token in between if token.sort is Sort.MARK and token.text in "()"), "")
    return mark != ")" and leads(tokens, nearest, index, LINKS)


def leads(tokens: Sequence[Token], nearest: int, index: int, links: Set[str]) -> bool:
    """Whether nothing but linking words stands between a count and a rate."""
    between = tokens[nearest + 1:index]
    if any(token.text in (";", ".") and token.sort is Sort.MARK for token in between):
        return False
    marks = [token for token in between if token.text in ("(", ",", "-", "–") and token.sort is Sort.MARK]
    named = 0 if not between or between[0].text not in THINGS else 1 if between[0].text in SHORT_THINGS else 2
    tail = between[between.index(marks[-1]) + 1:] if marks else (between[named:] or between)[-3:]
    return bool(marks or tail) and all(token.text in links for token in tail)


def lists_of(tokens: Sequence[Token], first: int, last: int) -> Iterator[CountParts]:
    """Every whole of a sentence with the parts that are told after it."""
    for place in range(first, last):
        text, size = tokens[place].text, _marker(tokens, place, last)
        opens = text in "([" and tokens[place].sort is Sort.MARK
        whole = _whole_before(tokens, place, first) if opens or size or text in (":", "có") else None
        if whole is None:
            continue
        if opens:
            closed = closing(tokens, place, last)
            size = _marker(tokens, place + 1, closed)
            begin = place + 1 + size
            for parts in _read_twice(tokens, begin, closed, whole):
                if not any(map(is_count, tokens[parts[-1].index + 1:closed])):
                    yield _told(tokens, whole, parts, _said(tokens, begin - size, begin) in COMPLETE, not size)
        elif tokens[place - 1].text not in ("(", "[") and (size or (
            not _is_label(tokens, place, whole) if text == ":" else _of_a_whole(tokens, whole, first)
        )):
            begin = place + (size or 1)
            said, marked = _said(tokens, place, begin), _said(tokens, begin, min(begin + 1, last)) in (":", ",")
            for parts in _read_twice(tokens, begin + marked, last, whole):
                yield _told(tokens, whole, parts, said in COMPLETE, said == "cụ thể" and marked)


def _is_label(tokens: Sequence[Token], place: int, whole: Count) -> bool:
    """Whether a colon ends the name of one part, as in “trước hạn: 20, quá hạn: 3”, and begins no list."""
    between = tokens[whole.index + 1:place]
    comma = max((at for at, token in enumerate(between) if token.text in (",", ";")), default=-1)
    named = [token.text for token in between[comma + 1:] if comma >= 0]
    return any(word not in GENERAL for word in named)


def _of_a_whole(tokens: Sequence[Token], whole: Count, first: int) -> bool:
    """Whether a whole is told as “Trong (tổng số) 120 hồ sơ …”, whose parts then follow."""
    before = _before(tokens, whole.index, first)
    return before[-1:] == ["trong"] or before[-3:] == ["trong", "tổng", "số"]


def _marker(tokens: Sequence[Token], place: int, last: int) -> int:
    """How many words begin a list here; 0 where none do."""
    if place >= last or tokens[place].text not in _FIRST_WORDS:
        return 0
    said = [token.text for token in tokens[max(0, place - 1):min(place + 4, last)]]
    begin = min(place, 1)
    if " ".join(said[:2 * begin]) in MARKERS:
        return 0
    return next((size for size in (4, 3, 2, 1) if " ".join(said[begin:begin + size]) in MARKERS), 0)


def _said(tokens: Sequence[Token], first: int, last: int) -> str:
    return " ".join(token.text for token in tokens[first:last])


def _read_twice(tokens: Sequence[Token], begin: int, last: int, whole: Count) -> Iterator[list[Count]]:
    """The parts of a list; where names with commas make them more, those first."""
    more, plain = (_parts(tokens, begin, last, whole, commas) for commas in (True, False))
    yield from (each for each in ([more] if len(more) > len(plain) else []) + [plain] if len(each) > 1)


def _told(tokens: Sequence[Token], whole: Count, parts: Sequence[Count], sure: bool, near: bool) -> CountParts:
    """A list; all of its parts must be told where a word or their names say so, or may be where they come near."""
    complete = sure or divides([part.name for part in parts]) or (near and _likely(whole, parts))
    return CountParts(whole, tuple(parts), complete and not _hidden(tokens, parts))


def _hidden(tokens: Sequence[Token], parts: Sequence[Count]) -> bool:
    """Whether an item between the parts has no count but what may be one: thôn 18."""
    between = tokens[parts[0].index:parts[-1].index + 1]
    items = (list(item) for _, item in groupby(between, lambda token: token.text in (",", ";", "và")))
    return any({Sort.APART} <= {token.sort for token in item} and not any(map(is_count, item)) for item in items)


def _likely(whole: Count, parts: Sequence[Count]) -> bool:
    """Whether counts in a bracket without a word before them may be the parts: they come near the whole."""
    made = sum(part.value for part in parts)
    changed = any(names_any(f" {part.name} ", CHANGES) for part in parts)
    return not changed and 2 * made > whole.value > 0 and made < 2 * whole.value


def _whole_before(tokens: Sequence[Token], place: int, first: int) -> Count | None:
    """The count that stands before a list, with no other between."""
    for index, depth in nested(tokens, range(place - 1, max(first, place - MOST_BETWEEN) - 1, -1)):
        token = tokens[index]
        if depth > 0 or (token.sort is Sort.MARK and token.text in ";." and not depth and index < place - 1):
            return None
        if is_count(token) and not depth:
            pair = index > first and tokens[index - 1].text == "/"
            return None if pair else count_at(tokens, index)
        if token.percent and not depth:
            return None
    return None


def _parts(tokens: Sequence[Token], begin: int, last: int, whole: Count, commas: bool = False) -> list[Count]:
    """The counts of the items from a place on, as long as each counts the same things as the whole.

    With `commas` a name may hold some: sửa đổi, bổ sung 5 thủ tục.
    """
    found: list[Count] = []
    start, divider = begin, _divider(tokens, begin, last)
    for end in _ends(tokens, begin, last, divider):
        counted = [place for place in _outside(tokens, start, end) if is_count(tokens[place])]
        counted = [place for place in counted if tokens[place].sort is Sort.NUMBER] or counted
        words = [token.text for token in tokens[start:end] if token.sort is Sort.WORD]
        if found and _is_aside(words, tokens[start:end]):
            start = end + 1
            continue
        if not counted:
            named = commas and end - start < _LONGEST_NAME
            if found and not named and not any(token.percent for token in tokens[start:end]):
                break
            start = end + 1 if found and not named else start
            continue
        part = _part(tokens, counted[0], start, end)
        if len(counted) > 1 or _differ(part, whole):
            break
        found.append(part)
        start = end + 1
        if end < last and tokens[end].text == ";" and divider != ";":
            break
    return found


def _differ(one: Count, other: Count) -> bool:
    """Whether two counts are of different things, known ones or those that the word after each names."""
    if one.thing or other.thing:
        return bool(one.thing and other.thing) and one.thing != other.thing
    words = [each.after.partition(" ")[0] for each in (one, other)]
    return all(words) and words[0] != words[1]


def _part(tokens: Sequence[Token], index: int, start: int, end: int) -> Count:
    """The count of an item, named by all words before it: nộp trực tiếp, qua bưu chính 30 hồ sơ."""
    made = count_at(tokens, index, start, end)
    words = [token.text for token in tokens[start:index] if token.sort is Sort.WORD]
    return replace(made, name=" ".join(words)) if any(word not in GENERAL for word in words) else made


def _is_aside(words: Sequence[str], item: Sequence[Token]) -> bool:
    """Whether an item is a remark: tăng 5 hồ sơ, trung bình 3 hồ sơ/ngày; trung bình 12 người is a grade."""
    average = words[:2] == ["trung", "bình"] and any(token.text == "/" for token in item)
    return average or (bool(words) and words[0] in ASIDE)


def _divider(tokens: Sequence[Token], begin: int, last: int) -> str:
    """What divides the items: semicolons where one stands between the first two counts."""
    counted = [place for place in _outside(tokens, begin, last) if is_count(tokens[place])][:2]
    between = tokens[counted[0]:counted[1]] if len(counted) > 1 else ()
    return ";" if any(token.text == ";" for token in between) else ","


def _ends(tokens: Sequence[Token], begin: int, last: int, divider: str) -> Iterator[int]:
    """Where items end: commas, semicolons, “và” and “còn lại” after a count."""
    counted = False
    for place in _outside(tokens, begin, last):
        token = tokens[place]
        counted = counted or token.states
        ends = token.text == ";" or (divider == "," and token.text == ",") or (counted and token.text in ("và", "cùng"))
        if ends and token.sort in (Sort.MARK, Sort.WORD):
            yield place
            counted = False
    yield last


def _outside(tokens: Sequence[Token], begin: int, last: int) -> Iterator[int]:
    """The places that no bracket encloses."""
    return (place for place, depth in nested(tokens, range(begin, last))
            if depth <= 0 and not (tokens[place].sort is Sort.MARK and tokens[place].text in "([)]"))
