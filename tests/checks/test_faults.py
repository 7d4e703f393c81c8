"""Faults planted one by one in clean contents: which kinds are caught, at which cell, with which suggestion.

And the other way round: hundreds of clean contents, of which nothing grave may be said. The thorough run:

    CCHC_CONTENTS=1000 CCHC_EACH=27 .venv/bin/python -m pytest -q tests/checks/test_faults.py
"""

from __future__ import annotations

import datetime
import os
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from clean_contents import GRAVE, OTHER_PERIODS, SEED, CleanContents
from contents import findings_of, form_2021, reading, with_note, with_stray

from cchc_xl.checks.run_checks import rules_of
from cchc_xl.figures import Content, Figure, Text, total
from cchc_xl.reading import Cell
from cchc_xl.reading.spellings import typed
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form, Heading, Indicator, Kind, Total
from cchc_xl.values import Ratio, Status, replace

EACH = int(os.environ.get("CCHC_EACH", "7"))
"""So many contents in which every kind of fault is planted."""

CLEAN = int(os.environ.get("CCHC_CONTENTS", "400"))
Key = tuple[str, str]


@dataclass
class Planted:
    """A content with one fault: the cell it stands in, what stood there, and last period's figures if they matter."""

    content: Content
    cell: str
    original: str = ""
    previous: Mapping[str, Figure] = field(default_factory=dict)


@dataclass
class Tally:
    planted: int = 0
    caught: int = 0
    named: int = 0
    suggested: int = 0
    suggesting: int = 0


Planter = Callable[[random.Random, Content], Planted | None]


def some_cell(chance: random.Random, content: Content, kind: Kind, least: int = 0) -> Key | None:
    """A cell of a kind that holds at least so much."""
    keys = [
        key for key, each in content.readings.items()
        if content.form.by_code[key[1]].asked is kind and isinstance(each.value, Decimal) and each.value >= least
    ]
    return chance.choice(keys) if keys else None


def planted(content: Content, key: Key, cell: Cell, original: str = "") -> Planted:
    """The content with one cell changed; the form's own figures are what was there before."""
    changed = reading(content.form, *key, cell)
    known = original or number_at(content, key)
    return Planted(replace(content, readings={**content.readings, key: changed}), f"{key[0]}@{key[1]}", known)


def number_at(content: Content, key: Key) -> str:
    value = content.readings[key].value
    return typed(value) if isinstance(value, Decimal) else ""


def spelled(kind: Kind, least: int, write: Callable[[Decimal], Cell | None]) -> Planter:
    """A fault in how a number is written."""
    def plant(chance: random.Random, content: Content) -> Planted | None:
        key = some_cell(chance, content, kind, least)
        value = content.readings[key].value if key else None
        cell = write(value) if isinstance(value, Decimal) else None
        return planted(content, key, cell) if key and cell else None

    return plant


def grouped(value: Decimal, mark: str) -> str:
    return f"{int(value):,}".replace(",", mark)


def look_alike(value: Decimal) -> Cell | None:
    text = f"{value:f}"
    swapped = text.replace("0", "O", 1) if "0" in text else text.replace("1", "l", 1)
    return Cell(swapped) if swapped != text and any(map(str.isdigit, swapped)) else None


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def of_day(chance: random.Random, content: Content) -> Planted | None:
    """A ratio such as 5/11 that Excel turned into a day."""
    row = next(row for row in content.form.indicators() if row.typed and row.asked is Kind.RATIO)
    unit = content.form.reporters(row)[0].id
    month = chance.randint(1, 12)
    part = chance.randint(1, month)
    serial = (datetime.date(2021, month, part) - datetime.date(1899, 12, 30)).days
    return planted(content, (unit, row.code), Cell(Decimal(serial), "d-mmm"), f"{part}/{month}")


