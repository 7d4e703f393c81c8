"""Rules as people type them, turned into the language of `cchc_xl.rules` and back.

    [III.6.2] ≤ [III.6.1]                       ho_so_da_giai_quyet <= ho_so_tiep_nhan
    NẾU [VII.5.5] > 0 THÌ [VII.5.3] ≥ 1         implies(ho_so_bcci > 0, tthc_bcci >= 1)
    [I.1] = KỲ TRƯỚC([I.2]) VÀ KHÔNG ([I.3] = 0)

Excel's spellings are understood too: =, <>, <=, IF(…; …), AND(…; …), OR(…), NOT(…), SUM(…).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby, zip_longest
from typing import TypeVar

from cchc_xl.schema.declaration_words import plain
from cchc_xl.values import Struct

Read = TypeVar("Read")


class SpellingError(ValueError):
    """The text can't be read as a rule; the message says where and what to write instead, in Vietnamese."""


COMPARISONS = {
    "≤": "<=", "<=": "<=", "=<": "<=", "≥": ">=", ">=": ">=", "=>": ">=", "<": "<", ">": ">", "=": "==", "==": "==",
    "<>": "!=", "≠": "!=", "!=": "!=",
}
SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "×": "*", "/": "/", "÷": "/"}
OPERATORS = {**COMPARISONS, **SIGNS, "and": "and", "or": "or"}
WORDS = {
    "neu": "if", "if": "if", "thi": "then", "va": "and", "and": "and", "hoac": "or", "or": "or", "khong": "not",
    "not": "not", "tong": "sum", "sum": "sum", "true": "true",
}
SAID = {
    "khong lon hon": "<=", "khong vuot qua": "<=", "khong nho hon": ">=", "khong it hon": ">=", "lon hon": ">",
    "nho hon": "<", "bang": "=", "khac": "<>", "lon hon hoac bang": ">=", "nho hon hoac bang": "<=",
}
SPOKEN = {
    "previous": "KỲ TRƯỚC", "last_year": "CÙNG KỲ", "count": "ĐẾM", "all": "MỌI ĐƠN VỊ", "any": "CÓ ĐƠN VỊ",
    "partition": "PHÂN RA", "follows": "THEO TỶ LỆ", "months": "SỐ THÁNG", "and": "VÀ", "or": "HOẶC", "not":
    "KHÔNG", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "tu": "TỬ SỐ", "mau": "MẪU SỐ",
}
FUNCTIONS = ("previous", "last_year", "count", "all", "any", "partition", "follows", "months")

_CODE = r"\[([^\]\[]*)\]"
_TOKEN = (
    r"\[(?P<code>[^\]\[]*)\]|(?P<number>\d[\d.]*(?:,\d+)?)|(?P<word>\w+(?:\.\w+)*)|(?P<compare>[<>=!≤≥≠]+)|(?P<mark>\S)"
)
_ADVICE = ": quy tắc viết bằng mã và dấu so sánh, như [III.6.2] ≤ [III.6.1] hoặc NẾU … THÌ …"
_LONGEST_PHRASE = 4
DEEPEST = 100
"""Brackets within brackets; nobody writes a tenth of that."""


class _Token(Struct, frozen=True):
    """`text` in the language of rules, `typed` as it stands there."""

    kind: str
    text: str
    typed: str


def understood(text: str, name_of: Callable[[str], str | None]) -> str:
    """A typed rule in the language of rules. `name_of` gives the name for a code; None where there is no such code.

    Raises `SpellingError`.
    """
    text = unicodedata.normalize("NFC", text).strip()
    parts = re.split(_CODE, text)
    codes = iter(parts[1::2])
    try:
        texts, words = _shape("[]".join(parts[::2]))
    except SpellingError:
        return _read(text, lambda code: _named(code, name_of))  # Says what is wrong in the words that were typed.
    names = [_named(word or next(codes), name_of) for word in words]
    return "".join(chain.from_iterable(zip_longest(texts, names, fillvalue="")))


@lru_cache(maxsize=1024)
def _shape(text: str) -> tuple[list[str], list[str]]:
    """What stands around the names of a rule, and those that it has without brackets: hundreds differ in codes only."""
    parts = re.split(_CODE, _read(text, "[{}]".format))
    return parts[::2], parts[1::2]


