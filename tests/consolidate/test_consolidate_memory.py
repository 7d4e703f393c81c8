"""What files say lies in a file until DuckDB counts it: hundreds of forms take little more memory than a hundred.

The thorough run:

    CCHC_FORMS=1000 .venv/bin/python -m pytest -q tests/consolidate/test_consolidate_memory.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cchc_xl.schema import Form
from tests.consolidate_support import as_unit, hierarchy
from tests.forms_support import filled_form, wards

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of a process")

FEW, MANY = 50, int(os.environ.get("CCHC_FORMS", "350"))
GROWTH = ((MANY - FEW) / 300, 5)
"""Megabytes of Python's own memory in the command, and of its reader. Records kept in memory would take 1.6."""
MOST = 300
"""Of the command for so many forms, what DuckDB takes included; ten thousand stay below 400."""
PEAK = """
import tracemalloc
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from cchc_xl.cli.command_app import run
from cchc_xl.consolidate.run import Spool
add = Spool.add
def begin(*given):
    # What was read before the first form takes more than all records of the forms, and is gone by then.
    Spool.add = add
    tracemalloc.start()
    add(*given)
Spool.add = begin
# What DuckDB takes is not traced: it differs from run to run by more than the records.
run()
# Its own peak in getrusage is that of the process that started it, where that was larger.
own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(tracemalloc.get_traced_memory()[1] / 2**10, getrusage(RUSAGE_CHILDREN).ru_maxrss, own.split()[1])
"""


def _peaks(forms: list[Path], units: Path, out: Path) -> list[float]:
    """Megabytes of Python's objects in the command, of its largest reading process, and of the whole command."""
    asked = ["consolidate", *map(str, forms), "--units", str(units), "--by", "top", "--out", str(out), "--jobs", "1"]
    done = subprocess.run([sys.executable, "-c", PEAK, *asked], check=True, capture_output=True, encoding="utf-8")
    return [float(number) / 2**10 for number in done.stdout.split()[-3:]]


def test_memory_does_not_grow_with_the_number_of_forms(form: Form, tmp_path: Path) -> None:
    unit = wards(form)[0]
    source = filled_form(form, unit, tmp_path / "goc.xlsx")
    units = hierarchy(
        tmp_path / "u.csv", ["t,Tỉnh,top", *(f"xa_{number},Xã {number},{unit.kind},t" for number in range(MANY))]
    )
    forms = [
        as_unit(source, tmp_path / f"xa_{number}.xlsx", (unit.id, unit.name), (f"xa_{number}", f"Xã {number}"))
        for number in range(MANY)
    ]
    few, many = (_peaks(forms[:count], units, tmp_path / "ra.csv") for count in (FEW, MANY))
    grown = [large - small for small, large in zip(few, many, strict=True)]
    assert [each < most for each, most in zip(grown, GROWTH, strict=False)] == [True, True], (few, many)
    assert many[-1] < MOST
