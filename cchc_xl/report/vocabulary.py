"""Every name that a Word template may use, with its meaning and its present value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cchc_xl.checks.check_context import bare
from cchc_xl.figures import Content, Figure, Text
from cchc_xl.program import lines_of
from cchc_xl.report.jinja_environment import similar_name
from cchc_xl.schema.form_model import Form
from cchc_xl.typed_text import shortened
from cchc_xl.writing import citation_writer
from cchc_xl.writing.vietnamese_numbers import in_table

LONGEST_VALUE = 80

PREVIOUS, LAST_YEAR = "truoc", "cung_ky"
TABLES, FILTERS = "Bảng và biểu đồ", "Bộ lọc"
_OWN = lines_of(Path(__file__).with_name("tu_cua_mau.csv"))
FILTER_MEANINGS = {line["name"]: line["meaning"] for line in _OWN if line["group"] == FILTERS}


@dataclass(frozen=True, slots=True)
class TemplateWord:
    """A name as it is written in a template."""

    group: str
    name: str
    meaning: str
    value: str = ""


def vocabulary(
    form: Form, content: Content | None = None, figures: Mapping[str, Figure] | None = None
) -> list[TemplateWord]:
    """Every name; without a workbook's content the values are empty."""
    info, entries = (content.info, content.entries) if content else ({}, {})
    return [
        *_indicators(form, figures or {}),
        *(TemplateWord("Thông tin chung", f"tt.{field.name}", field.label, _said(info.get(field.name)))
          for field in form.info),
        *_documents(form, content),
        *(TemplateWord("Nội dung", f"noi_dung.{entry.name}", entry.title, _said(entries.get(entry.name)))
          for entry in form.entries),
        *(TemplateWord(**line) for line in _OWN if line["group"] == TABLES),
        *_tables(form),
        *(TemplateWord(**line) for line in _OWN if line["group"] not in (TABLES, FILTERS)),
        *(TemplateWord(FILTERS, f"| {name}", meaning) for name, meaning in FILTER_MEANINGS.items()),
    ]


def _indicators(form: Form, figures: Mapping[str, Figure]) -> Iterator[TemplateWord]:
    for row in form.indicators():
        figure = figures.get(row.code)
        value = in_table(figure.value) if figure and figure.value is not None else ""
        yield TemplateWord("Chỉ tiêu", row.name, f"{row.code}: {bare(row.label)}", _shortened(value))


def _tables(form: Form) -> Iterator[TemplateWord]:
    for table in form.tables():
        row, column = next((row.label for row in table.numbered), "tên dòng"), table.columns[0].code
        yield TemplateWord(TABLES, table.name, f"{table.label}: đứng riêng một đoạn thì in cả bảng; một ô: "
                   f'{{{{ {table.name}["{row}"]["{column}"] }}}}')
        fields = {"ten": "tên bảng", "don_vi_tinh": "đơn vị tính", "dong": "các dòng, để lặp: .stt, .ten, .don_vi"}
        for field, meaning in fields.items():
            yield TemplateWord(TABLES, f"{table.name}.{field}", meaning)


def _documents(form: Form, content: Content | None) -> Iterator[TemplateWord]:
    listed = {each.name: each for each in (content.documents if content else form.documents)}
    for name in dict.fromkeys((*(each.name for each in form.documents), *listed)):
        yield TemplateWord("Văn bản", f"vb.{name}",
            "viện dẫn; .cua có cơ quan ban hành, .day_du có cả trích yếu, .nam là năm nêu ở trích yếu",
                   _shortened(citation_writer.full(listed[name])) if name in listed else "")


def _said(typed: Text | None) -> str:
    return _shortened(typed.text) if typed else ""


def _shortened(text: str) -> str:
    return shortened(" ".join(text.split()), LONGEST_VALUE)


class Known:
    """What a template may name, asked by the proof-reader."""

    def __init__(self, words: list[TemplateWord]) -> None:
        self.names = {word.name for word in words if not word.name.startswith("| ")}
        self.groups = {name.partition(".")[0] for name in self.names if "." in name} | {PREVIOUS, LAST_YEAR}

    def has(self, name: str) -> bool:
        """Whether a name, or the group of one, is known."""
        group, _, rest = name.partition(".")
        return name in self.names or name in self.groups or (group in (PREVIOUS, LAST_YEAR) and rest in self.names)

    def similar(self, name: str) -> str:
        """The known name that was probably meant."""
        return similar_name(name, sorted(self.names))
