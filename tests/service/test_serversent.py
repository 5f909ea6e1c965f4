"""Events are read as the standard says, however their bytes are divided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.serversent import server_sent

M = b"message"


@pytest.mark.parametrize(
    ("content", "events"),
    [
        (b"data: a\n\ndata:b\n\n", [(M, b"a"), (M, b"b")]),
        (b"data: a\ndata: b\n\n", [(M, b"a\nb")]),
        (b": ping\n\nevent: x\nid: 1\nretry: 2\ndata:  a\n\n", [(b"x", b" a")]),
        (b"data: a\nevent:x\n\ndata: b\n\n", [(b"x", b"a"), (M, b"b")]),
        (b"event: x\n\ndata: a\n\n", [(M, b"a")]),
        (b"event: x\nevent\ndata: a\n\n", [(M, b"a")]),
        (b"data: a", [(M, b"a")]),
        (b"data: a\r", [(M, b"a")]),
        (b"data: a\r\n\r\n\r\n", [(M, b"a")]),
        (b"data\n\n", [(M, b"")]),
        ("data: a\u2028b\n\n".encode(), [(M, "a\u2028b".encode())]),
        (b"", []),
        (b"\n\n: a\n\n", []),
    ],
)
def test_events_are_read_as_the_standard_says(
    content: bytes, events: list[tuple[bytes, bytes]]
) -> None:
    assert list(server_sent([content])) == events
    assert list(server_sent([content[i : i + 1] for i in range(len(content))])) == events


line = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])).map(str.encode)


@given(st.lists(st.tuples(line.filter(bool), line), max_size=4), st.integers(1, 7))
def test_what_is_written_is_read(events: list[tuple[bytes, bytes]], size: int) -> None:
    content = b"".join(b"event: %s\ndata: %s\n\n" % event for event in events)
    chunks = [content[i : i + size] for i in range(0, len(content), size)]
    assert list(server_sent(chunks)) == events
