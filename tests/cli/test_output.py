"""What the program prints is UTF-8 wherever it goes, whatever the code page of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MACHINES = [{"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONUTF8": "0", "LC_ALL": "C"}]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda each: " ".join(each.values()))
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["cchc_xl", "--help"], "Báo cáo cải cách hành chính"),
        (["cchc_xl", "check", "không có.xlsx"], "không tìm thấy tệp"),
        (["cchc_xl", "check", "không có.xlsx", "--json"], "không tìm thấy tệp"),
        (["cchc_xl.live", "--help"], "Làm một việc của CCHC trên sổ đang mở"),
    ],
)
def test_redirected_output_is_utf_8(machine: dict[str, str], command: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, check=False, env=os.environ | machine, encoding="utf-8"
    )
    assert said in done.stdout + done.stderr
    assert "cchc-loi-" not in done.stderr


def test_a_verb_with_findings_says_them_to_a_file(filled: Path, tmp_path: Path) -> None:
    said = tmp_path / "kq.txt"
    with said.open("wb") as stream:
        command = [sys.executable, "-m", "cchc_xl", "check", str(filled)]
        subprocess.run(command, stdout=stream, check=False, env=os.environ | {"PYTHONIOENCODING": "cp1252"})
    assert "Cần giải trình" in said.read_text(encoding="utf-8")


def test_a_reader_that_goes_away_is_no_fault_of_the_program(filled: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "cchc_xl", "check", str(filled), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode in (1, 141)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("command", [["--version"], ["--help"], ["doctor", "--json"]])
def test_a_full_disk_is_told_of_in_vietnamese(command: list[str]) -> None:
    """Whether all of it is still waiting to be written, or a part has failed already."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cchc_xl", *command], stdout=full, stderr=subprocess.PIPE, check=False,
            encoding="utf-8",
        )
    assert done.returncode == 2
    assert done.stderr.startswith("Không in được kết quả (ổ đĩa đầy).")
    assert "Traceback" not in done.stderr
