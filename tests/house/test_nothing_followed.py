"""Nothing that a file names is opened: no other file, no share, no address, whatever verb reads it."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cchc_xl.cli.command_app import run
from cchc_xl.errors import CLEAN, COULD_NOT_RUN, FINDINGS
from cchc_xl.office import is_installed
from tests import named_elsewhere
from tests.contents import form_2021
from tests.forms_support import filled_form, wards
from tools.try_corpus import BOOK, VERBS

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(sys.platform != "linux", reason="what is opened is told by inotify"),
    pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed"),
    pytest.mark.usefixtures("short_template", "office_once", "read_by_processes_once"),
]

IN_OPEN = 0x20
EVENT = struct.Struct("iIII")
PDF = {
    "report --template --pdf": ("report", BOOK, "--template", "{}", "--out", "ra.docx", "--draft", "--pdf"),
    "report --update --pdf": ("report", BOOK, "--update", "{}", "--out", "ra.docx", "--draft", "--pdf"),
}


class Watched:
    """A secret file and a server that nobody has a reason to look at; tells who did."""

    def __init__(self, folder: Path) -> None:
        self.secret = folder / "mat" / "mat.txt"
        self.secret.parent.mkdir()
        self.secret.write_text("A;1\nB;2\n", encoding="ascii")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._watch = self._libc.inotify_init1(os.O_NONBLOCK)
        assert self._libc.inotify_add_watch(self._watch, os.fsencode(self.secret.parent), IN_OPEN) > 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.connections: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.getsockname()[1]}/mat.txt"

    def _serve(self) -> None:
        while True:
            try:
                asked, _ = self.server.accept()
            except OSError:
                return
            with closing(asked):
                self.connections.append(asked.recv(200).decode("latin-1").partition("\r\n")[0])
                asked.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    def opened(self) -> list[str]:
        """What was opened of the secret's folder, and asked of the server, since the last time."""
        try:
            events = os.read(self._watch, 100_000)
        except BlockingIOError:
            events = b""
        names, at = [], 0
        while at < len(events):
            *_, length = EVENT.unpack_from(events, at)
            names.append(events[at + EVENT.size:at + EVENT.size + length].rstrip(b"\0").decode() or "the folder")
            at += EVENT.size + length
        asked, self.connections[:] = self.connections[:], []
        return names + asked

    def close(self) -> None:
        self.server.close()
        os.close(self._watch)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """Begun anew for every test, and seen to work."""
    each = Watched(tmp_path)
    each.secret.read_bytes()
    socket.create_connection(each.server.getsockname()).close()
    while not each.connections:
        pass
    assert len(each.opened()) == 2
    yield each
    each.close()


FILES: dict[str, named_elsewhere.Make] = {
    "bao_cao.docx": named_elsewhere.word, "bao_cao.odt": named_elsewhere.open_text,
    "bao_cao.rtf": named_elsewhere.rich_text, "bao_cao.doc": named_elsewhere.old_word,
    "trang_web.doc": named_elsewhere.web_page,
    "bang.ods": named_elsewhere.open_table, "bang.xls": named_elsewhere.web_page,
    "so.xlsm": named_elsewhere.workbook, "bieu.xlsx": named_elsewhere.workbook,
}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every verb finds its files: the book that lies beside is read by the processes once."""
    return tmp_path_factory.mktemp("nha") / "phong"


@pytest.mark.parametrize("name", FILES)
def test_nothing_that_a_file_names_is_opened(
    name: str, ready: Path, beside: Path, room: Path, watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = ready / BOOK
    if name == "bieu.xlsx":
        source = filled_form(form_2021(), wards(form_2021())[0], tmp_path / "tot.xlsx")
    FILES[name](source, file := tmp_path / name, str(watched.secret), watched.address)
    followed, ended = {}, {}
    for verb, words in (VERBS | PDF).items():
        if ended.get(verb.removesuffix(" --pdf")) == COULD_NOT_RUN:
            continue  # nothing is printed where nothing is written
        shutil.copytree(beside, room)
        monkeypatch.chdir(room)
        mine = Path(shutil.copy(file, room / f"thu_{name}"))
        monkeypatch.setattr(sys, "argv", ["cchc-xl", *(word.replace("{}", str(mine)) for word in words)])
        ended[verb] = run()
        assert ended[verb] in (CLEAN, FINDINGS, COULD_NOT_RUN), verb
        said = capsys.readouterr()
        assert "cchc-loi" not in said.err + said.out, verb
        if opened := watched.opened():
            followed[verb] = opened
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(room)
    assert followed == {}
    assert name != "bao_cao.docx" or "report --template --pdf" in ended, said
