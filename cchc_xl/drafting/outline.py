"""The outline of a printed table: which line is a section, a group or a figure, its code, what it is a part of, and
what it probably asks.

Levels are told by the way lines are numbered (A, I, 1, 1.1, a), in the order in which these ways first appear; a line
without a number, or with a dash, belongs to the numbered line above it. What a line asks (its kind, how it adds up, who
reports it) is told by its words and those above it. Each proposal says how sure it is, from 0 to 1: what is certain
needs nobody, what is doubtful is shown, below `ASKED` nothing is proposed and people are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cchc_xl.declaration import declaration_workbook
from cchc_xl.drafting.printed_table import PrintedRow
from cchc_xl.reconcile.stated_counts import COMPLETE, PARTIAL
from cchc_xl.schema.form_model import UNNUMBERED
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.typed_text import folded
from cchc_xl.values import Struct
from cchc_xl.writing.vietnamese_numbers import ALPHABET, ROMANS

CAPITALS = ALPHABET[:8].upper()
DASHES = "-–—+•*"
DEEPEST = 4
"""Numbers that a code may have after its section."""

_PART = re.compile(rf"^\s*(?:[{re.escape(DASHES)}]|[a-zđ]\))\s*\S|^trong (?:số )?đó\b", re.IGNORECASE)
LEADING = {word for word in COMPLETE | PARTIAL if word != "cụ thể"}
"""Lines that say no more than that parts follow: Trong đó:"""

_HAS_TOTAL = re.compile(r"^tổng số\b|^(?:tỷ|tỉ) lệ\b")


@dataclass
class Line:
    """A line of the outline; `sure` (0–1) tells how far its level is certain, `why` what it was told by."""

    row: PrintedRow
    level: str = ""
    code: str = ""
    sort: str = ""
    parent: Line | None = None
    whole: Line | None = None
    """The line that it is a dashed part of."""
    children: list[Line] = field(default_factory=list)
    parts: list[Line] = field(default_factory=list)
    about: str = ""
    """Of a section: the title of the table it stands in, folded."""
    sure: float = 1.0
    why: str = ""

    @property
    def label(self) -> str:
        """The label as printed."""
        return self.row.label

    @property
    def words(self) -> str:
        """The label without dash and final marks, folded."""
        return folded(self.label.lstrip(DASHES + " ").rstrip(" .:;"))

    @property
    def printed_number(self) -> str:
        """What the column STT in says: nothing where the code says the same."""
        printed = self.row.stt
        if printed == self.code.partition(".")[2]:
            return ""
        return printed.replace(UNNUMBERED, "-") or UNNUMBERED

    @property
    def is_figure(self) -> bool:
        """Whether it holds a figure."""
        return self.level == "row"


def sort_of(stt: str) -> tuple[str, int]:
    """How a line is numbered and its place in that count; an empty sort for a line without a number."""
    bare = stt.strip(" .()/")
    if bare in ROMANS[1:]:
        return "I", ROMANS.index(bare)
    if len(bare) == 1 and bare in CAPITALS:
        return "A", CAPITALS.index(bare) + 1
    if bare.isdecimal():
        return "1", int(bare)
    if re.fullmatch(r"(?:[IVX]+\.)?\d+(?:\.\d+)+", bare):
        return f"1{'.1' * bare.count('.')}", int(bare.rpartition(".")[2])
    if len(bare) == 1 and bare in ALPHABET:
        return "a", ALPHABET.index(bare) + 1
    return "", 0


def outline(rows: Sequence[PrintedRow], title: str) -> list[Line]:
    """The lines with their levels and codes; where no line can be a section, one is made that the print does not show.
    """
    lines = [Line(row) for row in rows]
    sorts = [sort_of(row.stt) for row in rows]
    units = any(row.unit for row in rows)
    first = next((sort for sort, _ in sorts if sort), "")
    stack: list[Line] = []
    if first not in ("A", "I"):
        lines.insert(0, Line(PrintedRow("", title or "Số liệu"), "section", "I", "§", why="bảng không chia phần"))
        sorts.insert(0, ("§", 1))
        stack.append(lines[0])
    order = list(dict.fromkeys(sort for sort, _ in sorts if sort))
    for number, line in enumerate(lines):
        sort, count = sorts[number]
        if sort != "§":
            _place(line, sort, count, order, stack, lines[:number])
        if line.level == "section":
            line.about = folded(title)
    for line in lines:
        if line.level != "section":
            line.level, line.sure, line.why = _level(line, units)
    return lines


def _place(line: Line, sort: str, count: int, order: Sequence[str], stack: list[Line], before: Sequence[Line]) -> None:
    """Sets where a line stands: below the last line of a higher sort."""
    line.sort = sort
    if sort:
        while stack and (stack[-1].sort == sort or order.index(stack[-1].sort) > order.index(sort)):
            stack.pop()
    line.parent = stack[-1] if stack else None
    if line.parent is None:
        line.level, line.code = "section", _section_code(sort, count, {each.code for each in before})
    else:
        line.code = _code(line.parent, count)
        line.parent.children.append(line)
    if not sort and (_PART.match(line.label) or line.row.stt.strip() in tuple(DASHES)):
        whole = next((each for each in reversed(before) if each.whole is None and each.level != "section"), None)
        if whole is not None and whole in (line.parent, *(line.parent.children if line.parent else ())):
            line.whole = whole
            whole.parts.append(line)
    if sort and line.code.count(".") < DEEPEST:
        stack.append(line)


def _section_code(sort: str, count: int, taken: set[str]) -> str:
    """The printed number of a section, or the next one that no section before it has."""
    known = ROMANS if sort == "I" else ("", *CAPITALS)
    return next((code for code in known[count:] if code not in taken), f"P{len(taken)}")


def _code(parent: Line, count: int) -> str:
    """The code of the next line below a parent: its printed number, where that goes on counting."""
    taken = [int(child.code.rpartition(".")[2]) for child in parent.children]
    last = max(taken, default=0)
    return f"{parent.code}.{count if count > last else last + 1}"


def _level(line: Line, units: bool) -> tuple[str, float, str]:
    """Whether a line is a group or holds a figure, how sure that is, and why."""
    if line.words in LEADING and not line.row.unit:
        return "group", 0.95, "chỉ dẫn đến các dòng dưới"
    if line.row.unit or not (line.children or line.parts):
        return "row", (1.0 if line.row.unit or not units else 0.8), "có đơn vị tính" if line.row.unit else "dòng cuối"
    below = [child.words for child in (*line.children, *line.parts)]
    counts = bool(COUNTS.match(line.words)) and not any(map(_HAS_TOTAL.match, below))
    if not units and line.parts:
        return "row", 0.8, "đếm, có các dòng thành phần"
    if not counts:
        return "group", 0.95, "có dòng con, không có đơn vị tính"
    return "row", 0.7, "tên dòng là một số đếm, các dòng con không có dòng tổng"


CERTAIN, ASKED = 0.9, 0.5
"""From the first on a proposal needs no look; below the second it is a question."""


class Proposal(Struct, frozen=True):
    """What a cell should say, how sure that is, and why."""

    text: str
    sure: float = 1.0
    why: str = ""
    asked: bool = False
    """Whether people must answer, whatever is proposed meanwhile."""

    @property
    def level(self) -> str:
        """How far it is settled."""
        if self.sure < ASKED or self.asked:
            return declaration_workbook.MUST_ANSWER
        return declaration_workbook.SHOULD_LOOK if self.sure < CERTAIN else declaration_workbook.CERTAIN


def any_of(*words: str) -> re.Pattern[str]:
    """A pattern of whole words, folded."""
    return re.compile(rf"\b(?:{'|'.join(map(folded, words))})(?!\w)")


OPTION = re.compile(r"([^=\d;,/()]+?)\s*[=:]\s*(\d+)(?!\S*\d)")
YES = re.compile(r"có|đã\b.*|đạt|x")
NO = re.compile(r"(?:không|chưa)\b.*")
PAIR_NOTE = re.compile(r"số.*/\s*tổng")
PAIR = re.compile(r"\d[\d.]*\s*/\s*\d[\d.]*")
COUNTS = re.compile(r"(?:tổng )?số\b(?! liệu)|tổng cộng")
RATE = any_of("tỷ lệ", "tỉ lệ")
DECIMAL = any_of("điểm", "km", "ha", "m2", "tấn")
MONEY = any_of("đồng", "đ")
ROUNDED = any_of("số lẻ", "số thập phân", "làm tròn")
MEAN = any_of("bình quân", "trung bình")
SCORE = any_of("điểm", "chỉ số", "km", "ha", "m2", "tấn")
WORDS = any_of("ghi rõ", "nếu có", "nêu", "liệt kê", "hình thức", "nội dung", "nguyên nhân", "kiến nghị", "tên", "khác")
TICKED = re.compile(r"có\s*[/,]\s*không|x|đánh dấu.*")
_IN_LABEL = re.compile(r"\(([^()\d]{1,30})\)[\s.:]*$")
ASKS = re.compile(r"có\b")


def options_of(line: Line) -> dict[str, str]:
    """The answers to choose from, by their number: Có = 1 Không = 0."""
    for text in (line.row.unit, line.row.note, line.label):
        found = {number: word.strip(" -:") for word, number in OPTION.findall(text)}
        if len(found) > 1:
            return found
    return {}


def stated_unit(label: str) -> str:
    """The unit that a label ends with: Kinh phí đào tạo (triệu đồng)."""
    found = _IN_LABEL.search(label)
    said = found[1].strip() if found else ""
    return "" if WORDS.search(folded(said)) and not TICKED.fullmatch(folded(said)) else said


def kind_of(line: Line) -> Proposal:
    """The kind of a figure."""
    options, words = options_of(line), line.words
    unit = folded(line.row.unit or stated_unit(line.label))
    if options:
        meant = folded(options.get("1", "")), folded(options.get("0", ""))
        yes_no = len(options) == 2 and YES.fullmatch(meant[0]) and NO.fullmatch(meant[1])
        kind = Kind.YES_NO if yes_no else Kind.CHOICE
        return Proposal(kind, 0.97, f"đơn vị tính cho chọn: {'; '.join(f'{v} = {k}' for k, v in options.items())}")
    if PAIR_NOTE.search(folded(line.row.note)) and not RATE.search(words) and unit != "%":
        return Proposal(Kind.RATIO, 0.9, "ghi chú hỏi số đã làm trên tổng số")
    if PAIR_NOTE.search(words) and not RATE.search(words):
        return Proposal(Kind.RATIO, 0.8, "tên là số đã làm trên tổng số")
    if any(PAIR.fullmatch(each) for each in line.row.figures):
        return Proposal(Kind.RATIO, 0.9, "số liệu in dạng 24/24")
    if "%" in unit or RATE.match(words):
        return Proposal(Kind.PERCENT, 0.97 if "%" in unit else 0.85, "đơn vị tính %" if "%" in unit else "tên là tỷ lệ")
    if TICKED.fullmatch(unit):
        return Proposal(Kind.YES_NO, 0.95, "đơn vị tính Có/Không")
    counted = COUNTS.match(words) and not MEAN.search(words.partition("(")[0])
    measured = not unit or DECIMAL.fullmatch(unit)
    scored = measured and SCORE.match(unit or words)
    if MONEY.search(unit) or ROUNDED.search(folded(line.row.note)) or (not counted and (MEAN.search(words) or scored)):
        return Proposal(Kind.DECIMAL, 0.8, "điểm, tiền hoặc số bình quân")
    return _without_hint(line, unit)


def _without_hint(line: Line, unit: str) -> Proposal:
    words = line.words
    if ASKS.match(words):
        return Proposal(Kind.YES_NO, 0.65, "tên là câu hỏi có hay không")
    if unit:
        return Proposal(Kind.COUNT, 0.95, "đơn vị tính là thứ đếm được")
    if COUNTS.match(words):
        return Proposal(Kind.COUNT, 0.85, "tên là một số đếm")
    if line.whole is not None and (whole := kind_of(line.whole)).text in (Kind.COUNT, Kind.DECIMAL):
        return Proposal(whole.text, 0.8, "dòng thành phần của một số")
    if WORDS.search(folded(line.row.note)) or WORDS.search(words):
        return Proposal(Kind.TEXT, 0.8, "hỏi bằng lời")
    return Proposal(Kind.TEXT, 0.4, "không có đơn vị tính")


_LOWER = r"\b(?:phường|(?<!thị )(?<!hợp tác )xã(?! hội)|thị trấn|đặc khu|cấp cơ sở)(?!\w)"
_UPPER = r"\b(?:(?<!cơ )(?<!trụ )sở|phòng ban|phòng chuyên môn|cơ quan chuyên môn|thành phố|tỉnh|huyện|thị xã)(?!\w)"
_AND = r"(?:,| và)(?: (?:các|cấp|ubnd))* "
LOWER, UPPER = re.compile(_LOWER), re.compile(_UPPER)
"""Words for those below the office, and for the office and those above it. "Xã hội" is none."""

BOTH = re.compile(
    rf"{_UPPER}[^.;:]{{,30}}?{_AND}{_LOWER}|{_LOWER}{_AND}{_UPPER}|(?:huyện|tỉnh) trở lên|chuyển thành"
)
"""Both together, or what goes from one to the other: only the office can count it."""

WITHIN = any_of("thôn", "ấp", "khóm", "khu phố", "tổ dân phố", "khu dân cư", "khai sinh", "khai tử")
"""What only those below have or do."""

LOWER_OFFICE = re.compile(
    r"(?:trong đó:? )?(?:(?:(?:tổng )?số(?: lượng)?|tỷ lệ)(?: %)? )?"
    rf"(?:(?:các|đơn vị|hành chính|cơ quan|ubnd|cấp) )*{_LOWER}(?:, {_LOWER})*(?!:)"
)
"""What is counted are those below themselves."""

ALL_OF_THEM = re.compile(r"(?: (?:thuộc|trực thuộc|của|trên địa bàn|hiện có)\b.*)?")
CHECKED = any_of("kiểm tra", "thanh tra", "giám sát")
VISITED = any_of("kiểm tra", "thanh tra", "giám sát", "đánh giá", "xếp loại", "đạt", "công nhận", "khen thưởng")
BY_ITSELF = any_of("tự kiểm tra", "tự đánh giá", "đánh giá nội bộ")
ABOVE = any_of("chỉ số", "xếp hạng", "tinh giản", "tuyển dụng", "ngạch", "điều động", "luân chuyển", "được giao",
               "được công bố", "được thông báo", "được phê duyệt", "đơn giản hóa")
"""What others decide of those below: offices are visited and judged, people and procedures approved."""

PROCEDURES = re.compile(r"(?:tổng )?số(?: lượng)? (?:tthc|thủ tục)")
ALL_YES = any_of("đến ubnd cấp xã", "tới ubnd cấp xã", "đến cấp xã", "100% ubnd cấp xã", "tất cả")


NOT_SAID = "bản in không nói ai báo cáo"


class Reported(Struct, frozen=True):
    """How a line adds up, and whether the lower level reports it."""

    total: Proposal
    lower: bool
    counted: bool = False
    """Whether each unit answers yes or no and those saying yes are counted."""

    asked: bool = False
    """Whether nothing tells who reports."""


def reported(line: Line, kind: Kind) -> Reported:
    """How a figure is reported, as far as its words tell."""
    lower, offices = _is_of_lower(line), LOWER_OFFICE.match(line.words)
    if kind is Kind.PERCENT:
        return Reported(Proposal(Total.RATIO, 0.98, "tỷ lệ tính từ hai số"), lower, asked=not lower)
    if kind is Kind.TEXT:
        return Reported(Proposal(Total.NONE, 0.95, "lời của các đơn vị được nối lại"), False, asked=True)
    if lower and offices and kind is Kind.COUNT:
        if ALL_OF_THEM.fullmatch(line.words[offices.end() :]):
            return Reported(Proposal(Total.UNITS, 0.7, "số các đơn vị cấp dưới"), True)
        return Reported(Proposal(Total.COUNT_YES, 0.75, "đếm đơn vị cấp dưới đã làm"), True, counted=True)
    if lower and kind is Kind.YES_NO:
        yes = Total.ALL_YES if ALL_YES.search(line.words) else Total.COUNT_YES
        return Reported(Proposal(yes, 0.6, "mỗi đơn vị cấp dưới trả lời có hay không"), True)
    if lower and kind is Kind.COUNT and PROCEDURES.match(line.words):
        return Reported(Proposal(Total.SAME, 0.65, "danh mục chung của cấp dưới"), True)
    if lower and kind in (Kind.COUNT, Kind.DECIMAL):
        return Reported(Proposal(Total.SUM, 0.7, "số của cấp dưới"), True)
    said = LOWER.search(line.words)
    why = "cấp trên quyết định, theo dõi việc này" if said else NOT_SAID
    return Reported(Proposal(Total.CITY, 0.7, why), False, asked=not said)


def _is_of_lower(line: Line) -> bool:
    """Whether the words speak of the lower level as the one that does what is counted: those of the line, else of what
    it is a part of, else of the groups it stands in."""
    for words in _above(line):
        if BOTH.search(words) or (LOWER.search(words) and ABOVE.search(line.words)):
            return False
        if LOWER.search(words) or WITHIN.search(words):
            return not _visited(line, words)
        if UPPER.search(words):
            return False
    return False


def _visited(line: Line, words: str) -> bool:
    """Whether those below are visited or judged by others, as these words and what the line is a part of say."""
    if words not in (line.words, line.whole.words if line.whole else ""):
        return bool(CHECKED.search(words))
    said = f"{words} {line.whole.words if line.whole else ''}"
    return bool(LOWER_OFFICE.match(words) and VISITED.search(said) and not BY_ITSELF.search(words))


def _above(line: Line) -> Iterator[str]:
    yield line.words
    if line.whole:
        yield line.whole.words
    above = line.parent
    while above:
        yield above.words
        yield above.about
        above = above.parent


def lower_says(title: str) -> bool:
    """Whether a table is one of the lower level, as its title says."""
    return bool(LOWER.search(folded(title))) and not BOTH.search(folded(title))
