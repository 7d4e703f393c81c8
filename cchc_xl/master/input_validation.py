"""What an input cell says before and while it is typed in: the prompt, and the validation that refuses what can't be.

A validation never refuses what the number grammar takes. Where that takes more than a formula can say, the entry is
let in and the check tells of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import cast

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import tostring

from cchc_xl.master.printed_tables import CHOICE_TITLE
from cchc_xl.master.section_grid import Grid, prompt_title
from cchc_xl.reading.spellings import NOTHING_STATED, NOTHING_WORDS, NUMERIC, STATED_WAYS
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind, Unit
from cchc_xl.typed_text import shortened

HOW_TO = {
    Kind.COUNT: "Gõ số nguyên, không dấu chấm: 10248. Đã thống kê mà không có thì gõ 0; "
    f"kỳ này không có việc thì gõ: {NOTHING_STATED}.",
    Kind.DECIMAL: "Gõ số, phần thập phân theo thiết lập của máy, không gõ dấu %.",
    Kind.YES_NO: "Chọn 1 (có) hoặc 0 (không).",
    Kind.RATIO: "Gõ dạng đã làm/tổng số, ví dụ 24/24.",
    Kind.TEXT: "Gõ chữ; để trống nếu không có.",
    Kind.DATE: "Gõ ngày/tháng/năm, ví dụ 05/4/2026.",
}
HAS_DIGIT = "SUMPRODUCT(--ISNUMBER(FIND(ROW($1:$10)-1,{cell})))>0"
"""The rows give the numbers 0 to 9: a validation can't hold a list of constants."""

FIRST_LETTERS = 3
"""So many tell “chưa có”, which is taken for nothing, from “chờ số liệu”, which is not."""

BEGINNINGS = "|".join(sorted({
    unicodedata.normalize(way, f"{word}{end}")[:FIRST_LETTERS]
    for word in (*STATED_WAYS, *NOTHING_WORDS) for end in ("", ".") for way in ("NFC", "NFD")
}))
"""How every text without a digit begins that is taken for a number, however its letters are composed."""


def how_to(row: Indicator) -> str:
    """What to type for an indicator."""
    if row.asked is Kind.CHOICE:
        return "Chọn " + "; ".join(f"{code} = {label}" for code, label in row.choices.items()) + "."
    return HOW_TO[row.asked]


LONGEST_PROMPT = 255
"""What Excel shows of an input message."""


def prompt(row: Indicator) -> str:
    """What is counted and what to type, for the cell that is being filled.

    Of a long definition the end is kept: first stands the legal ground, last what is counted.
    """
    typing = how_to(row)
    parts = row.reference.split("; ")
    while len(parts) > 1 and len("; ".join(parts)) + len(typing) + 2 > LONGEST_PROMPT:
        parts.pop(0)
    what = shortened("; ".join(parts), LONGEST_PROMPT - len(typing) - 2)
    return f"{_begun(what)}.\n{typing}" if what else typing


def counted(row: Indicator) -> str:
    """What a unit counts for an indicator, in few words, without the legal ground; empty where nothing says it."""
    return _begun(shortened(row.reference.rpartition("; ")[2], LONGEST_COUNTED)) if row.asked is row.kind else ""


LONGEST_COUNTED = 120


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def input_validation(row: Indicator, first: str) -> DataValidation:
    """The validation of an indicator's input cells; `first` is the address its formula is written for."""
    validation = _condition(row, first)
    validation.allow_blank = True
    validation.promptTitle = prompt_title(row)
    validation.prompt = prompt(row)
    validation.errorTitle = "Số liệu chưa đúng"
    validation.error = shortened(how_to(row), 225)
    validation.errorStyle = "stop"
    # A list offers its codes and lets words in as well: có, Không, x, the label of a choice.
    validation.showInputMessage, validation.showErrorMessage = True, validation.type != "list"
    return validation


def choice_of_unit(grid: Grid, units: Sequence[Unit]) -> DataValidation:
    """Offers the units that head columns of a section's sheet."""
    names = DataValidation(type="list", formula1=grid.headings(units))
    names.promptTitle, names.prompt = CHOICE_TITLE, "Chọn đơn vị để xem bảng của đơn vị đó; xóa ô này: toàn bộ."
    names.showInputMessage = names.showErrorMessage = True
    names.error = "Chọn một đơn vị trong danh sách."
    return names


def as_element(validation: DataValidation, first: str) -> bytes:
    """A validation as the element of a sheet's part, for its first cell."""
    validation.add(first)
    made = cast("bytes", tostring(validation.to_tree("dataValidation")))
    return made.replace(b"<dataValidation", f'<dataValidation xmlns="{SHEET_MAIN_NS}"'.encode(), 1)


def refuse_typing(sheet: Worksheet, areas: Iterable[str], why: str) -> None:
    """Lets nobody type into cells where nothing is asked, and tells why.

    They are not locked: a protected sheet sorts no locked cell, and refuses a block of figures pasted over one.
    """
    refused = DataValidation(type="custom", formula1="FALSE", allow_blank=True)
    refused.errorTitle, refused.error, refused.showErrorMessage = "Ô không nhập", why, True
    for area in areas:
        refused.add(area)
    if refused.cells:
        sheet.add_data_validation(refused)


def _condition(row: Indicator, cell: str) -> DataValidation:
    if row.asked in NUMERIC:
        return DataValidation(type="custom", formula1=number_condition(row, cell))
    match row.asked:
        case Kind.YES_NO:
            return DataValidation(type="list", formula1='"1,0"')
        case Kind.CHOICE:
            return DataValidation(type="list", formula1=f'"{",".join(row.choices)}"')
    return DataValidation(type="textLength", operator="lessThanOrEqual", formula1="2000")


def number_condition(row: Indicator, cell: str) -> str:
    """True, false, never an error: AND and OR look at everything they are given, IF only at what applies."""
    if row.asked is Kind.COUNT:
        number = f"AND({cell}>={row.min},{cell}=INT({cell}))"
    else:
        # 99,95% typed is 0,9995.
        number = f"{cell}>={row.min / 100 if row.min > 0 else row.min}"
    text = f'TRIM(LOWER(SUBSTITUTE({cell},"\u00a0"," ")))'
    begins = f'ISNUMBER(FIND("|"&LEFT({text},{FIRST_LETTERS})&"|","||{BEGINNINGS}|"))'
    words = f"OR({HAS_DIGIT.format(cell=cell)},{begins})"
    return f"IF(ISNUMBER({cell}),{number},{words})"
