"""What became of the lines of a form in another one, as people have corrected it: the workbook that `form diff` writes.

A line that is kept or only reworded stands for the same figure; several that were joined add up; a line that was
divided, is new or gone has no counterpart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from cchc_xl.errors import UserError
from cchc_xl.schema.declaration_words import meaning, plain
from cchc_xl.schema.form_model import Form
from cchc_xl.structs import Struct

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
    from cchc_xl.excel.spreadsheet import Workbook

    return path.suffix.lower() == ".xlsx" and CHANGES_SHEET in Workbook(path)


def read_changes(path: Path) -> FormChanges:
    """The pairs of a workbook. Raises `UserError` that names the cell."""
    from cchc_xl.declaration.declaration_workbook import texts_of
    from cchc_xl.excel.spreadsheet import Workbook

    book = Workbook(path) if path.is_file() else None
    if book is None or not {CHANGES_SHEET, OLD_SHEET, NEW_SHEET} <= set(book.sheet_names):
        what = "không phải tệp đối chiếu hai biểu mẫu." if book else "không tìm thấy tệp."
        raise UserError(str(path), what, "Tạo bằng lệnh cchc-xl form diff CŨ MỚI --out TỆP.xlsx.")
    old, new = ({line.code: line for line in _listed(texts_of(book, name))} for name in (OLD_SHEET, NEW_SHEET))
    return _Reader(path, old, new).read(texts_of(book, CHANGES_SHEET))


Row = tuple[int, tuple[str, ...]]


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
