"""The Windows registry of the user, as far as macros are concerned; other systems have none."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol

Value = str | int


class Registry(Protocol):
    """Keys below HKEY_CURRENT_USER, written with backslashes."""

    def value(self, key: str, name: str) -> Value | None:
        """A value, None where it is not set."""

    def keys(self, key: str) -> list[str]:
        """The names of the keys below a key."""

    def write(self, key: str, values: Mapping[str, Value]) -> None:
        """Sets values of a key, which need not exist."""

    def delete(self, key: str) -> None:
        """Deletes a key that has no keys below it."""


def open_registry() -> Registry | None:
    """The registry of this machine; None where there is none."""
    if sys.platform == "win32":
        return _WindowsRegistry()
    return None


if sys.platform == "win32":
    import winreg

    class _WindowsRegistry:
        def value(self, key: str, name: str) -> Value | None:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    found: Value = winreg.QueryValueEx(opened, name)[0]
            except FileNotFoundError:
                return None
            return found

        def keys(self, key: str) -> list[str]:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    return [winreg.EnumKey(opened, number) for number in range(winreg.QueryInfoKey(opened)[0])]
            except FileNotFoundError:
                return []

        def write(self, key: str, values: Mapping[str, Value]) -> None:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                for name, value in values.items():
                    kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
                    winreg.SetValueEx(opened, name, 0, kind, value)

        def delete(self, key: str) -> None:
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
