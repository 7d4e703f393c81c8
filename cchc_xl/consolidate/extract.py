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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cchc_xl import sheet_names as names
from cchc_xl.consolidate import engine
from cchc_xl.consolidate.engine import companion, connect, needed
from cchc_xl.consolidate.fold import added_in_result, rows_of_book, with_lists
from cchc_xl.declaration.declaration_workbook import FormChanges
from cchc_xl.errors import UserError
from cchc_xl.reading import folded
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.report_periods import key_of
from cchc_xl.submissions import form_layout as layout
from cchc_xl.submissions.form_damage import NAMELESS, with_sums
from cchc_xl.submissions.intake import read_limits as limits, reading_process as sandbox
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.submissions.intake.reader_pool import texts_by_key
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.table import lines as table_lines, read_table, sheets, text_of
from cchc_xl.units import Setting, setting
from cchc_xl.values import Ratio, Reading, Status

NOT_A_RESULT = "không phải kết quả của lệnh consolidate."
REMEDY = "Gửi biểu mẫu, sổ tổng hợp, hoặc tệp do lệnh consolidate ghi ra."
BY_MAP = "Đối chiếu hai phiên bản của biểu mẫu bằng cchc-xl form diff, xem lại bảng so, rồi thêm --map BẢNG_SO."
UPGRADE = "Nâng sổ của cấp dưới bằng cchc-xl form upgrade theo biểu mẫu này rồi tổng hợp lại."
WANTED = ("facts", "units", "findings")
MOST_FINDINGS = 5_000
"""Findings of a lower level that are taken along, the gravest first; its own file holds all of them."""

