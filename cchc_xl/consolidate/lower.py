"""Reads back a result of this command: its answers, units and findings, so that the next level is made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cchc_xl.consolidate.choose import FINDING
from cchc_xl.consolidate.engine import connect, needed
from cchc_xl.consolidate.grown_form import added_in_result
from cchc_xl.consolidate.record import RESULT, Record
from cchc_xl.consolidate.result_tables import FIGURES, TABLE_SUFFIXES, TABLES, TITLES, WORDS, companion
from cchc_xl.declaration.form_changes import FormChanges
from cchc_xl.errors import UserError
from cchc_xl.schema.form_model import Form
from cchc_xl.submissions.form_layout import period_key
from cchc_xl.submissions.intake import read_limits as limits
from cchc_xl.table import lines, read_table, sheets, text_of
from cchc_xl.values import Status

NOT_A_RESULT = "không phải kết quả của lệnh consolidate."
REMEDY = "Gửi biểu mẫu, sổ tổng hợp, hoặc tệp do lệnh consolidate ghi ra."
BY_MAP = "Đối chiếu hai phiên bản của biểu mẫu bằng cchc-xl form diff, xem lại bảng so, rồi thêm --map BẢNG_SO."
WANTED = ("facts", "units", "findings")
MOST_FINDINGS = 5_000
"""Findings of a lower level that are taken along, the gravest first; its own file holds all of them."""

Rows = list[dict[str, str]]
NUMBERS = ("value", "part", "whole")


def read_result(path: Path, form: Form, changes: FormChanges | None = None) -> Record:
    """The record of a result, of another form where `changes` tells its lines.

    Raises `UserError` where the file is not one, or does not carry its answers.
    """
    if not path.is_file() or path.is_symlink():
        raise UserError(str(path), "không phải tệp thường.", REMEDY)
    if path.stat().st_size > limits.LARGEST_FILE:
        raise UserError(str(path), "tệp quá lớn với một kết quả tổng hợp.", "Tổng hợp từng phần rồi gửi lên.")
    facts, units, findings = (_rows(path, name) for name in WANTED)
    if facts is None or units is None:
        what = "kết quả không mang theo câu trả lời của các đơn vị, nên không tổng hợp lên cấp trên được."
        beside = " và ".join(companion(path, name).name for name in WANTED)
        inside = " và ".join(f"“{TABLES[name].sheet}”" for name in WANTED)
        raise UserError(str(path), what, f"Gửi kèm {beside}, hoặc gửi kết quả dạng .xlsx còn đủ trang tính {inside}.")
    facts = _of_form(path, facts, form, changes)
    rows = list(added_in_result(form, facts, _rows(path, FIGURES) or ()))
    added = {(row["unit"], row["code"]) for row in rows}
    answers = [_answer(path, row, form) for row in facts if _is_asked(path, row, form, added)]
    return {
        "kind": RESULT, "units": [{"unit": unit, "turn": -1} for unit in sorted({row["unit"] for row in answers})],
        "rows": rows, "answers": answers,
        "findings": [_part(row, tuple(FINDING)) for row in (findings or [])[:MOST_FINDINGS]],
        "nodes": [
            {"id": row["unit"], "name": row["unit_name"], "kind": row["level"], **_part(row, ("parent", "kind_name"))}
            for row in units if row.get("unit") and row.get("level")
        ],
    }


def rows_of_result(path: Path) -> Rows:
    """The figures of a result in machine names, as texts. Raises `UserError` where the file is not one."""
    rows = _rows(path, FIGURES)
    if rows is None:
        raise UserError(str(path), NOT_A_RESULT, REMEDY)
    return rows


def _rows(path: Path, name: str) -> Rows | None:
    """A table of a result in machine names; None where the result lacks it."""
    if path.suffix.lower() not in TABLE_SUFFIXES:
        return _of_workbook(path, TABLES[name].sheet)
    if {"unit", "code", "answered"} - {*_columns(path)}:
        raise UserError(str(path), NOT_A_RESULT, REMEDY)
    beside = path if name == FIGURES else companion(path, name)
    if not beside.is_file():
        return None
    return [row for _, row in read_table(beside)] if path.suffix.lower() == ".csv" else _of_parquet(beside)


def _columns(path: Path) -> list[str]:
    if path.suffix.lower() == ".csv":
        return list(next((row for _, row in read_table(path)), {}))
    return list(next(iter(_of_parquet(path, "LIMIT 1")), {}))


def _of_parquet(path: Path, more: str = "") -> Rows:
    errors = needed("duckdb").Error
    try:
        cursor = connect().execute(f"FROM read_parquet(?) {more}", [str(path)])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, map(text_of, row), strict=True)) for row in cursor.fetchall()]
    except errors as error:
        raise UserError(str(path), NOT_A_RESULT, REMEDY) from error


def _of_workbook(path: Path, sheet: str) -> Rows | None:
    spellings = {title.lower(): name for name, title in TITLES.items()}
    found = sheets(path, [sheet])
    return [_in_codes(row) for _, row in lines(found[sheet], spellings)] if sheet in found else None


def _in_codes(row: dict[str, str]) -> dict[str, str]:
    """Words that people read as the codes they stand for."""
    for column, words in WORDS.items():
        if column in row:
            row[column] = {word: str(code) for code, word in words.items()}.get(row[column], row[column])
    return row


def _is_asked(path: Path, row: Mapping[str, str], form: Form, added: set[tuple[str, str]]) -> bool:
    """Whether the form asks for an answer. Raises `UserError` for a figure that it has no place for."""
    code = row.get("code", "")
    if code in form.by_code or (row.get("unit", ""), code.rpartition("(")[0]) in added:
        return True
    if row.get("form") == form.id and row.get("status") in (Status.VALUE, Status.NOTHING):
        what = f"kết quả có số của dòng {code} “{row.get('indicator')}” mà biểu mẫu này không có."
        raise UserError(str(path), what, BY_MAP)
    return False


def _of_form(path: Path, facts: Rows, form: Form, changes: FormChanges | None) -> Rows:
    """The answers as those of the form: a line is known by its machine name, never by its printed code alone.

    Raises `UserError` for answers to another version of the form where nothing tells which line is which.
    """
    if changes and changes.are_of_old((row["code"], row["indicator"]) for row in facts):
        for row in facts:
            if row["code"] not in changes.old and row["status"] in (Status.VALUE, Status.NOTHING):
                what = f"có số của dòng {row['code']} mà bảng so không nói đến."
                remedy = "Nâng sổ của cấp dưới lên biểu mẫu mới bằng cchc-xl form upgrade --map, rồi tổng hợp lại."
                raise UserError(str(path), what, remedy)
        return list(_followed(facts, changes, form))
    refuse_other_version(path, ((row.get("code", ""), row.get("indicator", "")) for row in facts), form)
    moved = {row.name: row.code for row in form.indicators()}
    return [
        {**row, "code": moved.get(row.get("indicator", ""), row["code"])} if row.get("form") == form.id else row
        for row in facts
    ]


def refuse_other_version(path: Path, lines: Iterable[tuple[str, str]], form: Form) -> None:
    """Raises `UserError` where a line, by code and machine name, has a code of the form and a name that it lacks."""
    for code, name in lines:
        own = form.by_code.get(code)
        if own and name and name not in form.by_name:
            what = f"lập theo phiên bản khác của biểu mẫu: dòng {code} ở đó có tên máy “{name}”, ở đây là “{own.name}” "
            raise UserError(str(path), f"{what}({own.label}).", BY_MAP)


def _followed(facts: Rows, changes: FormChanges, form: Form) -> Iterator[dict[str, str]]:
    """Answers of the old form as those of the new one; of a line without a counterpart nothing is left, several that
    were joined add up where a unit has answered all of them."""
    targets = dict(changes.targets())
    parts: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in facts:
        if new := form.by_name.get(targets.get(row["indicator"], "")):
            followed = {**row, "form": form.id, "indicator": new.name, "code": new.code}
            if new.name in changes.joined:
                parts[row["unit"], new.name].append(followed)
            else:
                yield followed
    for (_, name), rows in parts.items():
        known = all(row["status"] in (Status.VALUE, Status.NOTHING) and not row["part"] for row in rows)
        if known and len(rows) == len(changes.joined[name]):
            total = sum((Decimal(row["value"] or 0) for row in rows), Decimal(0))
            told = {"value": f"{total:f}", "status": str(Status.VALUE)}
            yield {**rows[0], **told, "address": "; ".join(row["address"] for row in rows)}


def of_old_book(
    path: Path, answers: Sequence[Mapping[str, str]], old: Form, form: Form, changes: FormChanges
) -> list[dict[str, str]]:
    """The answers of a book of the old form as those of the new one. Raises `UserError`."""
    names = {row.code: row.name for row in old.indicators()}
    rows = [{**dict.fromkeys((*NUMBERS, "text"), ""), **each, "indicator": names[each["code"]]} for each in answers]
    followed = _of_form(path, rows, form, changes)
    return [
        {name: row[name] for name in row if name not in ("indicator", "form") and (row[name] or name == "address")}
        for row in followed
    ]


def _part(row: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: row.get(name, "") for name in names}


def _answer(path: Path, row: Mapping[str, str], form: Form) -> dict[str, Any]:
    """One answer. Raises `UserError` where the line is not of this form and period, or no longer as it was written."""
    if row.get("form") != form.id or row.get("period") != period_key(form):
        what = f"kết quả của kỳ khác ({row.get('form')}, {row.get('period')}); kỳ đang tổng hợp là {period_key(form)}."
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
    return {"status": str(status), **_part(row, ("unit", "code", "file", "address")), **numbers, **text}
