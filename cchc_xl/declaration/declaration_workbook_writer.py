"""Writes a declaration, and the comparison of two, as workbooks that an official edits: lists, prompts and colours help
while typing; and the faults of a declaration into its own workbook: the list, which all colours follow, and cell notes.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.declaration.declaration_workbook import (
    CERTAIN,
    CHANGES_SHEET,
    DRAFT_SHEET,
    FAULTS_SHEET,
    GUIDE_SHEET,
    LINE_TITLES,
    MUST_ANSWER,
    NEW_SHEET,
    OLD_SHEET,
    SHOULD_LOOK,
    TITLES,
    WORDS,
    DraftedCell,
    ListedLine,
)
from cchc_xl.declaration.load_form import Located
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.spreadsheet import Sheet, Workbook as Book
from cchc_xl.files import refuse_if_open
from cchc_xl.schema import declaration_tables, declaration_words
from cchc_xl.schema.declaration_tables import (
    BY_KEY,
    DRAFT_COLUMNS,
    FAULT,
    FAULT_COLUMNS,
    SHEETS,
    DeclaredColumn,
    DeclaredSheet,
    DeclaredTable,
    DeclaredTables,
    tidied,
)
from cchc_xl.schema.declaration_words import plain, shielded
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import astuple

LAST_ROW = 2000
"""Lists, prompts and colours reach as far."""

FONT = "Times New Roman"
NORMAL, BOLD = Font(name=FONT, size=11), Font(name=FONT, size=11, bold=True)
LINK = Font(name=FONT, size=11, underline="single", color="0563C1")
THIN = Side(style="thin", color="BFBFBF")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
TOP, CENTRE = Alignment(vertical="top", wrap_text=True), Alignment("center", "center", wrap_text=True)


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


HEADER, MACHINE, RED, ORANGE, GREY, YELLOW = map(
    _fill, ("D9E2F0", "EFEFEF", "F8B4B4", "FBD38D", "E4E9F2", "FFF6B0")
)
KEY_COLUMN = "G"


def to_workbook(tables: DeclaredTables, drafted: Sequence[DraftedCell] = ()) -> bytes:
    """The content of BIEU_MAU_<mã>.xlsx; of a draft with the list of what was proposed."""
    workbook = _empty()
    for sheet in declaration_tables.SHEETS:
        _add(workbook, sheet, tables.by_key.get(sheet.key))
    if drafted:
        _add_draft(workbook, drafted)
    _add_faults(workbook)
    _add_guide(workbook)
    return _saved(workbook)


def _empty() -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    return workbook


def _saved(workbook: Workbook) -> bytes:
    """The content of a workbook's file."""
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _add(workbook: Workbook, sheet: DeclaredSheet, table: DeclaredTable | None) -> None:
    page = workbook.create_sheet(sheet.title)
    titles = list(table.titles) if table else []
    titles += [title for title in sheet.titles if title not in titles]
    known = {column.title: column for column in sheet.columns}
    _heads(page, [known.get(title, DeclaredColumn(title)) for title in titles])
    for number, cells in table.rows if table else ():
        _line(page, number, cells)
    _finish(page, len(titles), page.cell(2, 4 if sheet is declaration_tables.INDICATORS else 2))
    _colours(page, sheet, {title: get_column_letter(number) for number, title in enumerate(titles, 1)})


def _finish(page: Worksheet, columns: int, below: str | Cell = "A2") -> None:
    """Headings that stay in sight, with filters; printed one page wide, the headings on every page."""
    page.freeze_panes = below
    page.auto_filter.ref = f"A1:{get_column_letter(columns)}{page.max_row}"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    page.print_title_rows = "1:1"


def _heads(page: Worksheet, columns: Iterable[DeclaredColumn]) -> None:
    """The headings in the first row, and what helps while the cells below are typed."""
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        head = page.cell(1, number, column.title)
        head.font, head.fill, head.alignment, head.border = BOLD, HEADER, CENTRE, BOX
        dimension = page.column_dimensions[letter]
        dimension.width = column.width
        # What is typed stays as typed: 1.10 is a code, not a number.
        dimension.number_format, dimension.font, dimension.alignment = "@", NORMAL, TOP
        if column.words or column.prompt:
            page.add_data_validation(_help(column, f"{letter}2:{letter}{LAST_ROW}"))


