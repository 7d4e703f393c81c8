"""The catalogue of all checks, written from their declarations: docs/quy_tac.md.

    python -m tools.rule_catalogue FORM > docs/quy_tac.md

The examples of declared rules are worked out from the expressions: two sets of figures that differ by one in one place,
the first of which passes and the second fails.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cchc_xl.checks.check_context import bare
from cchc_xl.checks.run_checks import DeclaredRule, rules_of
from cchc_xl.declaration import form_folder
from cchc_xl.rule_registry import GROUPS, SEVERITY_WORDS, Group
from cchc_xl.rules import judge
from cchc_xl.rules.rule_judgement import Known, RuleOutcome, key_of
from cchc_xl.rules.rule_syntax import Leaf, Months, Name, Previous, UnitCount, leaves
from cchc_xl.schema import Form, Kind, Section
from cchc_xl.values import Ratio, Value
from cchc_xl.verbs.demo import sample_form
from cchc_xl.word.decree30.decree_rules import rules
from cchc_xl.writing.vietnamese_numbers import in_table, plain

Key = tuple[str, str]
"""What a number of an example belongs to: a key of `Known`, and "tu" or "mau" for a side of a ratio."""

Numbers = dict[Key, int]
LARGEST_EXAMPLES = (15, 300)
"""Small numbers are easily read; a rule about shares of a hundred needs larger ones."""
TRIES = 60


@dataclass(frozen=True, slots=True)
class Boundary:
    """Figures at the boundary of a rule: those that pass, those that fail, and how the failure is told."""

    passing: Known
    failing: Known
    outcome: RuleOutcome


def boundary(rule: DeclaredRule) -> Boundary | None:
    """The smallest example found; None where no figures pass, or none fail."""
    # The same example every time: the catalogue must not change without cause.
    chance = random.Random(rule.line.code)
    best = next(filter(None, (_smallest(rule, _keys(rule, largest), chance) for largest in LARGEST_EXAMPLES)), None)
    if best is None:
        return None
    passing, failing = (_known(numbers) for numbers in best)
    outcome = judge(rule.test, failing, rule.line.missing)
    assert outcome is not None
    return Boundary(passing, failing, outcome)


def _smallest(rule: DeclaredRule, keys: Numbers, chance: random.Random) -> tuple[Numbers, Numbers] | None:
    found = (_crossing(rule, keys, chance) for _ in range(TRIES))
    return min((each for each in found if each), key=lambda each: sum(each[1].values()), default=None)


def _keys(rule: DeclaredRule, largest: int) -> Numbers:
    """The numbers of a rule with the largest that each can be."""
    kinds = {row.name: row for row in rule.indicators}
    limits: Numbers = {}
    for leaf in leaves(rule.test):
        row = kinds.get(leaf.name) if isinstance(leaf, Name | Previous) else None
        small = row is not None and row.kind in (Kind.YES_NO, Kind.CHOICE)
        for part in ("tu", "mau") if row is not None and row.kind is Kind.RATIO else ("",):
            limits[key_of(leaf), part] = 1 if small else largest
    return limits


def _crossing(rule: DeclaredRule, keys: Mapping[Key, int], chance: random.Random) -> tuple[Numbers, Numbers] | None:
    """The first change from passing to failing or back on a walk by ones between two random sets of figures."""
    start, end = ({key: _some(chance, most) for key, most in keys.items()} for _ in range(2))
    before, passed = start, _passes(rule, start)
    for after in _steps(start, end):
        if _passes(rule, after) is not passed:
            return (before, after) if passed else (after, before)
        before = after
    return None


def _some(chance: random.Random, most: int) -> int:
    """A number up to the largest; small ones, and zero above all, are likelier."""
    return chance.choice((0, chance.randint(0, min(2, most)), chance.randint(0, most)))


def _steps(start: Numbers, end: Numbers) -> Iterator[Numbers]:
    here = dict(start)
    for key, target in end.items():
        while here[key] != target:
            here[key] += 1 if target > here[key] else -1
            yield dict(here)


def _passes(rule: DeclaredRule, numbers: Mapping[Key, int]) -> bool:
    return judge(rule.test, _known(numbers), rule.line.missing) is None


def _known(numbers: Mapping[Key, int]) -> dict[str, Value | None]:
    known: dict[str, Value | None] = {}
    for (key, part), number in numbers.items():
        value = Decimal(number)
        if not part:
            known[key] = value
        elif part == "tu":
            known[key] = Ratio(value, Decimal(0))
        else:
            other = known[key]
            assert isinstance(other, Ratio)
            known[key] = Ratio(other.part, value)
    return known


def catalogue(form: Form) -> str:
    """The whole catalogue, in Markdown."""
    decree = Group(f"Thể thức văn bản ({rules().decree})", tuple(rules().told.values()))
    parts = (_introduction(form), *map(_group, GROUPS), _group(decree), _declared(form), _scales(form), _legend(form))
    return "\n".join(line for part in parts for line in part).rstrip("\n") + "\n"


def _introduction(form: Form) -> list[str]:
    count = sum(len(group.rules) for group in GROUPS) + len(rules().told)
    return [
        "# Danh mục quy tắc kiểm tra", "",
        "Tài liệu này được viết tự động từ khai báo, không sửa trực tiếp: chạy "
        f"`python -m tools.rule_catalogue {form.id} > docs/quy_tac.md` sau khi sửa khai báo.", "",
        f"Có {count} quy tắc chung cho mọi mẫu báo cáo và {len(rules_of(form))} quy tắc của mẫu báo cáo năm {form.id}.",
        "", "Mã chỉ tiêu như III.6.1 được tra ở bảng cuối tài liệu. Các con số trong cột Đạt và Không đạt chỉ là ví dụ "
        "nhỏ nhất ở ranh giới của quy tắc. Quy tắc không được hỏi khi còn thiếu số liệu mà nó cần.", "",
        "| Mức | Ý nghĩa |", "|---|---|",
        "| Bắt buộc sửa | Không thể đúng; phải sửa số liệu, không giải trình được. |",
        "| Cần giải trình | Có thể sai; sửa số liệu, hoặc ghi giải trình ở trang tính Kiểm tra. |",
        "| Lưu ý | Nên xem lại trước khi ký. |", "",
    ]


def _group(group: Group) -> Iterable[str]:
    """A table of rules, without the columns that none of them fills."""
    columns = [("Đạt", "passes"), ("Không đạt", "fails"), ("Cách xử lý", "remedy")]
    shown = [(title, name) for title, name in columns if any(getattr(rule, name) for rule in group.rules)]
    yield from (f"## {group.title}", "", _line("Mã", "Mức", "Ý nghĩa", *(title for title, _ in shown)))
    yield "|---" * (3 + len(shown)) + "|"
    for rule in group.rules:
        texts = (str(getattr(rule, name)).replace("{}", "…") for _, name in shown)
        meaning = rule.meaning.replace("{}", "…")
        yield _line(f"`{rule.code}`", SEVERITY_WORDS[rule.severity], meaning, *texts)
    yield ""


def _declared(form: Form) -> Iterable[str]:
    yield from (f"## Quy tắc của mẫu báo cáo năm {form.id}", "")
    for section in form.sections:
        yield from (f"### {section.number}. {section.title}", "")
        yield from _section(form, section)


def _section(form: Form, section: Section) -> Iterable[str]:
    lines = {line.code for line in section.rules}
    yield from ("| Mã | Mức | Không đạt thì báo | Đạt | Không đạt |", "|---|---|---|---|---|")
    for rule in rules_of(form):
        if rule.line.code in lines and (example := boundary(rule)):
            told = rule.sentence(example.outcome, example.failing, lambda name: form.by_name[name].code)
            shown = (_figures(form, rule, each) for each in (example.passing, example.failing))
            severity = SEVERITY_WORDS[rule.line.severity]
            yield _line(f"`{rule.line.code}`", severity, f"{told}. {rule.line.remedy}", *shown)
    yield ""


def _scales(form: Form) -> Iterable[str]:
    """The declared classes of scores; a section without any is left out."""
    for scale in (scale for section in form.sections for scale in section.scales):
        yield from (f"## {scale.label}", "", "| Mức | Từ | Đến dưới | Chỉ tiêu đếm |", "|---|---|---|---|")
        for each in reversed(scale.rising):
            counted = form.by_name[each.counts].code if each.counts else ""
            last = " (kể cả)" if each is scale.rising[-1] else ""
            yield _line(each.name, plain(each.low), plain(each.high) + last, counted)
        yield ""


def _legend(form: Form) -> Iterable[str]:
    yield from ("## Bảng tra chỉ tiêu", "", "| Mã | Chỉ tiêu | Đơn vị tính |", "|---|---|---|")
    for row in form.indicators():
        yield _line(row.code, bare(row.label), row.unit)
    yield ""


def _figures(form: Form, rule: DeclaredRule, known: Known) -> str:
    shown = {_label(form, leaf): known[key_of(leaf)] for leaf in leaves(rule.test)}
    return "; ".join(f"{label} = {_number(value)}" for label, value in shown.items())


def _label(form: Form, leaf: Leaf) -> str:
    match leaf:
        case Name(name):
            return form.by_name[name].code
        case Previous(name):
            return f"{form.by_name[name].code} {leaf.words}"
        case Months():
            return "số tháng của kỳ"
        case UnitCount():
            return "số đơn vị đếm được"


def _number(value: Value | None) -> str:
    return plain(value) if isinstance(value, Decimal) else in_table(value)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main(arguments: list[str]) -> None:
    """Prints the catalogue of the form that is named."""
    print(catalogue(sample_form(form_folder(arguments[0]))), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
