"""Writes citations of documents: Kế hoạch số 05/KH-UBND ngày 19/01/2025 của … về ….

Grammar: Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục II.6.b.
"""

from __future__ import annotations

import re

from cchc_xl.schema.form_model import Document
from cchc_xl.writing.vietnamese_dates import short_date

CITED_BY_NAME = ("Bộ luật", "Luật", "Pháp lệnh")

_OWN_BEGINNING = re.compile(r"(?:về|ban hành|quy định|sửa đổi|bổ sung|phê duyệt|bãi bỏ|phương án)\b", re.IGNORECASE)
"""A subject that begins so follows the issuer directly; any other is joined with "về"."""


def numbered(document: Document) -> str:
    """số 05/KH-UBND."""
    return f"số {''.join(document.number.split())}"


def short(document: Document) -> str:
    """Kế hoạch số 05/KH-UBND, the later citations; laws go by their name, Luật Cán bộ, công chức."""
    return f"{document.type} {document.subject if document.type in CITED_BY_NAME else numbered(document)}"


def dated(document: Document) -> str:
    """Kế hoạch số 05/KH-UBND ngày 19/01/2025; a document whose date is not known is cited without."""
    return short(document) + (f" ngày {short_date(document.date)}" if document.date else "")


def issued(document: Document) -> str:
    """Kế hoạch số 05/KH-UBND ngày 19/01/2025 của …."""
    return dated(document) + (f" của {document.issuer}" if document.issuer else "")


def full(document: Document) -> str:
    """The first citation: with issuer and subject."""
    subject = " ".join(document.subject.split())
    if not subject or document.type in CITED_BY_NAME:
        return issued(document)
    joined = subject if _OWN_BEGINNING.match(subject) else f"về {subject}"
    return f"{issued(document)} {joined}"
