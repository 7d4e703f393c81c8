"""The command line: the same verbs as the buttons. A verb imports what it needs when it runs."""

from __future__ import annotations

import sys

from cchc_xl.cli.app import app, run
from cchc_xl.cli.verbs import check, demo, new, recalc, report

VERBS = (demo, new, recalc, check, report)


def main() -> None:
    """Entry point of the command `cchc-xl`."""
    for verb in VERBS:
        verb.register(app)
    sys.exit(run())
