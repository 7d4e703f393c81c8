"""Instant help without Python: the native formulas behind the column Kiểm tra, made from the declaration.

Hidden columns carry the steps, so that each formula stays short: what is wrong with the cell alone, the number it was
understood as, the sentences of the rules it breaks, and the state as one letter. Functions of Excel 2010 only.
"""

from __future__ import annotations

from dataclasses import dataclass

from cchc_xl.checks.check_context import titled
from cchc_xl.checks.run_checks import DeclaredRule
from cchc_xl.findings import Severity
from cchc_xl.master.native_formulas import parts_formula
from cchc_xl.reading.meaning import NOTHING_STATED, STATED_WAYS
from cchc_xl.reading.number_grammar import LARGEST
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.reading.spellings import NOTHING_WORDS
from cchc_xl.rules.native_rule import Telling, condition, failure_formula, literal
from cchc_xl.rules.rule_parser import parse
from cchc_xl.rules.rule_syntax import Name
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import WORDS, Kind, Missing
from cchc_xl.sheet_names import FLAG_LETTERS
from cchc_xl.submissions import day_in_count, form_layout
from cchc_xl.submissions.form_layout import FormLine, FormPage, FormPlan
from cchc_xl.submissions.unit_form import word_formulas
from cchc_xl.writing.vietnamese_numbers import plain

FINE = "✔"
BLANK_STATE, FINE_STATE, EXPLAINED_STATE = "B", "V", "G"
BLANK, EXPLAINED, SEE = "Chưa nhập.", "Đã ghi lý do ở cột Ghi chú.", "Xem lại"
HOW_TO = (
    "Chỉ nhập vào ô màu vàng nhạt; ô màu xanh tự tính. Số đếm gõ liền, không dấu chấm: 10248. Đã thống kê mà không có "
    f"thì gõ 0; kỳ này không có việc thì gõ: {NOTHING_STATED}. Dán số thì chọn Dán giá trị (Paste Values)."
)
"""What stands at the top of the form while nothing is wrong."""
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
        row = self.plan.form.by_name.get(name)
        return self._cell(name, form_layout.NOTE) if row and not row.row else ""

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


def rule_cells(plan: FormPlan, rules: tuple[DeclaredRule, ...]) -> tuple[RuleCell, ...]:
    """The rules whose figures the unit all types itself, each with its row on the hidden sheet."""
    mine = [rule for rule in rules if asked_of(plan, rule)]
    return tuple(RuleCell(rule, row) for row, rule in enumerate(mine, 1))


def asked_of(plan: FormPlan, rule: DeclaredRule) -> bool:
    """Whether the unit alone answers everything that a rule speaks of, and can write there what settles it."""
    mine = rule.local and all(row.code in plan.questions and row.asked is row.kind for row in rule.indicators)
    settles = rule.line.unless_written
    return mine and not rule.line.if_written and (not settles or any(map(PlanCells(plan).note, settles)))


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


def type_formula(plan: FormPlan, line: FormLine, row: Indicator) -> str:
    """What is wrong with a cell alone: not typed, unreadable, out of range; empty text where nothing is."""
    cell, number = f"${line.seen}", line.row
    blank = _blank_formula(plan, line, row)
    match row.asked:
        case Kind.COUNT | Kind.DECIMAL:
            wrong = _wrong_number(row, cell)
        case Kind.YES_NO | Kind.CHOICE:
            wrong = _wrong_choice(row, cell, number)
        case Kind.RATIO:
            wrong = _wrong_ratio(number)
        case Kind.DATE:
            wrong = _wrong_day(plan, cell)
        case _:
            wrong = '""'
    return f'IF(ISERROR({cell}),{literal(ERROR_VALUE)},IF({word_formulas.tidied(cell)}="",{blank},{wrong}))'


def _blank_formula(plan: FormPlan, line: FormLine, row: Indicator) -> str:
    if row.missing is not Missing.REQUIRED:
        return '""'
    if line.name_cell:
        return f'IF(${form_layout.LABEL}{line.row}="","",{literal(NOT_TYPED)})'
    if row.required_if:
        asked = condition(parse(row.required_if), PlanCells(plan))
        return f'IF(IFERROR({asked},FALSE),{literal(NOT_TYPED)},"")'
    return literal(NOT_TYPED)


