"""The main job on a form's own real figures: make the master, fill it, recalculate, check, export."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cchc_xl.form import Form
from cchc_xl.master.fill import Entries

FIGURES_FOLDER = "so_lieu"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure of the sample data comes from; see workbook/<form>/so_lieu/README.md."""

    unit: str
    code: str
    value: str
    source: str
    reason: str
    note: str


def sources(form: Form) -> list[Source]:
    """Every line of the sample figures of a form."""
    folder = Path(form.folder) / FIGURES_FOLDER
    lines = []
    for section in form.sections:
        path = folder / f"{section.file}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            lines += [Source(**{key: value or "" for key, value in row.items()}) for row in csv.DictReader(stream)]
    return lines


def sample_entries(form: Form) -> Entries:
    """The sample figures, notes and texts of a form, as they are typed."""
    folder = Path(form.folder) / FIGURES_FOLDER
    lines = sources(form)
    with (folder / "phu_luc_1.csv").open(encoding="utf-8", newline="") as stream:
        contacts = [list(row.values()) for row in csv.DictReader(stream)]
    return Entries(
        cells=[(line.unit, line.code, line.value) for line in lines if line.value],
        notes={line.code: line.note for line in lines if line.note},
        info=_table(folder / "thong_tin.toml")["value"],
        texts={name: text.strip("\n") for name, text in _table(folder / "noi_dung.toml")["text"].items()},
        contacts=contacts,
    )


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
