"""For analysts: forms and the history as tables, and one period beside another, also where indicators were renamed or
units merged.
"""

from __future__ import annotations

import os
import tomllib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from cchc_xl.consolidate.engine import FACT, Connection, ask, columns_of, connect, fill, needed, quoted, script, texts
from cchc_xl.consolidate.extract import rows_of_result
from cchc_xl.consolidate.facts import FACTS
from cchc_xl.consolidate.run import Order, answers
from cchc_xl.declaration.declaration_workbook import is_changes, read_changes
from cchc_xl.errors import UserError
from cchc_xl.table import read_table
from cchc_xl.units import Hierarchy, load_units

if TYPE_CHECKING:
    import pandas as pd

    Source: TypeAlias = pd.DataFrame | str | Path

REMEDY = "Sửa tệp đối chiếu tên rồi chạy lại."
COMPARED = ("unit", "indicator", "value", "part", "whole", "kind", "total", "status", "expected", "period")


def read_forms(
    places: str | Path | Sequence[str | Path], *, units: str | Path | None = None, form: str = "", jobs: int = 0
) -> pd.DataFrame:
    """One line for each answer of filled forms, masters or results, with the columns of the history.

    Copies and older submissions count once, as when consolidating. Files that give nothing are warned of and stand in
    `attrs["refused"]` as a list of {file, outcome, message}. Raises `UserError` where no file gives anything.
    """
    needed("pandas")
    many = [places] if isinstance(places, (str, Path)) else places
    order = Order(
        tuple(map(Path, many)), (), Path(units) if units else None, form_name=form, jobs=jobs or os.cpu_count() or 1
    )
    with answers(order) as (con, _, _):
        table: pd.DataFrame = con.execute(FACT).df()
        left_out = [dict(zip(("file", "outcome", "message"), row, strict=True)) for row in ask(con, LEFT_OUT)]
    if table.empty:
        first = left_out[0] if left_out else {"file": "", "message": "không có câu trả lời nào."}
        what = f"không tệp nào được tính ({len(left_out)} tệp); tệp đầu tiên: {first['message']}"
        raise UserError(first["file"], what, "Kiểm tra kỳ báo cáo, mẫu báo cáo và tệp phân cấp.")
    table.attrs["refused"] = left_out
    if left_out:
        text = f"{len(left_out)} tệp không được tính, xem attrs['refused']: {left_out[0]['message']}"
        warnings.warn(text, stacklevel=2)
    return table


LEFT_OUT = "SELECT path, outcome, message FROM source WHERE outcome IN ('refused', 'held') ORDER BY file"


def read_facts(folder: str | Path, period: str = "") -> pd.DataFrame:
    """The history, of one period (first day/last day) or of all. Raises `UserError` where there is none."""
    needed("pandas")
    place = Path(folder) / FACTS
    con = connect()
    found = any(place.glob("*/*.parquet"))
    known = [each for each, in ask(con, f"SELECT DISTINCT period FROM {_dataset(place)} ORDER BY 1")] if found else []
    if not known or period not in ("", *known):
        what = f"không có kỳ {period}; có {', '.join(known)}." if known else "không có tập số liệu ở đây."
        raise UserError(str(folder), what, "Tạo bằng cchc-xl consolidate … --facts THƯ_MỤC.")
    table: pd.DataFrame = con.execute(f"FROM {_dataset(place)} WHERE ? IN ('', period)", [period]).df()
    return table


def _dataset(place: Path) -> str:
    return f"read_parquet({quoted(place / '*' / '*.parquet')}, union_by_name = true)"


def compare(
    before: Source, after: Source, *, names: Mapping[str, str] | str | Path | None = None,
    predecessors: Mapping[str, Sequence[str]] | Hierarchy | str | Path | None = None,
) -> pd.DataFrame:
    """Two periods side by side: unit, indicator, before, after, change, percent, and the status of both sides.

    Each side is a table of `read_forms` or `read_facts`, or a result (a table or its file). `names` are old names of
    indicators to new ones, or the file of `read_mapping`; of the workbook of `form diff` lines that were joined are
    added, and one that has no counterpart is called "… (cũ)". `predecessors` the units that a unit was made from, or
    the table of units. A unit that did not exist before stands beside what its predecessors come to, as the indicator
    adds up: sums are added, rates made of their sums, answers that must be equal kept where they are. A missing side
    stays missing; it is never zero. Raises `UserError`.
    """
    needed("pandas")
    changes = read_changes(Path(names)) if isinstance(names, (str, Path)) and is_changes(Path(names)) else None
    names = read_mapping(names) if isinstance(names, (str, Path)) else names or {}
    if isinstance(predecessors, (str, Path)):
        predecessors = load_units(predecessors)
    merged = predecessors.predecessors if isinstance(predecessors, Hierarchy) else predecessors or {}
    con = connect()
    for name, source in (("old", before), ("new", after)):
        _take(con, name, source)
    known = {name for name, in ask(con, "SELECT DISTINCT indicator FROM old")}
    unknown = [name for name in names if name not in known]
    if changes and not {*changes.old.values()} & known:
        raise UserError(changes.place, "kỳ trước không có dòng nào của biểu mẫu cũ trong tệp đối chiếu.", REMEDY)
    if unknown and not changes:
        raise UserError(unknown[0], "tên cũ này không có trong kỳ trước.", REMEDY)
    fill(con, "renamed", texts("a b"), changes.targets() if changes else names.items())
    joined = ((source, unit) for unit, sources in merged.items() for source in {unit, *sources})
    fill(con, "merged", texts("a b"), joined)
    script(con, Path(__file__).with_name("compare.sql"))
    table: pd.DataFrame = con.execute("FROM compared ORDER BY unit, indicator").df()
    return table


