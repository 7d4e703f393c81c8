"""Times commands as whole processes, alternating, so that a noisy machine slows all of them alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

FLOOR = """
import sys, zipfile, io, os
import lxml.etree
with zipfile.ZipFile(sys.argv[1]) as archive:
    parts = {info.filename: archive.read(info) for info in archive.infolist()}
for name, data in parts.items():
    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
        lxml.etree.fromstring(data)
if len(sys.argv) > 2:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with open(sys.argv[2], "wb") as stream:
        stream.write(buffer.getvalue())
        os.fsync(stream.fileno())
"""
"""What no program can do without on a workbook: start, read, parse the sheets, and save where a target is named."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Wall-clock milliseconds of the runs of one command."""

    name: str
    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle run."""
        return statistics.median(self.runs)


def side_by_side(commands: dict[str, Sequence[str]], rounds: int = 9) -> list[Timed]:
    """Runs every command once in each round; the first round only warms the disk cache.

    Exit status 1 is a workbook with findings, which is an outcome like any other.
    """
    # An installed program starts from compiled modules, whatever this shell says.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    runs: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
            if done.returncode not in (0, 1):
                raise RuntimeError(done.stderr)
            if number:
                runs[name].append((time.perf_counter() - start) * 1000)
    return [Timed(name, tuple(times)) for name, times in runs.items()]


def table(timed: Sequence[Timed], base: str) -> str:
    """Medians, spread, and how many times the base each one takes, as Markdown."""
    known = {each.name: each.median for each in timed}
    lines = ["| what | median ms | fastest – slowest | × " + base + " |", "|---|---|---|---|"]
    for each in timed:
        spread = f"{min(each.runs):.0f} – {max(each.runs):.0f}"
        lines.append(f"| {each.name} | {each.median:.0f} | {spread} | {each.median / known[base]:.2f} |")
    return "\n".join(lines)
