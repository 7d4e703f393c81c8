"""Files that name other files and addresses in every way their format has; nobody should follow one.

Each maker takes what it starts from (a folder of ready books), where to write, and two names: of a file on this machine
and of an address.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from docx import Document

from cchc_xl.office import converted
from tests.hostile import parts_of, write_parts

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
UNC = r"\\127.0.0.1\chung\mat.txt"

Make = Callable[[Path, Path, str, str], None]


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rIdN{number}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'


def _related(parts: dict[str, bytes], rels: str, kinds: tuple[str, ...], file: str, address: str) -> None:
    """Adds relations to each of the three names."""
    targets = (file, address, UNC)
    made = [(kind, target) for kind in kinds for target in targets]
    text = "".join(_relation(number, *each) for number, each in enumerate(made))
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    parts[rels] = parts.get(rels, empty).replace(b"</Relationships>", f"{text}</Relationships>".encode())


def _picture(number: int) -> str:
    return (
        '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape style="width:50pt;height:50pt">'
        f'<v:imagedata r:href="rIdN{number}" o:href="rIdN{number}" xmlns:o="urn:schemas-microsoft-com:office:office"/>'
        '</v:shape></w:pict></w:r></w:p>'
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessing'
        'Drawing"><wp:extent cx="500000" cy="500000"/><wp:docPr id="9" name="a"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="0" name="a"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="rIdN{number}"/></pic:blipFill><pic:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="500000" cy="500000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>'
        '</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )


def _field(code: str) -> str:
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve">'
        f'{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def word(_: Path, target: Path, file: str, address: str) -> None:
    """Pictures, an attached template, parts of other documents, fields."""
    document = Document()
    document.add_paragraph("BÁO CÁO")
    document.add_paragraph("Đã tiếp nhận 1.234 hồ sơ, năm nay {{ ho_so_huyen_tiep_nhan }}.")
    document.save(str(target))
    parts = parts_of(target)
    kinds = ("image", "aFChunk", "subDocument", "oleObject", "hyperlink", "attachedTemplate")
    _related(parts, "word/_rels/document.xml.rels", kinds, file, address)
    _related(parts, "word/_rels/settings.xml.rels", ("attachedTemplate", "mailMergeSource"), file, address)
    fields = (f'{code} "{name}"' for code in ("INCLUDETEXT", "INCLUDEPICTURE", "LINK Word.Document.8", "DDEAUTO Excel")
              for name in (file, address, UNC.replace("\\", "\\\\")))
    chunks = ''.join(f'<w:altChunk r:id="rIdN{number}"/>' for number in (3, 4, 5))
    body = "".join([*map(_picture, (0, 1, 2)), chunks, *map(_field, fields)])
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:sectPr", body.encode() + b"<w:sectPr", 1)
    settings = parts["word/settings.xml"]
    place = settings.index(b">", settings.index(b"<w:settings")) + 1
    attached = f'<w:attachedTemplate xmlns:r="{OFFICE}" r:id="rIdN1"/>'.encode()
    parts["word/settings.xml"] = settings[:place] + attached + settings[place:]
    write_parts(target, parts)


ODF = """<?xml version="1.0"?><office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2">{}</office:document-content>"""


