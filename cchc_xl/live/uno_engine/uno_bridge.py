"""The only module that imports `uno`, LibreOffice's Python bridge, with types for what the engine uses of it."""

from __future__ import annotations

import builtins
import importlib
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from cchc_xl.errors import UserError

BRIDGE_FOLDERS = (
    Path("/usr/lib/python3/dist-packages"),
    Path("/usr/lib/libreoffice/program"),
    Path("/opt/libreoffice/program"),
    Path("/Applications/LibreOffice.app/Contents/Resources"),
    Path("C:/Program Files/LibreOffice/program"),
)
"""Where systems keep uno.py when the running Python does not see it."""

CONNECT_SECONDS = 15.0
RETRY_SECONDS = 0.2

Rows = tuple[tuple[Any, ...], ...]


class RangeAddress(Protocol):
    """A rectangle; numbers count from 0."""

    Sheet: int
    StartColumn: int
    StartRow: int
    EndColumn: int
    EndRow: int


class CalcRange(Protocol):
    """A rectangle of cells, or one cell."""

    RangeAddress: RangeAddress
    NumberFormat: int
    CellProtection: Any
    Validation: Any

    def getDataArray(self) -> Rows: ...  # noqa: N802
    def getFormulaArray(self) -> Rows: ...  # noqa: N802
    def setFormulaArray(self, rows: Rows) -> None: ...  # noqa: N802
    def getPropertyState(self, name: str) -> Any: ...  # noqa: N802
    def getPropertyValues(self, names: Sequence[str]) -> Any: ...  # noqa: N802
    def setPropertyValues(self, names: Sequence[str], values: Any) -> None: ...  # noqa: N802
    def queryFormulaCells(self, results: int) -> Any: ...  # noqa: N802
    def queryContentCells(self, contents: int) -> Any: ...  # noqa: N802
    def clearContents(self, contents: int) -> None: ...  # noqa: N802


class CalcSheet(CalcRange, Protocol):
    """A sheet."""

    Name: str
    IsVisible: bool
    Annotations: Any

    def getCellByPosition(self, column: int, row: int) -> Any: ...  # noqa: N802
    def getCellRangeByPosition(self, left: int, top: int, right: int, bottom: int) -> CalcRange: ...  # noqa: N802
    def getCellRangeByName(self, name: str) -> CalcRange: ...  # noqa: N802
    def createCursor(self) -> Any: ...  # noqa: N802
    def createSearchDescriptor(self) -> Any: ...  # noqa: N802
    def findAll(self, descriptor: Any) -> Any: ...  # noqa: N802
    def isProtected(self) -> bool: ...  # noqa: N802
    def protect(self, password: str) -> None: ...
    def unprotect(self, password: str) -> None: ...


class CalcDocument(Protocol):
    """An open workbook."""

    URL: str
    Title: str
    RuntimeUID: str
    Sheets: Any
    NumberFormats: Any
    UndoManager: Any
    CurrentController: Any

    def createInstance(self, name: str) -> Any: ...  # noqa: N802
    def getScriptProvider(self) -> Any: ...  # noqa: N802
    def supportsService(self, name: str) -> bool: ...  # noqa: N802
    def hasLocation(self) -> bool: ...  # noqa: N802
    def store(self) -> None: ...
    def storeAsURL(self, url: str, properties: Sequence[Any]) -> None: ...  # noqa: N802
    def setModified(self, modified: bool) -> None: ...  # noqa: N802
    def close(self, deliver_ownership: bool) -> None: ...
    def lockControllers(self) -> None: ...  # noqa: N802
    def unlockControllers(self) -> None: ...  # noqa: N802
    def addActionLock(self) -> None: ...  # noqa: N802
    def removeActionLock(self) -> None: ...  # noqa: N802
    def calculateAll(self) -> None: ...  # noqa: N802


@cache
def uno() -> ModuleType:
    """The bridge module. Raises `UserError` where this Python has none."""
    own_import, path = builtins.__import__, list(sys.path)
    sys.path += [str(folder) for folder in BRIDGE_FOLDERS if (folder / "uno.py").is_file()]
    try:
        module = importlib.import_module("uno")
    except ImportError as error:
        remedy = "Cài gói python3-uno, hoặc chạy bằng Python đi kèm LibreOffice; xem: cchc-xl doctor"
        raise UserError("LibreOffice", f"Python này không có cầu nối uno ({error}).", remedy) from error
    finally:
        # uno puts a hook of its own in place of __import__, which turns every ModuleNotFoundError into an ImportError
        # and so breaks libraries that look for optional parts. Nothing here imports from com.sun.star, so it may go.
        builtins.__import__ = own_import
        sys.path[:] = path
    module._uno_struct__setattr__ = _attribute_setter(module._uno_struct__setattr__)  # type: ignore[attr-defined]
    return module


def _attribute_setter(own: Callable[[Any, str, Any], None]) -> Callable[[Any, str, Any], None]:
    """Lets errors of the office carry a traceback, which the bridge takes for a value to send to the office.

    Without it such an error cannot pass a `with` block: Python sets the traceback there.
    """
    def set_attribute(target: Any, name: str, value: Any) -> None:
        if name.startswith("__"):
            BaseException.__setattr__(target, name, value)
        else:
            own(target, name, value)

    return set_attribute


def uno_error(name: str = "uno.Exception") -> type[Exception]:
    """A class of errors that the office raises, by its name below com.sun.star."""
    found: type[Exception] = uno().getClass(f"com.sun.star.{name}")
    return found


@cache
def ambiguous() -> Any:
    """What the office answers for a property that is not the same in all cells."""
    return uno().Enum("com.sun.star.beans.PropertyState", "AMBIGUOUS_VALUE")


def struct(name: str, *fields: Any) -> Any:
    """A plain value for the office, by its name below com.sun.star."""
    return uno().createUnoStruct(f"com.sun.star.{name}", *fields)


def properties(**named: Any) -> tuple[Any, ...]:
    """Named arguments as the office wants them; those that are None are left out."""
    made = []
    for name, value in named.items():
        if value is not None:
            argument = struct("beans.PropertyValue")
            argument.Name, argument.Value = name, value
            made.append(argument)
    return tuple(made)


def context_at(address: str) -> Any:
    """The component context of the office that listens at an address.

    Raises `UserError` where none listens. A busy office may drop a connection at its first call: then another is made.
    """
    deadline = time.monotonic() + CONNECT_SECONDS
    while True:
        try:
            return _answering_context(address)
        except uno_error("lang.DisposedException") as error:
            if time.monotonic() > deadline:
                raise _not_reached(address) from error
            time.sleep(RETRY_SECONDS)
        except uno_error() as error:
            raise _not_reached(address) from error


def _answering_context(address: str) -> Any:
    """A context that has answered a call."""
    local = uno().getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    context = resolver.resolve(address)
    context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    return context


def _not_reached(address: str) -> UserError:
    what = f"không nối được với LibreOffice tại “{address}”."
    return UserError("LibreOffice", what, "Chạy: cchc-xl addin install, rồi đóng LibreOffice và mở lại sổ.")


def to_url(path: Path) -> str:
    """The file's address for the office."""
    return str(uno().systemPathToFileUrl(str(path)))


def to_path(url: str) -> str:
    """The file of an address."""
    return str(uno().fileUrlToSystemPath(url))
