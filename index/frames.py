"""Messages between the reader and its child process. In: bytes. Out: bytes with their length.

A frame is eight bytes, the length of what follows, most significant first.
"""

from typing import BinaryIO

_LENGTH_BYTES = 8


def frame(content: bytes) -> tuple[bytes, bytes]:
    """A frame as its head and its body, so that a large body is not copied."""
    return len(content).to_bytes(_LENGTH_BYTES, "big"), content


def read_frame(source: BinaryIO) -> bytes | None:
    """The next frame of a blocking stream; nothing at its end."""
    head = source.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    body = source.read(length)
    return body if len(body) == length else None


def missing(received: bytearray, most: int) -> int:
    """How many bytes a frame still lacks; raises ``ValueError`` if it has more than ``most``."""
    if len(received) < _LENGTH_BYTES:
        return _LENGTH_BYTES - len(received)
    length = int.from_bytes(received[:_LENGTH_BYTES], "big")
    if length > most:
        raise ValueError("a frame that is too long")
    return _LENGTH_BYTES + length - len(received)


def body(received: bytearray) -> bytes:
    """What a complete frame holds."""
    return bytes(memoryview(received)[_LENGTH_BYTES:])
