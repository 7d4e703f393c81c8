"""Between Python and Calc: the only module that imports `uno`, LibreOffice's Python bridge; and what a block of cells
gives back, and what may be written into one.

Formulas go from Excel's grammar (`SUM(A1,'Bảng 2'!B1)`) to the one of Calc's interface (`SUM(A1;$'Bảng 2'.B1)`) and
back. They are translated here and not by the office, which would take two calls for each formula. What neither grammar
shares, such as references to table columns, passes through as it is.
"""

from __future__ import annotations

import builtins
import importlib
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from cchc_xl.errors import UserError
from cchc_xl.live.live_cells import TEXT_MARK

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


ERRORS = {
    532: "#DIV/0!", 32767: "#N/A", 525: "#NAME?", 517: "#NAME?", 521: "#NULL!", 524: "#REF!", 519: "#VALUE!",
    502: "#NUM!", 503: "#NUM!", 523: "#NUM!",
}
"""Calc's error numbers as Excel names them."""

EXCEL_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)|(?P<error>\#[A-Z/0]+[!?]?)|(?P<mark>[,;{}])"""
)
CALC_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?P<sheet>\$?(?:'(?:[^']|'')+'|[^\W\d]\w*)\.(?=\$?[A-Z]))"""
    r"""|(?P<error>\#[A-Z/0]+[!?]?)|(?P<mark>[;|{}~])"""
)
TO_CALC = {",": (";", ";"), ";": (";", "|")}
"""A separator outside and inside the braces of an array constant."""

TO_EXCEL = {";": (",", ","), "|": ("|", ";"), "~": (",", ",")}
CONSTANTS = {"=TRUE()": "TRUE", "=FALSE()": "FALSE"}
"""LibreOffice loads the truth values of an .xlsx as formulas; in Excel they are plain values."""


class CellError(str):
    """An error value read from a cell; never mistaken for a text that looks the same."""

    __slots__ = ()


def error_named(number: int) -> CellError:
    """The error of a cell by Calc's number."""
    return CellError(ERRORS.get(number, f"Err:{number}"))


def prepared(value: Any, options: Any) -> Any:
    """xlwings asks this of every element before it writes a block."""
    return "" if value is None else value


def cleaned(
    rows: Sequence[Sequence[Any]], datetime_builder: Callable[..., Any], empty_as: Any,
    number_builder: Callable[[float], Any] | None, err_to_str: bool,
) -> list[list[Any]]:
    """xlwings asks this of every block it has read."""
    def one(value: Any) -> Any:
        if value is None or value == "":
            return empty_as
        if isinstance(value, CellError):
            return str(value) if err_to_str else None
        return number_builder(value) if number_builder and isinstance(value, float) else value

    return [[one(value) for value in row] for row in rows]


def as_input(value: Any) -> str:
    """A number, a text or a formula of Excel as it would be typed into a Calc cell in the English grammar.

    Text stands behind an apostrophe, so that nothing of it is taken for a number, a date or a formula.
    """
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        return repr(float(value))
    is_formula = value.startswith("=") and len(value) > 1
    return to_calc(value) if is_formula else TEXT_MARK + value.removeprefix(TEXT_MARK)


def formula_read(text: str) -> str:
    """The formula or the content of a cell as Excel writes it."""
    return to_excel(text) if text.startswith("=") else text.removeprefix(TEXT_MARK)


def to_calc(formula: str) -> str:
    """A formula of Excel as Calc takes it."""
    return _translated(formula, EXCEL_TOKEN, TO_CALC, lambda name: f"${name[:-1]}.")


def to_excel(formula: str) -> str:
    """A formula that Calc gave as Excel writes it."""
    known = CONSTANTS.get(formula)
    return known or _translated(formula, CALC_TOKEN, TO_EXCEL, lambda name: f"{name.removeprefix('$')[:-1]}!")


def _translated(
    formula: str, token: re.Pattern[str], marks: dict[str, tuple[str, str]], sheet: Callable[[str], str]
) -> str:
    depth = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal depth
        found = match[0]
        if match["sheet"]:
            return sheet(found)
        if match["mark"]:
            depth += (found == "{") - (found == "}")
            return marks.get(found, (found, found))[depth > 0]
        return found

    return token.sub(replaced, formula)
