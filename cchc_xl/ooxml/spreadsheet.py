"""Cells of a workbook: read with their formats, written without touching anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.files import back_up
from cchc_xl.ooxml.addresses import position
from cchc_xl.ooxml.builtin_formats import BUILTIN_FORMATS
from cchc_xl.ooxml.package import OFFICE_RELATIONSHIPS, Package, parse, serialise
from cchc_xl.reading.cell import Cell
from cchc_xl.reading.legacy import is_old_font

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M = f"{{{MAIN}}}"
CELL, FORMULA, VALUE, INLINE, TEXT = f"{M}c", f"{M}f", f"{M}v", f"{M}is", f"{M}t"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
ESCAPED = "_x([0-9A-Fa-f]{4})_"
LOOKS_ESCAPED = "_(?=x[0-9A-Fa-f]+_)"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

DEFAULT_WIDTH = 8.43
"""Of a column whose width nobody has set."""

Content = Decimal | int | str | None


class Workbook:
    """An .xlsx or .xlsm package with its sheets by name."""

    def __init__(self, path: Path) -> None:
        self.package = Package(path)
        main = self.package.relationships("").target("officeDocument")
        if main is None or not main.endswith("workbook.xml"):
            raise UserError(str(path), "không phải sổ tính Excel.", "Chọn tệp .xlsx hoặc .xlsm.")
        self._main = main
        relationships = self.package.relationships(main)
        root = parse(self.package.read(main))
        self._parts = {
            sheet.get("name", ""): relationships.by_id(sheet.get(f"{{{OFFICE_RELATIONSHIPS}}}id", ""))
            for sheet in root.iter(f"{M}sheet")
        }
        self._string_fonts: dict[int, str] = {}
        self._strings = self._shared_strings(relationships.target("sharedStrings"))
        self._fonts: list[str] = []
        self._formats = self._number_formats(relationships.target("styles"))
        self._blanks: dict[str, Cell] = {}
        self._sheets: dict[str, Sheet] = {}

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Every sheet, in the order of the tabs."""
        return tuple(self._parts)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def sheet(self, name: str) -> Sheet:
        """A sheet by its name."""
        if name not in self._sheets:
            self._sheets[name] = Sheet(self, name, self._parts[name])
        return self._sheets[name]

    def string(self, index: int) -> str:
        """A shared string."""
        return self._strings[index]

    def blank(self, style: str) -> Cell:
        """An empty cell of a style: thousands of them are alike."""
        cell = self._blanks.get(style)
        if cell is None:
            cell = self._blanks[style] = Cell(number_format=self.number_format(int(style)))
        return cell

    def number_format(self, style: int) -> str:
        """The number format code of a cell style."""
        return self._formats[style] if style < len(self._formats) else "General"

    def old_font(self, style: int, string: int = -1) -> str:
        """The font of a cell style, or of a shared string's own letters, where it is one from before Unicode."""
        return self._string_fonts.get(string) or (self._fonts[style] if style < len(self._fonts) else "")

    def flush(self) -> bool:
        """Writes changed sheets into the package; tells whether anything changed."""
        for sheet in self._sheets.values():
            sheet.flush()
        return bool(self.package.changed)

    @property
    def changed(self) -> bool:
        """Whether anything differs from the file."""
        return self.flush()

    def commit(self, backup: datetime | None = None) -> None:
        """Writes the file; the former one is first copied aside under the moment `backup`."""
        self.drop_calculation_chain()
        self.flush()
        if backup is not None:
            back_up(self.package.path, backup)
        self.package.save()

    def drop_calculation_chain(self) -> None:
        """Takes out the list of formula cells: Excel rebuilds it, a wrong one is an error to it."""
        relationships = self.package.relationships(self._main)
        part = relationships.target("calcChain")
        if part and part in self.package:
            self.package.remove(part)
            self.package.undeclare(part)
            relationships.remove("calcChain")

    def _shared_strings(self, part: str | None) -> list[str]:
        if part is None or part not in self.package:
            return []
        items = list(parse(self.package.read(part)).iter(f"{M}si"))
        self._string_fonts = {number: font for number, item in enumerate(items) if (font := _old_font_of(item))}
        return [_text_of(item) for item in items]

    def _number_formats(self, part: str | None) -> list[str]:
        if part is None or part not in self.package:
            return []
        root = parse(self.package.read(part))
        own = {int(node.get("numFmtId", 0)): node.get("formatCode", "") for node in root.iter(f"{M}numFmt")}
        cell_styles = root.find(f"{M}cellXfs")
        fonts = [_old_font_of(font, "name") for font in root.iterfind(f"{M}fonts/{M}font")]
        if cell_styles is not None and any(fonts):
            self._fonts = [fonts[int(style.get("fontId", 0))] for style in cell_styles]
        numbers = [] if cell_styles is None else [int(style.get("numFmtId", 0)) for style in cell_styles]
        return [own.get(number) or BUILTIN_FORMATS.get(number, "General") for number in numbers]


