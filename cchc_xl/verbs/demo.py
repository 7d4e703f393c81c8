"""The main job on a form's own sample figures: make the files, fill them, recalculate, check, export."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cchc_xl.errors import UserError
from cchc_xl.files import replace_file
from cchc_xl.findings import counted
from cchc_xl.master.enter_values import Entries, as_typed, fill
from cchc_xl.master.master_book import open_master
from cchc_xl.office import is_installed
from cchc_xl.schema import Form
from cchc_xl.structs import replace
from cchc_xl.submissions.form_layout import DEADLINE_FIELD, plan_form
from cchc_xl.submissions.submission_choice import Fate, Policy
from cchc_xl.submissions.unit_form.build_form import filled_form
from cchc_xl.verbs.collect import Collected, collect
from cchc_xl.verbs.new import Made, make_all
from cchc_xl.verbs.recalc import Result, recalc
from cchc_xl.verbs.report import export

FIGURES_FOLDER = "so_lieu"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure of the sample data comes from; see so_lieu/README.md of the form."""

    unit: str
    code: str
    value: str
    source: str
    reason: str
    note: str


def sources(form: Form) -> list[Source]:
    """Every line of the sample figures of a form."""
    folder = Path(form.folder) / FIGURES_FOLDER
    lines = []
    for section in form.sections:
        with (folder / f"{section.file}.csv").open(encoding="utf-8", newline="") as stream:
            lines += [Source(**{key: value or "" for key, value in row.items()}) for row in csv.DictReader(stream)]
    return lines


def sample_entries(form: Form) -> Entries:
    """The sample figures, notes and texts of a form, as they are typed."""
    folder = Path(form.folder) / FIGURES_FOLDER
    lines = sources(form)
    with (folder / "phu_luc_1.csv").open(encoding="utf-8", newline="") as stream:
        contacts = [list(row.values()) for row in csv.DictReader(stream)]
    return Entries(
        cells=[(line.unit, line.code, line.value) for line in lines if line.value],
        notes={line.code: line.note for line in lines if line.note},
        info=_table(folder / "thong_tin.toml")["value"],
        texts={name: text.strip("\n") for name, text in _table(folder / "noi_dung.toml")["text"].items()},
        contacts=contacts,
    )


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def demo(form_name: str, out: Path) -> tuple[Result, list[str]]:
    """Does all of it and returns the recalculation and the lines of the summary."""
    made = make_all(form_name, out)
    entries = sample_entries(made.form)
    _enter(made.master, replace(entries, cells=()))
    collected = _hand_in(made, entries)
    result = recalc(made.master, datetime.now(), form_name)
    report = out / f"BaoCao_{made.form.id}.docx"
    exported = export(made.master, report, form_name=form_name, pdf=is_installed())
    computed = result.computed
    known = sum(figure.value is not None for figure in computed.figures.values())
    kinds = Counter(line.source for line in sources(made.form) if line.value)
    lines = [
        f"Sổ tổng hợp   {made.master}",
        f"Biểu mẫu      {len(made.forms)} tệp trong {made.forms_folder}; đã nhận {collected.count(Fate.TAKEN)}",
        f"Báo cáo Word  {report} ({exported.result.figures} con số lấy từ sổ)",
        f"Báo cáo PDF   {exported.pdf}" if exported.pdf else "Báo cáo PDF   bỏ qua: máy này không có LibreOffice.",
        f"Số liệu       {known}/{len(computed.figures)} chỉ tiêu có số, từ {len(entries.cells)} ô nhập "
        f"({', '.join(f'{SOURCE_WORDS[source]}: {count}' for source, count in kinds.most_common())})",
        f"Kiểm tra      {counted(computed.findings)}; xem sheet Kiểm tra của sổ",
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
    return collect(made.master, [made.forms_folder], datetime.now(), policy, form_name=made.form.folder)


def refuse_existing(out: Path) -> None:
    """The demo never writes over anybody's files."""
    if out.exists() and any(out.iterdir()):
        raise UserError(str(out), "thư mục đã có tệp.", "Xóa thư mục này hoặc chọn thư mục khác bằng --out.")
