"""The command line: the same verbs as the buttons. A verb is imported when it is asked for."""

from __future__ import annotations

import gc
import sys

OBJECTS_BETWEEN_COLLECTIONS = 500_000


def main() -> None:
    """Entry point of the command `cchc-xl`."""
    # A verb on one workbook ends before there is garbage worth looking for; one that reads thousands still collects.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    from cchc_xl.cli.command_app import run, unprinted
    from cchc_xl.program import finished

    status = run()
    if error := finished():
        status = unprinted(error)
    # The system takes back what still lives; looking through all of it for garbage first takes a tenth of a click.
    gc.freeze()
    sys.exit(status)
