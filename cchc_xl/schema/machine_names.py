"""Machine names made from what people write: lower case without diacritics, kept for ever afterwards."""

from __future__ import annotations

import keyword
import re

from cchc_xl.schema.declaration_words import plain

LONGEST = 48
TAKEN = frozenset({
    "tt", "vb", "noi_dung", "truoc", "cung_ky", "phu_luc_1", "phu_luc_2", "bieu_do", "du_thao", "tang_giam",
    "theo_don_vi", "so_don_vi", "previous", "last_year", "count", "all", "any", "partition", "follows", "implies",
    "true", "false", "none",
    *keyword.kwlist,
})
"""Names that mean something in templates and rules."""

NAME = re.compile("[a-z][a-z0-9_]*")
CELL_ESCAPE = "_(?=x[0-9a-f]+_)"
"""Spreadsheets read what follows as a control character (ECMA-376 Part 1, 22.9.2.19); LibreOffice with fewer than four
digits too."""

JOINER = "\u2060"
"""Invisible; keeps a spreadsheet from taking part of a text for an escape, and is taken out when the text is read."""


def shielded(text: str) -> str:
    """A text for a cell that other programs save."""
    return re.sub(CELL_ESCAPE, f"_{JOINER}", text)


def name_from(label: str, used: set[str], prefix: str = "dong") -> str:
    """A name for a label that is not in use yet; added to the used ones."""
    words = re.sub("[^a-z0-9]+", "_", plain(label)).strip("_") or prefix
    if not words[0].isalpha():
        words = f"{prefix}_{words}"
    short = words if len(words) <= LONGEST else words[:LONGEST].rpartition("_")[0] or words[:LONGEST]
    short = re.sub(CELL_ESCAPE, "", short)
    name, number = short, 1
    while name in used or name in TAKEN:
        number += 1
        name = f"{short}_{number}"
    used.add(name)
    return name


def lasting_name(words: str) -> str:
    """A name that only these words have, whatever other names there are: what its letters lose is told by a number."""
    name = name_from(words, set())
    lossless = name == words.replace(" ", "_")
    if lossless:
        return name
    # Hardly any label loses letters; loading what digests are made with takes longer than naming a whole form.
    from hashlib import sha256

    return f"{name}_{sha256(words.encode()).hexdigest()[:6]}"
