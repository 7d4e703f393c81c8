"""Completeness: what must be true of every form, file and name of the project, in a few lines each."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from cchc_xl.declaration import form_folder
from cchc_xl.errors import UserError
from cchc_xl.master.master_book import open_master
from cchc_xl.schema import Form, Indicator, Total
from cchc_xl.verbs.recalc import compute
from tools import mutants

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "cchc_xl"
TEXT_SUFFIXES = {".py", ".toml", ".md", ".txt", ".csv", ".bas", ".xml", ".cfg", ".sh", ""}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


TOP = {
    ".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
    "README.md", "benchmarks", "cchc_xl", "docs", "macros", "mkdocs.yml", "pyproject.toml", "templates", "tests",
    "tools", "workbook",
}


def test_nothing_else_lies_beside_the_sources() -> None:
    """Outputs of a trial slip in with one `git add --all`."""
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} == TOP


def test_every_text_file_is_composed_unicode() -> None:
    texts = [path for path in tracked() if path.suffix in TEXT_SUFFIXES]
    assert texts
    wrong = [path for path in texts if not unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))]
    assert [path for path in wrong if "cases" not in path.parts] == []


def test_file_names_are_ascii_and_data_names_lower_case() -> None:
    names = [path.relative_to(ROOT) for path in tracked()]
    assert [name for name in names if not str(name).isascii()] == []
    data = [name for name in names if name.parts[0] in ("workbook", "templates")]
    assert [name for name in data if name.stem != "README" and str(name) != str(name).lower()] == []


class Looked(NamedTuple):
    """What a file of the package imports, by the library's name, and the constants and classes that it names."""

    imports: set[str]
    constants: list[str]
    classes: list[str]


@cache
def looked() -> dict[str, Looked]:
    """Every file of the package, gone through once."""
    return {path.relative_to(PACKAGE).as_posix(): _looked(path) for path in PACKAGE.rglob("*.py")}


def _looked(path: Path) -> Looked:
    tree, imports = ast.parse(path.read_text(encoding="utf-8")), set()
    for node in ast.walk(tree):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        imports |= {module.split(".")[0] for module in modules}
    constants = [
        target.id for node in tree.body if isinstance(node, ast.Assign)
        for target in node.targets if isinstance(target, ast.Name) and target.id.isupper()
    ]
    return Looked(imports, constants, [node.name for node in tree.body if isinstance(node, ast.ClassDef)])


def imported() -> dict[str, set[str]]:
    """The files that import a library."""
    found: dict[str, set[str]] = {}
    for name, each in looked().items():
        for library in each.imports:
            found.setdefault(library, set()).add(name)
    return found


@pytest.mark.parametrize(
    ("library", "owner"),
    [
        (
            "openpyxl",
            r"master/(build_master|figure_sheets|support_sheets|style|input_validation)\.py"
            r"|macros/build_macros\.py|excel/carried_sheets\.py"
            r"|submissions/|consolidate/(workbook|overview)\.py|declaration/declaration_workbook_writer\.py",
        ),
        ("msgspec", r"values\.py|schema/"),
        ("click", r"cli/"),
        ("xlwings", r"live/|macros/|addin/"),
        ("python_calamine", r"submissions/|table\.py"),
        ("pandas", r"consolidate/history\.py|api\.py"),
        ("rapidfuzz", r"reconcile/"),
    ],
)
def test_an_outside_library_is_imported_by_its_owner_only(library: str, owner: str) -> None:
    assert [user for user in sorted(imported().get(library, ())) if not re.match(owner, user)] == []


def test_every_dependency_is_imported_and_its_licence_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    always, more = ([re.split(r"[\[<>=]", each)[0] for each in every] for every in (
        project["dependencies"], [*extras["analysis"], *extras["cluster"]],
    ))
    assert [name for name in always if name.replace("-", "_") not in imported()] == []
    listed = (ROOT / "docs" / "phu_thuoc.md").read_text(encoding="utf-8")
    assert [name for name in (*always, *more) if name not in listed] == []


def test_why_a_file_can_not_be_opened_is_told_in_vietnamese() -> None:
    told = [path.name for path in PACKAGE.rglob("*.py") if ".strerror" in path.read_text(encoding="utf-8")]
    assert told == []


def test_a_constant_is_named_once_in_its_file() -> None:
    """A second one of the same name takes the place of the first without a word: two rules became one so."""
    for path, each in looked().items():
        assert [name for name, times in Counter(each.constants).items() if times > 1] == [], path


