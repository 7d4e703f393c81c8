"""What a file says, as it travels between processes and lies in the store. It does not hold the file's name."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from cchc_xl.values import Ratio, Value

FORM, MASTER, RESULT, REFUSED = "form", "master", "result", "refused"
RESULT_KIND = "consolidation"
"""What the hidden sheet of a result says it is."""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """One cell: what was understood and where it stands. `value` is written by `packed`."""

    code: str
    status: str
    value: str
    sheet: str
    cell: str


class Remarked(msgspec.Struct, frozen=True, array_like=True):
    """A finding of a file, with the first cell that it names."""

    rule: str
    severity: str
    unit: str
    code: str
    sheet: str
    cell: str
    message: str
    suggestion: str = ""


class Delivered(msgspec.Struct, frozen=True, array_like=True):
    """What one unit delivers in a file."""

    unit: str
    turn: int
    answers: tuple[Answer, ...]


class Sum(msgspec.Struct, frozen=True, array_like=True):
    """One line of a result of lower level: a node's tally of an indicator, losslessly."""

    unit: str
    code: str
    expected: int
    answered: int
    unreadable: int
    given: int
    total: str
    whole: str
    yes: int
    distinct: tuple[str, ...]
    missing: tuple[str, ...]


class Record(msgspec.Struct, frozen=True, array_like=True):
    """A whole file. `refused` names the reason where it gives nothing; `covered` the units inside a result."""

    kind: str
    refused: str = ""
    message: str = ""
    delivered: tuple[Delivered, ...] = ()
    remarks: tuple[Remarked, ...] = ()
    sums: tuple[Sum, ...] = ()
    covered: tuple[str, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


def encode(record: Record) -> bytes:
    """The record as bytes."""
    return _encoder.encode(record)


def decode(data: bytes) -> Record:
    """The record of bytes. Raises `msgspec.MsgspecError` for bytes of another shape."""
    return _decoder.decode(data)


NUMBER = "n"
"""What the packed text of a number begins with."""


def packed(value: Value | None) -> str:
    """A value as text that `unpacked` reads back exactly: a letter for its shape, then its text."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{NUMBER}{value:f}"
        case Ratio(part, whole):
            return f"r{part:f}/{whole:f}"
    return f"t{value}"


def unpacked(text: str) -> Value | None:
    """The value of a packed text."""
    match text[:1]:
        case "n":
            return Decimal(text[1:])
        case "r":
            part, _, whole = text[1:].partition("/")
            return Ratio(Decimal(part), Decimal(whole))
        case "t":
            return text[1:]
    return None
