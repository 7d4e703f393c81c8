"""Which delivered form is taken, by rule: each case with what has come, what is registered, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc_xl.master.lists_and_board import State, Submission
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Severity, Unit
from cchc_xl.submissions.handed_in import Fate, Policy, decide
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.values import Address

UNIT = Unit(id="xa_dong", name="Xã Đông", kind="commune")
FAULT = Finding("too_small", Severity.ERROR, UNIT.id, "A.1.1", (Address("A", "E7"),), "ô ghi -5.", "5")
NOTHING = Submission(UNIT.id)
TAKEN = Submission(UNIT.id, State.TAKEN, sha="cu", taken_sha="cu", taken_turn=2)
RETURNED = Submission(UNIT.id, State.RETURNED, at="02/12/2021 08:00", sha="loi")
HANDED_IN = Submission(UNIT.id, State.HANDED_IN, sha="loi")


def form(sha: str, turn: int = 1, *, faulty: bool = False, name: str = "") -> Delivery:
    return Delivery(Path(name or f"{sha}.xlsx"), sha, UNIT, turn, "1", {}, {}, (FAULT,) if faulty else ())


@pytest.mark.parametrize(("came", "before", "policy", "wanted"), [
    ([form("a")], NOTHING, Policy(), [(Fate.TAKEN, "")]),
    ([form("cu")], TAKEN, Policy(), [(Fate.KNOWN, "đã nhận trước đây")]),
    ([form("a", 2)], TAKEN, Policy(), [(Fate.HELD, "đã nhận biểu mẫu lần 2, tệp này cũng là lần 2")]),
    ([form("a", 1)], TAKEN, Policy(), [(Fate.HELD, "tệp này là lần 1 cũ hơn")]),
    ([form("a", 1)], TAKEN, Policy(replace=True), [(Fate.TAKEN, "Thay biểu mẫu lần 2.")]),
    ([form("a", 3)], TAKEN, Policy(), [(Fate.TAKEN, "Thay biểu mẫu lần 2.")]),
    ([form("a", faulty=True)], NOTHING, Policy(), [(Fate.RETURNED, "")]),
    ([form("a", faulty=True)], NOTHING, Policy(accept_with_errors=True), [(Fate.TAKEN, "")]),
    ([form("loi", faulty=True)], RETURNED, Policy(), [(Fate.KNOWN, "đã trả lại lúc 02/12/2021 08:00, chưa sửa")]),
    ([form("loi", faulty=True)], HANDED_IN, Policy(), [(Fate.RETURNED, "")]),
    ([form("loi")], RETURNED, Policy(), [(Fate.TAKEN, "")]),
    ([form("a", 1), form("b", 2)], NOTHING, Policy(), [(Fate.HELD, "tệp lần 2, mới hơn tệp lần 1"), (Fate.TAKEN, "")]),
    ([form("a"), form("b")], NOTHING, Policy(), [(Fate.HELD, "2 tệp khác nhau"), (Fate.HELD, "(a.xlsx, b.xlsx)")]),
    ([form("a"), form("a", name="sao.xlsx")], NOTHING, Policy(),
     [(Fate.COPY, "Giống hệt tệp a.xlsx"), (Fate.TAKEN, "")]),
])
def test_a_form_is_taken_held_or_returned_by_what_is_known(
    came: list[Delivery], before: Submission, policy: Policy, wanted: list[tuple[Fate, str]]
) -> None:
    decided = list(decide(came, {UNIT.id: before}, policy))
    assert [each.fate for each in decided] == [fate for fate, _ in wanted]
    for each, (_, said) in zip(decided, wanted, strict=True):
        assert said in each.reason
        assert bool(each.reason) is bool(said)