def _help(column: DeclaredColumn, cells: str) -> DataValidation:
    """A list to choose from, or a prompt beside the cell."""
    prompt = column.prompt or f"Chọn: {'; '.join(column.words)}"
    made = DataValidation(
        type="list" if column.words else None, formula1=f'"{",".join(column.words)}"' if column.words else None,
        allow_blank=True, showInputMessage=True, showErrorMessage=bool(column.words), promptTitle=column.title[:32],
        prompt=prompt[:255], errorTitle="Chưa đúng", error=f"Chọn một trong danh sách của cột {column.title}."[:225],
        sqref=cells,
    )
    made.errorStyle = "warning"
    return made


def _line(page: Worksheet, number: int, cells: Sequence[str]) -> None:
    """The texts of a row."""
    for place, text in enumerate(cells, 1):
        cell = page.cell(number, place)
        cell.font, cell.alignment, cell.number_format = NORMAL, TOP, "@"
        if text:
            cell.value, cell.data_type = shielded(tidied(text)), "s"


def _colours(page: Worksheet, sheet: DeclaredSheet, letters: dict[str, str]) -> None:
    last = get_column_letter(len(letters))
    first = letters[sheet.titles[0]]
    whole = f"A2:{last}{LAST_ROW}"
    key = f'"{sheet.title}!"&ADDRESS(ROW(),COLUMN(),4)'
    _rule(page, whole, f"COUNTIF('{FAULTS_SHEET}'!${KEY_COLUMN}:${KEY_COLUMN},{key})>0", RED)
    if sheet in (declaration_tables.INDICATORS, declaration_tables.RULES, declaration_tables.UNITS):
        area = f"{first}2:{first}{LAST_ROW}"
        _rule(page, area, f'AND({first}2<>"",COUNTIF(${first}$2:${first}${LAST_ROW},{first}2)>1)', RED)
    if sheet is declaration_tables.INDICATORS:
        _row_colours(page, letters, whole)


def _row_colours(page: Worksheet, at: dict[str, str], whole: str) -> None:
    kind, code, label = at["Kiểu"], at["Mã"], at["Chỉ tiêu"]
    units = f"'{declaration_tables.UNITS.title}'"
    _rule(page, f"{kind}2:{kind}{LAST_ROW}", f'AND(${label}2<>"",${kind}2="")', ORANGE)
    for title in ("Tử số", "Mẫu số"):
        letter = at[title]
        area = f"{letter}2:{letter}{LAST_ROW}"
        rate = declaration_words.KINDS[Kind.PERCENT]
        _rule(page, area, f'AND(${kind}2="{rate}",{letter}2="")', ORANGE)
        _rule(page, area, f'AND({letter}2<>"",COUNTIF(${code}$2:${code}${LAST_ROW},{letter}2)=0)', RED)
    who = at["Ai báo cáo"]
    known = f"COUNTIF({units}!$A:$C,{who}2)=0"
    _rule(page, f"{who}2:{who}{LAST_ROW}", f'AND({who}2<>"",ISERROR(FIND(";",{who}2)),{known})', RED)
    _rule(page, whole, f'${kind}2="{declaration_words.SECTION}"', HEADER, BOLD)
    _rule(page, whole, f'${kind}2="{declaration_words.GROUP}"', GREY, BOLD)
    machine = at["Tên máy"]
    _rule(page, f"{machine}2:{machine}{LAST_ROW}", f'${code}2<>""', MACHINE)


def _rule(page: Worksheet, cells: str, formula: str, fill: PatternFill, font: Font | None = None) -> None:
    """Colours cells where a formula is true."""
    bold = Font(bold=True) if font is not None else None
    page.conditional_formatting.add(cells, FormulaRule(formula=[formula], fill=fill, font=bold))  # type: ignore[no-untyped-call]


