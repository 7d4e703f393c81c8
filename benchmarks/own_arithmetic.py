"""How well `reconcile` recomputes what a text states itself: recall and precision on texts made by chance.

    python benchmarks/own_arithmetic.py [texts] [seed]

Every text is a short report in wordings that the templates do not use: two or three passages of different kinds (wholes
and parts, rates, flows, changes, totals, lists below a colon) and one of several periods, levels or overlapping groups.
Half of the texts hold one planted fault: a number changed so that the text contradicts itself. A fault that is found
counts once; anything said of a right number is a false accusation. Two sets of wordings are measured: those below, and
those of own_arithmetic.toml, in which others than the reader's maker say the same.
"""

from __future__ import annotations

import random
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

from cchc_xl.declaration import form_folder
from cchc_xl.figures import Content, total
from cchc_xl.reconcile.comparison import Auditor
from cchc_xl.reconcile.reconcile_rules import RATE, SUM
from cchc_xl.verbs.demo import sample_form
from cchc_xl.word.document_text import WordDocument

ROOT = Path(__file__).resolve().parents[1]
LEAST_RECALL, LEAST_PRECISION = Decimal("0.95"), Decimal("0.98")
TITLES = ("Kết quả công tác quý II của đơn vị", "Kết quả thực hiện nhiệm vụ tháng 5", "Tình hình 6 tháng đầu năm")

Numbers = dict[str, int | str]
Dice = random.Random


@dataclass(frozen=True)
class Kind:
    """A sort of passage: the numbers it needs, made by chance, and the wordings it may have ("\\n" begins a paragraph).

    Words in ⟨a|b⟩ are chosen by chance, the same everywhere in the passage where the same choice stands.
    """

    numbers: Callable[[Dice], Numbers]
    wordings: tuple[str, ...]
    loose: str = ""
    """Numbers that only a rounded rate depends on: a wrong last digit would contradict nothing."""


def counted(value: int) -> str:
    """05; 12.345"""
    return f"{value:02d}" if value < 10 else f"{value:,}".replace(",", ".")


def rate(dice: Dice, part: int, whole: int) -> str:
    """36,55%; 36,5%; two decimals where a part would be printed as 100 % otherwise."""
    places = Decimal(1).scaleb(-(2 if 200 * (whole - part) < whole else dice.choice((1, 2))))
    return f"{(Decimal(part) * 100 / whole).quantize(places, ROUND_HALF_UP):f}".replace(".", ",") + "%"


def split(dice: Dice, whole: int, count: int) -> list[int]:
    """A whole in parts, none of them nothing."""
    cuts = sorted(dice.sample(range(1, whole), count - 1))
    return [end - start for start, end in pairwise([0, *cuts, whole])]


def _timely(dice: Dice) -> Numbers:
    a, b, c = split(dice, whole := dice.randint(40, 9000), 3)
    return {"w": whole, "a": a, "b": b, "c": c, "p": rate(dice, a + b, whole)}


def _two(dice: Dice) -> Numbers:
    a, b = split(dice, whole := dice.randint(60, 9000), 2)
    return {"w": whole, "a": a, "b": b, "p": rate(dice, a, whole)}


def _two_plain(dice: Dice) -> Numbers:
    return {name: value for name, value in _two(dice).items() if name != "p"}


def _pair(dice: Dice) -> Numbers:
    part = dice.randint(1, (whole := dice.randint(12, 900)) - 1)
    return {"a": part, "w": whole, "p": rate(dice, part, whole)}


def _flow(dice: Dice) -> Numbers:
    done, near, late = split(dice, whole := dice.randint(60, 9000), 3)
    return {"w": whole, "d": done, "q": near + late, "n": near, "l": late}


def _flow_plain(dice: Dice) -> Numbers:
    return {name: value for name, value in _flow(dice).items() if name in "wdq"}


