"""Two units with the same figures in every cell: one of them has copied, or the same file was sent for both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal

from cchc_xl import rule_registry
from cchc_xl.findings import Finding
from cchc_xl.master.master_book import Master
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.values import Reading

SMALLEST_TELLING, FEWEST_TELLING = Decimal(10), 4
"""Small numbers are equal by chance; so many larger ones all equal are not."""

Answers = tuple[tuple[str, object], ...]


def answers(readings: Mapping[str, Reading]) -> Answers:
    """What a unit has answered, comparable between units; empty where it is too little to compare."""
    given = tuple((code, reading.value) for code, reading in sorted(readings.items()) if reading.value is not None)
    telling = {value for _, value in given if isinstance(value, Decimal) and value >= SMALLEST_TELLING}
    return given if len(telling) >= FEWEST_TELLING else ()


def marked(deliveries: Sequence[Delivery], master: Master, taken: Set[str]) -> Iterator[Delivery]:
    """The deliveries, with a warning for each whose answers are all another unit's, delivered too or `taken` before."""
    names = {unit.id: unit.name for unit in master.form.units}
    owners: dict[Answers, set[str]] = defaultdict(set)
    mine = [answers(delivery.readings) for delivery in deliveries]
    for delivery, given in zip(deliveries, mine, strict=True):
        owners[given].add(delivery.unit.id)
    before = taken - {delivery.unit.id for delivery in deliveries}
    by_unit: dict[str, dict[str, Reading]] = defaultdict(dict)
    for (unit, code), reading in master.content().readings.items() if before else ():
        by_unit[unit][code] = reading
    for unit in before & by_unit.keys():
        owners[answers(by_unit[unit])].add(unit)
    for delivery, given in zip(deliveries, mine, strict=True):
        others = sorted(names[unit] for unit in owners[given] - {delivery.unit.id}) if given else []
        yield replace(delivery, findings=(*delivery.findings, _finding(delivery, others))) if others else delivery


def _finding(delivery: Delivery, others: list[str]) -> Finding:
    listed = ", ".join(others[:5]) + (" …" if len(others) > 5 else "")
    message = (
        f"{delivery.unit.name}: mọi ô đều giống hệt số liệu của {listed}. Có thể đã chép biểu mẫu của nhau hoặc "
        "gửi nhầm tệp; hỏi lại đơn vị."
    )
    cells = tuple(reading.address for reading in delivery.readings.values() if reading.value is not None)[:1]
    return rule_registry.SAME_AS_OTHER_UNIT.finding(message, cells, delivery.unit.id)
