"""Reports with numbers, units, wordings and word order changed at random: what is found, and what is accused."""

from __future__ import annotations

import os
import random
import re
import shutil
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from report_sample import ROOT, TEMPLATE, content_of, figures_of, rendered_by, sample

from cchc_xl.figures import Content
from cchc_xl.reconcile.comparison import Audit, Auditor
from cchc_xl.reconcile.reconcile_rules import FIGURE, TABLE, UNIT, Contradiction, Spot
from cchc_xl.reconcile.text_tokens import read_number
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import replace
from cchc_xl.verbs.demo import sample_form
from cchc_xl.word.document_text import WordDocument, read_docx
from cchc_xl.word.visible_text import pieces
from cchc_xl.word.word_xml import TextCell, name

REPORTS = int(os.environ.get("CCHC_REPORTS", "16"))
"""So many changed reports of each of two offices."""

NUMBERS, UNITS = (10, 25), 5
"""So many numbers of a report are changed, and so many things that a number counts: hundreds of faults in all."""

OWN = {"report_list", "report_reworded"}
"""Contradictions that the real report's wording has already, seven tasks, of which six are named; and remarks."""

SYNONYMS = {
    "thực hiện": "triển khai", "ban hành": "ra", "kết quả": "cụ thể", "trong đó": "trong số này", "đạt tỷ lệ": "đạt",
    "tổng số": "tổng cộng", "tiếp nhận": "nhận", "giải quyết": "xử lý", "Ủy ban nhân dân": "UBND",
    "thành phố": "TP", "cán bộ": "CB", "thủ tục hành chính": "TTHC", "đã": "", "được": "", "của": "thuộc",
    "bổ nhiệm": "cất nhắc", "tuyển dụng": "tuyển", "trên địa bàn": "tại", "các": "những", "theo": "căn cứ",
}
FILLERS = ("nhìn chung", "tính đến nay", "cụ thể", "theo đó", "về cơ bản", "trong kỳ báo cáo", "thực tế")
THINGS = ("hồ sơ", "thủ tục", "phường", "đơn vị", "trường hợp", "văn bản", "phiếu", "người", "công chức", "nhiệm vụ")


@dataclass
class Piece:
    """A part of a sentence: words, or a figure that may have been changed."""

    text: str
    tag: str = ""
    changed: bool = False
    was: str = ""


@dataclass
class Case:
    """A changed report, with the places of its faults."""

    document: WordDocument
    faults: list[tuple[Spot, str, str]] = field(default_factory=list)
    units: list[Spot] = field(default_factory=list)


NAMES = ("Xã An Lạc", "Xã Bình Hòa", "Xã Châu Khê", "Xã Đông Phú", "Xã Gia Lâm", "Xã Hiệp Thành", "Xã Kim Sơn",
         "Xã Long Điền", "Xã Mỹ Lộc", "Thị trấn Năm Căn")
FACTOR = 3
"""Figures of the other office: three times as many of everything, so that sums and rates stay right."""


@lru_cache(maxsize=1)
def another_office(folder: Path) -> Content:
    """Another office with its own form: other units, another place, other figures."""
    form = folder / "bieu_khac"
    shutil.copytree(ROOT / "workbook/2021", form)
    for file in form.rglob("*.csv"):
        text = file.read_text(encoding="utf-8").replace("Sóc Trăng", "Vị Hòa")
        for number, name_ in reversed(list(enumerate(NAMES, 1))):
            text = text.replace(f",Phường {number},", f",{name_},")
        file.write_text(text, encoding="utf-8")
    content = content_of(sample_form(form))
    readings = {}
    for (unit, code), reading in content.readings.items():
        counts = content.form.by_code[code].kind is Kind.COUNT and isinstance(reading.value, Decimal)
        readings[unit, code] = replace(reading, value=reading.value * FACTOR) if counts else reading
    return replace(content, readings=readings)


