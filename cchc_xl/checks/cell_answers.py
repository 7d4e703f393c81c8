"""Checks of what is answered: how single cells are written, whether they are filled, figures known only for the whole,
scores, and what units typed where the book holds nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, bare, named, title, unit_name
from cchc_xl.figures import tally, value_of
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.reading.text_facts import day
from cchc_xl.rule_registry import Finding
from cchc_xl.rules import holds, parse
from cchc_xl.rules.rule_judgement import Known
from cchc_xl.schema.form_model import Class, Form, Heading, Indicator, Scale, Section
from cchc_xl.schema.model_kinds import WORDS, Kind, Missing, Total
from cchc_xl.schema.report_periods import PERIOD_FIELDS
from cchc_xl.values import Address, Reading, Status
from cchc_xl.writing.vietnamese_numbers import in_table, plain, read_date, short_date


def remarks(case: Case) -> Iterator[Finding]:
    """What the number grammar remarked while reading."""
    for (unit, code), reading in case.content.readings.items():
        if reading.remarks:
            yield from _remarks(reading, title(case.form, unit, code), unit, code)


def _remarks(reading: Reading, where: str, unit: str, code: str) -> Iterator[Finding]:
    for each in reading.remarks:
        message, cells = f"{where}: {each.message}", (reading.address,)
        yield rule_registry.RULES[each.code].finding(message, cells, unit, code, each.suggestion)


def required(case: Case) -> Iterator[Finding]:
    """Required answers that are blank; a unit that has given nothing of a section is told once."""
    blank: dict[tuple[str, str], list[tuple[str, Reading]]] = defaultdict(list)
    begun: set[tuple[str, str]] = set()
    for (unit, code), reading in case.content.readings.items():
        key = unit, case.form.section_of[code].number
        if reading.status is not Status.BLANK:
            begun.add(key)
        elif code not in case.content.shared and is_required(case.form.by_code[code], case.answers(unit)):
            blank[key].append((code, reading))
    for key, cells in blank.items():
        if key in begun or len(cells) < 2:
            yield from _each_blank(case, key[0], cells)
        else:
            yield _unit_empty(case, key[0], cells)


def _each_blank(case: Case, unit: str, blanks: list[tuple[str, Reading]]) -> Iterator[Finding]:
    for code, reading in blanks:
        zero = "" if case.form.by_code[code].asked in WORDS else " Nếu đã thống kê và không có thì gõ 0."
        message = f"{title(case.form, unit, code)}: chưa nhập.{zero}"
        yield rule_registry.REQUIRED.finding(message, (reading.address,), unit, code)


def _unit_empty(case: Case, unit: str, blanks: list[tuple[str, Reading]]) -> Finding:
    head = case.form.section_of[blanks[0][0]]
    named = f"{head.number}. {head.title}" if head.printed else head.title
    message = (
        f"{unit_name(case.form, unit)}: chưa nhập số liệu nào của mục “{named}”, thiếu {len(blanks)} ô bắt buộc. "
        "Nhập đủ các ô; chỉ tiêu đã thống kê và không có thì gõ 0."
    )
    cells = tuple(reading.address for _, reading in blanks)
    return rule_registry.UNIT_EMPTY.finding(message, cells, unit, blanks[0][0])


def is_required(row: Indicator, known: Known) -> bool:
    """Whether the form asks for an answer, given the others of the unit, or all figures, by name."""
    if row.missing is not Missing.REQUIRED:
        return False
    return not row.required_if or holds(parse(row.required_if), known)


COUNTED = frozenset({Kind.COUNT, Kind.DECIMAL})
ASK_DAY = "gõ lại con số; nếu đúng thì ghi lý do ở cột Ghi chú."


def likely_days(form: Form) -> tuple[int, int]:
    """The first and the last day, as Excel counts days, that a count can be in disguise: 7/7 typed into a cell for
    numbers becomes 44384. Only years of the period and the one after can be meant, so that few honest counts are; none
    of a form that is of no period yet."""
    if not form.period.year:
        return 1, 0
    first, last = date(form.period.first.year, 1, 1), date(form.period.last.year + 1, 12, 31)
    return (first - EXCEL_EPOCH).days, (last - EXCEL_EPOCH).days


def days(case: Case) -> Iterator[Finding]:
    """Days that are not of the period, and counts that are really days."""
    period, (first, last) = case.form.period, likely_days(case.form)
    for (unit, code), reading in case.content.readings.items():
        value, asked = reading.value, case.form.by_code[code].asked
        if isinstance(value, Decimal) and first <= value <= last and asked in COUNTED and value == int(value):
            meant = EXCEL_EPOCH + timedelta(int(value))
            same = f"số {reading.raw} trùng với ngày {meant.day}/{meant.month} do Excel tự đổi"
            message = f"{title(case.form, unit, code)}: {same}; {ASK_DAY}"
            yield rule_registry.DAY_IN_COUNT.finding(message, (reading.address,), unit, code)
        if asked is Kind.DATE and isinstance(value, str) and (
            said := day(value)
        ) and not period.first <= said <= period.last:
            message = (
                f"{title(case.form, unit, code)}: ngày {value} không thuộc kỳ báo cáo (từ "
                f"{period.first:%d/%m/%Y} đến {period.last:%d/%m/%Y}). Sửa ngày, hoặc ghi giải trình."
            )
            yield rule_registry.DAY_OUTSIDE.finding(message, (reading.address,), unit, code)
    for field in case.form.info:
        typed = case.content.info.get(field.name) if field.kind == "date" and field.name not in PERIOD_FIELDS else None
        if typed and (known := read_date(typed.text)) and known < period.first:
            message = (
                f"“{field.label}” ghi {short_date(known)}, trước ngày đầu kỳ ({short_date(period.first)}). "
                "Ghi ngày của kỳ này; nếu đúng thì giải trình."
            )
            yield rule_registry.DAY_OUTSIDE.finding(message, (typed.address,))


def conflicts(case: Case) -> Iterator[Finding]:
    """Answers that must be the same everywhere and are not; the cells that differ from most are named."""
    for code, figure in case.figures.items():
        if figure.conflicting:
            groups = _answers(case, figure.indicator)
            majority = len(groups[0][1]) > len(groups[1][1])
            given = "; ".join(_given(case, value, units) for value, units in reversed(groups))
            message = (
                f"{named(figure.indicator)}: các đơn vị phải ghi cùng một số, hiện có {given}. "
                "Tra danh mục chung, thống nhất một số rồi sửa các ô ghi khác."
            )
            outvoted = [unit for _, units in groups[majority:] for unit in units]
            cells = tuple(case.content.readings[unit, code].address for unit in outvoted)
            usual = groups[0][0].replace(".", "") if majority else ""
            yield rule_registry.SAME_EVERYWHERE.finding(message, cells, "", code, usual)


def _answers(case: Case, row: Indicator) -> list[tuple[str, list[str]]]:
    """What is answered and by which units, first what most say."""
    answers: dict[str, list[str]] = defaultdict(list)
    for unit in case.form.reporters(row):
        reading = case.content.readings[unit.id, row.code]
        if reading.given:
            answers[in_table(reading.value)].append(unit.id)
    return sorted(answers.items(), key=lambda group: -len(group[1]))


def _given(case: Case, value: str, units: list[str]) -> str:
    """Who says so: by name where they are few."""
    named = ", ".join(unit_name(case.form, unit) for unit in units) if len(units) <= FEW else f"{len(units)} đơn vị"
    return f"{named} ghi {value}"


FEW = 3
"""So many units are called by their names."""


def merged(case: Case) -> Iterator[Finding]:
    """Input cells that somebody has merged."""
    for span in case.content.merged:
        message = (
            f"Trang tính “{span.address.sheet}”: các ô nhập {span.text} đã bị gộp, số ở các ô sau bị mất. "
            "Bỏ gộp ô (Unmerge Cells) rồi nhập lại từng ô."
        )
        yield rule_registry.MERGED.finding(message, (span.address,))


def strays(case: Case) -> Iterator[Finding]:
    """Cells that hold something where nothing is asked: heading rows, and rows of other units."""
    if not case.content.strays:
        return
    for section in case.form.sections:
        for place, line in enumerate(section.lines):
            for unit in case.form.units:
                text = case.content.strays.get((unit.id, line.code))
                if text is None:
                    continue
                if isinstance(line, Heading):
                    yield _heading_filled(case, section, place, unit.id)
                else:
                    message = (
                        f"{title(case.form, unit.id, line.code)}: đơn vị không báo cáo chỉ tiêu này nhưng ô ghi "
                        f"“{text.text}”. Chuyển số về đúng cột của đơn vị báo cáo hoặc xóa ô."
                    )
                    yield rule_registry.NOT_ASKED.finding(message, (text.address,), unit.id, line.code)


def _heading_filled(case: Case, section: Section, place: int, unit: str) -> Finding:
    """A figure in a heading row; with a blank row in its group, the figures have slipped by one row."""
    heading = section.lines[place]
    text = case.content.strays[unit, heading.code]
    where = f"{unit_name(case.form, unit)}, {heading.code} “{bare(heading.label)}”"
    blank = _blank_in_group(case, section, place, unit)
    if blank is None:
        message = f"{where}: dòng tên nhóm không có số liệu nhưng ô ghi “{text.text}”. Xóa ô này."
        return rule_registry.HEADING_FILLED.finding(message, (text.address,), unit, heading.code)
    row, reading = blank
    message = (
        f"{where}: dòng tên nhóm ghi “{text.text}” còn dòng {row.code} để trống. "
        f"Có thể các số đã bị nhập lệch một dòng: đối chiếu từ dòng {heading.code} đến dòng {row.code} và nhập lại."
    )
    first = next((row.code for row in _group(section, place) if (unit, row.code) in case.content.readings), "")
    suggestion = text.text if first == row.code else ""
    return rule_registry.SHIFTED.finding(message, (text.address, reading.address), unit, heading.code, suggestion)


def _group(section: Section, place: int) -> Iterator[Indicator]:
    """The rows between a heading and the next one."""
    for line in section.lines[place + 1 :]:
        if isinstance(line, Heading):
            return
        yield line


def _blank_in_group(case: Case, section: Section, place: int, unit: str) -> tuple[Indicator, Reading] | None:
    for row in _group(section, place):
        reading = case.content.readings.get((unit, row.code))
        expected = row.missing is Missing.REQUIRED and row not in section.supporting
        if reading and reading.status is Status.BLANK and expected:
            return row, reading
    return None


def shared(case: Case) -> Iterator[Finding]:
    """Every figure of the sheet of undivided figures against what the units have answered so far."""
    for code, reading in case.content.shared.items():
        row = case.form.by_code[code]
        yield from _remarks(reading, f"Số chung của {named(row)}", "", code)
        if isinstance(reading.value, Decimal):
            yield from _against_units(case, row, reading, reading.value)


def _against_units(case: Case, row: Indicator, reading: Reading, whole: Decimal) -> Iterator[Finding]:
    units = case.form.reporters(row)
    answers = [(unit.id, case.content.readings.get((unit.id, row.code))) for unit in units]
    given = [(unit, answer) for unit, answer in answers if answer is not None and answer.given]
    total = value_of(row, tally(row, given))
    if not isinstance(total, Decimal) or total == whole:
        return
    if len(given) < len(units) and (row.total is not Total.SUM or total < whole):
        return
    said = f"{len(given)}/{len(units)} đơn vị đã nhập, cộng lại {in_table(total)}"
    message = (
        f"{named(row)}: số chung ghi {in_table(whole)}; {said}; chênh lệch {plain(total - whole)}. "
        "Xem lại số của các đơn vị; nếu đúng thì sửa hoặc xóa số chung."
    )
    cells = (reading.address, *case.cells(row))
    yield rule_registry.SHARED_DIFFERS.finding(message, cells, "", row.code, in_table(total).replace(".", ""))


def scales(case: Case) -> Iterator[Finding]:
    """Every scale whose scores are reported."""
    for section in case.form.sections:
        for scale in section.scales:
            if scale.score:
                yield from _scale(case, scale, case.form.by_name[scale.score])


def _scale(case: Case, scale: Scale, row: Indicator) -> Iterator[Finding]:
    members: dict[str, list[Address]] = defaultdict(list)
    known = True
    for unit in case.form.reporters(row):
        score = case.answer(unit.id, row.code)
        if not isinstance(score, Decimal):
            known = False
            continue
        place = case.content.readings[unit.id, row.code].address
        found = scale.class_of(score)
        if found:
            members[found.name].append(place)
        else:
            known = False
            low, high = scale.rising[0].low, scale.rising[-1].high
            message = (
                f"{title(case.form, unit.id, row.code)}: {plain(score)} nằm ngoài thang điểm từ {plain(low)} đến "
                f"{plain(high)}. Kiểm tra lại con số."
            )
            yield rule_registry.SCORE_OUTSIDE.finding(message, (place,), unit.id, row.code)
    # A class may still get one of the scores that are missing.
    for each in scale.classes if known else ():
        if each.counts:
            yield from _count(case, each, members[each.name], row)


def _count(case: Case, each: Class, members: list[Address], score: Indicator) -> Iterator[Finding]:
    figure = case.figures[case.form.by_name[each.counts].code]
    if not isinstance(figure.value, Decimal) or figure.value == len(members):
        return
    message = (
        f"{named(figure.indicator)} ghi {plain(figure.value)} nhưng theo điểm ở dòng {score.code} có {len(members)} "
        f"đơn vị thuộc mức {each.name} (từ {plain(each.low)} đến dưới {plain(each.high)}): chênh lệch "
        f"{plain(abs(figure.value - len(members)))}. Sửa số đơn vị hoặc điểm."
    )
    cells = (*case.cells(figure.indicator), *members)
    yield rule_registry.CLASS_COUNT.finding(message, cells, "", figure.indicator.code, str(len(members)))


LEFT = (
    rule_registry.TYPED_BESIDE, rule_registry.RATE_OVERTYPED, rule_registry.SUM_OVERTYPED, rule_registry.ADDED_GONE,
)
"""The rules whose findings nothing in the book shows once a form is taken."""
BETWEEN = "|"
MOST = 40
"""Findings that are kept of one form."""


def kept(findings: tuple[Finding, ...]) -> str:
    """What a book keeps of the findings of a form that it takes."""
    codes = {rule.code for rule in LEFT}
    found = [f"{each.rule}{BETWEEN}{' '.join(each.message.split())}" for each in findings if each.rule in codes]
    return "\n".join(found[:MOST])


def left(case: Case) -> Iterator[Finding]:
    """The findings that are kept, at the unit's line of the register."""
    for unit, text in case.content.left.items():
        for line in text.text.splitlines():
            code, _, message = line.partition(BETWEEN)
            if code in rule_registry.RULES and message:
                yield rule_registry.RULES[code].finding(message, (text.address,), unit)
