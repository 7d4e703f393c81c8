"""A template as jinja sources with their code, read and compiled once on a computer.

Reading the tags out of Word's XML and compiling them takes longer than writing a report. So the result is kept in the
user's cache folder, under a hash of the template's texts and of the program that read them: anything that changes
makes another file. Without the folder, or with a file that is not the user's own, the template is compiled anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import marshal
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType

from jinja2 import Template, TemplateSyntaxError

from cchc_xl.cache import cache_folder
from cchc_xl.errors import UserError
from cchc_xl.files import replace_file
from cchc_xl.report.jinja_environment import ENVIRONMENT, jinja_source, with_noted_documents
from cchc_xl.structs import Struct
from cchc_xl.word.word_package import DOCUMENT, FOOTNOTES, holds_text, xml_of

KEPT = 20
"""Templates kept in the cache folder."""


class Prepared(Struct, frozen=True):
    """A part of a template: its source, and its code where the source is right."""

    source: str
    code: CodeType | None

    def template(self) -> Template:
        """The part, ready to be rendered. Raises `TemplateSyntaxError`."""
        code = self.code or ENVIRONMENT.compile(self.source)
        return ENVIRONMENT.template_class.from_code(ENVIRONMENT, code, ENVIRONMENT.make_globals(None))


def prepared(members: Mapping[str, bytes]) -> Mapping[str, Prepared]:
    """The parts with text among the members of a Word file, by path."""
    return _prepared(tuple((path, data) for path, data in members.items() if holds_text(path)))


@lru_cache(maxsize=8)
def _prepared(texts: tuple[tuple[str, bytes], ...]) -> Mapping[str, Prepared]:
    file = _cache_folder() / f"{_key(texts)}.mau"
    known = _stored(file)
    if known is not None:
        return known
    made = {path: Prepared(source, _code(source)) for path, source in _sources(dict(texts)).items()}
    if all(part.code for part in made.values()):
        _store(file, made)
    return made


def _sources(texts: Mapping[str, bytes]) -> dict[str, str]:
    sources = {path: jinja_source(xml_of(data)) for path, data in texts.items()}
    if DOCUMENT in sources:
        sources[DOCUMENT] = with_noted_documents(sources[DOCUMENT], sources.get(FOOTNOTES, ""))
    return sources


def _code(source: str) -> CodeType | None:
    """The code; none where the source is wrong, which is told when the part is rendered."""
    try:
        return ENVIRONMENT.compile(source)
    except (TemplateSyntaxError, RecursionError, MemoryError):
        return None


def _key(texts: tuple[tuple[str, bytes], ...]) -> str:
    key = hashlib.sha256(_reader())
    for path, data in texts:
        key.update(b"%d %b %d " % (len(path), path.encode(), len(data)) + data)
    return key.hexdigest()


@cache
def _reader() -> bytes:
    """What the code of a template depends on besides its text: Python and everything that reads and compiles it."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *sorted(here.with_name("writing").glob("*.py")), *_libraries()]
    stamps = [f"{file} {(stat := file.stat()).st_mtime_ns} {stat.st_size}" for file in files]
    return "\n".join((sys.version, *stamps)).encode()


def _libraries() -> Iterator[Path]:
    for name in ("jinja2", "docxtpl"):
        found = importlib.util.find_spec(name)
        if found is not None and found.origin:
            folder = Path(found.origin).parent
            yield from (file for file in sorted(folder.glob("*.py")))


def _cache_folder() -> Path:
    return cache_folder() / "mau"


def _stored(file: Path) -> Mapping[str, Prepared] | None:
    try:
        if not _is_own(file):
            return None
        return {path: Prepared(*part) for path, part in marshal.loads(file.read_bytes()).items()}
    except (OSError, EOFError, ValueError, TypeError, AttributeError):
        return None


def _is_own(file: Path) -> bool:
    """Whether nobody but the user can have written the file: code from it is run."""
    if sys.platform == "win32":
        return True
    both = file.stat(), file.parent.stat()
    return all(stat.st_uid == os.getuid() and not stat.st_mode & 0o022 for stat in both)


def _store(file: Path, parts: Mapping[str, Prepared]) -> None:
    """Keeps the parts; a folder that cannot be written is no reason to stop."""
    with contextlib.suppress(OSError, UserError, RuntimeError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(file, marshal.dumps({path: (part.source, part.code) for path, part in parts.items()}))
        file.chmod(0o600)
        newest = sorted(file.parent.glob("*.mau"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in newest[KEPT:]:
            old.unlink(missing_ok=True)
