"""Checks of the notes (column Ghi chú): what they list, add up and state must agree with the figure beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from cchc_xl import rule_registry, sheet_names
from cchc_xl.checks.check_context import Case, named
from cchc_xl.content import Text
from cchc_xl.figures import Figure
from cchc_xl.findings import Finding
from cchc_xl.reading import note_numbers as said
from cchc_xl.reading.citation_finder import citations, days
from cchc_xl.reading.meaning import short
from cchc_xl.rules import holds, states_rate
from cchc_xl.rules.rule_parser import expression
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.typed_text import folded, said as typed
from cchc_xl.values import Address, Ratio
from cchc_xl.writing.vietnamese_dates import short_date
from cchc_xl.writing.vietnamese_numbers import in_table, plain

_IN_BRACKETS = re.compile(r"\([^)]+\)")


def notes(case: Case) -> Iterator[Finding]:
    """Every note against its figure; a hint that was left is no note."""
    for figure in case.figures.values():
        row = figure.indicator
        text = case.content.notes.get(row.code)
        if text is None or not typed(text.text) or said.is_hint(text.text, row.note_hint):
            yield from _missing(case, figure, text)
        else:
            for one in NOTE_CHECKS:
                yield from one(case, figure, text)


def _missing(case: Case, figure: Figure, hint: Text | None) -> Iterator[Finding]:
    """No note, or only the form's hint, where one is asked for. Elsewhere the hint may stand: it never prints."""
    row = figure.indicator
    if not _note_asked(case, figure):
        return
    shown = f"{named(row)} ghi {in_table(figure.value)} nhưng Ghi chú"
    written = sum(code == row.code and bool(note.text.strip()) for (_, code), note in case.content.unit_notes.items())
    from_units = f" {written} đơn vị đã ghi ở trang tính {sheet_names.UNIT_NOTES}: tổng hợp vào đây." if written else ""
    if hint and typed(hint.text):
        asked = from_units or " Ghi nội dung cụ thể theo lời hướng dẫn."
        message = f"{shown} còn nguyên lời hướng dẫn “{hint.text.strip()}”.{asked}"
        yield rule_registry.NOTE_HINT.finding(message, (hint.address, *case.cells(row)), "", row.code)
    else:
        what = "liệt kê đủ từng mục" if row.note_lists else (row.note_hint.rstrip(". ") or "nêu cụ thể")
        message = f"{shown} để trống. Bổ sung ghi chú: {what}.{from_units}"
        yield rule_registry.NOTE_REQUIRED.finding(message, case.cells(row), "", row.code)


def _note_asked(case: Case, figure: Figure) -> bool:
    row, value = figure.indicator, figure.value
    if row.note_lists and isinstance(value, Decimal) and value > 0:
        return True
    return bool(row.note_required_if) and value is not None and _holds(case, row.note_required_if)


def _holds(case: Case, condition: str) -> bool:
    said = expression(condition)
    return holds(said.test, {name: case.figures[case.form.by_name[name].code].value for name in said.names})


def _rest_of_hint(_case: Case, figure: Figure, text: Text) -> Iterator[Finding]:
    row = figure.indicator
    pieces = _IN_BRACKETS.findall(row.note_hint) if "(" in row.note_hint else []
    note = folded(text.text) if pieces else ""
    left = next((piece for piece in pieces if folded(piece) in note), None)
    if left:
        message = f"Ghi chú {named(row)} còn lời hướng dẫn “{left}”. Xóa phần này."
        yield rule_registry.NOTE_HINT_REST.finding(message, (text.address,), "", row.code)


