"""The ways of writing an answer as text: numbers and ratios, có/không, a choice among labels; and what each means.

A way of writing a number is one `Spelling`: a pattern for the whole tidied text, the kinds it is for, and what it
means. The first that matches wins. A new way is one entry here and one row in the cases of the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from math import prod

from cchc_xl.rule_registry import RULES
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind, Missing
from cchc_xl.typed_text import NONE, both_ways, folded, says_nothing, shortened
from cchc_xl.values import Ratio, Remark, Status, Struct, Value
from cchc_xl.writing.vietnamese_numbers import WORDS_OF_NUMBERS, plain, value_of_words


class Meaning(Struct, frozen=True):
    """The value of a cell, or why there is none."""

    value: Value | None
    remark: Remark | None = None
    status: Status = Status.VALUE


NOTHING_STATED = "không phát sinh"
"""What is typed where there was nothing to count; it counts as 0, and no, and is remembered as its own answer."""

STATED_WAYS = both_ways(NOTHING_STATED, "ko phát sinh")
"""The same as people type it."""

def remark(code: str, message: str, suggestion: str = "") -> Remark:
    """A remark of a rule of the registry, with the message made where the cell is read."""
    return Remark(code, str(RULES[code].severity), message, suggestion)


BLANK = Meaning(None, status=Status.BLANK)
STATED = Meaning(Decimal(0), status=Status.NOTHING)


def unreadable(code: str, message: str, suggestion: str = "") -> Meaning:
    """No value is taken; the suggestion is for a person to decide on."""
    return Meaning(None, remark(code, message, suggestion), Status.UNREADABLE)


def typed(value: Decimal) -> str:
    """A number as it is safest typed: no thousands dots, decimal comma."""
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    return whole + (f",{fraction}" if fraction else "")


def short(text: str) -> str:
    """A text for a message, cut where it is long."""
    return shortened(text, 40)


NOTHING_WORDS = both_ways(*NONE, "k", "-", "–", "—")
NOT_YET_WORDS = both_ways(
    "chưa có", "chưa có số", "chưa có số liệu", "chưa thống kê", "chưa tổng hợp", "đang tổng hợp",
)
"""What is no figure: it may be that there was nothing, or that nobody has counted yet."""

SCALES = {"nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9}
"""The words behind a number that multiply it, with their powers of ten."""

SHORT_SCALES = {**SCALES, "tr": 6}
MULTIPLIERS = {"chục": 10, "trăm": 100, "k": 1000, **{word: 10**power for word, power in SHORT_SCALES.items()}}
MONEY = re.compile(r"(?:đồng(?! (?:chí|bào|nghiệp|dân|thời|chủ))|đ(?![/.]? ?c\b)|vnđ|vnd)\b")
"""Not the people who are called so: 12 đồng chí, 12 đ/c."""

# Python's \d also takes the digits of other scripts, so the digits are spelled out.
DIGITS = r"[0-9]+"
GROUPED = r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+"
WHOLE = rf"(?:{GROUPED}|{DIGITS})"
NUMBER = rf"{WHOLE}(?:,[0-9]+)?"
WORDS = "[^\\d¹²³⁰-₉¼½¾]"
"""Characters of a text without any digit, raised, lowered or of another script."""

NUMERIC = frozenset({Kind.COUNT, Kind.DECIMAL, Kind.PERCENT})
FRACTIONAL = frozenset({Kind.DECIMAL, Kind.PERCENT})
COUNTS = frozenset({Kind.COUNT})
RATIOS = frozenset({Kind.RATIO})

Interpreter = Callable[[re.Match[str], Indicator], Meaning]


class Spelling(Struct, frozen=True):
    """One way of writing: the whole of the tidied text must match."""

    kinds: frozenset[Kind]
    pattern: str
    meaning: Interpreter


def interpret(text: str, row: Indicator) -> Meaning | None:
    """What a tidied text means for a numeric indicator or a ratio; None where no way of writing is recognised."""
    for spelling in SPELLINGS:
        if row.asked in spelling.kinds and (match := re.fullmatch(spelling.pattern, text, re.IGNORECASE)):
            return spelling.meaning(match, row)
    return None


def number(text: str) -> Decimal:
    """1.130 and 1.130,5 as written in Vietnamese."""
    return Decimal(text.replace(".", "").replace(",", "."))


def _text_number(match: re.Match[str], row: Indicator) -> Meaning:
    value = number(match[0])
    if row.asked is Kind.COUNT and value != value.to_integral_value():
        if re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", match[0]):
            return _ENGLISH(match, row)
        return unreadable("fractional_count", f"ô ghi “{match[0]}”; chỉ tiêu này đếm số nguyên.")
    message = f"số {plain(value)} lưu dạng chữ; đã đọc là {plain(value)}."
    return Meaning(value, remark("text_number", message, typed(value)))


def _thousands_or_decimal(match: re.Match[str], row: Indicator) -> Meaning:
    """10.248 where decimals are allowed: one of two numbers; the range may leave only one."""
    grouped, decimal = number(match[0]), Decimal(match[0])
    possible = [value for value in (decimal, grouped) if row.max is None or value <= row.max]
    suggestion = typed(possible[0]) if len(possible) == 1 else ""
    message = f"ô ghi “{match[0]}”: không rõ là {plain(grouped)} hay {plain(decimal)}; gõ lại không có dấu chấm."
    return unreadable("thousands_or_decimal", message, suggestion)


def _nothing(match: re.Match[str], _row: Indicator) -> Meaning:
    message = f"ô ghi “{match[0]}”; gõ 0 nếu đã thống kê và bằng không, gõ “{NOTHING_STATED}” nếu kỳ này không có việc."
    return Meaning(Decimal(0), remark("nothing_word", message, "0"), Status.NOTHING)


def _ratio(match: re.Match[str], _row: Indicator) -> Meaning:
    return Meaning(Ratio(number(match["part"]), number(match["whole"])))


def _ratio_with_tail(match: re.Match[str], _row: Indicator) -> Meaning:
    pair = f"{typed(number(match['part']))}/{typed(number(match['whole']))}"
    message = f"ô ghi “{short(match[0])}”; nếu là {pair} thì gõ lại, chữ chuyển sang cột Ghi chú."
    return unreadable("not_a_ratio", message, pair)


def _number_word(match: re.Match[str], _row: Indicator) -> Meaning:
    value = value_of_words(match["word"].split())
    if value is None:
        return unreadable("number_word", f"ô ghi “{short(match[0])}”; gõ con số bằng chữ số.")
    message = f"ô ghi “{short(match[0])}”; nếu là {plain(Decimal(value))} thì gõ {value}."
    return unreadable("number_word", message, str(value))


def _exponent(match: re.Match[str], _row: Indicator) -> Meaning:
    # Ten digits are more than any figure has; a longer power is not written out.
    value = Decimal(match[0].replace(",", ".")) if int(match["power"]) <= 12 else None
    known = typed(value) if value is not None else ""
    return unreadable("exponent", f"ô ghi “{match[0]}”; gõ đủ các chữ số của con số.", known)


def _point_fraction(match: re.Match[str], _row: Indicator) -> Meaning:
    value = Decimal(match[0].replace(",", "."))
    whole = value == value.to_integral_value()
    message = f"ô ghi “{match[0]}”; chỉ tiêu này đếm số nguyên."
    return unreadable("fractional_count", message, typed(value) if whole else "")


ValueOf = Callable[[re.Match[str]], Decimal]


def _number(match: re.Match[str]) -> Decimal:
    return number(match["number"])


def _ungrouped(match: re.Match[str]) -> Decimal:
    """1,130.5 and 1 130."""
    return Decimal(re.sub("[ ,]", "", match[0]))


def _taken(code: str, told: str, value_of: ValueOf = _number) -> Interpreter:
    """The number is read, with a remark."""
    def meaning(match: re.Match[str], _row: Indicator) -> Meaning:
        value = value_of(match)
        message = f"ô ghi “{short(match[0])}”; đọc là {plain(value)}. {told}"
        return Meaning(value, remark(code, message, typed(value)))

    return meaning


def _likely(code: str, told: str, value_of: ValueOf = _number) -> Interpreter:
    """The number is suggested; a person has to say it again."""
    def meaning(match: re.Match[str], _row: Indicator) -> Meaning:
        value = value_of(match)
        message = told.format(short(match[0]), plain(value), typed(value))
        return unreadable(code, f"ô ghi {message}", typed(value))

    return meaning


def _refuse(code: str, told: str, suggestion: str = "") -> Interpreter:
    return lambda match, _row: unreadable(code, f"ô ghi “{short(match[0])}”; {told}", suggestion)


def _with_words(match: re.Match[str], row: Indicator) -> Meaning:
    """A number with words is taken, but for a unit of measure that is not the row's: that is told in the row's."""
    unit = row.unit or row.label.rpartition("(")[2].partition(")")[0]
    (said, thing), (asked, own) = _measure(match["words"]), _measure(re.sub(r"^1\.?000(?!\d)", "nghìn", unit))
    money, own_money = (MONEY.match(each) is not None for each in (thing, own))
    if row.unit and money and not own_money and not own.startswith(thing):
        message = f"ô ghi “{short(match[0])}”, chỉ tiêu tính bằng “{unit}”; gõ con số theo đơn vị tính đó."
        return unreadable("multiplier", message)
    same = (money and own_money) or (own and thing.startswith(own))
    if said == 1 and (asked == 1 or not same):
        return _taken("tail", "Chỉ gõ con số, chữ chuyển sang cột Ghi chú.")(match, row)
    value = _number(match) * said / asked
    known = typed(value) if row.asked in FRACTIONAL or value == value.to_integral_value() else ""
    by = f", chỉ tiêu tính bằng {unit}" if asked > 1 else ""
    ask = f"nếu là {plain(value)} thì gõ {known}" if known else "xem lại con số"
    return unreadable("multiplier", f"ô ghi “{short(match[0])}”{by}; {ask}.", known)


def _measure(unit: str) -> tuple[int, str]:
    """How many things a unit of measure is, and what: triệu đồng is 1.000.000 đồng."""
    match = re.match(rf"((?:{_MULTIPLE})*)(.*)", folded(unit))
    assert match
    return prod(MULTIPLIERS[word] for word in re.findall(_MULTIPLE, match[1])), match[3]


_ENGLISH = _likely("comma_thousands", "“{}” theo kiểu tiếng Anh; nếu là {} thì gõ {}.", _ungrouped)
_STRAY_MARK = _likely("stray_mark", "“{}”; nếu là {} thì gõ {}, bỏ dấu thừa.")


def _any_of(words: tuple[str, ...] | dict[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MULTIPLE = rf"({_any_of(MULTIPLIERS)})(?:\b|(?=đ\b))(?! (?:lệ|số|suất|trọng)\b)[. ]*"
_NOTHING, _STATED = _any_of(NOTHING_WORDS), _any_of(STATED_WAYS)
_NEARLY = r"(?:≈|~|±|>|<|≥|≤|khoảng|gần|hơn|trên|dưới|ước|ước khoảng|độ|chừng)"
_ABOUT = rf"(?:(?:{_NEARLY}|tổng số|tổng cộng|có|là)[: ]*)?"
_NUMBER_WORD = rf"(?:{_any_of((*WORDS_OF_NUMBERS, 'chục', 'tỷ', 'tỉ'))})"


SPELLINGS: tuple[Spelling, ...] = (
    Spelling(NUMERIC, _STATED, lambda _match, _row: STATED),
    Spelling(NUMERIC, rf"(?:{_NOTHING})\.?", _nothing),
    Spelling(RATIOS, rf"(?P<part>{WHOLE}) ?/ ?(?P<whole>{WHOLE})", _ratio),
    Spelling(RATIOS, rf"(?:{_NOTHING}|{_STATED})\.?",
             _refuse("not_a_ratio", "cần dạng tử số/mẫu số, không có thì gõ 0/0.", "0/0")),
    Spelling(FRACTIONAL, r"[1-9][0-9]{0,2}\.[0-9]{3}", _thousands_or_decimal),
    Spelling(NUMERIC, NUMBER, _text_number),
    Spelling(FRACTIONAL, r"(?P<number>[0-9]+\.[0-9]+) ?%?",
             _taken("decimal_point", "Dùng dấu phẩy cho phần thập phân.", lambda match: Decimal(match["number"]))),
    Spelling(FRACTIONAL, rf"(?P<number>{NUMBER}) ?%", _taken("percent_text", "Không gõ dấu %.")),
    Spelling(NUMERIC, r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+", _ENGLISH),
    Spelling(NUMERIC, r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}", _ENGLISH),
    Spelling(COUNTS, r"[0-9]+\.[0-9]+", _point_fraction),
    Spelling(NUMERIC, r"[1-9][0-9]{0,2}(?: [0-9]{3})+",
             _likely("spaced_thousands", "“{}”; không ngăn hàng nghìn bằng dấu cách. Nếu là {} thì gõ {}.",
                     _ungrouped)),
    Spelling(NUMERIC, rf"[-−–—] ?(?P<number>{NUMBER})(?!.*[-−–—]){WORDS}*",
             _likely("too_small", "“{}”; không nhận số âm. Nếu là {} thì bỏ dấu trừ.")),
    Spelling(RATIOS, r"[-−–—].*", _refuse("too_small", "không nhận số âm; cần dạng tử số/mẫu số, ví dụ 24/24.")),
    Spelling(RATIOS, rf"[^0-9]*(?P<part>{WHOLE})[^0-9/]*(?:/|\\|:|\btrên\b|／)[^0-9/]*(?P<whole>{WHOLE})[^0-9/]*",
             _ratio_with_tail),
    Spelling(NUMERIC, r"[0-9][0-9.]* ?/ ?[0-9][0-9.]*.*",
             _refuse("ratio_in_count", "ở đây cần một con số, không phải dạng a/b.")),
    Spelling(COUNTS, r"[0-9][0-9.,]* ?%",
             _refuse("percent_in_count", "ở đây cần một con số, không phải tỷ lệ.")),
    Spelling(NUMERIC, rf"(?:{_any_of(NOT_YET_WORDS)})\.?", _refuse(
        "not_a_number", "chưa phải số liệu: có số thì gõ số, kỳ này không có việc thì gõ “không phát sinh”, "
        "chưa có số thì để trống.")),
    Spelling(NUMERIC, r"[0-9]+(?:[.,][0-9]+)?e\+?(?P<power>[0-9]+)", _exponent),
    Spelling(NUMERIC, rf"{_ABOUT}(?P<number>{NUMBER}) ?(?P<words>{_MULTIPLE}.*)", _with_words),
    Spelling(NUMERIC, rf"{WHOLE}(?: ?\+ ?{WHOLE})+",
             _likely("several_numbers", "phép cộng “{}”; nếu là {} thì gõ {}.",
                     lambda match: sum(map(number, re.findall(WHOLE, match[0])), Decimal(0)))),
    Spelling(NUMERIC, rf"{_ABOUT}{WHOLE} ?(?:[-−–—]|đến|tới|hoặc|hay) ?{WHOLE}(?![0-9]).*",
             _refuse("several_numbers", "ghi một khoảng; cần một con số.")),
    Spelling(NUMERIC, rf"[\"“”'‘’(\[+=:.;,* ]+(?P<number>{WHOLE})[\"“”'‘’)\].;,:* ]*", _STRAY_MARK),
    Spelling(NUMERIC, rf"(?P<number>{WHOLE})[\"“”'‘’.;,:* ]+", _STRAY_MARK),
    Spelling(NUMERIC, rf"(?P<word>(?!không\b){_NUMBER_WORD}(?: {_NUMBER_WORD})*)(?: [^0-9]*)?", _number_word),
    Spelling(NUMERIC, rf"(?:{_NEARLY}[: ]*{WHOLE}(?![0-9.,/%]) ?{WORDS}*|{WHOLE} ?\(?ước\b{WORDS}*)",
             _refuse("not_a_number", "là số ước chừng; gõ đúng con số đã thống kê.")),
    Spelling(NUMERIC, rf"{_ABOUT}(?P<number>{WHOLE})(?![0-9.,/%]) ?(?P<words>{WORDS}*)", _with_words),
    Spelling(NUMERIC, rf"[^0-9]*{WHOLE}[^0-9].*[0-9].*",
             _refuse("several_numbers", "có nhiều con số trong một ô; chỉ gõ con số của chỉ tiêu.")),
)


YES_WORDS = frozenset(both_ways("có", "yes", "y", "đã có", "đã thực hiện", "có thực hiện", "rồi"))
NO_WORDS = frozenset(both_ways(
    "không", "ko", "k", "không có", "chưa", "chưa có", "chưa thực hiện", "không thực hiện", "no", "n", "-", "–",
))
TICKS = frozenset({"x", "✓", "✔", "v", "☑", "✗"})
LOOK_ALIKE = {"o": "0", "ο": "0", "о": "0", "l": "1", "i": "1", "|": "1"}
_CODED = (
    r"(?P<code>[01]) ?[-=:.(]? ?(?P<word>[^\W\d][^)]*?)\)?"
    r"|(?P<word_first>[^\W\d][^(=]*?) ?[-=:(]? ?(?P<code_last>[01])\)?"
)


def yes_or_no(text: str) -> Meaning:
    """1 or 0 from a tidied text."""
    word = folded(text)
    if word in STATED_WAYS:
        return STATED
    if word in ("0", "1"):
        return Meaning(Decimal(word), remark("text_number", f"số {word} lưu dạng chữ; đã đọc là {word}.", word))
    code = _code_of(word)
    if code:
        return Meaning(Decimal(code), remark("word", f"ô ghi “{short(text)}”; đọc là {code}.", code))
    if word in TICKS:
        return Meaning(Decimal(1), remark("tick", f"ô ghi “{text}”; đọc là 1 (có). Gõ 1 hoặc 0.", "1"))
    if word in LOOK_ALIKE:
        digit = LOOK_ALIKE[word]
        return unreadable("look_alike", f"ô ghi chữ “{text}” giống chữ số; nếu là {digit} thì gõ lại.", digit)
    return unreadable("not_yes_no", f"ô ghi “{short(text)}”; chỉ nhận 1 (có) hoặc 0 (không).")


def _code_of(word: str) -> str:
    """The code of a word, or of a word and a digit that agree: “1 (có)”, “không = 0”."""
    if word in YES_WORDS or word in NO_WORDS:
        return "1" if word in YES_WORDS else "0"
    both = re.fullmatch(_CODED, word)
    if not both:
        return ""
    digit, alone = both["code"] or both["code_last"], (both["word"] or both["word_first"]).strip()
    known = YES_WORDS if digit == "1" else NO_WORDS
    return digit if alone in known else ""


def choice(text: str, row: Indicator) -> Meaning:
    """The code of a choice from a tidied text: the code, its label, or both together."""
    if text in row.choices:
        return Meaning(Decimal(text), remark("text_number", f"số {text} lưu dạng chữ; đã đọc là {text}.", text))
    word = folded(text)
    for code, label in row.choices.items():
        if word == folded(label) or re.fullmatch(rf"{code} ?[-=:.(]? ?{re.escape(folded(label))}\)?", word):
            return Meaning(Decimal(code), remark("word", f"ô ghi “{short(text)}”; đọc là {code}.", code))
    return unknown_choice(text, row)


def unknown_choice(text: str, row: Indicator) -> Meaning:
    """No choice: the known ones are named, and the nearest label's code is suggested."""
    from difflib import get_close_matches

    known = "; ".join(f"{code} = {label}" for code, label in row.choices.items())
    labels = {folded(label): code for code, label in row.choices.items()}
    near = get_close_matches(folded(text), labels, n=1, cutoff=0.8)
    suggestion = labels[near[0]] if near else ""
    may_be_blank = row.required_if or row.missing is Missing.OPTIONAL
    blank = "; kỳ này không có thì để trống" if may_be_blank and says_nothing(text) else ""
    return unreadable("unknown_choice", f"ô ghi “{short(text)}”; chỉ nhận {known}{blank}.", suggestion)
