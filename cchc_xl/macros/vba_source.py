r"""VBA sources in UTF-8 with Vietnamese become the ASCII that a VBA project can hold; also the module of xlwings.

A project stores its source in one 8-bit code page, and the editor shows it in the machine's; ế or ạ are in none of
them. So a literal becomes U("T\u00EDnh l\u1EA1i"), which the module ChuViet puts together at run time, and comments
lose their marks.

The module of the installed xlwings gets a form that LibreOffice compiles as well as Excel: it takes #If, #Else and
#End If for comments and compiles every branch, and one module that does not compile stops every macro of the workbook.
So the branches for other Office programs are resolved here, and the settings sheet is read without the class that
differs between Windows and macOS. Every change must find its place exactly once: another version of xlwings is noticed
when the file is built, not when an official clicks.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.macros.vba_project import Module, ModuleKind
from cchc_xl.program import data_folder

LITERAL_OR_COMMENT = re.compile(r'"(?:[^"]|"")*"|\'.*')
COMPILE_TIME = re.compile(r"\s*(Public |Private )?(Const|Declare|Attribute)\b")
NAME = re.compile(r'^Attribute VB_Name = "([A-Za-z]\w{0,30})"$', re.MULTILINE)
LONGEST_LINE = 1023
"""VBA refuses longer lines."""


def own_modules() -> list[Module]:
    """The modules of macros/*.bas, by name of file."""
    files = sorted(data_folder("macros").glob("*.bas"))
    return [module(to_ascii(path.read_text(encoding="utf-8"), path.name)) for path in files]


def module(text: str) -> Module:
    """A module from ASCII source; its name stands in its Attribute line."""
    found = NAME.search(text)
    if found is None:
        raise ValueError("no line Attribute VB_Name")
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    too_long = next((number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), None)
    if too_long:
        raise ValueError(f"{found[1]}:{too_long}: a line of VBA holds {LONGEST_LINE} characters")
    return Module(found[1], ModuleKind.MODULE, "\r\n".join(lines) + "\r\n")


def to_ascii(text: str, name: str = "") -> str:
    """The source with its Vietnamese literals spelled in ASCII. Raises `ValueError` with file and line."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(_ascii_line(line, f"{name}:{number}") for number, line in enumerate(lines, 1))


def _ascii_line(line: str, place: str) -> str:
    if line.isascii():
        return line
    if COMPILE_TIME.match(line):
        raise ValueError(f"{place}: constants, declarations and attributes must be ASCII")
    plain = LITERAL_OR_COMMENT.sub(lambda found: _ascii_token(found[0], place), line)
    if not plain.isascii():
        raise ValueError(f"{place}: only literals and comments may hold Vietnamese")
    return plain


def _ascii_token(token: str, place: str) -> str:
    if token.isascii():
        return token
    if token.startswith("'"):
        return without_marks(token)
    if "\\u" in token:
        raise ValueError(f"{place}: \\u in a Vietnamese literal would be read as a code")
    return f"U({_escape(token)})"


def without_marks(text: str) -> str:
    """Vietnamese without diacritics: Tính lại → Tinh lai."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return plain.encode("ascii", "replace").decode()


def _escape(text: str) -> str:
    return "".join(
        letter if letter.isascii() else "".join(f"\\u{unit}" for unit in _units(letter))
        for letter in unicodedata.normalize("NFC", text)
    )


def _units(letter: str) -> list[str]:
    """UTF-16 code units, as ChrW takes them."""
    return re.findall("....", letter.encode("utf-16-be").hex().upper())


FILE = "xlwings_custom_addin.bas"
"""The variant that works on the active workbook: right for an add-in, and for a button of the workbook itself."""

SETTINGS = "cchc"
"""Name of our settings: sheet cchc.conf, file ~/.cchc/cchc.conf. Other uses of xlwings on the machine keep theirs."""

HOST = "Microsoft Excel"

SHEET_SETTING = '''Function SheetSetting(wb As Workbook, configKey As String, ByRef setting As Variant) As Boolean
    ' Added when building: column A of the settings sheet holds keys, column B values.
    Dim sht As Worksheet, r As Long
    If Not SheetExists(wb, PROJECT_NAME & ".conf") Then Exit Function
    Set sht = wb.Sheets(PROJECT_NAME & ".conf")
    r = 1
    Do While sht.Cells(r, 1).Value <> ""
        If UCase(sht.Cells(r, 1).Value) = UCase(configKey) Then
            setting = sht.Cells(r, 2).Value
            SheetSetting = True
            Exit Function
        End If
        r = r + 1
    Loop
End Function'''

OWN_SHEET_ONLY = '''            Dim setting As Variant
            If SheetSetting(ThisWorkbook, configKey, setting) Then
                GetConfig = ExpandEnvironmentStrings(setting)
                Exit Function
            End If
        End If
    End If

'''

VIETNAMESE = {
    'MsgBox "Could not find Interpreter!", vbCritical':
        'ThongBao "Không tìm thấy Python: " & PYTHON_WIN & vbCrLf & "Mở cửa sổ lệnh, chạy: cchc-xl addin install"',
    '''MsgBox "To enable RunPython, please run 'xlwings runpython install' in a terminal once and try again."'''
    ", vbCritical":
        'ThongBao "Excel chưa gọi được Python." & vbCrLf & "Mở Terminal, chạy: cchc-xl addin install"',
    'Application.StatusBar = "Running..."': 'Application.StatusBar = "Đang làm…"',
    'Content = Content & "Press Ctrl+C to copy this message to the clipboard."':
        'Content = "Python không chạy được việc này. Mở cửa sổ lệnh, chạy: cchc-xl doctor" & vbCrLf & vbCrLf & Content',
}
"""What an official would otherwise read in English."""

# xlwings also reads settings from the active workbook and from a file beside it. Those two layers are left out: a
# workbook that came by mail must not choose which program the ribbon starts.
PATCHES = (
    (r'^Public Const PROJECT_NAME As String = "\w+"$', f'Public Const PROJECT_NAME As String = "{SETTINGS}"'),
    (r"^Function GetConfigFromSheet\(.*?^End Function$", SHEET_SETTING),
    (r"^Function SaveConfigToFile\(.*?^End Function\n", ""),
    (r"^            'Workbook Sheet Config\n.*?(?=^    ' User Config$)", OWN_SHEET_ONLY),
)


def xlwings_source() -> str:
    """The ASCII source of the module, from the installed package."""
    return convert(_shipped().read_text(encoding="utf-8"))


def convert(text: str) -> str:
    """The shipped module in the form described above. Raises `ValueError` where xlwings has changed."""
    text = resolve_host(text.replace("\r\n", "\n"))
    for pattern, new in PATCHES:
        text = _once(pattern, new, text)
    for english, vietnamese in VIETNAMESE.items():
        text = _once(re.escape(english), vietnamese, text)
    return to_ascii(text, FILE)


def _shipped() -> Path:
    """The file in the package, found without importing it: that takes half a second."""
    found = util.find_spec("xlwings")
    if found is None or found.origin is None:
        what = "chưa cài đặt nên chưa dựng được nút và thẻ CCHC."
        raise UserError("xlwings", what, "Cài lại phần mềm, hoặc chạy: pip install --upgrade cchc-xl")
    return Path(found.origin).parent / FILE


def _once(pattern: str, new: str, text: str) -> str:
    text, count = re.subn(pattern, lambda _: new, text, flags=re.DOTALL | re.MULTILINE)
    if count != 1:
        raise ValueError(f"{FILE} has changed: {count} places match {pattern!r}")
    return text


def resolve_host(text: str) -> str:
    """Keeps of every `#If App = …` the branch for Excel; other conditions stay as they are."""
    conditions: list[_Condition] = []
    kept = [line for line in text.split("\n") if _stays(line.strip(), conditions)]
    if conditions:
        raise ValueError(f"{FILE} has changed: a condition has no end")
    return "\n".join(kept)


@dataclass(slots=True)
class _Condition:
    """An open #If: whether it asks for the host, whether this branch of it is taken, and whether one has been."""

    on_host: bool
    taken: bool
    done: bool


def _stays(line: str, conditions: list[_Condition]) -> bool:
    """Whether a line of source stays; of a condition on the host only one branch is taken."""
    taken = all(each.taken for each in conditions)
    host = re.fullmatch(r'#(?:If|ElseIf) App = "([^"]*)" Then', line)
    ours = host is None or host[1] == HOST
    if line.startswith("#If "):
        conditions.append(_Condition(host is not None, ours, ours))
        return taken and host is None
    if line.startswith("#End If"):
        return not conditions.pop().on_host and taken
    if line.startswith("#Else") and (last := conditions[-1]).on_host:
        last.taken = ours and not last.done
        last.done |= last.taken
        return False
    return taken
