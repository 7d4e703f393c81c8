"""What one file says, whatever it is: a unit's form, a master workbook, or a result of lower levels.

Runs as `python -m cchc_xl.consolidate.extract FORM UNITS PERIOD MAP`, a reading process with limits, which may die of a
file without harm: one JSON line a file comes in, one goes out. What stands in a file decides what it is; its name is
only compared with the unit that it names.

A record is what a file says, without the file's name: `kind`; of a refused file `rule` and `message`; else lists, of
which `units` tells turns, `rows` what was added to tables, and `nodes` the tree of units of a result.
"""

from __future__ import annotations

import gc
import hashlib
import json
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from cchc_xl import sheet_names as names
from cchc_xl.consolidate.grown_form import rows_of_book, with_lists
from cchc_xl.consolidate.lower import Record, as_of_form, read_result, refuse_other_version
from cchc_xl.consolidate.result_tables import TABLE_SUFFIXES
from cchc_xl.errors import UserError
from cchc_xl.findings import Finding
from cchc_xl.rule_registry import refusal
from cchc_xl.schema.report_periods import key_of
from cchc_xl.submissions import form_layout as layout
from cchc_xl.submissions.form_damage import with_sums
from cchc_xl.submissions.growing_tables import NAMELESS
from cchc_xl.submissions.intake import reading_process as sandbox
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter, texts_by_key
from cchc_xl.units import Setting, setting
from cchc_xl.values import Ratio, Reading

SLICE = 32
"""So many answers, findings or units stand in one piece: who counts them holds two thousand pieces at a time."""


def command(form_name: str, units: Path | None, period: str, changes: Path | None = None) -> tuple[str, ...]:
    """What such a process is started with."""
    given = (str(each.resolve()) if each else "" for each in (units, changes))
    return __name__, form_name, next(given), period, next(given)


def refused(rule: str, message: str) -> Record:
    """A file that gives nothing, and why."""
    return {"kind": "refused", "rule": rule, "message": message}


def content_hash(path: Path) -> str:
    """SHA-256 of an ordinary file of ordinary size; empty for anything else, which the reading process refuses."""
    try:
        return hashlib.sha256(sandbox.ordinary_bytes(str(path))).hexdigest()
    except (RefusedError, OSError):
        return ""


def pieces(record: Record) -> Iterator[str]:
    """A record as JSON objects: its lists in slices, and at last the rest, which says how many pieces there are."""
    lists = {name: whole for name, whole in record.items() if isinstance(whole, list)}
    sliced = [
        {name: whole[start : start + SLICE]} for name, whole in lists.items() for start in range(0, len(whole), SLICE)
    ]
    rest = {name: said for name, said in record.items() if name not in lists}
    yield from map(json.dumps, (*sliced, {**rest, "pieces": len(sliced) + 1}))


class Extractor:
    """Turns files into records. One for each reading process."""

    def __init__(self, chosen: Setting) -> None:
        self._form, self._changes = chosen.form, chosen.changes
        self._forms = Interpreter(chosen.form)

    def answer(self, place: str) -> dict[str, str]:
        """The SHA-256 of a file, empty for one that is not ordinary, and the pieces of what it says as lines."""
        path = Path(place)
        is_table = path.suffix.lower() in TABLE_SUFFIXES
        try:
            answer = {"sha": content_hash(path)} if is_table else sandbox.answer(place)
            record = self._result(path) if is_table else self._record(path, answer)
        except UserError as error:
            record = refused("unusable", f"{error.what} {error.remedy}".strip())
        except MemoryError:
            return {"refused": "too_much_memory"}
        return {"sha": answer.get("sha", ""), "record": "\n".join(pieces(record))}

    def _record(self, path: Path, answer: Mapping[str, Any]) -> Record:
        if "refused" in answer:
            code = str(answer["refused"])
            return refused(code, refusal(code, str(answer.get("detail", ""))))
        head = texts_by_key(answer["sheets"], names.IDENTITY)
        match head.get(layout.KIND_KEY, ""):
            case names.RESULT_KIND:
                return self._result(path)
            case names.MASTER_KIND:
                return self._foreign(head) or self._master(path)
        return self._unit(path, answer)

    def _unit(self, path: Path, answer: Mapping[str, Any]) -> Record:
        read = self._forms.interpret(path, answer)
        if not isinstance(read, Delivery):
            return refused(read.rule, read.message)
        unit = read.unit.id
        rows = [
            {"unit": unit, "code": code, "label": name or NAMELESS.format(read.unit.name)}
            for code, name in read.rows.names.items()
        ]
        readings = with_sums(self._forms.form, read.readings, read.sums)
        return {
            "kind": "form", "units": [{"unit": unit, "turn": read.turn}], "rows": rows,
            "answers": list(_answers(unit, readings)), "findings": list(map(_remark, read.findings)),
        }

    def _foreign(self, head: Mapping[str, str]) -> Record | None:
        """A refusal for a master of another form or period."""
        known = {self._form.id, self._changes.forms[0]} if self._changes else {self._form.id}
        if head.get(layout.FORM_KEY) not in known:
            return refused("other_period", OTHER_FORM.format(head.get(layout.FORM_KEY, "?")[:40]))
        if key_of(head) != layout.period_key(self._form):
            period = self._form.period.label
            return refused("other_period", OTHER_PERIOD.format(head.get("ten_ky", "?")[:40], period))
        return None

    def _master(self, path: Path) -> Record:
        """Every unit of a master whose column holds an answer, with the master's own findings."""
        from cchc_xl.excel.spreadsheet import Workbook
        from cchc_xl.master.compute_book import understand
        from cchc_xl.master.master_book import declared_form, read_master

        workbook, changes = Workbook(path), self._changes
        lines = [(row.code, row.name) for row in declared_form(workbook, path).indicators()]
        of_old = changes is not None and changes.are_of_old(lines)
        if not of_old:
            refuse_other_version(path, lines, self._form)
        computed = understand(read_master(workbook, path, "" if of_old else self._form.folder))
        form = computed.master.form
        by_unit = defaultdict[str, dict[str, Reading]](dict)
        for (unit, code), reading in computed.content.readings.items():
            by_unit[unit][code] = reading
        said = {unit: each for unit, each in by_unit.items() if any(reading.given for reading in each.values())}
        answers = [line for unit, each in said.items() for line in _answers(unit, with_sums(form, each))]
        if of_old:
            named = [{**each, "indicator": form.by_code[each["code"]].name} for each in answers]
            answers = list(as_of_form(path, named, self._form, changes))
        return {
            "kind": "master", "units": [{"unit": unit, "turn": 0} for unit in said], "answers": answers,
            "findings": list(map(_remark, computed.findings)),
            "rows": [] if of_old else list(rows_of_book(form, said)),
        }

    def _result(self, path: Path) -> Record:
        return read_result(path, with_lists(self._form), self._changes)


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
    told = finding.as_json("")
    del told["file"]
    return {**told, "code": told.pop("indicator")}


def main() -> None:
    """Answers until the input ends."""
    # Ctrl-C is the parent's business; this process ends with its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    form_name, units, period, changes = sys.argv[1:]
    given = [Path(each) if each else None for each in (units, changes)]
    extractor = Extractor(setting(form_name, given[0], period, given[1]))
    # The form and the units stay: looking through them for garbage would cost as much as reading a file.
    gc.freeze()
    sandbox.serve(extractor.answer)


if __name__ == "__main__":
    main()