def swapped_ratio(chance: random.Random, content: Content) -> Planted | None:
    key = next(key for key, each in content.readings.items() if isinstance(each.value, Ratio))
    whole = chance.randint(2, 99)
    part = chance.randint(1, whole - 1)
    return planted(content, key, Cell(f"{whole}/{part}"), f"{part}/{whole}")


def blanked(chance: random.Random, content: Content) -> Planted | None:
    keys = [key for key in content.readings if content.form.by_code[key[1]].missing.value == "required"]
    keys = [key for key in keys if not content.form.by_code[key[1]].required_if]
    return planted(content, chance.choice(keys), Cell())


def shifted(step: int) -> Planter:
    """All answers of a unit below one heading moved up, or down, by one row."""
    def plant(chance: random.Random, content: Content) -> Planted | None:
        groups = list(_groups(content, step))
        unit, lines = chance.choice(groups)
        answers = [content.readings[unit, code] for code in lines[1:]]
        moved = [*answers, None] if step < 0 else [None, None, *answers][: len(lines)]
        made = with_stray(content, unit, lines[0], answers[0].raw) if step < 0 else content
        readings = dict(made.readings)
        for code, each in zip(lines[1:], moved[1:], strict=True):
            cell = Cell(each.value if each and not isinstance(each.value, Ratio) else None)
            readings[unit, code] = reading(content.form, unit, code, cell)
        return Planted(replace(made, readings=readings), f"{unit}@{lines[0] if step < 0 else lines[1]}")

    return plant


def _groups(content: Content, step: int) -> list[tuple[str, list[str]]]:
    form, found = content.form, []
    for section in form.sections:
        for place, line in enumerate(section.rows):
            if not isinstance(line, Heading):
                continue
            for unit in form.columns(section):
                codes = []
                for row in section.rows[place + 1:]:
                    counted = not isinstance(row, Heading) and row.asked is Kind.COUNT and _is_asked(row)
                    each = content.readings.get((unit.id, row.code))
                    if not counted or each is None or each.value is None:
                        break
                    codes.append(row.code)
                if len(codes) >= 2:
                    found.append((unit.id, [line.code, *codes]))
    return found


def _is_asked(row: Indicator) -> bool:
    """Whether a blank is a fault: a figure that slipped out of an optional row leaves no trace."""
    return row.missing.value == "required" and not row.required_if


def in_heading(chance: random.Random, content: Content) -> Planted | None:
    headings = [
        (unit.id, line.code) for section in content.form.sections for line in section.rows if isinstance(line, Heading)
        for unit in content.form.columns(section)
    ]
    unit, code = chance.choice(headings)
    return Planted(with_stray(content, unit, code, str(chance.randint(0, 99))), f"{unit}@{code}")


def not_asked(chance: random.Random, content: Content) -> Planted | None:
    places = [
        (unit.id, row.code) for section in content.form.sections for row in section.indicators if row.typed
        for unit in content.form.columns(section) if (unit.id, row.code) not in content.readings
    ]
    unit, code = chance.choice(places)
    return Planted(with_stray(content, unit, code, str(chance.randint(0, 99))), f"{unit}@{code}")


def differing(chance: random.Random, content: Content) -> Planted | None:
    rows = [row for row in content.form.indicators() if row.total is Total.SAME and row.asked is Kind.COUNT]
    row = chance.choice(rows)
    unit = chance.choice(content.form.reporters(row)).id
    value = content.readings[unit, row.code].value
    assert isinstance(value, Decimal)
    return planted(content, (unit, row.code), Cell(value + chance.choice((-9, 9, 90))))


def over_whole(chance: random.Random, content: Content) -> Planted | None:
    """A part made larger than its whole, in one unit's own answers."""
    pairs = []
    for row in content.form.indicators():
        if row.has_parts and row.max == 100:
            part, whole = (content.form.by_name[name] for name in (row.numerator, row.denominator))
            for unit in content.form.reporters(part):
                if part.asked is Kind.COUNT and (unit.id, whole.code) in content.readings:
                    pairs.append(((unit.id, part.code), (unit.id, whole.code)))
    part_key, whole_key = chance.choice(pairs)
    value = content.readings[whole_key].value
    if not isinstance(value, Decimal):
        return None
    return planted(content, part_key, Cell(value + chance.randint(1, 9)), "?")