def _read(text: str, named: Callable[[str], str]) -> str:
    try:
        return _Reader(_tokens(text), named).whole()
    except RecursionError as error:
        raise SpellingError("quá nhiều ngoặc lồng nhau; tách thành nhiều quy tắc") from error


def _named(code: str, name_of: Callable[[str], str | None]) -> str:
    code = code.strip()
    name, _, part = code.rpartition(".") if code.endswith((".tu", ".mau")) else (code, "", "")
    known = name_of(name)
    if known is None:
        raise SpellingError(f"không có chỉ tiêu mã “{code}”" + ("" if re.search(r"\d", code) else _ADVICE))
    return f"{known}.{part}" if part else known


def _tokens(text: str) -> list[_Token]:
    if text[:1] == "=":
        text = text[1:]
    tokens: list[_Token] = []
    for found in re.finditer(_TOKEN, text):
        kind, typed = found.lastgroup or "", found[0]
        if kind in ("compare", "mark") and typed not in COMPARISONS and typed not in SIGNS and typed not in "(),;":
            raise SpellingError(f"không hiểu “{text[found.start():found.start() + 12]}”{_advice(typed)}")
        said = found["code"].strip() if kind == "code" else typed
        tokens.append(_Token("sign" if typed in SIGNS else kind, said, typed))
    runs = groupby(tokens, lambda token: token.kind == "word")
    return [each for words, run in runs for each in (_phrases([token.typed for token in run]) if words else run)]


def _advice(letter: str) -> str:
    if letter in "“”„\"'‘’":
        return ": công thức không có chữ trong dấu ngoặc kép"
    return ": mã chỉ tiêu viết trong ngoặc vuông, ví dụ [III.6.1]" if letter in "[]{}" else ""


def _phrases(words: Sequence[str]) -> Iterator[_Token]:
    """Words that follow each other: those of a function's name put together, known ones told from codes."""
    while words:
        phrases = (" ".join(words[:length]) for length in range(min(len(words), _LONGEST_PHRASE), 0, -1))
        typed = next((each for each in phrases if plain(each) in _KNOWN), words[0])
        yield _Token(*_KNOWN.get(plain(typed), ("word", typed)), typed)
        words = words[typed.count(" ") + 1 :]


_KNOWN = {
    **{phrase: (word, word) for phrase, word in WORDS.items()},
    **{phrase: ("compare", sign) for phrase, sign in SAID.items()},
    **{phrase: ("function", name) for name in FUNCTIONS for phrase in (plain(SPOKEN[name]), name)},
    **{plain(SPOKEN[name]): ("part", name) for name in ("tu", "mau")},
    "implies": ("if", "if"),
}


_END = _Token("end", "", "")


