"""The form as it was when a master was made from it: its version and rows, kept in the master's very hidden sheet.

A row that the form has and the master lacks was either deleted from the master or added to the form since.
"""

from __future__ import annotations

from collections.abc import Iterable

from cchc_xl import sheet_names
from cchc_xl.master.sheet_carrier import BookCarrier
from cchc_xl.schema.form_model import Form
from cchc_xl.structs import Struct

VERSION_KEY = "phien_ban"
ROWS_KEY = "dong:"
REMEDY = "Đưa sổ theo bản mới của biểu mẫu bằng cchc-xl form upgrade; hoặc bỏ --form: sổ mang theo biểu mẫu lúc lập."


class Origin(Struct, frozen=True):
    """Version and codes of the form that a master was made from; no codes where an older program made it."""

    version: str
    codes: frozenset[str]

    def added(self, form: Form, missing: Iterable[str]) -> list[str]:
        """Those of the missing codes that the form has got since the master was made."""
        if self.codes:
            return [code for code in missing if code not in self.codes]
        return list(missing) if self.version != form.version else []


def rows_kept(form: Form) -> dict[str, str]:
    """The rows of a form, section by section, as the very hidden sheet keeps them."""
    return {f"{ROWS_KEY}{section.number}": " ".join(line.code for line in section.lines) for section in form.sections}


def origin(workbook: BookCarrier) -> Origin:
    """What a master says of the form that it was made from."""
    sheet = workbook.sheet(sheet_names.IDENTITY)
    said = {sheet.cell(f"A{row}").raw: sheet.cell(f"B{row}").raw for row in range(1, sheet.last_row + 1)}
    codes = (code for key, text in said.items() if key.startswith(ROWS_KEY) for code in text.split(" "))
    return Origin(said.get(VERSION_KEY, ""), frozenset(codes))


def added_rows(codes: Iterable[str], sheet: str) -> str:
    """What is told of rows that the form has got since."""
    return f"biểu mẫu đã thêm dòng {', '.join(codes)} (trang tính “{sheet}”) sau khi sổ được lập."
