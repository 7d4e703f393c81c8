"""Forms damaged at random: no crash of the collector, no hang, no uncaught exception.

CCHC_DAMAGED says how many times each form is damaged; the thorough run:

    CCHC_DAMAGED=2000 .venv/bin/python -m pytest -q tests/submissions/test_hostile_fuzz.py
"""

from __future__ import annotations

import os
import random
import time
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from cchc_xl.schema import Form
from cchc_xl.submissions.intake.read_limits import WALL_SECONDS
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter, Rejected
from tests.forms_support import filled_form, wards
from tests.hostile import parts_of, write_parts
from tests.kept_office import converted

DAMAGED = int(os.environ.get("CCHC_DAMAGED", "100"))
TOKENS = (
    b"<", b">", b"</", b'"', b"&lt;", b"&#x0;", b"&#1114111;", b"<c", b"<v>", b"</row>", b't="s"', b't="e"', b't="d"',
    b'r="A1"', b'r="ZZZ9999999"', b"1e999", b"-0", b"NaN", b"99999999999999999999", b"2021-12-14T00:00:00",
    b"\xff\xfe", b"\x00", "số liệu".encode(), b"<sheetData/>",
    b'<mergeCell ref="A1:XFD1048576"/>', b"<!-- -->", b"<![CDATA[x]]>",
)


def _bytes_changed(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data or b" ")
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(changed) or 1)
        match chance.randrange(4):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[place : place + chance.randint(1, 200)]
            case 2:
                changed[place:place] = chance.choice(TOKENS) * chance.randint(1, 3)
            case _:
                other = chance.randrange(len(changed) or 1)
                changed[place:place] = changed[other : other + chance.randint(1, 400)]
    return bytes(changed)


def _mutant(good: dict[str, bytes], whole: bytes, chance: random.Random, target: Path) -> None:
    """Either the package's own bytes are changed, or those of some parts before they are packed."""
    if chance.random() < 0.25:
        target.write_bytes(_bytes_changed(whole, chance))
        return
    parts = dict(good)
    for name in chance.sample(sorted(parts), chance.randint(1, 3)):
        if chance.random() < 0.1:
            del parts[name]
        else:
            parts[name] = _bytes_changed(parts[name], chance)
    write_parts(target, parts, level=1)


def _fuzz(form: Form, good: Path, folder: Path, times: int, seed: int) -> Counter[str]:
    interpreter, chance, seen = Interpreter(form), random.Random(seed), Counter[str]()
    whole = good.read_bytes()
    parts = parts_of(good) if zipfile.is_zipfile(good) else None
    with ReaderPool(1) as pool:
        for _ in range(times):
            target = folder / f"dot_bien{good.suffix}"
            if parts:
                _mutant(parts, whole, chance, target)
            else:
                target.write_bytes(_bytes_changed(whole, chance))
            started = time.monotonic()
            (path, answer), = pool.read_all([target])
            read = interpreter.interpret(path, answer)
            assert isinstance(read, Delivery | Rejected)
            assert time.monotonic() - started < WALL_SECONDS + 2
            seen[read.rule if isinstance(read, Rejected) else "read"] += 1
    return seen


def test_damaged_forms_never_break_the_collector(form: Form, tmp_path: Path) -> None:
    good = filled_form(form, wards(form)[0], tmp_path / "tot.xlsx")
    seen = _fuzz(form, good, tmp_path, DAMAGED, seed=20211214)
    assert seen["read"] > 10
    assert seen["damaged"] > 10


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_damaged_forms_of_other_formats_never_break_it_either(kind: str, form: Form, tmp_path: Path) -> None:
    source = filled_form(form, wards(form)[0], tmp_path / "tot.xlsx")
    good = converted(source, kind, tmp_path / "luu" / f"tot.{kind}")
    seen = _fuzz(form, good, tmp_path, DAMAGED // 2, seed=7)
    assert len(seen) > 1
