"""Errors that end a command: a message in Vietnamese that says where, what, and what to do."""

from __future__ import annotations

CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2
"""Exit statuses of the command line, the buttons and the window."""


class UserError(Exception):
    """The command could not run. Nothing has been changed.

    `where` names the file, sheet or cell; `what` the fact; `remedy` the next step. All Vietnamese.
    """

    def __init__(self, where: str, what: str, remedy: str = "") -> None:
        self.where = where
        self.what = what
        self.remedy = remedy
        super().__init__(" ".join(part for part in (f"{where}: {what}" if where else what, remedy) if part))


class DeclarationError(UserError):
    """The declared form contradicts itself; `where` is "file › place"."""