Record = dict[str, Any]
Rows = list[dict[str, str]]
NUMBERS, FIGURE = ("value", "part", "whole"), ("code", "indicator", "label", "measure")
GIVEN = (Status.VALUE, Status.NOTHING)
CODES = {column: {word: str(code) for code, word in words.items()} for column, words in engine.WORDS.items()}

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
        is_table = path.suffix.lower() in engine.TABLE_SUFFIXES
        try:
            answer = {"sha": content_hash(path)} if is_table else sandbox.answer(place)
            record = self._result(path) if is_table else self._record(path, answer)
        except UserError as error:
            record = refused("unusable", f"{error.what} {error.remedy}".strip())
        except MemoryError:
            return {"refused": "too_much_memory"}
        return {"sha": answer.get("sha", ""), "record": "\n".join(pieces(record))}

    def _record(self, path: Path, answer: Mapping[str, Any]) -> Record:
        head = texts_by_key(answer.get("sheets", ()), names.IDENTITY)
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
        declared = declared_form(workbook, path)
        told = ((row.code, row.name, row.label, row.unit) for row in declared.indicators())
        lines = [dict(zip(FIGURE, each, strict=True)) for each in told]
        of_old = _are_of_old(lines, changes)
        if not of_old:
            refuse_other_version(path, lines, self._form)
        other = mark_of(declared) != mark_of(self._form)
        computed = understand(read_master(workbook, path, "" if of_old or other else self._form.folder))
        form = computed.master.form
        by_unit = defaultdict[str, dict[str, Reading]](dict)
        for (unit, code), reading in computed.content.readings.items():
            by_unit[unit][code] = reading
        said = {unit: each for unit, each in by_unit.items() if any(reading.given for reading in each.values())}
        answers = [line for unit, each in said.items() for line in _answers(unit, with_sums(form, each))]
        rows = [] if of_old else list(rows_of_book(form, said))
        if of_old or other:
            named = [{**each, "indicator": form.by_code[each["code"]].name} for each in answers]
            every, added = as_of_form(path, named, self._form, changes), {(row["unit"], row["code"]) for row in rows}
            answers = [each for each in every if _is_asked(path, each, self._form, added)]
        return {
            "kind": "master", "units": [{"unit": unit, "turn": 0} for unit in said], "answers": answers,
            "findings": list(map(_remark, computed.findings)), "rows": rows,
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


# ---- results of this command, of which the next level is made


def read_result(path: Path, form: Form, changes: FormChanges | None = None) -> Record:
    """The record of a result, of another form where `changes` tells its lines.

    Raises `UserError` where the file is not one, or does not carry its answers.
    """
    if not path.is_file() or path.is_symlink():
        raise UserError(str(path), "không phải tệp thường.", REMEDY)
    if path.stat().st_size > limits.LARGEST_FILE:
        raise UserError(str(path), "tệp quá lớn với một kết quả tổng hợp.", "Tổng hợp từng phần rồi gửi lên.")
    tables = _tables(path, (engine.FIGURES, *WANTED))
    figures = _figures(path, tables)
    facts, units, findings = map(tables.get, WANTED)
    if facts is None or units is None:
        what = "kết quả không mang theo câu trả lời của các đơn vị, nên không tổng hợp lên cấp trên được."
        beside = " và ".join(companion(path, name).name for name in WANTED)
        inside = " và ".join(f"“{engine.TABLES[name].sheet}”" for name in WANTED)
        raise UserError(str(path), what, f"Gửi kèm {beside}, hoặc gửi kết quả dạng .xlsx còn đủ trang tính {inside}.")
    ids = {form.id, changes.forms[0]} if changes else {form.id}
    if not _are_of_old(figures, changes):
        refuse_other_version(path, figures, form)
    answers = list(as_of_form(path, [_answer(path, row, ids, layout.period_key(form)) for row in facts], form, changes))
    rows = list(added_in_result(form, answers, figures))
    added = {(row["unit"], row["code"]) for row in rows}
    answers = [each for each in answers if _is_asked(path, each, form, added)]
    return {
        "kind": "result", "units": [{"unit": unit, "turn": -1} for unit in sorted({row["unit"] for row in answers})],
        "rows": rows, "answers": answers,
        "findings": [
            {**_part(row, engine.FINDING), "origin": row.get("file", "")} for row in (findings or [])[:MOST_FINDINGS]
        ],
        "nodes": [
            {"id": row["unit"], "name": row["unit_name"], "kind": row["level"], **_part(row, ("parent", "kind_name"))}
            for row in units if row.get("unit") and row.get("level")
        ],
    }


def rows_of_result(path: Path) -> Rows:
    """The figures of a result in machine names, as texts. Raises `UserError` where the file is not one."""
    return _figures(path, _tables(path, (engine.FIGURES,)))


def _figures(path: Path, tables: Mapping[str, Rows]) -> Rows:
    rows = tables.get(engine.FIGURES)
    if rows is None or (rows and not {"unit", "code", "answered"} <= {*rows[0]}):
        raise UserError(str(path), NOT_A_RESULT, REMEDY)
    return rows


def _tables(path: Path, wanted: Sequence[str]) -> dict[str, Rows]:
    """The tables of a result in machine names, those that it has."""
    suffix = path.suffix.lower()
    if suffix not in engine.TABLE_SUFFIXES:
        spellings = {title.lower(): column for column, title in engine.TITLES.items()}
        found = sheets(path, [engine.TABLES[name].sheet for name in wanted])
        read = {name: found[sheet] for name in wanted if (sheet := engine.TABLES[name].sheet) in found}
        return {name: [_in_codes(row) for _, row in table_lines(rows, spellings)] for name, rows in read.items()}
    places = {name: path if name == engine.FIGURES else companion(path, name) for name in wanted}
    return {
        name: [row for _, row in read_table(place)] if suffix == ".csv" else _of_parquet(place)
        for name, place in places.items() if place.is_file()
    }


def _of_parquet(path: Path) -> Rows:
    errors = needed("duckdb").Error
    try:
        cursor = connect().execute("FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, map(text_of, row), strict=True)) for row in cursor.fetchall()]
    except errors as error:
        raise UserError(str(path), NOT_A_RESULT, REMEDY) from error


def _in_codes(row: dict[str, str]) -> dict[str, str]:
    """Words that people read as the codes they stand for."""
    return {column: CODES.get(column, {}).get(said, said) for column, said in row.items()}


def _part(row: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: row.get(name, "") for name in names}


def _answer(path: Path, row: Mapping[str, str], ids: set[str], period: str) -> dict[str, str]:
    """One answer. Raises `UserError` where it is none of the form and period, or no longer as it was written."""
    if row.get("form") not in ids or row.get("period") != period:
        what = f"kết quả của kỳ khác ({row.get('form')}, {row.get('period')}); kỳ đang tổng hợp là {period}."
        raise UserError(str(path), what, "Tổng hợp từng kỳ riêng.")
    try:
        status = Status(row["status"])
        numbers = {name: f"{Decimal(row[name]):f}" for name in NUMBERS if row[name]}
    except (KeyError, ValueError, InvalidOperation) as error:
        what = f"câu trả lời của “{row.get('unit')}” ở chỉ tiêu {row.get('code')} không còn đúng như lệnh đã ghi."
        raise UserError(str(path), what, "Lấy lại tệp do lệnh consolidate ghi ra; không sửa tay.") from error
    if "part" in numbers:
        del numbers["value"]
    text = {"text": row["text"]} if row.get("text") else {}
    told = _part(row, ("unit", "code", "indicator", "address"))
    return {"status": str(status), "origin": row.get("file", ""), **told, **numbers, **text}


def _are_of_old(lines: Iterable[Mapping[str, str]], changes: FormChanges | None) -> bool:
    return bool(changes and changes.are_of_old((line["code"], line.get("indicator", "")) for line in lines))


def _is_asked(path: Path, answer: Mapping[str, str], form: Form, added: set[tuple[str, str]]) -> bool:
    """Whether the form asks for an answer. Raises `UserError` for a figure that it has no place for."""
    code = answer["code"]
    if code in form.by_code or (answer["unit"], code.rpartition("(")[0]) in added:
        return True
    if answer["status"] in GIVEN:
        what = f"có số của dòng {code} “{answer['indicator']}” mà biểu mẫu này không có."
        raise UserError(str(path), what, BY_MAP)
    return False


def refuse_other_version(path: Path, lines: Iterable[Mapping[str, str]], form: Form) -> None:
    """Raises `UserError` where a line has a code of the form and a name that it lacks, or is measured otherwise than
    what has its name, or stands in a table below other headings: names there end in the printed numbers of columns."""
    for code, name, label, measure in (_part(line, FIGURE).values() for line in lines):
        own, named = form.by_code.get(code), form.by_name.get(name)
        if own and name and not named:
            what = f"lập theo phiên bản khác của biểu mẫu: dòng {code} ở đó có tên máy “{name}”, ở đây là “{own.name}” "
            raise UserError(str(path), f"{what}({own.label}).", BY_MAP)
        if named and (
            (measure and named.unit and folded(measure) != folded(named.unit))
            or (named.column and label and _headed(code, label) != _headed(named.code, named.label))
        ):
            here = f"ở đây là “{named.label}” ({named.unit})"
            what = f"lập theo phiên bản khác của biểu mẫu: {code} ở đó là “{label}” ({measure}), {here}."
            raise UserError(str(path), what, UPGRADE)


def _headed(code: str, label: str) -> str:
    """The words of a table's figure without the printed number of its column."""
    return label.replace(f"({code.rpartition('(')[2]} ", "", 1)


def as_of_form(
    path: Path, answers: Sequence[dict[str, str]], form: Form, changes: FormChanges | None
) -> Iterator[dict[str, str]]:
    """Answers as those of the form: a line is known by its machine name, never by its printed code alone.

    Of the lines that `changes` leaves without a counterpart nothing is left; several that were joined add up where a
    unit has answered all of them. Raises `UserError` for answers to another version where nothing tells which is which.
    """
    if changes is None or not _are_of_old(answers, changes):
        refuse_other_version(path, answers, form)
        moved = {row.name: row.code for row in form.indicators()}
        yield from ({**each, "code": moved.get(each["indicator"], each["code"])} for each in answers)
        return
    targets, parts = dict(changes.targets()), defaultdict[tuple[str, str], list[dict[str, str]]](list)
    for each in answers:
        if each["code"] not in changes.old and each["status"] in GIVEN:
            what = f"có số của dòng {each['code']} mà bảng so không nói đến."
            remedy = "Nâng sổ của cấp dưới lên biểu mẫu mới bằng cchc-xl form upgrade --map, rồi tổng hợp lại."
            raise UserError(str(path), what, remedy)
        parts[each["unit"], targets.get(each["indicator"], "")].append(each)
    for (_, name), every in parts.items():
        new, joined = form.by_name.get(name), changes.joined.get(name)
        if new and not joined:
            yield from ({**each, "code": new.code} for each in every)
        elif new and joined and len(every) == len(joined) and all(
            each["status"] in GIVEN and "part" not in each for each in every
        ):
            total = sum((Decimal(each.get("value", 0)) for each in every), Decimal(0))
            told = {"code": new.code, "status": str(Status.VALUE), "value": f"{total:f}"}
            yield {**every[0], **told, "address": "; ".join(each["address"] for each in every)}


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