def broken_sum(chance: random.Random, content: Content) -> Planted | None:
    """One number of a sum of parts changed: it no longer adds up."""
    sums = [rule for rule in rules_of(content.form) if " == " in rule.line.test or "partition" in rule.line.test]
    sums = [rule for rule in sums if rule.units and "implies" not in rule.line.test and len(rule.codes) >= 3]
    rule = chance.choice(sums)
    key = chance.choice(rule.units).id, chance.choice(rule.codes)
    value = content.readings[key].value
    if not isinstance(value, Decimal):
        return None
    return planted(content, key, Cell(value + chance.choice((1, 10))), "?")


def peer_slip(chance: random.Random, content: Content) -> Planted | None:
    """A ward's figure with a digit too many, where wards are compared."""
    rows = [row for row in content.form.indicators() if row.peer_base]
    row = chance.choice(rows)
    unit = chance.choice(content.form.reporters(row)).id
    value = content.readings[unit, row.code].value
    if not isinstance(value, Decimal) or value < 20 or not content.readings[unit, _base(content.form, row.code)].value:
        return None
    return planted(content, (unit, row.code), Cell(value * 10))


def _base(form: Form, code: str) -> str:
    return form.by_name[form.by_code[code].peer_base].code


def slip_of_period(factor: Decimal) -> Planter:
    """A city's figure with digits too many or too few, the last period being near."""
    def plant(chance: random.Random, content: Content) -> Planted | None:
        keys = [key for key in content.readings if _city_number(content, key) >= 20]
        keys = [key for key in keys if factor > 1 or _city_number(content, key) % 1000 == 0]
        if not keys:
            return None
        key = chance.choice(keys)
        value = content.readings[key].value
        assert isinstance(value, Decimal)
        made = planted(content, key, Cell(value * factor))
        figures = {each.indicator.name: each for each in total(content.form, content.readings).values()}
        before = figures[content.form.by_code[key[1]].name]
        near = (value * chance.randint(80, 120) / 100).to_integral_value()
        made.previous = {before.indicator.name: replace(before, value=near)}
        return made

    return plant


def _city_number(content: Content, key: Key) -> Decimal:
    """What the city alone reports in a cell; zero for any other cell."""
    row, value = content.form.by_code[key[1]], content.readings[key].value
    counted = row.total is Total.CITY and row.asked is Kind.COUNT and isinstance(value, Decimal)
    return value if counted and isinstance(value, Decimal) else Decimal(0)


def copied_period(chance: random.Random, content: Content) -> Planted | None:
    """A section in which every figure is that of the last period."""
    figures = {each.indicator.name: each for each in total(content.form, content.readings).values()}
    section = chance.choice(content.form.sections)
    telling = {
        each.value for each in figures.values()
        if each.indicator in section.indicators and each.indicator.typed
        and isinstance(each.value, Decimal) and each.value >= 10
    }
    if len(telling) < 8:
        return None
    before = {name: each for name, each in figures.items() if each.indicator in section.indicators}
    return Planted(content, "", "", before)


def note_fault(write: Callable[[random.Random, Content], tuple[str, str] | None]) -> Planter:
    """A note that does not agree with its figure."""
    def plant(chance: random.Random, content: Content) -> Planted | None:
        made = write(chance, content)
        return Planted(with_note(content, *made), f"note@{made[0]}") if made else None

    return plant


def fewer_items(chance: random.Random, content: Content) -> tuple[str, str] | None:
    listed = {code: text.text for code, text in content.notes.items() if text.text.count("\n") >= 2}
    if not listed:
        return None
    code = chance.choice(sorted(listed))
    lines = listed[code].split("\n")
    lines.pop(chance.randrange(len(lines)))
    return code, "\n".join(lines)


