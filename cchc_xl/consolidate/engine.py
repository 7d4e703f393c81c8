"""DuckDB, which does the counting: opened for one run, without the network, within a bound of memory.

Numbers are DECIMAL(38, 15): sums are exact. `number(x)` gives the nearest float of a sum, `plain(x)` its text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from cchc_xl.errors import UserError

MEMORY = "224MB"
NUMBER = "DECIMAL(38, 15)"
FOLDER = Path(__file__).parent
TEXT, INTEGER = "VARCHAR", "INTEGER"
Connection = Any
Row = tuple[Any, ...]

MACROS = """
CREATE MACRO plain(x) AS
    CASE WHEN contains(x::VARCHAR, '.') THEN rtrim(rtrim(x::VARCHAR, '0'), '.') ELSE x::VARCHAR END;
CREATE MACRO number(x) AS plain(x)::DOUBLE;
CREATE MACRO scaled(x) AS replace(x::VARCHAR, '.', '')::HUGEINT;
-- Vietnamese thousands: 10.599
CREATE MACRO thousands(n) AS replace(format('{:,}', n), ',', '.');
-- Half-up to two decimals; a part smaller than its whole is never 100, one that is there never 0.
CREATE MACRO hundredths(part, whole) AS CASE WHEN scaled(whole) = 0 THEN NULL
    WHEN part < whole THEN greatest(least((scaled(part) * 20000 + scaled(whole)) // (2 * scaled(whole)), 9999),
        (part > 0)::INTEGER)
    ELSE (scaled(part) * 20000 + scaled(whole)) // (2 * scaled(whole)) END;
CREATE MACRO rate(part, whole) AS
    ((hundredths(part, whole) // 100)::VARCHAR || '.' || lpad((hundredths(part, whole) % 100)::VARCHAR, 2, '0'))
    ::DECIMAL(38, 15);
-- Text that stays text when somebody edits the cell: a formula needs its sign in the first place.
CREATE MACRO harmless(t) AS
    nullif(CASE WHEN t[1] IN ('=', '+', '-', '@', chr(9), chr(13)) THEN ' ' || t ELSE t END, '');
"""


def needed(module: str, extra: str = "analysis", what: str = "phần tổng hợp và phân tích") -> Any:
    """A library of an extra. Raises `UserError` that names the command which installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        text = f"máy này chưa cài {what} (thiếu {name})."
        raise UserError("cchc-xl", text, f"Cài bằng: pip install 'cchc-xl[{extra}]'.") from error


def connect() -> Connection:
    """A database in memory; what does not fit goes to a temporary folder. Raises `UserError` without DuckDB."""
    con = needed("duckdb").connect(config={
        "memory_limit": MEMORY, "threads": 2, "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    })
    con.execute(MACROS)
    return con


def script(con: Connection, file: Path, **words: str) -> None:
    """Runs a file of SQL; `{word}` stands for a text of the caller's."""
    con.execute(file.read_text(encoding="utf-8").format(**words))


def fill(con: Connection, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """A new table of columns with their types, holding the rows in their order."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    fields = ", ".join(f"unnest(?::{kind}[]) AS {name}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {fields}", list(map(list, values)))


def texts(names: str) -> dict[str, str]:
    """Columns of text, by their names."""
    return dict.fromkeys(names.split(), TEXT)


def ask(con: Connection, query: str, *values: Any) -> list[Row]:
    """The lines of a query."""
    rows: list[Row] = con.execute(query, list(values)).fetchall()
    return rows


def columns_of(con: Connection, query: str) -> dict[str, str]:
    """The columns that a query gives, with their types."""
    return {name: kind for name, kind, *_ in ask(con, f"DESCRIBE {query}")}


@contextmanager
def copied(con: Connection, query: str, path: Path, head: Mapping[str, str] | None = None) -> Iterator[Path]:
    """A file with the lines of a query, .csv or .parquet as the path says, the latter with a head of keys and texts.

    In CSV numbers have no idle decimals, no text would be taken for a formula, and a mark makes Excel read UTF-8.
    """
    with tempfile.TemporaryDirectory(prefix="cchc-") as folder:
        place = Path(folder) / "x"
        if path.suffix.lower() == ".csv":
            shape = columns_of(con, query).items()
            fields = [f"{PLAIN.get(kind, '{}').format(name)} AS {name}" for name, kind in shape]
            fields[0] = fields[0].replace(" AS ", f' AS "{MARK}', 1) + '"'
            con.execute(f"COPY (SELECT {', '.join(fields)} FROM ({query})) TO {quoted(place)} (FORMAT csv)")
        else:
            texts = ", ".join(f"{key}: {quoted(value)}" for key, value in (head or {}).items())
            more = f", KV_METADATA {{{texts}}}" if texts else ""
            con.execute(f"COPY ({query}) TO {quoted(place)} (FORMAT parquet, COMPRESSION zstd{more})")
        yield place


MARK = "\ufeff"
PLAIN = {"DOUBLE": "plain({})", "VARCHAR": "harmless({})"}


def quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"