def _items(case: Case, figure: Figure, text: Text) -> Iterator[Finding]:
    row, value = figure.indicator, figure.value
    lines = said.listed_items(text.text) if row.note_lists else None
    if lines is None or not isinstance(value, Decimal):
        return
    again = said.listed_again(text.text)
    listed = lines - len(again)
    twice = f" Văn bản ghi hai lần: {', '.join(dict.fromkeys(again))}." if again else ""
    if value != listed:
        message = (
            f"{named(row)} ghi {plain(value)} nhưng Ghi chú liệt kê {listed}: chênh lệch {plain(abs(value - listed))}."
            f"{twice} Sửa số liệu hoặc liệt kê đủ ở cột Ghi chú."
        )
        yield rule_registry.NOTE_ITEMS.finding(message, _both(case, row, text), "", row.code, str(listed))
    elif twice:
        message = f"Ghi chú {named(row)} liệt kê {lines} mục.{twice} Bỏ mục thừa."
        yield rule_registry.NOTE_ITEMS.finding(message, (text.address,), "", row.code)


def _parts(case: Case, figure: Figure, text: Text) -> Iterator[Finding]:
    row, value = figure.indicator, figure.value
    found = said.parts(text.text) if isinstance(value, Decimal) and row.kind in (Kind.COUNT, Kind.DECIMAL) else None
    if found is None or not isinstance(value, Decimal):
        return
    cells = _both(case, row, text)
    worked = " + ".join(map(plain, found.numbers))
    if found.full and found.total != value:
        message = (
            f"{named(row)} ghi {plain(value)} nhưng các số trong Ghi chú cộng lại {worked} = {plain(found.total)}: "
            f"chênh lệch {plain(abs(value - found.total))}. Sửa số sai, hoặc giải trình nếu ghi chú chỉ nêu một phần."
        )
        yield rule_registry.NOTE_SUM.finding(message, cells, "", row.code, f"{found.total:f}")
    elif not found.full and max(found.numbers) > value:
        message = (
            f"{named(row)} ghi {plain(value)} nhưng Ghi chú nêu trong đó có {plain(max(found.numbers))}: "
            "một phần không thể lớn hơn tổng số. Sửa số sai, hoặc giải trình."
        )
        yield rule_registry.NOTE_PART.finding(message, cells, "", row.code)


def _contrary(case: Case, figure: Figure, text: Text) -> Iterator[Finding]:
    """A note that counts more than the figure, cites something beside a 0 or a no, or denies beside a yes.

    Beside a 0 a note that a rule asks for explains just that.
    """
    row, value = figure.indicator, figure.value
    answers = (Kind.COUNT, Kind.YES_NO, Kind.CHOICE) if row.note_required_if else (Kind.COUNT, Kind.YES_NO)
    if not isinstance(value, Decimal) or row.kind not in answers:
        return
    if _says_otherwise(row, value, text.text, explains=row.name in case.explaining):
        message = (
            f"{named(row)} ghi {plain(value)} nhưng Ghi chú nêu “{short(text.text)}”. "
            "Sửa số liệu hoặc ghi chú; nếu ghi chú nói việc khác thì giải trình."
        )
        yield rule_registry.NOTE_PART.finding(message, _both(case, row, text), "", row.code)


def _says_otherwise(row: Indicator, value: Decimal, note: str, *, explains: bool) -> bool:
    if value == 0 and row.kind is not Kind.CHOICE:
        found = said.counted_first(note) or (said.cited_first(note) and not row.note_lists)
        return bool(found) and not explains
    if row.kind is not Kind.COUNT:
        return said.denied_first(note)
    counted = said.counted_first(note)
    return counted is not None and counted > value and said.parts(note) is None and not row.note_lists


def _rates(case: Case, figure: Figure, text: Text) -> Iterator[Finding]:
    """A part of a whole, or a percentage, in the note of a rate or a ratio."""
    row = figure.indicator
    if row.kind not in (Kind.PERCENT, Kind.RATIO) or (figure.value is None and _parts_of(figure) is None):
        return
    if any(unit.name in text.text for unit in case.form.units):
        return  # A share of one unit.
    pair, stated = said.pair(text.text), said.percentage(text.text)
    problem = _pair_problem(figure, pair) if pair else ""
    problem = problem or (_stated_problem(figure, stated) if stated is not None else "")
    if problem:
        cells = _both(case, row, text) + tuple(
            cell for name in (row.numerator, row.denominator) if name for cell in case.cells(case.form.by_name[name])
        )
        message = f"{named(row)}: {problem}. Sửa ghi chú hoặc số liệu cho thống nhất."
        yield rule_registry.NOTE_RATE.finding(message, cells, "", row.code)


