"""The objects that --json prints, as types: the JSON Schema of docs/json.schema.json is made of them.

    python tools/json_schema.py > docs/json.schema.json
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Text = str | None
Count = int


class Object(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing besides what is declared."""


class Finding(Object):
    """Something that a person must look at; `indicator` is its code, `explained` that somebody has explained it."""

    rule: str
    severity: Literal["error", "warning", "info"]
    unit: str
    indicator: str
    file: str
    sheet: str
    cell: str
    message: str
    suggestion: str
    explained: bool


class Doubt(Finding):
    """A finding about a Word report: both sides, and where it stands."""

    quote: str = ""
    stated: Text = None
    expected: Text = None
    difference: Text = None
    against: Text = None
    paragraph: int = 0
    start: int = 0
    end: int = 0
    place: str = ""


class Error(Object):
    """Why a command could not run."""

    code: Literal["usage", "could_not_run", "stopped", "unexpected"]
    where: str
    what: str
    remedy: str


class Failed(Object):
    """Exit status 2. `verb` is what was typed."""

    schema: Literal[1]
    verb: str
    findings: list[Finding]
    error: Error


class Output(Object, tag_field="verb"):
    """What every verb prints."""

    schema: Literal[1]
    findings: list[Finding]


class Check(Output, tag="check"):
    """Findings of a workbook, form or report."""

    incomplete: list[str] = []


class Recalc(Output, tag="recalc", kw_only=True):
    """`figures` is how many figures have a value."""

    figures: Count
    changed: bool
    overwritten: list[Any]
    incomplete: list[str]


class Board(Object):
    """One unit of the status board; `at` is ISO 8601."""

    unit: str
    name: str
    state: Literal["none", "handed_in", "returned", "taken"]
    at: str
    timeliness: Literal["", "on_time", "late"]
    days_late: int
    filled: int
    expected: int
    errors: int
    warnings: int


class Status(Output, tag="status", kw_only=True):
    """The status board."""

    units: list[Board]
    summary: str


class Delivery(Object):
    """What became of a file that was handed in."""

    file: str
    unit: str
    outcome: Literal["taken", "returned", "held", "known", "copy", "refused"]
    message: str
    sha256: str
    replaced: list[str]
    returned: Text


class Collect(Output, tag="collect", kw_only=True):
    """The files taken in."""

    files: list[Delivery]
    changed: bool


class Level(Object):
    """A node that was asked for."""

    unit: str
    name: str
    level: str
    expected: int
    delivered: int


class Kept(Object):
    """The history: units of the period before and after, units and lines written, lines replaced."""

    before: int
    after: int
    written: int
    lines: int
    replaced: int


class Outcomes(Object):
    """How many files of each outcome."""

    counted: int
    copy: int
    held: int
    refused: int


class Severities(Object):
    """How many findings of each severity."""

    error: int
    warning: int
    info: int


class Consolidate(Output, tag="consolidate", kw_only=True):
    """`out` is null where no file counts."""

    counts: Severities
    files: Outcomes
    read: int
    units: list[Level]
    out: Text
    facts: Kept | None


class Report(Output, tag="report", kw_only=True):
    """A report written, or an edited one brought up to date."""

    report: str
    figures: int | list[dict[str, Any]]
    pdf: Text = None
    missing: list[str] = []
    left_out: Text = None
    removed: list[dict[str, Any]] = []
    duplicated: list[dict[str, Any]] = []
    pending: list[str] = []
    recorded: bool = True
    charts: dict[str, list[str]] = {}


class Reconcile(Object, tag_field="verb", tag="reconcile"):
    """A report held against the workbook and itself."""

    schema: Literal[1]
    findings: list[Doubt]
    confirmed: dict[str, int]
    unplaced: list[dict[str, Any]]
    doubtful_rates: list[dict[str, Any]]
    copy: Text
    unread: list[dict[str, Any]] = []


class Fault(Finding):
    """A fault of a declaration: the line and column of its table, too."""

    line: int
    column: str


class FormCheck(Object, tag_field="verb", tag="form check"):
    """The faults of a declaration."""

    schema: Literal[1]
    findings: list[Fault]


class FormExport(Output, tag="form export", kw_only=True):
    """A form written as a workbook, `out`."""

    out: str


class FormWord(FormExport, tag="form word", kw_only=True):
    """The Word template to start from."""


class FormInstall(FormExport, tag="form install", kw_only=True):
    """A form among the user's own."""


class FormBuild(Output, tag="form build", kw_only=True):
    """The CSV files of a form."""

    files: list[str]
    warnings: list[str]


class FormDraft(FormExport, tag="form draft", kw_only=True):
    """A form drafted; `warnings` say what of the appendix it lacks, `questions` and `doubtful` count cells."""

    questions: Count
    doubtful: Count
    warnings: list[str]


class Compared(Object):
    """A line of two forms; `work` is empty where a person must say what it is, `sure` goes to 1."""

    work: Literal["", "kept", "reworded", "divided", "joined", "new", "gone"]
    old: str
    new: str
    sure: float


class FormDiff(Output, tag="form diff", kw_only=True):
    """Two forms compared."""

    changes: list[Compared]
    out: Text


class FormUpgrade(Output, tag="form upgrade", kw_only=True):
    """A living book brought to another form; `changes` are sentences for people."""

    changes: list[str]


class AddinInstall(Output, tag="addin install", kw_only=True):
    """What was installed where, as sentences for people."""

    done: list[str]


class AddinUninstall(AddinInstall, tag="addin uninstall", kw_only=True):
    """What was taken away."""


class Import(Output, tag="import", kw_only=True):
    """Figures of an old report written into an empty workbook."""

    written: list[dict[str, Any]]
    listed: list[dict[str, Any]]
    unread: list[dict[str, Any]]
    general: list[dict[str, Any]]


class Names(Output, tag="template names", kw_only=True):
    """The names that a template may use."""

    names: list[dict[str, str]]


class TemplateCheck(Output, tag="template check", kw_only=True):
    """The mistakes of a template."""

    copy: Text


class Symptom(Object):
    """One thing that was looked at."""

    subject: str
    fact: str
    remedy: str
    well: bool


class Doctor(Output, tag="doctor", kw_only=True):
    """What the installation is like."""

    checks: list[Symptom]


class Made(Object):
    """The form of a unit."""

    unit: str
    file: str


class New(Output, tag="new", kw_only=True):
    """A new workbook with its forms; `warnings` say what other units than the form's leave open."""

    master: str
    forms: list[Made]
    warnings: list[str]


class Demo(Output, tag="demo", kw_only=True):
    """The whole job on demo figures."""

    figures: int


Told = (
    Check | Recalc | Status | Collect | Consolidate | Report | Reconcile | Import | Names | TemplateCheck | Doctor | New
    | Demo | FormExport | FormBuild | FormCheck | FormDraft | FormDiff | FormWord | FormUpgrade | FormInstall
    | AddinInstall | AddinUninstall
)


def schema() -> str:
    """The JSON Schema as text: what a verb prints, or a failure."""
    (found,), parts = msgspec.json.schema_components([Told], ref_template="#/$defs/{name}")
    (failed,), more = msgspec.json.schema_components([Failed], ref_template="#/$defs/{name}")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cchc-xl --json, schema 1"}
    whole = {**head, "anyOf": [found, failed], "$defs": parts | more}
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=1).decode() + "\n"


if __name__ == "__main__":
    print(schema(), end="")
