"""What the lines of a declared form are of: kinds, ways to add up, sources; and the shape of every declared thing."""

# No deferred annotations here: msgspec would evaluate each of them at every start, a millisecond for nothing.

from enum import StrEnum
from typing import Any, Self

import msgspec

Name = str
"""A name that rules and templates use: lower case, no diacritics."""


class Kind(StrEnum):
    """What a cell of the indicator holds."""

    COUNT = "count"
    DECIMAL = "decimal"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    RATIO = "ratio"
    TEXT = "text"
    DATE = "date"


WORDS = (Kind.TEXT, Kind.DATE)
"""Kinds whose answers are kept as they were written, not added: a day is written 05/04/2026."""


class Total(StrEnum):
    """How the units' values become the city's figure.

    `all_yes`: yes only where every unit says yes; `same`: one number of a shared list, which all units must repeat.
    """

    SUM = "sum"
    COUNT_YES = "count_yes"
    ALL_YES = "all_yes"
    SAME = "same"
    RATIO = "ratio"
    CITY = "city"
    UNITS = "units"
    NONE = "none"


class Source(StrEnum):
    """Where the numbers of a table's column come from."""

    TYPED = "typed"
    COMPUTED = "computed"
    PREVIOUS = "previous"
    CUMULATIVE = "cumulative"
    PLANNED = "planned"
    RATE = "rate"


class Missing(StrEnum):
    """What a blank cell means for the indicator."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ZERO = "zero"


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True, weakref=True):
    """A table of the form's files: closed, and never changed after loading."""

    def changed(self, **fields: Any) -> Self:
        """The same with other values in some fields."""
        return msgspec.structs.replace(self, **fields)
