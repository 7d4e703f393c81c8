"""What stands in the cells of sheet Cột: formulas in codes of columns, turned into those of one row's figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cchc_xl.rules.rule_sentence import BUT, MUST, SIGN
from cchc_xl.rules.rule_syntax import Arithmetic, Comparison, Name, Number, Previous, RuleSyntaxError, Term, parse
from cchc_xl.schema.model_kinds import Source
from cchc_xl.schema.table_model import TableColumn
from cchc_xl.writing.vietnamese_numbers import plain

COLUMN = r"\(\s*(\d{1,2}[a-z]?)\s*\)"
OF_TABLE = rf"\[\s*([^\]\[]+?)\s*\]\s*{COLUMN}"
"""[ii06a](3) in a rule."""

SIGNED = rf"([+−–-]?)\s*{COLUMN}"
FORMULAS = {
    Source.COMPUTED: (rf"{SIGNED}(?:\s*[+−–-]\s*{COLUMN})*", "ghi như (4) + (5) + (6)."),
    Source.RATE: (rf"{COLUMN}\s*[/:÷]\s*{COLUMN}", "cột tỷ lệ ghi như (8) / (7)."),
    Source.PREVIOUS: (rf"(?i:(?:{COLUMN}\s*kỳ trước)?)", "cột kỳ trước ghi như (11) kỳ trước."),
}
"""What stands in a formula of each source, and how it is written."""


def columns_of(source: Source, formula: str) -> tuple[str, ...]:
    """The columns that (4) + (5) − (6) adds up, one taken away with a minus before it; part and whole of (8) / (7); the
    one of the last period that (11) kỳ trước names, none for an empty cell. Raises `ValueError`."""
    if source not in FORMULAS:
        return ()
    pattern, advice = FORMULAS[source]
    if source is Source.COMPUTED and not formula.strip():
        raise ValueError("cột tính phải có công thức, ví dụ (4) + (5) + (6).")
    if not re.fullmatch(pattern, formula.strip()):
        raise ValueError(f"không hiểu “{formula}”; {advice}")
    terms = re.findall(SIGNED, formula)
    return tuple(f"({code})" if sign in ("", "+") else f"-({code})" for sign, code in terms)


def of_table(formula: str, table: str) -> str:
    """(3) + (4) as columns of a table in a rule: [ii06a](3) + [ii06a](4)."""
    return re.sub(COLUMN, lambda found: f"[{table}]({found[1]})", formula)


def of_row(test: str, table: str, row: str) -> str:
    """Columns of a table as the figures of its row: [ii06a.3(3)] for [ii06a](3)."""
    return re.sub(OF_TABLE, lambda found: f"[{row if found[1] == table else found[1]}({found[2]})]", test)


def words(row: str, column: TableColumn) -> str:
    """A row and a column: Hộ tịch, Tiếp nhận: (3) Tổng số."""
    group = f", {column.titles[0]}" if len(column.titles) > 1 else ""
    return f"{row}{group}: {column.code} {column.title}"


def worked_out(test: str, sums: Mapping[str, str]) -> str:
    """A rule with computed figures written as what they are computed of, which units type."""
    return re.sub(r"previous\(\w+\)|[a-z_]\w*", lambda found: sums.get(found[0], found[0]), test)


class RowSentence:
    """The own sentence of a rule on one row, in the words of the headings.

        Hộ tịch, Tiếp nhận: (3) Tổng số 1.100 phải bằng (4) 1.030 + (5) 60 + (6) 12 = 1.102; lệch 2
    """

    def __init__(
        self, row: str, column_of: Callable[[str], TableColumn | None], sums: Mapping[str, str], must: bool
    ) -> None:
        self._row, self._column_of, self._sums, self._must = row, column_of, sums, must

    def of(self, test: str) -> str:
        """The sentence with terms in braces; empty for a rule that is no plain comparison of columns."""
        try:
            said = parse(test)
        except RuleSyntaxError:
            return ""
        if not isinstance(said, Comparison) or not isinstance(said.left, Name):
            return ""
        column = self._column_of(said.left.name)
        if column is None:
            return ""
        left, right = self._spelled(said.left), self._spelled(said.right)
        word = (MUST if self._must else BUT)[said.operator]
        whole = f" = {{{right}}}" if isinstance(said.right, Arithmetic) else ""
        return (
            f"{words(self._row, column)} {{{left}}} {word} {self._named(said.right)}{whole}; "
            f"lệch {{abs({left} - ({right}))}}"
        )

    def _named(self, term: Term) -> str:
        match term:
            case Arithmetic(symbol, left, right):
                return f"{self._named(left)} {SIGN[symbol]} {self._named(right)}"
            case Number(value):
                return plain(value)
            case Name(name) | Previous(name):
                column = self._column_of(name)
                code = column.code if column else name
                when = f" {term.words}" if isinstance(term, Previous) else ""
                return f"{code}{when} {{{self._spelled(term)}}}"
        return f"{{{self._spelled(term)}}}"

    def _spelled(self, term: Term) -> str:
        """A term in the language of rules."""
        match term:
            case Arithmetic(symbol, left, right):
                return f"({self._spelled(left)} {symbol} {self._spelled(right)})"
            case Number(value):
                return f"{value:f}"
            case Previous():
                return term.key
            case Name(name, part):
                return self._sums.get(name) or (f"{name}.{part}" if part else name)
        raise TypeError(term)
