"""pytest on Windows Python under Wine 8: what Wine lacks is taken away before anything looks for it."""

import _winapi
import sys

import pytest

for stream in (sys.stdout, sys.stderr):
    stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2  # a stub that ends the process; shutil looks whether it is there
if __name__ == "__main__":  # a process that a test starts looks through this file first
    sys.exit(pytest.main(sys.argv[1:]))
