"""Whole processes measured side by side: wall clock, processor time and peak memory of the largest process."""

from __future__ import annotations

import math
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds, processor seconds of it and its children, peak megabytes of the largest of them."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Measured:
    """The runs of one command."""

    name: str
    runs: tuple[Run, ...]

    def median(self, what: str) -> float:
        """The middle of a measure."""
        return statistics.median(getattr(run, what) for run in self.runs)

    def spread(self, what: str) -> tuple[float, float]:
        """The least and the most."""
        values = [getattr(run, what) for run in self.runs]
        return min(values), max(values)


def run(command: Sequence[str]) -> Run:
    """Runs a command once. Exit status 1 is an outcome like any other."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    assert process.stderr
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(told.decode())
    return Run(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def side_by_side(commands: dict[str, Sequence[str]], rounds: int) -> dict[str, Measured]:
    """Every command once in each round, so that a noisy machine slows all alike; the first round only warms up."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            done = run(command)
            if number:
                runs[name].append(done)
    return {name: Measured(name, tuple(all_runs)) for name, all_runs in runs.items()}


def growth(sizes: Sequence[int], values: Sequence[float]) -> float:
    """The exponent k of value ~ size^k, by least squares of the logarithms: 1 is linear, 0 does not grow."""
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in values]
    middle_x, middle_y = statistics.mean(x), statistics.mean(y)
    across = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return across / sum((a - middle_x) ** 2 for a in x)


def machine() -> str:
    """What this was measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory = next((int(line.split()[1]) // 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    load = ", ".join(f"{each:.2f}".replace(".", ",") for each in os.getloadavg())
    return (
        f"{os.cpu_count()} lõi ({model}), {memory} GB bộ nhớ, {platform.system()}, "
        f"Python {platform.python_version()}; tải máy lúc đo (1, 5, 15 phút): {load}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
