"""Figures in every corner of people's Word files: fields, boxes, formulas, tracked changes; none is lost or torn."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from report_sample import all_text, figures_of, part, render, sample, without

from cchc_xl.excel.ooxml_package import Package
from cchc_xl.report.update_figures import UpdateOutcome, update
from cchc_xl.values import replace

DOCUMENT, NAME = "word/document.xml", "ho_so_huyen_tiep_nhan"
TAG = f"{{{{ {NAME} }}}}"
SPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006", "v": "urn:schemas-microsoft-com:vml",
}.items())
RUN = f"<w:r><w:t>{TAG}</w:t></w:r>"
BY = 'w:id="1" w:author="A"'
BOX = f"<w:txbxContent><w:p>{RUN}</w:p></w:txbxContent>"
FIELD = (
    '<w:sdt><w:sdtPr><w:alias w:val="Ô"/><w:tag w:val="o"/><w:showingPlcHdr/><w:dataBinding w:xpath="/a" '
    'w:storeItemID="{1}"/><w:text/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>'
)
CORNERS = {
    "tracked": f"<w:p><w:ins {BY}>{RUN}</w:ins></w:p>",
    "field in a line": f"<w:p>{FIELD % RUN}</w:p>",
    "field of paragraphs": FIELD % f"<w:p>{RUN}</w:p>",
    "text box": f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="v">{BOX}</mc:Choice><mc:Fallback><w:pict>{BOX}'
    "</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    "formula": f"<w:p><m:oMath><m:r><m:t>{TAG}</m:t></m:r></m:oMath></w:p>",
    "code of a field": f'<w:p><w:r><w:instrText>QUOTE "{TAG}"</w:instrText></w:r></w:p>',
    "description": f'<w:p><w:r><w:pict><v:shape alt="{TAG}"/></w:pict></w:r></w:p>',
}


def template(folder: Path, body: str) -> Path:
    document = Document()
    document.element.body[-1].addprevious(parse_xml(f"<w:p {SPACES}/>"))
    for each in parse_xml(f"<w:body {SPACES}>{body}</w:body>"):
        document.element.body[-1].addprevious(each)
    document.save(str(folder / "mau.docx"))
    return folder / "mau.docx"


@pytest.mark.parametrize("corner", CORNERS)
def test_a_figure_stands_in_every_corner_once_and_its_gap_is_noted(corner: str, tmp_path: Path) -> None:
    """Nothing of Word's own covers it, nor is a change of the template's still tracked."""
    file, out, content = template(tmp_path, CORNERS[corner]), tmp_path / "ra.docx", sample()
    result = render(file, content, figures_of(content), out)
    xml = Package(out).read(DOCUMENT).decode()
    assert xml.count("10.248") == 1
    assert result.figures == (corner not in ("formula", "code of a field", "description"))
    assert not any(sign in xml for sign in ("\ue000", "\ue001", "<w:ins ", "dataBinding", "showingPlcHdr", "<m:t><w:p"))
    lacking = without(content, NAME)
    assert render(file, lacking, figures_of(lacking), tmp_path / "thieu.docx").missing


def test_an_update_leaves_fields_of_people_alone_and_writes_both_copies_of_a_box(tmp_path: Path) -> None:
    """Word writes a box a second time for old programs; other fields of the same name were taken for figures."""
    fields = "".join(FIELD % f"<w:p><w:r><w:t>{word} </w:t></w:r>{RUN}</w:p>" for word in ("Một", "Hai"))
    file, out, content = template(tmp_path, fields + CORNERS["text box"]), tmp_path / "ra.docx", sample()
    render(file, content, figures_of(content), out)
    package = Package(out)
    xml = package.read(DOCUMENT).decode()
    box = xml[xml.index("<w:txbxContent>") : xml.index("</mc:Choice>")]
    again = f"</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    package.write(DOCUMENT, xml.replace("</mc:Choice>", again).encode())
    package.save(out)
    figures = figures_of(content)
    code = content.form.by_name[NAME].code
    figures[code] = replace(figures[code], value=Decimal(20001))
    updated = update(out, tmp_path / "moi.docx", file, content, figures, overwrite_edited=True)
    assert {each.outcome for each in updated.figures} == {UpdateOutcome.CHANGED}
    assert (len(updated.figures), updated.removed, updated.duplicated) == (3, [], [])
    assert all_text(part(tmp_path / "moi.docx")) == "Một 20.001Hai 20.00120.00120.001"
