"""What one file says, whatever it is: a unit's form, a master workbook, or a result of lower levels.

Runs in a reading process with limits, which may die of a file without harm. What stands in a file decides what it is;
its name is only compared with the unit that it names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl import sheet_names as names
from cchc_xl.consolidate.grown_form import rows_of_book, with_lists
from cchc_xl.consolidate.record import FORM, MASTER, Record, content_hash, refused
from cchc_xl.consolidate.result_tables import TABLE_SUFFIXES
from cchc_xl.errors import UserError
from cchc_xl.findings import Finding
from cchc_xl.schema.report_periods import key_of
from cchc_xl.submissions import form_layout as layout
from cchc_xl.submissions.growing_tables import NAMELESS
from cchc_xl.submissions.intake import reading_process as sandbox
from cchc_xl.submissions.intake.refusal_texts import refusal
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter, texts_by_key
from cchc_xl.submissions.table_sums import with_sums
from cchc_xl.units import Setting
from cchc_xl.values import Ratio, Reading

if TYPE_CHECKING:
    from cchc_xl.declaration.form_changes import FormChanges
    from cchc_xl.master.master_book import Master


class Extractor:
    """Turns files into records. One for each reading process."""

    def __init__(self, chosen: Setting) -> None:
        self._setting = chosen
        self._forms = Interpreter(chosen.form)

    def read(self, path: Path) -> tuple[str, Record]:
        """The SHA-256 of a file, empty for one that is not ordinary, and what it says, or why it says nothing."""
        if path.suffix.lower() in TABLE_SUFFIXES:
            return content_hash(path), self._result(path)
        answer = sandbox.answer(str(path))
        return str(answer.get("sha", "")), self._record(path, answer)

    def _record(self, path: Path, answer: Mapping[str, Any]) -> Record:
        if "refused" in answer:
            code = str(answer["refused"])
            return refused(code, refusal(code, str(answer.get("detail", ""))))
        head = texts_by_key(answer["sheets"], names.IDENTITY)
        kind = head.get(layout.KIND_KEY, "")
        if kind == names.MASTER_KIND:
            form = self._setting.form
            known = {form.id, self._setting.changes.forms[0]} if self._setting.changes else {form.id}
            if head.get(layout.FORM_KEY) not in known:
                return refused("other_period", OTHER_FORM.format(head.get(layout.FORM_KEY, "?")[:40]))
            if key_of(head) != layout.period_key(form):
                return refused("other_period", OTHER_PERIOD.format(head.get("ten_ky", "?")[:40], form.period.label))
            return _guarded(self._master, path)
        return self._result(path) if kind == names.RESULT_KIND else self._form(path, answer)

    def _form(self, path: Path, answer: Mapping[str, Any]) -> Record:
        read = self._forms.interpret(path, answer)
        if not isinstance(read, Delivery):
            return refused(read.rule, read.message)
        unit = read.unit.id
        answers = list(_answers(unit, with_sums(self._forms.form, read.readings, read.sums)))
        rows = [
            {"unit": unit, "code": code, "label": name or NAMELESS.format(read.unit.name)}
            for code, name in read.rows.names.items()
        ]
        return _record(FORM, [{"unit": unit, "turn": read.turn}], answers, read.findings, rows)

    def _master(self, path: Path) -> Record:
        """Every unit of a master whose column holds an answer, with the master's own findings."""
        from cchc_xl.master.compute_book import understand

        master, changes = self._opened(path)
        computed = understand(master)
        by_unit: dict[str, dict[str, Reading]] = defaultdict(dict)
        for (unit, code), reading in computed.content.readings.items():
            by_unit[unit][code] = reading
        said = {unit: each for unit, each in by_unit.items() if any(reading.given for reading in each.values())}
        units = [{"unit": unit, "turn": 0} for unit in said]
        form = computed.master.form
        answers = [line for unit, each in said.items() for line in _answers(unit, with_sums(form, each))]
        if changes is not None:
            from cchc_xl.consolidate.lower import of_old_book

            answers = of_old_book(path, answers, form, self._setting.form, changes)
            return _record(MASTER, units, answers, computed.findings, [])
        return _record(MASTER, units, answers, computed.findings, list(rows_of_book(form, said)))

    def _opened(self, path: Path) -> tuple[Master, FormChanges | None]:
        """A book, and what has become of its lines where it is one of the old form that people have compared with this
        one. Raises `UserError`."""
        from cchc_xl.consolidate.lower import refuse_other_version
        from cchc_xl.excel.spreadsheet import Workbook
        from cchc_xl.master.master_book import declared_form, read_master

        workbook, changes = Workbook(path), self._setting.changes
        lines = [(row.code, row.name) for row in declared_form(workbook, path).indicators()]
        if changes is not None and changes.are_of_old(lines):
            return read_master(workbook, path), changes
        refuse_other_version(path, lines, self._setting.form)
        return read_master(workbook, path, self._setting.form.folder), None

    def _result(self, path: Path) -> Record:
        from cchc_xl.consolidate.lower import read_result

        return _guarded(lambda each: read_result(each, with_lists(self._setting.form), self._setting.changes), path)


def _record(
    kind: str, units: list[Record], answers: list[Record], findings: Iterable[Finding], rows: list[Record]
) -> Record:
    return {
        "kind": kind, "units": units, "answers": answers, "findings": list(map(_remark, findings)), "rows": rows,
    }


def _guarded(read: Any, path: Path) -> Record:
    try:
        record: Record = read(path)
    except UserError as error:
        return refused("unusable", f"{error.what} {error.remedy}".strip())
    return record


OTHER_FORM = "Sổ tổng hợp của mẫu báo cáo khác (“{}”). Tổng hợp riêng sổ này với --form của nó."
OTHER_PERIOD = "Sổ tổng hợp của kỳ khác: sổ ghi “{}”, đang tổng hợp “{}”. Tổng hợp riêng sổ này."


def _answers(unit: str, readings: Mapping[str, Reading]) -> Iterator[Record]:
    for code, reading in readings.items():
        place = str(reading.address) if reading.address.cell else ""
        yield {"unit": unit, "code": code, "status": str(reading.status), "address": place, **_value(reading.value)}


def _value(value: Any) -> dict[str, str]:
    match value:
        case Decimal():
            return {"value": f"{value:f}"}
        case Ratio(part, whole):
            return {"part": f"{part:f}", "whole": f"{whole:f}"}
        case str():
            return {"text": value}
    return {}


def _remark(finding: Finding) -> Record:
    place = finding.cells[0] if finding.cells else None
    return {
        "rule": finding.rule, "severity": str(finding.severity), "unit": finding.unit, "code": finding.indicator,
        "sheet": place.sheet if place else "", "cell": place.cell if place else "", "message": finding.message,
        "suggestion": finding.suggestion, "explained": finding.explained,
    }
