"""Measures a Word file against Nghị định 30/2020/NĐ-CP, Phụ lục I; the rules are data in nghi_dinh_30.toml.

A finding says where, what was measured, what the decree asks, in which item.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from cchc_xl.rule_registry import Finding
from cchc_xl.typed_text import shortened, tidy
from cchc_xl.values import Address
from cchc_xl.word.decree30.decree_rules import LookFault, Rules, letter_faults, numbering_faults, page_faults, rules
from cchc_xl.word.decree30.document_parts import recognise
from cchc_xl.word.decree30.measured_document import MeasuredDocument, read_word
from cchc_xl.word.decree30.places_and_wording import citation_faults, place_faults, text_faults

LONGEST_QUOTE = 60
DECREE_ITEMS = ("Phụ lục",)


def check_layout(file: Path) -> list[Finding]:
    """Every deviation of a Word file from the decree. Raises `UserError` for a file that is no Word file."""
    word, known = read_word(file), rules()
    parts = recognise(word)
    faults = chain(
        page_faults(word, known), numbering_faults(word, parts, known), letter_faults(word, parts, known),
        place_faults(parts, known), text_faults(word, parts, known), citation_faults(word, parts, known),
    )
    return [_finding(fault, known, word, file) for fault in faults]


def _finding(fault: LookFault, known: Rules, word: MeasuredDocument, file: Path) -> Finding:
    source = f"{known.decree}, {fault.item}" if fault.item.startswith(DECREE_ITEMS) else fault.item
    text = shortened(tidy(fault.paragraph.text), LONGEST_QUOTE) if fault.paragraph else ""
    quote = f" Ở đoạn: “{text}”." if text else ""
    message = f"{fault.what[:1].upper()}{fault.what[1:]} ({source}).{quote}"
    return known.told[fault.rule].finding(message, (_address(fault, word, file),), suggestion=fault.remedy)


def _address(fault: LookFault, word: MeasuredDocument, file: Path) -> Address:
    """The part of the file and the paragraph in it, counted as the checker reads them, tables included."""
    paragraph = fault.paragraph
    if paragraph is None:
        return Address(fault.where, "", str(file))
    if paragraph in word.notes:
        return Address("Chú thích cuối trang", f"chú thích {word.notes.index(paragraph) + 1}", str(file))
    return Address(f"Phần {paragraph.section + 1}", f"đoạn {paragraph.number}", str(file))
