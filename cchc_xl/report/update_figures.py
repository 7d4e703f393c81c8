"""Refreshes the figures and charts of a report that people have edited in Word; all else stays as they left it.

A figure is a content control; the record inside the file says what the export wrote there. What people have typed over
is theirs: it is listed, and written anew only when asked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.excel import seal
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.figures import Content, Figure
from cchc_xl.report.figure_marks import CLOSE, MIDDLE
from cchc_xl.report.jinja_environment import ENVIRONMENT
from cchc_xl.report.quantity import Paper
from cchc_xl.report.render import TEMPLATE_FAULTS, compose
from cchc_xl.report.template_names import names
from cchc_xl.report.word_charts import PARTS, WP, C
from cchc_xl.values import Struct, replace as with_changes
from cchc_xl.word.content_controls import Control, Part, Record, Written, read_part, store, stored, with_texts
from cchc_xl.word.word_package import DOCUMENT, MadePackage, holds_text, members
from cchc_xl.word.word_xml import Element, R, to_bytes

LONGEST_QUOTE = 90

_CALCULATION = re.compile(r"[\w.]+(?: [-+*/] [\w.]+)*")
_HOW = re.compile(r"(\w+)(?:\((.*)\))?")
_PENDING = re.compile(r"〔[^〕]*〕")
REACH = 5
"""Words on each side."""

LEAST = 4
"""Words on both sides together, below which a place could be any."""

_NUMBER = r"\d[\d.,]*%?"
_PIECE = re.compile(rf"{_NUMBER}|\S+?(?=\d|\s|$)")


DRAWN = "cat", "val"
"""What the bars of a series are of, and how long they are."""

DATA = "dLbls", *DRAWN
"""What a series says of its figures besides: the numbers as written."""


class UpdateOutcome(StrEnum):
    """What became of a figure of the edited report."""

    SAME = "same"
    CHANGED = "changed"
    OVERTYPED = "overtyped"
    EMPTIED = "emptied"
    UNFRAMED = "unframed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A figure of the edited report: what stood there, what the workbook says now, and the paragraph around it."""

    outcome: UpdateOutcome
    tag: str
    title: str
    before: str
    after: str
    exported: str
    quote: str
    written: bool = False


class ChartUpdate(Struct, frozen=True):
    """The titles of charts with fresh figures, of those that the workbook does not draw, which are as they were, and of
    those that it draws but the report does not hold."""

    refreshed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


@dataclass
class Updated:
    """What an update did."""

    target: Path
    figures: list[Refreshed] = field(default_factory=list)
    removed: list[Written] = field(default_factory=list)
    duplicated: list[Written] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    recorded: bool = True
    charts: ChartUpdate = field(default_factory=ChartUpdate)

    def of(self, outcome: UpdateOutcome) -> list[Refreshed]:
        """The figures with an outcome."""
        return [figure for figure in self.figures if figure.outcome is outcome]


def update(
    edited: Path, target: Path, template: Path, content: Content, figures: Mapping[str, Figure],
    *, overwrite_edited: bool = False, replace: bool = False,
) -> Updated:
    """Writes the edited report with fresh figures into `target`. Raises `UserError`; nothing is then written.

    A report may take its own place; people's work in it is kept as a backup, as that of another with `replace`.
    """
    in_place = target.exists() and target.samefile(edited)
    people = seal.Authorship.PEOPLE if in_place else seal.Authorship.COPIED
    work = seal.Authorship.PROGRAM if seal.intact(edited) else people
    package = MadePackage(edited, members(edited))
    record = stored(package)
    fresh = Fresh(template, content, figures, target)
    refresher = _Refresher(fresh, record or Record(()), overwrite_edited)
    result = Updated(target, recorded=record is not None)
    for name in filter(holds_text, package.names):
        part = read_part(name, package.read(name))
        package.write(name, refresher.part(part))
        result.pending += [found for text in part.paragraphs for found in _PENDING.findall(text)]
    if not refresher.figures:
        remedy = "Chỉ cập nhật được báo cáo do lệnh report xuất ra; với báo cáo khác, dùng lệnh reconcile để đối chiếu."
        raise UserError(str(edited), "không có số liệu nào gắn với sổ trong tệp này.", remedy)
    result.charts = refresh_charts(package, fresh.report)
    if record is not None:
        store(package, refresher.renewed())
    result.removed, result.duplicated = refresher.missing_and_repeated()
    result.figures = refresher.figures
    seal.write(target, package, replace or in_place, work)
    return result


