"""Forms with rows of their own and an open book: those that it can take are taken, the others are told to wait."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import xlwings as xw

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.errors import FINDINGS
from cchc_xl.live import verbs
from cchc_xl.live.open_book_carrier import LiveBook
from cchc_xl.master.compute_book import compute
from cchc_xl.master.lists_and_board import State, submissions
from cchc_xl.master.master_book import read_master
from cchc_xl.office import is_installed
from cchc_xl.schema import begun, period_of
from cchc_xl.submissions.handed_in import Fate
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.new import make_files
from tests.growing_sample import FEW, typed

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed"),
]
NOW = datetime(2026, 6, 14, 8)


def test_a_form_that_needs_a_row_waits_until_the_book_is_closed(app: xw.App, tmp_path: Path) -> None:
    form = load_form(form_folder("ii06a"))
    form = begun(form.changed(units=form.units[:2]), period_of(form, "quý II/2026"))
    path = make_files(form, tmp_path).master
    first, second = form.units
    files = [
        typed(form, first, tmp_path / "nop", {}),
        typed(form, second, tmp_path / "nop", {"ii06a.19+1": ("Hòa giải", FEW)}, more=1),
    ]
    book = app.books.open(str(path))
    outcome = verbs.run("nhan_bieu_mau", book, NOW, files)
    assert outcome.status == FINDINGS
    assert "1 đã nhận, 1 chưa nhận" in outcome.text
    assert f"{second.name}: biểu mẫu này thêm hoặc bỏ dòng của bảng" in outcome.text
    states = submissions(read_master(LiveBook(book), path))
    assert (states[first.id].state, states[second.id].state) == (State.TAKEN, State.HANDED_IN)
    book.save()
    book.close()
    result = collect(path, files, NOW)
    assert [each.fate for each in result.outcomes] == [Fate.KNOWN, Fate.TAKEN]
    assert compute(path).figures["ii06a.19.1(3)"].value == 13
