"""What must be true of a declared form before anything is computed with it: every fault, with its sheet and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from cchc_xl import sheet_names
from cchc_xl.rules.rule_syntax import Comparison, Name, RuleSyntaxError, names, parse, saying
from cchc_xl.schema import declaration_tables, declaration_words, report_periods
from cchc_xl.schema.declaration_tables import FAULT, PERIODS, REMARK, RULES, UNITS, Wrong, usual_lines
from cchc_xl.schema.declaration_words import TAKEN
from cchc_xl.schema.form_model import Form, Indicator, Scale
from cchc_xl.schema.model_kinds import WORDS, Kind, Total
from cchc_xl.schema.read_declaration import circle_of
from cchc_xl.schema.read_indicators import in_cell
from cchc_xl.schema.typed_rules import spoken

ROWS = declaration_tables.INDICATORS


def faults(form: Form) -> Iterator[Wrong]:
    """Every fault."""
    for find in FAULT_FINDERS:
        yield from find(form)


def _head(form: Form) -> Iterator[Wrong]:
    if not re.fullmatch("[a-z0-9][a-z0-9_]{0,30}", form.id):
        remedy = "Chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới, tối đa 31 chữ, ví dụ cchc_xa."
        yield Wrong(declaration_tables.FORM, "Mã", "Giá trị", f"mã biểu mẫu “{form.id}” không dùng được.", remedy)
    elif escape := _escape(form.id):
        what = f"mã biểu mẫu có “{escape}”: bảng tính đọc thành ký tự điều khiển."
        yield Wrong(declaration_tables.FORM, "Mã", "Giá trị", what, "Đặt mã khác, ví dụ viết liền.")
    if form.valid_from and form.valid_to and form.valid_to < form.valid_from:
        yield Wrong(declaration_tables.FORM, "Hiệu lực đến", "Giá trị", "hiệu lực đến trước hiệu lực từ.")
    if not form.sections:
        yield Wrong(ROWS, "", "Kiểu", "biểu mẫu không có phần nào.", "Dòng đầu phải là một Phần.")


CODE = re.compile(r"\w[\w-]{0,11}(\.\d{1,4}){0,4}[a-z]?(\(\d{1,2}[a-z]?\))?")


def _codes(form: Form) -> Iterator[Wrong]:
    for section in form.sections:
        if "." in section.number or not CODE.fullmatch(section.number):
            yield Wrong(ROWS, section.number, "Mã", f"mã phần “{section.number}” không được có dấu chấm hay ký tự lạ.")
        heads = (f"{section.number}.", *(f"{table.code}." for table in section.tables))
        tables = {table.code for table in section.tables}
        for row in section.lines:
            if row.code and not CODE.fullmatch(row.code):
                remedy = "Mã gồm phần.nhóm.dòng, ví dụ III.6.1; không có dấu cách, dấu ngoặc kép."
                yield Wrong(ROWS, row.code, "Mã", f"mã “{row.code}” không dùng được.", remedy)
            elif row.code and row.code not in tables and not row.code.startswith(heads):
                yield Wrong(ROWS, row.code, "Mã", f"mã phải bắt đầu bằng “{section.number}.” vì nằm trong phần này.")
            if not row.label:
                yield Wrong(ROWS, row.code, "Chỉ tiêu", "chưa ghi tên chỉ tiêu.")


def _equal_names(form: Form) -> Iterator[Wrong]:
    yield from _repeated(ROWS, "Tên máy", ((row.code, row.name) for row in form.indicators()), "tên máy")
    yield from _repeated(ROWS, "Tên sheet", ((each.number, each.sheet) for each in form.sections), "tên trang tính")


def _repeated(
    sheet: declaration_tables.DeclaredSheet, column: str, names: Iterable[tuple[str, str]], what: str
) -> Iterator[Wrong]:
    seen: dict[str, str] = {}
    for place, name in names:
        key = declaration_words.plain(name)
        if key in seen:
            yield Wrong(sheet, place, column, f"{what} “{name}” đã dùng ở “{seen[key]}”.", "Sửa một trong hai.")
        seen.setdefault(key, place)


def _machine_names(form: Form) -> Iterator[Wrong]:
    for row in form.indicators():
        if row.name in TAKEN:
            yield Wrong(ROWS, row.code, "Tên máy", f"tên máy “{row.name}” đã có nghĩa khác trong mẫu Word và quy tắc.")
    named = [(UNITS, unit.id) for unit in form.units]
    named += [(declaration_tables.ENTRIES, each.name) for each in form.entries]
    named += [(declaration_tables.DOCUMENTS, each.name) for each in form.documents]
    named += [(declaration_tables.INFO, each.name) for each in form.info]
    for sheet, name in named:
        if escape := _escape(name):
            what = f"không dùng “{escape}” trong tên: bảng tính đọc thành ký tự điều khiển."
            yield Wrong(sheet, name, "Mã" if sheet is UNITS else "Tên máy", what)


def _escape(name: str) -> str:
    """The part of a name that looks like an escape."""
    return next(iter(re.findall("_x[0-9a-f]+_", name)), "")


FORBIDDEN_IN_SHEETS = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
"""What Excel forbids, and the apostrophe that ends a name in formulas."""


def _sheets(form: Form) -> Iterator[Wrong]:
    """Excel forbids some names, and the workbook has sheets of its own."""
    own = {declaration_words.plain(name) for name in (*sheet_names.RESERVED_SHEETS, "Lỗi khai báo")}
    for section in form.sections:
        name = section.sheet
        if declaration_words.plain(name) in own or name.startswith("_"):
            what, remedy = f"tên trang tính “{name}” phần mềm đã dùng.", "Đặt tên khác, ví dụ số của phần rồi tên ngắn."
        elif declaration_words.plain(name) in ("", "history"):
            what, remedy = f"Excel không nhận tên trang tính “{name}”.", "Đặt tên khác."
        elif found := FORBIDDEN_IN_SHEETS.search(name):
            what = f"tên trang tính “{name}” có ký tự “{found[0]}”."
            remedy = "Tên trang tính không được có [ ] : * ? / \\ '."
        elif len(name.encode("utf-16-le")) > 2 * sheet_names.LONGEST:
            what = f"tên trang tính “{name}” dài quá {sheet_names.LONGEST} chữ, Excel không nhận."
            remedy = "Viết ngắn lại."
        else:
            continue
        yield Wrong(ROWS, section.number, "Tên sheet", what, remedy)


def _units(form: Form) -> Iterator[Wrong]:
    known = {unit.id for unit in form.units}
    if not form.units:
        yield Wrong(UNITS, "", "", "chưa có đơn vị nào.")
    for unit in form.units:
        if not unit.kind:
            yield Wrong(UNITS, unit.id, "Loại", f"chưa ghi loại của “{unit.name}”.")
        if unit.parent and unit.parent not in known:
            yield Wrong(UNITS, unit.id, "Thuộc", f"không có đơn vị mã “{unit.parent}”.")
        elif circle := circle_of(unit.id, {each.id: each.parent for each in form.units}):
            yield Wrong(UNITS, unit.id, "Thuộc", f"các đơn vị trực thuộc vòng tròn: {' → '.join(circle)}.")


def _reporters(form: Form) -> Iterator[Wrong]:
    for row in form.indicators():
        if row.total is Total.CITY and (count := len(form.reporters(row))) != 1:
            remedy = "Chọn Cộng, hoặc ghi mã của một đơn vị ở cột Ai báo cáo."
            yield Wrong(ROWS, row.code, "Cách cộng", f"Một nơi cần đúng một đơn vị báo cáo, ở đây có {count}.", remedy)


def _parts(form: Form) -> Iterator[Wrong]:
    for row in form.indicators():
        if bool(row.numerator) != bool(row.denominator):
            yield Wrong(ROWS, row.code, "Mẫu số" if row.numerator else "Tử số", "tử số và mẫu số phải có đủ cả hai.")
        elif row.kind is Kind.PERCENT and not row.has_parts:
            remedy = "Ghi mã của tử số và mẫu số; nếu bản in không có thì thêm dòng có chữ ở cuối mã, ví dụ III.6.3a."
            what = "tỷ lệ phải có tử số và mẫu số, không nhập trực tiếp."
            yield Wrong(ROWS, row.code, "Tử số", what, remedy)
        elif row.has_parts:
            yield from _two_parts(form, row)


def _two_parts(form: Form, row: Indicator) -> Iterator[Wrong]:
    parts = [form.by_name.get(name) for name in (row.numerator, row.denominator)]
    for title, name, part in zip(("Tử số", "Mẫu số"), (row.numerator, row.denominator), parts, strict=True):
        if part is None:
            yield Wrong(ROWS, row.code, title, f"không có chỉ tiêu tên “{name}”.")
        elif part.has_parts:
            yield Wrong(ROWS, row.code, title, f"{part.code} cũng là tỷ lệ; phải là chỉ tiêu nhập số.")
        elif part.kind not in (Kind.COUNT, Kind.DECIMAL):
            kind = declaration_words.KINDS[part.asked].lower()
            yield Wrong(ROWS, row.code, title, f"{part.code} thuộc kiểu {kind}; tỷ lệ cần hai số.")
    numerator, denominator = parts
    if numerator is None or denominator is None:
        return
    if numerator is denominator:
        yield Wrong(ROWS, row.code, "Mẫu số", f"tử số và mẫu số cùng là {numerator.code}: tỷ lệ luôn là 100%.")
    if row.reported_by and not {*row.reported_by} & {*numerator.reported_by, *denominator.reported_by}:
        what = f"tỷ lệ tính từ số của {_who(numerator)}, không hỏi {_who(row)}."
        yield Wrong(ROWS, row.code, "Ai báo cáo", what, "Để trống ô này.", REMARK)
    alone = [part.total is Total.CITY for part in (numerator, denominator)]
    if all(alone):
        return
    who = [{unit.id for unit in form.reporters(part)} for part in (numerator, denominator)]
    if who[0] != who[1]:
        what = (
            f"tử số {numerator.code} do {_who(numerator)} báo cáo, mẫu số {denominator.code} do {_who(denominator)} "
            f"báo cáo: tỷ lệ {'có thể' if any(alone) else 'sẽ'} sai."
        )
        # An office may well count the whole of what its units do a part of.
        severity = REMARK if any(alone) else FAULT
        yield Wrong(ROWS, row.code, "Tử số", what, "Hai số phải do cùng các đơn vị báo cáo.", severity)


def _who(row: Indicator) -> str:
    return "; ".join(map(declaration_words.named_unit_kind, row.reported_by))


CHANGE = "Đổi Kiểu hoặc Cách cộng."
UNFIT: tuple[tuple[Callable[[Indicator], bool], str, str, str], ...] = (
    (lambda row: (row.kind is Kind.CHOICE) != bool(row.choices),
     "Lựa chọn", "chỉ kiểu Chọn một có danh sách lựa chọn, và phải có.", "Ghi như: Trực tuyến = 0; Phát phiếu = 1."),
    (lambda row: row.kind is Kind.CHOICE and row.total not in (Total.SAME, Total.CITY),
     "Cách cộng", "câu trả lời chọn một không cộng được.", "Chọn Giống nhau, hoặc để một nơi báo cáo."),
    (lambda row: row.has_parts and row.total is not Total.RATIO,
     "Cách cộng", "chỉ tiêu có tử số và mẫu số thì cách cộng là Tử/mẫu.", ""),
    (lambda row: row.total is Total.RATIO and not row.has_parts and row.kind in (Kind.COUNT, Kind.DECIMAL),
     "Cách cộng", "Tử/mẫu cần tử số và mẫu số.", "Ghi mã hai số, hoặc chọn Cộng."),
    (lambda row: (row.kind in WORDS) != (row.total is Total.NONE),
     "Cách cộng", "kiểu Chữ, kiểu Ngày đi với cách cộng Nối lời, và chỉ hai kiểu này.", ""),
    (lambda row: row.kind is Kind.RATIO and row.total not in (Total.RATIO, Total.CITY),
     "Cách cộng", "Đã làm/tổng của nhiều nơi cộng riêng phần đã làm, riêng tổng.", "Chọn Tử/mẫu, hoặc để trống."),
    (lambda row: row.kind is Kind.YES_NO and row.total is Total.SUM,
     "Cách cộng", "câu hỏi Có/Không không cộng được.", "Chọn Đếm có: đếm số đơn vị trả lời Có."),
    (lambda row: row.total is Total.ALL_YES and row.kind is not Kind.YES_NO,
     "Cách cộng", "cách cộng Mọi nơi có chỉ dùng cho kiểu Có/Không.", CHANGE),
    (lambda row: row.total is Total.SAME and row.kind is Kind.YES_NO,
     "Cách cộng", "mỗi đơn vị trả lời Có/Không về việc của mình, không thể bắt giống nhau.",
     "Chọn Mọi nơi có (có khi mọi đơn vị có) hoặc Đếm có."),
    (lambda row: (row.total is Total.COUNT_YES) != (row.ask is Kind.YES_NO),
     "Cách cộng", "cách cộng Đếm có đi với kiểu Có/Không.", CHANGE),
)
"""Kinds that do not go with the way of adding: when, the column, what, and what to do."""


def _kinds(form: Form) -> Iterator[Wrong]:
    for row in form.indicators():
        for unfit, column, what, remedy in UNFIT:
            if unfit(row):
                yield Wrong(ROWS, row.code, column, what, remedy)


def _averages(form: Form) -> Iterator[Wrong]:
    """Averages and percents that several units type are no amounts to be added."""
    for row in form.indicators():
        average = re.search(r"\b(trung bình|bình quân)\b", row.label.casefold())
        what = "phần trăm" if row.unit.strip() == "%" else "số bình quân" if average else ""
        added = row.kind in (Kind.COUNT, Kind.DECIMAL) and row.typed and row.total is Total.SUM
        if what and added and (count := len(form.reporters(row))) > 1:
            remedy = "Hỏi hai số làm ra nó rồi ghi Tử số, Mẫu số; hoặc để một nơi báo cáo."
            yield Wrong(ROWS, row.code, "Cách cộng", f"{what} của {count} đơn vị sẽ cộng lại.", remedy, REMARK)


def _supporting(form: Form) -> Iterator[Wrong]:
    for section in form.sections:
        printed = {row.code for row in section.rows}
        for row in section.supporting:
            if row.supports not in printed:
                what = f"dòng không in phải đi theo một dòng in; không có dòng “{row.supports}” trong phần này."
                yield Wrong(ROWS, row.code, "Mã", what, "Mã là mã của dòng in thêm một chữ cái, ví dụ III.6.3a.")


def _scales(form: Form) -> Iterator[Wrong]:
    for scale in (scale for section in form.sections for scale in section.scales):
        for what in _bounds(scale):
            yield Wrong(declaration_tables.SCALES, scale.name, "Từ", what)


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


def _periods(form: Form) -> Iterator[Wrong]:
    for each in form.periods:
        if each.id not in report_periods.TIMES_A_YEAR:
            what = f"không có loại kỳ “{each.id}”."
            yield Wrong(PERIODS, each.id, "Mã", what, f"Dùng: {', '.join(report_periods.TIMES_A_YEAR)}.")
            continue
        for number in range(1, report_periods.TIMES_A_YEAR[each.id] + 1):
            try:
                period = report_periods.made(each, number, 2024)
            except ValueError as error:
                yield Wrong(PERIODS, each.id, "Tên" if "{" in str(error) else "Từ ngày", str(error))
                break
            if number == 1 and period.deadline and period.deadline < period.last:
                what = f"hạn nộp {period.deadline:%d/%m} trước ngày cuối kỳ {period.last:%d/%m}."
                remedy = "Sửa nếu ghi nhầm; để trống là ngày sau ngày cuối kỳ."
                yield Wrong(PERIODS, each.id, "Hạn nộp", what, remedy, REMARK)
        if each.template and (re.search(r'[/\\:*?"<>|]', each.template) or not each.template.endswith(".docx")):
            remedy = "Đặt tệp .docx cạnh biểu mẫu và chỉ ghi tên tệp."
            yield Wrong(PERIODS, each.id, "Mẫu Word", f"“{each.template}” không phải tên tệp Word.", remedy)


def _info(form: Form) -> Iterator[Wrong]:
    """The Word templates that come with the program print these, so a report without them would fail at its end."""
    known = {each.name for each in form.info}
    lacking = [each for each in usual_lines(declaration_tables.INFO.file) if each["Tên máy"] not in known]
    if lacking:
        listed = ", ".join(f"{each['Tên máy']} ({each['Mục']})" for each in lacking)
        what = f"thiếu mục mà sổ và mẫu Word cần: {listed}."
        remedy = "Thêm các dòng này, hoặc xóa cả trang tính để dùng bộ có sẵn."
        yield Wrong(declaration_tables.INFO, "", "", what, remedy, REMARK)


def _rules(form: Form) -> Iterator[Wrong]:
    for sheet, key, column, text in _expressions(form):
        for what in _expression(form, text, form.by_code[key] if column == "Bằng tổng của" else None):
            yield Wrong(sheet, key, column, what)
    for rule in form.rule_lines():
        if rule.previous and "previous(" not in rule.test:
            what = "quy tắc không có KỲ TRƯỚC(…) nên cột So với không có tác dụng."
            yield Wrong(RULES, rule.code, "So với", what, "Xóa ô này, hoặc thêm KỲ TRƯỚC vào điều kiện.", REMARK)
        if not rule.remedy:
            yield Wrong(RULES, rule.code, "Cách sửa", "chưa ghi người nhập phải làm gì.", severity=REMARK)


def _kinds_of_period(form: Form) -> Iterator[Wrong]:
    """Rows and rules hold in periods that the form has."""
    known = {each.id for each in form.periods}
    lines = [(ROWS, row.code, row.periods) for row in form.indicators()]
    lines += [(RULES, rule.code, rule.periods) for rule in form.rule_lines()]
    for sheet, key, periods in lines:
        for each in (each for each in periods if each not in known):
            remedy = f"Dùng mã ở trang tính Kỳ: {', '.join(sorted(known))}."
            yield Wrong(sheet, key, "Kỳ", f"không có kỳ mã “{each}”.", remedy)


def _sentences(form: Form) -> Iterator[Wrong]:
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


def _expressions(form: Form) -> Iterator[tuple[declaration_tables.DeclaredSheet, str, str, str]]:
    """Every expression of a form after its sheet, key and column."""
    for rule in form.rule_lines():
        code, title, _ = in_cell(rule)
        if rule.test:
            of_cell = title and not rule.row
            yield (ROWS, code, title, rule.test) if of_cell else (RULES, rule.code, "Điều kiện", rule.test)
    for row in form.indicators():
        for title, text in (("Bắt buộc", row.required_if), ("Ghi chú khi", row.note_required_if)):
            if text:
                yield ROWS, row.code, title, text
    for entry in form.entries:
        if entry.lines:
            yield declaration_tables.ENTRIES, entry.name, "Số dòng", f"{entry.lines} >= 0"


def _expression(form: Form, text: str, total: Indicator | None) -> Iterator[str]:
    """What is wrong with it; `total` is the row whose parts it adds up."""
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


FAULT_FINDERS: tuple[Callable[[Form], Iterator[Wrong]], ...] = (
    _head, _codes, _equal_names, _machine_names, _sheets, _units, _reporters, _kinds, _parts, _averages, _supporting,
    _rules, _kinds_of_period, _sentences, _scales, _periods, _info,
)