def _wrong_number(row: Indicator, cell: str) -> str:
    odd = literal("Chỉ tiêu này đếm số nguyên, ô đang ghi số lẻ; gõ số không có dấu chấm, dấu phẩy.")
    number = _outside(row, cell)
    if row.asked is Kind.COUNT:
        number = f"IF({cell}<>INT({cell}),{odd},{number})"
    return f"IF(ISNUMBER({cell}),{number},{_wrong_words(row, cell)})"


def _outside(row: Indicator, number: str) -> str:
    """What is told of a number out of the indicator's range."""
    largest = row.max if row.max is not None else LARGEST
    low = literal(f"Nhỏ hơn mức thấp nhất {plain(row.min)}; xem lại con số.")
    high = literal(f"Lớn hơn mức cao nhất {plain(largest)}; xem lại con số.")
    return f'IF({number}<{row.min},{low},IF({number}>{largest},{high},""))'


def _wrong_words(row: Indicator, cell: str) -> str:
    """What is told of a text where a number is asked."""
    text = word_formulas.tidied(cell)
    number = _digits_only(text)
    nothing = f'IF({_says_nothing(cell)},{literal(NOTHING_DOUBT)},IF({_has_digit(text)},{literal(WORDS_DOUBT)},'
    stated = word_formulas.is_one_of(f"LOWER({text})", STATED_WAYS)
    checked = f"IF({_is_plain(row, text)},{_outside(row, f'VALUE({number})')},{nothing}{literal(NO_NUMBER)})))"
    return f'IF({stated},"",{checked})'


def _digits_only(text: str) -> str:
    return f'SUBSTITUTE({text},".","")'


def _is_plain(row: Indicator, text: str) -> str:
    """Whether a text is a whole number, with dots between thousands where the indicator counts."""
    digits = _digits_only(text)
    grouped = f'{text}=SUBSTITUTE(FIXED(VALUE({digits}),0),",",".")'
    written = f"OR({text}={digits},{grouped})" if row.asked is Kind.COUNT else f"{text}={digits}"
    return f"IFERROR(AND({digits}=FIXED(VALUE({digits}),0,TRUE),{written}),FALSE)"


def _says_nothing(cell: str) -> str:
    ended = [f"{word}{end}" for word in NOTHING_WORDS for end in ("", ".")]
    return word_formulas.is_one_of(f"LOWER({word_formulas.tidied(cell)})", ended)


def _has_digit(text: str) -> str:
    bare = text
    for digit in range(10):
        bare = f'SUBSTITUTE({bare},{digit},"")'
    return f"LEN({bare})<LEN({text})"


def _wrong_choice(row: Indicator, cell: str, number: int) -> str:
    codes = list(row.choices) if row.choices else ["1", "0"]
    only = literal("Chỉ nhận " + ", ".join(codes) + ".")
    tick = f'IF({word_formulas.is_tick(cell)},{literal(TICK_DOUBT)},"")' if row.asked is Kind.YES_NO else '""'
    return f'IF(${form_layout.KNOWN}{number}="",{only},{tick})'


def _wrong_ratio(number: int) -> str:
    part, whole = f"${form_layout.KNOWN}{number}", f"${form_layout.WHOLE}{number}"
    shape = literal("Gõ dạng đã làm/tổng số, ví dụ 24/24; nếu Excel đổi thành ngày thì gõ dấu nháy đơn ở đầu.")
    over = literal("Tử số vượt mẫu số; xem lại hai số.")
    return f'IF(OR({part}="",{whole}="",N({part})<0),{shape},IF({part}>{whole},{over},""))'