def _pair_problem(figure: Figure, pair: Ratio) -> str:
    shown = in_table(pair)
    known = figure.value if isinstance(figure.value, Ratio) else _parts_of(figure)
    if known is not None:
        return "" if known == pair else f"Ghi chú ghi {shown}, số liệu là {in_table(known)}"
    if isinstance(figure.value, Decimal) and pair.whole and not states_rate(figure.value, pair.part, pair.whole):
        exact = plain((pair.part * 100 / pair.whole).quantize(Decimal("0.01")))
        return f"Ghi chú ghi {shown} (bằng {exact}%), số liệu là {plain(figure.value)}%"
    return ""


def _stated_problem(figure: Figure, stated: Decimal) -> str:
    known = _parts_of(figure)
    if known is None or (known.whole and states_rate(stated, known.part, known.whole)):
        return ""
    exact = f" (bằng {in_table(figure.value)}%)" if known.whole else ""
    return f"Ghi chú ghi {plain(stated)}%, số liệu là {in_table(known)}{exact}"


def _parts_of(figure: Figure) -> Ratio | None:
    if figure.part is None or figure.whole is None:
        return None
    return Ratio(figure.part, figure.whole)


def _dates(case: Case, figure: Figure, text: Text) -> Iterator[Finding]:
    """The first date of each listed item: what was counted happened in the period. One finding for a note."""
    period = case.form.period
    if not figure.indicator.note_lists:
        return
    firsts = (next(iter(days(item)), None) for item in said.item_texts(text.text))
    outside = [short_date(day) for day in firsts if day and not period.first <= day <= period.last]
    if outside:
        message = (
            f"Ghi chú {named(figure.indicator)} có {len(outside)} mục ghi ngày ngoài kỳ báo cáo "
            f"({short_date(period.first)} đến {short_date(period.last)}): {', '.join(dict.fromkeys(outside))}. "
            "Sửa ngày, hoặc bỏ các mục đó khỏi số liệu và ghi chú."
        )
        yield rule_registry.NOTE_DATE.finding(message, (text.address,), "", figure.indicator.code)


def _other_years(case: Case, figure: Figure, text: Text) -> Iterator[Finding]:
    """A note that tells when the thing was done, all of it before the period; what it cites may be older, a term that
    was set may be later."""
    row, period = figure.indicator, case.form.period
    if row.note_lists or not row.accumulates or not isinstance(figure.value, Decimal) or figure.value <= 0:
        return
    if any(citations(text.text)):
        return
    told, named_months = days(text.text), said.months(text.text)
    first = period.first.replace(day=1)
    if not (told or named_months) or any(day >= period.first for day in told) or any(
        month >= first for month in named_months
    ):
        return
    shown = [*map(short_date, told), *(f"tháng {month:%m/%Y}" for month in named_months)]
    message = (
        f"Ghi chú {named(row)} nêu thời gian ngoài kỳ báo cáo ({short_date(period.first)} đến "
        f"{short_date(period.last)}): {', '.join(shown)}. Sửa thời gian; nếu đúng thì giải trình."
    )
    yield rule_registry.NOTE_DATE.finding(message, (text.address,), "", row.code)


def _both(case: Case, row: Indicator, text: Text) -> tuple[Address, ...]:
    return (*case.cells(row), text.address)


NoteCheck = Callable[[Case, Figure, Text], Iterator[Finding]]
NOTE_CHECKS: tuple[NoteCheck, ...] = (_rest_of_hint, _items, _parts, _contrary, _rates, _dates, _other_years)
