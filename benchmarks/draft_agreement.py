"""How far drafted forms agree with those that people declared.

    .venv/bin/python benchmarks/draft_agreement.py

Prints, for each appendix: structure (section, group or figure), unit of measure, kind, roll-up, whether the lower level
reports; for tables of number columns the paths of headings, the rows and the sources of columns; then what the last
form adds, the questions that are left, and how sure the map from one year's form to the next is.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from appendices import COMPOSED, as_sheet, as_word, of_sections, of_table  # noqa: E402
from next_year import next_years  # noqa: E402
from unseen_appendices import UNSEEN  # noqa: E402

from cchc_xl.declaration import form_folder, load_form  # noqa: E402
from cchc_xl.drafting.draft_form import LOWER_KINDS, Draft, drafted_form  # noqa: E402
from cchc_xl.drafting.form_diff import lines_to_pair, pairs  # noqa: E402
from cchc_xl.schema import declaration_words as words  # noqa: E402
from cchc_xl.schema.declaration_tables import INDICATORS, TABLE_COLUMNS  # noqa: E402
from cchc_xl.schema.form_model import Form, Heading, Section  # noqa: E402
from cchc_xl.schema.model_kinds import Kind, Total  # noqa: E402

LOWER_RATES = ("Tỷ lệ hòa giải thành", "Tỷ lệ đúng hạn", "Tỷ lệ xã, phường sử dụng chữ ký số")
"""Rates of composed appendices that the lower level reports, though they do not say "cấp xã"."""

Truth = dict[str, tuple[str, str, str, str, bool]]
"""Level, unit, kind, roll-up and whether the lower level reports, by the label's meaning and code."""


def of_form(sections: tuple[Section, ...], lower: str) -> list[tuple[str, str, str, str, str, bool]]:
    """Label, level, unit, kind, roll-up, lower, of every printed line."""
    made = []
    for section in sections:
        made.append((section.title, "section", "", "", "", False))
        for row in section.rows:
            if isinstance(row, Heading):
                made.append((row.label, "group", "", "", "", False))
            else:
                kind = words.KINDS[row.asked]
                made.append((row.label, "row", row.unit, kind, words.TOTALS[row.total], lower in row.reported_by))
    return made


def drafted_lines(draft: Draft) -> list[tuple[str, str, str, str, str, str]]:
    """The same of a draft; who reports by the word."""
    made, hidden = [], False
    who = {line["Mã"]: line["Ai báo cáo"] for line in draft.tables.lines(INDICATORS)}
    for line in draft.tables.lines(INDICATORS):
        hidden = line["In ra"] == words.NO if line["Kiểu"] == words.SECTION else hidden
        supports = line["In ra"] == words.NO or (line["Mã"][-1].isalpha() and "." in line["Mã"])
        if not (hidden or supports) and line["Kiểu"] not in words.TABLE_KINDS:
            level = {words.SECTION: "section", words.GROUP: "group"}.get(line["Kiểu"], "row")
            reports = line["Ai báo cáo"] or who.get(line["Tử số"], "")
            made.append((line["Chỉ tiêu"], level, line["ĐVT"], line["Kiểu"], line["Cách cộng"], reports))
    return made


def figure_kind(kind: str, total: str) -> str:
    """The kind of the printed figure: offices that answer yes or no and are counted make a count."""
    return words.KINDS[Kind.COUNT] if total == words.TOTALS[Total.COUNT_YES] else kind


def compare(name: str, truth: list[tuple[str, str, str, str, str, bool]], draft: Draft) -> Counter[str]:
    """Counts what agrees; prints one line."""
    got, count = drafted_lines(draft), Counter[str]()
    count["lines"] = len(truth)
    for wanted, found in zip(truth, got, strict=False):
        count["structure"] += wanted[1] == found[1] and wanted[0] == found[0]
        if wanted[1] != "row":
            continue
        count["figures"] += 1
        count["unit"] += "".join(wanted[2].split()) == "".join(found[2].split())
        count["kind"] += figure_kind(wanted[3], wanted[4]) == figure_kind(found[3], found[4])
        count["total"] += wanted[4] == found[4]
        count["who"] += wanted[5] == any(kind in found[5] for kind in LOWER_KINDS)
    figures = count["figures"]
    told = "  ".join(
        f"{word} {count[key]}/{of} ({100 * count[key] / max(1, of):.1f}%)" for key, word, of in (
            ("structure", "cấu trúc", len(truth)), ("unit", "ĐVT", figures), ("kind", "kiểu", figures),
            ("total", "cách cộng", figures), ("who", "ai báo cáo", figures),
        )
    )
    print(f"{name:34} {told}; {len(draft.questions)} câu hỏi")
    return count


def supporting(form: Form) -> tuple[Section, ...]:
    """The figures that no print shows, as a section that does."""
    rows = tuple(row.changed(code=f"I.{number}") for number, row in enumerate(
        (row for section in form.sections for row in section.supporting), 1))
    return (form.sections[0].changed(number="I", title="Số phụ", rows=rows, supporting=()),)