def _change(sign: int) -> Callable[[Dice], Numbers]:
    def made(dice: Dice) -> Numbers:
        amount = dice.randint(5, (now := dice.randint(100, 5000)) // 2)
        return {"w": now, "n": amount, "p": rate(dice, amount, now - sign * amount)}
    return made


def _three(dice: Dice) -> Numbers:
    a, b, c = split(dice, whole := dice.randint(50, 5000), 3)
    return {"w": whole, "a": a, "b": b, "c": c}


def _any(dice: Dice) -> Numbers:
    few = dice.randint(3, 9)
    return {**{name: dice.randint(20, 8000) for name in "abcd"}, "f": few, "g": few + 5, "t": few + 9000, "s": few + 60}


WHEN = "⟨Trong quý|Trong 6 tháng đầu năm|Trong tháng 5|Quý III|Trong năm|9 tháng đầu năm|Từ đầu năm đến nay⟩"
WHERE = "⟨xã|phường|huyện|thành phố|đơn vị|Trung tâm⟩"
EARLY, TIMELY, LATE = "⟨trước hạn|sớm hạn|trước hẹn⟩", "⟨đúng hạn|trong hạn|đúng hẹn⟩", "⟨quá hạn|trễ hạn|trễ hẹn⟩"
LINK = "⟨, đạt {p}| (đạt {p})|, đạt tỷ lệ {p}| (tỷ lệ {p})|, chiếm {p}| ({p})|, tương đương {p}|, bằng {p}⟩"

KINDS = (
    Kind(_timely, tuple(
        f"⟨Đã giải quyết|Kết quả giải quyết được|Số đã xử lý xong là⟩ {{w}} hồ sơ, {items}⟨; tỷ|. Tỷ⟩ lệ {EARLY} và "
        f"{TIMELY} ⟨đạt|là|chiếm⟩ {{p}}."
        for items in (
            f"⟨gồm|bao gồm|trong đó|gồm có⟩ {EARLY} {{a}} hồ sơ, {TIMELY} {{b}} hồ sơ và {LATE} {{c}} hồ sơ",
            f"⟨gồm|trong đó có|chia ra:⟩ {{a}} hồ sơ {EARLY}, {{b}} hồ sơ {TIMELY}, {{c}} hồ sơ {LATE}",
            f"⟨gồm|bao gồm:|trong đó:⟩ {EARLY} {{a}}, {TIMELY} {{b}}, {LATE} {{c}}",
            f"trong đó {{a}} hồ sơ được giải quyết {EARLY}, {{b}} hồ sơ được giải quyết {TIMELY}, còn lại {{c}} hồ sơ "
            f"{LATE}",
        )
    )),
    Kind(_two_plain, (
        f"{WHEN}, {WHERE} tiếp nhận {{w}} hồ sơ, trong đó tiếp nhận mới {{a}} hồ sơ, kỳ trước chuyển sang {{b}} hồ sơ.",
        f"{WHEN} toàn {WHERE} tiếp nhận tổng cộng {{w}} hồ sơ (mới {{a}}, tồn kỳ trước {{b}}).",
        f"Số hồ sơ {WHERE} phải giải quyết là {{w}} hồ sơ, gồm {{b}} hồ sơ từ kỳ trước chuyển sang và {{a}} hồ sơ mới.",
        f"Tại {WHERE} có {{w}} văn bản đến, trong đó văn bản điện tử {{a}}, văn bản giấy {{b}}.",
        f"{WHEN}, {WHERE} có {{w}} công chức được đánh giá, bao gồm {{a}} nam và {{b}} nữ.",
    )),
    Kind(_pair, tuple(
        f"{begin} {{a}}/{{w}} {thing}{LINK}{end}" for begin, thing, end in (
            ("Đến nay đã hoàn thành", "nhiệm vụ", "."), ("Toàn xã có", "cán bộ đạt chuẩn", "."),
            ("Đã công khai", "thủ tục", " theo quy định."), ("Qua khảo sát,", "phiếu hài lòng", "."),
            ("Số đơn vị đã kết nối là", "đơn vị", "."),
        )
    ), loose="aw"),
    Kind(_two, (
        f"{WHEN}, tiếp nhận {{w}} hồ sơ (trực tuyến {{a}}, chiếm {{p}}; trực tiếp {{b}}).",
        f"{WHEN}, tiếp nhận {{w}} hồ sơ, trong đó trực tuyến {{a}} hồ sơ (chiếm {{p}}), trực tiếp {{b}} hồ sơ.",
        f"{WHEN} có {{w}} hồ sơ, gồm {{a}} hồ sơ trực tuyến ({{p}}) và {{b}} hồ sơ trực tiếp.",
        "Tổng số {w} hồ sơ, bao gồm: nộp trực tuyến {a} hồ sơ, đạt tỷ lệ {p}; nộp trực tiếp {b} hồ sơ.",
        f"{WHERE} nhận {{w}} hồ sơ, chia ra qua mạng {{a}} hồ sơ ({{p}}), qua bưu chính {{b}} hồ sơ.",
    )),
    Kind(_flow_plain, (
        f"{WHEN}, tiếp nhận {{w}} hồ sơ⟨. Đã|; đã⟩ giải quyết {{d}} hồ sơ⟨. Đang|; đang⟩ giải quyết {{q}} hồ sơ.",
        f"{WHEN}, {WHERE} tiếp nhận {{w}} hồ sơ. Đã xử lý {{d}} hồ sơ. Còn lại {{q}} hồ sơ.",
        "Số hồ sơ tiếp nhận {w} hồ sơ; đã giải quyết {d} hồ sơ, chưa giải quyết {q} hồ sơ.",
    )),
    Kind(_flow, (
        f"{WHEN}, tiếp nhận {{w}} hồ sơ. Đã giải quyết {{d}} hồ sơ. Đang giải quyết {{q}} hồ sơ ({TIMELY} {{n}}, "
        f"{LATE} {{l}}).",
        f"Tiếp nhận {{w}} hồ sơ; đã giải quyết {{d}} hồ sơ; đang giải quyết {{q}} hồ sơ, gồm {{n}} hồ sơ {TIMELY} và "
        f"{{l}} hồ sơ {LATE}.",
    )),
    *(Kind(_change(sign), (
        f"Toàn đơn vị có {{w}} hồ sơ, {how} {{n}} hồ sơ ({{p}}) so với ⟨cùng kỳ năm trước|cùng kỳ|quý trước⟩.",
        f"Đã xử lý {{w}} văn bản ({how} {{n}} văn bản, ⟨tương ứng|tương đương⟩ {{p}} so với cùng kỳ).",
        f"{WHERE} đón {{w}} lượt người, {how} {{n}} lượt người, tỷ lệ {how} {{p}} so với năm trước.",
    ), loose="wn") for sign, how in ((1, "tăng"), (-1, "giảm"))),
    Kind(_three, tuple(
        f"{head}\n{a}Đất đai: {{a}} hồ sơ;\n{b}Hộ tịch: {{b}} hồ sơ;\n{c}Khác: {{c}} hồ sơ."
        for a, b, c in (("- ",) * 3, ("+ ",) * 3, ("a) ", "b) ", "c) ")) for head in (
            "Kết quả tiếp nhận {w} hồ sơ, cụ thể:", "Số hồ sơ đã tiếp nhận: {w} hồ sơ, gồm:",
            "Toàn xã tiếp nhận {w} hồ sơ, chia theo lĩnh vực như sau:",
        )
    )),
    Kind(lambda dice: {"a": (a := dice.randint(20, 900)), "b": (b := dice.randint(20, 900)), "w": a + b}, tuple(
        f"Đợt một thực hiện {{a}} {thing}. Đợt hai thực hiện {{b}} {thing}. {total_} {{w}} {thing}."
        for thing in ("hồ sơ", "văn bản", "cuộc") for total_ in ("Tổng cộng", "Tổng số", "Cộng")
    )),
)
HARMLESS = Kind(_any, (
    "Quý I, tiếp nhận {a} hồ sơ. Quý II, tiếp nhận {b} hồ sơ. Cùng kỳ năm trước tiếp nhận {c} hồ sơ.",
    "Cấp huyện tiếp nhận {a} hồ sơ; cấp xã đã giải quyết {b} hồ sơ; trong tháng 3 đang giải quyết {c} hồ sơ.",
    "Có {t} hồ sơ, trong đó có {f} hồ sơ phải xin lỗi và {g} hồ sơ bổ sung.",
    "Kế hoạch giao {a} lớp; đã mở {b} lớp với {c} lượt người, đạt {s}% kế hoạch.",
    "Theo Kế hoạch số {f}/KH-UBND ngày 05/3/2023, đã in {a} tờ rơi và {b} pa nô, họp {d} cuộc.",
    "Toàn xã có {t} cán bộ, trong đó {s} đảng viên, {g} nữ.",
    "Dân số {a} người, diện tích {f},5 km²; có {g} ấp, {b} hộ, thu nhập bình quân {c} nghìn đồng.",
    "Năm trước giải quyết {a} hồ sơ, đúng hạn đạt {s}%; năm nay giải quyết {b} hồ sơ, đúng hạn đạt 97,5%.",
    "Bổ sung {f} thủ tục, bãi bỏ {g} thủ tục trong tổng số {a} thủ tục.",
))


def _three_rate(dice: Dice) -> Numbers:
    made = _three(dice)
    a, b, whole = (int(made[name]) for name in "abw")
    return {**made, "p": rate(dice, a + b, whole)}


def _four_rate(dice: Dice) -> Numbers:
    made = _three(dice)
    shares = {name: rate(dice, int(made[of]), int(made["w"])) for name, of in zip("pqr", "abc", strict=True)}
    return {**made, **shares}


def _rest(dice: Dice) -> Numbers:
    made = _four_rate(dice)
    a, b, c = (int(made[name]) for name in "abc")
    return {"w": a + b + c, "a": a, "b": b + c, "p": made["p"], "q": rate(dice, b + c, a + b + c)}


def _few(dice: Dice) -> Numbers:
    a, b, c = (dice.randint(2, 60) for _ in "abc")
    return {"w": a + b + c, "a": a, "b": b, "c": c}


def _grades(dice: Dice) -> Numbers:
    parts = split(dice, whole := dice.randint(40, 900), 4)
    return {"w": whole, **dict(zip("abcd", parts, strict=True))}


def _plan(dice: Dice) -> Numbers:
    done = dice.randint(5, (whole := dice.randint(20, 300)))
    return {"w": whole, "a": done, "p": rate(dice, done, whole)}


def _since(sign: int) -> Callable[[Dice], Numbers]:
    """The same as a change, with the number before it."""
    def made(dice: Dice) -> Numbers:
        told = _change(sign)(dice)
        return {**told, "m": int(told["w"]) - sign * int(told["n"])}
    return made


def _fewer(dice: Dice) -> Numbers:
    return {"m": (before := dice.randint(20, 90)), "n": (by := dice.randint(2, 15)), "w": before - by}


def _quarters(dice: Dice) -> Numbers:
    return {"a": (a := dice.randint(20, 900)), "b": (b := dice.randint(20, 900)), "w": a + b}


def _full_flow(dice: Dice) -> Numbers:
    a, b = split(dice, whole := dice.randint(200, 9000), 2)
    done, pending = split(dice, whole, 2)
    return {"w": whole, "a": a, "b": b, "d": done, "q": pending}


NUMBERS = {
    "three": _three, "three_rate": _three_rate, "four_rate": _four_rate, "rest": _rest, "few": _few, "grades": _grades,
    "pair": _pair, "plan": _plan, "first_rate": _two, "two": _two_plain, "grown": _since(1), "fallen": _since(-1),
    "fewer": _fewer, "flow": _full_flow, "flow_plain": _flow_plain, "quarters": _quarters,
}


def _anything(dice: Dice) -> Numbers:
    return {**_any(dice), "y": "2022"}


def others() -> tuple[tuple[Kind, ...], Kind]:
    """The kinds of own_arithmetic.toml, and its texts that contradict nothing."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    kinds = tuple(
        Kind(NUMBERS[each["numbers"]], tuple(each["wordings"]), each.get("loose", "")) for each in told["kind"]
    )
    return kinds, Kind(_anything, tuple(told["harmless"]["wordings"]))


def other(shown: str, dice: Dice, first: bool) -> str:
    """A number as a tired person copies it: with another digit, or another first digit."""
    digits = [place for place, letter in enumerate(shown) if letter.isdigit()][:1 if first else None]
    while True:
        letters = list(shown)
        place = dice.choice(digits)
        letters[place] = str((int(letters[place]) + dice.randint(1, 8)) % 10)
        made = "".join(letters)
        if made != shown and made[0] != "0" and any(letter in "123456789" for letter in made):
            return made


def written(kind: Kind, dice: Dice, faulty: bool) -> list[str]:
    """The paragraphs of a passage, one of whose numbers is wrong where a fault is to be planted."""
    text = dice.choice(kind.wordings)
    while "⟨" in text:
        choice = text[text.index("⟨"):text.index("⟩") + 1]
        text = text.replace(choice, dice.choice(choice[1:-1].split("|")))
    shown = {name: each if isinstance(each, str) else counted(each) for name, each in kind.numbers(dice).items()}
    if faulty:
        wrong = dice.choice([name for name in shown if f"{{{name}}}" in text])
        shown[wrong] = other(shown[wrong], dice, wrong in kind.loose)
    text = text.format_map(shown)
    return [f"{line[:1].upper()}{line[1:]}" if not line.startswith(("a)", "b)", "c)")) else line
            for line in text.split("\n")]


@dataclass
class Outcome:
    """What was planted, found, missed and wrongly said."""

    planted: int = 0
    found: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> Decimal:
        """Found of planted."""
        return Decimal(self.found) / self.planted if self.planted else Decimal(1)

    @property
    def precision(self) -> Decimal:
        """Right findings of all."""
        said = self.found + len(self.false)
        return Decimal(self.found) / said if said else Decimal(1)


def evaluate(texts: int, seed: int, kinds: Sequence[Kind] = KINDS, harmless: Kind = HARMLESS) -> Outcome:
    """Makes so many texts, every second with one fault, and holds each against itself."""
    dice = random.Random(seed)
    form = sample_form(form_folder("2021"))
    auditor = Auditor(ROOT / "templates" / form.template, Content(form, {}), total(form, {}))
    outcome = Outcome()
    for number in range(texts):
        chosen = [*dice.sample(kinds, dice.choice((2, 3))), harmless]
        _one(auditor, dice, chosen, number % 2 == 1, outcome)
    return outcome


def _one(auditor: Auditor, dice: Dice, kinds: Sequence[Kind], faulty: bool, outcome: Outcome) -> None:
    bad = kinds[0] if faulty else None
    lines, where = ["BÁO CÁO", dice.choice(TITLES)], set[int]()
    for kind in dice.sample(kinds, len(kinds)):
        told = written(kind, dice, kind is bad)
        where |= set(range(len(lines), len(lines) + len(told))) if kind is bad else set()
        lines += told
    audit = auditor.audit(WordDocument(Path("bai.txt"), lines, list(range(len(lines)))))
    said = [fault for fault in audit.faults if fault.rule in (SUM, RATE) or fault.rule.severity == "error"]
    right = [fault for fault in said if fault.spot.paragraph in where]
    outcome.planted += faulty
    outcome.found += bool(right)
    outcome.false += [f"{fault.message}\n      {lines[fault.spot.paragraph]}" for fault in said if fault not in right]
    if faulty and not right:
        outcome.missed.append(" / ".join(lines[place] for place in sorted(where)))


def main() -> int:
    """Prints the measures of both sets and what was missed or wrongly said; 1 where a bound is not met."""
    texts, seed = (int(each) for each in (*sys.argv[1:3], *("600", "7")[len(sys.argv) - 1:]))
    outcomes = {"cách viết của bài đo": evaluate(texts, seed), "cách viết khác": evaluate(texts, seed, *others())}
    for name, outcome in outcomes.items():
        for title, several in (("bỏ sót", outcome.missed), ("báo sai", outcome.false)):
            for each in several[:40]:
                print(f"  {title}: {each}")
        print(f"{name}: {texts} bài, {outcome.planted} lỗi gài: tìm thấy {outcome.found} ({outcome.recall:.1%}), "
              f"báo sai {len(outcome.false)} (đúng {outcome.precision:.1%})")
    return int(any(each.recall < LEAST_RECALL or each.precision < LEAST_PRECISION for each in outcomes.values()))


if __name__ == "__main__":
    raise SystemExit(main())