def _text_of(item: etree._Element) -> str:
    """The text of a string item; phonetic hints (rPh) are not part of it."""
    if _is_plain(item):
        return unescaped(item[0].text or "")
    return unescaped("".join(
        node.text or "" for node in item.iter(f"{M}t")
        if (parent := node.getparent()) is not None and parent.tag != f"{M}rPh"
    ))


def _is_plain(item: etree._Element) -> bool:
    """Whether a string item is one text without formats of its own, as nearly all are."""
    return len(item) == 1 and item[0].tag == TEXT


def _old_font_of(item: etree._Element, tag: str = "rFont") -> str:
    """The first font from before Unicode that letters are set in."""
    if _is_plain(item):
        return ""
    return next((name for node in item.iter(f"{M}{tag}") if is_old_font(name := node.get("val", ""))), "")


def unescaped(text: str) -> str:
    """The text of a cell: _x000D_ stands for a character (ECMA-376 Part 1, 22.9.2.19)."""
    return re.sub(ESCAPED, lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def escaped(text: str) -> str:
    """The text so that no program takes part of it for an escape; LibreOffice does so with fewer than four digits."""
    return re.sub(LOOKS_ESCAPED, "_x005F_", text) if "_x" in text else text


class Sheet:
    """One sheet: cells by address. Writing equal content leaves the part as it was."""

    def __init__(self, workbook: Workbook, name: str, part: str) -> None:
        self.workbook = workbook
        self.name = name
        self.part = part
        self.root = parse(workbook.package.read(part))
        self._data = self._sheet_data()
        self._rows = {int(row.get("r", 0)): row for row in self._data}
        self._nodes = {node.get("r", ""): node for node in self._data.iter(CELL)}
        self._cells: dict[str, Cell] = {}
        self._widths: dict[int, float] = {}
        self._dirty = False

    def _sheet_data(self) -> etree._Element:
        data = self.root.find(f"{M}sheetData")
        if data is None:
            raise UserError(self.name, "sheet này không phải bảng tính.")
        return data

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell that is not empty, row by row."""
        for address, node in self._nodes.items():
            # Thousands of cells are there for their borders only; looking for content is cheaper than reading.
            if len(node):
                cell = self.cell(address)
                if not cell.empty or cell.formula:
                    yield address, cell

    def cell(self, address: str) -> Cell:
        """One cell; an empty one where there is none. Each is read from the XML once."""
        cell = self._cells.get(address)
        if cell is None:
            node = self._nodes.get(address)
            cell = self._cells[address] = EMPTY if node is None else self._read(node)
        return cell

    def row(self, number: int) -> Iterator[tuple[str, Cell]]:
        """Every cell of a row that is not empty."""
        node = self._rows.get(number)
        for address in () if node is None else [each.get("r", "") for each in node.iter(CELL) if len(each)]:
            cell = self.cell(address)
            if not cell.empty or cell.formula:
                yield address, cell

    @property
    def last_row(self) -> int:
        """The number of the last row that exists."""
        return max(self._rows, default=0)

    @property
    def merged(self) -> list[str]:
        """The merged ranges, as A1:B2."""
        return [node.get("ref", "") for node in self.root.iter(f"{M}mergeCell")]

    def column_width(self, column: int) -> float:
        """Width of a column in characters."""
        if column not in self._widths:
            self._widths[column] = self._width(column)
        return self._widths[column]

    def _width(self, column: int) -> float:
        for node in self.root.iter(f"{M}col"):
            if int(node.get("min", 0)) <= column <= int(node.get("max", 0)):
                return float(node.get("width", DEFAULT_WIDTH))
        return DEFAULT_WIDTH

    def show_column(self, column: int) -> None:
        """Unhides a column."""
        for node in self.root.iter(f"{M}col"):
            if int(node.get("min", 0)) <= column <= int(node.get("max", 0)) and node.get("hidden"):
                del node.attrib["hidden"]
                self._dirty = True

    def grow_row(self, row: int, points: float) -> None:
        """Makes a row at least so tall, unless a person has set its height."""
        node = self._rows.get(row)
        if node is None or node.get("customHeight") in ("1", "true") or float(node.get("ht", 0)) >= points:
            return
        node.set("ht", f"{points:g}")
        self._dirty = True

    def mark_changed(self) -> None:
        """Says that something outside the cells (a relationship element) was changed."""
        self._dirty = True

    def flush(self) -> None:
        """Writes the sheet into the package if it changed."""
        if self._dirty:
            self.workbook.package.write(self.part, serialise(self.root))
            self._dirty = False

    def keep_own_notes(self, wanted: Mapping[str, str], author: str, mark: str) -> None:
        """Makes our notes (their text begins with `mark`) exactly `wanted`; a cell with a person's note gets none."""
        from cchc_xl.ooxml.notes import Notes  # notes.py builds on this module

        Notes(self).keep_own(wanted, author, mark)

    def put(self, address: str, content: Content, formula: str = "", style_like: str = "") -> bool:
        """Sets a cell's content, keeping its style; tells whether that changed anything.

        With `formula`, `content` is its stored result. A new cell takes the style of `style_like`.
        """
        if isinstance(content, str):
            content = CONTROL.sub("", content)
        node = self._nodes.get(address)
        if node is None:
            if content in (None, "") and not formula:
                return False
            node = self._new_cell(address, style_like)
        elif self._holds(node, address, content, formula):
            return False
        self._fill(node, content, formula)
        self._cells.pop(address, None)
        self._dirty = True
        return True

    def _holds(self, node: etree._Element, address: str, content: Content, formula: str) -> bool:
        """Whether a cell holds the content already; one that stands for its borders only is not read for that."""
        if not len(node) and not formula and content in (None, ""):
            return True
        return self._same(self.cell(address), content, formula)

    @staticmethod
    def _same(cell: Cell, content: Content, formula: str) -> bool:
        """Whether a cell holds the content already; a shared or array formula ("?") is always written anew."""
        wanted = Decimal(content) if isinstance(content, int) else content
        if cell.formula != formula or cell.error or isinstance(cell.value, Decimal) != isinstance(wanted, Decimal):
            return False
        return (cell.value == wanted) or (not cell.value and not wanted)

    def _fill(self, node: etree._Element, content: Content, formula: str) -> None:
        for child in list(node):
            node.remove(child)
        if "t" in node.attrib:
            del node.attrib["t"]
        if formula:
            etree.SubElement(node, f"{M}f").text = formula
        if isinstance(content, str) and (content or formula):
            self._fill_text(node, content, bool(formula))
        elif content is not None and content != "":
            etree.SubElement(node, f"{M}v").text = f"{content:f}" if isinstance(content, Decimal) else str(content)

    @staticmethod
    def _fill_text(node: etree._Element, content: str, is_result: bool) -> None:
        if is_result:
            node.set("t", "str")
            etree.SubElement(node, f"{M}v").text = escaped(content)
            return
        node.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(node, f"{M}is"), f"{M}t")
        text.text = escaped(content)
        if content != content.strip() or "\n" in content:
            text.set(SPACE, "preserve")

    def _new_cell(self, address: str, style_like: str) -> etree._Element:
        row_number, column = position(address)
        row = self._rows.get(row_number)
        if row is None:
            row = self._new_row(row_number)
        node = etree.Element(f"{M}c", r=address)
        model = self._nodes.get(style_like)
        if model is not None and model.get("s"):
            node.set("s", model.get("s", ""))
        # From the end: in a row of thousands of columns the new cell is mostly one of the last.
        for other in row.iterchildren(reversed=True):
            if position(other.get("r", "A1"))[1] < column:
                other.addnext(node)
                break
        else:
            row.insert(0, node)
        self._nodes[address] = node
        return node

    def _new_row(self, number: int) -> etree._Element:
        row = etree.Element(f"{M}row", r=str(number))
        place = sum(1 for other in self._rows if other < number)
        self._data.insert(place, row)
        self._rows[number] = row
        return row

    def _read(self, node: etree._Element) -> Cell:
        if not len(node):
            return self.workbook.blank(node.get("s", "0"))
        style = int(node.get("s", 0))
        number_format = self.workbook.number_format(style)
        kind = node.get("t", "n")
        formula, text, inline = _held(node)
        if kind == "inlineStr":
            font = ("" if inline is None else _old_font_of(inline)) or self.workbook.old_font(style)
            return Cell("" if inline is None else _text_of(inline), number_format, formula, font=font)
        if kind == "e":
            return Cell(None, number_format, formula, text or "#ERROR")
        font = self.workbook.old_font(style, int(text)) if kind == "s" and text else ""
        return Cell(self._value(kind, text), number_format, formula, font=font)

    def _value(self, kind: str, text: str) -> Decimal | str | bool | None:
        if not text:
            return None
        if kind == "s":
            return self.workbook.string(int(text))
        if kind == "b":
            return text == "1"
        return unescaped(text) if kind == "str" else _exact(text)


def _held(node: etree._Element) -> tuple[str, str, etree._Element | None]:
    """Formula, value and own text of a cell. Asking the cell for each of them by name takes three times as long."""
    formula, value, inline = "", "", None
    for child in node:
        tag = child.tag
        if tag == VALUE:
            value = child.text or ""
        elif tag == INLINE:
            inline = child
        elif tag == FORMULA:
            formula = _formula(child)
    return formula, value, inline


def _formula(node: etree._Element) -> str:
    """The text of a formula; "?" for shared and array formulas, whose text may stand elsewhere."""
    return "?" if node.get("t") in ("shared", "array") else node.text or "?"


EMPTY = Cell()


def _exact(text: str) -> Decimal:
    """The number as people see it: Excel stores 99.95 as 99.950000000000003."""
    try:
        return Decimal(repr(float(text))).normalize() + 0
    except (ValueError, InvalidOperation):
        return Decimal(text)
