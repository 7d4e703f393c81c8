"""Reads a form's folder (workbook/<form>/*.toml) and refuses a declaration that contradicts itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from cchc_xl.errors import DeclarationError, UserError
from cchc_xl.resources import data_folder
from cchc_xl.schema.declaration_checks import check
from cchc_xl.schema.form_model import (
    Chart,
    ContactTable,
    Document,
    Entry,
    Form,
    Heading,
    Indicator,
    InfoField,
    Mend,
    Period,
    Plausible,
    RuleLine,
    Scale,
    Section,
    SectionHead,
    Unit,
)

FORM_FILE = "bieu_mau.toml"
TABLES = ("row", "supporting", "rule", "scale")
"""The tables of a section's file."""

Model = TypeVar("Model", bound=msgspec.Struct)


def form_folder(name: str) -> Path:
    """The folder of a form: a path as given, a form that comes with the package, or without a name the newest of these.

    Raises `UserError` with the names of the forms that exist.
    """
    shipped = {
        folder.name: folder for folder in sorted(data_folder("workbook").iterdir()) if (folder / FORM_FILE).is_file()
    }
    if not name:
        return list(shipped.values())[-1]
    if (Path(name) / FORM_FILE).is_file():
        return Path(name)
    if name in shipped:
        return shipped[name]
    raise UserError(name, "không có mẫu báo cáo này.", f"Các mẫu báo cáo có sẵn: {', '.join(shipped)}.")


def load_form(folder: Path, units: Path | None = None) -> Form:
    """The form of a folder; `units` replaces its register of units.

    Raises `DeclarationError` with file and place.
    """
    head = _table(folder / FORM_FILE)
    form = Form(
        id=_text(folder, head, "id"),
        version=_text(folder, head, "version"),
        title=_text(folder, head, "title"),
        template=_text(folder, head, "template"),
        templates=head.get("templates", {}),
        charts=_models(Chart, _optional(folder / "bieu_do.toml"), "chart", folder / "bieu_do.toml"),
        period=_model(Period, head.get("period", {}), folder / FORM_FILE, "period"),
        plausible=_model(Plausible, head.get("plausible", {}), folder / FORM_FILE, "plausible"),
        info=_models(InfoField, head, "info", folder / FORM_FILE),
        mends=_models(Mend, head, "mend", folder / FORM_FILE),
        sections=tuple(_section(folder / f"{name}.toml") for name in head.get("sections", [])),
        units=_list_file(Unit, units or folder / "don_vi.toml", "unit"),
        documents=_list_file(Document, folder / "van_ban.toml", "document"),
        entries=_list_file(Entry, folder / "noi_dung.toml", "entry"),
        contacts=_model(ContactTable, _table(folder / "phu_luc_1.toml"), folder / "phu_luc_1.toml", ""),
        folder=str(folder),
    )
    check(form)
    return form.of_period(form.period)


def _section(path: Path) -> Section:
    data = _table(path)
    head = _model(SectionHead, {key: value for key, value in data.items() if key not in TABLES}, path, "")
    return Section(
        file=path.stem,
        rows=tuple(_row(row, path, number) for number, row in enumerate(data.get("row", []), 1)),
        supporting=_models(Indicator, data, "supporting", path),
        rules=_models(RuleLine, data, "rule", path),
        scales=_models(Scale, data, "scale", path),
        **msgspec.structs.asdict(head),
    )


def _row(row: dict[str, Any], path: Path, number: int) -> Heading | Indicator:
    place = f"row {number} ({row.get('code', 'không có code')})"
    return _model(Indicator, row, path, place) if "kind" in row else _model(Heading, row, path, place)


def _list_file(model: type[Model], path: Path, key: str) -> tuple[Model, ...]:
    return _models(model, _table(path), key, path)


def _models(model: type[Model], data: dict[str, Any], key: str, path: Path) -> tuple[Model, ...]:
    return tuple(
        _model(model, table, path, f"{key} {number} ({table.get('code', table.get('name', table.get('id', '')))})")
        for number, table in enumerate(data.get(key, []), 1)
    )


def _model(model: type[Model], data: dict[str, Any], path: Path, place: str) -> Model:
    try:
        return msgspec.convert(data, model)
    except msgspec.ValidationError as error:
        what, _, field = str(error).partition(" - at `$.")
        where = " › ".join(part for part in (str(path), place, field.rstrip("`")) if part)
        raise DeclarationError(where, _reason(what), "Sửa tệp khai báo rồi chạy lại.") from error


REASONS = (
    ("missing required field `(.+)`", "thiếu mục “{}”."),
    ("contains unknown field `(.+)`", "không có mục nào tên “{}”."),
    ("Invalid enum value '?(.+?)'?$", "“{}” không nằm trong danh sách cho phép."),
    (r"`str` of length <= (\d+)", "dài quá {} ký tự."),
    ("matching regex", "chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới."),
)


def _reason(message: str) -> str:
    for pattern, reason in REASONS:
        if found := re.search(pattern, message):
            return reason.format(*found.groups())
    return f"giá trị không hợp lệ ({message})."


def _text(folder: Path, head: dict[str, Any], key: str) -> str:
    value = head.get(key)
    if not isinstance(value, str) or not value:
        raise DeclarationError(f"{folder / FORM_FILE} › {key}", "thiếu mục này.", "Sửa tệp khai báo rồi chạy lại.")
    return value


def _optional(path: Path) -> dict[str, Any]:
    return _table(path) if path.is_file() else {}


def _table(path: Path) -> dict[str, Any]:
    import tomli

    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DeclarationError(str(path), "không tìm thấy tệp khai báo.") from error
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(str(path), f"tệp TOML sai cú pháp ({error}).") from error
