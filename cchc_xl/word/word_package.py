"""The members of a Word file, and those among them that hold text; a new file of plain paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import (
    CONTENT_TYPES,
    CONTENT_TYPES_PART,
    DECLARATION,
    OFFICE_RELATIONSHIPS,
    RELATIONSHIPS,
    Package,
    packed,
    transitional,
    unpacked,
)
from cchc_xl.word.word_xml import Element, name, parsed, remove, root, text, to_bytes, w

DOCUMENT, FOOTNOTES, RELATIONS = "word/document.xml", "word/footnotes.xml", "word/_rels/document.xml.rels"
PACKAGE_RELATIONS = "_rels/.rels"

_WITH_TEXT = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_OTHER_KINDS = re.compile(rb"application/vnd\.[\w.-]*(?:template|macroEnabled\w*)\.main\+xml")
_ORDINARY_KIND = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def members(file: Path) -> dict[str, bytes]:
    """Every member by its path, as Word names and types them in a plain .docx, whichever Office wrote the file.

    Raises `UserError` for a file that is no Word file.
    """
    given = {name.replace("\\", "/"): transitional(member.data) for name, member in unpacked(file).items()}
    given = _with_usual_main(given)
    if not given.keys() >= {DOCUMENT, CONTENT_TYPES_PART}:
        what = "không phải là tệp Word (.docx), hoặc đã hỏng."
        raise UserError(str(file), what, "Mở bằng Word hoặc LibreOffice rồi lưu lại dạng .docx.")
    return _ordinary(given)


def _with_usual_main(given: dict[str, bytes]) -> dict[str, bytes]:
    """The main part, which its relation names, as word/document.xml."""
    relations = parsed(given[PACKAGE_RELATIONS]) if PACKAGE_RELATIONS in given else ()
    targets = [each.get("Target", "") for each in relations if each.get("Type", "").endswith("/officeDocument")]
    main = targets[0].lstrip("/") if targets else DOCUMENT
    folder, _, called = main.rpartition("/")
    if main == DOCUMENT or main not in given or folder != "word":
        return given
    names = {main: DOCUMENT, f"word/_rels/{called}.rels": RELATIONS}
    renamed = {names.get(path, path): data for path, data in given.items()}
    for path in {PACKAGE_RELATIONS, CONTENT_TYPES_PART} & renamed.keys():
        renamed[path] = renamed[path].replace(main.encode(), DOCUMENT.encode())
    return renamed


def _ordinary(given: dict[str, bytes]) -> dict[str, bytes]:
    """A template or a file with macros as a document without: Word opens no .docx of another kind."""
    types = _OTHER_KINDS.sub(_ORDINARY_KIND, given[CONTENT_TYPES_PART])
    if types == given[CONTENT_TYPES_PART]:
        return given
    kept = {path: data for path, data in given.items() if not path.startswith("word/vba")} | {CONTENT_TYPES_PART: types}
    if RELATIONS in kept:
        relations = parsed(kept[RELATIONS])
        for each in [each for each in relations if each.get("Type", "").endswith("/vbaProject")]:
            relations.remove(each)
        kept[RELATIONS] = to_bytes(relations)
    return kept


def holds_text(path: str) -> bool:
    """Whether a member holds paragraphs: the text itself, headers, footers, notes."""
    return bool(_WITH_TEXT.fullmatch(path))


def xml_of(data: bytes) -> str:
    """A part as XML without a declaration, as figures can be written into it."""
    return etree.tostring(accepted(parsed(data)), encoding="unicode")


_UNDONE = [name(tag) for tag in (
    "del", "moveFrom", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "trPrChange",
    "tcPrChange",
)]
_KEPT = name("ins"), name("moveTo")
_BLOCKS = [name(tag) for tag in ("p", "tbl", "tr", "tc", "sdt")]
_KINDS = [name(tag) for tag in ("text", "date", "dropDownList", "comboBox", "dataBinding", "showingPlcHdr")]
_AGAIN = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def accepted(part: Element) -> Element:
    """The part as figures can be written into it: what people have tracked is done. A field of theirs around a tag
    takes no figure: Word fills it by itself, LibreOffice forgets what is inside; a text box is there once."""
    for gone in list(part.iter(*_UNDONE)):
        remove(gone)
    for kept in list(part.iter(*_KEPT)):
        _dissolve(kept, kept)
    for holder in [each for each in part.iter(name("sdt"), _AGAIN) if "{" in "".join(map(str, each.itertext()))]:
        content = holder.find(name("sdtContent"))
        if holder.tag == _AGAIN:
            remove(holder)
        elif content is not None and next(content.iterchildren(*_BLOCKS), None) is None:
            _dissolve(holder, content)
        else:
            for kind in [kind for look in holder.iterchildren(name("sdtPr")) for kind in look.iterchildren(*_KINDS)]:
                remove(kind)
    return part


def _dissolve(element: Element, content: Element) -> None:
    for child in list(content):
        element.addprevious(child)
    remove(element)


def text_parts(file: Path) -> dict[str, str]:
    """The XML of the members that hold text."""
    return {path: xml_of(data) for path, data in members(file).items() if holds_text(path)}


class MadePackage(Package):
    """A package of members that are not in a file yet."""

    def __init__(self, path: Path, parts: dict[str, bytes]) -> None:
        self._begin(path, {})
        self._data = parts


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
