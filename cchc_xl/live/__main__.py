"""A button from outside: `python -m cchc_xl.live VERB [BOOK] [--office ADDRESS | --excel] [--file FILE] [--print]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.errors import COULD_NOT_RUN, UserError
from cchc_xl.live.verbs import WORK, run, show
from cchc_xl.program import in_utf8, load_lean

if TYPE_CHECKING:
    import xlwings as xw

ADDRESS_VARIABLE = "CCHC_LIBREOFFICE"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb on an open workbook; the exit status is that of the command line."""
    in_utf8()
    asked = _parser().parse_args(arguments)
    try:
        book = _open_book(asked)
    except UserError as error:
        print(f"Không thực hiện được. {error}", file=sys.stderr)
        return COULD_NOT_RUN
    outcome = run(asked.verb, book, given=[Path(path).resolve() for path in asked.file])
    if asked.print:
        print(f"{outcome.title}\n{outcome.text}")
    else:
        show(book, outcome)
    return outcome.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("cchc_xl.live", description="Làm một việc của CCHC trên sổ đang mở.")
    parser.add_argument("verb", choices=WORK, metavar="VIỆC", help=", ".join(WORK))
    which = "sổ đang mở; không ghi thì lấy sổ ở cửa sổ đang dùng"
    parser.add_argument("book", nargs="?", default="", metavar="SỔ", help=which)
    place = parser.add_mutually_exclusive_group()
    address = os.environ.get(ADDRESS_VARIABLE)
    place.add_argument("--office", default=address, help="LibreOffice: tên pipe hoặc địa chỉ uno:…")
    place.add_argument("--excel", action="store_true", help="Excel đang mở trên máy này")
    files = "tệp hoặc thư mục cần nhận, báo cáo cần đối chiếu; không ghi thì hỏi trong cửa sổ"
    parser.add_argument("--file", action="append", default=[], metavar="TỆP", help=files)
    parser.add_argument("--print", action="store_true", help="in kết quả thay vì hiện hộp thoại")
    return parser


def _open_book(asked: argparse.Namespace) -> xw.Book:
    load_lean("xlwings")
    import xlwings as xw

    app = xw.apps.active if asked.excel else _libreoffice(asked.office)
    if app is None:
        raise UserError("Excel", "không có cửa sổ Excel nào đang mở.", "Mở sổ rồi làm lại.")
    if not len(app.books):
        raise UserError("", "không có sổ nào đang mở.", "Mở sổ rồi làm lại.")
    return _named(app, asked.book) if asked.book else app.books.active


def _libreoffice(address: str | None) -> xw.App:
    from cchc_xl.live.uno_app import attach

    if not address:
        remedy = f"Ghi --office, hoặc đặt biến môi trường {ADDRESS_VARIABLE}, hoặc --excel."
        raise UserError("", "chưa biết sổ đang mở ở đâu.", remedy)
    return attach(address if ":" in address else f"uno:pipe,name={address};urp;StarOffice.ComponentContext")


def _named(app: xw.App, wanted: str) -> xw.Book:
    """The open workbook by its path, else by its name alone: a workbook that was never saved has no path."""
    name = Path(wanted).name.casefold()
    alike = [book for book in app.books if Path(str(book.fullname)).name.casefold() == name]
    exact = [book for book in alike if Path(str(book.fullname)) == Path(wanted)]
    if not alike:
        raise UserError(wanted, "sổ này không mở trong cửa sổ nào.", "Mở sổ rồi làm lại.")
    return (exact or alike)[0]


if __name__ == "__main__":
    sys.exit(main())
