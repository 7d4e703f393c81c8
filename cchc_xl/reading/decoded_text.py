"""The text of a text file, whatever encoding it was saved with."""

from __future__ import annotations

from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.files import read_file
from cchc_xl.typed_text import composed

LARGEST_TEXT = 16 * 2**20
"""Bytes; the text of a long report has 0.1 MB."""
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def decoded(path: Path) -> str:
    """The text: UTF-8, UTF-16, or the old Vietnamese code page of Windows; letters composed.

    Raises `UserError` where the file cannot be read.
    """
    data = read_file(path, LARGEST_TEXT)
    marked = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), "")
    if not marked and data[1:2] == b"\0":
        marked = "utf-16-le"
    for encoding in (marked,) if marked else ("utf-8", "cp1258"):
        try:
            return composed(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise UserError(str(path), "không đọc được bảng mã của tệp chữ này.", "Lưu lại với bảng mã UTF-8.")