def _wrong_day(plan: FormPlan, cell: str) -> str:
    """What is told of a text that is no day d/m/yyyy, or of a day outside the period."""
    period, text = plan.form.period, word_formulas.tidied(cell)
    after = f'MID({text},FIND("/",{text})+1,20)'
    day, month = (f'VALUE(LEFT({each},FIND("/",{each})-1))' for each in (text, after))
    year = f'VALUE(MID({after},FIND("/",{after})+1,20))'
    serials = ((each - EXCEL_EPOCH).days for each in (period.first, period.last))
    written = (f"{each:%Y%m%d}" for each in (period.first, period.last))

    def outside(number: str, first: object, last: object) -> str:
        return f'IF(OR({number}<{first},{number}>{last}),{literal(DAY_DOUBT)},"")'

    possible = f"AND({month}>=1,{month}<=12,{year}>=1900,{year}<=2100,DAY(DATE({year},{month},{day}))={day})"
    typed = f"IF({possible},{outside(f'{year}*10000+{month}*100+{day}', *written)},{literal(NO_DAY)})"
    return f"IF(ISNUMBER({cell}),{outside(cell, *serials)},IFERROR({typed},{literal(NO_DAY)}))"


def known_formulas(line: FormLine, row: Indicator) -> dict[str, str]:
    """The numbers understood from a cell, by hidden column."""
    cell, wrong = f"${line.seen}", f"${form_layout.TYPE}{line.row}"
    if row.asked in WORDS:
        return {}
    if row.asked is Kind.RATIO:
        text = word_formulas.tidied(cell)
        part = f'TRIM(LEFT({text},FIND("/",{text})-1))'
        whole = f'TRIM(MID({text},FIND("/",{text})+1,50))'
        return {form_layout.KNOWN: _digits(part), form_layout.WHOLE: _digits(whole)}
    if row.asked in (Kind.YES_NO, Kind.CHOICE):
        return {form_layout.KNOWN: f'IF(ISERROR({cell}),"",{word_formulas.answer_formula(row, cell)})'}
    written = f"IFERROR(VALUE({_digits_only(word_formulas.tidied(cell))}),0)"
    text = f'IF({wrong}="{NOTHING_DOUBT}",0,IF({wrong}<>"","",{written}))'
    return {form_layout.KNOWN: f'IF(ISNUMBER({cell}),IF({wrong}<>"","",{cell}),IF({_is_blank(cell)},"",{text}))'}


def _is_blank(cell: str) -> str:
    """Whether nothing stands in a cell that is no error."""
    return f'IF(ISERROR({cell}),FALSE,{word_formulas.tidied(cell)}="")'


def _digits(text: str) -> str:
    """The number of a text of digits. With an exponent behind it nothing else is one: 4/26 is no day, 5% no part."""
    return f'IFERROR(VALUE(SUBSTITUTE({text},".","")&"e0"),"")'


def asks_about_days(row: Indicator) -> bool:
    """Whether a number may be a day in disguise."""
    return row.asked in day_in_count.COUNTED


def rules_formula(plan: FormPlan, line: FormLine, row: Indicator, mine: list[RuleCell]) -> str:
    """The sentences of the rules that an indicator stands in, after the question about a day in disguise.

    Each ends with a line feed. They get it here: LibreOffice cuts it off the end of a stored result.
    """
    days = [day_in_count.day_formula(plan.form, f"${line.seen}")] if asks_about_days(row) else []
    return "&".join([*days, *(f'IF({cell.address}="","",{cell.address}&CHAR(10))' for cell in mine)])


def state_formula(line: FormLine, row: Indicator, mine: list[RuleCell]) -> str:
    """E, W, I as in the master; B not typed; V fine; G a doubt that the unit explains in its note; empty where nothing
    is typed and nothing was asked.
    """
    cell, wrong, broken = f"${line.seen}", f"${form_layout.TYPE}{line.row}", f"${form_layout.RULE}{line.row}"
    doubted = ",".join(f"{wrong}={literal(text)}" for text in DOUBTS)
    typed = f'IF(OR({doubted}),"W","E")'
    alone = f'IF(ISERROR({cell}),"E",IF({word_formulas.tidied(cell)}="","{BLANK_STATE}",{typed}))'
    fine = f'IF({word_formulas.tidied(cell)}="","","{FINE_STATE}")'
    if not mine and not asks_about_days(row):
        return f'IF({wrong}<>"",{alone},{fine})'
    return f'IF({wrong}<>"",{alone},IF({broken}="",{fine},{_gravest(line, row, mine)}))'


