"""cchc-xl: from the wards' figures to the signed report on administrative reform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cchc_xl.consolidate.history import compare, read_forms

__version__ = "0.1.0"
__all__ = ["__version__", "compare", "read_forms"]


def __getattr__(name: str) -> Any:
    """The functions for analysts bring pandas along, so they are imported when they are used."""
    if name in ("compare", "read_forms"):
        from cchc_xl.consolidate import history

        return getattr(history, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
