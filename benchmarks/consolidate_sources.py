"""Filled forms to make thousands from: the sample wards with figures that differ and still agree with every rule.

    python -m benchmarks.consolidate_sources FOLDER COUNT

Prints a JSON list of path, id, name and kind of unit. Where LibreOffice is there, every second form is saved by it once
more, with shared strings as Excel writes them.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from clean_contents import CleanContents

from cchc_xl import office
from cchc_xl.declaration import form_folder
from cchc_xl.figures import Content
from cchc_xl.schema import Unit
from cchc_xl.verbs.demo import sample_form
from tests.forms_support import Value, filled_form, wards

SEED = 7


def main(folder: Path, count: int) -> None:
    """Makes the forms and lists them."""
    form = sample_form(form_folder("2021"))
    named = {name for row in form.indicators() for name in row.reported_by}
    mine = [unit for unit in wards(form) if unit.id not in named]
    folder.mkdir()
    made = []
    for number, content in enumerate(islice(CleanContents(form, SEED), -(-count // len(mine)))):
        for unit in mine[: count - len(made)]:
            path = filled_form(form, unit, folder / f"{number}_{unit.id}.xlsx", _typed(content, unit))
            if len(made) % 2 and office.is_installed():
                office.converted(path, "xlsx", path)
            made.append((str(path), unit.id, unit.name, unit.kind))
    print(json.dumps(made))


def _typed(content: Content, unit: Unit) -> dict[str, Value]:
    """What a unit has typed, by code."""
    mine = ((code, reading.value) for (owner, code), reading in content.readings.items() if owner == unit.id)
    return {code: _plain(value) for code, value in mine if value is not None}


def _plain(value: object) -> Value:
    if not isinstance(value, Decimal):
        return str(value)
    return float(value) if value % 1 else int(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
