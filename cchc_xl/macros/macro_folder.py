"""Where macros/ lies: VBA, ribbon and buttons as text."""

from __future__ import annotations

from pathlib import Path


def sources_folder() -> Path:
    """Beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "data" / "macros"
    return inside if inside.is_dir() else package.parent / "macros"
