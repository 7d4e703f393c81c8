"""What a drafted form inherits from the last one: all that people declared of a line that is found again.

A line keeps its machine name, so that sentences, history and the last period's figures find it. Codes inside cells
follow their lines; where one is gone, the cell is a question.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from cchc_xl.drafting.draft_lines import DraftLine
from cchc_xl.drafting.form_diff import PairedLine, RowPair, codes_above, lines_to_pair, pairs
from cchc_xl.drafting.outline import ASKED, CERTAIN, Proposal
from cchc_xl.reconcile.text_likeness import meant
from cchc_xl.schema import declaration_words as words
from cchc_xl.schema.declaration_tables import (
    CHARTS,
    INDICATORS,
    RULES,
    SCALES,
    TABLE_COLUMNS,
    DeclaredLine,
    DeclaredTables,
)
from cchc_xl.schema.form_model import Form, Indicator, Section
from cchc_xl.typed_text import folded
from cchc_xl.values import Struct

KEPT = ("Ai báo cáo", "Cách cộng", "Mức độ", "Bắt buộc", "Giới hạn", "Ghi chú khi", "Căn cứ", "Vì sao", "Tên máy",
        "Ghi chú liệt kê", "Lũy kế", "Kỳ", "Tử số", "Mẫu số", "Bằng tổng của", "Không lớn hơn", "So giữa đơn vị theo",
        "Lựa chọn")
"""Cells that a line found again takes over as they are, but for the codes in them."""

OF_CODES = ("Tử số", "Mẫu số", "Bằng tổng của", "Không lớn hơn", "So giữa đơn vị theo", "Bắt buộc", "Ghi chú khi")
OF_COLUMNS = ("Kiểu", "Nguồn", "Công thức", "Cách cộng", "Bằng", "Không lớn hơn")
OF_ROWS = ("Ai báo cáo", "Cách cộng", "Lũy kế", "Bắt buộc", "Giới hạn", "Tên máy", "Kỳ")
CODED = {RULES: ("Điều kiện", "Trừ khi có ghi", "Chỉ khi có ghi", "Câu báo"), CHARTS: ("Phần", "Tổng"),
         SCALES: ("Điểm ở", "Đếm ở")}
WHOLE = ("noi_dung", "van_ban", "ky", "thong_tin", "don_vi", "danh_ba")
"""Sheets that come along as they are, where the appendix says nothing of them."""

_CODE = re.compile(r"(?<![\w.])[A-Z][\w]*(?:\.\d+)+[a-z]?(?![\w.])")


class Inherited(Struct, frozen=True):
    """The lines with what they inherit, the sheets that come along, and what was left behind."""

    lines: tuple[DraftLine, ...]
    sheets: Mapping[str, tuple[Mapping[str, str], ...]]
    left_out: tuple[str, ...]


def inherited(lines: Sequence[DraftLine], form: Form, tables: DeclaredTables) -> Inherited:
    """The drafted lines of sheet Chỉ tiêu after the last form's declaration."""
    printed = [line for line in lines if line.cells.get("In ra") != words.NO]
    known = [line for line in lines_to_pair(form) if _is_printed(line, form)]
    _headings(printed, {folded(line.label): line for line in known if not line.name})
    found = {pair.new.code: pair for pair in pairs(known, _to_pair(printed, form))}
    of_old = {line["Mã"]: line for line in tables.lines(INDICATORS)}
    codes = {pair.old.code: pair.new.code for pair in found.values()}
    unprinted = _unprinted(form, printed)
    # Lines that only the text or a rate needs stay with the line they support.
    supporting = [row for section in form.sections for row in section.supporting]
    codes |= {row.code: codes[row.supports] + row.code.removeprefix(row.supports)
              for row in supporting if row.supports in codes}
    codes |= {row.code: row.code for section in unprinted for row in section.lines}
    made = []
    for line in printed:
        pair = found.get(line.cells["Mã"])
        if pair is not None:
            _take_over(line, of_old[pair.old.code], pair, codes)
            made += [line, *_supports(pair, supporting, of_old, codes)]
        else:
            own = (each for each in lines if each.cells.get("In ra") == words.NO)
            made += [line, *(each for each in own if each.cells["Mã"].rstrip(ascii_lowercase) == line.cells["Mã"])]
    _like_their_group(made)
    made += [DraftLine(_followed(dict(line.cells), codes)[0]) for section in unprinted for code, line in of_old.items()
             if code.partition(".")[0] == section.number]
    gone = [f"Dòng {line.code} “{line.label}” của biểu mẫu trước không còn."
            for line in known if line.code not in codes and line.name]
    sheets, left = _sheets(tables, codes)
    return Inherited(tuple(made), sheets, (*gone, *left))