@lru_cache(maxsize=2)
def original(folder: Path) -> tuple[list[list[Piece]], WordDocument, list[tuple[int, str]]]:
    """The exported report as pieces by paragraph, the document, and the appendix paragraphs that hold a figure.

    A folder called "khac" holds that of the other office.
    """
    content = another_office(folder) if folder.name == "khac" else sample()
    report, _ = rendered_by(TEMPLATE, folder, content)
    document = read_docx(report, report)
    loose = [cut(document.elements[number]) for number in document.loose]
    cells = [
        (number, tag) for number, element in enumerate(document.elements) if number not in set(document.loose)
        for piece in cut(element) if (tag := piece.tag)
    ]
    return [pieces_ for pieces_ in loose if "".join(piece.text for piece in pieces_).strip()], document, cells


def cut(paragraph: object) -> list[Piece]:
    made: list[Piece] = []
    for element, text in pieces(paragraph):  # type: ignore[arg-type]
        control = next(element.iterancestors(name("sdt")), None)
        tag = control.find(f"{name('sdtPr')}/{name('tag')}").get(name("val")) if control is not None else ""
        if not tag and made and not made[-1].tag:
            made[-1].text += text
        else:
            made.append(Piece(text, tag))
    return made


def mutated(folder: Path, seed: int) -> Case:
    """A report changed at random."""
    dice = random.Random(seed)
    paragraphs, document, _ = original(folder)
    made = [[Piece(piece.text, piece.tag) for piece in pieces_] for pieces_ in paragraphs]
    change_numbers(made, dice)
    units = change_units(made, dice)
    for pieces_ in made:
        if dice.random() < 0.5:
            reword(pieces_, dice)
        if dice.random() < 0.4:
            reorder(pieces_, dice)
    if dice.random() < 0.5:
        swap_paragraphs(made, dice)
    case = Case(WordDocument(document.path))
    for number, pieces_ in enumerate(made):
        write(case, number, pieces_, units)
    case.document.loose = list(range(len(made)))
    return case


def change_numbers(paragraphs: list[list[Piece]], dice: random.Random) -> None:
    figures = [piece for pieces_ in paragraphs for piece in pieces_ if piece.tag and re.search(r"\d", piece.text)]
    for piece in dice.sample(figures, dice.randint(*NUMBERS)):
        found = re.search(r"\d[\d.]*(?:,\d+)?", piece.text)
        assert found is not None
        value, places = read_number(found[0])
        new = other_number(value, places, dice)
        piece.was, piece.changed = piece.text, True
        piece.text = piece.text[:found.start()] + new + piece.text[found.end():]


def other_number(value: Decimal, places: int, dice: random.Random) -> str:
    """Another number that nobody would call a rounding of the first."""
    step = Decimal(1).scaleb(-places)
    while True:
        new = dice.choice((
            value + step * dice.choice((1, 2, 3, 10)), value - step * dice.choice((1, 2, 7)), value * 10,
            value + dice.randint(1, 50), Decimal(dice.randint(0, 400)), value + step * 9,
        ))
        rounded = places > 0 and new == new.to_integral_value() and abs(new - value) <= Decimal("0.5")
        if new >= 0 and abs(new - value) >= step and new == new.quantize(step) and not rounded:
            whole, _, fraction = f"{new:f}".partition(".")
            grouped = f"{int(whole):,}".replace(",", ".")
            return (f"0{grouped}" if len(grouped) == 1 and dice.random() < 0.7 else grouped) + (
                f",{fraction}" if fraction else ""
            )


def change_units(paragraphs: list[list[Piece]], dice: random.Random) -> list[Piece]:
    """Figures whose thing becomes another one."""
    places = [
        (figure, after) for pieces_ in paragraphs for figure, after in pairwise(pieces_)
        if figure.tag and not figure.changed and re.fullmatch(r"[\d.]+", figure.text)
        and any(after.text.startswith(f" {thing} ") or after.text.startswith(f" {thing},") for thing in THINGS)
    ]
    chosen = dice.sample(places, min(UNITS, len(places)))
    for figure, after in chosen:
        old = next(thing for thing in THINGS if after.text.startswith(f" {thing}"))
        after.text = f" {dice.choice(other_things(figure.tag, after.text))}" + after.text[len(old) + 1:]
    return [figure for figure, _ in chosen]


def other_things(tag: str, text: str) -> list[str]:
    """Things that would be wrong: neither what the indicator is declared to count nor named by the next words."""
    row = sample().form.by_code.get(tag.partition("|")[0])
    right = f"{row.unit.casefold() if row else ''} {text[:40].casefold()}"
    return [thing for thing in THINGS if thing not in right]