class Fresh:
    """The texts that the workbook gives now, by tag."""

    def __init__(self, template: Path, content: Content, figures: Mapping[str, Figure], target: Path) -> None:
        self._content = content
        self._paper = Paper()
        self._names = names(content, figures, self._paper, draft=False)
        self.report, _ = compose(template, content, figures, target)
        parts = [read_part(name, self.report.read(name)) for name in filter(holds_text, self.report.names)]
        written = stored(self.report) or Record(())
        self._texts: dict[str, str | None] = {
            each.tag: each.text for part in parts for each in part.controls if each.tag in written.by_tag
        }
        self.surroundings = Surroundings(parts)

    def text(self, tag: str) -> str | None:
        """The text of a figure; None where the workbook gives none, or the tag is not understood."""
        if tag not in self._texts:
            self._texts[tag] = self._computed(tag)
        return self._texts[tag]

    def _computed(self, tag: str) -> str | None:
        """A figure that the template does not show at present, such as one of the other branch of a condition."""
        expression = self._expression(tag)
        if not expression:
            return None
        try:
            marked = ENVIRONMENT.from_string(f"{{{{ {expression} }}}}").render(self._names)
        except TEMPLATE_FAULTS:
            return None
        shown = marked.partition(MIDDLE)[2].partition(CLOSE)[0]
        return None if not shown or _PENDING.search(shown) else shown

    def _expression(self, tag: str) -> str:
        """III.6.1 - III.6.2|dem(hồ sơ) in the words of a template; nothing where it would be ambiguous."""
        calculation, _, how = tag.partition("|")
        written = _HOW.fullmatch(how or "_")
        signs = set(re.findall(r" ([-+*/]) ", calculation))
        if not _CALCULATION.fullmatch(calculation) or written is None or (signs & set("+-") and signs & set("*/")):
            return ""
        known = self._content.form.by_code
        words = [known[word].name if word in known else word for word in calculation.split(" ")]
        name, unit = written[1], (written[2] or "").replace('"', "")
        if name in ("tang_giam_ky_truoc", "tang_giam_cung_ky", "kem_cung_ky"):
            return f"{words[0]} | {name}"
        if name == "tang_giam":
            return f'tang_giam({words[0]}, {words[2]}, "{unit}")' if len(words) == 3 else ""
        argument = f"({unit})" if unit.isdecimal() else f'("{unit}")' if unit else ""
        return f"({' '.join(words)})" + (f" | {name}{argument}" if how else "")


class Surroundings:
    """Where the figures of a fresh report stand, by tag."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._patterns: dict[str, list[re.Pattern[str]]] = defaultdict(list)
        for part in parts:
            for control in part.controls:
                text = part.paragraphs[control.paragraph]
                end = control.at + len(control.text)
                pattern = _pattern(text[:control.at], text[end:])
                if pattern is not None:
                    self._patterns[control.tag].append(pattern)

    def number(self, tag: str, paragraphs: Sequence[str]) -> tuple[str, str] | None:
        """The number in the place of a figure, with its paragraph; None where there is no such place, or several."""
        found = {
            (match.span("now"), place): (match["now"].rstrip(".,"), paragraph)
            for pattern in self._patterns.get(tag, ())
            for place, paragraph in enumerate(paragraphs)
            for match in pattern.finditer(paragraph)
        }
        return next(iter(found.values())) if len(found) == 1 else None


def _pattern(before: str, after: str) -> re.Pattern[str] | None:
    """A number between the words; other numbers among them may have changed."""
    left, right = _PIECE.findall(before)[-REACH:], _PIECE.findall(after)[:REACH]
    if sum(piece.isalpha() for piece in (*left, *right)) < LEAST:
        return None
    sides = [r"\s*".join(_NUMBER if piece[0].isdigit() else re.escape(piece) for piece in side)
             for side in (left, right)]
    return re.compile(rf"{sides[0]}\s*(?P<now>{_NUMBER})\s*{sides[1]}")


class _Refresher:
    """Compares the controls of an edited report with its record and with the fresh texts."""

    def __init__(self, fresh: Fresh, record: Record, overwrite: bool) -> None:
        self.figures: list[Refreshed] = []
        self._fresh, self._record, self._overwrite = fresh, record, overwrite
        self._seen: Counter[int] = Counter()
        self._texts: dict[str, str] = {}
        self._paragraphs: list[str] = []

    def part(self, part: Part) -> bytes:
        """The part's bytes with fresh figures."""
        self._paragraphs += part.paragraphs
        texts = {}
        for place, control in enumerate(part.controls):
            origin = self._record.of(control) or self._unrecorded(control)
            if origin is not None:
                refreshed = self._judged(control, origin, part.paragraphs[control.paragraph])
                self.figures += [] if control.again else [refreshed]
                if refreshed.written:
                    texts[place] = refreshed.after
        return with_texts(part, texts)

    def _unrecorded(self, control: Control) -> Written | None:
        """A figure of a report that has lost its record: only the tag is known."""
        known = control.tag and self._fresh.text(control.tag) is not None
        return Written(0, control.tag, control.title, "") if known else None

    def _judged(self, control: Control, origin: Written, paragraph: str) -> Refreshed:
        fresh, now = self._fresh.text(origin.tag), control.text
        self._seen[origin.number] += not control.again
        outcome = _outcome(now, fresh, origin.text)
        written = outcome is UpdateOutcome.CHANGED or (outcome is UpdateOutcome.OVERTYPED and self._overwrite)
        if outcome in (UpdateOutcome.SAME, UpdateOutcome.CHANGED):
            self._texts[origin.tag] = fresh or ""
        return Refreshed(
            outcome, origin.tag, origin.title, now, fresh or "", origin.text, quoted(paragraph, now), written
        )

    def renewed(self) -> Record:
        """The record with the texts that the file holds now."""
        figures = self._record.figures
        return Record(tuple(with_changes(each, text=self._texts.get(each.tag, each.text)) for each in figures))

    def missing_and_repeated(self) -> tuple[list[Written], list[Written]]:
        """The figures that are gone from the text, and those that stand there more than once.

        One whose words still stand around a number is not gone: only its frame is.
        """
        figures = self._record.figures
        gone = [figure for figure in figures if not self._seen[figure.number] and not self._typed_anew(figure)]
        return gone, [figure for figure in figures if self._seen[figure.number] > 1]

    def _typed_anew(self, figure: Written) -> bool:
        """Whether people have put a number of their own in the place of a figure with its frame; it is then told."""
        found = self._fresh.surroundings.number(figure.tag, self._paragraphs)
        if found is None:
            return False
        now, paragraph = found
        fresh = self._fresh.text(figure.tag) or ""
        outcome = UpdateOutcome.UNFRAMED if now in (figure.text, fresh) else UpdateOutcome.OVERTYPED
        self.figures.append(
            Refreshed(outcome, figure.tag, figure.title, now, fresh, figure.text, quoted(paragraph, now))
        )
        return True


