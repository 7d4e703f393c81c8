"""Why a file from outside is not read, as the reading process says it."""

from __future__ import annotations


class RefusedError(Exception):
    """The file is not read; `code` names the reason, `detail` the number or name that goes with it."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(code)
