"""Wards that never were: forms of many units made by patching one, hierarchies, and results read back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from cchc_xl.consolidate.run import Consolidated, Order, consolidate
from cchc_xl.schema import Form
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.writing.vietnamese_numbers import plain
from tests.forms_support import filled_form

HEAD = "id,name,kind,parent,valid_from,valid_to,predecessors,kind_name"


def hierarchy(path: Path, lines: Iterable[str]) -> Path:
    """A hierarchy file; short lines are filled up with empty cells."""
    full = (line + "," * (HEAD.count(",") - line.count(",")) for line in lines)
    path.write_text("\n".join([HEAD, *full]) + "\n", encoding="utf-8")
    return path


def of_form(path: Path, form: Form) -> Path:
    """Every unit of a form below its last one, which stands below a province."""
    top = form.units[-1]
    lines = ["tinh,Tỉnh,province", f"{top.id},{top.name},{top.kind},tinh"]
    lines += [f"{unit.id},{unit.name},{unit.kind},{top.id}" for unit in form.units[:-1]]
    return hierarchy(path, lines)


def as_unit(source: Path, target: Path, old: tuple[str, str], new: tuple[str, str]) -> Path:
    """The form of one unit as the form of another: id and name stand in text cells only."""
    patterns = [re.compile(rf"(?<=>){re.escape(before)}(?=<| –)".encode()) for before in old]
    same, named = _parts(source, source.stat().st_mtime_ns, *(each.pattern for each in patterns))
    target.write_bytes(same)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for member, data in named.items():
            for pattern, after in zip(patterns, new, strict=True):
                data = pattern.sub(after.encode(), data)
            made.writestr(member, data)
    return target


@lru_cache(maxsize=4)
def _parts(source: Path, _changed: int, *patterns: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The members that name no unit, as an archive, and those that name it: only these differ between units."""
    same, named = io.BytesIO(), {}
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(same, "w", zipfile.ZIP_DEFLATED) as made:
        for member in archive.namelist():
            data = archive.read(member)
            if any(re.search(pattern, data) for pattern in patterns):
                named[member] = data
            else:
                made.writestr(member, data)
    return same.getvalue(), named


def folded(
    places: Sequence[Path], units: Path | None, by: Sequence[str], out: Path | None = None, **more: object
) -> Consolidated:
    """One run."""
    return consolidate(Order(tuple(places), tuple(by), units, out, **more))  # type: ignore[arg-type]


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV result."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def texts(path: Path, unit: str) -> dict[str, str]:
    """The figures of one node of a CSV result as the appendix prints them."""
    return {row["code"]: _printed(row) for row in rows(path) if row["unit"] == unit}


def _printed(row: dict[str, str]) -> str:
    if row["kind"] == "ratio" and row["part"]:
        return f"{plain(Decimal(row['part']))}/{plain(Decimal(row['whole']))}"
    return row["text"] or (plain(Decimal(row["value"])) if row["value"] else "")


def outcomes(path: Path) -> dict[str, str]:
    """What became of each file of a CSV result, by file name."""
    return {Path(row["file"]).name: row["outcome"] for row in rows(path.with_name(f"{path.stem}.sources.csv"))}


def all_tables(path: Path) -> dict[str, bytes]:
    """Everything that a CSV result consists of."""
    return {
        each.name.removeprefix(path.stem): each.read_bytes() for each in sorted(path.parent.glob(f"{path.stem}.*csv"))
    }


def fill_all(form: Form, folder: Path) -> Path:
    """A filled form of every unit that is asked anything."""
    for unit in form.units:
        if plan_form(form, unit).questions:
            filled_form(form, unit, folder / f"{unit.id}.xlsx")
    return folder
