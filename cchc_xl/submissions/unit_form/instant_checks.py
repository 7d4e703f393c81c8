"""Instant help without Python: the native formulas behind the column Kiểm tra, made from the declaration.

Hidden columns carry the steps, so that each formula stays short: what is wrong with the cell alone, the number it was
understood as, the sentences of the rules it breaks, and the state as one letter. Functions of Excel 2010 only. They
understand words as the number grammar does: có/không, the labels of choices, nothing to report.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cchc_xl.checks.cell_answers import ASK_DAY, COUNTED, likely_days
from cchc_xl.checks.check_context import titled
from cchc_xl.checks.declared_rules import DeclaredRule
from cchc_xl.master.input_validation import counted
from cchc_xl.reading import folded
from cchc_xl.reading.number_grammar import LARGEST
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.reading.spellings import NO_WORDS, NOTHING_STATED, NOTHING_WORDS, STATED_WAYS, TICKS, YES_WORDS
from cchc_xl.rule_registry import Severity
from cchc_xl.rules.native_rule import Telling, condition, failure_formula, literal
from cchc_xl.rules.rule_syntax import Name, parse
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import WORDS, Kind, Missing
from cchc_xl.sheet_names import FLAG_LETTERS
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormLine, FormPlan
from cchc_xl.typed_text import TONES
from cchc_xl.writing.vietnamese_numbers import plain

FINE = "✔"
BLANK_STATE, FINE_STATE, EXPLAINED_STATE = "B", "V", "G"
BLANK, EXPLAINED, SEE = "Chưa nhập.", "Đã ghi lý do ở cột Ghi chú.", "Xem lại"
NOT_TYPED = "Chưa nhập. Nếu đã thống kê và không có thì gõ 0."
ERROR_VALUE = "Ô báo lỗi; xóa và gõ lại."
NO_NUMBER = "Chỉ gõ con số, không kèm chữ hay dấu chấm; chữ ghi ở cột Ghi chú. Không có thì gõ 0."
NOTHING_DOUBT = f"Đọc là 0. Đã thống kê mà không có thì gõ 0; kỳ này không có việc thì gõ: {NOTHING_STATED}."
WORDS_DOUBT = "Con số có kèm chữ hay dấu, có thể không đọc được; chỉ gõ con số, chữ ghi ở cột Ghi chú."
TICK_DOUBT = "Đọc là 1 (có). Gõ 1 hoặc 0."
NO_DAY = "Gõ ngày/tháng/năm, ví dụ 05/4/2026."
DAY_DOUBT = "Ngày không thuộc kỳ báo cáo; xem lại."
DOUBTS = (NOTHING_DOUBT, WORDS_DOUBT, TICK_DOUBT, DAY_DOUBT)
"""What is told of a cell that is taken, or may be: a warning, where the other messages are errors."""


@dataclass(frozen=True)
class PlanCells:
    """The cells of a form, for the formulas of rules. Indicators that the unit does not report count as missing."""

    plan: FormPlan

    def value(self, name: Name) -> str:
        """The number understood."""
        place = self._cell(name.name, form_layout.WHOLE if name.part == "mau" else form_layout.KNOWN)
        return f"N({place})" if place else "0"

    def missing(self, name: Name) -> str:
        """Nothing typed, or nothing that could be understood."""
        place = self._cell(name.name, form_layout.KNOWN)
        return f'{place}=""' if place else "TRUE"

    def code(self, name: Name) -> str:
        """The printed code and label."""
        return titled(self.plan.form.by_name[name.name])

    def note(self, name: str) -> str:
        """The address of an indicator's note; empty for one that the form does not ask, and for a passage."""
        return self._cell(name, form_layout.NOTE) if self.plan.has_note(name) else ""

    def known(self, name: str) -> str:
        """The address of the number understood."""
        return self._cell(name, form_layout.KNOWN)

    def _cell(self, name: str, column: str) -> str:
        place = self.plan.helped.get(self.plan.form.by_name[name].code)
        return f"'{place[0]}'!${column}${place[1]}" if place else ""


