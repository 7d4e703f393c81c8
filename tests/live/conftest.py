"""LibreOffice, started once for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import xlwings as xw

from tools import own_office


@pytest.fixture(scope="module")
def app() -> Iterator[xw.App]:
    app = own_office.start()
    yield app
    app.quit()
