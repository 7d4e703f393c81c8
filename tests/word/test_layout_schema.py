"""The elements of what is written stand in the order that the schema (ISO/IEC 29500-1, A.1) asks for."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from report_sample import ROOT, W, rendered, rendered_by, sample, without

ORDERS = {
    "pPr": """pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
        suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
        snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
        textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange""",
    "rPr": """rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid
        vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em
        lang eastAsianLayout specVanish oMath rPrChange""",
    "sectPr": """headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType
        pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings""",
    "tcPr": """cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign
        hideMark""",
    "tblPr": """tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing
        tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription""",
    "trPr": """cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing jc
        hidden""",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr sdt",
    "style": """name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked
        personal rsid pPr rPr tblPr trPr tcPr""",
    "sdtPr": "rPr alias tag id lock placeholder temporary showingPlcHdr dataBinding text",
    "pBdr": "top left bottom right between bar",
    "settings": """writeProtection view zoom removePersonalInformation trackRevisions defaultTabStop
        characterSpacingControl footnotePr endnotePr compat rsids themeFontLang clrSchemeMapping decimalSymbol
        listSeparator""",
}


def trees(document: Path) -> Iterator[tuple[str, etree._Element]]:
    with zipfile.ZipFile(document) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml") and "/charts/" not in name:
                yield name, etree.fromstring(archive.read(name))


def misplaced(document: Path) -> list[str]:
    """Where a child stands before one that should precede it, or is not known at all."""
    found = []
    for part, tree in trees(document):
        for tag, children in ORDERS.items():
            order = {f"{W}{child}": place for place, child in enumerate(children.split())}
            for element in tree.iter(f"{W}{tag}"):
                places = [order.get(str(child.tag), -1) for child in element]
                if -1 in places or any(first > second for first, second in pairwise(places)):
                    found.append(f"{part}: {tag}: {[etree.QName(child).localname for child in element]}")
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "templates").glob("*.docx")), ids=lambda path: str(path.stem))
def test_templates_and_reports_keep_the_order_of_the_schema(path: Path, tmp_path: Path) -> None:
    assert misplaced(path) == []
    assert misplaced(rendered_by(path, tmp_path)[0]) == []


def test_a_draft_with_missing_and_incomplete_figures_keeps_the_order(tmp_path: Path) -> None:
    content = without(without(sample(), "ho_so_huyen_tiep_nhan"), "ho_so_xa_tiep_nhan", "phuong_3")
    line = "@ket **{{ ho_so_huyen_tiep_nhan }}** và *{{ ho_so_xa_tiep_nhan }}*"
    assert misplaced(rendered(tmp_path, line, content, draft=True)[0]) == []


def test_the_check_itself_sees_a_wrong_order(tmp_path: Path) -> None:
    document, _ = rendered(tmp_path, "@ket Hết./.")
    with zipfile.ZipFile(document) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    tree = etree.fromstring(parts["word/document.xml"])
    look = next(each for each in tree.iter(f"{W}pPr") if len(each) > 0)
    look.insert(0, etree.Element(f"{W}jc"))
    parts["word/document.xml"] = etree.tostring(tree)
    with zipfile.ZipFile(document, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert misplaced(document) != []