def wrong_sum(chance: random.Random, content: Content) -> tuple[str, str] | None:
    figures = total(content.form, content.readings)
    counts = [
        (code, each.value) for code, each in figures.items()
        if each.indicator.kind is Kind.COUNT and isinstance(each.value, Decimal) and each.value > 5
        and not each.indicator.note_lists
    ]
    code, value = chance.choice(counts)
    first = int(value) // 2
    second = int(value) - first + chance.choice((-2, -1, 1, 10))
    return code, f"Trong đó: {first} hồ sơ của phường và {second} hồ sơ của thành phố"


def wrong_pair(chance: random.Random, content: Content) -> tuple[str, str] | None:
    figures = [each for each in total(content.form, content.readings).values() if each.whole]
    figure = chance.choice(figures)
    return figure.indicator.code, f"{int(figure.part or 0) + chance.randint(1, 5)}/{int(figure.whole or 0)} hồ sơ"


def hint_left(chance: random.Random, content: Content) -> tuple[str, str] | None:
    hinted = [row for row in content.form.indicators() if row.note_required_if and row.note_hint]
    rows = [row for row in hinted if row.code in content.notes and _asks_note(content, row.code)]
    return (row.code, row.note_hint) if rows and (row := chance.choice(rows)) else None


def _asks_note(content: Content, code: str) -> bool:
    bare = replace(content, notes={key: text for key, text in content.notes.items() if key != code})
    return any(each.rule == "note_required" and each.indicator == code for each in findings_of(bare))


def old_letters(chance: random.Random, content: Content) -> tuple[str, str] | None:
    return chance.choice(sorted(content.notes)), chance.choice(("§· tæ chøc kiÓm tra", "Ñaõ toå chöùc kieåm tra"))


def impossible_day(chance: random.Random, content: Content) -> tuple[str, str] | None:
    wrong = chance.choice(("30/02/2021", "31/4/2021", "15/13/2021", "05/4/21"))
    return "I.1", f"Kế hoạch số {chance.randint(1, 99):02d}/KH-UBND ngày {wrong}"


def bad_citation(chance: random.Random, content: Content) -> tuple[str, str] | None:
    number, date = chance.randint(10, 99), "02/3/2021"
    return "I.1", chance.choice((
        f"Kế hoạch số {number}/KH-UBND, ngày {date}", f"Kế hoạch {number}/KH-UBND ngày {date}",
        f"Kế hoạch số {number} /KH-UBND ngày {date}", f"Kế hoạch số {number}/KH-UBND ngày 2/3/2021",
        "Kế hoạch số 5/KH-UBND",
    ))


def document_fault(change: Callable[[random.Random, datetime.date], tuple[str, datetime.date | None]]) -> Planter:
    """A wrong date in the register."""
    def plant(chance: random.Random, content: Content) -> Planted | None:
        within = {each.name for each in content.form.documents if each.in_period}
        document = chance.choice([each for each in content.documents if each.date and each.name in within])
        assert document.date
        text, date = change(chance, document.date)
        documents = tuple(each.changed(date=date) if each is document else each for each in content.documents)
        dates = {**content.document_dates, document.name: Text(text, content.document_dates[document.name].address)}
        return Planted(replace(content, documents=documents, document_dates=dates), f"date@{document.name}")

    return plant


def other_year(chance: random.Random, date: datetime.date) -> tuple[str, datetime.date]:
    moved = date.replace(year=date.year + chance.choice((-9, -1, 1, 9)))
    return f"{moved:%d/%m/%Y}", moved


