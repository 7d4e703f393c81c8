"""What a cell can say: a number, a pair such as 24/24, a text, and the states that are no value.

Shapes shared by reading, totalling, checking and writing, all made as msgspec makes values with named fields: a class
in a fiftieth of the time that a frozen dataclass takes, and its values are compared and hashed in C; one click makes
dozens of such classes and thousands of values. Arithmetic is exact (`Decimal`).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct, convert, field
from msgspec.json import decode
from msgspec.structs import asdict, astuple, replace

__all__ = [
    "NOWHERE", "Address", "Ratio", "Reading", "Remark", "Status", "Struct", "Value", "asdict", "astuple", "converted",
    "field", "from_json", "replace",
]

Kind = TypeVar("Kind")


def from_json(data: bytes, kind: type[Kind]) -> Kind:
    """Values of a class as JSON declares them. Raises `msgspec.DecodeError` where the data are not as declared."""
    return decode(data, type=kind)


def converted(data: object, kind: type[Kind]) -> Kind:
    """Values of a class from what TOML says. Raises `msgspec.ValidationError`."""
    return convert(data, type=kind)


class Ratio(Struct, frozen=True):
    """A pair written part/whole, such as 24/24 or the rank 5/11."""

    part: Decimal
    whole: Decimal


Value = Decimal | Ratio | str


class Status(StrEnum):
    """What a cell says; blank, "không phát sinh", not asked and unreadable stay different things."""

    VALUE = "value"
    BLANK = "blank"
    NOTHING = "nothing"
    NOT_ASKED = "not_asked"
    UNREADABLE = "unreadable"


class Address(Struct, frozen=True):
    """Where a figure stands: file, sheet and cell, as Excel names them."""

    sheet: str
    cell: str
    file: str = ""

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


NOWHERE = Address("", "")
"""Of a reading that stands in no cell."""


class Remark(Struct, frozen=True):
    """Something noticed while reading a cell; the checker turns it into a finding.

    `code` is the spelling's name in the grammar, `suggestion` what should be typed instead.
    """

    code: str
    severity: str
    message: str
    suggestion: str = ""


class Reading(Struct, frozen=True):
    """What one cell says about one indicator, with the raw text and the address it was read from.

    `native` tells whether the cell's own content is the value; otherwise the spreadsheet must be told what was
    understood.
    """

    status: Status
    value: Value | None
    raw: str
    address: Address
    remarks: tuple[Remark, ...] = ()
    native: bool = True

    @property
    def given(self) -> bool:
        """Whether somebody has answered: a value or "không phát sinh"."""
        return self.status in (Status.VALUE, Status.NOTHING)
