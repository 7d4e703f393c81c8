"""The Windows registry of the user, as far as macros are concerned; other systems have none."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

Value = str | int


class Registry:
    """Keys below HKEY_CURRENT_USER, written with backslashes."""

    def __init__(self) -> None:
        import winreg

        self._api: Any = winreg
        self._user = self._api.HKEY_CURRENT_USER

    def value(self, key: str, name: str) -> Value | None:
        """A value, None where it is not set."""
        try:
            with self._api.OpenKey(self._user, key) as opened:
                found: Value = self._api.QueryValueEx(opened, name)[0]
        except FileNotFoundError:
            return None
        return found

    def keys(self, key: str) -> list[str]:
        """The names of the keys below a key."""
        try:
            with self._api.OpenKey(self._user, key) as opened:
                return [self._api.EnumKey(opened, number) for number in range(self._api.QueryInfoKey(opened)[0])]
        except FileNotFoundError:
            return []

    def write(self, key: str, values: Mapping[str, Value]) -> None:
        """Sets values of a key, which need not exist."""
        with self._api.CreateKey(self._user, key) as opened:
            for name, value in values.items():
                kind = self._api.REG_DWORD if isinstance(value, int) else self._api.REG_SZ
                self._api.SetValueEx(opened, name, 0, kind, value)

    def delete(self, key: str) -> None:
        """Deletes a key that has no keys below it."""
        self._api.DeleteKey(self._user, key)


def open_registry() -> Registry | None:
    """The registry of this machine; None where there is none."""
    return Registry() if sys.platform == "win32" else None