PLANTERS: dict[str, Planter] = {
    "english_thousands": spelled(Kind.COUNT, 1000, lambda v: Cell(v / 1000) if v % 100 else None),
    "english_thousands_17_digits": spelled(
        Kind.COUNT, 1000, lambda v: Cell(Decimal(float(v) / 1000)) if v % 100 and v < 10**6 else None),
    "text_thousands": spelled(Kind.COUNT, 1000, lambda v: Cell(grouped(v, "."))),
    "comma_thousands": spelled(Kind.COUNT, 1000, lambda v: Cell(grouped(v, ","))),
    "spaced_thousands": spelled(Kind.COUNT, 1000, lambda v: Cell(grouped(v, "\u00a0"))),
    "padded": spelled(Kind.COUNT, 1, lambda v: Cell(f"0{v:f}")),
    "tail": spelled(Kind.COUNT, 0, lambda v: Cell(f"{v:f} hồ sơ")),
    "about": spelled(Kind.COUNT, 0, lambda v: Cell(f"khoảng {v:f}")),
    "look_alike": spelled(Kind.COUNT, 10, look_alike),
    "wide_digits": spelled(Kind.COUNT, 0, lambda v: Cell(f"{v:f}".translate(WIDE))),
    "negative": spelled(Kind.COUNT, 1, lambda v: Cell(-v)),
    "fraction": spelled(Kind.COUNT, 1, lambda v: Cell(v + Decimal("0.0005"))),
    "percent_format": spelled(Kind.COUNT, 1, lambda v: Cell(v / 100, "0%")),
    "percent_text": spelled(Kind.COUNT, 1, lambda v: Cell(f"{v:f}%")),
    "stray_mark": spelled(Kind.COUNT, 1, lambda v: Cell(f"{v:f};")),
    "quoted": spelled(Kind.COUNT, 1, lambda v: Cell(f"'{v:f}")),
    "formula": spelled(Kind.COUNT, 1, lambda v: Cell(v, formula="1+1")),
    "added": spelled(Kind.COUNT, 2, lambda v: Cell(f"{v - 1:f}+1")),
    "word_for_zero": spelled(Kind.COUNT, 0, lambda v: Cell("Không") if v == 0 else None),
    "dash_for_zero": spelled(Kind.COUNT, 0, lambda v: Cell("-") if v == 0 else None),
    "error_value": spelled(Kind.COUNT, 0, lambda _: Cell(error="#REF!")),
    "no_result": spelled(Kind.COUNT, 0, lambda _: Cell(formula="A1")),
    "boolean": spelled(Kind.COUNT, 0, lambda _: Cell(True)),
    "words": spelled(Kind.COUNT, 0, lambda _: Cell("chờ số liệu")),
    "ratio_in_count": spelled(Kind.COUNT, 1, lambda v: Cell(f"{v:f}/{v:f}")),
    "huge": spelled(Kind.COUNT, 1, lambda v: Cell(v * 10**9)),
    "day_in_count": spelled(Kind.COUNT, 1, lambda v: Cell(Decimal(44384), "d-mmm")),
    "number_shown_as_day": spelled(Kind.COUNT, 1, lambda v: Cell(v, "dd/mm/yyyy") if v < 20000 else None),
    "tick": spelled(Kind.YES_NO, 1, lambda _: Cell("x")),
    "yes_in_words": spelled(Kind.YES_NO, 1, lambda _: Cell("Có")),
    "number_for_yes": spelled(Kind.YES_NO, 0, lambda v: Cell(v + 2)),
    "unknown_choice": spelled(Kind.CHOICE, 0, lambda v: Cell(v + 7)),
    "fraction_of_hundred": spelled(Kind.DECIMAL, 1, lambda v: Cell(v / 100)),
    "lost_comma": spelled(Kind.DECIMAL, 1, lambda v: Cell(v * 100)),
    "decimal_point": spelled(Kind.DECIMAL, 1, lambda v: Cell(f"{v:f}") if v != int(v) else None),
    "ratio_as_day": of_day,
    "ratio_reversed": swapped_ratio,
    "blank": blanked,
    "shifted_up": shifted(-1),
    "shifted_down": shifted(1),
    "in_heading": in_heading,
    "not_asked": not_asked,
    "differs_from_all": differing,
    "part_over_whole": over_whole,
    "broken_sum": broken_sum,
    "peer_slip": peer_slip,
    "period_times_10": slip_of_period(Decimal(10)),
    "period_times_100": slip_of_period(Decimal(100)),
    "period_times_1000": slip_of_period(Decimal(1000)),
    "period_copied": copied_period,
    "note_items": note_fault(fewer_items),
    "note_sum": note_fault(wrong_sum),
    "note_pair": note_fault(wrong_pair),
    "note_hint": note_fault(hint_left),
    "old_letters": note_fault(old_letters),
    "impossible_day": note_fault(impossible_day),
    "bad_citation": note_fault(bad_citation),
    "document_day": document_fault(lambda _c, date: (f"30/02/{date.year}", None)),
    "document_year": document_fault(other_year),
}

