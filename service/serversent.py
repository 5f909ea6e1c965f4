"""Server-sent events, read. In: bytes. Out: the name and data of each event.

As the WHATWG HTML standard says (9.2.6), without ids and times to come again.
"""

import re
from collections.abc import Iterable, Iterator

_LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")  # a CR that came last may be half of a CRLF
_UNNAMED = b"message"


def server_sent(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The name and data of each event, however the bytes are divided.

    What is left at the end counts as an event although no empty line follows it.
    """
    name, data = _UNNAMED, list[bytes]()
    for line in _lines(chunks):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value or _UNNAMED
        elif not line:
            if data:
                yield name, b"\n".join(data)
            name, data = _UNNAMED, []
    if data:
        yield name, b"\n".join(data)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for chunk in chunks:
        held.append(chunk)
        if b"\n" in chunk or b"\r" in chunk:  # else a long line would be split again and again
            *lines, rest = _LINE_END.split(b"".join(held))
            yield from lines
            held = [rest]
    yield from _LINE_END.split(b"".join(held).removesuffix(b"\r"))
