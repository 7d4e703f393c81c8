"""What every hostile file costs in every verb, measured; the table in docs/gioi_han.md.

    .venv/bin/python -m tests.bounds [WORD …] > docs/gioi_han.md

Words choose the cases whose name holds one of them. Ends with 1 where a file breaks a bound.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import openpyxl
from docx import Document

from tests import hostile
from tests.contents import form_2021
from tests.forms_support import filled_form, wards
from tests.hostile import parts_of, write_parts
from tools.try_corpus import BOOK, REPORT, Ran, prepare, tried

SECONDS, MEGABYTES = 25.0, 1_100.0
"""Of processor time, and of memory of any one process: what a file may cost that is refused only while it is read, in
a process of its own."""

MEGABYTE = b" " * 2**20
MEGABYTES_UNPACKED = 1_400
"""To which the bombs unpack."""

Case = tuple[str, Callable[[Path, Path], None]]
"""The suffix of a file, and what writes it from the folder of ready books (first) to a path (second)."""


def changed(source: str, parts: Mapping[str, bytes | None]) -> Callable[[Path, Path], None]:
    """A book or report with other parts; None takes one out."""
    def make(ready: Path, target: Path) -> None:
        whole = parts_of(ready / source) | parts
        write_parts(target, {name: data for name, data in whole.items() if data is not None})

    return make


def bomb(source: str, part: str) -> Callable[[Path, Path], None]:
    """A good file with one member of 1.4 GB more."""
    def make(ready: Path, target: Path) -> None:
        shutil.copy(ready / source, target)
        with (
            zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
            archive.open(part, "w", force_zip64=True) as stream,
        ):
            for _ in range(MEGABYTES_UNPACKED):
                stream.write(MEGABYTE)

    return make


def lying(ready: Path, target: Path) -> None:
    """The directory says that a member of 300 MB has a thousand bytes."""
    name = b"word/media/anh.bin"
    shutil.copy(ready / REPORT, target)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name.decode(), MEGABYTE * 300)
    data = target.read_bytes()
    entry = data.rfind(name) - 46
    target.write_bytes(data[: entry + 24] + (1000).to_bytes(4, "little") + data[entry + 28 :])


def in_part(source: str, part: str, before: bytes, after: Callable[[], bytes]) -> Callable[[Path, Path], None]:
    """Something put before a mark of a part."""
    def make(ready: Path, target: Path) -> None:
        parts = parts_of(ready / source)
        assert before in parts[part]
        write_parts(target, parts | {part: parts[part].replace(before, after() + before, 1)})

    return make


def rows(count: int, column: str = "C") -> bytes:
    return b"".join(
        b'<row r="%d"><c r="%s%d"><v>1</v></c></row>' % (row, column.encode(), row) for row in range(300, 300 + count)
    )


def template(line: str) -> Callable[[Path, Path], None]:
    """A Word template with one paragraph."""
    def make(_: Path, target: Path) -> None:
        document = Document()
        document.add_paragraph(line)
        document.save(str(target))

    return make


@lru_cache
def _declaration() -> bytes:
    """The declaration workbook of the shipped form."""
    from cchc_xl.verbs.declaration import export

    with tempfile.TemporaryDirectory() as folder:
        export("2021", place := Path(folder) / "khai_bao.xlsx")
        return place.read_bytes()


def declared(sheet: str, row: Sequence[object]) -> Callable[[Path, Path], None]:
    """The declaration workbook of the shipped form with one more line."""
    def make(_: Path, target: Path) -> None:
        book = openpyxl.load_workbook(io.BytesIO(_declaration()))
        book[sheet].append(list(row))
        book.save(target)

    return make


def blank_identity_row(ready: Path, target: Path) -> None:
    book = openpyxl.load_workbook(ready / BOOK)
    book["_cchc"].insert_rows(5)
    book.save(target)


def far_columns(ready: Path, target: Path) -> None:
    cells = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d"><v>2</v></c></row>' % (row, row, row)
        for row in range(300, 5_300)
    )
    in_part(BOOK, SHEET, b"</sheetData>", lambda: cells)(ready, target)


SHEET, TEXT = "xl/worksheets/sheet3.xml", "word/document.xml"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
PARAGRAPH = b"<w:p><w:r><w:t>a</w:t></w:r></w:p>"

WHOLE: dict[str, Case] = {
    "a book that unpacks to 1.4 GB": (".xlsm", bomb(BOOK, "xl/media/a.bin")),
    "a book of 35 members of 7 MB": (".xlsm", lambda ready, target: changed(
        BOOK, {f"xl/media/{n}.bin": MEGABYTE * 7 for n in range(35)})(ready, target)),
    "a book with 200 MB of empty rows": (".xlsm", in_part(
        BOOK, SHEET, b"</sheetData>", lambda: b'<row r="9999"/>' * (200 * 2**20 // 15))),
    "a book with 450,000 cells more": (".xlsm", in_part(BOOK, SHEET, b"</sheetData>", lambda: rows(450_000))),
    "a book with as many cells as are read": (".xlsm", in_part(BOOK, SHEET, b"</sheetData>", lambda: rows(350_000))),
    "a book with cells in the last column": (".xlsx", far_columns),
    "a book with a blank row in its identity": (".xlsm", blank_identity_row),
    "a book without content types": (".xlsm", changed(BOOK, {"[Content_Types].xml": None})),
    "a book without relations": (".xlsm", changed(BOOK, {"xl/_rels/workbook.xml.rels": None})),
    "a book with an external entity": (".xlsm", changed(BOOK, {"xl/styles.xml": ENTITY})),
    "a report that unpacks to 1.4 GB": (".docx", bomb(REPORT, "word/media/a.bin")),
    "a report whose directory lies": (".docx", lying),
    "a report of 600,000 paragraphs": (".docx", in_part(
        REPORT, TEXT, b"<w:p>", lambda: PARAGRAPH * 600_000)),
    "a report of as many paragraphs as are read": (".docx", in_part(
        REPORT, TEXT, b"<w:p>", lambda: PARAGRAPH * 28_000)),
    "a report without content types": (".docx", changed(REPORT, {"[Content_Types].xml": None})),
    "a report without relations": (".docx", changed(REPORT, {"word/_rels/document.xml.rels": None})),
    "a report with damaged XML": (".docx", changed(REPORT, {"word/styles.xml": b"<w:styles"})),
    "a report with an external entity": (".docx", changed(REPORT, {"word/footnotes.xml": ENTITY})),
    "a report with deep XML": (".docx", in_part(
        REPORT, TEXT, b"<w:p>", lambda: b"<w:a>" * 90_000 + b"</w:a>" * 90_000)),
    "a template that multiplies a text": (".docx", template("{{ 'a' * 10**9 }}")),
    "a template of nested loops": (".docx", template("{% for a in 'x' * 3000 %}" * 3 + "{% endfor %}" * 3)),
    "a template with a wide format": (".docx", template("{{ '%999999999d' % 1 }}")),
    "a template that is nested deep": (".docx", template("{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}")),
    "a template whose macro calls itself": (".docx", template("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}")),
    "a form with a rule of 3,000 terms": (".xlsx", declared("Quy tắc", ["x", "+".join(["[I.1.1]"] * 3000) + " > 0"])),
    "a form with a rule of 3,000 brackets": (".xlsx", declared(
        "Quy tắc", ["x", "(" * 3000 + "[I.1.1]" + ")" * 3000 + " > 0"])),
    "a form with a number of 400 digits": (".xlsx", declared("Quy tắc", ["x", "[I.1.1] > 1e400"])),
    "a form with a control character in a name": (".xlsx", declared(
        "Đơn vị", ["phuong_x", "Phường mới_x0001_", "Phường"])),
    "a text of 20 MB": (".txt", lambda _, target: target.write_bytes(b"so lieu 1.234 ho so\n" * 2**20) and None),
    "a table of 20 MB": (".csv", lambda _, target: target.write_bytes(b"a;b;1;2;3;4;5;6;7;8\n" * 2**20) and None),
}
"""Books, reports, templates and declarations; those of units are in `hostile`."""


def cases(words: Sequence[str]) -> Iterator[tuple[str, Case]]:
    """Every case whose name holds one of the words."""
    good = Path(tempfile.mkdtemp()) / "tot.xlsx"
    filled_form(form_2021(), wards(form_2021())[0], good)

    def of_unit(make: hostile.Make) -> Callable[[Path, Path], None]:
        return lambda _, target: make(good, target)

    units = {**hostile.REFUSED, **hostile.NEUTRALISED}
    every = {f"a form: {name}": (suffix, of_unit(make)) for name, (suffix, _, make) in units.items()} | WHOLE
    yield from ((name, case) for name, case in every.items() if not words or any(word in name for word in words))


def measured(words: Sequence[str]) -> Iterator[tuple[str, Ran]]:
    """Every verb on every case."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        ready = prepare(Path(folder) / "san")

        def of(named: tuple[str, Case]) -> list[tuple[str, Ran]]:
            name, (suffix, make) = named
            place = Path(tempfile.mkdtemp(dir=folder))
            make(ready, place / f"tep{suffix}")
            return [(name, ran) for ran in tried(place / f"tep{suffix}", ready)]

        for done in pool.map(of, cases(words)):
            print("\n".join([done[0][0], *faults(done)]), file=sys.stderr, flush=True)
            yield from done


