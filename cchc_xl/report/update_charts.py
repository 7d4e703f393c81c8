"""Refreshes the charts of a report that people have edited; their look and place stay as people left them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cchc_xl.excel.ooxml_package import Package, serialise
from cchc_xl.report.word_charts import WP, C
from cchc_xl.structs import Struct
from cchc_xl.word.word_package import DOCUMENT
from cchc_xl.word.word_xml import Element, to_bytes

CHART = re.compile(r"word/charts/[^/]+\.xml")
DATA = ("dLbls", "cat", "val")
"""What a series says of its figures: the numbers as written, what they are of, and how long the bars are."""


class ChartUpdate(Struct, frozen=True):
    """The titles of charts with fresh figures, and of those that the workbook does not draw: they are as they were."""

    refreshed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def refresh_charts(package: Package, fresh: Package) -> ChartUpdate:
    """Gives the charts of a report the figures of those of the same title in another."""
    new = {_title(chart): chart for _, chart in _charts(fresh)}
    refreshed, kept = [], []
    for part, chart in _charts(package):
        title = _title(chart)
        if title not in new:
            kept.append(title)
        elif _figures(chart) != _figures(new[title]):
            _take_over(chart, new[title])
            package.write(part, serialise(chart))
            refreshed.append(title)
    if refreshed:
        _tell_anew(package, {title: _told(fresh, title) for title in refreshed})
    return ChartUpdate(tuple(refreshed), tuple(kept))


def _charts(package: Package) -> Iterator[tuple[str, Element]]:
    for part in filter(CHART.fullmatch, package.names):
        root = package.tree(part)
        if root.tag == f"{{{C}}}chartSpace":
            yield part, root


def _title(chart: Element) -> str:
    """What the series is called."""
    named = chart.find(f".//{{{C}}}ser/{{{C}}}tx")
    return "" if named is None else "".join(map(str, named.itertext())).strip()


def _figures(chart: Element) -> list[str]:
    return [point.findtext(f"{{{C}}}v", "") for point in chart.iter(f"{{{C}}}pt")]


def _take_over(chart: Element, fresh: Element) -> None:
    """The series' own data in the place of the former ones."""
    old, new = (next(each.iter(f"{{{C}}}ser")) for each in (chart, fresh))
    for name in DATA:
        before, now = old.find(f"{{{C}}}{name}"), new.find(f"{{{C}}}{name}")
        if before is not None and now is not None:
            old.replace(before, now)


def _told(package: Package, title: str) -> str:
    """What a chart shows in words, for people who cannot see it."""
    told = (each.get("descr", "") for each in package.tree(DOCUMENT).iter(f"{{{WP}}}docPr"))
    return next((text for text in told if text.startswith(f"{title}:")), "")


def _tell_anew(package: Package, told: Mapping[str, str]) -> None:
    document = package.tree(DOCUMENT)
    for drawing in document.iter(f"{{{WP}}}docPr"):
        title = next((each for each in told if drawing.get("descr", "").startswith(f"{each}:")), "")
        if told.get(title):
            drawing.set("descr", told[title])
    package.write(DOCUMENT, to_bytes(document))