@dataclass(frozen=True, slots=True)
class RuleCell:
    """A rule of the form and the cell that holds its sentence, empty while it holds."""

    rule: DeclaredRule
    row: int

    @property
    def address(self) -> str:
        """The cell on the hidden sheet of rules."""
        return f"{form_layout.RULES}!$D${self.row}"

    @property
    def told(self) -> str:
        """The formula of its sentence with a line feed at the end, which LibreOffice cuts off a stored result."""
        return f'IF({self.address}="","",{self.address}&CHAR(10))'


def rule_cells(plan: FormPlan, rules: tuple[DeclaredRule, ...]) -> tuple[RuleCell, ...]:
    """The rules whose figures the unit all types itself, each with its row on the hidden sheet."""
    mine = [rule for rule in rules if form_layout.asked_of(plan, rule)]
    return tuple(RuleCell(rule, row) for row, rule in enumerate(mine, 1))


def rule_formula(plan: FormPlan, rule: DeclaredRule) -> str:
    """The sentence of a rule with its remedy, or empty text."""
    telling = Telling(rule.line.missing, rule.line.remedy, rule.must, rule.saying)
    formula = failure_formula(rule.test, telling, PlanCells(plan))
    written = "+".join(filter(None, (_written(plan, name) for name in rule.line.unless_written)))
    return f'IF({written}>0,"",{formula})' if written else formula


def _written(plan: FormPlan, name: str) -> str:
    """How many letters a note has that settles a rule; the form's own hint is none."""
    cell = PlanCells(plan).note(name)
    hint = plan.form.by_name[name].note_hint.strip() if cell else ""
    return f"IF(TRIM({cell})={literal(hint)},0,LEN(TRIM({cell})))" if hint else f"LEN(TRIM({cell}))" if cell else ""