def main() -> None:
    """Measures and prints."""
    form = load_form(form_folder("2021"))
    printed = tuple(section for section in form.sections if section.printed)
    unseen = tuple(section for section in form.sections if not section.printed)
    with TemporaryDirectory() as name:
        folder, total = Path(name), Counter[str]()
        title = "SỐ LIỆU VÀ KẾT QUẢ THỰC HIỆN NĂM 2021"
        own = as_word(of_sections(printed, title), folder / "phu_luc.docx")
        total += compare("Phụ lục 2021", of_form(printed, "ward"), drafted_form(own))
        new = Counter[str]()
        for label, sections in (("thuyết minh", unseen), ("số phụ", supporting(form))):
            path = as_word(of_sections(sections, title), folder / "khac.docx")
            new += compare(f"nhãn ngoài phụ lục: {label}", of_form(sections, "ward"), drafted_form(path))
        for label, make in (*COMPOSED.items(), *UNSEEN.items()):
            appendix = make()
            excel = label in ("ba_cap", "chu_cai", "mot_tinh")
            path = (as_sheet if excel else as_word)(appendix, folder / f"{label}.{'xlsx' if excel else 'docx'}")
            order = "soạn sau cùng" if label == "mot_so" else "soạn thử"
            new += compare(f"{order}: {label}", list(of_composed(appendix)), drafted_form(path))
        show("Cộng các phụ lục khác", new)
        show("Cộng tất cả", total + new)
        for each in ("ii06a", "ii06b"):
            number_table(load_form(form_folder(each)), folder)
        with_last(form, printed, own, folder)
        year_maps(form)


def show(name: str, count: Counter[str]) -> None:
    """The sums of several appendices."""
    figures = count["figures"]
    print(
        f"{name:34} cấu trúc {100 * count['structure'] / count['lines']:.1f}%  ĐVT {100 * count['unit'] / figures:.1f}%"
        f"  kiểu {100 * count['kind'] / figures:.1f}%  cách cộng {100 * count['total'] / figures:.1f}%"
        f"  ai báo cáo {100 * count['who'] / figures:.1f}%"
    )


def of_composed(appendix: object) -> Iterator[tuple[str, str, str, str, str, bool]]:
    """The lines of a composed appendix with their answers; a section that the print does not have comes first."""
    heads = appendix.heads  # type: ignore[attr-defined]
    unit = next((place for place, head in enumerate(heads) if head.endswith(("Đơn vị tính", "ĐVT"))), -1)
    rows, answers = appendix.rows, appendix.answers  # type: ignore[attr-defined]
    if not rows[0][0].isalpha():
        yield appendix.title.partition(" NĂM")[0], "section", "", "", "", False  # type: ignore[attr-defined]
    for row in rows:
        kind, told = answers.get(row[1], ("", ""))
        level = "section" if not kind else "group" if kind == "Nhóm" else "row"
        lower = told in ("Cộng", "Đếm có", "Giống nhau", "Số đơn vị") or row[1] in LOWER_RATES
        lower = lower or (told == "Tử/mẫu" and "cấp xã" in row[1])
        yield row[1], level, row[unit] if unit >= 0 else "", "" if level != "row" else kind, told, lower


def number_table(form: Form, folder: Path) -> None:
    """A table of number columns against its declaration."""
    table = form.sections[0].tables[0]
    above = f"Biểu số II.{table.code[2:]}/VPCP/KSTT"
    draft = drafted_form(as_sheet(of_table(form, table, above), folder / f"{table.code}.xlsx", first_column=2))
    columns = draft.tables.lines(TABLE_COLUMNS)
    declared = [*table.corner, *table.columns]
    paths = sum(
        (line["Mã cột"], *(line[f"Tiêu đề {level}"] for level in range(1, len(column.titles) + 1)))
        == (column.code, *column.titles) for line, column in zip(columns, declared, strict=False)
    )
    sources = sum(
        (line["Nguồn"] or "Nhập") == words.SOURCES[column.source] and line["Công thức"] == column.formula
        for line, column in zip(columns[len(table.corner):], table.columns, strict=False)
    )
    rows = [(line["Kiểu"], line["Chỉ tiêu"]) for line in draft.tables.lines(INDICATORS)[2:]]
    kinds = {"group": words.GROUP, "row": words.ROW, "total": words.TOTAL_ROW, "units": words.UNIT_ROW}
    wanted = [(kinds[row.kind], row.label) for row in table.rows if row.kind in kinds]
    same = sum(one == other for one, other in zip(rows, wanted, strict=False))
    print(
        f"{table.code:34} cột {paths}/{len(declared)}  nguồn, công thức {sources}/{len(table.columns)}  "
        f"dòng {same}/{len(wanted)}; {len(draft.questions)} câu hỏi"
    )


def with_last(form: Form, printed: tuple[Section, ...], own: Path, folder: Path) -> None:
    """The same appendix with a form of the year before."""
    truth = of_form(printed, "ward")
    compare("2021, có chính biểu mẫu đó", truth, drafted_form(own, form))
    for name, other in next_years(form, backwards=True):
        draft = drafted_form(own, other)
        compare(f"2021, biểu mẫu trước: {name}", truth, draft)


def year_maps(form: Form) -> None:
    """Pairs of this year's form with made-up next years: right ones among those applied without asking."""
    right = applied = asked = asked_right = there = 0
    for _, other in next_years(form):
        known = {row.name: row.code for row in form.indicators()}
        there += sum(row.name in known for row in other.indicators())
        by_code = {row.code: row.name for row in other.indicators()}
        for pair in pairs(lines_to_pair(form), lines_to_pair(other)):
            if not pair.new.name:
                continue
            good = known.get(by_code[pair.new.code]) == pair.old.code
            applied += not pair.asked
            right += good and not pair.asked
            asked += pair.asked
            asked_right += good and pair.asked
    print(
        f"{'Bản đồ sang năm sau':34} tự áp dụng {applied}, đúng {right} ({100 * right / applied:.2f}%); "
        f"hỏi lại {asked}, đúng {asked_right}; tìm lại {right + asked_right}/{there} dòng còn trong biểu mẫu mới"
    )


if __name__ == "__main__":
    main()
