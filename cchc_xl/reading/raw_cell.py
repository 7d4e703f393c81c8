"""One cell of a spreadsheet as it lies in the file, whatever file format it came from; and whether its text was typed
in the fonts that came before Unicode, TCVN3 (.VnTime) and VNI (VNI-Times).

Such text is Latin-1 letters to the computer: `C¶i c¸ch`, `Caûi caùch`. It is never rewritten, only pointed out.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from cchc_xl.values import Struct

EXCEL_EPOCH = datetime.date(1899, 12, 30)
LAST_DAY = (datetime.date(9999, 12, 31) - EXCEL_EPOCH).days
SHOWN = Context(prec=15, rounding=ROUND_HALF_EVEN)
"""Excel stores 17 digits (10.248 as 10.247999999999999) and shows 15: those are what was typed."""

_UNSHOWN = r'"[^"]*"|\[(?![hms]+\])[^\]]*\]|\\.|_.|\*.'
_BEGIN_UNSHOWN = frozenset('"[\\_*')


class Cell(Struct, frozen=True):
    """Content and number format of a cell.

    `value` is a Decimal (number), a str (text), a bool, or None (empty). `error` holds an error value such as #REF!.
    `formula` is the formula's text without "=". `font` names a font from before Unicode (.VnTime, VNI-Times), where
    the carrier knows that the text is shown in one.
    """

    value: Decimal | str | bool | None = None
    number_format: str = "General"
    formula: str = ""
    error: str = ""
    font: str = ""

    @property
    def empty(self) -> bool:
        """Nothing at all, or nothing but a formula without a result."""
        return self.value is None and not self.error

    @property
    def is_plain(self) -> bool:
        """Whether a number in this cell is shown as a number: no date, no time, no percentage."""
        return not _shows(self.number_format)

    @property
    def is_date(self) -> bool:
        """Whether the number is shown as a date."""
        return isinstance(self.value, Decimal) and self.value >= 0 and _shows(self.number_format) == "date"

    @property
    def is_time(self) -> bool:
        """Whether the number is shown as a time without a date."""
        return isinstance(self.value, Decimal) and self.value >= 0 and _shows(self.number_format) == "time"

    @property
    def is_percent(self) -> bool:
        """Whether the number is shown as a percentage."""
        return isinstance(self.value, Decimal) and _shows(self.number_format) == "percent"

    @property
    def shown(self) -> str:
        """The text of a typed number that its format shows as a date, a time or a percentage; empty for any other
        cell."""
        if self.formula or self.is_plain or not isinstance(self.value, Decimal):
            return ""
        if self.is_time:
            hours, minutes = divmod(round(self.number * 24 * 60), 60)
            return f"{hours}:{minutes:02d}"
        return f"{(self.number * 100).normalize():f}%".replace(".", ",") if self.is_percent else self.raw

    @property
    def number(self) -> Decimal:
        """The number with the digits that Excel shows."""
        assert isinstance(self.value, Decimal)
        return SHOWN.plus(self.value)

    @property
    def date(self) -> datetime.date:
        """The date that a date cell shows."""
        assert isinstance(self.value, Decimal)
        return EXCEL_EPOCH + datetime.timedelta(days=min(int(self.value), LAST_DAY))

    @property
    def raw(self) -> str:
        """The content as text, for messages and the log."""
        if self.error:
            return self.error
        value = self.value
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        return self.date.strftime("%d/%m/%Y") if self.is_date else f"{self.number:f}".replace(".", ",")


@lru_cache(maxsize=256)
def _shows(number_format: str) -> str:
    """What a format shows a number as: a date, a time or a percentage; empty for a plain number."""
    shown = number_format if _BEGIN_UNSHOWN.isdisjoint(number_format) else re.sub(_UNSHOWN, "", number_format)
    bare = shown.lower()
    if "general" in bare:
        return ""
    if "d" in bare or "y" in bare or "mmm" in bare:
        return "date"
    if "h" in bare or "m:" in bare or "s" in bare:
        return "time"
    return "percent" if "%" in bare else ""


# Letters that stand inside words in TCVN3 or VNI but in no Vietnamese word of Unicode.
_FOREIGN = "µ¸¶·¹¨»¾¼½Æ©ÇË®ÐÎÏÑªÖ×ØÜÞßä«åæç¬ëîïñøö÷ûüþ¡¢§£¤¥¦ÛÄÅ"
_VNI_TONES = "ùõÙÕ"
_TELLING = rf"(?<=[A-Za-zÀ-ÿ])[{_FOREIGN}]|[{_FOREIGN}](?=[A-Za-zÀ-ÿ])|(?<=[aeoAEO])[{_VNI_TONES}]"
_MODERN = frozenset("\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0").union(map(chr, range(0x1EA0, 0x1EFA)))
_TELL_TALE = frozenset(_FOREIGN + _VNI_TONES)


def is_old_font(name: str) -> bool:
    """Whether a font shows Latin-1 letters as Vietnamese: .VnTime, VNI-Times."""
    return name.lower().startswith((".vn", "vni-", "vni "))


def is_legacy(text: str, font: str = "") -> bool:
    """Whether a text was typed in TCVN3 or VNI: two tell-tale letters, and no letter of today's Vietnamese.

    In a font of that time one letter beyond ASCII tells as much: tèt in .VnTime reads tốt.
    """
    if text.isascii():
        return False
    composed = unicodedata.normalize("NFC", text)
    if not _MODERN.isdisjoint(composed):
        return False
    if is_old_font(font) and any("\u0080" <= letter <= "\u00ff" for letter in composed):
        return True
    if _TELL_TALE.isdisjoint(composed):
        return False
    return len(re.findall(_TELLING, composed)) >= 2