def _take(con: Connection, name: str, source: Any) -> None:
    """A side as a table of texts and exact numbers; columns that it lacks are empty. One period only."""
    if isinstance(source, (str, Path)):
        rows = rows_of_result(Path(source))
        lines = ([row.get(each) or None for each in COMPARED] for row in rows)
        fill(con, "given", texts(" ".join(COMPARED)), lines)
    else:
        con.register("frame", source)
        _refuse_frame(columns_of(con, "FROM frame"), len(source))
        fields = [f"{each}::VARCHAR AS {each}" if each in source else f"NULL::VARCHAR AS {each}" for each in COMPARED]
        con.execute(f"CREATE OR REPLACE TABLE given AS SELECT {', '.join(fields)} FROM frame")
    periods = [period for period, in ask(con, "SELECT DISTINCT period FROM given WHERE period IS NOT NULL ORDER BY 1")]
    if len(periods) > 1:
        what = f"một bên có {len(periods)} kỳ ({', '.join(periods)})."
        raise UserError("compare", what, "Chọn đúng một kỳ cho mỗi bên.")
    for unit, indicator in ask(con, TWICE):
        what = f"một bên có nhiều dòng của “{unit}” ở chỉ tiêu {indicator}."
        raise UserError("compare", what, "Chọn đúng một mẫu báo cáo cho mỗi bên; bỏ dòng trùng.")
    con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM given")


TWICE = """
SELECT unit, indicator FROM given WHERE value IS NOT NULL GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"""


def _refuse_frame(columns: Mapping[str, str], lines: int) -> None:
    """Raises `UserError` where nothing would be found in a table: columns are called otherwise, or ids are numbers."""
    if not {"unit", "indicator", "value"} <= columns.keys():
        remedy = "Đưa bảng của read_forms, read_facts, hoặc đường dẫn của tệp kết quả."
        raise UserError("compare", "một bên là bảng không có đủ cột unit, indicator, value.", remedy)
    if lines and not columns["unit"].startswith(("VARCHAR", "ENUM")):
        remedy = "Đọc tệp với dtype={'unit': str}, hoặc đưa đường dẫn của tệp."
        raise UserError("compare", "một bên có cột unit là số; mã như 007 đã mất số 0 ở đầu.", remedy)


def read_mapping(path: str | Path) -> dict[str, str]:
    """Old names of indicators to new ones: a table with the columns old and new (Tên cũ, Tên mới), TOML `names`, or the
    workbook of `form diff`.

    Raises `UserError` where a name is mapped twice, or two old names to one new.
    """
    path = Path(path)
    if path.is_file() and is_changes(path):
        return dict(read_changes(path).names)
    mapping: dict[str, str] = {}
    targets: dict[str, str] = {}
    for where, old, new in _of_toml(path) if path.suffix.lower() == ".toml" else _of_table(path):
        if old in mapping:
            raise UserError(f"{path} › {where}", f"tên cũ “{old}” đã đối chiếu ở trên.", REMEDY)
        if new in targets:
            raise UserError(f"{path} › {where}", f"“{old}” và “{targets[new]}” cùng thành “{new}”.", REMEDY)
        mapping[old], targets[new] = new, old
    return mapping


def _of_toml(path: Path) -> Iterable[tuple[str, str, str]]:
    try:
        names = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("names", {})
    except (OSError, ValueError) as error:
        raise UserError(str(path), f"tệp TOML sai cú pháp ({error}).", REMEDY) from error
    return [(f"names.{old}", old, str(new)) for old, new in names.items()]


def _of_table(path: Path) -> Iterable[tuple[str, str, str]]:
    rows = read_table(path, {"tên cũ": "old", "tên mới": "new"})
    if not rows or not {"old", "new"} <= {*rows[0][1]}:
        raise UserError(f"{path} › dòng 1", "thiếu cột old hoặc new.", REMEDY)
    return [(f"dòng {number}", row["old"], row["new"]) for number, row in rows if row["old"] and row["new"]]
