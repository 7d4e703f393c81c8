"""Reading cells: from what people typed to a `Reading`, driven by the indicator's kind."""

from cchc_xl.reading.cell import Cell
from cchc_xl.reading.grammar import read
from cchc_xl.reading.text import folded, tidy

__all__ = ["Cell", "folded", "read", "tidy"]
