"""A reply's text is the same however its bytes are divided, and nothing else is taken for one."""

import itertools
import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ComposedInPart, NotComposed
from service.writing.reply import MOST_BYTES, read_reply
from tests.service.writing.played import DONE, event

GOOD = event("Ä [1") + event("]. 😀") + event(None, "stop") + DONE
NO_COMPLETION = r"^the language model's endpoint sent what is no chat completion; check CITEWELL"
BROKE_OFF = r"^the language model's endpoint broke off; look into its log$"


def _text(*chunks: bytes, streamed: bool = True, longest: int = 100) -> str:
    return "".join(read_reply(chunks, streamed=streamed, longest=longest))


def _divided(content: bytes, cuts: Iterable[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [content[a:b] for a, b in itertools.pairwise(places)]


def test_the_pieces_are_joined() -> None:
    assert _text(GOOD) == "Ä [1]. 😀"


@given(st.lists(st.integers(0, 1000), max_size=30), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_however_the_bytes_are_divided(cuts: list[int], line_end: bytes) -> None:
    assert _text(*_divided(GOOD.replace(b"\n", line_end), cuts)) == "Ä [1]. 😀"


def test_comments_and_empty_pieces_add_nothing() -> None:
    usage = b'data: {"choices": [], "usage": {"total_tokens": 1}}\n\n'
    role = b'data: {"choices": [{"delta": {"role": "assistant"}}]}\n\n'
    assert _text(b": hello\n\n", role, event("a"), usage, event("b", "stop"), usage) == "ab"


def test_done_ends_an_answer_without_a_reason() -> None:
    assert _text(event("a"), DONE, event("b")) == "a"


def test_only_the_first_choice_is_read() -> None:
    two = {"choices": [{"delta": {"content": text}} for text in ("a", "b")]}
    assert _text(b"data: " + json.dumps(two).encode() + b"\n\n", DONE) == "a"


def test_one_object_is_an_answer_too() -> None:
    reply = b'{"id": "x", "choices": [{"message": {"content": "a [1]."}, "finish_reason": null}]}'
    assert _text(reply[:20], reply[20:], streamed=False) == "a [1]."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"{",
        b"[]",
        b"{}",
        b'{"choices": []}',
        b'{"choices": {}}',
        b"[" * 100000,
        b'{"choices": [{"message": {"content": ["a"]}}]}',
        b'{"choices": [null]}',
        b"\xff",
    ],
)
def test_one_object_that_is_no_answer_is_refused(content: bytes) -> None:
    with pytest.raises(NotComposed, match=NO_COMPLETION):
        _text(content, streamed=False)


@pytest.mark.parametrize(
    "content", [b"data: {\n\n", b"data: \xff\n\n", b"data: 1\n\n", b'data: {"choices": 1}\n\n']
)
def test_an_event_that_is_no_piece_is_refused(content: bytes) -> None:
    with pytest.raises(NotComposed, match=NO_COMPLETION):
        _text(event("a"), content)


@pytest.mark.parametrize("content", [b"", event("a"), event("a") + b": ping\n\n", b"<html>\n\n"])
def test_a_stream_without_an_end_is_refused(content: bytes) -> None:
    with pytest.raises(NotComposed, match=BROKE_OFF):
        _text(content)


def test_an_error_midway_is_not_repeated() -> None:
    told = b'data: {"error": {"message": "the key sk-secret is wrong"}}\n\n'
    with pytest.raises(NotComposed, match=r"endpoint reported an error; look into its log$"):
        _text(event("a"), told)


def test_a_withheld_answer_is_refused() -> None:
    with pytest.raises(NotComposed, match=r"withheld the answer; ask otherwise$"):
        _text(event("a"), event(None, "content_filter"))


def test_what_comes_before_a_cut_is_given() -> None:
    pieces = []
    reply = read_reply([event("aa"), event("b", "length")], streamed=True, longest=100)
    with pytest.raises(ComposedInPart, match=r"too long and ends early; raise CITEWELL_LLM_ANSW"):
        for piece in reply:
            pieces.append(piece)  # noqa: PERF402 - what came before the error is wanted
    assert pieces == ["aa", "b"]


@pytest.mark.parametrize("parts", [[event("a" * 300)], [event("ab")] * 150])
def test_no_more_characters_are_taken_than_wanted(parts: list[bytes]) -> None:
    pieces = []
    with pytest.raises(ComposedInPart, match=r"too long and ends early"):
        for piece in read_reply(parts, streamed=True, longest=9):
            pieces.append(piece)  # noqa: PERF402 - what came before the error is wanted
    assert len("".join(pieces)) == 9


def test_an_answer_of_just_as_many_characters_is_whole() -> None:
    assert _text(event("a" * 9), DONE, longest=9) == "a" * 9


@pytest.mark.parametrize("streamed", [True, False])
def test_bytes_without_end_are_not_read(streamed: bool) -> None:
    taken = 0

    def endless() -> Iterable[bytes]:
        nonlocal taken
        while True:
            taken += 65536
            yield b": " + b"a" * 65534

    with pytest.raises(NotComposed, match=rf"sent more than {MOST_BYTES} bytes"):
        list(read_reply(endless(), streamed=streamed, longest=9))
    assert taken == MOST_BYTES + 65536
