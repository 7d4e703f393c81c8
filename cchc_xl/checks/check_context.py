"""What every check looks at, and how findings name units, rows and cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from cchc_xl.figures import Content, Figure
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.values import Address, Struct, Value

FigureAddress = Mapping[str, Address]
"""Where each figure stands (column Số liệu), by indicator code."""


class Case(Struct, frozen=True, dict=True):
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

    def answers(self, unit: str) -> Mapping[str, Value | None]:
        """Everything that a unit has answered, by the name of the indicator; None as in `answer`."""
        return self._answers.get(unit, {})

    @cached_property
    def known_before(self) -> frozenset[str]:
        """The units of which figures of the last period are known."""
        return frozenset(unit for unit, _ in self.content.unit_previous)

    @cached_property
    def explaining(self) -> frozenset[str]:
        """The names of indicators whose notes some rule takes for an explanation."""
        return frozenset(name for rule in self.form.rule_lines() for name in rule.unless_written)

    @cached_property
    def _answers(self) -> dict[str, dict[str, Value | None]]:
        by_code, answers = self.form.by_code, defaultdict[str, dict[str, Value | None]](dict)
        for (unit, code), reading in self.content.readings.items():
            answers[unit][by_code[code].name] = reading.value if reading.given else None
        return answers

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
    """Code and label of a row; a figure of a table is known by its headings."""
    return f"“{bare(row.label)}”" if row.row else f"{row.code} “{bare(row.label)}”"


def titled(row: Indicator) -> str:
    """Code and label of a row, a long label cut: for sentences that name several."""
    label = bare(row.label)
    if row.row:
        return named(row)
    return f"{row.code} “{label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + '…'}”"


LONGEST_LABEL = 60


def title(form: Form, unit: str, code: str) -> str:
    """The unit, then code and label of the row."""
    return f"{unit_name(form, unit)}, {named(form.by_code[code])}"


def unit_name(form: Form, identifier: str) -> str:
    """The display name of a unit."""
    return form.unit_names.get(identifier, identifier)
