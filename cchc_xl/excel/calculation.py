"""Whether an office computes a workbook anew when it opens it, so that closing it untouched asks to save."""

from __future__ import annotations

import re

from lxml import etree

from cchc_xl.excel.sheet_xml import M

NEWEST_EXCEL = "191029"
"""Every Excel computes a file anew that an earlier one than itself has computed."""

FORMULA = rb"<(?:\w+:)?f[ />]"
BEFORE = ("sheets", "functionGroups", "externalReferences", "definedNames")


def formulas(sheet: bytes) -> int:
    """How many formulas stand in the part of a sheet."""
    return len(re.findall(FORMULA, sheet))


def compute_when_opened(workbook: etree._Element, asked: bool) -> None:
    """Has an office compute every formula when it opens the workbook, or trust the results that are stored."""
    told = workbook.find(f"{M}calcPr")
    if told is None:
        told = etree.Element(f"{M}calcPr")
        before = [node for name in BEFORE if (node := workbook.find(f"{M}{name}")) is not None]
        before[-1].addnext(told)
    if not asked or told.get("fullCalcOnLoad") not in ("1", "true"):
        told.attrib.update({"calcId": NEWEST_EXCEL, "fullCalcOnLoad": str(int(asked))})