@dataclass(frozen=True)
class Question:
    """A cell that people fill, with the rules that it stands in: the formulas of its row on the hidden sheet."""

    plan: FormPlan
    line: FormLine
    row: Indicator
    rules: list[RuleCell]

    def at(self, letter: str) -> str:
        """A cell of the row."""
        return f"${letter}{self.line.row}"

    @property
    def cell(self) -> str:
        """Where the formulas see the value."""
        return self.at(form_layout.VALUE)

    @property
    def text(self) -> str:
        """What is typed, without blanks at its ends."""
        return tidied(self.cell)

    @property
    def _digits(self) -> str:
        return f'SUBSTITUTE({self.text},".","")'

    @property
    def asks_about_days(self) -> bool:
        """Whether a number may be a day in disguise."""
        return self.row.asked in COUNTED

    def formulas(self) -> dict[str, str]:
        """The steps behind the column Kiểm tra, by hidden column."""
        steps = {form_layout.TYPE: self._type(), form_layout.STATE: self._state(), **self._known()}
        return steps | ({form_layout.RULE: told} if (told := self.told()) else {})

    def _type(self) -> str:
        """What is wrong with a cell alone: not typed, unreadable, out of range; empty text where nothing is."""
        match self.row.asked:
            case Kind.COUNT | Kind.DECIMAL:
                wrong = self._wrong_number()
            case Kind.YES_NO | Kind.CHOICE:
                wrong = self._wrong_choice()
            case Kind.RATIO:
                wrong = self._wrong_ratio()
            case Kind.DATE:
                wrong = self._wrong_day()
            case _:
                wrong = '""'
        return f'IF(ISERROR({self.cell}),{literal(ERROR_VALUE)},IF({self.text}="",{self._blank()},{wrong}))'

    def _blank(self) -> str:
        if self.row.missing is not Missing.REQUIRED:
            return '""'
        if self.line.name_cell:
            return f'IF({self.at(form_layout.LABEL)}="","",{literal(NOT_TYPED)})'
        if self.row.required_if:
            asked = condition(parse(self.row.required_if), PlanCells(self.plan))
            return f'IF(IFERROR({asked},FALSE),{literal(NOT_TYPED)},"")'
        return literal(NOT_TYPED)

    def _wrong_number(self) -> str:
        odd = literal("Chỉ tiêu này đếm số nguyên, ô đang ghi số lẻ; gõ số không có dấu chấm, dấu phẩy.")
        number = self._outside(self.cell)
        if self.row.asked is Kind.COUNT:
            number = f"IF({self.cell}<>INT({self.cell}),{odd},{number})"
        return f"IF(ISNUMBER({self.cell}),{number},{self._wrong_words()})"

    def _outside(self, number: str) -> str:
        """What is told of a number out of the indicator's range."""
        row = self.row
        largest = row.max if row.max is not None else LARGEST
        low = literal(f"Nhỏ hơn mức thấp nhất {plain(row.min)}; xem lại con số.")
        high = literal(f"Lớn hơn mức cao nhất {plain(largest)}; xem lại con số.")
        return f'IF({number}<{row.min},{low},IF({number}>{largest},{high},""))'

    def _wrong_words(self) -> str:
        """What is told of a text where a number is asked."""
        said = f"LOWER({self.text})"
        says_nothing = is_one_of(said, [f"{word}{end}" for word in NOTHING_WORDS for end in ("", ".")])
        bare = self.text
        for digit in range(10):
            bare = f'SUBSTITUTE({bare},{digit},"")'
        doubt = f"IF(LEN({bare})<LEN({self.text}),{literal(WORDS_DOUBT)},{literal(NO_NUMBER)})"
        nothing = f"IF({says_nothing},{literal(NOTHING_DOUBT)},{doubt})"
        checked = f"IF({self._is_plain()},{self._outside(f'VALUE({self._digits})')},{nothing})"
        return f'IF({is_one_of(said, STATED_WAYS)},"",{checked})'

    def _is_plain(self) -> str:
        """Whether a text is a whole number, with dots between thousands where the indicator counts."""
        text, digits = self.text, self._digits
        grouped = f'{text}=SUBSTITUTE(FIXED(VALUE({digits}),0),",",".")'
        written = f"OR({text}={digits},{grouped})" if self.row.asked is Kind.COUNT else f"{text}={digits}"
        return f"IFERROR(AND({digits}=FIXED(VALUE({digits}),0,TRUE),{written}),FALSE)"

    def _wrong_choice(self) -> str:
        codes = list(self.row.choices) if self.row.choices else ["1", "0"]
        only = literal("Chỉ nhận " + ", ".join(codes) + ".")
        is_yes_no = self.row.asked is Kind.YES_NO
        is_tick = is_one_of(f"LOWER({self.text})", sorted(TICKS))
        tick = f'IF({is_tick},{literal(TICK_DOUBT)},"")' if is_yes_no else '""'
        return f'IF({self.at(form_layout.KNOWN)}="",{only},{tick})'

    def _wrong_ratio(self) -> str:
        part, whole = self.at(form_layout.KNOWN), self.at(form_layout.WHOLE)
        shape = literal("Gõ dạng đã làm/tổng số, ví dụ 24/24; nếu Excel đổi thành ngày thì gõ dấu nháy đơn ở đầu.")
        over = literal("Tử số vượt mẫu số; xem lại hai số.")
        return f'IF(OR({part}="",{whole}="",N({part})<0),{shape},IF({part}>{whole},{over},""))'

    def _wrong_day(self) -> str:
        """What is told of a text that is no day d/m/yyyy, or of a day outside the period."""
        period, text = self.plan.form.period, self.text
        after = f'MID({text},FIND("/",{text})+1,20)'
        day, month = (f'VALUE(LEFT({each},FIND("/",{each})-1))' for each in (text, after))
        year = f'VALUE(MID({after},FIND("/",{after})+1,20))'
        serials = ((each - EXCEL_EPOCH).days for each in (period.first, period.last))
        written = (f"{each:%Y%m%d}" for each in (period.first, period.last))

        def outside(number: str, first: object, last: object) -> str:
            return f'IF(OR({number}<{first},{number}>{last}),{literal(DAY_DOUBT)},"")'

        possible = f"AND({month}>=1,{month}<=12,{year}>=1900,{year}<=2100,DAY(DATE({year},{month},{day}))={day})"
        typed = f"IF({possible},{outside(f'{year}*10000+{month}*100+{day}', *written)},{literal(NO_DAY)})"
        return f"IF(ISNUMBER({self.cell}),{outside(self.cell, *serials)},IFERROR({typed},{literal(NO_DAY)}))"

    def _known(self) -> dict[str, str]:
        """The numbers understood from a cell, by hidden column."""
        cell, text, wrong = self.cell, self.text, self.at(form_layout.TYPE)
        if self.row.asked in WORDS:
            return {}
        if self.row.asked is Kind.RATIO:
            part = f'TRIM(LEFT({text},FIND("/",{text})-1))'
            whole = f'TRIM(MID({text},FIND("/",{text})+1,50))'
            return {form_layout.KNOWN: _part_of_pair(part), form_layout.WHOLE: _part_of_pair(whole)}
        if self.row.asked in (Kind.YES_NO, Kind.CHOICE):
            return {form_layout.KNOWN: f'IF(ISERROR({cell}),"",{answer_formula(self.row, cell)})'}
        written = f'IF({wrong}="{NOTHING_DOUBT}",0,IF({wrong}<>"","",IFERROR(VALUE({self._digits}),0)))'
        blank = f'IF(ISERROR({cell}),FALSE,{text}="")'
        return {form_layout.KNOWN: f'IF(ISNUMBER({cell}),IF({wrong}<>"","",{cell}),IF({blank},"",{written}))'}

    def told(self) -> str:
        """The sentences of the rules that an indicator stands in, after the question about a day in disguise."""
        days = [_day_question(self.plan.form, self.cell)] if self.asks_about_days else []
        return "&".join([*days, *(each.told for each in self.rules)])

    def _state(self) -> str:
        """E, W, I as in the master; B not typed; V fine; G a doubt that the unit explains in its note; empty where
        nothing is typed and nothing was asked.
        """
        wrong = self.at(form_layout.TYPE)
        doubted = ",".join(f"{wrong}={literal(text)}" for text in DOUBTS)
        typed = f'IF(OR({doubted}),"W","E")'
        alone = f'IF(ISERROR({self.cell}),"E",IF({self.text}="","{BLANK_STATE}",{typed}))'
        fine = f'IF({self.text}="","","{FINE_STATE}")'
        if self.told():
            fine = f'IF({self.at(form_layout.RULE)}="",{fine},{self._gravest()})'
        return f'IF({wrong}<>"",{alone},{fine})'

    def _gravest(self) -> str:
        """A day in disguise is a warning: where one may stand no sentence is less, unless it is a rule's."""
        only_hints = [each.address for each in self.rules if each.rule.line.severity is Severity.INFO]
        mild = Severity.WARNING if self.asks_about_days and not only_hints else Severity.INFO
        formula = f'"{FLAG_LETTERS[mild]}"'
        for severity in (Severity.WARNING, Severity.ERROR):
            if severity is Severity.ERROR and not self.line.own_cell:
                note = f"TRIM({self.at(form_layout.NOTE)})"
                hint = literal(self.row.note_hint.strip())
                formula = f'IF(OR({note}="",{note}={hint}),{formula},"{EXPLAINED_STATE}")'
            cells = "&".join(each.address for each in self.rules if each.rule.line.severity is severity)
            if cells:
                formula = f'IF({cells}<>"","{FLAG_LETTERS[severity]}",{formula})'
        return formula

    def shown(self) -> str:
        """What the column Kiểm tra shows, short enough for its place: ✔ or what is wrong, then what is counted.

        The whole sentence stands at the top of the sheet.
        """
        what = counted(self.row)
        wrong, broken, state = map(self.at, (form_layout.TYPE, form_layout.RULE, form_layout.STATE))
        untyped = literal(f"{BLANK} {what}".strip())
        blank = f'IF({state}="{BLANK_STATE}",{untyped},LEFT({wrong},FIND(";",{wrong}&";")-1))'
        known = literal(what)
        states = {FINE_STATE: f"{FINE} {what}", EXPLAINED_STATE: EXPLAINED}
        for letter, text in states.items():
            known = f'IF({state}="{letter}",{literal(text.strip())},{known})'
        others = "&".join(map(self._others, self.rules)) or literal("")
        fine = f'OR({broken}="",{state}="{EXPLAINED_STATE}")'
        return f'IF({wrong}<>"",{blank},IF({fine},{known},{literal(SEE)}&{others}))'

    def _others(self, cell: RuleCell) -> str:
        """The other lines of a rule that is broken."""
        codes = ", ".join(code for code in cell.rule.codes if code != self.row.code)
        return f'IF({cell.address}="","",{literal(f" (so với {codes})" if codes else "")})'