def _odf(target: Path, kind: str, content: str) -> None:
    listed = f"""<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", listed)


def open_text(_: Path, target: Path, file: str, address: str) -> None:
    """Pictures, sections, objects and frames of an OpenDocument text."""
    box = '<draw:frame svg:width="2cm" svg:height="2cm"><draw:{} xlink:href="{}" xlink:actuate="onLoad"/></draw:frame>'
    section = '<text:section text:name="s{}">{}<text:p>a</text:p></text:section>'
    boxes = ("image", "object", "floating-frame", "plugin")
    here = "".join(
        section.format(number, f'<text:section-source xlink:href="{name}"/>')
        + "".join(f"<text:p>{box.format(what, name)}</text:p>" for what in boxes)
        for number, name in enumerate((file, address, "file://127.0.0.1/chung/mat.txt"))
    )
    dde = section.format("d", (
        f'<office:dde-source office:dde-application="soffice" office:dde-item="a" office:dde-topic="{file}"'
        ' office:automatic-update="true"/>'
    ))
    body = f"<office:body><office:text><text:p>1.234 hồ sơ.</text:p>{here}{dde}</office:text></office:body>"
    _odf(target, "application/vnd.oasis.opendocument.text", ODF.format(body))


def open_table(_: Path, target: Path, file: str, address: str) -> None:
    """Tables that come from elsewhere and formulas that ask for something."""
    cell = '<table:table-cell office:value-type="float" office:value="1" table:formula="of:={}"/>'
    sources = "".join(
        f'<table:table table:name="t{number}"><table:table-source xlink:href="{name}" table:table-name="a"'
        f' table:filter-name="Text - txt - csv (StarCalc)"/><table:table-row>'
        + cell.format(f"WEBSERVICE(&quot;{name}&quot;)") + cell.format(f"'{name}'#$a.A1")
        + "</table:table-row></table:table>"
        for number, name in enumerate((file, address, UNC))
    )
    body = f"<office:body><office:spreadsheet>{sources}</office:spreadsheet></office:body>"
    _odf(target, "application/vnd.oasis.opendocument.spreadsheet", ODF.format(body))


def rich_text(_: Path, target: Path, file: str, address: str) -> None:
    """An attached template and fields."""
    names = (file, address, UNC.replace("\\", "\\\\\\\\"))
    fields = "".join(
        rf'{{\field{{\*\fldinst {code} "{name}"}}{{\fldrslt a}}}}\par ' for name in names
        for code in ("INCLUDETEXT", "INCLUDEPICTURE", "DDEAUTO", "HYPERLINK", "IMPORT")
    )
    shapes = "".join(
        rf"{{\shp{{\*\shpinst\shpright999\shpbottom999{{\sp{{\sn shapeType}}{{\sv 75}}}}"
        rf"{{\sp{{\sn pibName}}{{\sv {name}}}}}{{\sp{{\sn pibFlags}}{{\sv 10}}}}}}}}\par " for name in names
    )
    text = rf"{{\rtf1\ansi{{\*\template {address}}} So lieu 1.234 ho so.\par {fields}{shapes}}}"
    target.write_text(text, "ascii")


def old_word(ready: Path, target: Path, file: str, address: str) -> None:
    """The pictures and fields of a Word document, as the binary format holds them."""
    word(ready, new := target.with_suffix(".docx"), file, address)
    converted(new, "doc", target)


def web_page(_: Path, target: Path, file: str, address: str) -> None:
    """A page of the web under another name: an office tells it by what is in it."""
    parts = "".join(
        f'<link rel="stylesheet" href="{name}"><img src="{name}" width="9" height="9"><iframe src="{name}"></iframe>'
        f'<object data="{name}"></object><table background="{name}"><tr><td>1.234</td></tr></table>'
        f'<sdfield type="docinfo"><script src="{name}"></script>' for name in (file, address, UNC)
    )
    target.write_text(f"<html><body background=\"{address}\"><p>So lieu 1.234 ho so.</p>{parts}</body></html>", "ascii")


def workbook(ready: Path, target: Path, file: str, address: str) -> None:
    """Another book, a connection, a table of the web, a picture, formulas; and what the book says of itself."""
    parts = parts_of(ready)
    sheet = next(name for name in parts if name.startswith("xl/worksheets/sheet"))
    _related(parts, "xl/_rels/workbook.xml.rels", ("externalLink", "attachedToolbars"), file, address)
    beside = sheet.replace("sheets/", "sheets/_rels/") + ".rels"
    _related(parts, beside, ("image", "oleObject", "hyperlink"), file, address)
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{OFFICE}">'
        '<externalBook r:id="rIdN0"/></externalLink>'.encode()
    )
    _related(parts, "xl/externalLinks/_rels/externalLink1.xml.rels", ("externalLinkPath",), file, address)
    parts["xl/connections.xml"] = (
        '<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><connection id="1" name="a"'
        f' type="4" refreshedVersion="4" refreshOnLoad="1"><webPr url="{address}"/></connection></connections>'.encode()
    )
    row = "".join(
        f'<c r="{column}9999"><f>{formula}</f><v>1</v></c>' for column, formula in (
            ("A", f'WEBSERVICE("{address}")'), ("B", "[1]a!A1"), ("C", f"'[{file}]a'!A1"), ("D", "cmd|'/c calc'!A0"))
    )
    parts[sheet] = parts[sheet].replace(b"</sheetData>", f'<row r="9999">{row}</row></sheetData>'.encode())
    write_parts(target, parts)
