"""What a master workbook holds, apart from the file it came in: the one input of totals, checks and the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from cchc_xl.figures import Figure, Readings
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Document, Period
from cchc_xl.structs import Struct
from cchc_xl.values import Address, Reading

TYPE, NUMBER, DATE, ISSUER = "CDEF"
"""Columns of the register of documents."""


class Text(Struct, frozen=True):
    """A text that people typed, with its address, and its font if that is one from before Unicode."""

    text: str
    address: Address
    font: str = ""


class Content(Struct, frozen=True):
    """Everything people have entered.

    `notes` are the printed notes (column Ghi chú) by indicator or heading code; `info` and `entries` are keyed by
    the declared names; `contacts` holds the lines of Phụ lục 1, column by column; `previous` are the figures of the
    last period by indicator name, and `previous_period` that period; `last_year` those of the same period of the year
    before; `unit_previous` what each unit had in the last period of the table columns that rules compare with it and of
    the figures that would tell of a copy, by (unit id, indicator name); `carried` the texts that came along, by
    "noi_dung.…" and "van_ban.…". `unit_notes` are what units wrote beside their own figures, by (unit id, indicator
    code). `strays` are input cells that hold something where nothing is asked, by (unit id, line code); `documents` are
    those of the register that can be cited, `unfinished` its lines that lack type or number; `document_dates` the dates
    of documents as typed, by name; `merged` the merged ranges among the input cells, each with its first cell; `shared`
    are the figures known only for the whole, by indicator code; `left` is what a unit's form holds that is not in the
    book, by unit: rule and message, a line each.
    """

    form: Form
    readings: Readings
    notes: Mapping[str, Text] = {}
    info: Mapping[str, Text] = {}
    entries: Mapping[str, Text] = {}
    documents: tuple[Document, ...] = ()
    unfinished: tuple[Document, ...] = ()
    contacts: tuple[tuple[str, ...], ...] = ()
    previous: Mapping[str, Figure] = {}
    last_year: Mapping[str, Figure] = {}
    unit_previous: Mapping[tuple[str, str], Decimal] = {}
    carried: Mapping[str, str] = {}
    strays: Mapping[tuple[str, str], Text] = {}
    unit_notes: Mapping[tuple[str, str], Text] = {}
    previous_period: Period | None = None
    document_dates: Mapping[str, Text] = {}
    merged: tuple[Text, ...] = ()
    shared: Mapping[str, Reading] = {}
    left: Mapping[str, Text] = {}

    def document_cell(self, name: str, column: str) -> Address | None:
        """The cell of a document's line in a column of the register; None where the register has no such line."""
        text = self.document_dates.get(name)
        return Address(text.address.sheet, re.sub(rf"^{DATE}(?=\d)", column, text.address.cell)) if text else None
