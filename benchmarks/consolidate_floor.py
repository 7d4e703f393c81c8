"""The least that reading forms can cost, and the plain ways of doing it, as whole processes.

    python benchmarks/consolidate_floor.py inflate|calamine|pandas FOLDER [COUNT]
"""

import io
import sys
import zipfile
from collections import Counter
from pathlib import Path


def inflate(paths: list[Path]) -> None:
    """Read and inflate, nothing else."""
    for path in paths:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            for member in archive.infolist():
                archive.read(member)


def calamine(paths: list[Path]) -> None:
    """Every sheet as lists of values: nothing checked, nothing understood, nothing added up."""
    from python_calamine import CalamineWorkbook

    for path in paths:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            for name in workbook.sheet_names:
                workbook.get_sheet_by_name(name).to_python()


def pandas(paths: list[Path]) -> None:
    """Every sheet as a frame; the numbers of coded lines added up without looking at them."""
    import pandas as pd

    totals: Counter[str] = Counter()
    for path in paths:
        for frame in pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl").values():
            if frame.shape[1] > 4:
                numbers = pd.to_numeric(frame[4], errors="coerce")
                totals.update(dict(zip(frame[0].astype(str), numbers.fillna(0), strict=True)))


def main(way: str, folder: str, count: str = "") -> None:
    """Reads the first files of a folder in one of the ways."""
    paths = sorted(Path(folder).rglob("*.xlsx"))[: int(count) if count else None]
    {"inflate": inflate, "calamine": calamine, "pandas": pandas}[way](paths)


if __name__ == "__main__":
    main(*sys.argv[1:])
