"""What every check looks at, and how findings name units, rows and cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cchc_xl.content import Content
from cchc_xl.figures import Figure
from cchc_xl.form.model import Form, Indicator
from cchc_xl.values import Address, Value

FigureAddress = Mapping[str, Address]
"""Where each figure stands (column Số liệu), by indicator code."""


@dataclass(frozen=True)
class Case:
    """A content with its figures, their places, and the figures of the last period by indicator name."""

    content: Content
    figures: Mapping[str, Figure]
    places: FigureAddress
    previous: Mapping[str, Figure]

    @property
    def form(self) -> Form:
        """The declared form."""
        return self.content.form

    def answer(self, unit: str, code: str) -> Value | None:
        """What a unit has answered; None where it has not, or can't be read."""
        reading = self.content.readings.get((unit, code))
        return reading.value if reading and reading.given else None

    def cells(self, row: Indicator) -> tuple[Address, ...]:
        """Where a figure of the city is mended: the one cell it is typed in, else the figure itself."""
        if row.typed:
            reporters = self.form.reporters(row)
            reading = self.content.readings.get((reporters[0].id, row.code)) if len(reporters) == 1 else None
            if reading:
                return (reading.address,)
        return (self.places[row.code],) if row.code in self.places else ()

    def all_cells(self, rows: tuple[Indicator, ...]) -> tuple[Address, ...]:
        """The cells of several figures, each once."""
        return tuple(dict.fromkeys(cell for row in rows for cell in self.cells(row)))


def bare(label: str) -> str:
    """A printed label without the dash before it and the colon or dot after it."""
    return label.strip().removeprefix("-").strip().rstrip(":.").strip()


def named(row: Indicator) -> str:
    """Code and label of a row."""
    return f"{row.code} “{bare(row.label)}”"


def title(form: Form, unit: str, code: str) -> str:
    """The unit, then code and label of the row."""
    return f"{unit_name(form, unit)}, {named(form.by_code[code])}"


def unit_name(form: Form, identifier: str) -> str:
    """The display name of a unit."""
    return form.unit_names.get(identifier, identifier)
