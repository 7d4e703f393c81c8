"""The buttons: the verbs of the command line on the workbook that is open in Excel or LibreOffice, saved or not."""

import sys

ANALYSIS = ("matplotlib", "numpy", "pandas", "plotly", "polars")
"""Libraries that xlwings loads wherever they are installed, to convert their tables. No button uses any."""


def load_xlwings() -> None:
    """Loads xlwings without them: a click starts Python anew, and they would take half of its time.

    Called by what drives an open workbook, before it imports xlwings; nothing else has to wait for it.
    """
    kept_out = [name for name in ANALYSIS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(kept_out))  # type: ignore[arg-type]
    try:
        import xlwings  # noqa: F401
    finally:
        for name in kept_out:
            del sys.modules[name]

