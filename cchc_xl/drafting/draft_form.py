"""A form drafted from a printed appendix: the declaration's tables, and what of it people must answer or look at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.declaration.declaration_workbook import MUST_ANSWER, DraftedCell
from cchc_xl.drafting.draft_lines import DraftLine, Levels, drafted
from cchc_xl.drafting.draft_table import drafted_register, drafted_table, is_number_table, unit_kind
from cchc_xl.drafting.last_form import inherited, inherited_tables
from cchc_xl.drafting.outline import CERTAIN, LOWER, Proposal, outline
from cchc_xl.drafting.printed_table import PrintedTable, printed_tables
from cchc_xl.drafting.word_template import sentence_case, written_heads
from cchc_xl.schema import declaration_tables, declaration_words as words, read_declaration
from cchc_xl.schema.declaration_tables import (
    BY_KEY,
    CONTACTS,
    FORM,
    INDICATORS,
    TABLE_COLUMNS,
    UNITS,
    DeclaredTables,
    made,
    with_names,
)
from cchc_xl.schema.declaration_words import name_from, plain
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.write_declaration import tables_of
from cchc_xl.typed_text import folded
from cchc_xl.values import Struct

UPPER, LOWER_KINDS = "Cơ quan", ("Phường", "Xã")
"""Words for the office itself and for those below it, where no last form names them."""

PEOPLE = re.compile(r"họ(?: và)? tên|điện thoại|email")
FORM_NUMBER = re.compile(r"(?i)biểu(?:\s+mẫu)?(?:\s+số)?:?\s*([\w.]*\d[\w.]*)")


class Draft(Struct, frozen=True):
    """The declaration with its notes; `left_out` tells what of the appendix or the last form is not in it."""

    tables: DeclaredTables
    notes: tuple[DraftedCell, ...]
    left_out: tuple[str, ...]

    @property
    def questions(self) -> tuple[DraftedCell, ...]:
        """What must be answered: nothing could be proposed, or only people can say it."""
        return tuple(note for note in self.notes if note.level == MUST_ANSWER)


@dataclass
class _Sheets:
    """The lines of every sheet while the draft grows."""

    left_out: list[str]
    codes: set[str] = field(default_factory=set)
    """The codes that the tables of one column of figures have."""
    lines: dict[str, list[DraftLine]] = field(default_factory=lambda: defaultdict(list))


def drafted_form(appendix: Path, last: Form | None = None) -> Draft:
    """The draft of a file's tables; what the last form says of the same lines is taken over. Raises `UserError`."""
    tables = printed_tables(appendix)
    declared = tables_of(last) if last else None
    sheets, levels = _Sheets([told for table in tables for told in table.unread]), _levels(tables, last)
    listed = [table for table in tables if not (_is_contacts(table) or is_number_table(table) or table.blank)]
    rows = [line for number, table in enumerate(listed) for line in _listed(table, number, levels)]
    taken = inherited(rows, last, declared) if last and declared else None
    rows = list(taken.lines) if taken else rows
    sheets.codes.update(line.cells["Mã"] for line in rows)
    for table in tables:
        if _is_contacts(table):
            _contacts(table, sheets)
        elif is_number_table(table) or table.blank:
            _number_table(table, sheets, levels)
    if taken and declared:
        sheets.left_out += taken.left_out
        inherited_tables(sheets.lines[INDICATORS.key], sheets.lines[TABLE_COLUMNS.key], declared)
        for key, lines in taken.sheets.items():
            sheets.lines[key] = sheets.lines[key] or [DraftLine(dict(cells)) for cells in lines]
    sheets.lines[INDICATORS.key] = [*rows, *sheets.lines[INDICATORS.key]]
    _name_sheets(sheets.lines[INDICATORS.key])
    sheets.lines[FORM.key] += _head(appendix, tables, listed, last)
    if last is None:
        sheets.lines[UNITS.key] += _unknown_units(sheets.lines[INDICATORS.key], sheets.lines[UNITS.key])
    return _finished(sheets)


