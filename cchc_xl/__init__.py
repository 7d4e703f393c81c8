"""cchc-xl: from the wards' figures to the signed report on administrative reform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cchc_xl.program import __version__

if TYPE_CHECKING:
    from cchc_xl.api import (
        Book,
        check,
        collect,
        compare,
        load_form,
        load_units,
        open_book,
        read_facts,
        read_forms,
        read_mapping,
        recalc,
        write_report,
    )

__all__ = [
    "Book", "__version__", "check", "collect", "compare", "load_form", "load_units", "open_book", "read_facts",
    "read_forms", "read_mapping", "recalc", "write_report",
]


def __getattr__(name: str) -> Any:
    """The public functions bring the whole program along, so they are imported when they are used."""
    if name in __all__:
        from cchc_xl import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
