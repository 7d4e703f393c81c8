"""The command line: the same verbs as the buttons. A verb imports what it needs when it runs."""

from __future__ import annotations

import sys

from cchc_xl.cli.app import app, run
from cchc_xl.cli.verbs import (
    addin,
    check,
    collect,
    consolidate,
    demo,
    doctor,
    import_report,
    new,
    recalc,
    reconcile,
    report,
    status,
    template,
)

VERBS = (
    demo, new, collect, recalc, check, status, consolidate, report, reconcile, import_report, template, addin, doctor,
)


def main() -> None:
    """Entry point of the command `cchc-xl`."""
    for verb in VERBS:
        verb.register(app)
    sys.exit(run())