def _part_of_pair(text: str) -> str:
    """The number of a text of digits. With an exponent behind it nothing else is one: 4/26 is no day, 5% no part."""
    return f'IFERROR(VALUE(SUBSTITUTE({text},".","")&"e0"),"")'


def _day_question(form: Form, cell: str) -> str:
    """What is asked of a count that may be a day, with a line feed at the end; empty text where it is none."""
    first, last = likely_days(form)
    same, ask = literal("Số này trùng với ngày "), literal(f" do Excel tự đổi; {ASK_DAY}")
    told = f'{same}&DAY({cell})&"/"&MONTH({cell})&{ask}'
    is_day = f"IFERROR(AND(ISNUMBER({cell}),{cell}=INT({cell}),{cell}>={first},{cell}<={last}),FALSE)"
    return f'IF({is_day},{told}&CHAR(10),"")'


HARD_BLANK, BETWEEN = "\u00a0", "|"
JOINTS = " -=:.()"
"""What may stand between a code and its word: 1 (có), không = 0."""
UNJOINED = str.maketrans("", "", JOINTS)


def tidied(cell: str) -> str:
    """The text of a cell without blanks at its ends."""
    return f'TRIM(SUBSTITUTE({cell},{literal(HARD_BLANK)}," "))'


def is_one_of(text: str, words: Iterable[str]) -> str:
    """Whether a text in small letters is one of some words, however their letters are composed."""
    return f'ISNUMBER(FIND("{BETWEEN}"&{text}&"{BETWEEN}",{_listed(tuple(words))}))'


