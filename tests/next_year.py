"""Made-up forms of the next year: lines reworded, dropped, added, moved, their level changed; machine names tell truly
which line is which. A line whose meaning changes gets another name."""

from __future__ import annotations

import random
from collections.abc import Iterator

from cchc_xl.schema.form_model import Form, Heading, Indicator, Section

HARMLESS = (
    ("Số lượng", "Số"), ("TTHC", "thủ tục hành chính"), ("đúng hẹn", "đúng hạn"), ("UBND", "Ủy ban nhân dân"),
    ("VBQPPL", "văn bản quy phạm pháp luật"), (" các ", " "), ("SNCL", "sự nghiệp công lập"),
    ("có mặt tại thời điểm báo cáo", "hiện có mặt"), ("trong kỳ báo cáo", "trong kỳ"), ("trong năm", "năm báo cáo"),
    ("Trang Một cửa điện tử", "Cổng Một cửa điện tử"), ("phòng ban chuyên môn", "phòng chuyên môn"),
)
"""Other words for the same thing."""

CHANGING = (
    ("cấp huyện", "cấp xã"), ("cấp xã", "cấp tỉnh"), ("công chức", "viên chức"), ("mức độ 3", "mức độ 4"),
    ("đã giải quyết", "chưa giải quyết"), ("đất đai", "hộ tịch"), ("tiếp nhận", "từ chối"), ("đã xử lý", "chưa xử lý"),
    ("tuyển dụng", "tiếp nhận"), ("trực tuyến", "trực tiếp"), ("huyện", "thành phố"), ("phát hiện", "kiến nghị"),
)
"""Other words that make it another figure."""

YEARS = (
    ("đổi ít", 0.10, 0.04, 0.05), ("đổi nhiều", 0.45, 0.15, 0.15), ("bỏ nhiều dòng", 0.2, 0.1, 0.35),
    ("đổi cấp", 0.1, 0.6, 0.1), ("đổi lời hết", 1.0, 0.05, 0.05),
)
"""Name, and the shares of lines reworded, turned into others, dropped."""


def next_years(form: Form, backwards: bool = False) -> Iterator[tuple[str, Form]]:
    """Forms after this one; before it, if `backwards`, where only few lines differ."""
    for number, (name, reworded, changed, dropped) in enumerate(YEARS[:2] if backwards else YEARS):
        dice = random.Random(20 + number)
        shares = (reworded / 4, changed / 4, dropped / 4) if backwards else (reworded, changed, dropped)
        labels = {row.label.strip(" -.:") for section in form.sections for row in section.lines}
        sections = tuple(_section(section, dice, *shares, labels) for section in form.sections)
        yield name, form.changed(sections=sections, charts=())


def _section(
    section: Section, dice: random.Random, reworded: float, changed: float, dropped: float, labels: set[str]
) -> Section:
    rows: list[Heading | Indicator] = []
    for row in section.rows:
        if isinstance(row, Indicator) and dice.random() < dropped:
            continue
        rows.append(_row(row, dice, reworded, changed, labels))
    kept = {row.code for row in rows}
    supporting = tuple(row for row in section.supporting if row.supports in kept)
    return section.changed(rows=_renumbered(rows), supporting=supporting if kept == {r.code for r in section.rows} else
                           (), rules=(), scales=(), declared_rules=())


def _row(
    row: Heading | Indicator, dice: random.Random, reworded: float, changed: float, labels: set[str]
) -> Heading | Indicator:
    """A line of the next year; never one that says word for word what another line of the form says."""
    label, roll = row.label, dice.random()
    if isinstance(row, Indicator) and roll < changed:
        for old, new in CHANGING:
            if old in label and label.replace(old, new).strip(" -.:") not in labels:
                return row.changed(label=label.replace(old, new), name=f"{row.name[:40]}_khac", **NO_LINKS)
    if roll < changed + reworded:
        for old, new in HARMLESS:
            label = label.replace(old, new)
    return row.changed(label=label, **NO_LINKS) if isinstance(row, Indicator) else row.changed(label=label)


NO_LINKS = {"note_required_if": "", "required_if": "", "peer_base": ""}


def _renumbered(rows: list[Heading | Indicator]) -> tuple[Heading | Indicator, ...]:
    """The lines of each group counted anew."""
    counts: dict[str, int] = {}
    made: list[Heading | Indicator] = []
    for row in rows:
        head, _, _ = row.code.rpartition(".")
        if row.code.count(".") == 2:
            counts[head] = counts.get(head, 0) + 1
            row = row.changed(code=f"{head}.{counts[head]}")
        made.append(row)
    return tuple(made)