def _finished(sheets: _Sheets) -> Draft:
    """The tables in the declared order, machine names made, and the notes with their lines."""
    drafted = {key: [_cells(key, line) for line in lines] for key, lines in sheets.lines.items() if lines}
    given = {**_defaults(), **drafted}
    tables = made({sheet.key: given[sheet.key] for sheet in declaration_tables.SHEETS if sheet.key in given})
    notes = tuple(
        DraftedCell(key, number, line.cells.get("Mã", ""), title, proposal.level, line.cells.get(title, ""),
                    proposal.sure, line.where, proposal.why)
        for key in BY_KEY for number, line in enumerate(sheets.lines.get(key, ()), 2)
        for title, proposal in line.proposals.items()
    )
    unnamed = {note.line for note in notes if note.sheet == INDICATORS.key and note.column == "Chỉ tiêu"
               and note.level == MUST_ANSWER}
    named = {place: name for place, name in read_form(tables).made.items()
             if place[0] == INDICATORS.key and place[1] not in unnamed}
    return Draft(with_names(tables, named), notes, tuple(sheets.left_out))


def _cells(key: str, line: DraftLine) -> list[str]:
    return [line.cells.get(title, "") for title in BY_KEY[key].titles]


def _defaults() -> dict[str, list[list[str]]]:
    """The periods and general data of every form."""
    tables = tables_of(read_declaration.form()).by_key
    return {key: [list(cells) for _, cells in table.rows] for key, table in tables.items() if key != FORM.key}


# What the tables are


def _is_contacts(table: PrintedTable) -> bool:
    return any(PEOPLE.search(folded(column.titles[-1])) for column in table.columns if column.titles)


def _listed(table: PrintedTable, number: int, levels: Levels) -> list[DraftLine]:
    """The lines of a table of one column of figures; codes of a second one begin with its number."""
    lines = drafted(outline(table.rows, table.bare_title), levels)
    if number:
        for line in lines:
            line.cells["STT in"] = line.cells.get("STT in") or line.cells["Mã"].partition(".")[2] or line.cells["Mã"]
            for title in ("Mã", "Tử số", "Mẫu số", "Không lớn hơn"):
                if line.cells.get(title):
                    line.cells[title] = f"B{number + 1}{line.cells[title]}"
            if told := line.cells.get("Bằng tổng của"):
                line.cells["Bằng tổng của"] = " + ".join(f"B{number + 1}{code}" for code in told.split(" + "))
    return lines


def _levels(tables: Sequence[PrintedTable], last: Form | None) -> Levels:
    """Who reports: as in the last form, most lines of which say so; else the words of the appendix itself."""
    if last is not None:
        return Levels(*_kinds_of(last))
    text = " ".join(folded(row.label) for table in tables for row in table.rows)
    ward = text.count("phường") > text.count("xã")
    return Levels(UPPER, LOWER_KINDS[0] if ward else LOWER_KINDS[1])


def _kinds_of(form: Form) -> tuple[str, str]:
    """The kinds of units of which there is one, and of which there are several, that report most."""
    counts: dict[str, int] = {}
    for row in form.indicators():
        for kind in row.reported_by:
            counts[kind] = counts.get(kind, 0) + 1
    several = {kind for kind in counts if sum(unit.kind == kind for unit in form.units) > 1}
    low = [kind for kind in several if any(LOWER.search(folded(row.label)) for row in form.indicators()
                                           if row.reported_by == (kind,))]
    upper = max((kind for kind in counts if kind not in several), key=counts.__getitem__, default=UPPER)
    lower = max(low or several, key=lambda kind: counts[kind], default=LOWER_KINDS[1])
    return words.named_unit_kind(upper), words.named_unit_kind(lower)


def _contacts(table: PrintedTable, sheets: _Sheets) -> None:
    """The table of contacts: its headings and the tasks that it lists; who they are, offices type themselves."""
    used: set[str] = set()
    lines = [DraftLine({"Phần": "Tên bảng", "Chữ": table.title.replace(" {kỳ}", "")}, where=table.name)]
    lines += [
        DraftLine({"Phần": "Cột", "Mã": name_from(column.titles[-1], used), "Chữ": column.titles[-1]})
        for column in table.columns
    ]
    numbers = [row.stt.strip(".") for row in table.rows]
    if any(numbers) and numbers != [str(number) for number in range(1, len(numbers) + 1)]:
        sheets.left_out.append(f"{table.name}: số thứ tự in là {', '.join(numbers)}; danh bạ đánh số lại từ 1.")
    lines += [
        DraftLine({"Phần": "Dòng", "Mã": str(number), "Chữ": row.label}) for number, row in enumerate(table.rows, 1)
    ]
    sheets.lines[CONTACTS.key] += lines


