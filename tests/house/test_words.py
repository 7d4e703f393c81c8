"""One word for each thing, in everything that users read: docs/tu_ngu.md says which, and this holds it."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VIETNAMESE = re.compile("[à-ỹÀ-Ỹđ]")
FOR_OFFICIALS = ("huong_dan.md", "don_vi.md", "lap_bieu_mau.md", "bao_cao.md", "nut_bam.md", "tu_ngu.md")
TECHNICAL_ROOMS = ("consolidate/", "addin/", "macros/", "live/uno_")
"""What only those who install and fold many offices read may speak of processes and kinds of files."""

WRONG = {
    "sheet": r"(?<![\w›] )(?<!Unprotect )\b[Ss]heets?\b",
    "thu nhận": r"[Tt]hu nhận",
    "bộ biểu mẫu": r"[Bb]ộ biểu mẫu",
    "viết báo cáo": r"[Vv]iết báo cáo Word",
    "bản sao có chú thích": r"bản sao có chú thích",
    "chết": r"\bchết\b",
    "SHA-256": r"SHA-?256",
    "lỗi ngoài dự kiến": r"lỗi ngoài dự kiến",
    "giải thích": r"giải thích ở cột",
    "khép lại": r"khép lại",
    "khác đi": r"các ô khác đi",
    "tập tin": r"[Tt]ập tin",
    "ghi giải trình": r"nếu đúng, ghi giải trình",
    "lời giải thích": r"[Ll]ời giải thích",
    "sổ cái": r"[Ss]ổ cái",
    "cập nhật lại": r"[Cc]ập nhật lại",
    "quản trị viên": r"[Qq]uản trị viên|\b[Aa]dmin\b",
    "kiểm toán": r"[Kk]iểm toán|\baudit\b(?!\.py)",
    "máy con": r"[Mm]áy con",
    "trang": r"(?:các|khác|chỉ có một|về) trang(?=[,.;: ](?!tính|giấy|báo cáo|web|thông tin))|trang đã bị",
}
ALLOWED = {
    ("cchc_xl/master/table_layout.py", "SHA-256"): "hidden columns of the register of submissions",
}


def of_python(path: Path) -> Iterator[str]:
    """Every Vietnamese text in code but docstrings; the parts of an f-string one by one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def rows_of(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines)


def texts() -> Iterator[tuple[str, str]]:
    """Everything that users read, with the file it stands in."""
    for path in sorted((ROOT / "cchc_xl").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not any(f"cchc_xl/{room}" in name for room in TECHNICAL_ROOMS):
            yield from ((name, text) for text in of_python(path))
    for path in (*sorted((ROOT / "workbook").glob("*/*.csv")), *sorted((ROOT / "cchc_xl").rglob("*.csv"))):
        yield from ((path.name, text) for row in list(rows_of(path))[1:] for text in row)
    for path in [ROOT / "cchc_xl/master/huong_dan.txt", *(ROOT / "docs" / name for name in FOR_OFFICIALS)]:
        yield from ((path.name, line) for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "|")


@cache
def read() -> list[tuple[str, str]]:
    """The Vietnamese ones."""
    return [(name, text) for name, text in texts() if VIETNAMESE.search(text)]


@pytest.mark.parametrize("word", WRONG)
def test_one_thing_has_one_name(word: str) -> None:
    pattern = re.compile(WRONG[word])
    wrong = [(name, text[:90]) for name, text in read() if pattern.search(text) and (name, word) not in ALLOWED]
    assert wrong == []


def test_every_exception_is_needed() -> None:
    for name, word in ALLOWED:
        assert any(re.search(WRONG[word], text) for text in of_python(ROOT / name)), name


def test_the_texts_that_users_read_are_found() -> None:
    assert len(read()) > 2000


def test_the_list_of_terms_names_every_word_that_is_wrong() -> None:
    listed = (ROOT / "docs" / "tu_ngu.md").read_text(encoding="utf-8")
    for word in ("sheet", "thu nhận", "bộ biểu mẫu", "viết báo cáo", "giải thích", "tập tin"):
        assert word in listed