def _gravest(line: FormLine, row: Indicator, mine: list[RuleCell]) -> str:
    """A day in disguise is a warning, so where one may stand no sentence is less than that unless it is a rule's."""
    only_hints = [each.address for each in mine if each.rule.line.severity is Severity.INFO]
    mild = Severity.WARNING if asks_about_days(row) and not only_hints else Severity.INFO
    formula = f'"{FLAG_LETTERS[mild]}"'
    for severity in (Severity.WARNING, Severity.ERROR):
        if severity is Severity.ERROR and not line.own_cell:
            note = f"TRIM(${form_layout.NOTE}{line.row})"
            formula = f'IF(OR({note}="",{note}={literal(row.note_hint.strip())}),{formula},"{EXPLAINED_STATE}")'
        cells = "&".join(each.address for each in mine if each.rule.line.severity is severity)
        if cells:
            formula = f'IF({cells}<>"","{FLAG_LETTERS[severity]}",{formula})'
    return formula


def check_formula(number: int, counted: str, row: Indicator, mine: list[RuleCell]) -> str:
    """What the column Kiểm tra shows, short enough for its place: ✔ or what is wrong, then what is counted.

    The whole sentence stands at the top of the sheet.
    """
    wrong, broken, state = (f"${letter}{number}" for letter in (form_layout.TYPE, form_layout.RULE, form_layout.STATE))
    blank = f'IF({state}="{BLANK_STATE}",{literal(f"{BLANK} {counted}".strip())},LEFT({wrong},FIND(";",{wrong}&";")-1))'
    known = literal(counted)
    states = {FINE_STATE: f"{FINE} {counted}", EXPLAINED_STATE: EXPLAINED}
    for letter, text in states.items():
        known = f'IF({state}="{letter}",{literal(text.strip())},{known})'
    others = "&".join(_others(row, cell) for cell in mine)
    fine = f'OR({broken}="",{state}="{EXPLAINED_STATE}")'
    return f'IF({wrong}<>"",{blank},IF({fine},{known},{literal(SEE)}&{others or literal("")}))'


def _others(row: Indicator, cell: RuleCell) -> str:
    """The other lines of a rule that is broken."""
    codes = ", ".join(code for code in cell.rule.codes if code != row.code)
    return f'IF({cell.address}="","",{literal(f" (so với {codes})" if codes else "")})'


def told_formula(page: FormPage) -> str:
    """The whole sentence of the gravest thing wrong on the first sheet, with its line; else how to fill it."""
    first, last = form_layout.FIRST_ROW, page.lines[-1].row

    def column(letter: str) -> str:
        sheet = page.sheet if letter in form_layout.SHOWN else page.help
        return f"'{sheet}'!${letter}${first}:${letter}${last}"

    told = literal(HOW_TO)
    for letter in reversed(FLAG_LETTERS.values()):
        at = f'MATCH("{letter}",{column(form_layout.STATE)},0)'
        number, label, wrong, broken = (
            f"INDEX({column(each)},{at})"
            for each in (form_layout.NUMBER, form_layout.LABEL, form_layout.TYPE, form_layout.RULE)
        )
        alone = f'"Dòng "&{number}&" “"&{label}&"”: "&{wrong}'
        sentence = f'"Dòng "&{number}&": "&LEFT({broken},FIND(CHAR(10),{broken}&CHAR(10))-1)'
        told = f'IFERROR(IF({wrong}<>"",{alone},{sentence}),{told})'
    return told


def rate_formula(plan: FormPlan, row: Indicator) -> str:
    """A rate, live from the two cells it is made of."""
    cells = PlanCells(plan)
    return parts_formula(row, cells.known(row.numerator), cells.known(row.denominator))
