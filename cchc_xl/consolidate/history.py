"""For analysts: forms as a table, and one period beside another, also where indicators were renamed or units merged."""

from __future__ import annotations

import csv
import io
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import tomli

from cchc_xl.consolidate.facts import COLUMNS, PERIOD, fact, period_of
from cchc_xl.consolidate.run import Order, answers
from cchc_xl.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

KEY = ["unit", "indicator"]
REMEDY = "Sửa tệp đối chiếu tên rồi chạy lại."


def read_forms(
    places: str | Path | Sequence[str | Path], *, units: str | Path | None = None, form: str = "", jobs: int = 0
) -> pd.DataFrame:
    """One line for each answer: period, form, unit, code, indicator, value, whole, text, status, file, address.

    Copies and older submissions count once, as when consolidating. Files that give nothing are warned of and stand in
    `attrs["refused"]` as pairs of path and reason. Raises `UserError` where no file gives anything.
    """
    import pandas as pd

    many = [places] if isinstance(places, (str, Path)) else places
    order = Order(
        tuple(map(Path, many)), (), Path(units) if units else None, form_name=form, jobs=jobs or os.cpu_count() or 1
    )
    said = answers(order)
    if not said.answers:
        raise UserError(*_nothing(said.refused))
    lines = [fact(said.form, each.unit, answer, file) for each, file in said.answers for answer in each.answers]
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    table.insert(0, PERIOD, period_of(said.form))
    table.attrs["refused"] = said.refused
    if said.refused:
        path, why = said.refused[0]
        warnings.warn(f"{len(said.refused)} tệp không được tính, xem attrs['refused']: {path}: {why}", stacklevel=2)
    return table


def _nothing(refused: Sequence[tuple[str, str]]) -> tuple[str, str, str]:
    path, why = refused[0] if refused else ("", "không có tệp nào.")
    what = f"không tệp nào được tính ({len(refused)} tệp); tệp đầu tiên: {why}"
    return path, what, "Kiểm tra kỳ báo cáo, bộ biểu mẫu và tệp phân cấp."


def read_mapping(path: Path) -> dict[str, str]:
    """Old names of indicators to new ones: a CSV with the columns old and new, or a TOML table `names`.

    Raises `UserError` where a name is mapped twice, or two old names to one new.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(str(path), "không đọc được tệp đối chiếu tên.", "Lưu dạng UTF-8, .csv hoặc .toml.") from error
    pairs = _of_toml(path, text) if path.suffix.lower() == ".toml" else _of_csv(path, text)
    mapping: dict[str, str] = {}
    targets: dict[str, str] = {}
    for where, old, new in pairs:
        if old in mapping:
            raise UserError(f"{path} › {where}", f"tên cũ “{old}” đã đối chiếu ở trên.", REMEDY)
        if new in targets:
            raise UserError(f"{path} › {where}", f"“{old}” và “{targets[new]}” cùng thành “{new}”.", REMEDY)
        mapping[old], targets[new] = new, old
    return mapping


def _of_toml(path: Path, text: str) -> Iterable[tuple[str, str, str]]:
    try:
        names = tomli.loads(text).get("names", {})
    except tomli.TOMLDecodeError as error:
        raise UserError(str(path), f"tệp TOML sai cú pháp ({error}).", REMEDY) from error
    return [(f"names.{old}", old, str(new)) for old, new in names.items()]


def _of_csv(path: Path, text: str) -> Iterable[tuple[str, str, str]]:
    reader = csv.DictReader(io.StringIO(text))
    if not {"old", "new"} <= set(reader.fieldnames or ()):
        raise UserError(f"{path} › dòng 1", "thiếu cột old hoặc new.", REMEDY)
    return [
        (f"dòng {number}", row["old"].strip(), row["new"].strip())
        for number, row in enumerate(reader, 2) if row["old"] and row["new"]
    ]


def compare(
    before: pd.DataFrame, after: pd.DataFrame, *, names: Mapping[str, str] | None = None,
    predecessors: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Both periods side by side, from facts or from results: unit, indicator, before, after, change, percent.

    `names` are old names to new ones, from `read_mapping`; `predecessors` the units that a unit was made from. A unit
    that did not exist before stands beside the sum of its predecessors, for indicators that can be added. A missing
    side stays missing; it is never zero.
    """
    old = _summed(_renamed(before, names or {}), predecessors or {}, set(after["unit"]))
    new = after.dropna(subset=["value"])[[*KEY, "value"]]
    both = old.merge(new, on=KEY, how="outer", suffixes=("_before", "_after"), sort=True)
    both = both.rename(columns={"value_before": "before", "value_after": "after"})
    both["change"] = both["after"] - both["before"]
    # Nothing grows from zero by so many percent.
    both["percent"] = (100 * both["change"] / both["before"]).where(both["before"] != 0)
    return both


def _renamed(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    known = set(table["indicator"])
    if unknown := [old for old in names if old not in known]:
        raise UserError(unknown[0], "tên cũ này không có trong kỳ trước.", REMEDY)
    found = table.dropna(subset=["value"])
    return found.assign(indicator=[names.get(name, name) for name in found["indicator"]])


def _summed(table: pd.DataFrame, predecessors: Mapping[str, Sequence[str]], wanted: set[str]) -> pd.DataFrame:
    import pandas as pd

    merged = {unit: {*sources} for unit, sources in predecessors.items() if unit in wanted}
    own = set(table["unit"])
    for unit, sources in merged.items():
        # A unit may keep its id while it takes others in.
        sources |= {unit} & own
    gone = {source for sources in merged.values() for source in sources}
    parts = [table[~table["unit"].isin(gone)][[*KEY, "value"]]]
    parts += [_of_predecessors(table, unit, sorted(sources)) for unit, sources in merged.items()]
    return pd.concat(parts, ignore_index=True)


def _of_predecessors(table: pd.DataFrame, unit: str, sources: Sequence[str]) -> pd.DataFrame:
    """The sum of additive figures; only where every predecessor has one."""
    mine = table[table["unit"].isin(sources)]
    if "whole" in mine:
        mine = mine[mine["whole"].isna()]
    groups = mine.groupby("indicator", as_index=False, observed=True)["value"].agg(["sum", "count"])
    groups = groups[groups["count"] == len(sources)]
    return groups.assign(unit=unit, value=groups["sum"])[[*KEY, "value"]]