def reword(pieces_: list[Piece], dice: random.Random) -> None:
    for piece in pieces_:
        if piece.tag:
            continue
        for old, new in SYNONYMS.items():
            if dice.random() < 0.3:
                piece.text = re.sub(rf"\b{old}\b ?", f"{new} " if new else "", piece.text)
        words = piece.text.split(" ")
        at = dice.randrange(len(words))
        if len(words) > 6 and dice.random() < 0.4 and 2 < at < len(words) - 3 and not re.search(r"[\d/]", words[at]):
            words[at] = dice.choice((misspelt(words[at], dice), dice.choice(FILLERS)))
            piece.text = " ".join(words)


def misspelt(word: str, dice: random.Random) -> str:
    if len(word) < 4 or not word.isalpha():
        return word
    at = dice.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2:]


def reorder(pieces_: list[Piece], dice: random.Random) -> None:
    """Sentences of a paragraph, or clauses of a sentence, change places."""
    mark = dice.choice((r"\. ", "; ", ", (?!\\d)"))
    parts: list[list[Piece]] = [[]]
    for piece in pieces_:
        texts = [piece.text] if piece.tag else re.split(mark, piece.text)
        for place, text in enumerate(texts):
            if place:
                parts.append([])
            parts[-1].append(Piece(text, piece.tag, piece.changed, piece.was) if not piece.tag else piece)
    if len(parts) < 3:
        return
    at = dice.randrange(len(parts) - 2)
    both = ["".join(piece.text for piece in part) for part in parts[at:at + 2]]
    if any(text.count("(") != text.count(")") for text in both):
        return
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    joint = mark.replace("\\", "").replace("(?!d)", "")
    pieces_[:] = [
        piece for place, part in enumerate(parts) for piece in ([Piece(joint)] if place else []) + part
    ]


def swap_paragraphs(paragraphs: list[list[Piece]], dice: random.Random) -> None:
    for _ in range(3):
        one, other = dice.sample(range(len(paragraphs)), 2)
        paragraphs[one], paragraphs[other] = paragraphs[other], paragraphs[one]


def write(case: Case, number: int, pieces_: list[Piece], units: list[Piece]) -> None:
    text = ""
    for piece in pieces_:
        spot = Spot(number, len(text), len(text) + len(piece.text))
        text += piece.text
        if piece.changed:
            case.faults.append((spot, piece.was, piece.text))
        if any(piece is unit for unit in units):
            case.units.append(spot)
    case.document.paragraphs.append(text)


def overlaps(one: Spot, other: Spot) -> bool:
    return one.paragraph == other.paragraph and one.start < other.end and other.start < one.end


@dataclass
class Score:
    """Seeded faults and findings, counted; what went wrong is kept to be looked at."""

    seeded: int = 0
    found: int = 0
    findings: int = 0
    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.seeded

    @property
    def precision(self) -> float:
        return self.right / self.findings

    def add(self, case: Case, audit: Audit) -> None:
        said = [fault for fault in audit.faults if fault.rule.code not in OWN]
        spots = [spot for spot, _, _ in case.faults] + case.units
        for spot in spots:
            self.seeded += 1
            hit = any(overlaps(fault.spot, spot) for fault in said)
            self.found += hit
            if not hit:
                text = case.document.paragraphs[spot.paragraph]
                self.missed.append(f"{text[spot.start:spot.end]} in {text[max(0, spot.start - 60):spot.end + 60]}")
        for fault in said:
            self.findings += 1
            right = self.is_right(fault, case)
            self.right += right
            if not right:
                self.wrong.append(f"{fault.rule.code}: {fault.message} | {fault.quote[:150]}")

    def is_right(self, fault: Contradiction, case: Case) -> bool:
        """A finding at a changed place with the right pair, or about a changed number told there."""
        if fault.rule in (FIGURE, UNIT, TABLE):
            at = [old for spot, old, _ in case.faults if overlaps(fault.spot, spot)]
            if fault.rule is FIGURE:
                return any(numbers_of(fault.expected) <= numbers_of(old) or not numbers_of(old) for old in at)
            return bool(at) or any(overlaps(fault.spot, spot) for spot in case.units)
        changed = {number for _, _, new in case.faults for number in numbers_of(new)}
        here = any(overlaps(fault.spot, spot) for spot, _, _ in case.faults)
        return here or bool(changed & numbers_of(fault.message))


