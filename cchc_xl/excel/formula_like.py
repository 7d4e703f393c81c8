"""Texts that an office would take for a formula if somebody typed them."""

from __future__ import annotations

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


def looks_like_formula(text: str) -> bool:
    """Whether an office would take the text for a formula if somebody typed it; -5 and a lone dash are none."""
    return text.startswith(FORMULA_MARKS) and len(text) > 1 and not text[1:].strip().isdecimal()


def harmless(text: str) -> str:
    """Text that stays text when somebody edits the cell: a formula needs its sign in the first place."""
    return f" {text}" if text.startswith(FORMULA_MARKS) else text
