"""`recalc` as a whole process on the demo's workbook, beside the plain way and the floor.

    python benchmarks/recalc.py [rounds]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from side_by_side import FLOOR, side_by_side, table

HERE = Path(__file__).parent
PYTHON = sys.executable

def main(rounds: int) -> None:
    """Makes the demo, then times."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        subprocess.run([PYTHON, "-m", "cchc_xl", "demo", "--out", str(out)], check=True, capture_output=True)
        book = next(out.glob("*.xlsm"))
        stale = out / "stale.xlsm"
        target = str(out / "target.xlsm")
        make_stale(book, stale)
        work = str(out / "work.xlsm")
        commands = {
            "recalc, figures changed": ["sh", "-c", f'cp "{stale}" "{work}" && "{PYTHON}" -m cchc_xl recalc "{work}"'],
            "recalc, nothing changed": [PYTHON, "-m", "cchc_xl", "recalc", str(book)],
            "pandas + openpyxl": [PYTHON, str(HERE / "plain_recalc.py"), str(stale), target],
            "floor: start, read, parse, save": [PYTHON, "-c", FLOOR, str(stale), target],
            "bare Python": [PYTHON, "-c", "pass"],
        }
        print(table(side_by_side(commands, rounds), "recalc, figures changed"))


def make_stale(book: Path, stale: Path) -> None:
    """A copy in which a few figures were typed after the last recalculation."""
    from cchc_xl.master.master_book import open_master

    master = open_master(book)
    stale.write_bytes(book.read_bytes())
    master = open_master(stale)
    for section in master.form.sections:
        row = next(row for row in section.indicators if row.typed)
        unit = master.form.reporters(row)[0]
        master.sheet(section).put(master.grids[section.number].address(row.code, unit.id), 3)
    master.workbook.commit()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
