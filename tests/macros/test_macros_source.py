"""VBA sources with Vietnamese become ASCII and can be turned back; xlwings' module is converted or refused; and the
project as bytes: what is packed comes out again, for oletools and olefile, which did not pack it.
"""

from __future__ import annotations

import io
import re
import unicodedata

import olefile
import pytest
from hypothesis import given, settings, strategies as st
from macros_sample import modules_in, olevba

from cchc_xl.live.uno_app import WAIT_MACRO
from cchc_xl.macros import vba_source
from cchc_xl.macros.vba_project import ModuleKind, compound_file, compress, document_module, vba_project
from cchc_xl.macros.vba_source import convert, module, own_modules, resolve_host, to_ascii, xlwings_source
from cchc_xl.program import data_folder

LITERAL = re.compile(r'"(?:[^"]|"")*"')


def from_ascii(text: str) -> str:
    """The reverse for literals: what somebody exported from the editor becomes readable again."""
    call = re.compile(r'U\(("(?:[^"]|"")*\\u(?:[^"]|"")*")\)')
    return call.sub(lambda found: _unescape(found[1]), text)


def _unescape(text: str) -> str:
    units = re.sub(r"\\u([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def literals(text: str) -> list[str]:
    code = [line for line in text.split("\n") if not line.lstrip().startswith("'")]
    return [literal for line in code for literal in LITERAL.findall(line)]


def test_a_vietnamese_literal_becomes_a_call_with_the_code_of_every_letter() -> None:
    assert to_ascii('MsgBox "Tính lại"') == r'MsgBox U("T\u00EDnh l\u1EA1i")'


def test_a_comment_loses_its_marks_and_nothing_else() -> None:
    assert to_ascii("x = 1 ' Đường dẫn của sổ") == "x = 1 ' Duong dan cua so"


def test_decomposed_letters_are_composed_first() -> None:
    assert to_ascii(unicodedata.normalize("NFD", 'x = "ế"')) == r'x = U("\u1EBF")'


def test_a_letter_beyond_the_basic_plane_becomes_two_units_and_comes_back() -> None:
    source = 'x = "chữ 𝄞"'
    assert from_ascii(to_ascii(source)) == source


def test_quotes_within_a_literal_stay_doubled() -> None:
    assert to_ascii('x = "mở ""sổ"""') == r'x = U("m\u1EDF ""s\u1ED5""")'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('Public Const TEN = "Sổ"', "must be ASCII"),
        ("Sub TínhLại()", "only literals and comments"),
        (r'x = "mã \u00ED là í"', "would be read as a code"),
    ],
)
def test_what_vba_could_not_hold_is_refused_with_its_place(line: str, reason: str) -> None:
    with pytest.raises(ValueError, match=rf"nut\.bas:2: .*{reason}"):
        to_ascii(f"Option Explicit\n{line}", "nut.bas")


def test_a_line_longer_than_vba_allows_is_refused() -> None:
    with pytest.raises(ValueError, match="Dai:2: a line of VBA holds 1023"):
        module('Attribute VB_Name = "Dai"\n' + "'" * 1024)


def test_a_source_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="VB_Name"):
        module("Option Explicit")


def test_every_literal_of_our_modules_can_be_read_back_from_the_built_source() -> None:
    files = sorted(data_folder("macros").glob("*.bas"))
    assert len(files) == 3
    for file, built in zip(files, own_modules(), strict=True):
        text = file.read_text(encoding="utf-8")
        assert literals(from_ascii(built.source.replace("\r\n", "\n"))) == literals(text), file.name


def test_our_sources_are_composed_and_explicit() -> None:
    for file in sorted(data_folder("macros").glob("*.bas")):
        text = file.read_text(encoding="utf-8")
        assert text == unicodedata.normalize("NFC", text), file.name
        assert "Option Explicit" in text, file.name


