"""A form that was read and checked before, kept in the user's cache folder.

What is kept holds the declarations it was made from, byte for byte: it counts only while every one of them is the same
and the program is the same. Whatever else is wrong with it (damaged, unreadable, no folder to write to), the form is
read from its declarations as if nothing had been kept.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import zlib
from pathlib import Path

import msgspec

from cchc_xl import __version__
from cchc_xl.cache import cache_folder
from cchc_xl.rules.rule_syntax import Expression, expression, remember
from cchc_xl.schema.form_model import Form

SLOTS = 16
"""Files in the cache folder at most; forms that meet in one push each other out."""

MODULES = ("form/model.py", "form/load.py", "form/checks.py", "rules/syntax.py", "rules/grammar.py")
"""What makes a form out of its declarations."""

UNUSABLE = (OSError, RuntimeError, TypeError, ValueError, msgspec.DecodeError)
"""No home folder, nothing to read or no right to; damaged; a value of the wrong type."""

Sources = dict[str, bytes]
"""Declaration files by path."""


class Kept(msgspec.Struct, frozen=True):
    """A form with all that it depends on, and the expressions that it declares, by their texts."""

    program: str
    sources: Sources
    form: Form
    expressions: dict[str, Expression]


def recall(sources: Sources) -> Form | None:
    """The form made from exactly these declarations by this program, where it was kept."""
    try:
        data = memoryview(_place(sources).read_bytes())
        if zlib.crc32(data[4:]) != int.from_bytes(data[:4], "big"):
            return None
        kept = msgspec.msgpack.decode(data[4:], type=Kept)
        if (kept.program, kept.sources) != (_program(), sources):
            return None
        form = _with_dates(kept.form)
    except UNUSABLE:
        return None
    remember(kept.expressions)
    return form


def keep(sources: Sources, form: Form) -> None:
    """Keeps a form, where there is a folder to keep it in."""
    from cchc_xl.schema.declaration_checks import declared_expressions

    expressions = {text: expression(text) for _, text in declared_expressions(form)}
    data = msgspec.msgpack.encode(Kept(_program(), sources, form, expressions))
    with contextlib.suppress(*UNUSABLE):
        # What would not come back as it was is better read anew each time.
        back = msgspec.msgpack.decode(data, type=Kept)
        if _with_dates(back.form) == form and back.expressions == expressions:
            _write(_place(sources), zlib.crc32(data).to_bytes(4, "big") + data)


def _with_dates(form: Form) -> Form:
    """A value of the general data may be of several types, so its dates come back as text."""
    return form.changed(info=tuple(
        each.changed(value=datetime.date.fromisoformat(each.value)) if each.kind == "date" and each.value else each
        for each in form.info
    ))


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = place.with_suffix(f".{os.getpid()}")
    half.write_bytes(data)
    os.replace(half, place)


def _program() -> str:
    """The version, and when the modules that read declarations were written: a developer's version stays the same."""
    package = Path(__file__).parents[1]
    modules = (package / name for name in MODULES)
    return " ".join([__version__, *(str(module.stat().st_mtime_ns) for module in modules)])


def _place(sources: Sources) -> Path:
    slot = zlib.crc32("\n".join(sources).encode()) % SLOTS
    return _folder() / f"{slot}.msgpack"


def _folder() -> Path:
    return cache_folder() / "bieu_mau"