class _Reader:
    """Goes through the tokens once; every method gives the piece it has read."""

    def __init__(self, tokens: list[_Token], named: Callable[[str], str]) -> None:
        self._tokens, self._named, self._place, self._depth = [*tokens, _END], named, 0, 0

    def whole(self) -> str:
        """The one test of the text."""
        if self._peek("end"):
            raise SpellingError("chưa ghi điều kiện")
        told = self._test()
        if not self._peek("end"):
            raise SpellingError(f"thừa “{self._tokens[self._place].typed}”{_ADVICE}")
        return told

    def _peek(self, *kinds: str) -> bool:
        return self._tokens[self._place].kind in kinds

    def _take(self) -> _Token:
        if self._peek("end"):
            raise SpellingError("viết chưa hết: còn thiếu ở cuối")
        self._place += 1
        return self._tokens[self._place - 1]

    def _mark(self, marks: str) -> bool:
        found = self._peek("mark") and self._tokens[self._place].text in marks
        self._place += found
        return found

    def _need(self, marks: str) -> None:
        if not self._mark(marks):
            found = "ở cuối" if self._peek("end") else f"ở chỗ “{self._tokens[self._place].typed}”"
            raise SpellingError(f"thiếu dấu “{marks[0]}” {found}")

    def _test(self) -> str:
        if self._peek("if") and not self._excel_if():
            self._take()
            condition = self._joined()
            if not self._peek("then"):
                raise SpellingError("sau NẾU … phải có THÌ …")
            self._take()
            return f"implies({condition}, {self._test()})"
        return self._joined()

    def _excel_if(self) -> bool:
        """IF(…; …): the word is followed by a bracket, and no THÌ follows."""
        following = self._tokens[self._place + 1 :]
        return following[0].typed == "(" and all(each.kind != "then" for each in following)

    def _joined(self) -> str:
        """Tests, comparisons and sums; which of their signs binds closer, the language of rules knows itself."""
        told, word = "", "and"
        while True:
            while word in ("and", "or") and self._peek("not"):
                self._take()
                told += "not "
            if self._peek("sign") and SIGNS[self._tokens[self._place].text] == "-":
                self._take()
                told += "-"
            told += self._atom()
            if not self._peek("or", "and", "compare", "sign"):
                return told
            word = OPERATORS[self._take().text]
            told += f" {word} "

    def _atom(self) -> str:
        token = self._take()
        match token.kind:
            case "number":
                return _number(token.text)
            case "code" | "word":
                return self._named(token.text)
            case "mark" if token.text == "(":
                inner = self._bracketed(self._test)
                return inner if inner.startswith("implies(") else f"({inner})"
            case "function":
                return f"{token.text}({', '.join(self._arguments())})"
            case "part":
                return f"{self._only(self._arguments(), token.text)}.{token.text}"
            case "sum":
                return f"({' + '.join(self._arguments())})"
            case "and" | "or":
                return f"({f' {token.kind} '.join(self._arguments())})"
            case "if":
                return self._excel(self._arguments())
        raise SpellingError(f"không hiểu “{token.typed}” ở chỗ này{_ADVICE}")

    def _bracketed(self, read: Callable[[], Read]) -> Read:
        self._depth += 1
        if self._depth > DEEPEST:
            raise SpellingError("quá nhiều ngoặc lồng nhau")
        told = read()
        self._need(")")
        self._depth -= 1
        return told

    def _arguments(self) -> list[str]:
        self._need("(")
        return [] if self._mark(")") else self._bracketed(self._listed)

    def _listed(self) -> list[str]:
        told = [self._test()]
        while self._mark(";,"):
            told.append("True" if self._peek("true") and self._take() else self._test())
        return told

    @staticmethod
    def _only(arguments: list[str], function: str) -> str:
        if len(arguments) != 1:
            raise SpellingError(f"{SPOKEN[function]}(…) chỉ nhận một chỉ tiêu")
        return arguments[0]

    @staticmethod
    def _excel(arguments: list[str]) -> str:
        if len(arguments) not in (2, 3) or arguments[2:] not in ([], ["True"]):
            raise SpellingError("viết NẾU … THÌ …, hoặc IF(điều kiện; điều phải đúng)")
        return f"implies({arguments[0]}, {arguments[1]})"


def _number(text: str) -> str:
    """Vietnamese or English digits as Python writes them: 1.234,5 and 1234.5 are the same."""
    if text.isdecimal():
        return text
    if "," in text or re.fullmatch(r"\d{1,3}(\.\d{3})+", text):
        text = text.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise SpellingError(f"“{text}” không phải là số")
    return text


_MACHINE = r"(?s)(?P<name>[a-zA-Z_]\w*)(?:\.(?P<part>tu|mau))?|(?P<number>\d+(?:\.\d+)?)|<=|>=|==|!=|."


def spoken(test: str, code_of: Mapping[str, str]) -> str:
    """A rule in the language of rules as a person would type it. `code_of` gives the code of a name."""
    inner, outer = _implication(test)
    if outer is not None:
        return f"NẾU {spoken(inner, code_of)} THÌ {spoken(outer, code_of)}"
    return "".join(_word(found, code_of) for found in re.finditer(_MACHINE, test))


def _word(found: re.Match[str], code_of: Mapping[str, str]) -> str:
    name, part, number = found["name"], found["part"], found["number"]
    if part:
        return f"{SPOKEN[part]}([{code_of[name]}])"
    if name:
        return SPOKEN.get(name) or f"[{code_of[name]}]"
    if number:
        return number.replace(".", ",")
    return ";" if found[0] == "," else SPOKEN.get(found[0], found[0])


def _implication(test: str) -> tuple[str, str | None]:
    """Condition and consequence where the whole test is one implication."""
    if not test.startswith(IMPLIES):
        return test, None
    depth, comma = 0, 0
    for place, letter in enumerate(test):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 1 and not comma:
            comma = place
        if depth == 0 and letter == ")":
            whole = place == len(test) - 1
            return (test[len(IMPLIES) : comma], test[comma + 2 : place]) if whole else (test, None)
    return test, None


IMPLIES = "implies("
