"""The history: one line for each answer of a unit in a period, as a Parquet dataset with one folder for each period.

Columns: period, form, unit, code, indicator, value, whole, text, status, file, address. pandas, DuckDB and Polars
read it as it is. Writing a period again replaces that period and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from cchc_xl.consolidate.record import Answer, Delivered, unpacked
from cchc_xl.errors import UserError
from cchc_xl.reasons import reason
from cchc_xl.schema.form_model import Form
from cchc_xl.submissions.form_layout import period_key
from cchc_xl.values import Ratio, Status
from cchc_xl.writing.vietnamese_numbers import in_table

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


class FactsWriter:
    """Streams the facts of one period into a dataset; they take their place when everything has gone well.

    Without a folder it does nothing.
    """

    def __init__(self, folder: Path | None, form: Form) -> None:
        self._form, self._folder = form, folder
        self._rows: list[tuple[Any, ...]] = []
        self._writer: Any = None

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
                what = f"không ghi được tập số liệu ({reason(error)})."
                raise UserError(str(self._folder), what, "Kiểm tra quyền ghi và chỗ trống.") from error
        return self

    def add(self, delivered: Delivered, file: str) -> None:
        """The answers of one unit."""
        if self._writer is not None:
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
            if error is None:
                self._flush()
            self._writer.close()
            if error is None:
                _take_place(self._half, self._final)


def _take_place(half: Path, final: Path) -> None:
    """The new folder takes the place of the old one; the old one goes last."""
    old = half.with_name(half.name + ".cu")
    if final.exists():
        final.rename(old)
    half.rename(final)
    shutil.rmtree(old, ignore_errors=True)


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
