"""Rendering the full annual report, side by side with docxtemplater and carbone on the same content.

    python benchmarks/report.py [rounds]

The rival engines come from npm into a temporary folder. They get the report's text as a template of plain tags and all
values made already (numbers formatted, conditions decided, sentences chosen), which this tool does itself besides
making every figure a content control; so the comparison leans towards them. Every engine renders in the same round,
one after the other, so that a noisy machine slows all alike.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from lxml import etree
from side_by_side import side_by_side, table

from cchc_xl.excel import seal
from cchc_xl.excel.ooxml_package import packed
from cchc_xl.report.jinja_environment import _sources, compiled, template_sources, with_line_breaks
from cchc_xl.report.quantity import Paper
from cchc_xl.report.render import compose
from cchc_xl.report.template_names import names
from cchc_xl.verbs.demo import demo
from cchc_xl.verbs.recalc import compute
from cchc_xl.verbs.report import default_template
from cchc_xl.word.word_package import members
from cchc_xl.word.word_xml import name, text, to_bytes, w

PACKAGES = ("docxtemplater@3", "pizzip@3", "carbone@3")
SERVER = """
const fs = require('fs');
const read = require('readline').createInterface({ input: process.stdin });
const data = JSON.parse(fs.readFileSync('data.json', 'utf8'));
const PizZip = require('pizzip'), Docxtemplater = require('docxtemplater'), carbone = require('carbone');
const engines = {
  docxtemplater: done => {
    const doc = new Docxtemplater(new PizZip(fs.readFileSync('docxtemplater.docx')), { linebreaks: true });
    doc.render(data);
    fs.writeFileSync('docxtemplater_out.docx', doc.getZip().generate({ type: 'nodebuffer', compression: 'DEFLATE' }));
    done();
  },
  carbone: done => carbone.render(require('path').resolve('carbone.docx'), data, {}, (error, made) => {
    if (error) throw error;
    fs.writeFileSync('carbone_out.docx', made);
    done();
  }),
};
if (process.argv[2]) engines[process.argv[2]](() => process.exit(0));
else read.on('line', engine => {
  const began = process.hrtime.bigint();
  engines[engine](() => console.log(Number(process.hrtime.bigint() - began) / 1e6));
});
"""


def main() -> None:
    """Measures the rendering alone, then whole processes, then where our time goes."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        demo("", folder / "demo")
        book, report = next((folder / "demo").glob("*.xls?")), next((folder / "demo").glob("*.docx"))
        rivals(report, folder)
        computed = compute(book)
        template = default_template(computed.content.form)
        ours = folder / "cchc_xl_out.docx"

        def over_the_former() -> None:
            seal.write(ours, compose(template, computed.content, computed.figures, ours)[0])

        def warm() -> None:
            # The rivals write without a look at what stands there.
            ours.unlink(missing_ok=True)
            over_the_former()

        def next_start() -> None:
            forget()
            warm()
        print(f"Rendering and writing the file, median of {rounds} alternating rounds, in milliseconds\n")
        alternating({
            "cchc-xl, in a running program": warm, "cchc-xl, its former report looked at": over_the_former,
            "cchc-xl, template compiled anew": next_start,
        }, folder, rounds)
        print("\nWhole processes\n")
        whole(folder, book, rounds)
        print("\nWhere the time goes\n")
        stages(template, computed, rounds)
        for file in (ours, folder / "docxtemplater_out.docx", folder / "carbone_out.docx"):
            print(f"{file.name}: {len(letters(file))} letters")


def rivals(report: Path, folder: Path) -> None:
    """The engines, their templates and their data, taken from a report that is written already."""
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), *PACKAGES],
                   check=True, capture_output=True)
    (folder / "server.js").write_text(SERVER, encoding="utf-8")
    parts = members(report)
    values: dict[str, object] = {}
    for engine, opened, loop in (("docxtemplater", "{@@}", ("{#dong}", "{/dong}")), ("carbone", "{d.@@}", ())):
        root = etree.fromstring(parts["word/document.xml"])
        values |= tagged(root, opened)
        values["dong"] = rows(root, opened, loop)
        (folder / f"{engine}.docx").write_bytes(packed({**parts, "word/document.xml": to_bytes(root)}))
    (folder / "data.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")


def tagged(root: etree._Element, written: str) -> dict[str, object]:
    """Every figure of the running text becomes a tag; returns the values."""
    values: dict[str, object] = {}
    for number, control in enumerate(list(root.iter(name("sdt")))):
        if next(control.iterancestors(name("tbl")), None) is None:
            values[f"so{number}"] = "".join(found.text or "" for found in control.iter(name("t")))
            control.addprevious(w("r", text(written.replace("@@", f"so{number}"))))
            parent = control.getparent()
            assert parent is not None
            parent.remove(control)
    return values


