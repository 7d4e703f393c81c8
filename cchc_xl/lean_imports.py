"""Libraries without what they load wherever it is installed and what nothing here uses of them."""

import sys
from importlib import import_module

UNUSED = ("PIL", "matplotlib", "numpy", "pandas", "plotly", "polars")
"""What xlwings and openpyxl load, to convert tables and pictures."""


def load_lean(library: str) -> None:
    """Loads a library without them: they would take half of the time of a click, which starts Python anew.

    Called where a program begins, before anything else imports the library.
    """
    kept_out = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(kept_out))  # type: ignore[arg-type]
    try:
        import_module(library)
    finally:
        for name in kept_out:
            del sys.modules[name]
