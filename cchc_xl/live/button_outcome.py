"""What a button says when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cchc_xl import sheet_names
from cchc_xl.checks.run_checks import worst
from cchc_xl.findings import SEVERITY_WORDS, Finding, Severity

CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2
"""Exit statuses, the same as those of the command line."""

SHOWN, SHOWN_LETTERS = 4, 160
"""How many findings a message lists, and how much of each; all of them stand whole on the sheet of findings."""


@dataclass(frozen=True, slots=True)
class ButtonOutcome:
    """What to say to the person who clicked."""

    title: str
    text: str
    status: int = CLEAN


def paragraphs(*groups: Sequence[str]) -> str:
    """Lines of a message with an empty one between groups; groups without lines leave none."""
    return "\n\n".join("\n".join(group) for group in groups if group)


def first(findings: Sequence[Finding]) -> list[str]:
    """The gravest findings that nobody has explained yet."""
    still_open = [finding for finding in findings if not finding.explained]
    return some([_sentence(finding) for finding in still_open], f"mục khác ở trang tính {sheet_names.FINDINGS}")


def some(sentences: Sequence[str], rest: str) -> list[str]:
    """The first sentences, each cut where it is long, and how many more there are."""
    lines = [f"• {shortened(sentence)}" for sentence in sentences[:SHOWN]]
    more = len(sentences) - SHOWN
    return [*lines, f"… và {more} {rest}."] if more > 0 else lines


def _sentence(finding: Finding) -> str:
    place = finding.cells[0] if finding.cells else ""
    return f"[{SEVERITY_WORDS[finding.severity]}] {place}: {finding.message}"


def shortened(text: str) -> str:
    """A sentence as long as a message box can take."""
    return text if len(text) <= SHOWN_LETTERS else text[:SHOWN_LETTERS].rsplit(" ", 1)[0] + "…"


def status_of(findings: Iterable[Finding]) -> int:
    """The exit status for findings."""
    return FINDINGS if worst(list(findings)) is Severity.ERROR else CLEAN
