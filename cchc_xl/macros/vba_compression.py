"""The compression of VBA projects (MS-OVBA 2.4.1): chunks of 4096 bytes, literals and copies of earlier bytes."""

from __future__ import annotations

import struct

CHUNK = 4096
SIGNATURE = b"\x01"
MINIMUM_COPY = 3
TOKENS_A_GROUP = 8

RAW_HEADER = 0x3FFF
COMPRESSED_HEADER = 0xB000
"""Upper bits of a chunk's header; the lower twelve hold its length less three."""


def compress(data: bytes) -> bytes:
    """The compressed container of some bytes."""
    chunks = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return SIGNATURE + b"".join(_packed(chunk) for chunk in chunks)


def _packed(chunk: bytes) -> bytes:
    body = _Encoder(chunk).encode()
    if len(body) <= CHUNK:
        return struct.pack("<H", COMPRESSED_HEADER | (len(body) - 1)) + body
    if len(chunk) < CHUNK:
        # The format pads a raw chunk to 4096 bytes, which would lengthen the source.
        raise ValueError("a short chunk does not compress: this is no VBA source")
    return struct.pack("<H", RAW_HEADER) + chunk


class _Encoder:
    """Turns one chunk into groups of eight tokens, each group behind a byte that says which are copies."""

    def __init__(self, chunk: bytes) -> None:
        self._chunk = chunk
        self._at = 0

    def encode(self) -> bytes:
        groups = bytearray()
        while self._at < len(self._chunk):
            groups += self._group()
        return bytes(groups)

    def _group(self) -> bytes:
        flags, tokens = 0, bytearray()
        for bit in range(TOKENS_A_GROUP):
            if self._at >= len(self._chunk):
                break
            offset, length = self._best_copy()
            if length:
                flags |= 1 << bit
                tokens += self._copy_token(offset, length)
            else:
                tokens.append(self._chunk[self._at])
            self._at += length or 1
        return bytes([flags]) + bytes(tokens)

    def _length_bits(self) -> int:
        """The further into the chunk, the more of a token's 16 bits the offset needs (2.4.1.3.19.1)."""
        return 16 - max(4, (self._at - 1).bit_length())

    def _copy_token(self, offset: int, length: int) -> bytes:
        return struct.pack("<H", ((offset - 1) << self._length_bits()) | (length - MINIMUM_COPY))

    def _best_copy(self) -> tuple[int, int]:
        """Offset and length of the longest earlier match, the nearest of equals; (0, 0) where there is none."""
        chunk, at = self._chunk, self._at
        longest = min((1 << self._length_bits()) - 1 + MINIMUM_COPY, len(chunk) - at)
        place, length = 0, MINIMUM_COPY - 1
        # The nearest place that matches by one more byte; it may reach into what is being matched.
        while length < longest and (found := chunk.rfind(chunk[at : at + length + 1], 0, at + length)) >= 0:
            place, length = found, length + 1
            while length < longest and chunk[place + length] == chunk[at + length]:
                length += 1
        return (at - place, length) if length >= MINIMUM_COPY else (0, 0)
