"""How alike two texts are."""

from __future__ import annotations

from rapidfuzz import fuzz


def ratio(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (equal)."""
    return fuzz.ratio(one, other) / 100 if one or other else 1.0
