"""The least that reading forms can cost, and the plain ways of doing it, as whole processes.

    python benchmarks/consolidate_floor.py inflate|calamine|pandas FOLDER [COUNT]
"""

import io
import sys
import zipfile
from collections import Counter
from pathlib import Path

way, folder, *count = sys.argv[1:]
paths = sorted(Path(folder).rglob("*.xlsx"))[: int(count[0]) if count else None]


def inflate() -> None:
    """Read and inflate, nothing else."""
    for path in paths:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            for member in archive.infolist():
                archive.read(member)


def calamine() -> None:
    """Every sheet as lists of values: nothing checked, nothing understood, nothing added up."""
    from python_calamine import CalamineWorkbook

    for path in paths:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            for name in workbook.sheet_names:
                workbook.get_sheet_by_name(name).to_python()


def pandas() -> None:
    """Every sheet as a frame; the numbers of coded lines added up without looking at them."""
    import pandas as pd

    totals: Counter[str] = Counter()
    for path in paths:
        for frame in pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl").values():
            if frame.shape[1] > 4:
                numbers = pd.to_numeric(frame[4], errors="coerce")
                totals.update(dict(zip(frame[0].astype(str), numbers.fillna(0), strict=True)))


{"inflate": inflate, "calamine": calamine, "pandas": pandas}[way]()
