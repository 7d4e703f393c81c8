"""The main job on a form's own sample figures: make the files, fill them, recalculate, check, export."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import known_forms
from cchc_xl.errors import UserError
from cchc_xl.figures import known_of
from cchc_xl.files import replace_file
from cchc_xl.master.master_book import Entries, as_typed, fill, open_master
from cchc_xl.office import is_installed
from cchc_xl.program import lines_of
from cchc_xl.rule_registry import counted
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.declared_cells import day
from cchc_xl.schema.table_model import cell_code
from cchc_xl.submissions.form_layout import DEADLINE_FIELD, plan_form
from cchc_xl.submissions.handed_in import Fate, Policy
from cchc_xl.submissions.unit_form.build_form import filled_form
from cchc_xl.values import replace
from cchc_xl.verbs.collect import Collected, collect
from cchc_xl.verbs.new import Made, make_files
from cchc_xl.verbs.recalc import Result, recalc
from cchc_xl.verbs.report import export

FIGURES_FOLDER = "so_lieu"


@dataclass(frozen=True, slots=True)
class SampleSource:
    """Where a figure of the sample data comes from; see so_lieu/README.md of the form."""

    unit: str
    code: str
    value: str
    source: str
    reason: str
    note: str


def sample_folder(form: Form) -> Path:
    """Where the sample figures of a form lie: beside its declaration."""
    place = Path(form.folder)
    return (place if place.is_dir() else place.parent) / FIGURES_FOLDER


def sources(form: Form) -> list[SampleSource]:
    """Every line of the sample figures of a form, section by section."""
    order = {section.number: number for number, section in enumerate(form.sections)}
    lines = [
        each for path in sorted(sample_folder(form).glob("*.csv")) for line in _lines(path) if "unit" in line
        for each in _said(line)
    ]
    return sorted(lines, key=lambda line: order.get(line.code.partition(".")[0], len(order)))


def _said(line: dict[str, str]) -> list[SampleSource]:
    """A line of sample figures; one of a table names its row, and its columns one by one."""
    if "row" not in line:
        return [SampleSource(**line)]
    cells = ((cell_code(line["row"], column), text) for column, text in line.items() if column not in ("unit", "row"))
    return [SampleSource(line["unit"], code, text, "gia_dinh", "", "") for code, text in cells]


def sample_entries(form: Form) -> Entries:
    """The sample figures, notes and texts of a form, as they are typed."""
    folder, lines = sample_folder(form), sources(form)
    kinds = {field.name: field.kind for field in form.info}
    return Entries(
        cells=[(line.unit, line.code, line.value) for line in lines if line.value],
        notes={line.code: line.note for line in lines if line.note},
        info={name: _typed(value, kinds[name]) for name, value in _values(folder / "thong_tin.csv").items()},
        texts=_values(folder / "noi_dung.csv"),
        contacts=[list(line.values()) for line in _lines(folder / "phu_luc_1.csv")],
    )


def sample_form(place: Path) -> Form:
    """A form as the book of its sample figures has it: with their period."""
    form = load_form(place)
    return begun(form, period_of(form, sample_period(form)))


def sample_period(form: Form) -> str:
    """The period that the sample figures are of. Raises `UserError` where a form has none."""
    known = _values(sample_folder(form) / "thong_tin.csv").get("ky_bao_cao", "")
    if not known:
        what = "biểu mẫu này không có số liệu mẫu."
        raise UserError(form.folder, what, f"Số liệu mẫu nằm ở thư mục {FIGURES_FOLDER} cạnh khai báo của biểu mẫu.")
    return known


def _first_with_figures() -> Path:
    return next(place for place in known_forms().values() if (place / FIGURES_FOLDER).is_dir())


def _typed(value: str, kind: str) -> str | int | date:
    if kind == "date" and value:
        return day(value) or value
    return int(value) if kind == "int" and value else value


def _values(path: Path) -> dict[str, str]:
    return {line["name"]: line["value"] for line in _lines(path)}


def _lines(path: Path) -> list[dict[str, str]]:
    return lines_of(path) if path.is_file() else []


def demo(form_name: str, out: Path) -> tuple[Result, list[str]]:
    """Does all of it and returns the recalculation and the lines of the summary."""
    made = make_files(sample_form(form_folder(form_name) if form_name else _first_with_figures()), out)
    entries = sample_entries(made.form)
    _enter(made.master, replace(entries, cells=()))
    collected = _hand_in(made, entries)
    result = recalc(made.master, datetime.now())
    report = made.master.with_name(f"{made.master.stem.replace('CCHC', 'BaoCao')}.docx")
    exported = export(made.master, report, pdf=is_installed())
    computed = result.computed
    known, asked = known_of(computed.figures)
    kinds = Counter(line.source for line in sources(made.form) if line.value)
    lines = [
        f"Sổ tổng hợp   {made.master}",
        f"Biểu mẫu      {len(made.forms)} tệp trong {made.forms_folder}; đã nhận {collected.count(Fate.TAKEN)}",
        f"Báo cáo Word  {report} ({exported.result.figures} con số lấy từ sổ)",
        f"Báo cáo PDF   {exported.pdf}" if exported.pdf else "Báo cáo PDF   bỏ qua: máy này không có LibreOffice.",
        f"Số liệu       {known}/{asked} chỉ tiêu có số, từ {len(entries.cells)} ô nhập "
        f"({', '.join(f'{SOURCE_WORDS[source]}: {count}' for source, count in kinds.most_common())})",
        f"Kiểm tra      {counted(computed.findings)}; xem trang tính Kiểm tra của sổ",
    ]
    return result, lines


SOURCE_WORDS = {
    "phu_luc": "in trong phụ lục", "bao_cao": "in trong báo cáo", "phan_bo": "chia cho phường theo tỷ lệ giả định",
    "gia_dinh": "giả định", "suy_ra": "suy ra",
}


def _enter(path: Path, entries: Entries) -> None:
    master = open_master(path)
    fill(master, entries)
    master.workbook.commit()


def _hand_in(made: Made, entries: Entries) -> Collected:
    """Fills every unit's form as the unit would, and collects them as handed in a day before the deadline."""
    for unit, path in made.forms.items():
        own = ((code, text) for owner, code, text in entries.cells if owner == unit.id)
        typed = {code: as_typed(text, made.form.by_code[code].asked) for code, text in own}
        replace_file(path, filled_form(plan_form(made.form, unit), typed))
    deadline = entries.info[DEADLINE_FIELD]
    assert isinstance(deadline, date)
    policy = Policy(received=datetime.combine(deadline, time(8)) - timedelta(days=1))
    return collect(made.master, [made.forms_folder], datetime.now(), policy)


def refuse_existing(out: Path) -> None:
    """The demo never writes over anybody's files."""
    if out.exists() and any(out.iterdir()):
        raise UserError(str(out), "thư mục đã có tệp.", "Xóa thư mục này hoặc chọn thư mục khác bằng --out.")
