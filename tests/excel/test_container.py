"""The zip file around an Office file: what stays comes back as it was, damage and bombs are noticed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from cchc_xl.errors import UserError
from cchc_xl.excel import ooxml_package
from cchc_xl.excel.ooxml_package import Package, packed, unpacked, zipped

PARTS = {
    "[Content_Types].xml": b"<Types/>", "a.xml": b"<a>" * 500, "trống.xml": b"",
    "thư mục/ảnh.png": bytes(range(256)) * 4,
}
HERE = Path("a.xlsx")


class Pipe(io.RawIOBase):
    """A stream that cannot go back: zipfile then writes sizes behind the members (data descriptors)."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.written += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def made(kind: int = zipfile.ZIP_DEFLATED, target: io.BytesIO | Pipe | None = None) -> bytes:
    stream = target if target is not None else io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, data in PARTS.items():
            info = zipfile.ZipInfo(name, (2021, 12, 14, 9, 30, 2))
            info.compress_type, info.external_attr = kind, 0o644 << 16
            archive.writestr(info, data)
    return stream.written if isinstance(stream, Pipe) else stream.getvalue()


def listed(file: bytes) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        return [
            (each.filename, archive.read(each), each.date_time, each.external_attr, each.compress_type)
            for each in archive.infolist()
        ]


@pytest.mark.parametrize(
    "file",
    [made(), made(zipfile.ZIP_STORED), made(target=Pipe()), b"#!before\n" + made(), made(zipfile.ZIP_BZIP2)],
    ids=["deflated", "stored", "sizes behind the members", "something in front", "an unusual method"],
)
def test_the_members_come_back_as_they_were(file: bytes) -> None:
    members = unpacked(HERE, file)
    assert {name: each.data for name, each in members.items()} == PARTS
    written = listed(zipped(members.values()))
    assert [each[:4] for each in written] == [each[:4] for each in listed(file)]


def test_the_same_parts_give_the_same_bytes() -> None:
    assert packed(PARTS) == packed(dict(PARTS))
    assert {(info.date_time, info.create_system) for info in zipfile.ZipFile(io.BytesIO(packed(PARTS))).infolist()} == {
        ((1980, 1, 1, 0, 0, 0), ooxml_package.UNIX)
    }


def test_a_part_that_is_new_or_gone_is_written_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(made())
    package = Package(path)
    package.remove("a.xml")
    package.write("mới.xml", b"<m/>")
    package.save()
    assert [each[:2] for each in listed(path.read_bytes())][-1] == ("mới.xml", b"<m/>")
    assert "a.xml" not in Package(path)


@pytest.mark.parametrize("place", [60, 30, 0])
def test_damage_is_noticed_when_the_file_is_opened(place: int, tmp_path: Path) -> None:
    file = bytearray(made(zipfile.ZIP_STORED))
    file[place] ^= 0xFF
    path = tmp_path / "a.xlsx"
    path.write_bytes(file)
    with pytest.raises(UserError, match="không mở được"):
        Package(path)


def test_a_member_longer_than_announced_is_refused() -> None:
    file = made()
    size = len(PARTS["a.xml"]).to_bytes(4, "little")
    with pytest.raises(UserError, match="không mở được"):
        unpacked(HERE, file.replace(size, (10).to_bytes(4, "little")))


def bomb(size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return file.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(UserError, match="nén bất thường, mở ra thành 9 MB"):
        unpacked(HERE, bomb(9 * 2**20))


def test_too_many_members_are_refused() -> None:
    with pytest.raises(UserError, match="nén bất thường"):
        unpacked(HERE, packed({f"{number}.xml": b"" for number in range(ooxml_package.MOST_MEMBERS + 1)}))


def test_a_large_sheet_of_an_honest_book_is_opened() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (row, row, row * 7919) for row in range(250_000))
    assert unpacked(HERE, packed({"xl/worksheets/sheet1.xml": rows}))["xl/worksheets/sheet1.xml"].data == rows
