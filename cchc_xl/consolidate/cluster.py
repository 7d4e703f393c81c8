"""The same reading on many machines: Dask distributed hands out batches of files and repeats those of a lost worker.

Every worker reads through a reading process of its own, so a file that kills its reader kills no worker. The workers
see the files under the same paths (a shared folder) and have this package installed.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cchc_xl.consolidate.engine import needed
from cchc_xl.errors import UserError
from cchc_xl.submissions.intake.reader_pool import ReaderPool

BATCH = 64
"""Files in one task: reading them takes long enough that handing them out costs nothing beside it."""

PATIENCE = "20s"

_pools: dict[tuple[str, ...], ReaderPool] = {}
_one_at_a_time = threading.Lock()


def read_batch(paths: Sequence[str], started_with: tuple[str, ...]) -> list[dict[str, Any]]:
    """On a worker: the answers for some files. The reading process stays for the next batch."""
    with _one_at_a_time:
        if started_with not in _pools:
            _pools[started_with] = ReaderPool(1, started_with).__enter__()
        return [answer for _, answer in _pools[started_with].read_all(map(Path, paths))]


def read_there(
    paths: Sequence[Path], started_with: tuple[str, ...], scheduler: str
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Answers in the order of the paths. Raises `UserError` where the cluster can't be reached or gives up."""
    distributed = needed("distributed", "cluster", "phần chạy trên cụm máy")
    try:
        client: Any = distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        what = f"không kết nối được cụm máy ({error})."
        raise UserError(scheduler, what, "Kiểm tra địa chỉ dạng tcp://máy:8786 và dask scheduler đang chạy.") from error
    batches = [paths[start : start + BATCH] for start in range(0, len(paths), BATCH)]
    named = [[str(path.absolute()) for path in each] for each in batches]
    try:
        with client:
            waiting = deque(client.map(read_batch, named, started_with=started_with, pure=False))
            for files in batches:
                # What has been taken is forgotten, so that the cluster need not keep it.
                yield from zip(files, waiting.popleft().result(), strict=True)
    except distributed.KilledWorker as error:
        what = f"nhiều máy ngừng hoạt động khi đọc cùng một nhóm tệp ({error})."
        raise UserError(scheduler, what, "Xem nhật ký của cụm, rồi chạy lại với --resume để tiếp tục.") from error
