"""What the verbs get beside the file that is tried on them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from cchc_xl import office
from cchc_xl.errors import UserError
from cchc_xl.verbs import report
from tests.made_once import made_once
from tests.readers import read_once
from tools.template.build_template import build_template
from tools.try_corpus import BOOK, EMPTY, REPORT, prepare

KEPT = 12
"""Blocks of the report that stay in the short one."""

TEMPLATE = """
BÁO CÁO
@muc #. KẾT QUẢ THỰC HIỆN
Đã tiếp nhận {{ ho_so_huyen_tiep_nhan }} hồ sơ{% if ho_so_huyen_dung_hen > 0 %}.{% endif %}
"""
"""A short template of the book's form, for the same reason."""


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a full book, an empty one and a report; not to be changed."""
    return made_once(tmp_path_factory, "san", prepare)


@pytest.fixture(scope="session")
def beside(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What verbs ask for, with a short report: how one takes another file hangs on no sentence, and each costs."""
    folder = tmp_path_factory.mktemp("canh")
    for name in (BOOK, EMPTY, REPORT):
        shutil.copy(ready / name, folder / name)
    report = Document(str(folder / REPORT))
    blocks = list(report.element.body)
    for block in blocks[KEPT:-1]:
        report.element.body.remove(block)
    report.save(str(folder / REPORT))
    return folder


@pytest.fixture(scope="module")
def short_template(beside: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a book of the form is written and held against by; the whole template has hundreds of sentences."""
    source = tmp_path_factory.mktemp("mau") / "mau.txt"
    source.write_text(TEMPLATE, encoding="utf-8")
    template = source.with_suffix(".docx")
    template.write_bytes(build_template(source))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "default_template", lambda _: template)
        yield


@pytest.fixture(scope="module")
def office_once() -> Iterator[None]:
    """An office converts a file once, whichever verb asks: each asks in the same words, of a copy or not."""
    made: dict[tuple[str, str, bytes], bytes | UserError] = {}
    first = office._converted

    def again(source: Path, kind: str, folder: Path, timeout: float) -> Path:
        key = source.name, kind, source.read_bytes()
        if key not in made:
            try:
                made[key] = first(source, kind, folder, timeout).read_bytes()
            except UserError as error:
                made[key] = error
        if isinstance(found := made[key], UserError):
            raise found
        target = folder / f"{source.stem}.{kind.partition(':')[0]}"
        target.write_bytes(found)
        return target

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office, "_converted", again)
        yield


@pytest.fixture(scope="module")
def read_by_processes_once() -> Iterator[None]:
    """The book beside is read by the processes once, and a file by one of them, whichever verb asks."""
    with read_once():
        yield
