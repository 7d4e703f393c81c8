"""What takes long to make and nobody changes, made once for all the processes that share a run of the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cchc_xl.files import exclusive

PATIENCE = 300.0
"""Seconds that one process waits while another makes it."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` has filled; whoever comes first makes it, and nobody changes it."""
    base = factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "chung" / name
    place.mkdir(parents=True, exist_ok=True)
    whole, folder = place / "xong", place / name
    with exclusive(place, PATIENCE):
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder
