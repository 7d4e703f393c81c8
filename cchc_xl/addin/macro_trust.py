"""Why Excel blocks macros, and what may be done about it: Mark of the Web, Trusted Locations, policies in the registry.

Nothing here lowers the security of Excel as a whole: a folder is trusted only when its user names it.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Any

from cchc_xl.system import is_on_network

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


SECURITY = r"Software\Microsoft\Office\16.0\Excel\Security"
POLICY = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"
LOCATIONS = SECURITY + r"\Trusted Locations"
POLICY_LOCATIONS = POLICY + r"\Trusted Locations"
OURS = "CCHC"
"""The description by which we know the locations that we added."""

NETWORK = "AllowNetworkLocations"
"""Without it Excel passes over trusted folders on a network; it makes none of them trusted by itself."""

INTERNET = 3
"""Zones from this one on are foreign: 3 internet, 4 restricted."""

ALL_BLOCKED, SIGNED_ONLY = 4, 3

EXPLANATION = """\
Vì sao nút bấm có thể không chạy:
  Tệp nhận qua thư điện tử, Zalo hoặc tải từ mạng được Windows đánh dấu là tệp lạ (Mark of the Web). Với tệp như vậy
  Excel chặn hẳn macro, hiện dải đỏ và không có nút cho phép. Có hai cách:
  1. Bấm chuột phải vào tệp › Properties › đánh dấu ô Unblock › OK, rồi mở lại tệp. Chỉ làm với tệp của cơ quan mình.
  2. Để sổ trong một thư mục tin cậy (Trusted Location). Chạy: cchc-xl addin install --trust "THƯ MỤC CỦA SỔ"
     hoặc trong Excel: File › Options › Trust Center › Trust Center Settings › Trusted Locations › Add new location.
  Cơ quan cấm macro bằng chính sách thì hai cách trên không có tác dụng: dùng lối tắt CCHC hoặc dòng lệnh cchc-xl."""


def mark_file(file: Path) -> Path:
    """The stream in which Windows notes where a file came from."""
    return file.with_name(file.name + ":Zone.Identifier")


def is_marked(file: Path) -> bool:
    """Whether the file carries the Mark of the Web."""
    try:
        text = mark_file(file).read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    found = re.search(r"^ZoneId=(\d+)", text, re.MULTILINE)
    return found is not None and int(found[1]) >= INTERNET


def unmark(file: Path) -> None:
    """Takes the mark off a file of our own making."""
    with contextlib.suppress(OSError):
        mark_file(file).unlink()


def trust(registry: Registry, folder: str) -> bool:
    """Makes a folder a Trusted Location with those below it; False where it was one already."""
    if is_trusted(registry, folder):
        return False
    used = set(registry.keys(LOCATIONS))
    key = next(name for number in range(len(used) + 1) if (name := f"Location{number}") not in used)
    values: dict[str, Value] = {"Path": folder.rstrip("\\") + "\\", "AllowSubFolders": 1, "Description": OURS}
    registry.write(f"{LOCATIONS}\\{key}", values)
    return True


def allow_network(registry: Registry) -> bool:
    """Lets Excel heed trusted folders that lie on the network, as the one just named does; False where it did."""
    if registry.value(LOCATIONS, NETWORK) == 1:
        return False
    registry.write(LOCATIONS, {NETWORK: 1})
    return True


def distrust(registry: Registry) -> list[str]:
    """Takes out the locations that we added, and returns them."""
    ours = [key for key in _location_keys(registry) if registry.value(key, "Description") == OURS]
    folders = [str(registry.value(key, "Path")) for key in ours]
    for key in ours:
        registry.delete(key)
    return folders


def is_trusted(registry: Registry, folder: str) -> bool:
    """Whether a folder lies in a Trusted Location."""
    path = PureWindowsPath(folder)
    heeded = [registry.value(key, NETWORK) for key in (LOCATIONS, POLICY_LOCATIONS)]
    if is_on_network(folder) and 1 not in heeded:
        return False
    return any(_covers(registry, key, path) for key in _location_keys(registry))


def _location_keys(registry: Registry) -> list[str]:
    return [f"{root}\\{name}" for root in (LOCATIONS, POLICY_LOCATIONS) for name in registry.keys(root)]


def _covers(registry: Registry, key: str, path: PureWindowsPath) -> bool:
    place = PureWindowsPath(str(registry.value(key, "Path") or "?"))
    return path == place or (registry.value(key, "AllowSubFolders") == 1 and path.is_relative_to(place))


def obstacles(registry: Registry) -> list[str]:
    """What the settings of the machine forbid, in words."""
    warnings = registry.value(POLICY, "VBAWarnings")
    by_policy = warnings is not None
    if warnings is None:
        warnings = registry.value(SECURITY, "VBAWarnings")
    who = "Chính sách của cơ quan" if by_policy else "Thiết lập Trust Center của Excel"
    found = []
    if warnings == ALL_BLOCKED:
        found.append(f"{who} chặn mọi macro.")
    if warnings == SIGNED_ONLY:
        found.append(f"{who} chỉ cho chạy macro có chữ ký số.")
    if registry.value(POLICY_LOCATIONS, NETWORK) == 0:
        found.append("Chính sách của cơ quan không cho tin cậy thư mục trên mạng; để sổ trong ổ đĩa của máy.")
    if registry.value(POLICY_LOCATIONS, "AllLocationsDisabled") == 1:
        found.append("Chính sách của cơ quan tắt các thư mục tin cậy (Trusted Locations).")
    return found