def numbers_of(text: str) -> set[Decimal]:
    return {read_number(found)[0] for found in re.findall(r"\d[\d.]*\d(?:,\d+)?|\d(?:,\d+)?", text)}


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> Score:
    folder = tmp_path_factory.mktemp("mutations")
    return measured(folder, REPORTS, sample())


@pytest.fixture(scope="module")
def other_score(tmp_path_factory: pytest.TempPathFactory) -> Score:
    folder = tmp_path_factory.mktemp("office") / "khac"
    folder.mkdir()
    return measured(folder, REPORTS, another_office(folder))


def measured(folder: Path, reports: int, content: Content) -> Score:
    """The findings on so many changed reports, counted."""
    auditor = Auditor(TEMPLATE, content, figures_of(content))
    result = Score()
    for seed in range(reports):
        case = mutated(folder, seed)
        result.add(case, auditor.audit(case.document))
    return result


def test_at_least_98_of_100_seeded_faults_are_found(score: Score) -> None:
    assert score.seeded > 15 * REPORTS
    assert score.recall >= 0.98, score.missed[:20]


def test_at_least_99_of_100_findings_are_faults(score: Score) -> None:
    assert score.precision >= 0.99, score.wrong[:20]


def test_another_office_with_other_units_and_figures_is_audited_as_well(other_score: Score) -> None:
    assert other_score.seeded > 15 * REPORTS
    assert other_score.recall >= 0.98, other_score.missed[:20]
    assert other_score.precision >= 0.99, other_score.wrong[:20]


def test_the_report_of_another_office_held_against_the_wrong_workbook_is_full_of_faults(tmp_path: Path) -> None:
    folder = tmp_path / "khac"
    folder.mkdir()
    report, _ = rendered_by(TEMPLATE, folder, another_office(folder))
    own = Auditor(TEMPLATE, another_office(folder), figures_of(another_office(folder))).audit(read_docx(report, report))
    wrong = Auditor(TEMPLATE, sample(), figures_of(sample())).audit(read_docx(report, report))
    assert [fault.message for fault in own.faults if fault.rule.code not in OWN] == []
    assert sum(fault.rule is FIGURE for fault in wrong.faults) > 50


def test_a_report_that_nobody_changed_is_not_accused(tmp_path: Path) -> None:
    content = sample()
    report, _ = rendered_by(TEMPLATE, tmp_path)
    audit = Auditor(TEMPLATE, content, figures_of(content)).audit(read_docx(report, report))
    assert [fault.message for fault in audit.faults if fault.rule.code not in OWN] == []
    assert audit.confirmed > 100
    assert audit.confirmed_lines > 100
    listed = sorted((*audit.unplaced, *audit.doubtful), key=lambda place: place.paragraph.index)
    of_people = [place.paragraph.text[place.token.start:place.token.end] for place in listed]
    assert of_people == ["10", "80%", "10%", "40%", "15%"]


def test_every_changed_number_of_the_appendix_is_found(tmp_path: Path) -> None:
    content = sample()
    report, _ = rendered_by(TEMPLATE, tmp_path)
    auditor = Auditor(TEMPLATE, content, figures_of(content))
    dice = random.Random(7)
    for _ in range(5):
        document = read_docx(report, report)
        table = max(document.tables, key=len)
        numbers = [row for row in table if len(row) > 4 and re.fullmatch(r"[\d.]+", row[3].text)]
        changed = {id(row): TextCell(other_number(*read_number(row[3].text), dice), row[3].paragraph)
                   for row in dice.sample(numbers, 4)}
        document.tables = [[(*row[:3], changed[id(row)], *row[4:]) if id(row) in changed else row for row in table]]
        faults = [fault for fault in auditor.audit(document).faults if fault.rule is TABLE]
        assert sorted((fault.spot.paragraph, fault.stated) for fault in faults) == sorted(
            (cell.paragraph, cell.text) for cell in changed.values()
        )
