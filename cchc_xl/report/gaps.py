"""Says to people what a report lacks, by sheet, row and cell; what the same units have not given is summed up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cchc_xl.checks.check_context import bare
from cchc_xl.figures import NUMBER, TYPE, Content, Figure, Text, completeness
from cchc_xl.reading.spellings import short
from cchc_xl.rules import rule_syntax
from cchc_xl.schema.form_model import Indicator
from cchc_xl.typed_text import said, some_of

SHOWN = 3
"""Lines of the form, and units, named in one sentence; the others are counted."""

EARLIER = {"truoc": rule_syntax.EARLIER["previous"], "cung_ky": rule_syntax.EARLIER["last_year"]}
"""The earlier periods as templates name them, and their words."""

Names = tuple[str, ...]


def required_information(content: Content) -> list[str]:
    """The lines of the general information marked (*) that are empty, as a template names them: tt.nguoi_ky."""
    typed = {name for name, text in content.info.items() if said(text.text)}
    return [f"tt.{field.name}" for field in content.form.info if field.required and field.name not in typed]


def can_be_filled(code: str, figures: Mapping[str, Figure]) -> bool:
    """Whether people can mend what is missing: not a rate of nothing, nor a figure of the last period."""
    figure = figures.get(code)
    if figure is not None:
        return figure.whole != 0
    return code.startswith(("tt.", "noi_dung.", "vb.")) or _is_table_row(code, figures)


def _is_table_row(code: str, figures: Mapping[str, Figure]) -> bool:
    """Whether a template asked for a figure that a row of a table does not have in that column."""
    return any(figure.indicator.row == code for figure in figures.values())


def gap_lines(content: Content, figures: Mapping[str, Figure], codes: Iterable[str]) -> list[str]:
    """One line for each sheet of texts, and one for the figures that the same units have not given."""
    form = content.form
    texts: dict[str, list[str]] = {}
    silent: dict[Names, dict[str, str]] = {}
    others = []
    labels = {f"tt.{field.name}": (content.info.get(field.name), field.label) for field in form.info}
    labels |= {f"noi_dung.{entry.name}": (content.entries.get(entry.name), entry.title) for entry in form.entries}
    labels = {**dict(_uncited(content)), **labels}
    for code in codes:
        if code in labels:
            text, label = labels[code]
            sheet, cell = (text.address.sheet, f" (ô {text.address.cell})") if text else ("", "")
            texts.setdefault(sheet, []).append(f"“{label}”{cell}")
        elif code in figures and figures[code].whole != 0:
            for row in _typed(figures[code], figures, content):
                units, place = _silent(row, content)
                silent.setdefault(units, {})[row.code] = f"{row.code} {bare(row.label)}{place}"
        else:
            others.append(_unfillable(code, figures, content))
    return [
        *(f"{sheet}: {'; '.join(each)}" if sheet else "; ".join(each) for sheet, each in texts.items()),
        *(_of_units(units, list(rows.values())) for units, rows in silent.items()),
        *dict.fromkeys(others),
    ]


def _uncited(content: Content) -> Iterator[tuple[str, tuple[Text | None, str]]]:
    """The lines of the register that cannot be cited: the first cell to fill, and what the form calls the document."""
    begun, cited = {each.name: each for each in content.unfinished}, {each.name for each in content.documents}
    for document in (*content.unfinished, *content.form.documents):
        if document.name not in cited:
            known = begun.get(document.name)
            cell = content.document_cell(document.name, NUMBER if known and known.type else TYPE)
            told = short(f"{document.type} {document.subject}".strip())
            yield f"vb.{document.name}", (Text("", cell) if cell else None, told)


def _typed(figure: Figure, figures: Mapping[str, Figure], content: Content) -> list[Indicator]:
    """The figure's own row, or those of its two parts that nobody, or not everybody, has given."""
    row = figure.indicator
    if not row.has_parts:
        return [row]
    parts = [content.form.by_name[name] for name in (row.numerator, row.denominator)]
    given = (figures[part.code] for part in parts)
    return [each.indicator for each in given if each.value is None or not each.complete] or [row]


def _silent(row: Indicator, content: Content) -> tuple[Names, str]:
    """The units that have not answered, and the place of the cell where it is only one."""
    units = content.form.reporters(row)
    readings = {unit.name: content.readings.get((unit.id, row.code)) for unit in units}
    names = [name for name, reading in readings.items() if reading is None or not reading.given]
    reading = readings[names[0]] if len(names) == 1 else None
    return tuple(names or readings), f" (ô {reading.address})" if reading else ""


def _of_units(units: Names, rows: Sequence[str]) -> str:
    named = some_of(rows, SHOWN, "chỉ tiêu", "; ")
    return f"{some_of(units, SHOWN, 'đơn vị')} chưa có {len(rows)} số liệu: {named}"


def _unfillable(code: str, figures: Mapping[str, Figure], content: Content) -> str:
    """A rate of nothing, or a figure that the last period does not give."""
    if code in figures:
        return f"{code} {bare(figures[code].indicator.label)}: mẫu số bằng 0, không tính được tỷ lệ"
    if _is_table_row(code, figures):
        return f"dòng {code} của bảng không có số ở cột mà mẫu Word hỏi: sửa câu đó trong mẫu Word"
    group, _, name = code.partition(".")
    row = content.form.by_name.get(name) or content.form.by_code.get(name)
    if row and group in EARLIER:
        return f"{row.code} {bare(row.label)}: chưa có số liệu {EARLIER[group]}"
    if any(line.code == code for table in content.form.tables() for line in table.rows):
        return f"{code}: mẫu Word nêu một cột mà dòng này không có số; sửa câu đó trong mẫu"
    return f"{code}: không tính tỷ lệ vì không phát sinh"


def partial_lines(content: Content, figures: Mapping[str, Figure], codes: Iterable[str]) -> Iterator[str]:
    """Mới có 8/10 phường; thiếu …: 12 số liệu (…): a line for the figures that lack the same units."""
    groups: dict[str, list[str]] = {}
    for code in codes:
        if code in figures:
            row = f"{code} {bare(figures[code].indicator.label)}"
            groups.setdefault(completeness(figures[code], content.form), []).append(row)
    for lacking, rows in groups.items():
        yield f"Mới có {lacking}, ở {len(rows)} số liệu: {some_of(rows, SHOWN, 'chỉ tiêu', '; ')}."
