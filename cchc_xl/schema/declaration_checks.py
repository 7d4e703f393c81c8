"""What must be true of a declared form before anything is computed with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from cchc_xl.errors import DeclarationError
from cchc_xl.rules.rule_parser import parse
from cchc_xl.rules.rule_syntax import Comparison, Name, RuleSyntaxError, names
from cchc_xl.schema.form_model import Form, Indicator, Kind, Scale, Total
from cchc_xl.sheet_names import RESERVED_SHEETS
from cchc_xl.typed_text import folded

Fault = tuple[str, str]
"""Place and what is wrong there."""


def check(form: Form) -> None:
    """Raises `DeclarationError` for the first fault found, with file and place."""
    for fault_finder in FAULT_FINDERS:
        for place, fault in fault_finder(form):
            raise DeclarationError(f"{form.folder} › {place}", fault, "Sửa tệp khai báo rồi chạy lại.")


def _equal_codes(form: Form) -> Iterator[Fault]:
    rows = ((section, row.code) for section in form.sections for row in (*section.rows, *section.supporting))
    rules = ((section, rule.code) for section in form.sections for rule in section.rules)
    for group in (rows, rules):
        yield from _repeated(((f"{section.number} › {code}", code) for section, code in group), "mã")


def _equal_names(form: Form) -> Iterator[Fault]:
    yield from _repeated(((row.code, row.name) for row in form.indicators()), "tên chỉ tiêu")
    yield from _repeated(((f"don_vi.toml › {unit.id}", unit.id) for unit in form.units), "mã đơn vị")
    yield from _repeated(((f"don_vi.toml › {unit.id}", unit.name) for unit in form.units), "tên đơn vị")
    yield from _repeated(((f"van_ban.toml › {each.name}", each.name) for each in form.documents), "tên văn bản")
    yield from _repeated(((f"noi_dung.toml › {each.name}", each.name) for each in form.entries), "tên nội dung")
    yield from _repeated(((f"bieu_mau.toml › {each.name}", each.name) for each in form.info), "tên mục")
    yield from _repeated(((f"{each.file}.toml › sheet", folded(each.sheet)) for each in form.sections), "tên sheet")


def _repeated(places: Iterable[tuple[str, str]], what: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, key in places:
        if key in seen:
            yield place, f"{what} “{key}” đã dùng ở chỗ khác."
        seen.add(key)


def _sheet_names(form: Form) -> Iterator[Fault]:
    """Excel forbids some names, and the workbook has sheets of its own."""
    own = {folded(name): name for name in RESERVED_SHEETS}
    for section in form.sections:
        name, place = section.sheet, f"{section.file}.toml › sheet"
        if folded(name) in own:
            yield place, f"“{name}” là tên sheet của phần mềm; đặt tên khác."
        elif not name.strip() or folded(name) == RESERVED_BY_EXCEL:
            yield place, f"Excel không nhận tên sheet “{name}”; đặt tên khác."
        elif found := NOT_IN_SHEET_NAMES.search(name):
            yield place, f"tên sheet “{name}” có dấu {found[0]!r}, công thức của Excel không dùng được; bỏ dấu này."
        elif len(name.encode("utf-16-le")) > 2 * LONGEST_SHEET_NAME:
            yield place, f"tên sheet “{name}” dài quá {LONGEST_SHEET_NAME} ký tự."


RESERVED_BY_EXCEL = "history"
LONGEST_SHEET_NAME = 31
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
"""What Excel forbids, and the apostrophe that ends a name in formulas."""


def _codes_belong_to_their_section(form: Form) -> Iterator[Fault]:
    for section in form.sections:
        for row in (*section.rows, *section.supporting):
            if not row.code.startswith(f"{section.number}."):
                yield row.code, f"mã phải bắt đầu bằng “{section.number}.”."


def _keys_survive_spreadsheets(form: Form) -> Iterator[Fault]:
    """Keys stand in hidden cells, where "_xa_" is the escape of a line break (ECMA-376 Part 1, 22.9.2.19)."""
    keys = [(f"don_vi.toml › {unit.id}", unit.id) for unit in form.units]
    keys += [(f"noi_dung.toml › {each.name}", each.name) for each in form.entries]
    keys += [(f"van_ban.toml › {each.name}", each.name) for each in form.documents]
    keys += [(f"bieu_mau.toml › {each.name}", each.name) for each in form.info]
    for place, key in keys:
        if found := CELL_ESCAPE.search(key):
            yield place, f"không dùng “{found[0]}” trong tên: bảng tính đọc thành ký tự điều khiển."


CELL_ESCAPE = re.compile("_x[0-9a-f]+_")


def _reporters(form: Form) -> Iterator[Fault]:
    known = {unit.kind for unit in form.units} | {unit.id for unit in form.units}
    for row in form.indicators():
        for reporter in row.reported_by:
            if reporter not in known:
                yield f"{row.code} › reported_by", f"không có đơn vị hoặc loại đơn vị “{reporter}”."
        if row.total is Total.CITY and len(form.reporters(row)) != 1:
            count = len(form.reporters(row))
            yield f"{row.code} › total", f"“city” cần đúng một đơn vị báo cáo, ở đây có {count}."


def _parts(form: Form) -> Iterator[Fault]:
    for row in form.indicators():
        if bool(row.numerator) != bool(row.denominator):
            yield f"{row.code} › numerator", "tử số và mẫu số phải có đủ cả hai."
        if row.kind is Kind.PERCENT and not row.has_parts:
            yield f"{row.code} › numerator", "tỷ lệ phải có tử số và mẫu số, không nhập trực tiếp."
        for name in filter(None, (row.numerator, row.denominator)):
            part = form.by_name.get(name)
            if part is None:
                yield f"{row.code} › numerator", f"không có chỉ tiêu tên “{name}”."
            elif part.has_parts:
                yield f"{row.code} › numerator", f"“{name}” phải là chỉ tiêu nhập số, không phải tỷ lệ."


def _kinds(form: Form) -> Iterator[Fault]:
    for row in form.indicators():
        if (row.kind is Kind.CHOICE) != bool(row.choices):
            yield f"{row.code} › choices", "chỉ loại “choice” có danh sách lựa chọn, và phải có."
        if row.has_parts and row.total is not Total.RATIO:
            yield f"{row.code} › total", "chỉ tiêu có tử số và mẫu số phải có total = “ratio”."
        if (row.kind is Kind.TEXT) != (row.total is Total.NONE):
            yield f"{row.code} › total", "loại “text” đi với total = “none”."
        if (row.total is Total.COUNT_YES) != (row.ask is Kind.YES_NO):
            yield f"{row.code} › ask", "total = “count_yes” đi với ask = “yes_no”."
        if row.total is Total.ALL_YES and row.kind is not Kind.YES_NO:
            yield f"{row.code} › total", "total = “all_yes” chỉ dùng cho chỉ tiêu có/không."
        if row.total is Total.SAME and row.kind is Kind.YES_NO:
            yield f"{row.code} › total", (
                "mỗi đơn vị trả lời có/không về việc của mình nên không dùng total = “same”: dùng “all_yes” "
                "(có khi mọi đơn vị có) hoặc “count_yes” (đếm đơn vị có)."
            )


def _supporting(form: Form) -> Iterator[Fault]:
    for section in form.sections:
        printed = {row.code for row in section.rows}
        for row in section.supporting:
            if row.supports not in printed:
                yield f"{row.code} › supports", f"không có dòng “{row.supports}” trong mục {section.number}."


def _rules(form: Form) -> Iterator[Fault]:
    for place, text in declared_expressions(form):
        yield from _expression(form, place, text)
    for row in form.indicators():
        if row.peer_base and row.peer_base not in form.by_name:
            yield f"{row.code} › peer_base", f"không có chỉ tiêu tên “{row.peer_base}”."


def declared_expressions(form: Form) -> Iterator[tuple[str, str]]:
    """Every expression of a form, after its place."""
    for section in form.sections:
        for rule in section.rules:
            yield f"{section.number} › rule {rule.code}", rule.test
    for row in form.indicators():
        if row.required_if:
            yield f"{row.code} › required_if", row.required_if
        if row.note_required_if:
            yield f"{row.code} › note_required_if", row.note_required_if


def _expression(form: Form, place: str, text: str) -> Iterator[Fault]:
    try:
        test = parse(text)
    except RuleSyntaxError as error:
        yield place, f"{error}."
        return
    for name in names(test):
        yield from _name(form.by_name.get(name.name), name, place)
    if isinstance(test, Comparison) and test.left == test.right:
        yield place, "quy tắc so sánh một chỉ tiêu với chính nó."


def _name(row: Indicator | None, name: Name, place: str) -> Iterator[Fault]:
    if row is None:
        yield place, f"không có chỉ tiêu tên “{name.name}”."
    elif row.kind is Kind.TEXT:
        yield place, f"“{name.name}” là chữ, không dùng được trong quy tắc."
    elif bool(name.part) != (row.kind is Kind.RATIO):
        yield place, f"“{name.name}”: dùng .tu hoặc .mau cho chỉ tiêu dạng 24/24, và chỉ cho loại đó."


def _scales(form: Form) -> Iterator[Fault]:
    for section in form.sections:
        for scale in section.scales:
            place = f"{section.number} › scale {scale.name}"
            for name in filter(None, (scale.score, *(each.counts for each in scale.classes))):
                if name not in form.by_name:
                    yield place, f"không có chỉ tiêu tên “{name}”."
            for fault in _bounds(scale):
                yield place, fault


def _bounds(scale: Scale) -> Iterator[str]:
    """Classes lie side by side: every score of the scale has exactly one."""
    if not scale.classes:
        yield "thang điểm phải có ít nhất một mức."
    for each in scale.classes:
        if each.low >= each.high:
            yield f"mức “{each.name}”: điểm đầu {each.low} phải nhỏ hơn điểm cuối {each.high}."
    for below, above in pairwise(scale.rising):
        if below.high < above.low:
            yield f"từ {below.high} đến {above.low} không thuộc mức nào."
        elif below.high > above.low:
            yield f"mức “{below.name}” và mức “{above.name}” chồng nhau từ {above.low} đến {below.high}."


FAULT_FINDERS: tuple[Callable[[Form], Iterator[Fault]], ...] = (
    _equal_codes, _equal_names, _sheet_names, _keys_survive_spreadsheets, _codes_belong_to_their_section, _reporters,
    _kinds, _parts, _supporting, _rules, _scales,
)
