"""A Word file of plain paragraphs: the copy with comments of a report that is no Word file."""

from __future__ import annotations

from collections.abc import Iterable

from cchc_xl.excel.ooxml_package import CONTENT_TYPES, DECLARATION, OFFICE_RELATIONSHIPS, RELATIONSHIPS
from cchc_xl.excel.zip_container import packed
from cchc_xl.word.word_xml import root, text, to_bytes, w

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"


def word_file(paragraphs: Iterable[str]) -> bytes:
    """The bytes of the file."""
    body = w("body", *(w("p", w("r", text(paragraph))) for paragraph in paragraphs), w("sectPr"))
    types = (
        f'{DECLARATION}<Types xmlns="{CONTENT_TYPES}"><Default Extension="rels" ContentType="{_RELATIONSHIPS}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
    )
    main = (
        f'{DECLARATION}<Relationships xmlns="{RELATIONSHIPS}"><Relationship Id="rId1" '
        f'Type="{OFFICE_RELATIONSHIPS}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    return packed({
        "[Content_Types].xml": types.encode(), "_rels/.rels": main.encode(),
        "word/document.xml": to_bytes(root("document", body)),
    })
