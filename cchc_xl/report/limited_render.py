"""Renders a template of unknown origin in a process of its own, within limits of time, memory and recursion.

The limits of memory and processor time are those of POSIX; everywhere the process is ended in time.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from cchc_xl.content import Content
from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.figures import Figure
from cchc_xl.report.render import RenderResult, compose

PROCESSOR_SECONDS, ALARM = 9, 6
"""After which the process is ended, and before that the template stopped at the tag where it is: a busy machine makes
no template wrong."""

SECONDS = 30 if sys.platform == "win32" else 90
"""After which it is ended whatever it does."""

MEMORY = 600 * 2**20
"""Bytes beside what the program has; a report takes a tenth of it."""

REMEDY = "Bỏ thẻ lặp hoặc phép tính quá lớn trong mẫu rồi làm lại."


def compose_limited(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool = False
) -> tuple[Package, RenderResult]:
    """The same as `compose`. Raises `UserError` where the template takes more than a report may."""
    context = get_context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, template, content, dict(figures), target, draft), daemon=True)
    process.start()
    sender.close()
    try:
        answer = receiver.recv() if receiver.poll(SECONDS) else None
    except EOFError:
        answer = None
    finally:
        process.kill()
        process.join()
    if answer is None:
        raise UserError(template.name, "mẫu tính quá lâu hoặc dùng quá nhiều bộ nhớ.", REMEDY)
    if isinstance(answer[0], str):
        raise UserError(*answer)
    data, result = answer
    return Package(target, data), result


def _work(
    sender: Connection, template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool
) -> None:
    """Sends the file's bytes with the result, or the three texts of a `UserError`; nothing where a limit ends it."""
    if sys.platform != "win32":
        _limit()
    with suppress(TimeoutError, MemoryError):
        try:
            made, result = compose(template, content, figures, target, draft)
        except UserError as error:
            sender.send((error.where, error.what, error.remedy))
        else:
            sender.send((made.to_bytes(), result))


def _limit() -> None:
    import resource

    most = _taken() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, ALARM)


def _taken() -> int:
    """What the process has from the program that started it, in bytes; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _stop(*_: object) -> None:
    raise TimeoutError
