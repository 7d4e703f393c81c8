"""What the tests of consolidating share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.readers import read_once


@pytest.fixture(scope="module")
def forms_read_once() -> Iterator[None]:
    """Runs that differ in what is done with the answers read the forms in processes once."""
    with read_once():
        yield
