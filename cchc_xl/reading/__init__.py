"""Reading cells: from what people typed to a `Reading`, driven by the indicator's kind."""

from cchc_xl.reading.number_grammar import read
from cchc_xl.reading.raw_cell import Cell
from cchc_xl.typed_text import folded, tidy

__all__ = ["Cell", "folded", "read", "tidy"]
