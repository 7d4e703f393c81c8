"""The history: one line for each answer of a unit in a period, with dictionaries of indicators and units beside it.

    FOLDER/facts/<first day>_<last day>/<form>.parquet   the answers of a period and form
    FOLDER/indicators.parquet, FOLDER/units.parquet      what their ids mean
    FOLDER/replaced/<moment>-….parquet                   answers that a later run has replaced

A run replaces the answers of the units that it has read and no others; what they said before is kept.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cchc_xl.consolidate.engine import FACT, TEXT, Connection, ask, copied, fill, needed, quoted, texts
from cchc_xl.errors import UserError
from cchc_xl.files import exclusive, replace_file
from cchc_xl.schema.form_model import Form
from cchc_xl.system import reason
from cchc_xl.units import Setting
from cchc_xl.values import Struct

FACTS, INDICATORS, UNITS, REPLACED = "facts", "indicators.parquet", "units.parquet", "replaced"
UNIT = texts("unit name kind parent") | {"valid_from": "DATE", "valid_to": "DATE"} | texts("predecessors kind_name")
PATIENCE = 60
"""Seconds that a run waits while another one writes; writing takes a few."""


class Kept(Struct, frozen=True):
    """How many units the history of the period holds before the run and after it, and how many the run has read."""

    before: int
    after: int
    written: int
    lines: int
    replaced: int


def keep(con: Connection, folder: Path, chosen: Setting, *, whole: bool = False, forget: bool = False) -> Kept:
    """Adds the answers of this run to the history. Nothing changes where no unit has answered. Raises `UserError`.

    `whole`: the period holds nothing else afterwards; `forget`: what is replaced is not kept.
    """
    with _guarded(folder):
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", chosen.form.id)
        place = folder / FACTS / period_folder(chosen.form) / f"{name}.parquet"
        old = f"read_parquet({quoted(place)})" if place.exists() else "fact WHERE false"
        con.execute(MERGE.format(fact=FACT, old=old, whole=whole, said="unit, code, status, value, part, whole, text"))
        kept = Kept(*ask(con, COUNTS)[0])
        if not kept.written:
            return Kept(kept.before, kept.before, 0, 0, 0)
        if kept.replaced and not forget:
            moment = f"{datetime.datetime.now():%Y%m%d-%H%M%S-%f}"
            _store(con, "FROM gone", folder / REPLACED / f"{moment}-{place.parent.name}-{place.name}")
        _dictionaries(con, folder, chosen)
        _store(con, NOW, place)
        return kept


MERGE = """
CREATE TEMP TABLE fact AS {fact};
CREATE TEMP TABLE old AS FROM {old};
CREATE TEMP TABLE other AS FROM old WHERE NOT {whole} AND unit NOT IN (SELECT unit FROM fact);
CREATE TEMP TABLE gone AS FROM old WHERE unit NOT IN (SELECT unit FROM other)
    AND ({whole} OR unit IN (SELECT unit FROM (SELECT {said} FROM old EXCEPT SELECT {said} FROM fact)));
CREATE TEMP TABLE now AS FROM other UNION ALL BY NAME FROM fact;
"""
"""What lies there, what of it stays, what is replaced by something else, and what is there afterwards."""

COUNTS = """
SELECT (SELECT count(DISTINCT unit) FROM old), count(DISTINCT unit), (SELECT count(DISTINCT unit) FROM fact), count(*),
    (SELECT count(*) FROM gone) FROM now"""
NOW = "SELECT now.* FROM now LEFT JOIN indicator USING (code) ORDER BY unit, indicator.ord, code"


def period_folder(form: Form) -> str:
    """The name of a period's folder: its first and last day."""
    return f"{form.period.first:%Y-%m-%d}_{form.period.last:%Y-%m-%d}"


@contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    """One run at a time; faults of the folder or its files are told, with the old files untouched."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.glob("period=*")):
            remedy = "Chỉ thư mục mới ở --facts; tệp cũ còn nguyên."
            raise UserError(str(folder), "tập số liệu theo cách ghi cũ.", remedy)
        with exclusive(folder, PATIENCE):
            yield
    except OSError as error:
        what = f"không ghi được tập số liệu ({reason(error)})."
        raise UserError(str(folder), what, "Kiểm tra quyền ghi và chỗ trống.") from error
    except needed("duckdb").Error as error:
        what = f"tập số liệu có tệp hỏng ({str(error).splitlines()[0]})."
        raise UserError(str(folder), what, "Lấy lại tệp đó từ bản sao lưu, hoặc chỉ thư mục mới ở --facts.") from error


def last_period(con: Connection, folder: Path, form: Form) -> bool:
    """What the units of this run said in the last period of the same length, as delivered and told.

    Gives whether there is one.
    """
    mine, days = form.period, []
    for place in (folder / FACTS).glob("*_*"):
        with suppress(ValueError):
            first, last = map(datetime.date.fromisoformat, place.name.split("_"))
            if last < mine.first and abs((last - first) - (mine.last - mine.first)) < ALIKE:
                days.append((last, place / "*.parquet"))
    if days:
        con.execute(BEFORE.format(place=quoted(max(days)[1])))
    return bool(days)


ALIKE = datetime.timedelta(days=20)
"""Periods of one kind differ by no more in length."""

BEFORE = """
CREATE OR REPLACE TABLE told AS SELECT unit, indicator.code, status,
    CASE WHEN part IS NULL THEN value END::DECIMAL(38, 15) AS value, part::DECIMAL(38, 15) AS part,
    whole::DECIMAL(38, 15) AS whole, nullif(text, '') AS text
FROM read_parquet({place}, union_by_name = true) AS fact JOIN indicator ON fact.indicator = indicator.name;
CREATE OR REPLACE TABLE delivered AS FROM delivered SEMI JOIN told USING (unit);
"""


def _store(con: Connection, query: str, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with copied(con, query, place) as made:
        replace_file(place, made)


def _dictionaries(con: Connection, folder: Path, chosen: Setting) -> None:
    """Indicators by form and name, units by the day from which a line is valid; what this run does not know stays."""
    known = {node.id for node in chosen.hierarchy.lines}
    nodes = [*chosen.hierarchy.lines, *(node for node in chosen.tree.nodes.values() if node.id not in known)]
    more = list(dict.fromkeys(title for node in nodes for title, _ in node.more))
    fill(con, "new_unit", UNIT | {'"' + title.replace('"', '""') + '"': TEXT for title in more}, (
        (node.id, node.name, node.kind, node.parent, node.valid_from, node.valid_to, " ".join(node.predecessors),
         node.kind_name, *(dict(node.more).get(title, "") for title in more)) for node in nodes
    ))
    for name, new, key in ((INDICATORS, f"({INDICATOR})", "form, indicator"), (UNITS, "new_unit", "unit, valid_from")):
        place, query = folder / name, f"FROM {new}"
        if place.exists():
            query = f"FROM read_parquet({quoted(place)}) ANTI JOIN {new} AS new USING ({key}) UNION ALL BY NAME {query}"
        _store(con, query, place)


INDICATOR = """
SELECT form, version, row.name AS indicator, row.code, row.label, row.measure, row.kind, row.total, row.section,
    row.section_title, coalesce(part.name, '') AS numerator, coalesce(whole.name, '') AS denominator,
    array_to_string(row.reported_by, ' ') AS reported_by, row.table_row, row.table_column
FROM head CROSS JOIN indicator AS row LEFT JOIN indicator AS part ON part.code = row.numerator
    LEFT JOIN indicator AS whole ON whole.code = row.denominator ORDER BY row.ord"""
