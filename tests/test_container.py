"""The zip file around an Office file: what stays is copied as it lies, what is damaged is noticed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.excel.zip_container import unpacked, zipped

PARTS = {"a.xml": b"<a>" * 500, "trống.xml": b"", "thư mục/ảnh.png": bytes(range(256)) * 4}


class Pipe(io.RawIOBase):
    """A stream that cannot go back: zipfile then writes sizes behind the members (data descriptors)."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.written += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def made(kind: int = zipfile.ZIP_DEFLATED, target: io.BytesIO | Pipe | None = None, level: int = 9) -> bytes:
    stream = target if target is not None else io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind, compresslevel=level) as archive:
        for name, data in PARTS.items():
            info = zipfile.ZipInfo(name, (2021, 12, 14, 9, 30, 2))
            info.compress_type, info.external_attr = kind, 0o644 << 16
            archive.writestr(info, data, compresslevel=level)
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
    members = unpacked(file)
    assert {each.info.filename: each.data for each in members} == PARTS
    written = listed(zipped(members))
    assert [each[:4] for each in written] == [each[:4] for each in listed(file)]


def test_a_member_that_stays_is_copied_as_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(made(level=1))
    package = Package(path)
    package.write("a.xml", b"<b/>")
    before = {each.info.filename: each.packed for each in unpacked(path.read_bytes())}
    package.save()
    after = {each.info.filename: each.packed for each in unpacked(path.read_bytes())}
    assert Package(path).read("a.xml") == b"<b/>"
    assert {name for name in PARTS if before[name] != after[name]} == {"a.xml"}


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
    with pytest.raises(zipfile.BadZipFile):
        unpacked(file.replace(size, (10).to_bytes(4, "little")))


def test_a_file_too_large_for_the_plain_format_is_left_to_zipfile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cchc_xl.excel.zip_container.LARGEST", 100)
    assert listed(zipped(unpacked(made()))) == listed(made())
