"""Types the real report of 2021, as printed, into a book and lists which of its contradictions are told, and where.

    python benchmarks/real_contradictions.py
"""

# The helpers of the tests come first on the path.
# ruff: noqa: E402

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from contents import findings_of

from tests.checks.test_check import content_for

SIDES = {"text_appendix": "Lời văn và phụ lục", "appendix": "Trong phụ lục", "text": "Trong lời văn"}


def contradictions() -> list[dict[str, Any]]:
    """Each with its title, what is typed as printed, and the rule and cell that tell it, or why none does."""
    listed = (ROOT / "tests/golden/mau_thuan_2021.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(listed)["case"])


def told_at(case: dict[str, Any]) -> list[str]:
    """The first cells of the findings that the rule makes of this contradiction."""
    return [each.cells[0].cell for each in findings_of(content_for(case)) if each.rule == case.get("rule")]


def main() -> int:
    """Prints each contradiction that a book can hold; returns 0 where nine tenths of them are told at their place."""
    held = [case for case in contradictions() if "beyond" not in case]
    told = [case for case in held if case.get("cell") in told_at(case)]
    print("| Giữa | Mâu thuẫn | Quy tắc | Ô |\n|---|---|---|---|")
    for case in held:
        rule, cell = (f"`{case['rule']}`", case["cell"]) if case in told else ("chưa báo", case.get("silent", ""))
        print(f"| {SIDES[case['between']]} | {case['title']} | {rule} | {cell} |")
    print(f"\n{len(told)}/{len(held)} mâu thuẫn mà một sổ giữ được đều có phát hiện ở đúng ô.")
    return int(10 * len(told) < 9 * len(held))


if __name__ == "__main__":
    sys.exit(main())
