"""One cell of a spreadsheet as it lies in the file, whatever file format it came from."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

EXCEL_EPOCH = datetime.date(1899, 12, 30)
QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


@dataclass(frozen=True, slots=True)
class Cell:
    """Content and number format of a cell.

    `value` is a Decimal (number), a str (text), a bool, or None (empty). `error` holds an error value such as #REF!.
    `formula` is the formula's text without "=", `computed` False where a formula has no stored result.
    """

    value: Decimal | str | bool | None = None
    number_format: str = "General"
    formula: str = ""
    error: str = ""

    @property
    def empty(self) -> bool:
        """Nothing at all, or nothing but a formula without a result."""
        return self.value is None and not self.error

    @property
    def is_date(self) -> bool:
        """Whether the number is shown as a date."""
        bare = QUOTED.sub("", self.number_format).lower()
        return isinstance(self.value, Decimal) and bool(re.search(r"[dy]|mmm", bare)) and "general" not in bare

    @property
    def is_percent(self) -> bool:
        """Whether the number is shown as a percentage."""
        return isinstance(self.value, Decimal) and "%" in QUOTED.sub("", self.number_format)

    @property
    def date(self) -> datetime.date:
        """The date that a date cell shows."""
        assert isinstance(self.value, Decimal)
        return EXCEL_EPOCH + datetime.timedelta(days=int(self.value))

    @property
    def raw(self) -> str:
        """The content as text, for messages and the log."""
        if self.error:
            return self.error
        if self.is_date:
            return self.date.strftime("%d/%m/%Y")
        match self.value:
            case None:
                return ""
            case bool():
                return "TRUE" if self.value else "FALSE"
            case Decimal():
                return f"{self.value:f}".replace(".", ",")
        return self.value
