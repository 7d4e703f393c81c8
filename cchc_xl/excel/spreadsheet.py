"""Cells of a workbook: read with their formats, written without touching anything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import chain
from pathlib import Path

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.cell_content import (
    BUILTIN_FORMATS,
    OWN_TEXT,
    RESULT_TEXT,
    Content,
    unescaped,
    without_control,
)
from cchc_xl.excel.notes_and_inputs import FlagColour, InputCells, Notes, mend
from cchc_xl.excel.ooxml_package import OFFICE_RELATIONSHIPS, Package, serialise
from cchc_xl.excel.sheet_xml import (
    MAIN,
    OFF,
    M,
    SheetTree,
    compute_when_opened,
    content_of,
    formulas,
    old_font_of,
    says,
    text_of,
)
from cchc_xl.files import back_up
from cchc_xl.reading.raw_cell import EXCEL_EPOCH, Cell

HEAD = 8192
DATE_FORMAT = "dd/mm/yyyy"
USUAL_LOOK = "General", ""
DAYS_BEFORE_1904 = 1462
"""Days from the usual first day to the one of workbooks that count from 1904, as Excel for the Mac once made them."""

DEFAULT_WIDTH = 8.43
"""Of a column whose width nobody has set."""


class Workbook:
    """An .xlsx or .xlsm package with its sheets by name."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        """Reads the file, or `data` in its place."""
        self.package = Package(path, data)
        main = self.package.main
        if not main or MAIN.encode() not in self.package.read(main)[:HEAD]:
            remedy = "Sổ tính dạng khác thì mở rồi lưu lại dạng .xlsx; báo cáo Word thì dùng lệnh cchc-xl reconcile."
            raise UserError(str(path), "không phải sổ tính Excel.", remedy)
        self._main = main
        relationships = self.package.relationships(main)
        root = self.package.tree(main)
        tables = relationships.of_kind("worksheet")
        sheets = {sheet.get("name", ""): sheet for sheet in root.iter(f"{M}sheet")}
        parts = {name: sheet.get(f"{{{OFFICE_RELATIONSHIPS}}}id", "") for name, sheet in sheets.items()}
        self._parts = {name: tables[part] for name, part in parts.items() if tables.get(part, "") in self.package}
        hidden = (name for name, sheet in sheets.items() if sheet.get("state", "visible") != "visible")
        self.hidden_sheets = frozenset(hidden)
        self.days_before = DAYS_BEFORE_1904 if says(next(root.iter(f"{M}workbookPr"), None), "date1904") else 0
        self._strings = self._shared_strings(relationships.target("sharedStrings"))
        self.open_styles: set[int] = set()
        """Those whose cells people can type in on a protected sheet."""
        self._looks = self._looks_of_styles(relationships.target("styles"))
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

    def read_anew(self) -> None:
        """Forgets the sheets as they were read: their parts have been changed in the package."""
        self._sheets.clear()

    def part_of(self, name: str) -> str:
        """The part of a sheet."""
        return self._parts[name]

    def string(self, number: str) -> tuple[str, str]:
        """A shared string, and the font of its own letters where it is one from before Unicode.

        Raises `UserError` where there is none of that number.
        """
        index = int(number) if number.isdecimal() else -1
        if not 0 <= index < len(self._strings):
            what = f"tệp bị hỏng: một ô lấy chữ số {number[:20]}, tệp chỉ có {len(self._strings)} chữ dùng chung."
            raise UserError(str(self.package.path), what, "Mở bằng Excel rồi lưu lại, hoặc lấy lại bản gốc.")
        return self._strings[index]

    def look(self, style: str) -> tuple[str, str]:
        """The number format code of a cell style, and its font where it is one from before Unicode."""
        return self._looks.get(style, USUAL_LOOK)

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
        if self.flush():
            self._tell_calculation()
        if backup is not None:
            back_up(self.package.path, backup)
        self.package.save()

    def _tell_calculation(self) -> None:
        """An office has to compute what was written around formulas whose results were not stored with it."""
        there = {name: formulas(self.package.read(part)) for name, part in self._parts.items()}
        if any(there.values()):
            root = self.package.tree(self._main)
            left = [name for name, count in there.items() if count and count > len(self.sheet(name).computed)]
            compute_when_opened(root, bool(left))
            self.package.write(self._main, serialise(root))
            for name in left:
                self.sheet(name).forget_results()
            self.flush()

    def drop_calculation_chain(self) -> None:
        """Takes out the list of formula cells: Excel rebuilds it, a wrong one is an error to it."""
        relationships = self.package.relationships(self._main)
        part = relationships.target("calcChain")
        if part and part in self.package:
            self.package.remove(part)
            self.package.undeclare(part)
            relationships.remove("calcChain")

    def _shared_strings(self, part: str | None) -> list[tuple[str, str]]:
        if part is None or part not in self.package:
            return []
        texts = map(text_of, self.package.tree(part).iter(f"{M}si"))
        return [(unescaped(text), font) for text, font in texts]

    def _looks_of_styles(self, part: str | None) -> dict[str, tuple[str, str]]:
        if part is None or part not in self.package:
            return {}
        root = self.package.tree(part)
        own = {int(node.get("numFmtId", 0)): node.get("formatCode", "") for node in root.iter(f"{M}numFmt")}
        fonts = [old_font_of(font, "name") for font in root.iterfind(f"{M}fonts/{M}font")]
        styles = list(root.iterfind(f"{M}cellXfs/{M}xf"))
        told = ((number, style.find(f"{M}protection")) for number, style in enumerate(styles))
        self.open_styles = {number for number, lock in told if lock is not None and lock.get("locked") in OFF}
        numbers = (int(style.get("numFmtId", 0)) for style in styles)
        formats = [own.get(number) or BUILTIN_FORMATS.get(number, "General") for number in numbers]
        fonts_of = [fonts[int(style.get("fontId", 0))] for style in styles] if any(fonts) else [""] * len(styles)
        return {str(number): look for number, look in enumerate(zip(formats, fonts_of, strict=True))}


class Sheet:
    """One sheet: cells by address. Writing equal content leaves the part as it was."""

    def __init__(self, workbook: Workbook, name: str, part: str) -> None:
        self.workbook = workbook
        self.name = name
        self.part = part
        self.tree = SheetTree(name, workbook.package.tree(part))
        self._widths: dict[int, float] = {}
        self.dirty = False
        self.computed: set[str] = set()
        """The cells whose formula was put, with its result."""

    @cached_property
    def _cells(self) -> dict[str, Cell]:
        """The cells that are not empty, read from the XML at once."""
        return {
            address: cell for address, node in self.tree.nodes.items()
            if len(node) and ((cell := self._cell_of(node)).value is not None or cell.formula or cell.error)
        }

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell that is not empty, row by row."""
        return iter(self._cells.items())

    def row(self, number: int) -> Iterator[tuple[str, Cell]]:
        """Every cell of a row that is not empty."""
        return ((each, self._cells[each]) for each in self.tree.filled_in(number) if each in self._cells)

    def cell(self, address: str) -> Cell:
        """One cell; an empty one where there is none."""
        return self._cells.get(address, EMPTY)

    @property
    def last_row(self) -> int:
        """The number of the last row that exists."""
        return self.tree.last_row

    @property
    def merged(self) -> list[str]:
        """The merged ranges, as A1:B2."""
        return self.tree.merged

    def hides_row(self, row: int) -> bool:
        """Whether somebody has hidden a row."""
        return says(self.tree.row(row), "hidden")

    def hides_column(self, column: int) -> bool:
        """Whether somebody has hidden a column."""
        return says(self.tree.column(column), "hidden")

    def column_width(self, column: int) -> float:
        """Width of a column in characters."""
        if column not in self._widths:
            told = self.tree.column(column)
            self._widths[column] = float((told.get("width") if told is not None else None) or DEFAULT_WIDTH)
        return self._widths[column]

    def notes(self) -> dict[str, str]:
        """The text of every note, by address."""
        return self._notes().texts()

    def show_column(self, column: int) -> None:
        """Unhides a column."""
        self.dirty |= self.tree.show_column(column)

    def fit_row(self, row: int, least: float, beyond: float) -> None:
        """Makes a row `least` points high where it is lower or `beyond`, unless a person has set its height.

        A row of 0 points is as high as the office measures it.
        """
        told = self.tree.row(row)
        if told is None or says(told, "customHeight") or least <= float(told.get("ht", "0")) < beyond:
            return
        self.tree.set_height(row, least)
        self.dirty = True

    def flush(self) -> None:
        """Writes the sheet into the package if it changed."""
        if self.dirty:
            self.workbook.package.write(self.part, self.tree.serialised())
            self.dirty = False

    def keep_own_notes(self, wanted: Mapping[str, str], author: str, mark: str) -> None:
        """Makes our notes (their text begins with `mark`) exactly `wanted`; a cell with a person's note gets none."""
        self.dirty |= self._notes().keep_own(wanted, author, mark)

    def _notes(self) -> Notes:
        return Notes(self.workbook.package, self.part, self.tree)

    def put(self, address: str, content: Content, formula: str = "", style_like: str = "") -> bool:
        """Sets a cell's content, keeping its style; tells whether that changed anything.

        With `formula`, `content` is its stored result. A new cell takes the style of `style_like`.
        """
        if content is None and not formula and address not in self.tree:
            return False
        if isinstance(content, str):
            content = without_control(content)
        (self.computed.add if formula else self.computed.discard)(address)
        if self._same(self.cell(address), content, formula) and not (formula and self.tree.lacks_result(address)):
            return False
        style = self.tree.style(address)
        if style is None:
            style = self.tree.style(style_like)
        node = self.tree.put(address, self._stored(content, style or 0), formula, style or 0)
        if node is None:
            self._cells.pop(address, None)
        else:
            self._cells[address] = self._cell_of(node)
        self.dirty = True
        return True

    def keep_inputs(self, inputs: Sequence[InputCells], colours: Sequence[FlagColour]) -> None:
        """Opens input cells, with their validations and colours, where something has taken that from them.

        A number that only its pasted look shows as a date, a time or a percentage becomes that text: its digits alone
        would be another figure.
        """
        for address in chain.from_iterable(each.cells for each in inputs):
            if (text := self.cell(address).shown) and self.tree.style(address) not in self.workbook.open_styles:
                self.put(address, text)
        self.dirty |= mend(self.tree, inputs, colours, self.workbook.open_styles)

    def forget_results(self) -> None:
        """Takes the stored results of formulas away that were not put: LibreOffice trusts whatever stands there."""
        self.dirty |= self.tree.forget_results(self.computed)
        self._read_again()

    def dress(self, like: int, last: int, last_column: int) -> None:
        """Makes the rows after `like` look like it down to `last`, and any later one like an empty sheet."""
        for column in range(1, last_column + 1):
            letters = column_letters(column)
            look = self.tree.style(f"{letters}{like}") or 0
            told = self.tree.column(column)
            empty = told.get("style", "0") if told is not None else "0"
            for row in range(like + 1, max(last, self.last_row) + 1):
                self._give_style(f"{letters}{row}", look if row <= last else int(empty))

    def _give_style(self, address: str, style: int) -> None:
        if (self.tree.style(address) or 0) != style:
            self.tree.set_style(address, style)
            self._read_again()
            self.dirty = True

    def _read_again(self) -> None:
        self.__dict__.pop("_cells", None)

    @staticmethod
    def _same(cell: Cell, content: Content, formula: str) -> bool:
        """Whether a cell holds the content already; a shared or array formula ("?") is always written anew."""
        if cell is EMPTY:
            return not formula and (content is None or content == "")
        wanted = Decimal(content) if isinstance(content, int) else content
        if cell.formula != formula or cell.error or isinstance(cell.value, Decimal) != isinstance(wanted, Decimal):
            return False
        return (cell.value == wanted) or (not cell.value and not wanted)

    def _stored(self, content: Content, style: int) -> Content:
        """The content as the file counts its days: in a workbook of 1904 days have smaller numbers."""
        if isinstance(content, str) or content is None or not self.workbook.days_before:
            return content
        before, shown = self.workbook.days_before, self.workbook.look(str(style))[0]
        return content - before if content >= before and Cell(Decimal(content), shown).is_date else content

    def _cell_of(self, node: etree._Element) -> Cell:
        kind, formula, text, font = content_of(node)
        number_format, usual_font = self.workbook.look(node.get("s", "0"))
        if kind == OWN_TEXT:
            return Cell(unescaped(text), number_format, formula, "", font or usual_font)
        if kind == "d" and (serial := serial_of(text)) is not None:
            return Cell(serial, number_format if "y" in number_format.lower() else DATE_FORMAT, formula)
        if kind == "s" and text:
            string, font = self.workbook.string(text)
            return Cell(string, number_format, formula, "", font or usual_font)
        if kind == "e":
            return Cell(None, number_format, formula, text or "#ERROR")
        cell = Cell(_value(kind, text) if text else None, number_format, formula, "", usual_font)
        if self.workbook.days_before and isinstance(cell.value, Decimal) and cell.is_date:
            return Cell(cell.value + self.workbook.days_before, number_format, formula)
        return cell


EMPTY = Cell()
UNREADABLE_FROM = Decimal(10) ** 100
"""Numbers that nobody has typed; they stay texts."""
FEW_DIGITS = 15
"""So many digits come back from a float as they were."""


def _value(kind: str, text: str) -> Decimal | str | bool:
    if kind == "b":
        return text == "1"
    return unescaped(text) if kind == RESULT_TEXT else _exact(text)


def _exact(text: str) -> Decimal | str:
    """The number as people see it: Excel stores 99.95 as 99.950000000000003. The text where it is no number."""
    if len(text) <= FEW_DIGITS and text.isdecimal():
        return Decimal(text)
    try:
        number = Decimal(repr(float(text))).normalize() + 0
    except (ValueError, InvalidOperation):
        return text
    return number if number.is_finite() and abs(number) < UNREADABLE_FROM else text


def serial_of(text: str) -> Decimal | None:
    """The number of a day that a cell of type date holds as year-month-day; None where it is no day."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return Decimal((day - EXCEL_EPOCH).days)