def test_the_status_line_speaks_before_python_starts() -> None:
    libreoffice = (data_folder("macros") / "chay.bas").read_text(encoding="utf-8").partition("Sub ChayLibreOffice")[2]
    assert 0 < libreoffice.index('Application.StatusBar = "') < libreoffice.index("Shell ")
    assert "Application.StatusBar = U(" in xlwings_source()


def test_excels_pointer_waits_while_python_works_and_is_given_back_on_every_way_out() -> None:
    excel = (data_folder("macros") / "chay.bas").read_text(encoding="utf-8").partition("Sub ChayExcel")[2]
    done, _, failed = excel.partition("End Sub")[0].partition("loi:")
    assert 0 < done.index("TroChuot True") < done.index("RunPython") < done.index("TroChuot False")
    assert 0 < failed.index("TroChuot False") < failed.index("ThongBao")


def test_the_macro_that_shows_libreoffices_pointer_is_in_the_book() -> None:
    _, name, procedure = WAIT_MACRO.partition("?")[0].rsplit(".", 2)
    source = next(each.source for each in own_modules() if each.name == name)
    assert f"Public Sub {procedure}(" in source


def test_every_button_is_a_procedure_of_a_few_lines() -> None:
    text = (data_folder("macros") / "cchc.bas").read_text(encoding="utf-8")
    procedures = re.findall(r"^Public Sub .*?^End Sub$", text, re.DOTALL | re.MULTILINE)
    assert procedures
    assert max(procedure.count("\n") + 1 for procedure in procedures) <= 5


def test_the_xlwings_module_has_no_branch_for_other_programs_left() -> None:
    source = xlwings_source()
    assert "#If App" not in source
    assert "#ElseIf App" not in source
    assert source.count("#If ") == source.count("#End If")
    assert source.isascii()


def test_the_xlwings_module_keeps_its_licence_and_reads_our_settings() -> None:
    source = xlwings_source()
    assert "BSD 3-clause license" in source
    assert 'PROJECT_NAME As String = "cchc"' in source


def test_a_workbook_that_came_by_mail_does_not_choose_the_program_that_runs() -> None:
    source = xlwings_source()
    settings = source[source.index("Function GetConfig(") : source.index("Function GetConfigFromFile(")]
    assert "ActiveWorkbook" not in settings
    assert "GetDirectoryConfigFilePath" not in settings


def test_what_the_xlwings_module_tells_an_official_is_vietnamese() -> None:
    source = from_ascii(xlwings_source())
    assert "Không tìm thấy Python" in source
    assert "Could not find Interpreter" not in source
    assert "Press Ctrl+C" not in source


def test_an_xlwings_that_has_changed_is_noticed_when_building() -> None:
    shipped = vba_source._shipped().read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="has changed: 0 places match"):
        convert(shipped.replace("Could not find Interpreter!", "No Python!"))


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ('#If App = "Microsoft Excel" Then\na\n#Else\nb\n#End If\nc', "a\nc"),
        ('#If App = "Microsoft Word" Then\na\n#ElseIf App = "Microsoft Excel" Then\nb\n#Else\nc\n#End If', "b"),
        ('#If App = "Microsoft Word" Then\na\n#Else\nb\n#End If', "b"),
        (
            '#If Mac Then\na\n#If App = "Microsoft Word" Then\nb\n#End If\n#Else\nc\n#End If',
            "#If Mac Then\na\n#Else\nc\n#End If",
        ),
        ('#If App = "Microsoft Word" Then\n#If Mac Then\na\n#Else\nb\n#End If\n#End If\nc', "c"),
    ],
)
def test_of_a_condition_on_the_program_only_the_branch_for_excel_stays(source: str, kept: str) -> None:
    assert resolve_host(source) == kept


def test_a_condition_without_end_is_noticed() -> None:
    with pytest.raises(ValueError, match="a condition has no end"):
        resolve_host("#If Mac Then\na")


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
