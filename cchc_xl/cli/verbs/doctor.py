"""cchc-xl doctor [BOOK]"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cchc_xl.cli.app import CLEAN, FINDINGS, Json
from cchc_xl.cli.verbs.addin import Home, Profile


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(name="doctor", help="Tìm xem vì sao nút, thẻ CCHC hoặc lệnh không chạy, và nói cách sửa.")(run)


def run(
    book: Annotated[Path | None, typer.Argument(help="Sổ có nút không chạy.")] = None,
    folder: Home = None,
    profile: Profile = None,
    as_json: Json = False,
) -> int:
    """Status 1 where something has to be done."""
    from cchc_xl.addin.doctor import examine
    from cchc_xl.addin.places import this_machine
    from cchc_xl.addin.registry import open_registry

    found = examine(this_machine(folder), book, profile, None if folder else open_registry())
    if as_json:
        listed = [{**asdict(symptom), "well": symptom.well} for symptom in found]
        print(json.dumps({"checks": listed, "findings": []}, ensure_ascii=False, indent=2))
    else:
        for symptom in found:
            print(f"[{'Tốt' if symptom.well else 'CẦN SỬA'}] {symptom.subject}: {symptom.fact}")
            if symptom.remedy:
                print(f"    → {symptom.remedy}")
    return CLEAN if all(symptom.well for symptom in found) else FINDINGS
