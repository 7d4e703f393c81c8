"""What differs on Windows: processes that end together, a reader that is gone, logs of macros, names of files."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path, PureWindowsPath

import pytest

from cchc_xl import office
from cchc_xl.addin import addin_files, addin_setup
from cchc_xl.addin.addin_files import Machine, System
from cchc_xl.limited_process import Job
from cchc_xl.submissions.intake.reader_pool import ReaderProcess

GRANDCHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"


def test_a_program_that_hangs_is_ended_with_what_it_started() -> None:
    began = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        office._started([sys.executable, "-c", GRANDCHILD], 3.0)
    assert time.monotonic() - began < 20


@pytest.mark.windows
def test_closing_a_job_ends_its_processes() -> None:
    job = Job()
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], text=True)
    job.take(process)
    job.close()
    process.wait(10)


PARENT = """
import json, sys, time
from pathlib import Path
from cchc_xl.submissions.intake.reader_pool import ReaderProcess
reader = ReaderProcess(("test_windows", "wait"))
print(reader._running().pid, flush=True)
time.sleep(60)
"""


def test_a_reader_ends_with_the_program_that_started_it() -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as parent:
        assert parent.stdout
        reader = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _lives(reader):
        time.sleep(0.2)
    assert not _lives(reader)


def _lives(process: int) -> bool:
    if sys.platform != "win32":
        return Path(f"/proc/{process}/stat").exists() and Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    import ctypes

    kernel, still_active, code = ctypes.windll.kernel32, 259, ctypes.c_uint32()
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.OpenProcess(0x1000, False, process))
    known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return bool(known) and code.value == still_active


def test_a_reader_that_is_gone_before_it_reads_costs_its_file_only(tmp_path: Path) -> None:
    reader = ReaderProcess(("zipfile", "--gone"))  # ends at once, without a word
    answers = [reader.read(tmp_path / f"{number}.xlsx") for number in range(3)]
    reader.close()
    assert [answer["refused"] for answer in answers] == ["reader_died"] * 3


TEMPS = [(r"C:\Users\an\AppData\Local\Temp", None), ("", None), (r"C:\Users\Nguyễn Văn A\Temp", "%PUBLIC%")]


@pytest.mark.parametrize(("usual", "written"), TEMPS)
def test_the_log_of_a_click_lies_where_a_macro_can_read_it(usual: str, written: str | None) -> None:
    machine = Machine(System.WINDOWS, Path("C:/Users/a"), PureWindowsPath("C:/CCHC/python.exe"), {"TEMP": usual})  # type: ignore[arg-type]
    assert addin_files.settings(machine).get("TEMP DIR") == written


def test_a_book_that_excel_cannot_open_for_its_long_path_is_told(tmp_path: Path) -> None:
    machine = Machine(System.WINDOWS, tmp_path, Path("C:/CCHC/python.exe"))
    folder = tmp_path / ("d" * 120) / ("e" * 120)
    folder.mkdir(parents=True)
    (folder / "CCHC.xlsx").touch()
    assert any("218" in symptom.fact for symptom in addin_setup.examine(machine, None, folder / "CCHC.xlsx"))


def test_the_buttons_load_xlwings_only_to_drive_a_workbook() -> None:
    program = "import sys, cchc_xl.live.verbs, cchc_xl.live.__main__; print('xlwings' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


if __name__ == "__main__":  # the reading process of tests
    # Busy; elsewhere such a one has its limit of processor time.
    time.sleep(60) if sys.platform == "win32" else sys.stdin.read()
