"""Faults planted in a real workbook file: each is found at its very cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from contents import form_2021
from lxml import etree

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import reference
from cchc_xl.excel.sheet_xml import M
from cchc_xl.master.master_book import fill, open_master
from cchc_xl.rule_registry import Finding
from cchc_xl.values import Address
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.recalc import compute
from tests.books import blank_master

CELLS: list[tuple[str, str, Decimal | str | None, str]] = [
    ("thanh_pho", "III.6.1", Decimal("10.248"), "english_thousands"),
    ("phuong_1", "III.6.6", Decimal("2.79"), "english_thousands"),
    ("phuong_2", "III.6.7", "4.882 hồ sơ", "tail"),
    ("phuong_3", "III.6.8a", "523O", "look_alike"),
    ("phuong_4", "III.6.9a", "１４９", "look_alike"),
    ("phuong_5", "III.6.9b", "-87", "too_small"),
    ("phuong_6", "III.6.10a", "Không", "nothing_word"),
    ("phuong_7", "III.6.10b", "8,5", "fractional_count"),
    ("phuong_8", "IV.5.4", None, "required"),
    ("phuong_9", "V.3.4", "một", "number_word"),
    ("phuong_10", "VII.2.3", "x", "tick"),
    ("phuong_1", "VII.3.2", Decimal(2), "not_yes_no"),
    ("phuong_2", "III.2.5", Decimal(154), "same_everywhere"),
    ("phuong_3", "TM.8.2", Decimal(27), "TM.8-01"),
    ("phuong_4", "TM.4.6", Decimal(22430), "peer_ratio"),
    ("phuong_5", "TM.9.17", "8 người", "tail"),
    ("thanh_pho", "I.1.2", Decimal(24), "I.1-01"),
    ("thanh_pho", "I.1.3", Decimal(4), "note_items"),
    ("thanh_pho", "I.5.2", Decimal(7), "unknown_choice"),
    ("thanh_pho", "III.3.2", Decimal(193), "note_sum"),
    ("thanh_pho", "IV.2.1", "95 người (ước)", "tail"),
    ("thanh_pho", "IV.3.1", "1,261", "comma_thousands"),
    ("thanh_pho", "IV.3.2", "1 110", "spaced_thousands"),
    ("thanh_pho", "V.6.4", Decimal(3), "V.6-01"),
    ("thanh_pho", "TM.2.11", "78.46", "decimal_point"),
    ("thanh_pho", "TM.2.1", Decimal(3), "TM.2-01"),
    ("phong_tai_chinh_ke_hoach", "VI.2", "25/24", "part_over_whole"),
    ("phong_tai_chinh_ke_hoach", "VI.3.2", Decimal(4), "VI.3-01"),
    ("phong_tu_phap", "II.1.1", Decimal(9), "II.1-01"),
    ("thanh_tra", "IV.7.4", Decimal(6), "IV.7-03"),
    ("thanh_pho", "V.2", "0", "heading_filled"),
    ("phong_tu_phap", "II.2", "8", "heading_filled"),
    ("phuong_3", "III.6.1", "12", "not_asked"),
]

MERGED = "I.4.1"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Finding]]:
    path = tmp_path_factory.mktemp("so") / "so_tong_hop.xlsx"
    blank_master(form_2021(), path)
    master = open_master(path)
    fill(master, sample_entries(form_2021()))
    for unit, code, content, _ in CELLS:
        section = next(each for each in form_2021().sections if any(line.code == code for line in each.lines))
        sheet = master.workbook.sheet(section.sheet)
        address = master.grids[section.number].address(code, unit)
        sheet.put(address, content)
    section = form_2021().sections[0]
    sheet, address = master.workbook.sheet(section.sheet), master.grids[section.number].address(MERGED, "thanh_pho")
    below = f"{address[0]}{int(address[1:]) + 1}"
    etree.SubElement(sheet.tree.root.find(f"{M}mergeCells"), f"{M}mergeCell", ref=f"{address}:{below}")
    sheet._dirty = True
    row = master.keyed_rows(sheet_names.DOCUMENTS)["kh_ra_soat_tthc"]
    master.workbook.sheet(sheet_names.DOCUMENTS).put(reference(row, 5), "30/02/2021")
    master.workbook.flush()
    master.workbook.package.save()
    return path, compute(path).findings


@pytest.mark.parametrize(("unit", "code", "content", "rule"), CELLS, ids=lambda value: str(value))
def test_a_fault_in_a_file_is_found_at_its_cell(
    found: tuple[Path, list[Finding]], unit: str, code: str, content: Decimal | str | None, rule: str
) -> None:
    path, findings = found
    master = open_master(path)
    section = next(each for each in form_2021().sections if any(line.code == code for line in each.lines))
    address = master.grids[section.number].address(code, unit)
    place = Address(section.sheet, address)
    assert rule in {each.rule for each in findings if place in each.cells}


def test_a_date_that_cannot_be_in_the_register_is_found_at_its_cell(found: tuple[Path, list[Finding]]) -> None:
    dates = [each for each in found[1] if each.rule == "document_date"]
    assert len(dates) == 1
    assert dates[0].cells[0].sheet == sheet_names.DOCUMENTS


def test_input_cells_that_were_merged_are_found_at_the_first_of_them(found: tuple[Path, list[Finding]]) -> None:
    path, findings = found
    section = form_2021().sections[0]
    address = open_master(path).grids[section.number].address(MERGED, "thanh_pho")
    merged = [each for each in findings if each.rule == "merged"]
    assert [each.cells[0] for each in merged] == [Address(section.sheet, address)]
