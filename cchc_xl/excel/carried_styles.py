"""The looks of cells that come from another workbook: what they need is added to this one's styles, each once."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from cchc_xl.excel.ooxml_package import Package, serialise
from cchc_xl.excel.sheet_xml import M

FIRST_OWN_FORMAT = 164
PARTS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


class CarriedStyles:
    """Styles of one workbook that are taken into another."""

    def __init__(self, source: Package, target: Package) -> None:
        self._source = source.tree(_part_of(source))
        self._package, self._part = target, _part_of(target)
        self._target = target.tree(self._part)
        self._known: dict[tuple[str, int], int] = {}

    def of_cells(self, style: int) -> int:
        """The number that a style of cells has here."""
        return self._taken("cellXfs", style)

    def of_condition(self, style: int) -> int:
        """The number that a style of conditional formats has here."""
        return self._taken("dxfs", style)

    def store(self) -> None:
        """Writes the styles into the package."""
        for name in ("numFmts", *PARTS.values(), "cellXfs", "dxfs"):
            if (group := self._target.find(f"{M}{name}")) is not None:
                group.set("count", str(len(group)))
        self._package.write(self._part, serialise(self._target))

    def _taken(self, group: str, number: int) -> int:
        if (group, number) not in self._known:
            theirs, mine = self._source.find(f"{M}{group}"), self._group(group)
            if theirs is None or number >= len(theirs):
                return 0
            node = deepcopy(theirs[number])
            if group == "cellXfs":
                node.set("xfId", "0")
                node.set("numFmtId", str(self._format(int(node.get("numFmtId", "0")))))
                for attribute, part in PARTS.items():
                    node.set(attribute, str(self._taken(part, int(node.get(attribute, "0")))))
            mine.append(node)
            self._known[group, number] = len(mine) - 1
        return self._known[group, number]

    def _format(self, number: int) -> int:
        """The number of a number format here; those below 164 are the same everywhere."""
        told = {node.get("numFmtId"): node.get("formatCode", "") for node in self._source.iter(f"{M}numFmt")}
        if number < FIRST_OWN_FORMAT or str(number) not in told:
            return number
        mine = {node.get("formatCode"): int(node.get("numFmtId", "0")) for node in self._target.iter(f"{M}numFmt")}
        code = told[str(number)]
        if code not in mine:
            mine[code] = max([FIRST_OWN_FORMAT - 1, *mine.values()]) + 1
            etree.SubElement(self._group("numFmts"), f"{M}numFmt", numFmtId=str(mine[code]), formatCode=code)
        return mine[code]

    def _group(self, name: str) -> etree._Element:
        found = self._target.find(f"{M}{name}")
        if found is None:
            found = etree.Element(f"{M}{name}")
            order = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
            place = sum(etree.QName(node).localname in order[: order.index(name)] for node in self._target)
            self._target.insert(place, found)
        return found


def _part_of(package: Package) -> str:
    return package.relationships(package.main).target("styles") or ""
