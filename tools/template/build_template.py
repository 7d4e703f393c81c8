"""Builds a Word template, templates/<name>.docx, from its source text: the same bytes each time.

The built template is what officials edit; the source only makes its first version and tells reviewers what changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cchc_xl import drafting
from cchc_xl.excel.ooxml_package import packed
from cchc_xl.program import data_folder
from cchc_xl.word.word_xml import Element, quoted, root, to_bytes, w
from tools.template.report_frame import body, first_header, page_header
from tools.template.report_styles import FOOTNOTE_MARK, LANGUAGE, styles_part
from tools.template.source_text import Span, read_source
from tools.template.template_blocks import Footnotes, paragraph, run

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

PARTS = (
    ("document", "document.main"), ("styles", "styles"), ("settings", "settings"), ("fontTable", "fontTable"),
    ("footnotes", "footnotes"), ("header1", "header"), ("header2", "header"),
)
"""Name and content type of the parts in word/."""

FRAME = Path(__file__).with_name("khung_mau.txt")
FRAME_TARGET = Path(drafting.__file__).with_name("khung_mau.docx")
"""What `form word` begins with; it lies in the package."""

FIRST_HEADER, PAGE_HEADER = "rId5", "rId6"
"""Relationships are numbered in the order of PARTS, from the one after the document."""


def build_template(source: Path) -> bytes:
    """The bytes of the Word template that a source text makes."""
    footnotes = Footnotes()
    document = root("document", body(read_source(source), footnotes, (FIRST_HEADER, PAGE_HEADER)))
    contents = (
        document, styles_part(), _settings(), _fonts(), _footnotes(footnotes.documents),
        root("hdr", *first_header()), root("hdr", *page_header()),
    )
    parts = {f"word/{part}.xml": to_bytes(made) for (part, _), made in zip(PARTS, contents, strict=True)}
    return packed({**_package_parts(), **parts})


def write_template(source: Path, target: Path) -> None:
    """Builds a template into its file."""
    target.write_bytes(build_template(source))


def _package_parts() -> dict[str, bytes]:
    """The parts that hold the package together."""
    main = ((f"{OFFICE}/officeDocument", "word/document.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"))
    own = tuple((f"{OFFICE}/{kind}", f"{part}.xml") for part, kind in PARTS[1:])
    return {
        "[Content_Types].xml": _content_types().encode(),
        "_rels/.rels": _relationships(main).encode(),
        "docProps/core.xml": _properties().encode(),
        "word/_rels/document.xml.rels": _relationships(own).encode(),
    }


def _content_types() -> str:
    parts = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{WORD_TYPE}.{kind}+xml"/>' for part, kind in PARTS
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{parts}</Types>"
    )


def _relationships(targets: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type={quoted(kind)} Target={quoted(target)}/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _properties() -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Báo cáo cải cách hành chính</dc:title>'
        f"<dc:language>{LANGUAGE}</dc:language></cp:coreProperties>"
    )


def _settings() -> Element:
    return root(
        "settings",
        w("zoom", percent=100),
        w("defaultTabStop", val=720),
        w("characterSpacingControl", val="doNotCompress"),
        w("footnotePr", w("footnote", id=-1), w("footnote", id=0)),
        w("compat", _compatibility()),
        w("themeFontLang", val=LANGUAGE),
        w("decimalSymbol", val=","),
        w("listSeparator", val=";"),
    )


def _compatibility() -> Element:
    """Layout as by Word 2013 and later, without the "compatibility mode" in the title bar."""
    return w("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15)


def _fonts() -> Element:
    font = w(
        "font", w("panose1", val="02020603050405020304"), w("charset", val="00"), w("family", val="roman"),
        w("pitch", val="variable"), name="Times New Roman",
    )
    return root("fonts", font)


def _footnotes(documents: Iterable[str]) -> Element:
    """word/footnotes.xml: the two separators that Word asks for, then one note for each cited document."""
    separators = (
        w("footnote", paragraph("FootnoteText", w("r", w(kind))), type=kind, id=identifier)
        for identifier, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    notes = (
        w("footnote", _note(f"{{{{ vb.{document} }}}}"), id=number) for number, document in enumerate(documents, 1)
    )
    return root("footnotes", *separators, *notes)


def _note(content: str) -> Element:
    number = w("r", w("rPr", w("rStyle", val=FOOTNOTE_MARK)), w("footnoteRef"))
    return paragraph("FootnoteText", number, run(Span(f" {content}")))


def main() -> None:
    """Builds every template of the checkout from its source."""
    folder = data_folder("templates")
    for source in sorted((folder / "nguon").glob("*.txt")):
        write_template(source, folder / f"{source.stem}.docx")
    write_template(FRAME, FRAME_TARGET)


if __name__ == "__main__":
    main()