def _add_faults(workbook: Workbook) -> None:
    """The list that `form check` writes; the colours of all sheets follow its hidden last column."""
    page = workbook.create_sheet(FAULTS_SHEET)
    _heads(page, FAULT_COLUMNS)
    for number, column in enumerate(FAULT_COLUMNS, 1):
        cell = page.cell(2, number)
        cell.font, cell.alignment, cell.border = (LINK if column.title == "Đến ô" else NORMAL), TOP, BOX
    page.cell(2, 5, "Chưa kiểm tra lần nào: chạy lệnh cchc-xl form check trên tệp này.")
    page.column_dimensions[KEY_COLUMN].hidden = True
    page.freeze_panes = "A2"


def _add_draft(workbook: Workbook, drafted: Sequence[DraftedCell]) -> None:
    """The list of proposals, the questions first, and the colours of their cells: orange where somebody must answer,
    yellow where somebody should look, until the cell says something else or the list that it was seen."""
    page = workbook.create_sheet(DRAFT_SHEET, 0)
    _heads(page, DRAFT_COLUMNS)
    order = (MUST_ANSWER, SHOULD_LOOK, CERTAIN)
    alike = Counter((each.level, each.sheet, each.column) for each in drafted)
    # Cells of one column follow each other, so that one stroke answers them all; the rarest first.
    listed = sorted(drafted, key=lambda each: (
        order.index(each.level), alike[each.level, each.sheet, each.column], each.sheet, each.column
    ))
    for number, each in enumerate(listed, 2):
        sheet = declaration_tables.BY_KEY[each.sheet]
        cell = f"{get_column_letter(sheet.titles.index(each.column) + 1)}{each.line}"
        place = f"{sheet.title}!{cell}"
        _line(page, number, (
            str(number - 1), each.level, place, each.column, each.text, f"{each.sure:.0%}", each.where, each.why,
            "", each.key,
        ))
        page.cell(number, 3).hyperlink = f"#'{sheet.title}'!{cell}"
        page.cell(number, 3).font = LINK
        if each.level != CERTAIN:
            # A rule of its own that asks one cell: one for the whole sheet that searches the list takes minutes.
            unseen = f"'{DRAFT_SHEET}'!$I${number}=\"\""
            colour = ORANGE if each.level == MUST_ANSWER else YELLOW
            _rule(workbook[sheet.title], cell, f"AND({cell}='{DRAFT_SHEET}'!$E${number},{unseen})", colour)
            _rule(page, f"A{number}:I{number}", f'$I{number}=""', colour)
    page.column_dimensions["J"].hidden = True
    _finish(page, len(DRAFT_COLUMNS) - 1)


def _add_guide(workbook: Workbook) -> None:
    page = workbook.create_sheet(GUIDE_SHEET)
    for letter, width in (("A", 16), ("B", 22), ("C", 110)):
        page.column_dimensions[letter].width = width
    lines = [("Sheet", "Cột", "Ý nghĩa, các từ để chọn")]
    lines += [
        (sheet.title, column.title, column.prompt or "; ".join(column.words))
        for sheet in declaration_tables.SHEETS for column in sheet.columns if column.prompt or column.words
    ]
    for number, cells in enumerate(lines, 1):
        for place, text in enumerate(cells, 1):
            cell = page.cell(number, place, text)
            cell.font, cell.alignment = (BOLD if number == 1 else NORMAL), TOP
    page.freeze_panes = "A2"


# The comparison of two forms

WIDTHS = {"Chỉ tiêu cũ": 60, "Chỉ tiêu mới": 60, "Chỉ tiêu": 70, "Vì sao": 40, "Tên máy": 34}
CODES = {"Mã cũ": OLD_SHEET, "Mã mới": NEW_SHEET}


def changes_workbook(changes: Sequence[Sequence[str]], old: Sequence[ListedLine], new: Sequence[ListedLine]) -> bytes:
    """The content of the file: the comparison first, then the lines of both forms to choose from."""
    workbook = _empty()
    _add_list(workbook, CHANGES_SHEET, TITLES, changes)
    for name, lines in ((OLD_SHEET, old), (NEW_SHEET, new)):
        _add_list(workbook, name, LINE_TITLES, [astuple(each) for each in lines])
    return _saved(workbook)