def faults(told: Iterable[tuple[str, Ran]]) -> list[str]:
    """What breaks a bound."""
    return [
        f"{name}: {ran.verb}: {ran.seconds:.1f} s, {ran.memory:.0f} MB, ended with {ran.status}: {ran.said[-200:]}"
        for name, ran in told
        if ran.broke or ran.hung or ran.seconds > SECONDS or ran.memory > MEGABYTES
    ]


HEAD = """# What hostile files cost

Made by `python -m tests.bounds{words} > docs/gioi_han.md`:
{cases} files made to do harm, each given to {verbs} commands. In {runs} runs no command met a fault of its own, none
had to be ended, and none took more than {seconds:.0f} s of processor time or {memory:.0f} MB in any of its
processes. The
seconds hold starting the program and reading the good book beside.

The bounds themselves: `excel/ooxml_package.py` for every Office file of this machine, for what units send
`submissions/intake/read_limits.py`, `limited_process.py` for templates and lists of units, `files.py` and
`reading/decoded_text.py` for all others.
"""


def page(told: Sequence[tuple[str, Ran]], words: Sequence[str]) -> Iterator[str]:
    """The page of the documentation."""
    by_verb, by_case = defaultdict[str, list[tuple[str, Ran]]](list), defaultdict[str, list[tuple[str, Ran]]](list)
    for name, ran in told:
        by_verb[ran.verb].append((name, ran))
        by_case[name].append((ran.verb, ran))
    most = max(ran.seconds for _, ran in told), max(ran.memory for _, ran in told)
    chosen = "".join(f" \"{word}\"" for word in words)
    yield HEAD.format(
        words=chosen, cases=len(by_case), verbs=len(by_verb), runs=len(told), seconds=most[0] + 0.5, memory=most[1]
    )
    yield from _table("command", "by which file", by_verb)
    yield ""
    yield from _table("file", "in which command", by_case)


def _table(first: str, which: str, told: Mapping[str, Sequence[tuple[str, Ran]]]) -> Iterator[str]:
    yield f"| {first} | ended with 0, 1, 2 | most seconds | {which} | most MB | {which} |"
    yield "|---|---|---|---|---|---|"
    for name, each in told.items():
        ended = ", ".join(str(sum(ran.status == status for _, ran in each)) for status in (0, 1, 2))
        slow, large = max(each, key=lambda one: one[1].seconds), max(each, key=lambda one: one[1].memory)
        yield f"| {name} | {ended} | {slow[1].seconds:.1f} | {slow[0]} | {large[1].memory:.0f} | {large[0]} |"


def main(words: Sequence[str]) -> int:
    """The exit status."""
    told = list(measured(words))
    print("\n".join(page(told, words)))
    return int(bool(faults(told)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
