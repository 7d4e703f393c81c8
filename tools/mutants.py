"""Asks the tests whether they would notice: breaks the package in one place at a time and runs the tests of that place.

    python tools/mutants.py [WORD …]

The mutants are data, tests/mutants.toml; words choose those whose file or text holds one of them. Each is applied in a
temporary copy, never in the tree. Prints every survivor and the share that was killed; exits 1 below 92 %, 2 where the
tests fail without any mutant. Equivalent mutants, named with their reason, are neither run nor counted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "mutants.toml"
ENOUGH = 0.92
AT_ONCE = 2
LIMIT = 600
"""Seconds for the tests of one mutant; one that never ends is killed."""

STATED = "not office and not excel and not hypothesis"
"""The tests that must notice: those that state a value. What drawn cases find is luck, and takes long to be told."""

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "out", "build", "dist")


@dataclass(frozen=True)
class Mutant:
    """One change of one file, the tests that must notice it, and why none can where it changes nothing."""

    path: str
    text: str
    becomes: str
    tests: tuple[str, ...]
    equivalent: str = ""

    def applied(self, source: str) -> str:
        """The source with the change. Raises `ValueError` where the text does not stand exactly once."""
        if source.count(self.text) != 1:
            raise ValueError(f"{self.path}: stands {source.count(self.text)} times: {self.text}")
        return source.replace(self.text, self.becomes)

    def __str__(self) -> str:
        return f"{self.path}: {' '.join(self.text.split())}  →  {' '.join(self.becomes.split()) or '(nothing)'}"


def load() -> list[Mutant]:
    """Every mutant, in the order of the file."""
    tables = tomllib.loads(DATA.read_text(encoding="utf-8"))["file"]
    return [
        Mutant(table["path"], text, becomes, tuple(table["tests"]), *reason)
        for table in tables for text, becomes, *reason in table["mutants"]
    ]


def failure(copy: Path, tests: Iterable[str]) -> str:
    """What pytest says of the tests that fail in a copy; empty where all pass. Caches are empty at each run."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"PYTHONPATH": str(copy), "XDG_CACHE_HOME": home}
        command = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", "-m", STATED]
        try:
            done = subprocess.run(
                [*command, *tests], cwd=copy, env=environment, capture_output=True, text=True, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            return "Time is up."
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout if done.returncode else ""


def survives(mutant: Mutant, copies: SimpleQueue[Path]) -> bool:
    """Whether the tests pass all the same."""
    copy = copies.get()
    file = copy / mutant.path
    source = file.read_text(encoding="utf-8")
    try:
        file.write_text(mutant.applied(source), encoding="utf-8")
        return not failure(copy, mutant.tests)
    finally:
        file.write_text(source, encoding="utf-8")
        copies.put(copy)


def main(words: Sequence[str]) -> int:
    """The exit status."""
    known = [mutant for mutant in load() if not words or any(word in f"{mutant.path} {mutant.text}" for word in words)]
    chosen = [mutant for mutant in known if not mutant.equivalent]
    if not chosen:
        print("No mutant has these words.")
        return 2
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(AT_ONCE):
            copies.put(shutil.copytree(ROOT, Path(folder) / str(number), ignore=LEFT_OUT))
        every_test = dict.fromkeys(test for mutant in chosen for test in mutant.tests)
        if failed := failure(Path(folder) / "0", every_test):
            print(f"{failed}\nThe tests fail without any mutant: mend them first.")
            return 2
        killed = 0
        for mutant, alive in zip(chosen, pool.map(lambda each: survives(each, copies), chosen), strict=True):
            killed += not alive
            print(f"{'SURVIVED' if alive else 'killed  '} {mutant}", flush=True)
    share = killed / len(chosen)
    print(f"{killed} of {len(chosen)} killed, {share:.1%}; {len(known) - len(chosen)} equivalent.")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