def _outcome(now: str, fresh: str | None, exported: str) -> UpdateOutcome:
    """A text that is neither what was exported nor what the workbook says is people's own."""
    if not now.strip():
        return UpdateOutcome.EMPTIED
    if fresh is None:
        return UpdateOutcome.UNKNOWN
    if now == fresh:
        return UpdateOutcome.SAME
    return UpdateOutcome.CHANGED if now == exported else UpdateOutcome.OVERTYPED


def quoted(paragraph: str, figure: str) -> str:
    """The words around a figure."""
    text = " ".join(paragraph.split())
    middle = max(0, text.find(figure))
    start = max(0, middle - LONGEST_QUOTE // 2)
    piece = text[start:start + LONGEST_QUOTE]
    return ("…" if start else "") + piece + ("…" if start + LONGEST_QUOTE < len(text) else "")


def refresh_charts(package: Package, fresh: Package) -> ChartUpdate:
    """Gives the charts of a report the figures, and the words for who cannot see them, of those of the same title in
    another; those of the template itself are people's."""
    every = _charts(fresh, fresh.tree(DOCUMENT))
    new = {_title(chart): (chart, told) for part, chart, told in every if part.startswith(PARTS)}
    document = package.tree(DOCUMENT)
    refreshed, kept = [], []
    for part, chart, told in _charts(package, document):
        title = _title(chart)
        now, told_now = new.get(title, (chart, told))
        if title not in new:
            kept.append(title or "(không tên)")
        elif _figures(chart) != _figures(now):
            _take_over(chart, now)
            told.set("descr", told_now.get("descr", ""))
            package.write(part, to_bytes(chart))
            refreshed.append(title)
        new.pop(title, None)
    if refreshed:
        package.write(DOCUMENT, to_bytes(document))
    return ChartUpdate(tuple(refreshed), tuple(kept), tuple(new))


def _charts(package: Package, document: Element) -> Iterator[tuple[str, Element, Element]]:
    """The charts that the text shows, wherever a program keeps them: part, content, and the drawing's properties."""
    parts = package.relationships(DOCUMENT).of_kind("chart")
    for shown in document.iter(f"{{{C}}}chart"):
        part = parts.get(shown.get(f"{{{R}}}id", ""), "")
        told = next((told for around in shown.iterancestors() for told in around.iterchildren(f"{{{WP}}}docPr")), None)
        if part in package and told is not None:
            yield part, package.tree(part), told


def _title(chart: Element) -> str:
    """What the series is called, beside whatever cell a program says it has that from."""
    return (chart.findtext(f".//{{{C}}}ser/{{{C}}}tx//{{{C}}}v") or "").strip()


def _figures(chart: Element) -> list[str]:
    """What the bars stand for, and their values in the digits that every program keeps."""
    said = (point.findtext(f"{{{C}}}v", "") for each in DRAWN for data in chart.iter(f"{{{C}}}{each}")
            for point in data.iter(f"{{{C}}}pt"))
    return [f"{float(text):.12g}" if re.fullmatch(r"\d+(\.\d+)?", text) else text for text in said]


def _take_over(chart: Element, fresh: Element) -> None:
    """The series' own data in the place of the former ones."""
    old, new = (next(each.iter(f"{{{C}}}ser")) for each in (chart, fresh))
    for name in DATA:
        before, now = old.find(f"{{{C}}}{name}"), new.find(f"{{{C}}}{name}")
        if before is not None and now is not None:
            old.replace(before, now)
