"""What an export wrote, kept inside the Word file: a custom XML part with every figure's number, tag and text.

LibreOffice drops the tags of content controls and numbers them anew, but keeps their titles and custom XML parts. So
each title ends with the figure's number (#57), and the record says what stood there: by it a later update knows which
indicator the figure is, and whether people have typed over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from cchc_xl.excel.ooxml_package import DECLARATION, Package
from cchc_xl.values import Struct
from cchc_xl.word.content_controls import Control
from cchc_xl.word.word_xml import quoted

NAMESPACE = "urn:cchc-xl:figures"
_FOLDER = "customXml"
_DOCUMENT = "word/document.xml"
_ITEM_ID = "{5C0E8E0A-3F3B-4E43-9C0B-6B9B2D1B7A11}"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"


class Written(Struct, frozen=True):
    """A figure as an export wrote it."""

    number: int
    tag: str
    title: str
    text: str


class Record:
    """The figures of an export, by number and by tag."""

    def __init__(self, figures: tuple[Written, ...]) -> None:
        self.figures = figures

    @cached_property
    def by_number(self) -> Mapping[int, Written]:
        """A figure by the number in its title."""
        return {figure.number: figure for figure in self.figures}

    @cached_property
    def by_tag(self) -> Mapping[str, Written]:
        """One of the figures with a tag."""
        return {figure.tag: figure for figure in self.figures}

    def of(self, control: Control) -> Written | None:
        """What was written where the control stands, or in the place it was copied from."""
        return self.by_number.get(control.number) or self.by_tag.get(control.tag)


def store(package: Package, record: Record) -> None:
    """Writes the record into its part; makes the part where the file has none."""
    part = _part_of(package)
    if not part:
        part = _new_part(package)
    package.write(part, _xml(record).encode())


def stored(package: Package) -> Record | None:
    """The record of the export that a file comes from."""
    part = _part_of(package)
    return Record(tuple(_figures(package.read(part)))) if part else None


def _figures(data: bytes) -> Iterator[Written]:
    from xml.etree import ElementTree

    for node in ElementTree.fromstring(data).iter(f"{{{NAMESPACE}}}figure"):
        yield Written(int(node.get("number", "0")), node.get("tag", ""), node.get("title", ""), node.get("text", ""))


def _part_of(package: Package) -> str:
    mark = f'"{NAMESPACE}"'.encode()
    own = (name for name in package.names if name.startswith(f"{_FOLDER}/item") and "Props" not in name)
    return next((name for name in own if mark in package.read(name)), "")


def _new_part(package: Package) -> str:
    number = next(n for n in range(1, len(package.names) + 2) if f"{_FOLDER}/item{n}.xml" not in package)
    part, properties = f"{_FOLDER}/item{number}.xml", f"{_FOLDER}/itemProps{number}.xml"
    package.write(part, b"")
    package.write(properties, (
        f'{DECLARATION}<ds:datastoreItem ds:itemID="{_ITEM_ID}" xmlns:ds="{_PROPERTIES}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode())
    package.declare_extension("xml", "application/xml")
    package.declare(properties, _PROPERTIES_TYPE)
    package.relationships(_DOCUMENT).add("customXml", part)
    package.relationships(part).add("customXmlProps", properties)
    return part


def _xml(record: Record) -> str:
    lines = (
        f'<figure number="{each.number}" tag={quoted(each.tag)} title={quoted(each.title)} '
        f"text={quoted(each.text)}/>"
        for each in record.figures
    )
    return f'{DECLARATION}<figures xmlns="{NAMESPACE}">{"".join(lines)}</figures>'
