"""From what the reading process found to a unit's submission: whose it is, what was typed, what is wrong with it.

Lines are bound by indicator code, wherever they stand, those of a form of another version by what they are called;
identity comes from the hidden sheet, not from the file's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cchc_xl import rule_registry, sheet_names
from cchc_xl.checks import cell_answers
from cchc_xl.checks.check_context import Case
from cchc_xl.checks.declared_rules import DeclaredRule, of_unit, rules_of
from cchc_xl.excel.cell_content import looks_like_formula
from cchc_xl.figures import Content, Sums, Text
from cchc_xl.reading import Cell, folded, read
from cchc_xl.rule_registry import Finding, Severity
from cchc_xl.rules import judge
from cchc_xl.schema.added_rows import with_room
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Unit
from cchc_xl.submissions import form_damage, form_layout
from cchc_xl.submissions.form_damage import TypedRows
from cchc_xl.submissions.form_layout import FormPlan, asked_of, plan_form
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.submissions.intake.reader_pool import UNMARKED, Found, as_text, cell_of, marked, refused, texts_by_key
from cchc_xl.submissions.other_version import SAME, not_the_same, translation
from cchc_xl.typed_text import without_marks
from cchc_xl.values import NOWHERE, Address, Reading, replace

HIGHEST_TURN = 99
MOST_REMEMBERED = 20_000

Told = Mapping[str, Any]
"""What the reading process says of a file, or of one of its sheets."""

NOT_OURS = (
    "Tệp không phải biểu mẫu do phần mềm này phát ra (không có phần nhận dạng). "
    "Chép số liệu sang biểu mẫu của đơn vị rồi gửi lại."
)
KNOWN_BY_HEAD = (
    "tệp không còn phần nhận dạng, thường do chép trang tính sang tệp khác; đã đọc theo đầu biểu và mã chỉ tiêu. "
    "Hỏi lại đơn vị có đúng là biểu mẫu của mình, kỳ này không."
)


@dataclass(frozen=True)
class Rejected:
    """A file that gives no figures, and why."""

    path: Path
    sha: str
    rule: str
    message: str


@dataclass(frozen=True)
class Delivery:
    """What a unit has delivered: typed cells and notes by code, with the findings of its own form."""

    path: Path
    sha: str
    unit: Unit
    turn: int
    version: str
    cells: Mapping[str, Cell]
    notes: Mapping[str, str]
    findings: tuple[Finding, ...]
    readings: Mapping[str, Reading] = field(default_factory=dict)
    rows: TypedRows = field(default_factory=TypedRows)
    sums: Sums = field(default_factory=dict)
    person: str = ""
    """Who made the form, as its foot says."""

    def count(self, severity: Severity) -> int:
        """How many findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def faulty(self) -> bool:
        """Whether something must be mended before the figures are taken."""
        return self.count(Severity.ERROR) > 0


class Meant(NamedTuple):
    """A typed cell, and what it says for an indicator, wherever it stands."""

    cell: Cell
    reading: Reading


