"""The office's own window for choosing files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cchc_xl.live.uno_engine.uno_bridge import to_path, to_url

OPEN_FILES = 0
CHOSEN = 1


def choose_files(context: Any, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
    """The files that a person chooses; none where the window is closed. It waits for the person."""
    picker = context.ServiceManager.createInstanceWithArgumentsAndContext(
        "com.sun.star.ui.dialogs.FilePicker", (OPEN_FILES,), context
    )
    patterns = ";".join(kinds)
    picker.setTitle(title)
    picker.setDisplayDirectory(to_url(folder))
    picker.appendFilter(patterns, patterns)
    picker.setMultiSelectionMode(several)
    if picker.execute() != CHOSEN:
        return []
    return [Path(to_path(address)) for address in picker.getSelectedFiles()]
