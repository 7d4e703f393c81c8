"""The look of a new workbook, kept in one place: fonts, borders, colours; paper and protection, alike on every sheet;
and the package that it becomes, with what openpyxl leaves out of order in the style sheet.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, TypeVar, cast

from openpyxl import styles
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.formatting.rule import CellIsRule, DataBarRule, FormulaRule, Rule
from openpyxl.styles import Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from cchc_xl.excel.ooxml_package import Package, serialise
from cchc_xl.excel.sheet_xml import M

Look = TypeVar("Look")


def _hashed_once(kind: type[Look]) -> type[Look]:
    """openpyxl asks for the hash of a style with every cell that gets it; those kept here never change."""

    def kept(self: Any) -> int:
        self._kept = getattr(self, "_kept", 0) or kind.__hash__(self)
        return int(self._kept)

    meta: Any = type(kind)
    made = meta(kind.__name__, (kind,), {"__hash__": kept})
    # What openpyxl writes of a style is told by its own class; one made from another would have nothing to write.
    for name in ("__attrs__", "__elements__", "__nested__"):
        setattr(made, name, getattr(kind, name))
    return cast("type[Look]", made)


Font = _hashed_once(styles.Font)
Alignment, Border = _hashed_once(styles.Alignment), _hashed_once(styles.Border)
PatternFill, Protection = _hashed_once(styles.PatternFill), _hashed_once(styles.Protection)

FONT_NAME = "Times New Roman"
INPUT_COLOUR = "FFF9E1"
HEADER_COLOUR = "D9E2F0"
FLAG_COLOURS = {"E": "F8B4B4", "W": "FBD38D", "I": "CFE3FA"}

THIN = Side(style="thin", color="808080")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)

DEFAULT = Font(name=FONT_NAME, size=11)
NORMAL = Font(name=FONT_NAME, size=12)
SMALL = Font(name=FONT_NAME, size=11)
SMALL_BOLD = Font(name=FONT_NAME, size=11, bold=True)
NOTE = Font(name=FONT_NAME, size=10)
BOLD = Font(name=FONT_NAME, size=12, bold=True)
TITLE = Font(name=FONT_NAME, size=14, bold=True)
ITALIC = Font(name=FONT_NAME, size=12, italic=True)
HINT = Font(name=FONT_NAME, size=10, italic=True, color="808080")
LINK = Font(name=FONT_NAME, size=11, underline="single", color="0563C1")

LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
TOP_LEFT = Alignment(horizontal="left", vertical="top", wrap_text=True)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center", shrink_to_fit=True)
"""Of numbers; also of the words that stand for one, in a column no wider than numbers are."""

OPEN = Protection(locked=False)


def fill(colour: str) -> styles.PatternFill:
    """A solid fill."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def shown_when(
    formula: str, *, fill: styles.PatternFill | None = None, font: styles.Font | None = None, stop: bool | None = None
) -> Rule:
    """A conditional format that looks at a formula; with `stop`, those that follow are not asked where it holds."""
    return FormulaRule(formula=[formula], fill=fill, font=font, stopIfTrue=stop)  # type: ignore[no-any-return, no-untyped-call]


def shown_above_zero(fill: styles.PatternFill) -> Rule:
    """A conditional format for numbers that should be zero."""
    return CellIsRule(operator="greaterThan", formula=["0"], fill=fill)  # type: ignore[no-any-return, no-untyped-call]


def share_bar() -> Rule:
    """A bar from 0 to 100."""
    return DataBarRule(  # type: ignore[no-any-return, no-untyped-call]
        start_type="num", start_value=0, end_type="num", end_value=100, color="9DC3E6"
    )


def dress(cell: Cell | MergedCell, *looks: object) -> Cell | MergedCell:
    """The cell with a font, an alignment, a fill, a border, a protection, a number format, whichever are given."""
    for look in looks:
        setattr(cell, KINDS[type(look)], look)
    return cell


KINDS = {
    Font: "font", Alignment: "alignment", PatternFill: "fill", Border: "border", Protection: "protection",
    str: "number_format",
}
INPUT = fill(INPUT_COLOUR)
COMPUTED = fill("E8EEF7")
HEADER = fill(HEADER_COLOUR)
SECTION = fill("EEF2F8")
HEAD = BOLD, CENTRE, HEADER, BOX
"""Of a heading."""
NOT_ASKED = PatternFill("lightUp", start_color="BFBFBF", end_color="F0F0F0")


def set_up_page(sheet: Worksheet, area: str, *, landscape: bool, repeat_row: int | None = None) -> None:
    """A4, one page wide, header row repeated, page numbers below. Margins in inches (20, 20, 20, 15 mm).

    Without an area all rows in use are printed.
    """
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left, sheet.page_margins.right = 0.79, 0.59
    sheet.page_margins.top = sheet.page_margins.bottom = 0.79
    if area:
        sheet.print_area = area
    if repeat_row:
        sheet.print_title_rows = f"{repeat_row}:{repeat_row}"
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = "Trang &P/&N"
    sheet.print_options.horizontalCentered = True


def protect(sheet: Worksheet) -> None:
    """Protection without a password: it guards against slips, not against people."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.formatCells = False
    protection.autoFilter = protection.sort = False
    protection.objects = protection.scenarios = False


# The order of a font's properties (CT_Font as Microsoft's schema has it); openpyxl writes them in another.
FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family",
    "charset", "scheme",
)
STYLES_PART = "xl/styles.xml"


def package_of(workbook: Workbook) -> Package:
    """The workbook with the properties of every font of its style sheet in order."""
    buffer = io.BytesIO()
    # It is packed again when it is written to its place, so little time is spent on it here.
    ExcelWriter(workbook, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1)).save()
    package = Package(Path("new.xlsx"), buffer.getvalue())
    root = package.tree(STYLES_PART)
    for font in root.iter(f"{M}font"):
        font[:] = sorted(font, key=lambda node: FONT_ORDER.index(node.tag.removeprefix(M)))
    package.write(STYLES_PART, serialise(root))
    return package
