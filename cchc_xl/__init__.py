"""cchc-xl: from the wards' figures to the signed report on administrative reform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cchc_xl.version import __version__

if TYPE_CHECKING:
    from cchc_xl.analysis.history import compare, read_facts, read_forms, read_mapping
    from cchc_xl.units import load_units

__all__ = ["__version__", "compare", "load_units", "read_facts", "read_forms", "read_mapping"]


def __getattr__(name: str) -> Any:
    """The functions for analysts bring DuckDB and pandas along, so they are imported when they are used."""
    if name == "load_units":
        from cchc_xl.units import load_units

        return load_units
    if name in __all__:
        from cchc_xl.analysis import history

        return getattr(history, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