UNSUGGESTED = {
    "fraction", "error_value", "no_result", "boolean", "words", "ratio_in_count", "huge", "day_in_count",
    "number_for_yes", "unknown_choice", "blank", "part_over_whole", "broken_sum",
    "about", "percent_format", "percent_text",
}
"""Kinds that destroy what was there: no suggestion could be the original."""

BARELY_TOLD = {"yes_in_words", "text_thousands", "padded", "bad_citation"}
"""Kinds that are understood beyond doubt: noted, not made to be mended."""


def judged(kind: str, tally: Tally, made: Planted, known: set[str]) -> None:
    found = [each for each in findings_of(made.content, made.previous) if each.key not in known]
    if kind not in BARELY_TOLD:
        found = [each for each in found if each.severity in GRAVE]
    at_cell = [each for each in found if not made.cell or any(cell.cell == made.cell for cell in each.cells)]
    tally.planted += 1
    tally.caught += bool(found)
    tally.named += bool(at_cell)
    if made.original and made.original != "?" and kind not in UNSUGGESTED:
        tally.suggesting += 1
        tally.suggested += any(_suggests(each, made.original) for each in at_cell)


def _suggests(finding: Finding, original: str) -> bool:
    return finding.suggestion == original


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    """Every kind planted many times, each in another clean content."""
    chance = random.Random(SEED)
    clean = CleanContents(form_2021(), SEED)
    counted = {kind: Tally() for kind in PLANTERS}
    for _ in range(EACH):
        content = clean.next()
        known = {each.key for each in findings_of(content)}
        for kind, plant in PLANTERS.items():
            made = next((made for _ in range(5) if (made := plant(chance, content))), None)
            if made:
                judged(kind, counted[kind], made, known)
    return counted


def report(tallies: Mapping[str, Tally]) -> str:
    lines = [f"{'kind':28} planted caught named suggested"]
    for kind, each in sorted(tallies.items()):
        lines.append(f"{kind:28} {each.planted:7} {each.caught:6} {each.named:5} {each.suggested}/{each.suggesting}")
    return "\n".join(lines)


