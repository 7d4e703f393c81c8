"""The bounds within which a file from outside is read. A filled form is 15–100 KB, 150–900 KB when unpacked.

| bound | value | against |
|---|---|---|
| file on disk | 16 MB | anything that is not a form |
| members of the package | 1.000 | a directory of the package that alone fills the memory |
| unpacked, all members | 64 MB | zip bombs |
| unpacked : packed, members over 1 MB | 200 | zip bombs |
| sheets | 60 | |
| row and column of the last filled cell | 20.000, 500 | two stray cells that make the reader reserve 17·10⁹ |
| depth of elements | 200 | deep XML |
| text of one cell | 2.000 characters | very long strings |
| address space of the reading process | 1 GB | everything else: the process ends, not the collector |
| processor time, wall time for one file | 10 s, 20 s | everything else |

So the worst file costs 20 seconds and 1 GB, once, in a process of its own. On Windows a job object sets the last two
bounds but one and ends the process with the program that started it.
"""

from __future__ import annotations

LARGEST_FILE = 16 * 2**20
LARGEST_ANSWER = 8 * 2**20
MOST_MEMBERS = 1_000
LARGEST_UNPACKED = 64 * 2**20
LARGEST_RATIO = 200
RATIO_FROM = 2**20
MOST_SHEETS = 60
LAST_ROW = 20_000
LAST_COLUMN = 500
DEEPEST = 200
LONGEST_TEXT = 2_000
ADDRESS_SPACE = 2**30
CPU_SECONDS = 10
WALL_SECONDS = 20.0


class RefusedError(Exception):
    """The file is not read; `code` names the reason, `detail` the number or name that goes with it."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(code)
