"""Notes of an open sheet: our own are added, changed and taken away; every other note stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cchc_xl.live.office_differences import add_note

if TYPE_CHECKING:
    import xlwings as xw


@dataclass(frozen=True, slots=True)
class NoteChanges:
    """Notes to take away (our own, by address) and notes to write."""

    gone: Mapping[str, xw.main.Note]
    added: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.gone or self.added)

    def apply(self, sheet: xw.Sheet) -> None:
        """Carries the changes out. One call for each note that changes."""
        for note in self.gone.values():
            note.delete()
        for address, text in self.added.items():
            add_note(sheet.range(address), text)


def note_changes(sheet: xw.Sheet, wanted: Mapping[str, str], mark: str) -> NoteChanges:
    """What is to be done so that our notes are exactly `wanted`; a cell with a person's note gets none."""
    present = {note.location.get_address(False, False): note for note in sheet.notes}
    texts = {address: note.text for address, note in present.items()}
    own = {address for address, text in texts.items() if text.startswith(mark)}
    gone = {address: present[address] for address in own if wanted.get(address) != texts[address]}
    added = {address: text for address, text in wanted.items() if address not in present or address in gone}
    return NoteChanges(gone, added)
