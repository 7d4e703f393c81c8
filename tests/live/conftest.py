"""LibreOffice, started once for the tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import xlwings as xw

from tests.kept_office import kept
from tools.own_office import OwnApp


@pytest.fixture(scope="module")
def app() -> Iterator[xw.App]:
    """Nothing is open in it, neither before nor after the tests of a file."""
    process = kept()
    app = xw.App(impl=OwnApp(process.context, process))
    assert len(app.books) == 0
    yield app
    assert len(app.books) == 0