def test_a_public_class_has_a_name_of_its_own() -> None:
    named = Counter(name for each in looked().values() for name in each.classes if not name.startswith("_"))
    assert [name for name, times in named.items() if times > 1] == []


def test_no_code_names_an_indicator_a_unit_a_year_or_a_sheet_of_the_form(form: Form) -> None:
    words = {f'"{row.name}"' for row in form.indicators()} | {f'"{unit.id}"' for unit in form.units}
    words |= {unit.name for unit in form.units if " " in unit.name} | {section.sheet for section in form.sections}
    words |= {form.info[1].value, form.id} if isinstance(form.info[1].value, str) else {form.id}
    own = {"Thuyết minh", '"thanh_tra"', '"thanh_pho"', "Thanh tra", "Thành phố"}
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert [word for word in words - own if word and word in text] == [], path


def test_every_code_is_unique_and_in_printed_order(form: Form, small_form: Form) -> None:
    for each in (form, small_form):
        codes = [line.code for section in each.sections for line in section.lines]
        assert len(codes) == len(set(codes))
        for section in each.sections:
            keys = [sort_key(row.code) for row in section.rows]
            assert all(first < second for first, second in pairwise(keys)), section.number


def sort_key(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split(".")[1:])


def test_every_indicator_says_where_its_meaning_comes_from(form: Form) -> None:
    assert [row.code for row in form.indicators() if not row.reference] == []


def test_every_indicator_has_its_row_and_every_reporter_its_cell(form: Form, filled: Path) -> None:
    master = open_master(filled)
    for row in form.indicators():
        grid = master.grids[form.section_of[row.code].number]
        assert row.code in grid.rows
        if row.typed:
            assert {unit.id for unit in form.reporters(row)} <= set(grid.columns)


def test_every_sample_figure_says_where_it_comes_from(form: Form) -> None:
    from cchc_xl.verbs.demo import SOURCE_WORDS, sources

    for line in sources(form):
        assert line.source in SOURCE_WORDS, line
        assert line.reason or line.source not in ("suy_ra", "gia_dinh"), line
        assert line.code in form.by_code or line.note, line


def test_every_reporter_has_answered_in_the_sample(form: Form) -> None:
    from cchc_xl.verbs.demo import sources

    given = {(line.unit, line.code) for line in sources(form)}
    for row in form.indicators():
        wanted = {(unit.id, row.code) for unit in form.reporters(row)} if row.typed else set()
        assert wanted <= given, row.code


def test_every_finding_names_its_cells_and_what_to_do(filled: Path) -> None:
    findings = compute(filled).findings
    assert findings
    assert all(finding.cells and len(finding.message) > 30 for finding in findings)


def test_rules_have_remedies_and_codes_of_their_own(form: Form) -> None:
    lines = list(form.rule_lines())
    assert len({line.code for line in lines}) == len(lines)
    assert [line.code for line in lines if len(line.remedy) < 15] == []


def test_supporting_rows_are_not_printed(form: Form) -> None:
    for section in form.sections:
        assert all(isinstance(row, Indicator) and row.supports for row in section.supporting)


def test_no_percentage_is_ever_typed(form: Form, small_form: Form) -> None:
    rates = [row for each in (form, small_form) for row in each.indicators() if row.kind == "percent"]
    assert rates
    assert all(row.has_parts and row.total is Total.RATIO for row in rates)


def test_every_mutant_changes_one_place_of_its_file_and_names_tests_that_exist() -> None:
    """So that `make mutants` asks what it says; an equivalent one has its reason."""
    known = mutants.load()
    assert [str(mutant) for mutant in known if not changes_one_place(mutant)] == []
    assert {test for mutant in known for test in mutant.tests if not (ROOT / test).is_file()} == set()
    assert [str(mutant) for mutant in known if 0 < len(mutant.equivalent) < 30] == []
    assert len({(mutant.path, mutant.text, mutant.becomes) for mutant in known}) == len(known) >= 80


def changes_one_place(mutant: mutants.Mutant) -> bool:
    source = (ROOT / mutant.path).read_text(encoding="utf-8")
    return source.count(mutant.text) == 1 and bool(ast.parse(mutant.applied(source)).body)


def test_no_form_is_taken_that_nobody_named() -> None:
    assert form_folder("2021").is_dir()
    with pytest.raises(UserError, match="chưa nói dùng mẫu báo cáo nào"):
        form_folder("")
