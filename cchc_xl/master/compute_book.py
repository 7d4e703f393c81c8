"""What a master workbook's content gives: figures and findings. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from cchc_xl.checks.run_checks import check
from cchc_xl.content import Content
from cchc_xl.figures import Figure, total
from cchc_xl.findings import Finding, Severity
from cchc_xl.master.findings_sheet import explained
from cchc_xl.master.master_book import Master, open_master
from cchc_xl.master.section_grid import FIGURE
from cchc_xl.structs import Struct
from cchc_xl.values import Address, Ratio, Value


class Computed(Struct, frozen=True):
    """What a workbook's content gives: figures by code and findings, the gravest first."""

    master: Master
    content: Content
    figures: Mapping[str, Figure]
    findings: list[Finding]


def compute(path: Path, form_name: str = "") -> Computed:
    """Figures and findings of a master workbook in a file, changing nothing."""
    return understand(open_master(path, form_name))


def understand(master: Master) -> Computed:
    """Figures and findings of a master workbook, changing nothing."""
    content = master.content()
    figures = total(content.form, content.readings, content.shared)
    places = {
        code: Address(grid.sheet, grid.address(code, FIGURE))
        for section in content.form.sections
        for grid in [master.grids[section.number]]
        for code in (row.code for row in section.indicators)
    }
    order = list(Severity)
    found = sorted(check(content, figures, places, content.previous), key=lambda finding: order.index(finding.severity))
    return Computed(master, content, figures, explained(master, found))


def stored(value: Value | None) -> Decimal | str:
    """A figure as the result of its formula is stored; a missing one is the empty text."""
    match value:
        case None:
            return ""
        case Ratio(part, whole):
            return f"{part:f}/{whole:f}"
    return value
