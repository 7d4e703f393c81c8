"""What the tests of the report share: the 2021 sample as content, rendered reports, and their text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from lxml import etree

from cchc_xl.excel import seal
from cchc_xl.figures import Content, Figure, Text, total
from cchc_xl.master.master_book import as_typed
from cchc_xl.reading.number_grammar import read
from cchc_xl.reading.raw_cell import Cell
from cchc_xl.report.render import RenderResult, compose
from cchc_xl.schema.form_model import Form
from cchc_xl.values import Address, Reading, replace
from cchc_xl.verbs.demo import sample_entries
from tests.contents import form_2021
from tools.template.build_template import build_template

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "templates/nguon/bao_cao_nam.txt"
TEMPLATE = ROOT / "templates/bao_cao_nam.docx"
NOWHERE = Address("", "A1")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"


@lru_cache(maxsize=1)
def sample() -> Content:
    """The real report of 2021, as a filled master would give it."""
    return content_of(form_2021())


def content_of(form: Form) -> Content:
    """The sample figures and texts of a form."""
    entries = sample_entries(form)
    readings = {}
    for unit, code, typed in entries.cells:
        row = form.by_code[code]
        value = as_typed(typed, row.asked)
        assert not isinstance(value, float | int)
        readings[unit, code] = read(Cell(value), row, NOWHERE)
    return Content(
        form, readings,
        notes={code: text_of(note) for code, note in entries.notes.items()},
        info={name: text_of(str(value)) for name, value in entries.info.items()},
        entries={name: text_of(text) for name, text in entries.texts.items()},
        documents=form.documents,
        contacts=tuple(tuple(map(str, line)) for line in entries.contacts),
    )


def text_of(text: str) -> Text:
    """A text as if typed somewhere."""
    return Text(text, NOWHERE)


def with_readings(content: Content, changed: Mapping[tuple[str, str], Reading | None]) -> Content:
    """The content with some readings replaced, or taken away."""
    readings = {**content.readings, **changed}
    return replace(content, readings={key: reading for key, reading in readings.items() if reading is not None})


def without(content: Content, name: str, *units: str) -> Content:
    """The content without an indicator's readings, of all units or of some."""
    code = content.form.by_name[name].code
    reported = (key for key in content.readings if key[1] == code)
    return with_readings(content, {key: None for key in reported if key[0] in units or not units})


def figures_of(content: Content) -> dict[str, Figure]:
    """The city's figures."""
    return total(content.form, content.readings)


def render(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool = False
) -> RenderResult:
    """The report of a template, composed and written."""
    made, result = compose(template, content, figures, target, draft)
    seal.write(target, made)
    return result


def rendered(
    folder: Path, source: str, content: Content | None = None, *, draft: bool = False
) -> tuple[Path, RenderResult]:
    """The report that a template with this source text gives."""
    written = folder / "mau.txt"
    written.write_text(source, encoding="utf-8")
    template = folder / "mau.docx"
    template.write_bytes(build_template(written))
    return rendered_by(template, folder, content, draft=draft)


def rendered_by(
    template: Path, folder: Path, content: Content | None = None, *, draft: bool = False
) -> tuple[Path, RenderResult]:
    """The report that a template gives."""
    content = content or sample()
    target = folder / "bao_cao.docx"
    return target, render(template, content, figures_of(content), target, draft=draft)


def part(document: Path, name: str = "document") -> etree._Element:
    """A part of a Word file."""
    with zipfile.ZipFile(document) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


def paragraph_text(paragraph: etree._Element) -> str:
    """Text as people see it, line breaks and raised footnote numbers included."""
    return "".join(_pieces(paragraph))


def all_text(element: etree._Element) -> str:
    """Every text inside an element, field codes included."""
    return "".join(str(piece) for piece in element.itertext())


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    for element in paragraph.iter(f"{W}t", f"{W}br", f"{W}footnoteReference"):
        if element.tag == f"{W}t":
            yield element.text or ""
        elif element.tag == f"{W}br":
            yield "\n"
        else:
            yield "".join(RAISED[int(digit)] for digit in element.attrib[f"{W}id"])


def main_text(document: Path) -> list[str]:
    """The paragraphs of the body up to the appendices, without those that hold no text."""
    texts = []
    for paragraph in part(document).iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val") == "PhuLucSo":
            break
        texts.append(paragraph_text(paragraph))
    return [text for text in texts if text.strip()]


def body_text(document: Path) -> list[str]:
    """As `main_text`, from the title on."""
    texts = main_text(document)
    return texts[next(place for place, text in enumerate(texts) if text == "BÁO CÁO"):]


def footnote_texts(document: Path) -> list[str]:
    """The footnotes in their order."""
    notes = part(document, "footnotes").iter(f"{W}footnote")
    return [paragraph_text(note).strip() for note in notes if int(note.attrib[f"{W}id"]) > 0]


def controls(document: Path) -> dict[str, str]:
    """The text of every figure by the tag of its content control."""
    found = part(document).iter(f"{W}sdt")
    return {_value(control, "tag"): paragraph_text(control) for control in found}


def _value(control: etree._Element, name: str) -> str:
    found = control.find(f"{W}sdtPr/{W}{name}")
    assert found is not None
    return str(found.attrib[f"{W}val"])


def highlighted(document: Path) -> list[str]:
    """The highlighted pieces of text."""
    return [paragraph_text(run) for run in part(document).iter(f"{W}r") if run.find(f"{W}rPr/{W}highlight") is not None]


def number(value: str) -> Reading:
    """A reading of a number."""
    form = sample().form
    return read(Cell(Decimal(value)), form.by_name["ho_so_huyen_tiep_nhan"], NOWHERE)
