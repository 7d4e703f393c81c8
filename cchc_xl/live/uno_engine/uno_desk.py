"""The desk of LibreOffice: what our engine does not offer through xlwings is asked of the office's own objects."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.live.office_differences import Desk
from cchc_xl.live.uno_engine.uno_bridge import one_value, to_path, to_url, uno_error
from cchc_xl.live.uno_engine.uno_sheet import LOOK

if TYPE_CHECKING:
    import xlwings as xw

WAIT_MACRO = "vnd.sun.star.script:VBAProject.Chay.TroChuot?language=Basic&location=document"
OPEN_FILES, CHOSEN = 0, 1
WHOLE_LOOK = tuple(sorted((*LOOK, "ConditionalFormat", "Validation")))


class LibreOfficeDesk(Desk):
    """LibreOffice."""

    _waits = False

    def show(self, text: str) -> None:
        """While something is being done, the pointer says so too; in Excel the macro that waits for us sees to it.

        Only Basic can do that, for all parts of the window: the pointer stays as it is where no macro may run.
        """
        super().show(text)
        if self._waits != bool(text):
            self._waits = bool(text)
            with contextlib.suppress(uno_error()):
                self.book.api.getScriptProvider().getScript(WAIT_MACRO).invoke((self._waits,), (), ())

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Keeps our writes out of the list of undo steps too, all of them together."""
        with super().quiet(), self.book.impl.unrecorded():
            yield

    def is_protected(self, sheet: xw.Sheet) -> bool:
        return bool(sheet.api.isProtected())

    def lift(self, sheet: xw.Sheet) -> Callable[[], object]:
        """LibreOffice remembers what a sheet allows while its protection is off."""
        self._ask(sheet.api.unprotect)
        return lambda: self._ask(sheet.api.protect)

    def _ask(self, protection: Callable[[str], object]) -> None:
        """The office answers a password that is missing with an error: the sheet then stays as it was."""
        with self.book.impl.unrecorded(), contextlib.suppress(uno_error()):
            protection("")

    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        context, patterns = self.book.app.impl.context, ";".join(kinds)
        picker = context.ServiceManager.createInstanceWithArgumentsAndContext(
            "com.sun.star.ui.dialogs.FilePicker", (OPEN_FILES,), context
        )
        picker.setTitle(title)
        picker.setDisplayDirectory(to_url(folder))
        picker.appendFilter(patterns, patterns)
        picker.setMultiSelectionMode(several)
        return [Path(to_path(each)) for each in picker.getSelectedFiles()] if picker.execute() == CHOSEN else []

    def locked(self, cells: xw.Range) -> bool | None:
        protection = one_value(cells.api, "CellProtection")
        return None if protection is None else bool(protection.IsLocked)

    def all_open(self, sheet: xw.Sheet, addresses: Sequence[str]) -> bool:
        together = self.book.api.createInstance("com.sun.star.sheet.SheetCellRanges")
        together.addRangeAddresses(tuple(sheet.impl.range(address).place for address in addresses), False)
        protection = one_value(together, "CellProtection")
        return protection is not None and not protection.IsLocked

    def take_look(self, cell: xw.Range, like: xw.Range, prompt: tuple[str, str]) -> None:
        with self.book.impl.unrecorded():
            cell.api.setPropertyValues(WHOLE_LOOK, like.api.getPropertyValues(WHOLE_LOOK))
            if all(prompt):
                told = cell.api.Validation
                told.InputTitle, told.InputMessage = prompt
                cell.api.Validation = told
