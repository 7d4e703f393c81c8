"""What must be true of the rules that a form declares: conditions, sentences, and the periods they hold in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cchc_xl.rules.rule_syntax import Comparison, Name, RuleSyntaxError, names, parse, saying
from cchc_xl.schema.declaration_tables import ENTRIES, INDICATORS as ROWS, REMARK, RULES, DeclaredSheet, Wrong
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import WORDS, Kind
from cchc_xl.schema.read_indicators import in_cell


def rules(form: Form) -> Iterator[Wrong]:
    for sheet, key, column, text in declared_expressions(form):
        for what in _expression(form, text, form.by_code[key] if column == "Bằng tổng của" else None):
            yield Wrong(sheet, key, column, what)
    for rule in form.rule_lines():
        if rule.previous and "previous(" not in rule.test:
            what = "quy tắc không có KỲ TRƯỚC(…) nên cột So với không có tác dụng."
            yield Wrong(RULES, rule.code, "So với", what, "Xóa ô này, hoặc thêm KỲ TRƯỚC vào điều kiện.", REMARK)
        if not rule.remedy:
            yield Wrong(RULES, rule.code, "Cách sửa", "chưa ghi người nhập phải làm gì.", severity=REMARK)


def kinds_of_period(form: Form) -> Iterator[Wrong]:
    """Rows and rules hold in periods that the form has."""
    known = {each.id for each in form.periods}
    lines = [(ROWS, row.code, row.periods) for row in form.indicators()]
    lines += [(RULES, rule.code, rule.periods) for rule in form.rule_lines()]
    for sheet, key, periods in lines:
        for each in periods:
            if each not in known:
                remedy = f"Dùng mã ở trang tính Kỳ: {', '.join(sorted(known))}."
                yield Wrong(sheet, key, "Kỳ", f"không có kỳ mã “{each}”.", remedy)


def sentences(form: Form) -> Iterator[Wrong]:
    """Own sentences speak of the rule's own figures; texts that silence or wake a rule are declared."""
    texts = form.by_name.keys() | {each.name for each in form.entries} | {each.name for each in form.documents}
    for rule in form.rule_lines():
        try:
            terms = [each for each in saying(rule.told) if not isinstance(each, str)]
            known = {name.name for name in names(parse(rule.test))} if terms else set()
        except RuleSyntaxError as error:
            yield Wrong(RULES, rule.code, "Câu báo", f"{error}.")
            continue
        if rule.told.count("{") != rule.told.count("}"):
            yield Wrong(RULES, rule.code, "Câu báo", "dấu ngoặc nhọn chưa đủ cặp.", "Ghi như: Còn {[I.2.4]} vấn đề.")
        for name in {name.name for term in terms for name in names(term)} - known:
            yield Wrong(RULES, rule.code, "Câu báo", f"câu nói đến “{name}” mà quy tắc không dùng.")
        for title, said in (("Trừ khi có ghi", rule.unless_written), ("Chỉ khi có ghi", rule.if_written)):
            for name in sorted(set(said) - texts):
                yield Wrong(RULES, rule.code, title, f"không có chỉ tiêu, nội dung hay văn bản tên “{name}”.")


def declared_expressions(form: Form) -> Iterator[tuple[DeclaredSheet, str, str, str]]:
    """Every expression of a form after its sheet, key and column."""
    for rule in form.rule_lines():
        code, title, _ = in_cell(rule)
        of_cell = title and not rule.row
        yield (ROWS, code, title, rule.test) if of_cell else (RULES, rule.code, "Điều kiện", rule.test)
    for row in form.indicators():
        if row.required_if:
            yield ROWS, row.code, "Bắt buộc", row.required_if
        if row.note_required_if:
            yield ROWS, row.code, "Ghi chú khi", row.note_required_if
    for entry in form.entries:
        if entry.lines:
            yield ENTRIES, entry.name, "Số dòng", f"{entry.lines} >= 0"


def _expression(form: Form, text: str, total: Indicator | None) -> Iterator[str]:
    """What is wrong with it; `total` is the row whose parts it adds up."""
    if not text:
        return
    try:
        test = parse(text)
    except RuleSyntaxError as error:
        if isinstance(error.__cause__, RecursionError | MemoryError):
            yield f"{error}."
            return
        yield f"“{_in_codes(form, text)}” phải là một phép so sánh, ví dụ [III.6.2] ≤ [III.6.1]."
        return
    told = list(names(test))
    if not told:
        yield "điều kiện không nói đến chỉ tiêu nào."
    if re.search(r"/ ?0(?![\d.])", text):
        yield "điều kiện chia cho 0."
    for name in told:
        yield from _name(form.by_name.get(name.name), name)
    if isinstance(test, Comparison) and test.left == test.right:
        yield "quy tắc so sánh một chỉ tiêu với chính nó."
    if total and isinstance(test, Comparison) and total.name in {name.name for name in names(test.right)}:
        yield f"tổng không thể gồm chính dòng {total.code}."


def _in_codes(form: Form, text: str) -> str:
    from cchc_xl.schema.typed_rules import spoken

    try:
        return spoken(text, {row.name: row.code for row in form.indicators()})
    except KeyError:
        return text


UNKNOWN_NAME = "không có chỉ tiêu tên"


def _name(row: Indicator | None, name: Name) -> Iterator[str]:
    if row is None:
        yield f"{UNKNOWN_NAME} “{name.name}”."
    elif row.kind in WORDS:
        yield f"[{row.code}] là {'ngày' if row.kind is Kind.DATE else 'chữ'}, không dùng được trong quy tắc."
    elif name.part and row.kind is not Kind.RATIO:
        yield f"[{row.code}] không phải kiểu Đã làm/tổng: không dùng TỬ SỐ, MẪU SỐ."
    elif not name.part and row.kind is Kind.RATIO:
        yield f"[{row.code}] dạng 24/24: ghi TỬ SỐ([{row.code}]) hoặc MẪU SỐ([{row.code}])."
