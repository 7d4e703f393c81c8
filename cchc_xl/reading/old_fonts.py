"""Recognises Vietnamese typed in the fonts that came before Unicode: TCVN3 (.VnTime) and VNI (VNI-Times).

Such text is Latin-1 letters to the computer: `C¶i c¸ch`, `Caûi caùch`. It is never rewritten, only pointed out.
"""

from __future__ import annotations

import re
import unicodedata

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