class Interpreter:
    """Reads answers of the reading process against one form. Plans and rules are made once for units of a kind."""

    def __init__(self, form: Form) -> None:
        self.form = form = with_room(form)
        self._units = {unit.id: unit for unit in form.units}
        self._rules, self.mark = rules_of(form), mark_of(form)
        self._named = {name for row in form.indicators() for name in row.reported_by} & set(self._units)
        # Far away from each other, units may have the same name; without marks, neighbours have.
        self._by_words: dict[str, list[Unit]] = defaultdict(list)
        for unit in form.units:
            for words in {_words(unit.name), _words(unit.id), without_marks(_words(unit.name))}:
                self._by_words[words].append(unit)
        self._longest = max(len(words.split()) for words in self._by_words)
        self._plans: dict[tuple[str, str, Set[str]], tuple[FormPlan, tuple[DeclaredRule, ...]]] = {}
        # Most units type the same few small numbers.
        self._remembered = lru_cache(maxsize=MOST_REMEMBERED, typed=True)(self._meaning)

    def interpret(self, path: Path, answer: Told) -> Delivery | Rejected:
        """A delivery, or the reason why there is none."""
        sha = str(answer.get("sha", ""))
        rule, why = refused(answer)
        if rule:
            return Rejected(path, sha, rule, why)
        sheets = answer.get("sheets", [])
        hidden = texts_by_key(sheets, sheet_names.IDENTITY)
        facts = _facts(sheets)
        identity = hidden or self._by_the_head([line for key, line in facts if key == form_layout.UNIT_NAME_KEY])
        if fault := self._identity_fault(identity):
            return Rejected(path, sha, *fault)
        unit = self._units[identity[form_layout.UNIT_KEY]]
        return _Reader(self, path, unit, identity, dict(facts), answer).delivery(by_the_head=not hidden)

    def _by_the_head(self, heads: Sequence[Found]) -> dict[str, str]:
        """Whose form it is where the hidden sheet is gone and the head of the form names a unit and this period."""
        if len(heads) != 1 or heads[0].label != form_layout.period_shown(self.form):
            return {}
        units = self._by_words.get(_words(heads[0].value), [])
        return {
            form_layout.KIND_KEY: sheet_names.FORM_KIND, form_layout.UNIT_KEY: units[0].id,
            form_layout.FORM_KEY: self.form.id, form_layout.PERIOD_KEY: form_layout.period_key(self.form),
            form_layout.VERSION_KEY: self.form.version, sheet_names.MARK_KEY: "",
        } if len(units) == 1 else {}

    def plan(self, unit: Unit, without: Set[str] = frozenset()) -> tuple[FormPlan, tuple[DeclaredRule, ...]]:
        """What a unit is asked, but for some rows of tables, and the rules it answers alone."""
        key = (unit.kind, unit.id if unit.id in self._named else "", without)
        if key not in self._plans:
            plan = self.plan(unit)[0].without(without) if without else plan_form(self.form, unit)
            self._plans[key] = plan, tuple(rule for rule in self._rules if asked_of(plan, rule))
        return self._plans[key]

    def meaning(self, row: Indicator, line: Found) -> Meant:
        """What a line's value says."""
        meaning = self._meaning if isinstance(line.value, dict) else self._remembered
        return meaning(row.code, line.value, line.marks)

    def _meaning(self, code: str, value: Any, marks: frozenset[CellMark]) -> Meant:
        row, cell = self.form.by_code[code], cell_of(value, marks)
        return Meant(cell, read(cell, row, NOWHERE))

    def other_unit_in(self, name: str, unit: Unit) -> Unit | None:
        """Another unit whose name or id stands in a text that does not name the unit itself."""
        words = _words(name).split()
        spans = (
            " ".join(words[start : start + length])
            for length in range(min(self._longest, len(words)), 0, -1) for start in range(len(words) - length + 1)
        )
        named = [found for span in spans for found in self._by_words.get(span, ())]
        return named[0] if named and unit not in named else None

    def _identity_fault(self, identity: Mapping[str, str]) -> tuple[str, str] | None:
        form = self.form
        kind = identity.get(form_layout.KIND_KEY, "")
        if not kind:
            return "not_a_form", NOT_OURS
        if kind != sheet_names.FORM_KIND:
            return "not_a_form", "Tệp là sổ tổng hợp, không phải biểu mẫu của đơn vị. Gửi lại biểu mẫu đã điền."
        if (theirs := identity.get(form_layout.FORM_KEY, "?")) != form.id:
            message = f"Tệp lập theo biểu mẫu khác: tệp ghi “{theirs[:40]}”, sổ là “{form.id}”."
            return "other_period", f"{message} Gửi biểu mẫu lập cùng sổ này, hoặc nhận vào sổ của biểu mẫu kia."
        if (days := identity.get(form_layout.PERIOD_KEY, "?")) != (own := form_layout.period_key(form)):
            theirs, ours = identity.get(form_layout.PERIOD_NAME_KEY) or days, form.period.label
            theirs, ours = (days, own) if theirs == ours else (theirs, ours)
            message = f"Biểu mẫu của kỳ khác: tệp ghi “{theirs[:40]}”, sổ là “{ours}”."
            return "other_period", f"{message} Gửi biểu mẫu đúng kỳ, hoặc nhận vào sổ của kỳ kia."
        if identity.get(form_layout.UNIT_KEY) not in self._units:
            theirs = identity.get(form_layout.UNIT_NAME_KEY) or identity.get(form_layout.UNIT_KEY, "?")
            message = f"Biểu mẫu của đơn vị “{theirs[:60]}”, không có trong danh sách đơn vị."
            remedy = "Kiểm tra danh sách (trang tính Đơn vị của sổ, hoặc tệp phân cấp) hoặc trả lại tệp cho người gửi."
            return "unknown_unit", f"{message} {remedy}"
        return None