def _add_list(workbook: Workbook, name: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    page = workbook.create_sheet(name)
    words = {"Việc": WORDS}
    _heads(page, [DeclaredColumn(title, WIDTHS.get(title, 12), words=words.get(title, ())) for title in titles])
    for number, title in enumerate(titles, 1):
        if title in CODES:
            letter = get_column_letter(number)
            known = DataValidation(type="list", formula1=f"'{CODES[title]}'!$A$2:$A${LAST_ROW}", allow_blank=True,
                                   sqref=f"{letter}2:{letter}{LAST_ROW}")
            known.errorStyle = "warning"
            page.add_data_validation(known)
    for number, cells in enumerate(rows, 2):
        _line(page, number, cells)
    _finish(page, len(titles))
    if name == CHANGES_SHEET:
        _rule(page, f"A2:G{LAST_ROW}", 'AND($A2="",$B2&$D2<>"")', ORANGE)


LEVELS = {FAULT: "Phải sửa"}
NOTHING = "Không có lỗi."


def mark(path: Path, faults: Sequence[Located], names: Mapping[tuple[str, int, str], str]) -> None:
    """Marks the workbook and writes the made names into their empty cells. Raises `UserError`."""
    refuse_if_open(path)
    book = Book(path)
    if FAULTS_SHEET not in book:
        remedy = "Xuất lại bằng lệnh cchc-xl form export rồi kiểm tra tệp đó, hoặc xem danh sách trên màn hình."
        raise UserError(str(path), f"tệp không có trang tính “{FAULTS_SHEET}” để ghi lỗi vào.", remedy)
    sheets = {plain(name): name for name in book.sheet_names}
    for sheet in SHEETS:
        if plain(sheet.title) in sheets:
            page = book.sheet(sheets[plain(sheet.title)])
            _names(page, sheet.key, names)
            page.keep_own_notes(_notes(sheet.key, faults), sheet_names.NOTE_AUTHOR, sheet_names.NOTE_MARK)
    _list(book.sheet(FAULTS_SHEET), faults)
    book.commit()


def _notes(key: str, faults: Iterable[Located]) -> dict[str, str]:
    notes: dict[str, str] = {}
    for fault in faults:
        if fault.sheet == key and fault.line:
            text = f"{fault.what} {fault.remedy}".strip()
            known = notes.get(fault.cell)
            notes[fault.cell] = f"{known}\n{text}" if known else f"{sheet_names.NOTE_MARK}{text}"
    return notes


def _names(page: Sheet, key: str, names: Mapping[tuple[str, int, str], str]) -> None:
    titles = {cell.raw: address.rstrip("1") for address, cell in page.row(1)}
    for (sheet, line, title), name in names.items():
        if sheet == key and title in titles:
            page.put(f"{titles[title]}{line}", name, style_like=f"{titles[title]}{line - 1}")


def _list(page: Sheet, faults: Sequence[Located]) -> None:
    for number, fault in enumerate(faults, 1):
        title = BY_KEY[fault.sheet].title if fault.sheet in BY_KEY else ""
        place = f"{title}!{fault.cell}"
        cells = (
            number, LEVELS.get(fault.severity, "Nên xem"), None, fault.column, fault.what, fault.remedy,
            place if fault.line else None,
        )
        for column, content in enumerate(cells, 1):
            letters = column_letters(column)
            page.put(f"{letters}{number + 1}", content, style_like=f"{letters}{number}")
        link = f'HYPERLINK("#\'{title}\'!{fault.cell}","{place}")'
        page.put(f"C{number + 1}", place if title else None, link if title else "", style_like=f"C{number}")
    for row in range(len(faults) + 2, page.last_row + 1):
        for column in range(1, len(FAULT_COLUMNS) + 1):
            page.put(f"{column_letters(column)}{row}", None)
    if not faults:
        page.put("E2", NOTHING)
