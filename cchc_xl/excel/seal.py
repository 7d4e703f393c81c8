"""Documents that the program writes under a name given to it, and whether people have changed one since.

Each is written with a seal, a hash of its content: an Office file keeps it in a part of its own, a PDF in a comment
behind its end. A file without its seal, or with another content, belongs to people; it is never replaced unasked.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import DECLARATION, Package
from cchc_xl.files import back_up, read_file, refuse_if_open, replace_file

PART, RELATION = "docProps/cchc.xml", "http://cchc-xl/relationships/seal"
_PDF = re.compile(rb"\n%cchc-xl ([0-9a-f]{64})\n\Z")
_SEALED = f'{DECLARATION}<seal xmlns="urn:cchc-xl:seal" of="{{}}">{{}}</seal>'

REMEDY = (
    "Ghi vào tên khác, hoặc cất tệp này đi nơi khác. Chắc chắn muốn thay thì thêm --replace: tệp này được cất vào thư "
    "mục sao_luu trước khi thay."
)


Kind = tuple[str, ...]
WORD: Kind = (".docx", ".docm", ".dotx", ".dotm")
PDF: Kind = (".pdf",)
"""How the names of documents end."""

EXAMPLE = "bao_cao"


class Authorship(StrEnum):
    """Whose work a document holds."""

    PROGRAM = "program"
    COPIED = "copied"
    """The program's, and work of people that also stands in another file."""
    PEOPLE = "people"


def refuse_changed(
    target: Path,
    replace: bool = False,
    remedy: str = REMEDY,
    may_go: Authorship = Authorship.PROGRAM,
    kind: Kind = WORD,
) -> None:
    """Raises `UserError` where a document stands that is open, or that is not as the program last wrote it.

    A folder, or a file of another kind than is to be written, is never replaced.
    """
    refuse_other_kind(target, kind)
    refuse_if_open(target)
    if target.exists() and not replace and not intact(target, may_go):
        what = "tệp đã có ở đó và không còn như phần mềm ghi lần trước (đã có người sửa, hoặc do nơi khác làm ra)."
        raise UserError(str(target), f"{what} Tệp còn nguyên, chưa ghi gì.", remedy)


def refuse_other_kind(target: Path, kind: Kind = WORD, source: Path | None = None) -> None:
    """Raises `UserError` where something else stands than a document of a kind: a folder, a workbook, `source`."""
    if target.is_dir():
        remedy = f"Ghi cả tên tệp, ví dụ {target / EXAMPLE}{kind[0]}."
        raise UserError(str(target), "đây là một thư mục, không phải tệp.", remedy)
    known = target.suffix.lower() in kind or (not target.suffix and intact(target))
    is_source = source is not None and target.exists() and target.samefile(source)
    if target.exists() and (is_source or not known):
        what = "đây là tệp đầu vào của lệnh" if is_source else f"tệp đã có ở đó và không phải tệp {kind[0]}"
        names = (target.with_name(f"{stem}{kind[0]}") for stem in (target.stem, EXAMPLE, f"{EXAMPLE}_{target.stem}"))
        free = next((each.name for each in names if not each.exists()), f"{EXAMPLE}_moi{kind[0]}")
        raise UserError(str(target), f"{what}, không ghi đè được. Tệp còn nguyên.", f"Ghi vào tên khác, ví dụ {free}.")


def intact(file: Path, work: Authorship = Authorship.PROGRAM) -> bool:
    """Whether a file is just what the program last wrote there, with its own work or as much as `work` says."""
    try:
        data = read_file(file)
        if data.startswith(b"%PDF"):
            seal = _PDF.search(data)
            return seal is not None and seal[1].decode() == hashlib.sha256(data[:seal.start()]).hexdigest()
        package = Package(file, data)
    except (UserError, OSError):
        return False
    seals = (_seal(package, each) for each in {Authorship.PROGRAM, work} - {Authorship.PEOPLE})
    return PART in package and package.read(PART) in seals


def write(target: Path, made: Package | bytes, replace: bool = False, work: Authorship = Authorship.PROGRAM) -> None:
    """Writes an Office file or a PDF in one step; what people have changed is kept as a backup before it is replaced.

    Raises `UserError` as `refuse_changed`; nothing is then written.
    """
    refuse_changed(target, replace, may_go=work, kind=PDF if isinstance(made, bytes) else WORD)
    if isinstance(made, bytes):
        data = made + b"\n%%cchc-xl %s\n" % hashlib.sha256(made).hexdigest().encode()
    else:
        data = _packed(made, work)
    if replace and target.exists() and not intact(target, work):
        back_up(target, datetime.now())
    replace_file(target, data)


def _packed(package: Package, work: Authorship) -> bytes:
    if PART not in package:
        package.relationships("").add(RELATION, PART)
        package.declare_extension("xml", "application/xml")
    package.write(PART, _seal(package, work))
    return package.to_bytes()


def _seal(package: Package, work: Authorship) -> bytes:
    """The part that seals a package as it is; nothing seals what only people have."""
    content = hashlib.sha256()
    for name in sorted(package.names):
        if name != PART:
            content.update(f"{name}\n".encode() + hashlib.sha256(package.read(name)).digest())
    return _SEALED.format(work, "" if work is Authorship.PEOPLE else content.hexdigest()).encode()