def _words(text: str) -> str:
    """A name for comparing with parts of other names."""
    return folded(text.replace("_", " ").replace("-", " "))


def _facts(sheets: Iterable[Told]) -> list[tuple[str, Found]]:
    """What a form says of its sender, as text with its key, on whatever sheet; its period stands before the unit's name
    but on the first sheet of forms that were handed out before, which has no headings."""
    return [
        (key, Found(sheet["name"], number, as_text(label) if place else "", as_text(values[0]), "", (place or 2) + 1))
        for sheet in sheets if sheet["name"] != sheet_names.IDENTITY
        for place in [sheet["columns"][0][0] if sheet.get("columns") else 0]
        for number, key, label, _, *values in sheet["lines"] if values and key in form_layout.FACT_KEYS
    ]


class _Reader:
    """One file of a known unit."""

    def __init__(
        self, interpreter: Interpreter, path: Path, unit: Unit, identity: Mapping[str, str],
        facts: Mapping[str, Found], answer: Told,
    ) -> None:
        self._interpreter, self._path, self._file, self._unit = interpreter, path, path.name, unit
        self._plan, self._rules = interpreter.plan(unit)
        self._rows = TypedRows()
        self._version, self._answer = identity.get(form_layout.VERSION_KEY, ""), answer
        self._sheets, self._period_name = answer["sheets"], identity.get(form_layout.PERIOD_NAME_KEY, "")
        usual = interpreter.mark if self._version == interpreter.form.version else ""
        self._lost = set[str]() if identity.get(sheet_names.MARK_KEY, usual) != interpreter.mark else None
        self._cover = facts
        self._findings: list[Finding] = []
        self._typed: dict[str, Cell] = {}

    def delivery(self, by_the_head: bool) -> Delivery:
        """Everything the file says."""
        if by_the_head:
            self._note(rule_registry.KNOWN_BY_HEAD.finding(KNOWN_BY_HEAD, ()))
        for notice in self._answer.get("notices", ()):
            rule = rule_registry.RULES[f"file_{notice}"]
            self._note(rule.finding(rule.meaning, ()))
        self._check_identity()
        self._check_head()
        turn = self._turn()
        lines = self._added(self._lines())
        readings = {code: self._reading(row, lines.get(code)) for code, row in self._plan.questions.items()}
        sums = self._computed(lines, readings)
        self._note(
            *form_damage.merged(self._sheets, lines, self._file),
            *form_damage.line_faults(self._plan, lines, self._file, self._lost),
            *form_damage.beside(self._plan, self._sheets, readings, self._file),
        )
        by_unit = {(self._unit.id, code): reading for code, reading in readings.items()}
        written = {
            (self._unit.id, code): Text(line.note, line.address(self._file))
            for code, line in lines.items() if line.note
        }
        checked, told = self._check(Content(self._interpreter.form, by_unit, unit_notes=written)), self._lost or ()
        self._findings += (each for each in checked if each.indicator not in told)
        notes = self._notes(lines)
        return Delivery(
            self._path, str(self._answer.get("sha", "")), self._unit, turn, self._version, self._typed, notes,
            tuple(form_damage.in_words(self._findings, self._interpreter.plan(self._unit)[0], self._rows.names)),
            readings, self._rows, sums, self._fact(form_layout.PERSON_KEY),
        )

    def _added(self, lines: dict[str, Found]) -> dict[str, Found]:
        """The lines without those of empty rows; the plan then asks for no row that the file does not have."""
        whole, self._rows = self._plan, form_damage.typed_rows(self._plan, lines)
        self._note(*form_damage.name_faults(whole, self._rows, lines, self._file))
        self._plan, self._rules = self._interpreter.plan(self._unit, self._rows.others)
        return {code: line for code, line in lines.items() if code in self._plan.cells or code not in whole.cells}

    def _notes(self, lines: Mapping[str, Found]) -> dict[str, str]:
        """The notes by code, each followed by what a comment on the line's cells says."""
        codes = {(line.sheet, line.row): code for code, line in lines.items() if code in self._plan.questions}
        said, elsewhere = form_damage.comments(self._sheets, codes, self._file)
        self._note(*elsewhere)
        notes = {code: line.note for code, line in lines.items() if line.note and code in self._plan.questions}
        return notes | {code: "\n".join(filter(None, (notes.get(code), text))) for code, text in said.items()}

    def _check(self, content: Content) -> Iterator[Finding]:
        """What the unit's own answers show; what only the whole city's figures show is asked after collecting."""
        case = Case(content, {}, {}, {})
        yield from cell_answers.remarks(case)
        yield from cell_answers.required(case)
        yield from cell_answers.days(case)
        known = {row.name: case.answer(self._unit.id, code) for code, row in self._plan.questions.items()}
        for rule in self._rules:
            if judge(rule.test, known, rule.line.missing, rule.leaves):
                yield from of_unit(case, rule, self._unit.id)

    def _note(self, *faults: Finding) -> None:
        """Takes findings, with the name of the unit before what they say."""
        for fault in faults:
            cells = fault.cells or (Address(form_layout.COVER, "B1", self._file),)
            message = f"{self._unit.name}: {fault.message}"
            self._findings.append(replace(fault, unit=self._unit.id, message=message, cells=cells))

    def _fact(self, key: str) -> str:
        """What a line about the sender says; empty where it is not there."""
        return self._cover[key].value.strip() if key in self._cover else ""

    def _turn(self) -> int:
        """Which submission it is: the first where no number from 1 to 99 says so, which is then told."""
        text = self._fact(form_layout.TURN_KEY)
        if text.isdecimal() and 0 < int(text) <= HIGHEST_TURN:
            return int(text)
        if line := self._cover.get(form_layout.TURN_KEY):
            said = f"ô “Lần nộp” {f'ghi “{text[:40]}”' if text else 'để trống'}, không đọc được là lần thứ mấy"
            message = f"{said}; tính là lần 1. Gõ số từ 1 đến {HIGHEST_TURN}: lần đầu là 1, gửi lại bản sửa thì tăng."
            self._note(rule_registry.TURN_UNREAD.finding(message, (line.address(self._file),)))
        return 1

    def _check_head(self) -> None:
        """Whether the head of the form names the unit and the period that the form was made for."""
        form, line = self._interpreter.form, self._cover.get(form_layout.UNIT_NAME_KEY)
        if line is None:
            return
        place = (line.address(self._file),)
        if line.value and folded(line.value) != folded(self._unit.name):
            message = f"đầu biểu ghi “{line.value[:60]}”, nhưng đây là biểu mẫu phát cho {self._unit.name}. "
            self._note(rule_registry.OTHER_UNIT.finding(message + "Dùng đúng biểu mẫu của đơn vị mình.", place))
        # The period may have another name in the book by now.
        own, issued = (form_layout.period_shown(form, name) for name in ("", self._period_name))
        if line.label and folded(line.label) not in (folded(own), folded(issued)):
            message = f"đầu biểu ghi “{line.label[:80]}”, nhưng đây là biểu mẫu của “{own}”. "
            remedy = "Hỏi lại đơn vị số liệu là của kỳ nào; đúng kỳ này thì chép sang biểu mẫu của kỳ rồi gửi lại."
            self._note(rule_registry.HEAD_PERIOD.finding(message + remedy, place))

    def _check_identity(self) -> None:
        form, unit, file = self._interpreter.form, self._unit.name, self._file
        if self._version != form.version:
            versions = f"biểu mẫu phiên bản {self._version[:20] or 'không rõ'}, sổ dùng phiên bản {form.version}"
            message = f"{versions}; đã ghép theo lời của dòng, cột. Xem lại các dòng mới, dòng bỏ."
            self._note(rule_registry.OTHER_VERSION.finding(message, ()))
        other = self._interpreter.other_unit_in(self._path.stem, self._unit)
        if other:
            message = f"tên tệp “{file[:80]}” nói về {other.name}, nhưng bên trong là biểu mẫu của {unit}. "
            remedy = "Hỏi lại người gửi; nếu chỉ sai tên tệp thì đổi tên rồi nhận lại."
            self._note(rule_registry.OTHER_UNIT.finding(message + remedy, ()))

    def _lines(self) -> dict[str, Found]:
        """Every coded line, wherever it stands; a code that stands twice is an error."""
        found: dict[str, Found] = {}
        for sheet in self._sheets:
            for code, line in self._lines_of(sheet):
                if code in found:
                    self._note(form_damage.twice(code, found[code], line, self._file))
                else:
                    found[code] = line
        return found

    def _computed(self, lines: dict[str, Found], readings: Mapping[str, Reading]) -> Sums:
        """Takes the computed cells of tables out of the lines; one that says something else than its sum is told. Gives
        what they should say."""
        known: Sums = {}
        for code in [code for code in lines if code in self._plan.cells and code not in self._plan.questions]:
            fault = form_damage.overwritten_sum(self._plan, code, lines.pop(code), readings, self._file, known)
            if fault:
                self._note(fault)
        return known

    def _lines_of(self, sheet: Told) -> Iterator[tuple[str, Found]]:
        """The lines of one sheet, and the cells of a table; none where it is not a form's page."""
        columns: Sequence[tuple[int, str]] = sheet.get("columns", ())
        marks_of = marked(sheet)
        if "columns" in sheet and not columns:
            message = f"trang tính “{sheet['name']}” không còn cột “{sheet_names.FIGURE_HEADER}”. {form_damage.REMEDY}"
            self._note(rule_registry.COLUMN_MISSING.finding(message, ()))
        name, cells, added = sheet["name"], self._plan.cells, self._plan.added
        ours = translation(self._plan, sheet) if self._lost is not None and columns else SAME
        for number, key, label, note, *values in sheet["lines"] if columns else ():
            if key in added and not as_text(label) and values.count("") == len(values):
                continue  # a row to be added that nobody has added
            said = as_text(label)
            for (place, column), value in zip(columns, values, strict=True) if key not in form_layout.FACT_KEYS else ():
                code = ours.code(key, column)
                if not column or code in cells or as_text(value):
                    kept, marks = self._kept_note(code, as_text(note)), marks_of.get((number, place), UNMARKED)
                    found = Found(name, number, said, value, kept, place + 1, marks)
                    if code in cells or key + column not in cells:
                        yield code, found
                    elif as_text(value) and self._lost is not None:
                        self._lost.add(key + column)
                        self._note(not_the_same(self._plan, key, column, found, self._version, self._file))

    def _kept_note(self, code: str, note: str) -> str:
        """A note as typed; the form's own hint is none."""
        row = self._plan.questions.get(code)
        return "" if row is None or note == row.note_hint else note.strip()

    def _reading(self, row: Indicator, line: Found | None) -> Reading:
        file = self._file
        if line is None:
            return read(Cell(), row, form_damage.place_of(self._plan, row.code, file))
        for text in (line.value, line.note):
            if isinstance(text, str) and looks_like_formula(text):
                message = f"dòng {row.code} có chữ bắt đầu bằng “{text[0]}”: giữ là chữ, không thành công thức."
                self._note(rule_registry.FORMULA_LIKE.finding(message, (line.address(file),), "", row.code))
        meant = self._interpreter.meaning(row, line)
        self._typed[row.code] = meant.cell
        return replace(meant.reading, address=line.address(file))
