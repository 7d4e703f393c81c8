"""A printed, mostly blank table: its title, its columns by their headings, and its lines below them.

The grid is that of any foreign table, merged cells spread. A table that goes on after a page break, with its headings
or without, is one table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.reconcile.foreign_table import (
    COUNTED_OFF,
    CSV,
    WORKBOOKS,
    ForeignCell,
    ForeignTable,
    Role,
    Row,
    heading_paths,
    is_counted_off,
    role_of,
    tables_of,
    tables_of_document,
)
from cchc_xl.schema.model_kinds import NO_PERIOD
from cchc_xl.sheet_names import DECLARATION, IDENTITY
from cchc_xl.typed_text import folded, tidy, tidy_lines
from cchc_xl.values import Struct, replace
from cchc_xl.word.document_text import DOCUMENTS, NOTE, WordDocument, read_document

HEAD_WITHIN = 40
"""Rows from the top among which the headings begin; titles and letterheads stand above them."""

UNNAMED_NUMBER = "STT"
"""The heading of a first column that has none: lines are numbered there."""

MOST_LEVELS = 4
"""Lines that headings have."""

PERIOD_WORDS = re.compile(
    r"(?i)\b(?:(?:quý|tháng)\s+(?:[ivx]+|\d{1,2}|…+|\.+)\s*(?:/|,?\s*năm\s+)|"
    r"\d\s+tháng(?:\s+đầu)?\s+năm\s+|năm\s+)"
    r"(?:(?:19|20)\d\d|…+|\.{2,})"
)
"""The period that a title or heading names: năm 2026, quý I/2026, năm …"""

_SIGNED = re.compile(r"(?i)(?:người lập|thủ trưởng|lãnh đạo đơn vị|nơi nhận|tm\.|kt\.|[\w ]*, ngày\b)")
_REMARK = re.compile(r"(?i)(?:ghi chú|chú thích|lưu ý)\b.*|[¹²³⁴-⁹*†]\s*\S.*|\(?\*+\)?\s*\S.*|.{3,80}=\s*\(\d.*")
_ON = re.compile(r"(?i)\(?(?:tiếp theo|tiếp)\b")
_WORDED = re.compile(r"[^\W\d_]{2,}")
_OWN_NUMBER = re.compile(r"(?:(?P<number>[IVX]+|[A-HĐ]|\d+(?:\.\d+)*)[.)]?\s+)(?P<text>[^\W\d].*)")
_ABOVE = re.compile(
    r"(?i)(?:phụ lục|bảng|biểu)\s*(?:số\s*)?[\w./-]{0,20}[.:]?|\(.*|đơn vị tính.*|mẫu .{0,30}|- đơn vị.*|kỳ báo cáo.*|"
    r"(?:ubnd|ủy ban nhân dân|sở|bộ|ban|phòng|cục)(?:\s+\w+){1,5}|cộng hòa xã hội.*|độc lập.*"
)


class PrintedColumn(Struct, frozen=True):
    """A column: its headings from the top, its role (None for figures), and what its number row says: 3 = 4 + 5."""

    titles: tuple[str, ...]
    role: Role | None
    counted: str = ""


class PrintedRow(Struct, frozen=True):
    """A line: number, label, unit, note and what stands in the columns of figures, as printed; and where it is."""

    stt: str
    label: str
    unit: str = ""
    note: str = ""
    figures: tuple[str, ...] = ()
    where: str = ""


class PrintedTable(Struct, frozen=True):
    """A table of the appendix. `title` has {kỳ} in the place of a period."""

    name: str
    title: str
    columns: tuple[PrintedColumn, ...]
    rows: tuple[PrintedRow, ...]
    above: str = ""
    """All that stands above it."""
    kept: tuple[int, ...] = ()
    """The places of its columns in the grid: the others hold nothing."""
    width: int = 0
    unread: tuple[str, ...] = ()
    """What of it was not read, for people."""
    blank: int = 0
    """Its numbered lines that say nothing: there offices list things of their own."""

    @property
    def bare_title(self) -> str:
        """The title without the place of its period."""
        return self.title.replace("{kỳ}", "").strip()


def printed_tables(path: Path) -> list[PrintedTable]:
    """The tables of a file that have headings. Raises `UserError` where there is none, or the file is of no kind known.
    """
    _refuse_other_files(path)
    if path.suffix.lower() in (*CSV, *WORKBOOKS):
        given, remarks = [(table, "") for table in tables_of(path, as_shown=True)], []
    else:
        document = read_document(path)
        given = list(zip(tables_of_document(document), _above(document), strict=True))
        remarks = list(_remarks(document))
    found, unread = _joined(given)
    if not any(table.rows or table.blank for table in found):
        what = "không thấy bảng nào có dòng tiêu đề và các dòng chỉ tiêu."
        remedy = "Kiểm tra tệp: bảng phải là bảng của Word hoặc các ô của Excel, có dòng tiêu đề như Nội dung, Số liệu."
        raise UserError(str(path), what, remedy)
    kept = [table for table in found if table.rows or table.blank]
    return [replace(kept[0], unread=(*kept[0].unread, *unread, *remarks)), *kept[1:]]


def _refuse_other_files(path: Path) -> None:
    """Raises `UserError` for a file that is no appendix: of another kind, or one that this program has made."""
    kind = path.suffix.lower()
    if kind not in (*DOCUMENTS, *WORKBOOKS, *CSV) or path.is_dir():
        what = "không phải tệp phụ lục Word hoặc Excel."
        raise UserError(str(path), what, f"Dùng tệp {', '.join((*DOCUMENTS, *WORKBOOKS, *CSV))}.")
    if kind in WORKBOOKS and {DECLARATION, IDENTITY} & set(Workbook(path).sheet_names):
        what = "đây là sổ tổng hợp hoặc biểu mẫu do phần mềm lập, không phải phụ lục cấp trên gửi."
        raise UserError(str(path), what, "Lấy biểu mẫu trong sổ ra bằng cchc-xl form export --form SỔ.")


def _above(document: WordDocument) -> Iterator[str]:
    """What stands above each table of a document, since the table before."""
    before = 0
    for table in document.tables:
        inside = [cell.paragraph for row in table for cell in row if cell.paragraph >= 0]
        first, last = min(inside, default=before), max(inside, default=before)
        yield "\n".join(document.paragraphs[place] for place in document.loose if before <= place < first)
        before = last


def _remarks(document: WordDocument) -> Iterator[str]:
    """Remarks that stand outside the tables: what marks in them mean, who fills in what; and footnotes."""
    for place in document.loose:
        said, apart = tidy(document.paragraphs[place]), document.apart.get(place)
        if apart is not None and apart.called.startswith(NOTE):
            yield f"{apart.called} “{said}”: chưa đưa vào biểu mẫu; dấu của nó trong bảng cũng không in lại."
        elif apart is None and _REMARK.fullmatch(said):
            yield f"ngoài bảng có ghi “{said}”: chưa đưa vào biểu mẫu, đưa vào mẫu Word nếu cần."


def _joined(given: Sequence[tuple[ForeignTable, str]]) -> tuple[list[PrintedTable], list[str]]:
    """The tables, those cut by a page as one, and which were not read."""
    made: list[PrintedTable] = []
    unread = []
    for table, above in given:
        parts = [] if table.hidden else list(_parts(table, above, made[-1] if made else None))
        if not parts and (len(table.rows) > 1 or table.hidden):
            unread.append(f"{table.name}: {table.hidden or 'không thấy dòng tiêu đề của bảng, chưa đọc'}.")
        for each in parts:
            if made and (not each.columns or (each.columns == made[-1].columns and _continues(each, made[-1]))):
                made[-1] = replace(made[-1], rows=(*made[-1].rows, *each.rows), unread=(*made[-1].unread, *each.unread))
            elif each.columns:
                made.append(each)
    return made, unread


def _continues(table: PrintedTable, before: PrintedTable) -> bool:
    """Whether nothing above a table with the headings of the one before names another table."""
    said = set(map(tidy, table.above.splitlines())) - set(map(tidy, before.above.splitlines()))
    return not any(text and not _REMARK.fullmatch(text) and not _ON.match(text) for text in said)


def _parts(table: ForeignTable, above: str, before: PrintedTable | None) -> Iterator[PrintedTable]:
    """The tables of a grid: a sheet may hold several below each other; one without headings goes on with that before.
    """
    rows = _padded(table)
    kept = [place for place in range(table.width)
            if any(tidy(row[place].text) for row in rows) and not _only_goes_on(rows, place)]
    starts = [at for at in range(len(rows)) if _begins(rows, at)]
    if not starts:
        starts = [at for at in range(min(len(rows), HEAD_WITHIN)) if _is_shaped(_only(rows, kept), at)][:1]
    if not starts:
        if before is not None and table.width == before.width:
            yield replace(before, rows=tuple(_lines(_body(_only(rows, before.kept))[0], before.columns)), columns=())
        return
    rows = _only(rows, kept)
    for last, start, end in zip((0, *starts), starts, (*starts[1:], len(rows)), strict=False):
        told = above or "\n".join(filter(None, (_only_text(row) for row in rows[last:start])))
        made = _table(table.name, told, rows[start : end if end == len(rows) else _above_of(rows, end)])
        yield replace(made, kept=tuple(kept[place] for place in made.kept), width=table.width)


def _above_of(rows: Sequence[Row], start: int) -> int:
    """Where the title of a second table on a sheet begins: single texts right above its headings."""
    while _only_text(rows[start - 1]):
        start -= 1
    return start


def _padded(table: ForeignTable) -> list[Row]:
    """The rows that hold something, equally wide."""
    blank = ForeignCell("")
    return [(*row, *(blank,) * (table.width - len(row))) for row in table.rows if any(tidy(cell.text) for cell in row)]


def _only(rows: Sequence[Row], kept: Sequence[int]) -> list[Row]:
    return [tuple(row[place] for place in kept) for row in rows]


def _only_goes_on(rows: Sequence[Row], place: int) -> bool:
    """Whether a column is but the right half of merged cells, not only in its headings and in lines of one cell."""
    merged = [row for row in rows if sum(bool(cell.own) for cell in row) > 1 and _from_left(row, place)]
    return not any(row[place].own for row in rows) and (len(merged) > MOST_LEVELS or len(merged) == len(rows))


def _from_left(row: Row, place: int) -> bool:
    """A cell merged with the one to its left."""
    return place > 0 and row[place].spread and row[place].text == row[place - 1].text


def _from_above(rows: Sequence[Row], number: int, place: int) -> bool:
    cell = rows[number][place]
    return bool(number and cell.spread and cell.text and cell.text == rows[number - 1][place].text)


def _only_text(row: Row) -> str:
    """The text of a row that holds nothing else."""
    own = [cell.own for cell in row if cell.own]
    return own[0] if len(own) == 1 else ""


def _role(path: Sequence[str]) -> Role | None:
    return role_of([PERIOD_WORDS.sub("", text) for text in path], NO_PERIOD)


def _begins(rows: Sequence[Row], at: int) -> bool:
    """A heading names the column of numbers, or that of labels beside others."""
    own = [cell.own for cell in rows[at] if cell.own]
    roles = {_role([text]) for text in own if len(text) < 60}
    if len(own) < 2 or any(COUNTED_OFF.fullmatch(text) for text in own):
        return False
    return Role.NUMBER in roles or (Role.LABEL in roles and len(own) > 2)


def _is_shaped(rows: Sequence[Row], at: int) -> bool:
    """A heading by its shape alone: a full row over one column of words and others that hold none."""
    heads = [tidy(cell.text) for cell in rows[at]]
    if len(set(heads)) < 3 or not all(map(_WORDED.search, heads)):
        return False
    end = at + 1
    while end < len(rows) and (_goes_on(rows, end) or is_counted_off(rows[end])):
        end += 1
    body = rows[end:]
    named = sum(bool(_WORDED.search(row[0].own)) for row in body)
    others = [cell.own for row in body for cell in row[1:] if _WORDED.search(cell.own)]
    return len(body) > 1 and named * 3 > len(body) * 2 and len(others) * 2 < len(body)


def _table(name: str, above: str, rows: Sequence[Row]) -> PrintedTable:
    end = 1
    while end < len(rows) and _goes_on(rows, end):
        end += 1
    heads, counted = rows[:end], [""] * len(rows[0])
    if end < len(rows) and is_counted_off(rows[end]):
        counted = [cell.own for cell in rows[end]]
        end += 1
    body = [row for row in rows[end:] if not is_counted_off(row) and not _repeats(row, heads)]
    paths = heading_paths(heads)
    if not paths[0] and len(paths) > 1:
        paths[0] = (UNNAMED_NUMBER,)
    numbers = [place for place, path in enumerate(paths) if _role(path) is Role.NUMBER]
    named = [place for place, path in enumerate(paths) if path and place not in numbers[1:]]
    unread = list(_unread(name, body, paths, numbers[1:]))
    body = _only(body, named)
    columns = columns_of([paths[place] for place in named], [counted[place] for place in named], body)
    lines, ends = _body(body)
    told = tuple(f"{name}: dưới bảng có ghi “{said}”: chưa đưa vào biểu mẫu." for said in ends)
    made = PrintedTable(name, PERIOD_WORDS.sub("{kỳ}", _title(above)), columns, tuple(_lines(lines, columns)), above,
                        tuple(named), unread=(*unread, *told))
    return replace(made, blank=0 if made.rows else sum(bool(_only_text(row)) for row in lines))


def _unread(name: str, body: Sequence[Row], paths: Sequence[tuple[str, ...]], codes: Sequence[int]) -> Iterator[str]:
    lost = [cell for row in body for place, cell in enumerate(row) if not paths[place] and cell.own]
    if lost:
        yield f"{name}: {len(lost)} ô ở cột không có tiêu đề chưa đọc, ví dụ “{lost[0].own}”."
    for place in codes:
        yield f"{name}: cột “{paths[place][-1]}” (số in thứ hai của dòng) chưa đưa vào biểu mẫu."


def _body(rows: Sequence[Row]) -> tuple[Sequence[Row], list[str]]:
    """The rows above signatures and remarks, and the remarks."""
    ends = [at for at, row in enumerate(rows)
            if (only := _only_text(row)) and (_SIGNED.match(only) or _REMARK.fullmatch(only))]
    if not ends:
        return rows, []
    below = map(_only_text, rows[ends[0] :])
    return rows[: ends[0]], [only for only in below if _REMARK.fullmatch(only)]


def _goes_on(rows: Sequence[Row], at: int) -> bool:
    """The lower level of headings: cells go on from above, or those of number and label are blank."""
    row = rows[at]
    if is_counted_off(row) or any(COUNTED_OFF.fullmatch(cell.own) for cell in row if cell.own):
        return False
    if any(_from_above(rows, at, place) and not _from_left(row, place) for place in range(len(row))):
        return True
    lines = [place for place, cell in enumerate(rows[0]) if _role([cell.own]) in (Role.NUMBER, Role.LABEL)]
    written = [place for place, cell in enumerate(row) if cell.own]
    return len(written) > 1 and min(written) > max(lines, default=0) and all(rows[0][place].text for place in written)


def columns_of(
    paths: Sequence[tuple[str, ...]], counted: Sequence[str], body: Sequence[Row] = ()
) -> tuple[PrintedColumn, ...]:
    """The columns with their roles: one for numbers, labels, units and notes each, at most; the rest are figures.

    One heading over two columns stands over units and figures.
    """
    single = (Role.NUMBER, Role.LABEL, Role.UNIT, Role.NOTE)
    roles = [role if (role := _role(path)) in single else None for path in paths]
    roles = [role if role is None or role not in roles[:place] else None for place, role in enumerate(roles)]
    if Role.LABEL not in roles:
        roles[min(len(roles) - 1, 1 + (roles.index(Role.NUMBER) if Role.NUMBER in roles else -1))] = Role.LABEL
    if Role.UNIT not in roles:
        double = next((place for place, role in enumerate(roles) if role is None and paths.count(paths[place]) > 1), -1)
        if double >= 0 and (not body or _is_worded(body, double)):
            roles[double] = Role.UNIT
    roles = _with_notes(roles, body)
    return tuple(map(PrintedColumn, paths, roles, counted))


def _with_notes(roles: Sequence[Role | None], body: Sequence[Row]) -> list[Role | None]:
    """A column that says how to fill in the others is one of notes, whatever its heading."""
    figures = [place for place, role in enumerate(roles) if role is None]
    said = {place: [row[place].own for row in body if row[place].own] for place in figures}
    worded = [place for place in figures if said[place] and all(len(text.split()) > 2 for text in said[place])]
    made = list(roles)
    if Role.NOTE not in roles and len(worded) == 1 < len(figures):
        made[worded[0]] = Role.NOTE
    return made


def _is_worded(body: Sequence[Row], place: int) -> bool:
    return sum(bool(re.search(r"[^\W\d]", row[place].own)) for row in body) * 3 > len(body)


def _repeats(row: Row, heads: Sequence[Row]) -> bool:
    """A heading that somebody has copied onto another page."""
    return any([folded(cell.text) for cell in row] == [folded(cell.text) for cell in head] for head in heads)


def _lines(rows: Sequence[Row], columns: Sequence[PrintedColumn]) -> Iterator[PrintedRow]:
    at = {column.role: place for place, column in enumerate(columns) if column.role is not None}
    figures = [place for place, column in enumerate(columns) if column.role is None]
    for row in rows:
        said = {role: row[place].own for role, place in at.items()}
        stt, label = said.get(Role.NUMBER, ""), said[Role.LABEL]
        only = _only_text(row)
        if Role.NUMBER not in at:
            label = label or only
            stt = _split(label)[0]
        elif only and not label:
            stt, label = _split(only)
        where = next((cell.where for cell in row if cell.where and not cell.spread), "")
        if any(map(str.isalpha, label)):
            note = tidy_lines(row[at[Role.NOTE]].text) if Role.NOTE in at and not row[at[Role.NOTE]].spread else ""
            yield PrintedRow(stt, label, said.get(Role.UNIT, ""), note, tuple(row[each].own for each in figures), where)


def _split(text: str) -> tuple[str, str]:
    """Number and words of a line that is one merged cell."""
    found = _OWN_NUMBER.fullmatch(text)
    return (found["number"], found["text"]) if found else ("", text)


def _title(above: str) -> str:
    """The title of a table: the last lines above it in capitals, else the last one."""
    lines = [line for line in map(tidy, above.splitlines()) if line and not _ABOVE.fullmatch(line)]
    capital = [line for line in lines if line.upper() == line and any(map(str.isalpha, line))]
    ended = capital[-3:] if capital and lines[-1:] and capital[-1] in lines[-3:] else lines[-1:]
    return tidy(" ".join(ended))
