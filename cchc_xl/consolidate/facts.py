"""The history: one line for each answer of a unit in a period, as a Parquet dataset with one folder for each period.

Columns: period, form, unit, code, indicator, value, whole, text, status, file, address. pandas, DuckDB and Polars
read it as it is. Writing a period again replaces the units that were read and no others; what stood there before is
kept beside it, in a folder whose name begins with a dot.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from cchc_xl.consolidate.record import Answer, Delivered, unpacked
from cchc_xl.errors import UserError
from cchc_xl.form.model import Form
from cchc_xl.forms.layout import period_key
from cchc_xl.structs import Struct
from cchc_xl.values import Ratio, Status
from cchc_xl.writing.numbers import in_table

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("form", "unit", "code", "indicator", "value", "whole", "text", "status", "file", "address")
PERIOD = "period"
FLOATS = frozenset({"value", "whole"})
ROWS_AT_ONCE = 100_000
PART = "so_lieu.parquet"


def fact(form: Form, unit: str, answer: Answer, file: str) -> tuple[Any, ...]:
    """One answer as a line. `value` is for computing; `text` is exact, as printed."""
    value = unpacked(answer.value)
    number, whole = None, None
    match value:
        case Decimal():
            number = float(value)
        case Ratio(part, of):
            number, whole = float(part), float(of)
        case None if answer.status == Status.NOTHING:
            number = 0.0
    address = f"{answer.sheet}!{answer.cell}" if answer.cell else ""
    name = form.by_code[answer.code].name
    return form.id, unit, answer.code, name, number, whole, in_table(value), answer.status, file, address


def schema() -> pa.Schema:
    """The columns of the dataset, without the period, which is the folder's name."""
    import pyarrow as pa

    text = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([(name, pa.float64() if name in FLOATS else text) for name in COLUMNS])


def period_of(form: Form) -> str:
    """The period as a folder's name: its first and last day."""
    return period_key(form).replace("/", "_")


class Kept(Struct, frozen=True):
    """How many units the history of the period holds: before the run, after it, and how many of them the run read."""

    before: int
    after: int
    written: int


class FactsWriter:
    """Streams the facts of one period into a dataset; they take their place when everything has gone well.

    Without a folder it does nothing, and neither does it where no unit has answered. `kept` is known at the end.
    """

    def __init__(self, folder: Path | None, form: Form) -> None:
        self._form, self._folder = form, folder
        self._rows: list[tuple[Any, ...]] = []
        self._units: set[str] = set()
        self._writer: Any = None
        self.kept: Kept | None = None

    def __enter__(self) -> FactsWriter:
        if self._folder is not None:
            import pyarrow.parquet as pq

            self._final = self._folder / f"{PERIOD}={period_of(self._form)}"
            # Readers of datasets leave out names that begin with a dot.
            self._half = self._folder / f".{self._final.name}.{os.getpid()}"
            try:
                self._half.mkdir(parents=True)
                self._writer = pq.ParquetWriter(self._half / PART, schema(), compression="zstd")
            except OSError as error:
                what = f"không ghi được tập số liệu ({error.strerror or error})."
                raise UserError(str(self._folder), what, "Kiểm tra quyền ghi và chỗ trống.") from error
        return self

    def add(self, delivered: Delivered, file: str) -> None:
        """The answers of one unit."""
        if self._writer is not None and delivered.answers:
            self._units.add(delivered.unit)
            self._rows += (fact(self._form, delivered.unit, answer, file) for answer in delivered.answers)
            if len(self._rows) >= ROWS_AT_ONCE:
                self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        fields = schema()
        columns = zip(*self._rows, strict=True) if self._rows else [()] * len(fields)
        arrays = [pa.array(column, kind.type) for column, kind in zip(columns, fields, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=fields))
        self._rows.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is None:
            return
        with contextlib.ExitStack() as clean:
            clean.callback(shutil.rmtree, self._half, ignore_errors=True)
            clean.callback(self._writer.close)
            if error is None:
                self._finish()

    def _finish(self) -> None:
        """What other units have said in the period stays; nothing is touched where the run has read nobody."""
        import pyarrow as pa

        self._flush()
        old = _table(self._final)
        before = _units(old)
        read = {(self._form.id, unit) for unit in self._units}
        self._writer.write_table(old.filter(pa.array([pair not in read for pair in _pairs(old)], pa.bool_())))
        self._writer.close()
        self.kept = Kept(len(before), len(before | read), len(read))
        if self._units:
            _take_place(self._half, self._final)


def _table(folder: Path) -> pa.Table:
    """The facts that lie in a period's folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [pq.ParquetFile(path).read().cast(schema()) for path in sorted(folder.glob("*.parquet"))]
    return pa.concat_tables(parts).combine_chunks().unify_dictionaries() if parts else schema().empty_table()


def _pairs(table: pa.Table) -> Iterator[tuple[str, str]]:
    return zip(table["form"].to_pylist(), table["unit"].to_pylist(), strict=True)


def _units(table: pa.Table) -> set[tuple[str, str]]:
    return {*_pairs(table)}


def _take_place(half: Path, final: Path) -> None:
    """The new folder takes the place of the old one, which stays under a name that readers of datasets leave out."""
    old = final.with_name(f".{final.name}.{time.time_ns()}.cu")
    if final.exists():
        final.rename(old)
    half.rename(final)


def read_facts(folder: Path, period: str = "") -> Any:
    """The dataset as a pyarrow table, of one period or of all. Raises `UserError` where there is none."""
    import pyarrow.dataset as ds

    if not folder.is_dir() or not any(folder.glob(f"{PERIOD}=*")):
        raise UserError(str(folder), "không có tập số liệu ở đây.", "Tạo bằng cchc-xl consolidate … --facts THƯ_MỤC.")
    dataset = ds.dataset(folder, format="parquet", partitioning="hive")
    return dataset.to_table(filter=ds.field(PERIOD) == period) if period else dataset.to_table()


def periods(folder: Path) -> Iterator[str]:
    """The periods of a dataset, oldest first."""
    yield from sorted(path.name.removeprefix(f"{PERIOD}=") for path in folder.glob(f"{PERIOD}=*"))