def rows(root: etree._Element, written: str, loop: tuple[str, ...]) -> list[dict[str, str]]:
    """The lines of the statistics become one row of the template that is repeated; returns the lines."""
    table_ = list(root.iter(name("tbl")))[-1]
    _, first, *others = table_.findall(name("tr"))
    lines = [cells(row) for row in (first, *others)]
    for row in others:
        table_.remove(row)
    columns = list(first.iter(name("tc")))
    for place, cell in enumerate(columns):
        paragraphs = cell.findall(name("p"))
        for element in paragraphs[1:]:
            cell.remove(element)
        for child in [child for child in paragraphs[0] if child.tag != name("pPr")]:
            paragraphs[0].remove(child)
        tag = written.replace("@@", f"c{place}") if loop else f"{{d.dong[i].c{place}}}"
        before = loop[0] if loop and place == 0 else ""
        after = loop[1] if loop and place == len(columns) - 1 else ""
        paragraphs[0].append(w("r", text(before + tag + after)))
    if not loop:
        # Carbone repeats what lies between a row and a second one that says i+1.
        first.addnext(again := etree.fromstring(to_bytes(first).replace(b"[i]", b"[i+1]")))
        assert again is not None
    return lines


def cells(row: etree._Element) -> dict[str, str]:
    """The texts of a row."""
    return {
        f"c{place}": "\n".join("".join(found.text or "" for found in p.iter(name("t"))) for p in cell.iter(name("p")))
        for place, cell in enumerate(row.iter(name("tc")))
    }


def alternating(ours: dict[str, Callable[[], None]], folder: Path, rounds: int) -> None:
    """One render by every engine in each round; the first rounds only warm up."""
    server = subprocess.Popen(["node", "server.js"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    times: dict[str, list[float]] = {}
    for number in range(rounds + 3):
        took = {}
        for what, work in ours.items():
            began = time.perf_counter()
            work()
            took[what] = (time.perf_counter() - began) * 1000
        for engine in ("docxtemplater", "carbone"):
            server.stdin.write(f"{engine}\n")
            server.stdin.flush()
            took[f"{engine}, in a running program"] = float(server.stdout.readline())
        if number >= 3:
            for what, milliseconds in took.items():
                times.setdefault(what, []).append(milliseconds)
    server.stdin.close()
    server.wait()
    for what, several in times.items():
        print(f"{what:42} {statistics.median(several):7.1f}   {min(several):.1f} – {max(several):.1f}")


def whole(folder: Path, book: Path, rounds: int) -> None:
    """From the start of a program to its end; ours reads, totals and checks the workbook too."""
    command = Path(sys.executable).with_name("cchc-xl")
    commands = {
        "cchc-xl report (reads and checks the workbook first)": [str(command), "report", str(book), "--out",
                                                                 str(folder / "whole.docx")],
        **{f"node, {engine} (values ready-made)": ["sh", "-c", f"cd '{folder}' && node server.js {engine}"]
           for engine in ("docxtemplater", "carbone")},
    }
    print(table(side_by_side(commands, min(rounds, 9)), next(iter(commands))))


def stages(template: Path, computed: object, rounds: int) -> None:
    """The parts of one rendering."""
    content, figures = computed.content, computed.figures  # type: ignore[attr-defined]
    given = members(template)
    paper = Paper()
    known = names(content, figures, paper, draft=False)
    sources = template_sources(given)
    rendered = {path: compiled(source).render(known) for path, source in sources.items()}

    def settle() -> None:
        paper.marks.written.clear()
        for source in rendered.values():
            paper.marks.settle(with_line_breaks(source))

    def anew() -> None:
        forget()
        for source in template_sources(given).values():
            compiled(source)
    for what, work in (
        ("the template's members read from the zip", lambda: members(template)),
        ("the template compiled anew", anew),
        ("names and values made ready", lambda: names(content, figures, Paper(), draft=False)),
        ("jinja", lambda: [compiled(source).render(known) for source in sources.values()]),
        ("figures become content controls", settle),
        ("the zip is packed", lambda: packed(given)),
    ):
        several = []
        for _ in range(rounds):
            began = time.perf_counter()
            work()
            several.append((time.perf_counter() - began) * 1000)
        print(f"{what:45} {statistics.median(several):7.1f}   {min(several):.1f} – {max(several):.1f}")


def forget() -> None:
    """The next rendering compiles its template, as a program that has just started does."""
    _sources.cache_clear()
    compiled.cache_clear()


def letters(file: Path) -> str:
    """The text of a Word file."""
    with zipfile.ZipFile(file) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return "".join(found.text or "" for found in root.iter(name("t")))


if __name__ == "__main__":
    main()
