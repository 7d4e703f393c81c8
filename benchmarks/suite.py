"""Every measurement with one command; writes docs/toc_do.md.

    python benchmarks/suite.py [--rounds N] [--large] [--out FILE]
    python benchmarks/suite.py --consolidate 10000

The second measures consolidation only and prints what it finds. `--large` adds 10.000 forms (400 MB in a temporary
folder, taken away afterwards).
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

from consolidate_forms import make_forms
from side_by_side import FLOOR
from suite_measure import Measured, growth, machine, side_by_side

HERE = Path(__file__).parent
PYTHON = sys.executable
CLI = [str(Path(PYTHON).with_name("cchc-xl"))]
"""The installed command, as people run it."""
SIZES, LARGE, ROUNDS_OF_LARGE = (10, 100, 1_000), 10_000, 3
ROUNDS_OF_BOOKS = 25
"""A tenth of a second each: many rounds cost little, and few are at the mercy of the machine."""
CALAMINE = "calamine thuần"
PANDAS, SOURCES = 40, 40
FIRST_SHARE = 0.58
"""What the first version with two processes took for 10.000 forms, as a share of plain calamine on the same machine."""
FLOOR_OF_BOOK = FLOOR.replace("import lxml.etree", "import click, lxml.etree, msgspec")
FLOOR_OF_REPORT = FLOOR_OF_BOOK.replace("lxml.etree,", "jinja2, lxml.etree,")


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--consolidate", type=int, metavar="N")
    parser.add_argument("--out", type=Path, default=HERE.parent / "docs" / "toc_do.md")
    options = parser.parse_args()
    lines = [*HEAD, f"Máy: {machine()}. Đo ngày {date.today():%d/%m/%Y}, {options.rounds} lượt.", ""]
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), options.rounds)
        if options.consolidate:
            for line in bench.throughput(options.consolidate, min(options.rounds, ROUNDS_OF_LARGE)):
                print(line, flush=True)
            return
        parts = [bench.starting(), bench.books(), bench.throughput(SIZES[-1], options.rounds)]
        parts += [bench.throughput(LARGE, ROUNDS_OF_LARGE)] if options.large else []
        for line in chain(*parts, bench.sizes(options.large)):
            print(line, flush=True)
            lines.append(line)
    options.out.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


HEAD = (
    "# Đo tốc độ",
    "",
    "Bảng do `python benchmarks/suite.py --large` viết ra; đừng sửa tay. Mỗi dòng là cả một tiến trình, "
    "kể cả khởi động; "
    "các lệnh chạy xen kẽ nhau nên máy bận thì chậm như nhau. Số là trung vị, trong ngoặc là nhanh nhất – chậm nhất.",
    "",
)


class Bench:
    """The demo's files in a temporary folder, and the measurements over them."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self._folder, self._rounds = folder, rounds
        self._demo = folder / "demo"
        subprocess.run([*CLI, "demo", "--out", str(self._demo)], check=True, capture_output=True)
        self._book = next(self._demo.glob("CCHC_*"))
        sources = [PYTHON, "-m", "benchmarks.consolidate_sources", str(folder / "goc"), str(SOURCES)]
        made = subprocess.run(sources, check=True, cwd=HERE.parent, capture_output=True, text=True)
        self._sources = json.loads(made.stdout)

    def starting(self) -> Iterator[str]:
        """What it costs to start."""
        commands = {"python trống": [PYTHON, "-c", "pass"], "cchc-xl --help": [*CLI, "--help"]}
        found = side_by_side(commands, max(9, self._rounds))
        yield from _table("Khởi động", found, "python trống", "ms")
        more = 1000 * (found["cchc-xl --help"].median("wall") - found["python trống"].median("wall"))
        yield from (f"`--help` thêm {more:.0f} ms so với Python trống (mục tiêu: dưới 100 ms).", "")

    def books(self) -> Iterator[str]:
        """The verbs over one master, beside what they can't do without."""
        work, report = str(self._folder / f"lam{self._book.suffix}"), str(self._folder / "bc.docx")
        stale = self._folder / f"cu{self._book.suffix}"
        subprocess.run(
            [PYTHON, "-c", STALE, str(self._book), str(stale)], check=True, cwd=HERE.parent, capture_output=True
        )
        floor = [PYTHON, "-c", FLOOR_OF_BOOK, str(self._book)]
        commands = {
            "sàn của recalc": _on_copy(stale, work, [*floor[:-1], work, str(self._folder / "san.xlsx")]),
            "recalc (số đã đổi)": _on_copy(stale, work, [*CLI, "recalc", work]),
            "sàn của check": floor, "check": [*CLI, "check", str(self._book)],
            "sàn của report": [PYTHON, "-c", FLOOR_OF_REPORT, str(self._book), str(self._folder / "san.docx")],
            "report": [*CLI, "report", str(self._book), "--out", report, "--draft"],
        }
        found = side_by_side(commands, max(ROUNDS_OF_BOOKS, self._rounds))
        yield from _table(
            "Lệnh trên sổ tổng hợp (sàn: khởi động, nạp thư viện phải có, đọc, ghi)", found, "sàn của recalc", "ms"
        )
        for verb, floor_name, most in (
            ("recalc (số đã đổi)", "sàn của recalc", 2.2),
            ("check", "sàn của check", 1.8),
            ("report", "sàn của report", 2.8),
        ):
            ratio = found[verb].median("wall") / found[floor_name].median("wall")
            yield f"- {verb}: {_number(ratio)} lần sàn (mục tiêu: {_number(most)})."
        yield ""

    def throughput(self, count: int, rounds: int) -> Iterator[str]:
        """Reading beside the raw floor and the plain ways, and two processes beside one."""
        forms, units = self._forms(count)
        floor = str(HERE / "consolidate_floor.py")
        one, two, pandas = "consolidate, 1 tiến trình", "consolidate, 2 tiến trình", f"pandas + openpyxl ({PANDAS} tệp)"
        commands = {
            "đọc + giải nén": [PYTHON, floor, "inflate", str(forms)],
            CALAMINE: [PYTHON, floor, "calamine", str(forms)],
            one: self._consolidate(forms, units, 1),
            two: self._consolidate(forms, units, 2),
            pandas: [PYTHON, floor, "pandas", str(forms), str(PANDAS)],
        }
        found = side_by_side(commands, rounds)
        yield from _table(f"{count:,} biểu mẫu".replace(",", "."), found, CALAMINE, "s")
        share = 100 * found[CALAMINE].median("cpu") / found[one].median("cpu")
        yield f"- Thông lượng mỗi lõi (giờ bộ xử lý) so với calamine thuần: {share:.0f} % (mục tiêu: 85 %)."
        faster = found[one].median("wall") / found[two].median("wall")
        yield f"- Hai tiến trình nhanh gấp {_number(faster)} lần một (mục tiêu: 1,8)."
        share = found[two].median("wall") / found[CALAMINE].median("wall") / FIRST_SHARE
        yield f"- Hai tiến trình so với bản đầu, quy theo calamine thuần: {_number(share)} lần (mục tiêu: 1,3)."
        yield f"- Bộ nhớ đỉnh: {found[two].median('peak'):.0f} MB (mục tiêu: 400)."
        plain = found[pandas].median("wall") / PANDAS * count / found[one].median("wall")
        yield f"- So với pandas + openpyxl (quy ra cùng số tệp): nhanh gấp {_number(plain)} lần với một tiến trình."
        again = [*self._consolidate(forms, units, 1), "--resume", str(self._folder / f"nho_{count}.jsonl")]
        resumed = side_by_side({"": again}, 2)[""]
        yield from (f"- Chạy lại khi không tệp nào đổi: {_number(resumed.median('wall'))} giây.", "")

    def sizes(self, large: bool) -> Iterator[str]:
        """Time and memory against the number of forms."""
        sizes = (*SIZES, LARGE) if large else SIZES
        found: dict[int, Measured] = {}
        for size in sizes:
            forms, units = self._forms(size)
            rounds = 1 if size >= LARGE else self._rounds
            found[size] = side_by_side({"": self._consolidate(forms, units, 2)}, rounds)[""]
        yield from (
            "## Theo số biểu mẫu (2 tiến trình)",
            "",
            "| biểu mẫu | giây | ms mỗi tệp | bộ nhớ đỉnh, MB |",
            "|---|---|---|---|",
        )
        for size, each in found.items():
            wall = each.median("wall")
            yield (
                f"| {size:,} | ".replace(",", ".")
                + f"{_spread(each, 'wall', 1)} | {_number(1000 * wall / size)} | {each.median('peak'):.0f} |"
            )
        most = sizes[-2:]
        time_growth = growth(most, [found[size].median("wall") for size in most])
        memory_growth = growth(sizes, [found[size].median("peak") for size in sizes])
        yield from ("", f"Thời gian ~ n^{_number(time_growth)} (hai cỡ lớn nhất), bộ nhớ ~ n^{_number(memory_growth)}.")

    def _forms(self, count: int) -> tuple[Path, Path]:
        folder = self._folder / f"bieu_{count}"
        if not folder.exists():
            return folder, make_forms(self._sources, folder, count)
        return folder, folder.with_suffix(".csv")

    def _consolidate(self, forms: Path, units: Path, jobs: int) -> list[str]:
        out = str(self._folder / "ra.csv")
        return [
            *CLI,
            "consolidate",
            str(forms),
            "--units",
            str(units),
            "--by",
            "country,province",
            "--out",
            out,
            "--jobs",
            str(jobs),
        ]