def test_every_kind_of_fault_is_planted_often_enough(tallies: dict[str, Tally]) -> None:
    rare = {kind: each.planted for kind, each in tallies.items() if each.planted < EACH // 3}
    assert rare == {}, report(tallies)
    assert sum(each.planted for each in tallies.values()) > 0.9 * EACH * len(PLANTERS)


def test_every_fault_of_every_kind_is_caught(tallies: dict[str, Tally]) -> None:
    print(report(tallies))
    missed = {kind: (each.caught, each.planted) for kind, each in tallies.items() if each.caught < each.planted}
    assert missed == {}, report(tallies)


def test_the_finding_names_the_very_cell(tallies: dict[str, Tally]) -> None:
    missed = {kind: (each.named, each.planted) for kind, each in tallies.items() if each.named < each.planted}
    named, all_planted = (sum(getattr(each, what) for each in tallies.values()) for what in ("named", "planted"))
    assert named >= Decimal("0.99") * all_planted, missed


def test_the_suggestion_is_what_stood_there(tallies: dict[str, Tally]) -> None:
    missed = {
        kind: (each.suggested, each.suggesting) for kind, each in tallies.items() if each.suggested < each.suggesting
    }
    right, asked = (sum(getattr(each, what) for each in tallies.values()) for what in ("suggested", "suggesting"))
    assert right >= Decimal("0.99") * asked, missed


@dataclass
class Looked:
    """What was said of many clean contents, and what those contents were like."""

    accused: Counter[str]
    kinds: Counter[str]


@pytest.fixture(scope="module")
def looked() -> Looked:
    seen = Looked(Counter(), Counter())
    year = form_2021()
    others = [(year.of_period(period), 10) for period in OTHER_PERIODS]
    for form, share in ((year, 40), *others, (with_wards(1), 10), (with_wards(0), 10)):
        clean = CleanContents(form, SEED)
        for turn in range(CLEAN * share // 100):
            cleared = turn % 12 == 6
            if cleared:
                section = form.sections[turn // 12 % len(form.sections)]
                clean.walk.clear({row.code for row in section.indicators})
            content = clean.next(0 if cleared else 6)
            seen.kinds.update({*kinds_of(content), form.period.kind})
            told = (each for each in findings_of(content) if each.severity in GRAVE)
            seen.accused.update(f"{each.rule}: {each.message}" for each in told)
    return seen


def kinds_of(content: Content) -> set[str]:
    """What is special about a content, read from its cells."""
    form = content.form
    wards = sum(unit.kind == "ward" for unit in form.units)
    blank = {key[1] for key, each in content.readings.items() if each.status is Status.BLANK}
    found = {"content", f"{wards} wards", *(f"blank {code}" for code in blank)}
    for section in form.sections:
        values = [
            each.value for key, each in content.readings.items()
            if form.section_of[key[1]] is section and each.given and _own_count(form.by_code[key[1]])
        ]
        found |= {f"zeros {section.number}"} if not any(values) else set()
    return found


def _own_count(row: Indicator) -> bool:
    """A count that a unit has made itself: numbers from a shared list are the same everywhere and never zero."""
    return row.asked is Kind.COUNT and row.total in (Total.SUM, Total.CITY)


def test_nothing_grave_is_said_of_clean_contents(looked: Looked) -> None:
    assert looked.accused == {}
    assert looked.kinds["content"] == CLEAN
    assert {period.kind for period in OTHER_PERIODS} <= looked.kinds.keys()


def test_the_clean_contents_are_of_every_kind_that_is_right(looked: Looked) -> None:
    """Sections whose zeros are warned of by a rule of their own can't be all zeros in a clean content."""
    kinds = looked.kinds
    assert (kinds["10 wards"], kinds["1 wards"], kinds["0 wards"]) == (CLEAN * 8 // 10, CLEAN // 10, CLEAN // 10)
    rows = [row for row in form_2021().indicators() if row.typed and row.asked is not Kind.TEXT]
    free = {row.code for row in rows if row.required_if or row.missing.value == "optional"}
    assert len(free) >= 8
    assert {code for code in free if not 9 < kinds[f"blank {code}"] < CLEAN - 9} == set()
    assert {number for number in ("II", "V") if kinds[f"zeros {number}"] < 2} == set(), kinds


def with_wards(count: int) -> Form:
    """The form with only so many wards."""
    wards = [unit for unit in form_2021().units if unit.kind == "ward" and unit.id != "phuong_6"]
    dropped = {unit.id for unit in wards[max(0, count - 1):]} | ({"phuong_6"} if count == 0 else set())
    return form_2021().changed(units=tuple(unit for unit in form_2021().units if unit.id not in dropped))
