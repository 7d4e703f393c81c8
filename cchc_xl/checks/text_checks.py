"""Checks of what people write: notes agree with the figure beside them, passages with period, office and units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from cchc_xl import rule_registry, sheet_names
from cchc_xl.checks.check_context import Case, named
from cchc_xl.figures import ISSUER, Figure, Text
from cchc_xl.reading import text_facts as said
from cchc_xl.reading.spellings import short
from cchc_xl.reading.text_facts import citations, days
from cchc_xl.rule_registry import Finding
from cchc_xl.rules import holds, states_rate
from cchc_xl.rules.rule_judgement import value_of
from cchc_xl.rules.rule_syntax import Comparison, expression
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Entry, Kind, Total
from cchc_xl.typed_text import composed, folded, said as typed, says_nothing, some_of
from cchc_xl.values import Address, Ratio, Struct, Value
from cchc_xl.writing.citation_writer import NAMED_YEAR, numbered
from cchc_xl.writing.vietnamese_numbers import in_table, plain, short_date


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
    pieces = re.findall(r"\([^)]+\)", row.note_hint) if "(" in row.note_hint else []
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


def lines(case: Case) -> Iterator[Finding]:
    """Passages of which each line names one thing, against the figure that counts these."""
    values = {figure.indicator.name: figure.value for figure in case.figures.values()}
    for entry in case.form.entries:
        text = case.content.entries.get(entry.name)
        if entry.lines and text and text.text.strip() and not says_nothing(text.text):
            yield from _lines(case, entry, text, values)


def _lines(case: Case, entry: Entry, text: Text, values: Mapping[str, Value | None]) -> Iterator[Finding]:
    """Nothing is said where the figure is not known, or none is counted: rules ask why there is a passage then."""
    asked = expression(f"{entry.lines} > 0")
    if any(values.get(name) is None for name in asked.names) or not holds(asked.test, values):
        return
    assert isinstance(asked.test, Comparison)
    named, counted = len(list(filter(str.strip, text.text.splitlines()))), value_of(asked.test.left, values)
    if named != counted:
        rows = tuple(case.form.by_name[name] for name in asked.names)
        codes = ", ".join(row.code for row in rows)
        message = (
            f"“{entry.title}” có {named} dòng, trong khi số liệu là {plain(counted)} (dòng {codes}). Mỗi mục ghi một "
            "dòng: ghi cho đủ, hoặc sửa số liệu; nếu một dòng gộp nhiều mục thì giải trình."
        )
        yield rule_registry.TEXT_LINES.finding(message, (text.address, *case.all_cells(rows)), "", rows[0].code)


def other_years(case: Case) -> Iterator[Finding]:
    """Passages that tell of a year before the period's; years still to come stand in what is planned."""
    now = case.form.period.last.year
    titles = {entry.name: entry.title for entry in case.content.form.entries}
    for name, text in case.content.entries.items():
        if years := sorted({year for year in _years_told(text.text) if year < now}):
            told = ", ".join(f"năm {year}" for year in years)
            message = f"“{titles.get(name, name)}” nêu {told}; kỳ này là năm {now}. Sửa lại; nếu đúng thì giải trình."
            yield rule_registry.TEXT_YEAR.finding(message, (text.address,))


def _years_told(text: str) -> Iterator[int]:
    """The years that are told of, sentence by sentence; none that a date, document, span or comparison names."""
    for sentence in re.split(r"[.;]\s|\n", text):
        for found in NAMED_YEAR.finditer(sentence):
            dated = f"/{found[1]}" in sentence or re.match(_SPAN, sentence[found.end():])
            if not dated and not re.search(_BEFORE_OTHER_YEAR, sentence[:found.start()]):
                yield int(found[1])


