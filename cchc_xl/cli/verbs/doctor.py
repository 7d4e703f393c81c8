"""cchc-xl doctor [BOOK]"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from cchc_xl.addin.addin_places import this_machine
from cchc_xl.addin.doctor import examine
from cchc_xl.addin.windows_registry import open_registry
from cchc_xl.cli.command_app import print_json
from cchc_xl.errors import CLEAN, FINDINGS


def run(
    book: Path | None = None, folder: Path | None = None, profile: Path | None = None, json: bool = False
) -> int:
    """Status 1 where something has to be done."""
    found = examine(this_machine(folder), book, profile, None if folder else open_registry())
    if json:
        listed = [{**asdict(symptom), "well": symptom.well} for symptom in found]
        print_json([], checks=listed)
    else:
        for symptom in found:
            print(f"[{'Tốt' if symptom.well else 'CẦN SỬA'}] {symptom.subject}: {symptom.fact}")
            if symptom.remedy:
                print(f"    → {symptom.remedy}")
    return CLEAN if all(symptom.well for symptom in found) else FINDINGS