def _number_table(table: PrintedTable, sheets: _Sheets, levels: Levels) -> None:
    codes = sheets.codes | {line.cells["Mã"] for line in sheets.lines[INDICATORS.key]}
    found = FORM_NUMBER.search(table.above)
    code = re.sub(r"\W", "", plain(found[1]))[:12] if found else f"bang{1 + len(sheets.lines[INDICATORS.key])}"
    code = f"bieu{code}" if code[:1].isdigit() else code
    letters = "ABCDEFGHKLMNPQRSTUY"
    section = next(letter for letter in letters if letter not in codes)
    title = table.bare_title or f"Bảng {code}"
    make = drafted_register if table.blank else drafted_table
    drafted = make(table, code if code not in codes else f"{code}x", levels)
    head, units = {"Mã": section, "Chỉ tiêu": title, "Kiểu": words.SECTION}, dict.fromkeys(drafted.units)
    sheets.lines[INDICATORS.key] += [DraftLine(head), *drafted.rows]
    sheets.lines[TABLE_COLUMNS.key] += drafted.columns
    sheets.left_out += drafted.left_out
    sheets.lines[UNITS.key] += [DraftLine({"Tên": name, "Loại": unit_kind(name)}) for name in units]


def _name_sheets(lines: Sequence[DraftLine]) -> None:
    """Names of sheets: the section's number and as many of its words as Excel takes, each once."""
    used: set[str] = set()
    for line in lines:
        if line.cells.get("Kiểu") == words.SECTION:
            text = re.sub(r"[\[\]:*?/\\']", " ", f"{line.cells['Mã']} {line.cells['Chỉ tiêu']}")
            text = " ".join(text.split())
            short = text if len(text) <= sheet_names.LONGEST else text[: sheet_names.LONGEST + 1].rpartition(" ")[0]
            name = (short or text)[:sheet_names.LONGEST].rstrip(" ,;-–")
            line.cells["Tên sheet"] = name if name not in used else ""
            used.add(name)


# Biểu mẫu, Đơn vị


def _head(
    appendix: Path, tables: Sequence[PrintedTable], listed: Sequence[PrintedTable], last: Form | None
) -> Iterator[DraftLine]:
    first = next(iter(listed), tables[0])
    named = name_from(appendix.stem, set(), "bieu")[:31].strip("_")
    head: Mapping[str, tuple[str, float, str]] = {
        "Mã": (last.id if last else named, 1.0 if last else 0.7, "như biểu mẫu trước" if last else "theo tên tệp"),
        "Tên": (sentence_case(first.bare_title) or appendix.stem, 0.8, "tiêu đề trên bảng"),
        "Phiên bản": (_next_version(last), 0.8, "đổi mỗi khi sửa biểu mẫu đã dùng"),
        "Căn cứ": ("", 1.0, ""),
        "Tên in": (first.title, 1.0, ""),
        "Tiêu đề cột": (written_heads(first) if listed else "", 1.0, ""),
    }
    for title, (text, sure, why) in head.items():
        line = DraftLine({"Mục": title, "Giá trị": text}, where=first.name)
        if sure < CERTAIN:
            line.propose("Giá trị", Proposal(text, sure, why))
        yield line


def _next_version(last: Form | None) -> str:
    if last is None:
        return "1"
    head, dot, number = last.version.rpartition(".")
    return f"{head}{dot}{int(number) + 1}" if number.isdecimal() else f"{last.version}.2"


def _unknown_units(lines: Sequence[DraftLine], known: Sequence[DraftLine]) -> list[DraftLine]:
    """A line for each kind of office that the draft lets report and does not name; their names are questions."""
    made = []
    named = {unit.cells["Loại"] for unit in known}
    for kind in dict.fromkeys(kind for line in lines for kind in line.cells.get("Ai báo cáo", "").split("; ")):
        if kind and kind not in named:
            line = DraftLine({"Loại": kind})
            why = "tên cơ quan lập báo cáo" if kind == UPPER else f"tên từng đơn vị loại {kind}, mỗi đơn vị một dòng"
            line.propose("Tên", Proposal("", 0.0, why))
            made.append(line)
    return made
