"""What loading a form costs a click: processor time in milliseconds, without any cache, in a fresh process each time.

    .venv/bin/python benchmarks/form_load.py [FORM] [--times N]

Prints the least and the median of: the declaration that a book carries (what a click reads), the same from CSV files
with every check, and from the workbook. Imports are not counted: a click needs the modules anyway.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = """
import sys, time
from pathlib import Path
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.schema import declaration_checks, read_declaration
from cchc_xl.excel import spreadsheet
from cchc_xl.declaration import declaration_workbook
from cchc_xl.declaration.load_form import carried_form
shape, place = sys.argv[1:]
lines = Path(place).read_text(encoding="utf-8").split("\\x00") if shape == "carried" else []
began = time.process_time()
carried_form(lines, place) if lines else load_form(Path(place))
print((time.process_time() - began) * 1000)
"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("form", nargs="?", default="2021")
    parser.add_argument("--times", type=int, default=9)
    asked = parser.parse_args()
    from cchc_xl.declaration import form_folder, load_form
    from cchc_xl.schema.carried_declaration import packed
    from cchc_xl.schema.write_declaration import tables_of
    from cchc_xl.verbs.declaration import export

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = form_folder(asked.form)
        lines = folder / "so.txt"
        lines.write_text("\x00".join(packed(tables_of(load_form(place)))), encoding="utf-8")
        shapes = {"carried": lines, "csv": place, "workbook": export(asked.form, folder)}
        for shape, path in shapes.items():
            spent = [measured(shape, path) for _ in range(asked.times)]
            print(f"{shape:10} {min(spent):7.1f} ms least, {statistics.median(spent):7.1f} ms median")


def measured(shape: str, path: Path) -> float:
    """One fresh process."""
    command = [sys.executable, "-c", PROGRAM, shape, str(path)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
