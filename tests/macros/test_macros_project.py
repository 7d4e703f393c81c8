"""The VBA project as bytes: what is packed comes out again, for oletools and olefile, which did not pack it."""

from __future__ import annotations

import io

import olefile
import pytest
from hypothesis import given, settings, strategies as st
from macros_sample import modules_in, olevba

from cchc_xl.macros.vba_project import ModuleKind, compound_file, compress, document_module, vba_project
from cchc_xl.macros.vba_source import module, own_modules, xlwings_source


def unpacked(data: bytes) -> bytes:
    return bytes(olevba().decompress_stream(bytearray(compress(data))))


@pytest.mark.parametrize(
    "data",
    [
        b"a",
        b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
        b" " * 300 + b"x" * 6600,
        b"Sub A()\r\nEnd Sub\r\n" * 900,
        bytes(range(32, 127)) * 43,
        b"a" * 4096,
        b"ab" * 2048 + b"c",
    ],
    ids=["letter", "example of the specification", "long runs", "long module", "few copies", "full chunk", "and one"],
)
def test_compressed_text_comes_out_again(data: bytes) -> None:
    assert unpacked(data) == data


@given(st.text(alphabet="abc \r\n", max_size=9000))
@settings(max_examples=40, deadline=None)
def test_any_text_comes_out_again(text: str) -> None:
    assert unpacked(text.encode()) == text.encode()


def test_a_chunk_that_does_not_compress_is_stored_raw_only_when_full() -> None:
    noise = b"".join(number.to_bytes(2, "big") for number in range(2048))
    assert compress(noise)[1:3] == b"\xff\x3f"
    with pytest.raises(ValueError, match="no VBA source"):
        compress(noise[:4090])


SIZES = (0, 1, 64, 65, 4095, 4096, 70_000)
STREAMS = {f"Stream{size}": bytes(number % 251 for number in range(size)) for size in SIZES}


def test_every_stream_of_a_compound_file_comes_out_again() -> None:
    data = compound_file({"Folder": STREAMS, "Top": b"top"})
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        assert {name: ole.openstream(["Folder", name]).read() for name in STREAMS} == STREAMS
        assert ole.openstream("Top").read() == b"top"
        assert ole.parsing_issues == []


def test_a_folder_with_many_streams_lists_them_all() -> None:
    names = {f"Sheet{number}": b"x" * number for number in range(1, 60)}
    with olefile.OleFileIO(io.BytesIO(compound_file({"VBA": names}))) as ole:
        assert {path[-1] for path in ole.listdir()} == set(names)


def test_more_macros_than_the_header_can_list_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 7 MB"):
        compound_file({"Big": b"x" * 8_000_000})


def test_olevba_finds_every_module_with_its_very_source() -> None:
    modules = [
        document_module("ThisWorkbook", ModuleKind.WORKBOOK), document_module("Sheet1", ModuleKind.SHEET),
        *own_modules(), module(xlwings_source()),
    ]
    assert modules_in("vbaProject.bin", vba_project(modules)) == {each.name: each.source for each in modules}


def test_the_project_lists_document_modules_apart_from_others() -> None:
    modules = [
        document_module("ThisWorkbook", ModuleKind.WORKBOOK),
        module('Attribute VB_Name = "Nut"\nOption Explicit'),
    ]
    with olefile.OleFileIO(io.BytesIO(vba_project(modules))) as ole:
        lines = ole.openstream("PROJECT").read().decode("ascii").split("\r\n")
        assert ole.openstream(["VBA", "_VBA_PROJECT"]).read()[2:4] == b"\xff\xff"
    assert "Document=ThisWorkbook/&H00000000" in lines
    assert "Module=Nut" in lines
    assert "Nut=0, 0, 0, 0, C" in lines


def test_names_that_differ_by_case_only_are_refused() -> None:
    with pytest.raises(ValueError, match="more than case"):
        vba_project([document_module("Sheet1", ModuleKind.SHEET), document_module("SHEET1", ModuleKind.SHEET)])