_SPAN = r"\s*[-–]\s*(?:năm\s)?\d{4}"
_BEFORE_OTHER_YEAR = (
    r"\b(?:(?:(?i:giai đoạn|so với|so cùng|cùng kỳ|nhiệm kỳ|chỉ số|tháng \d+)|Luật|Hiến pháp|Pháp lệnh)\b[^,]*"
    r"|(?i:từ|đến|trước|sau|cuối|đầu|hết) )$"
)
"""What stands before a year that is not told of: a span, a comparison, a law or date named by it, a beginning."""


_NAME = r"(?P<name>[^\W\d_]\w*(?:\s+[^\W\d_]\w*){0,3}|\d+)"
_PLACE = re.compile(rf"\b(?P<kind>(?i:tỉnh|tỉnh ủy|thành phố|thành ủy|thị xã|huyện|huyện ủy))\s+{_NAME}")


class Area(Struct, frozen=True):
    """What the office calls its own, folded; the word that its units' names begin with, and how many there are."""

    own: str
    units: dict[str, int]


def foreign(case: Case) -> Iterator[Finding]:
    """Passages that name other places, units that are none of the office's, or more units than it has."""
    area = _area(case)
    titles = {entry.name: entry.title for entry in case.form.entries}
    for name, text in case.content.entries.items() if area.own else ():
        if found := list(dict.fromkeys(_foreign(text.text, area))):
            message = (
                f"“{titles.get(name, name)}” nêu {', '.join(found)}, không đúng với tên địa bàn và danh sách đơn vị "
                "của sổ này. Sửa lại; nếu đúng thì giải trình."
            )
            yield rule_registry.TEXT_PLACE.finding(message, (text.address,))
    yield from _issuers(case, area)


def _area(case: Case) -> Area:
    """An office that has not said where it is has nothing to compare with."""
    info = " ".join(text.text for text in case.content.info.values())
    names = [unit.name for unit in case.form.units]
    counted = [case.form.reporters(row) for row in case.form.indicators() if row.total is Total.UNITS]
    units = {re.escape(group[0].name.split()[0]): len(group) for group in counted if group}
    return Area(folded(f"{info} {' '.join(names)}") if _PLACE.search(composed(info)) else "", units)


def _foreign(text: str, area: Area) -> Iterator[str]:
    text = composed(text)
    for found in _PLACE.finditer(text):
        # One capital after such a word begins something else: … của tỉnh Đánh giá …
        if len(words := _proper(found["name"]).split()) > 1 and folded(" ".join(words[:2])) not in area.own:
            yield f"{found['kind']} {' '.join(words)}"
    for word, count in area.units.items():
        for found in re.finditer(rf"\b(?P<kind>(?i:{word}))\s+{_NAME}", text):
            name = f"{found['kind']} {_proper(found['name'])}"
            if name != f"{found['kind']} " and folded(name) not in area.own:
                yield name
        for counted in re.finditer(rf"(?<![\d/.,])\b(\d+)\s+(?i:{word})\b", text):
            if int(counted[1]) > count:
                yield counted[0]


def _proper(name: str) -> str:
    """The leading words that are written as a name, or a number."""
    words: list[str] = []
    for word in name.split():
        if not (word[0].isupper() or word.isdigit()):
            break
        words.append(word)
    return " ".join(words)


def _issuers(case: Case, area: Area) -> Iterator[Finding]:
    """One finding for all documents that other places have issued."""
    others = [each for each in case.content.documents if area.own and any(_foreign(each.issuer, Area(area.own, {})))]
    if others:
        papers = [f"{each.type} {numbered(each)} của {each.issuer}" for each in others]
        told = some_of(papers, FEW, "văn bản", "; ")
        message = f"Sổ văn bản: {told} là văn bản của nơi khác. Thay bằng văn bản của mình; nếu đúng thì giải trình."
        cells = (case.content.document_cell(each.name, ISSUER) for each in others)
        yield rule_registry.TEXT_PLACE.finding(message, tuple(filter(None, cells)))


FEW = 3
"""So many documents are named."""
