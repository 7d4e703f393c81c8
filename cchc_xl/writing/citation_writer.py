"""Writes citations of documents: Kế hoạch số 05/KH-UBND ngày 19/01/2025 của … về ….

Grammar: Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục II.6.b.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from cchc_xl.writing.vietnamese_numbers import short_date

CITED_BY_NAME = ("Bộ luật", "Luật", "Pháp lệnh")

_OWN_BEGINNING = r"(?i)(?:về|ban hành|quy định|sửa đổi|bổ sung|phê duyệt|bãi bỏ|phương án)\b"
"""A subject that begins so follows the issuer directly; any other is joined with "về"."""


class Citable(Protocol):
    """A document as it is cited; empty where something is not known."""

    @property
    def type(self) -> str:
        """Kế hoạch, Quyết định, Luật …"""
    @property
    def number(self) -> str:
        """05/KH-UBND"""
    @property
    def date(self) -> date | None:
        """Of issue."""
    @property
    def issuer(self) -> str:
        """Who issued it."""
    @property
    def subject(self) -> str:
        """What it is about."""


def numbered(document: Citable) -> str:
    """số 05/KH-UBND."""
    return f"số {''.join(document.number.split())}"


def short(document: Citable) -> str:
    """Kế hoạch số 05/KH-UBND, the later citations; laws go by their name, Luật Cán bộ, công chức."""
    return f"{document.type} {document.subject if document.type in CITED_BY_NAME else numbered(document)}"


def dated(document: Citable) -> str:
    """Kế hoạch số 05/KH-UBND ngày 19/01/2025; a document whose date is not known is cited without."""
    return short(document) + (f" ngày {short_date(document.date)}" if document.date else "")


def issued(document: Citable) -> str:
    """Kế hoạch số 05/KH-UBND ngày 19/01/2025 của …."""
    return dated(document) + (f" của {document.issuer}" if document.issuer else "")


PLAN = "Kế hoạch"
"""The type of what is issued for a year as early as the December before it."""


def named_year(document: Citable) -> int | None:
    """The latest year that the subject names."""
    return max(map(int, NAMED_YEAR.findall(document.subject)), default=None)


def for_year(document: Citable) -> int | None:
    """The year that a document is for: the one its subject names, else that of its date; None where neither is known.

    A plan of December is for the next year.
    """
    named, date = named_year(document), document.date
    if named or date is None:
        return named
    return date.year + (document.type == PLAN and date.month == DECEMBER)


DECEMBER = 12


NAMED_YEAR = re.compile(r"\bnăm ((?:19|20)\d\d)\b", re.IGNORECASE)


def full(document: Citable) -> str:
    """The first citation: with issuer and subject."""
    subject = " ".join(document.subject.split())
    if not subject or document.type in CITED_BY_NAME:
        return issued(document)
    joined = subject if re.match(_OWN_BEGINNING, subject) else f"về {subject}"
    return f"{issued(document)} {joined}"
