"""Reads workbooks of declarations: the sheets that somebody wrote, or those that a book carries; and what became of the
lines of a form in another one, as people have corrected it: the workbook that `form diff` writes.

A line that is kept or only reworded stands for the same figure; several that were joined add up; a line that was
divided, is new or gone has no counterpart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import position
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.schema.carried_declaration import unpacked
from cchc_xl.schema.declaration_tables import (
    REMARK,
    SHEETS,
    DeclarationFault,
    DeclaredSheet,
    DeclaredTable,
    DeclaredTables,
    tidy_row,
)
from cchc_xl.schema.declaration_words import JOINER, meaning, plain
from cchc_xl.schema.form_model import Form
from cchc_xl.values import Struct

FAULTS_SHEET = "Lỗi khai báo"
GUIDE_SHEET = "Hướng dẫn"
DRAFT_SHEET = "Bản nháp"
MUST_ANSWER, SHOULD_LOOK, CERTAIN = "Phải trả lời", "Nên xem", "Chắc"
"""How far the cell of a draft is settled."""


class DraftedCell(Struct, frozen=True):
    """A cell that was drafted: where it is, how far it is settled, what it says, how sure (0–1), from where and why.

    `key` is the code of its line, which tells it when lines were put in or taken out.
    """

    sheet: str
    line: int
    key: str
    column: str
    level: str
    text: str
    sure: float
    where: str
    why: str


RULE_COLUMNS = ("Điều kiện", "Không lớn hơn", "Bằng tổng của", "Bắt buộc", "Ghi chú khi", "Công thức", "Bằng")
"""Where people may begin with "=", which a spreadsheet takes for a formula."""
OWN = (FAULTS_SHEET, GUIDE_SHEET, DRAFT_SHEET)
"""Sheets of the workbook that are no part of the declaration."""

Row = tuple[int, tuple[str, ...]]


def read_workbook(path: Path) -> tuple[DeclaredTables, list[DeclarationFault]]:
    """The tables of a workbook; a book that carries its declaration is read for that. Raises `UserError`."""
    book = Workbook(path)
    if sheet_names.DECLARATION in book:
        lines = [cell.raw for _, cell in book.sheet(sheet_names.DECLARATION).cells()]
        return unpacked(lines, str(path)), []
    faults: list[DeclarationFault] = []
    tables: dict[str, DeclaredTable] = {}
    others = []
    known = {plain(sheet.title): sheet for sheet in SHEETS}
    for name in book.sheet_names:
        sheet = known.get(plain(name))
        if sheet is None and plain(name) not in map(plain, OWN):
            others.append(name)
        elif sheet is not None and sheet.key not in tables:
            tables[sheet.key] = _table(sheet, list(texts_of(book, name)), faults)
    if not tables:
        remedy = "Xuất tệp mẫu bằng lệnh cchc-xl form export rồi điền vào đó."
        raise UserError(str(path), "tệp không có sheet nào của biểu mẫu.", remedy)
    return DeclaredTables(tables, tuple(others)), faults


def unanswered(path: Path, tables: DeclaredTables) -> int:
    """How many questions of a draft have no answer: the cell says what was proposed, and nobody has ticked it."""
    book = Workbook(path)
    rows = texts_of(book, DRAFT_SHEET) if DRAFT_SHEET in book else ()
    return sum(_is_open((*cells, *("",) * 10), tables) for _, cells in rows)


def _is_open(listed: Sequence[str], tables: DeclaredTables) -> bool:
    _, level, place, column, proposed, _, _, _, seen, key, *_ = listed
    title, _, cell = place.partition("!")
    sheet = next((sheet for sheet in SHEETS if sheet.title == title), None)
    if sheet is None or level != MUST_ANSWER or seen.strip():
        return False
    number = re.sub(r"\D", "", cell)
    lines = (line for line in tables.lines(sheet) if (line["Mã"] == key if key else str(line.number) == number))
    return any(line[column] == proposed for line in lines)


def _table(sheet: DeclaredSheet, rows: Sequence[Row], faults: list[DeclarationFault]) -> DeclaredTable:
    header = rows[0][1] if rows and rows[0][0] == 1 else ()
    if not header:
        faults.append(
            DeclarationFault(sheet.key, 1, "", "dòng 1 không phải dòng tiêu đề.", "Đặt lại dòng tiêu đề ở dòng 1.")
        )
    for number, cells in rows:
        for place, text in enumerate(cells):
            title = header[place] if place < len(header) else ""
            if text.startswith("=") and title not in RULE_COLUMNS:
                what = "ô là công thức chưa có kết quả."
                faults.append(DeclarationFault(sheet.key, number, title, what, "Gõ lại giá trị, không gõ công thức."))
            if text.startswith("#") and text.endswith(("!", "?", "/A")):
                faults.append(
                    DeclarationFault(sheet.key, number, title, f"ô có lỗi công thức {text}.", "Gõ lại giá trị.")
                )
    if any(len(cells) > len(header) and any(cells[len(header) :]) for _, cells in rows):
        faults.append(DeclarationFault(sheet.key, 1, "", "có cột không có tiêu đề: không được đọc.", "", REMARK))
    return DeclaredTable(sheet, header, tuple((number, tidy_row(cells)) for number, cells in rows[1:]))


def texts_of(book: Workbook, name: str) -> Iterator[Row]:
    """The lines of a sheet that hold something, from the first column on, with their numbers."""
    lines: dict[int, dict[int, str]] = {}
    for address, cell in book.sheet(name).cells():
        row, column = position(address)
        # A rule typed with "=" in front became a formula without a result.
        as_typed = f"={cell.formula}" if cell.formula and (cell.empty or cell.error == "#NAME?") else cell.raw
        lines.setdefault(row, {})[column] = as_typed.replace("\r\n", "\n").replace(JOINER, "")
    for number, cells in sorted(lines.items()):
        if any(map(str.strip, cells.values())):
            yield number, tuple(cells.get(column, "") for column in range(1, max(cells) + 1))


CHANGES_SHEET, OLD_SHEET, NEW_SHEET = "Đối chiếu", "Dòng cũ", "Dòng mới"
KEPT, REWORDED, DIVIDED, JOINED, NEW, GONE = WORDS = ("Giữ", "Đổi lời", "Tách", "Gộp", "Mới", "Bỏ")
CODES = dict(zip(WORDS, ("kept", "reworded", "divided", "joined", "new", "gone"), strict=True))
"""The same for machines."""
TITLES = ("Việc", "Mã cũ", "Chỉ tiêu cũ", "Mã mới", "Chỉ tiêu mới", "Độ tin cậy", "Vì sao")
LINE_TITLES = ("Mã", "Chỉ tiêu", "ĐVT", "Tên máy", "Biểu mẫu")
ANEW = "Đối chiếu lại đúng hai biểu mẫu: cchc-xl form diff CŨ MỚI --out TỆP.xlsx."
REMEDY = "Sửa trang tính Đối chiếu rồi chạy lại."

Thing = TypeVar("Thing")


class ListedLine(Struct, frozen=True):
    """A line of one of the two forms; group lines have no machine name."""

    code: str
    label: str
    unit: str
    name: str
    form: str = ""


class FormChanges(Struct, frozen=True):
    """Machine names of the old form's figures to those of the new one; `joined` are the old names that one new figure
    adds up. `codes` and `labels` are the same pairs by code and by words; `old` and `new` the machine names of all
    lines by code, `forms` the ids of the two forms, `place` the file. What no pair names has no counterpart, whatever
    it is called."""

    names: Mapping[str, str]
    joined: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, str]
    labels: Mapping[str, str]
    old: Mapping[str, str]
    new: Mapping[str, str]
    forms: tuple[str, str] = ("", "")
    place: str = ""

    def targets(self) -> Iterator[tuple[str, str]]:
        """Every old machine name with its new one, several with one where they were joined; one without a counterpart
        gets a name that no line has."""
        found = {**self.names, **{part: name for name, parts in self.joined.items() for part in parts}}
        return ((name, found.get(name, f"{name} (cũ)")) for name in self.old.values() if name)

    def are_of_old(self, lines: Iterable[tuple[str, str]]) -> bool:
        """Whether lines, by code and machine name, are those of the old form and not of the new one."""
        return any(self.old.get(code) == name != self.new.get(code) for code, name in lines)

    def refuse_others(self, new: Form, old: Form | None = None) -> None:
        """Raises `UserError` where the forms are not those that were compared."""
        if old is not None:
            self._refuse_other(old, self.old, "cũ")
        self._refuse_other(new, self.new, "mới")

    def _refuse_other(self, form: Form, names: Mapping[str, str], which: str) -> None:
        common = [(code, name) for code, name in names.items() if name and code in form.by_code]
        for code, name in common:
            if form.by_code[code].name != name:
                what = f"tệp đối chiếu lập cho biểu mẫu {which} khác: dòng {code} ở đó có tên máy “{name}”, ở biểu mẫu "
                raise UserError(self.place, f"{what}đang dùng là “{form.by_code[code].name}”.", ANEW)
        if not common:
            raise UserError(self.place, f"tệp đối chiếu không có dòng nào của biểu mẫu {which} “{form.id}”.", ANEW)

    def renamed(self, by_name: Mapping[str, Thing]) -> dict[str, Thing]:
        """What is known by old machine names, by the new ones; the rest is left out."""
        return {new: by_name[old] for old, new in self.names.items() if old in by_name}


def is_changes(path: Path) -> bool:
    """Whether a workbook holds such a sheet."""
    return path.suffix.lower() == ".xlsx" and CHANGES_SHEET in Workbook(path)


def read_changes(path: Path) -> FormChanges:
    """The pairs of a workbook. Raises `UserError` that names the cell."""
    book = Workbook(path) if path.is_file() else None
    if book is None or not {CHANGES_SHEET, OLD_SHEET, NEW_SHEET} <= set(book.sheet_names):
        what = "không phải tệp đối chiếu hai biểu mẫu." if book else "không tìm thấy tệp."
        raise UserError(str(path), what, "Tạo bằng lệnh cchc-xl form diff CŨ MỚI --out TỆP.xlsx.")
    old, new = ({line.code: line for line in _listed(texts_of(book, name))} for name in (OLD_SHEET, NEW_SHEET))
    return _Reader(path, old, new).read(texts_of(book, CHANGES_SHEET))


def _listed(rows: Iterator[Row]) -> Iterator[ListedLine]:
    next(rows, None)
    for _, cells in rows:
        yield ListedLine(*(*cells, *("",) * len(LINE_TITLES))[: len(LINE_TITLES)])


class _Typed(NamedTuple):
    """A line of the comparison as people left it."""

    number: int
    work: str
    old: str
    new: str


class _Reader:
    def __init__(self, path: Path, old: Mapping[str, ListedLine], new: Mapping[str, ListedLine]) -> None:
        self._path, self._old, self._new = path, old, new

    def read(self, rows: Iterator[Row]) -> FormChanges:
        next(rows, None)
        padded = ((number, [*map(str.strip, cells), *[""] * 4]) for number, cells in rows)
        lines = [_Typed(number, self._work(number, cells[0]), cells[1], cells[3]) for number, cells in padded]
        decided = [each for line in lines for each in self._decided(line)]
        pairs = [(one, other) for line, one, other in decided if line.work != JOINED]
        joined: dict[str, list[ListedLine]] = {}
        for line, one, other in decided:
            if line.work == JOINED:
                joined.setdefault(other.code, []).append(one)
        self._refuse_doubles(pairs, joined, lines)
        for line, one, other in decided:
            self._refuse_unlike(line, one, other)
        return self._made(pairs, joined)

    def _decided(self, line: _Typed) -> Iterator[tuple[_Typed, ListedLine, ListedLine]]:
        """The pairs of a line; several old ones that were joined may stand in its one cell."""
        if line.work in (KEPT, REWORDED, JOINED):
            other = self._line(line.number, "D", line.new, self._new)
            for code in line.old.split(";") if line.work == JOINED else (line.old,):
                yield line, self._line(line.number, "B", code.strip(), self._old), other

    def _work(self, number: int, typed: str) -> str:
        try:
            return str(meaning({word: word for word in WORDS}, typed)) if typed else ""
        except ValueError as error:
            raise UserError(f"{self._path} › {CHANGES_SHEET}!A{number}", str(error), REMEDY) from None

    def _line(self, number: int, letter: str, code: str, known: Mapping[str, ListedLine]) -> ListedLine:
        if code not in known:
            what = f"không có dòng mã “{code}” trong biểu mẫu {'cũ' if letter == 'B' else 'mới'}."
            raise UserError(f"{self._path} › {CHANGES_SHEET}!{letter}{number}", what, REMEDY)
        return known[code]

    def _refuse_unlike(self, line: _Typed, one: ListedLine, other: ListedLine) -> None:
        """Lines are kept, or add up, that count the same things."""
        if line.work != REWORDED and plain(one.unit) != plain(other.unit):
            what = f"“{line.work}” hai dòng khác đơn vị tính: {one.code} “{one.unit}”, {other.code} “{other.unit}”."
            remedy = f"Sửa Mã cũ, Mã mới; nếu vẫn là một số liệu, chỉ đổi cách ghi, thì chọn {REWORDED}. {REMEDY}"
            raise UserError(f"{self._path} › {CHANGES_SHEET}!A{line.number}", what, remedy)

    def _refuse_doubles(
        self, pairs: Sequence[tuple[ListedLine, ListedLine]], joined: Mapping[str, Sequence[ListedLine]],
        lines: Sequence[_Typed],
    ) -> None:
        """A line stands for one line of the other form, or for none."""
        olds = Counter([one.code for one, _ in pairs] + [one.code for each in joined.values() for one in each])
        news = Counter([other.code for _, other in pairs] + list(joined))
        olds.update(line.old for line in lines if line.work == GONE)
        news.update(line.new for line in lines if line.work == NEW)
        for which, counts, work in (("cũ", olds, DIVIDED), ("mới", news, JOINED)):
            for code, count in counts.items():
                if count > 1:
                    what = f"dòng {which} “{code}” ghi {count} lần."
                    raise UserError(f"{self._path} › {CHANGES_SHEET}", what, f"Để một lần, hoặc ghi “{work}”. {REMEDY}")

    def _made(
        self, pairs: Sequence[tuple[ListedLine, ListedLine]], joined: Mapping[str, Sequence[ListedLine]]
    ) -> FormChanges:
        words = Counter(plain(one.label) for one, _ in pairs)
        ids = tuple(next((line.form for line in known.values()), "") for known in (self._old, self._new))
        return FormChanges(
            {one.name: other.name for one, other in pairs if one.name and other.name},
            {self._new[code].name: tuple(one.name for one in ones) for code, ones in joined.items()},
            {one.code: other.code for one, other in pairs},
            {plain(one.label): other.label for one, other in pairs if words[plain(one.label)] == 1},
            {line.code: line.name for line in self._old.values()},
            {line.code: line.name for line in self._new.values()},
            (ids[0], ids[1]), str(self._path),
        )