def _like_their_group(lines: Iterable[DraftLine]) -> None:
    """A new line of which nothing tells who reports it is reported as the lines around it, where these agree."""
    known: dict[str, set[str]] = defaultdict(set)
    asked: list[tuple[str, DraftLine]] = []
    for line in lines:
        group = line.cells["Mã"].rpartition(".")[0]
        who = line.proposals.get("Ai báo cáo", Proposal(""))
        if who.asked:
            asked.append((group, line))
        elif who.text and who.sure >= CERTAIN:
            known[group].add(who.text)
    for group, line in asked:
        if len(known[group]) == 1:
            line.propose("Ai báo cáo", Proposal(next(iter(known[group])), 0.8, "như các dòng khác của nhóm"))


def _headings(lines: Iterable[DraftLine], known: Mapping[str, PairedLine]) -> None:
    """A line of which nothing but its words is printed is a heading where the last form has those words as one."""
    for line in lines:
        old = known.get(folded(line.cells["Chỉ tiêu"]))
        if old and "Kiểu" not in line.cells and not line.cells.get("ĐVT"):
            _take_cells(line, {}, KEPT)
            line.propose("Kiểu", Proposal(words.GROUP, 1.0, f"như dòng {old.code} của biểu mẫu trước"))


def _is_printed(line: PairedLine, form: Form) -> bool:
    section = next(each for each in form.sections if each.number == line.code.partition(".")[0] or line.code in
                   {row.code for row in each.lines})
    return section.printed and line.code not in {row.code for row in section.supporting} and "(" not in line.code


def _to_pair(lines: Iterable[DraftLine], form: Form) -> list[PairedLine]:
    """The lines as they are paired: a label that the last form has mended is read as it was mended."""
    labels = {line.cells["Mã"]: form.mended(line.cells["Chỉ tiêu"]) for line in lines}
    made = []
    for line in lines:
        code, kind = line.cells["Mã"], line.cells.get("Kiểu", "?")
        if kind == words.SECTION or kind in words.TABLE_KINDS:
            continue
        above = tuple(labels[each] for each in codes_above(code) if each in labels)
        name = "" if kind == words.GROUP else code
        made.append(PairedLine(code, labels[code], line.cells.get("ĐVT", ""), name, above))
    return made


def _take_over(line: DraftLine, old: DeclaredLine, pair: RowPair, codes: Mapping[str, str]) -> None:
    """Writes what the last form says of a line; a pair that people must confirm makes each such cell doubtful."""
    why = f"như dòng {pair.old.code} “{pair.old.label}” của biểu mẫu trước" + (f" ({pair.why})" if pair.asked else "")
    sure = pair.sure if pair.asked else 1.0
    cells, lost = _followed({title: old[title] for title in KEPT}, codes)
    same_unit = folded(old["ĐVT"]) == folded(line.cells.get("ĐVT", ""))
    if pair.new.name and (same_unit or "Kiểu" not in line.cells or line.proposals["Kiểu"].sure < 0.9):
        cells["Kiểu"] = old["Kiểu"]
    if pair.new.name:
        _take_cells(line, cells, tuple(cells), why, sure)
    for title in lost:
        what = f"biểu mẫu trước ghi “{old[title]}”, có mã không còn; {why}"
        line.proposals[title] = Proposal("", ASKED / 2, what)
    if pair.asked:
        same, title = f"có phải {why.removeprefix('như ')}?", "Tên máy" if line.cells.get("Tên máy") else "Chỉ tiêu"
        if title == "Tên máy":
            same += " Không phải thì xóa tên máy này: số của hai kỳ không nối với nhau."
        line.proposals[title] = Proposal(line.cells[title], sure, same, asked=True)


