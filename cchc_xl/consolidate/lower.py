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

Record = dict[str, Any]
Rows = list[dict[str, str]]
NUMBERS = ("value", "part", "whole")
GIVEN = (Status.VALUE, Status.NOTHING)


def read_result(path: Path, form: Form, changes: FormChanges | None = None) -> Record:
    """The record of a result, of another form where `changes` tells its lines.

    Raises `UserError` where the file is not one, or does not carry its answers.
    """
    if not path.is_file() or path.is_symlink():
        raise UserError(str(path), "không phải tệp thường.", REMEDY)
    if path.stat().st_size > limits.LARGEST_FILE:
        raise UserError(str(path), "tệp quá lớn với một kết quả tổng hợp.", "Tổng hợp từng phần rồi gửi lên.")
    figures, (facts, units, findings) = rows_of_result(path), (_rows(path, name) for name in WANTED)
    if facts is None or units is None:
        what = "kết quả không mang theo câu trả lời của các đơn vị, nên không tổng hợp lên cấp trên được."
        beside = " và ".join(companion(path, name).name for name in WANTED)
        inside = " và ".join(f"“{TABLES[name].sheet}”" for name in WANTED)
        raise UserError(str(path), what, f"Gửi kèm {beside}, hoặc gửi kết quả dạng .xlsx còn đủ trang tính {inside}.")
    ids = {form.id, changes.forms[0]} if changes else {form.id}
    answers = list(as_of_form(path, [_answer(path, row, ids, period_key(form)) for row in facts], form, changes))
    rows = list(added_in_result(form, answers, figures))
    added = {(row["unit"], row["code"]) for row in rows}
    answers = [each for each in answers if _is_asked(path, each, form, added)]
    return {
        "kind": "result", "units": [{"unit": unit, "turn": -1} for unit in sorted({row["unit"] for row in answers})],
        "rows": rows, "answers": answers,
        "findings": [
            {**_part(row, FINDING), "origin": row.get("file", "")} for row in (findings or [])[:MOST_FINDINGS]
        ],
        "nodes": [
            {"id": row["unit"], "name": row["unit_name"], "kind": row["level"], **_part(row, ("parent", "kind_name"))}
            for row in units if row.get("unit") and row.get("level")
        ],
    }


def rows_of_result(path: Path) -> Rows:
    """The figures of a result in machine names, as texts. Raises `UserError` where the file is not one."""
    rows = _rows(path, FIGURES)
    if rows is None or (rows and not {"unit", "code", "answered"} <= {*rows[0]}):
        raise UserError(str(path), NOT_A_RESULT, REMEDY)
    return rows


def _rows(path: Path, name: str) -> Rows | None:
    """A table of a result in machine names; None where the result lacks it."""
    suffix, place = path.suffix.lower(), path if name == FIGURES else companion(path, name)
    if suffix not in TABLE_SUFFIXES:
        sheet, spellings = TABLES[name].sheet, {title.lower(): column for column, title in TITLES.items()}
        found = sheets(path, [sheet])
        return [_in_codes(row) for _, row in lines(found[sheet], spellings)] if sheet in found else None
    if not place.is_file():
        return None
    return [row for _, row in read_table(place)] if suffix == ".csv" else _of_parquet(place)


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
    codes = {column: {word: str(code) for code, word in words.items()} for column, words in WORDS.items()}
    return {column: codes.get(column, {}).get(said, said) for column, said in row.items()}


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


def _is_asked(path: Path, answer: Mapping[str, str], form: Form, added: set[tuple[str, str]]) -> bool:
    """Whether the form asks for an answer. Raises `UserError` for a figure that it has no place for."""
    code = answer["code"]
    if code in form.by_code or (answer["unit"], code.rpartition("(")[0]) in added:
        return True
    if answer["status"] in GIVEN:
        what = f"kết quả có số của dòng {code} “{answer['indicator']}” mà biểu mẫu này không có."
        raise UserError(str(path), what, BY_MAP)
    return False


def refuse_other_version(path: Path, lines: Iterable[tuple[str, str]], form: Form) -> None:
    """Raises `UserError` where a line, by code and machine name, has a code of the form and a name that it lacks."""
    for code, name in lines:
        own = form.by_code.get(code)
        if own and name and name not in form.by_name:
            what = f"lập theo phiên bản khác của biểu mẫu: dòng {code} ở đó có tên máy “{name}”, ở đây là “{own.name}” "
            raise UserError(str(path), f"{what}({own.label}).", BY_MAP)


def as_of_form(
    path: Path, answers: Sequence[dict[str, str]], form: Form, changes: FormChanges | None
) -> Iterator[dict[str, str]]:
    """Answers as those of the form: a line is known by its machine name, never by its printed code alone.

    Of the lines that `changes` leaves without a counterpart nothing is left; several that were joined add up where a
    unit has answered all of them. Raises `UserError` for answers to another version where nothing tells which is which.
    """
    lines = [(each["code"], each["indicator"]) for each in answers]
    if changes is None or not changes.are_of_old(lines):
        refuse_other_version(path, lines, form)
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

