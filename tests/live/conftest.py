"""LibreOffice, started once for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import xlwings as xw

from cchc_xl.live import uno_engine


@pytest.fixture(scope="module")
def app() -> Iterator[xw.App]:
    app = uno_engine.start()
    yield app
    app.quit()
