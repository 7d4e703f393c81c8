"""What an empty cell or a missing sheet means."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from cchc_xl.findings import Severity
from cchc_xl.resources import lines_of
from cchc_xl.rules.rule_syntax import RuleMissing
from cchc_xl.schema.declaration_columns import DEFAULTS
from cchc_xl.schema.form_model import Form, Indicator, RuleLine
from cchc_xl.schema.model_kinds import WORDS, Kind, Total
from cchc_xl.schema.office_model import ContactColumn, ContactTable, InfoField, PeriodKind

SEVERITY, RULE_MISSING, ZERO = Severity.ERROR, RuleMissing.SKIP_ANY, Decimal(0)


def total(kind: Kind, reporters: int, has_parts: bool) -> Total:
    """How answers are added where nobody says it."""
    if has_parts:
        return Total.RATIO
    if kind in WORDS:
        return Total.NONE
    if reporters == 1:
        return Total.CITY
    return {Kind.YES_NO: Total.COUNT_YES, Kind.CHOICE: Total.SAME, Kind.RATIO: Total.RATIO}.get(kind, Total.SUM)


def sum_rule(row: Indicator, parts: str, written: str, severity: Severity) -> RuleLine:
    """The check of a cell Bằng tổng của."""
    remedy = f"Xem lại các số thành phần: {written} cộng lại phải bằng dòng {row.code}."
    return RuleLine(code=f"{row.code} {SUM_MARK}", test=f"{row.name} == {parts}", severity=severity, remedy=remedy)


def ceiling_rule(row: Indicator, other: str, code: str, label: str, severity: Severity) -> RuleLine:
    """The check of a code in a cell Không lớn hơn."""
    remedy = f"Xem lại hai số: “{row.label.strip(' -:')}” không thể nhiều hơn “{label.strip(' -:')}”."
    return RuleLine(
        code=f"{row.code} {CEILING_MARK} {code}", test=f"{row.name} <= {other}", severity=severity, remedy=remedy
    )


SUM_MARK, CEILING_MARK = "= tổng", "≤"


def form() -> Form:
    """What every form has: the usual periods, general data and table of contacts."""
    return Form(
        id="", version="1", title="", sections=(), units=(), info=info(), periods=periods(), contacts=contacts()
    )


@lru_cache(maxsize=1)
def periods() -> tuple[PeriodKind, ...]:
    """Nghị định 09/2019/NĐ-CP, Điều 12 and Công văn 581/BNV-CCHC."""
    return tuple(
        PeriodKind(
            id=line["id"], label=line["label"], first=line["first"], last=line["last"], deadline=line["deadline"],
            cumulative=line["cumulative"] == "1",
        )
        for line in lines_of(DEFAULTS / "ky.csv")
    )


@lru_cache(maxsize=1)
def info() -> tuple[InfoField, ...]:
    """The general data that every report has."""
    return tuple(
        InfoField(
            name=line["name"], label=line["label"], kind=line["kind"], value=line["value"],  # type: ignore[arg-type]
            required=line["required"] == "1", hint=line["hint"],
        )
        for line in lines_of(DEFAULTS / "thong_tin.csv")
    )


@lru_cache(maxsize=1)
def contacts() -> ContactTable:
    """The usual columns of the table of contacts, without a line."""
    heads = tuple(ContactColumn(name=line["name"], label=line["label"]) for line in lines_of(DEFAULTS / "danh_ba.csv"))
    return ContactTable(title="Phụ lục 1 – Danh sách lãnh đạo, công chức phụ trách", columns=heads)
