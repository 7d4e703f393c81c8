"""The public face for Python: a master workbook as typed values and tables, and what the command line does with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.consolidate.engine import needed
from cchc_xl.consolidate.history import compare, read_facts, read_forms, read_mapping
from cchc_xl.declaration import form_folder, load_form as form_in
from cchc_xl.figures import Figure
from cchc_xl.master.compute_book import Computed, compute
from cchc_xl.master.lists_and_board import submissions
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form
from cchc_xl.units import load_units
from cchc_xl.values import Ratio

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Book", "check", "collect", "compare", "load_form", "load_units", "open_book", "read_facts", "read_forms",
    "read_mapping", "recalc", "write_report",
]


class Book:
    """A master workbook, read once and never changed; made by `open_book` and `recalc`.

    Typed values: `form`, `values` (`Figure` by code) and `remarks` (`Finding`s, the gravest first). Tables need pandas.
    """

    def __init__(self, computed: Computed) -> None:
        self.path, self.form = computed.master.path, computed.master.form
        self.values, self.remarks = computed.figures, tuple(computed.findings)
        self._computed = computed

    @cached_property
    def figures(self) -> pd.DataFrame:
        """One line an indicator, in printed order: code, indicator (its lasting name), label, measure, kind, value,
        part, whole, text, expected and missing units. Numbers are Decimals; a rate is in percent."""
        return _table(map(_figure, self.values.values()), FIGURE_COLUMNS)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One line a finding, the gravest first, with the keys of `--json`."""
        return _findings(self.remarks, self.path)

    @cached_property
    def submissions(self) -> pd.DataFrame:
        """One line a unit that gets a form: unit, name, state, at, timeliness, file, turn, errors, warnings."""
        names = {unit.id: unit.name for unit in self.form.units}
        lines = submissions(self._computed.master).values()
        titles = ("unit", "name", "state", "at", "timeliness", "file", "turn", "errors", "warnings")
        rows = ({**{title: getattr(line, title, "") for title in titles}, "name": names[line.unit]} for line in lines)
        return _table(({**row, "state": str(row["state"])} for row in rows), titles)


def open_book(path: str | Path, form: str = "") -> Book:
    """A master workbook as it is. Raises `UserError` where the file is not one or its layout was changed."""
    return Book(compute(Path(path), form))


def load_form(place: str | Path) -> Form:
    """A form by its name, folder or workbook. Raises `UserError`, `DeclarationError` with every fault and its place."""
    return form_in(form_folder(str(place)))


def recalc(path: str | Path, form: str = "") -> Book:
    """Computes a master workbook and marks what is wrong in its cells; the former file is kept in sao_luu."""
    from cchc_xl.verbs.recalc import recalc as do

    return Book(do(Path(path), datetime.now(), form).computed)


def check(path: str | Path, form: str = "") -> pd.DataFrame:
    """The findings of a master or of a unit's form, as in `Book.findings`; nothing is changed."""
    from cchc_xl.verbs.check import examine

    return _findings(examine(Path(path), form).findings, Path(path))


def collect(book: str | Path, places: str | Path | Sequence[str | Path]) -> pd.DataFrame:
    """Takes filled forms into a master; one line a file: file, fate, unit, message, returned (the copy to send back).

    What the command asks about is left in waiting. Raises `UserError`; the master is then as it was.
    """
    from cchc_xl.verbs.collect import collect as do

    many = [places] if isinstance(places, (str, Path)) else places
    done = do(Path(book), [Path(each) for each in many], datetime.now())
    titles = ("file", "fate", "unit", "message", "returned")
    return _table((
        {"file": str(each.path), "fate": str(each.fate), "unit": each.unit, "message": each.message,
         "returned": str(each.returned or "")} for each in done.outcomes
    ), titles)


def write_report(
    book: str | Path, out: str | Path, *, template: str | Path | None = None, draft: bool = False, pdf: bool = False,
    replace: bool = False,
) -> Path:
    """Writes the Word report of a master and returns its path.

    Raises `UserError` where figures must be mended first (`draft` writes it all the same, marked as one) and where
    people have edited the file that stands there (`replace` keeps theirs in sao_luu).
    """
    from cchc_xl.verbs.report import export

    export(
        Path(book), Path(out), template=Path(template) if template else None, draft=draft, pdf=pdf, replace=replace
    )
    return Path(out)


FIGURE_COLUMNS = (
    "code", "indicator", "label", "measure", "kind", "value", "part", "whole", "text", "expected", "missing",
)


def _figure(figure: Figure) -> dict[str, Any]:
    row, value = figure.indicator, figure.value
    pair = value if isinstance(value, Ratio) else None
    return {
        "code": row.code, "indicator": row.name, "label": row.label, "measure": row.unit, "kind": str(row.kind),
        "value": value if isinstance(value, Decimal) else None, "part": pair.part if pair else figure.part,
        "whole": pair.whole if pair else figure.whole, "text": value if isinstance(value, str) else None,
        "expected": figure.expected, "missing": ", ".join(figure.missing),
    }


def _findings(found: Sequence[Finding], path: Path) -> pd.DataFrame:
    titles = (
        "rule", "severity", "unit", "indicator", "file", "sheet", "cell", "message", "suggestion", "explained"
    )
    return _table((each.as_json(str(path)) for each in found), titles)


def _table(rows: Any, titles: Sequence[str]) -> pd.DataFrame:
    frame: pd.DataFrame = needed("pandas").DataFrame(list(rows), columns=list(titles))
    return frame