STALE = """
import sys
from pathlib import Path
sys.path.insert(0, "benchmarks")
from recalc import make_stale
make_stale(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def _on_copy(source: Path, copy: str, command: list[str]) -> list[str]:
    """The command after copying the workbook anew, which both the program and its floor pay."""
    return ["sh", "-c", f'cp "{source}" "{copy}" && {shlex.join(command)}']


def _table(title: str, found: dict[str, Measured], base: str, unit: str) -> Iterator[str]:
    factor = 1000 if unit == "ms" else 1
    yield from (
        f"## {title}",
        "",
        f"| lệnh | {unit} | giờ bộ xử lý, {unit} | đỉnh MB | × {base} |",
        "|---|---|---|---|---|",
    )
    for name, each in found.items():
        ratio = each.median("wall") / found[base].median("wall")
        cpu = _number(factor * each.median("cpu"), 0 if factor > 1 else 2)
        yield f"| {name} | {_spread(each, 'wall', factor)} | {cpu} | {each.median('peak'):.0f} | {_number(ratio)} |"
    yield ""


def _spread(each: Measured, what: str, factor: int) -> str:
    places = 0 if factor > 1 else 2
    middle, low, high = (_number(factor * value, places) for value in (each.median(what), *each.spread(what)))
    return f"{middle} ({low} – {high})"


def _number(value: float, places: int = 2) -> str:
    return f"{value:.{places}f}".replace(".", ",")


if __name__ == "__main__":
    main()
