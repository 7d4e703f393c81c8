"""Random tables: rows in any order, groups, sums of sums, missing units; totals, readings and spellings stay right."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from cchc_xl.figures import total
from cchc_xl.reconcile.appendix_table import read_tables
from cchc_xl.reconcile.foreign_table import table_of_texts
from cchc_xl.schema import Form
from cchc_xl.schema.declaration_tables import made as tables_made
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.table_model import all_columns, headings, printed_lines
from cchc_xl.schema.write_declaration import tables_of
from cchc_xl.values import Address, Reading, Status

WORDS = ("Đất đai", "Hộ tịch", "Chứng thực", "Y tế", "Giáo dục", "Giao thông", "Thủy lợi", "Môi trường", "Nhà ở")
HEADS = ("Tiếp nhận", "Đã giải quyết", "Đang giải quyết", "Chuyển tiếp", "Dừng xử lý", "Rút hồ sơ", "Trả lại")


def declared(chance: random.Random) -> Form:
    """A form with one table of one to seven typed columns, some of them under one heading, and sums of them."""
    heads = chance.sample(HEADS, chance.randint(1, len(HEADS)))
    columns = [["t", f"({3 + place})", chance.choice(("Trong kỳ", head)), head] for place, head in enumerate(heads)]
    columns = [[*each, "", "", "", "Nhập", ""] for each in columns]
    codes = [each[1] for each in columns]
    whole = f"({3 + len(codes)})"
    columns.append(["t", whole, "Cộng", "", "", "", "", "Tính", " + ".join(codes)])
    columns.append(["t", f"({4 + len(codes)})", "Còn lại", "", "", "", "", "Tính", f"{whole} - {codes[0]}"])
    rows = [["A", "", "Phần thử", "", "Phần", ""], ["t", "", "Bảng thử", "hồ sơ", "Bảng", "Xã"]]
    for place, word in enumerate(chance.sample(WORDS, chance.randint(1, len(WORDS))), 1):
        if chance.random() < 0.3:
            rows.append([f"t.{place}00", "", f"Nhóm {place}", "", "Nhóm", ""])
        rows.append([f"t.{place}", str(place), word, "", "Dòng", ""])
    rows.append(["t.99", "", "Tổng cộng", "", "Dòng tổng", ""])
    units = [[f"xa_{number}", f"Xã thử {number}", "Xã"] for number in range(chance.randint(1, 4))]
    filled = [[*row[:6], *[""] * 6] for row in rows]
    tables = tables_made({
        "bieu_mau": [["Mã", "thu"], ["Tên", "Biểu thử"], ["Phiên bản", "1"]], "chi_tieu": filled, "cot": columns,
        "don_vi": units,
    })
    found = read_form(tables)
    assert [each for each in found.faults if each.severity == "error"] == []
    return found.form


@pytest.mark.parametrize("start", range(25))
def test_a_random_table_is_read_added_and_found_again(start: int) -> None:
    chance = random.Random(start)
    form = declared(chance)
    assert read_form(tables_of(form)).form == form
    section, table = form.sections[0], form.sections[0].tables[0]
    typed = [row for row in section.indicators if row.typed]
    answered = [unit for unit in form.units if chance.random() < 0.8] or [form.units[0]]
    said = {(unit.id, row.code): chance.randint(0, 9999) for unit in answered for row in typed}
    figures = total(form, {
        key: Reading(Status.VALUE, Decimal(value), str(value), Address("A", "A1")) for key, value in said.items()
    })
    for row in typed:
        assert figures[row.code].value == sum(value for (_, code), value in said.items() if code == row.code)
        assert set(figures[row.code].missing) == {unit.id for unit in form.units} - {unit.id for unit in answered}
    whole = next(column.code for column in table.columns if column.title == "Cộng")
    assert figures[f"t.99{whole}"].value == sum(said.values())
    _found_again(form, {code: figure.value for code, figure in figures.items()}, chance)


def _found_again(form: Form, values: dict[str, object], chance: random.Random) -> None:
    """Printed with its rows and columns in another order, the table says the same."""
    table = form.sections[0].tables[0]
    columns = list(table.columns)
    chance.shuffle(columns)
    lines = list(printed_lines(table, {}))
    if not any(line.row.kind == "group" for line in lines):
        chance.shuffle(lines)
    rows = [["STT", "Nội dung", *(column.title for column in columns)]]
    rows.append(["(1)", "(2)", *(column.code for column in columns)])
    rows += [
        [line.number, line.label, *(str(values.get(f"{line.row.code}{column.code}", "")) for column in columns)]
        for line in lines
    ]
    found = read_tables([table_of_texts("bảng 1", rows)], form)
    assert {line.code: line.value for line in found.lines} == values
    assert found.unread == ()


@pytest.mark.parametrize("start", range(25))
def test_the_headings_of_a_random_table_cover_every_cell_once(start: int) -> None:
    table = declared(random.Random(start)).sections[0].tables[0]
    covered = [
        (level, column) for head in headings(table)
        for level in range(head.level, head.level + head.height)
        for column in range(head.column, head.column + head.width)
    ]
    assert len(covered) == len(set(covered)) == table.levels * len(all_columns(table))