@lru_cache(maxsize=256)
def _listed(words: tuple[str, ...]) -> str:
    """The words in all their compositions, as one constant."""
    known = dict.fromkeys(spelt for word in words for spelt in _compositions(word.lower()))
    return literal(BETWEEN + BETWEEN.join(known) + BETWEEN)


def _compositions(word: str) -> tuple[str, ...]:
    """As most keyboards write a word, with loose tone marks as others do, and with every mark loose."""
    loose = unicodedata.normalize("NFD", word)
    toned = unicodedata.normalize("NFC", "".join(letter for letter in loose if letter not in TONES))
    if toned == word:
        return word, loose
    parts = (unicodedata.normalize("NFD", letter) for letter in word)
    kept = (
        unicodedata.normalize("NFC", "".join(mark for mark in part if mark not in TONES))
        + "".join(mark for mark in part if mark in TONES) for part in parts
    )
    return word, "".join(kept), loose


def answer_formula(row: Indicator, cell: str) -> str:
    """The code that a cell says by number, word or both; empty text where it says none."""
    text = f"LOWER({tidied(cell)})"
    squeezed = text
    for joint in JOINTS:
        squeezed = f'SUBSTITUTE({squeezed},"{joint}","")'
    formula = '""'
    for code, words in reversed(_words_by_code(row).items()):
        squeezed_words = (word.translate(UNJOINED) for word in words)
        both = [each for bare in squeezed_words if bare for each in (f"{code}{bare}", f"{bare}{code}")]
        said = is_one_of(text, [code, *words])
        formula = f"IF(OR({said},{is_one_of(squeezed, both)}),{code},{formula})"
    return formula


def _words_by_code(row: Indicator) -> dict[str, list[str]]:
    if row.asked is Kind.YES_NO:
        return {"1": [*sorted(YES_WORDS | TICKS), "true"], "0": [*sorted(NO_WORDS), *STATED_WAYS, "false"]}
    return {code: [label, folded(label)] for code, label in row.choices.items()}
