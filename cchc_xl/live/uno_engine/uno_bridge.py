"""The only module that imports `uno`, LibreOffice's Python bridge."""

from __future__ import annotations

import builtins
import importlib
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

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

CalcDocument: TypeAlias = Any
CalcSheet: TypeAlias = Any
CalcRange: TypeAlias = Any
"""The office's own objects, of the services SpreadsheetDocument, Spreadsheet and SheetCellRange of com.sun.star.sheet;
their places are RangeAddress, whose numbers count from 0."""


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


def one_value(cells: Any, name: str) -> Any:
    """A property of cells; None where it is not the same in all of them."""
    mixed = cells.getPropertyState(name) == uno().Enum("com.sun.star.beans.PropertyState", "AMBIGUOUS_VALUE")
    return None if mixed else getattr(cells, name)


def service(context: Any, name: str) -> Any:
    """A service of an office, by its name below com.sun.star."""
    return context.ServiceManager.createInstanceWithContext(f"com.sun.star.{name}", context)


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
    resolver = service(uno().getComponentContext(), "bridge.UnoUrlResolver")
    context = resolver.resolve(address)
    service(context, "frame.Desktop")
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