def _followed(cells: dict[str, str], codes: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The cells with the new codes in them, and the titles of those that name a line that is gone."""
    lost = []
    for title in OF_CODES:
        text = cells.get(title, "")
        if text and (followed := follow(text, codes)) is None:
            lost.append(title)
            cells[title] = ""
        elif text:
            cells[title] = followed or ""
    return cells, lost


def follow(text: str, codes: Mapping[str, str]) -> str | None:
    """A text with every code of a line replaced by its new one; None where one has none."""
    missing = [code for code in _CODE.findall(text) if code not in codes]
    return None if missing else _CODE.sub(lambda found: codes[found[0]], text)


def _supports(
    pair: RowPair, supporting: Sequence[Indicator], of_old: Mapping[str, DeclaredLine], codes: Mapping[str, str]
) -> Iterator[DraftLine]:
    for row in supporting:
        if row.supports == pair.old.code:
            cells, lost = _followed({**of_old[row.code].cells, "Mã": codes[row.code]}, codes)
            line = DraftLine(cells)
            for title in lost:
                line.proposals[title] = Proposal("", ASKED / 2, f"biểu mẫu trước ghi “{of_old[row.code][title]}”")
            yield line


def _unprinted(form: Form, printed: Iterable[DraftLine]) -> list[Section]:
    """The sections that no print shows: they come along as they are."""
    taken = {line.cells["Mã"].partition(".")[0] for line in printed}
    return [each for each in form.sections if each.lines and not each.printed and each.number not in taken]


def _sheets(
    tables: DeclaredTables, codes: Mapping[str, str]
) -> tuple[dict[str, tuple[Mapping[str, str], ...]], list[str]]:
    """The sheets that come along; a rule, chart or class that speaks of a line that is gone stays behind."""
    made = {key: tuple(line.cells for line in tables.by_key[key].lines) for key in WHOLE if key in tables.by_key}
    left = []
    for sheet, titles in CODED.items():
        kept = []
        for line in tables.lines(sheet):
            told = {title: follow(line[title], codes) for title in titles}
            if None in told.values():
                name = line["Mã"] or line["Tên máy"] or line["Mức"]
                left.append(f"{sheet.title} “{name}” của biểu mẫu trước nói đến dòng không còn: chưa mang sang.")
            else:
                kept.append({**line.cells, **{title: text or "" for title, text in told.items()}})
        if kept:
            made[sheet.key] = tuple(kept)
    return made, left


def inherited_tables(rows: Sequence[DraftLine], columns: Sequence[DraftLine], tables: DeclaredTables) -> None:
    """Writes into drafted tables of number columns what the last form says of the same columns and rows."""
    titles = [f"Tiêu đề {level}" for level in range(1, 5)]
    declared = {
        (line["Bảng"], *(folded(line[title]) for title in titles)): line for line in tables.lines(TABLE_COLUMNS)
    }
    for column in columns:
        key = (column.cells["Bảng"], *(folded(column.cells.get(title, "")) for title in titles))
        if (old := declared.get(key)) and old["Mã cột"] == column.cells["Mã cột"]:
            _take_cells(column, old.cells, OF_COLUMNS, _as_line(old))
    known = dict(_grouped((line["Mã"], line["Kiểu"], line["Chỉ tiêu"], line) for line in tables.lines(INDICATORS)))
    for key, row in _grouped(
        (row.cells["Mã"], row.cells.get("Kiểu", ""), row.cells["Chỉ tiêu"], row) for row in rows
    ):
        if key in known:
            _take_cells(row, known[key].cells, OF_ROWS, _as_line(known[key]))


def _as_line(old: DeclaredLine) -> str:
    return f"như dòng {old.number} của biểu mẫu trước"


def _grouped(lines: Iterable[tuple[str, str, str, Any]]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The lines of tables by table, group and words."""
    table = group = ""
    for code, kind, label, line in lines:
        if kind == words.TABLE:
            table, group = code, ""
        group = label if kind == words.GROUP else group
        if table and (code == table or code.startswith(f"{table}.")):
            yield (table, kind, " ".join(meant(group)), " ".join(meant(label)) if code != table else ""), line


def _take_cells(
    line: DraftLine, cells: Mapping[str, str], titles: Sequence[str], why: str = "", sure: float = 1.0
) -> None:
    """Puts what is given into cells of a line, in the place of what stands there or was proposed."""
    for title in titles:
        line.cells.pop(title, "")
        line.proposals.pop(title, None)
        if text := cells.get(title):
            line.propose(title, Proposal(text, sure, why))
