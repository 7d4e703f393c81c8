"""Office files saved as “Strict Open XML”: the same parts under other names of namespaces."""

from __future__ import annotations

import re

_MARK = b"http://purl.oclc.org/ooxml/"
_CONFORMANCE = b' w:conformance="strict"'
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_SPELLED = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}


def transitional(data: bytes) -> bytes:
    """A part with the usual names in the place of strict ones; any other part as it is."""
    return _STRICT.sub(_usual, data).replace(_CONFORMANCE, b"") if _MARK in data else data


def _usual(found: re.Match[bytes]) -> bytes:
    return b"http://schemas.openxmlformats.org/" + found[1] + b"/2006/" + _SPELLED.get(found[2], found[2])
