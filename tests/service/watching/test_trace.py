"""Trace Context is read as the W3C's Recommendation says, and by its examples."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.watching.trace import Trace, read_trace

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"


def test_the_recommendations_example_is_continued() -> None:
    trace = read_trace([PARENT], ["rojo=00f067aa0ba902b7", "congo=t61rcWkgMzE"])
    assert (trace.trace_id, trace.parent_id, trace.sampled) == (TRACE, SPAN, True)
    assert trace.state == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
    assert re.fullmatch("[0-9a-f]{16}", trace.span_id)
    assert trace.span_id != SPAN


def test_a_child_has_an_id_of_its_own() -> None:
    trace = Trace(TRACE, SPAN, sampled=True, state="a=b")
    headers = trace.child_headers()
    match = re.fullmatch(rf"00-{TRACE}-([0-9a-f]{{16}})-01", headers["traceparent"])
    assert match
    assert match[1] != SPAN
    assert headers["tracestate"] == "a=b"
    assert Trace(TRACE, SPAN).child_headers().keys() == {"traceparent"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        PARENT.upper(),
        f"ff{PARENT[2:]}",
        f"0{PARENT}",
        f"{PARENT}-",
        f"{PARENT}-what",
        f"{PARENT}\n",
        f" {PARENT}",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}",
        f"00_{TRACE}_{SPAN}_01",
        f"01-{TRACE}-{SPAN}-01.what",
        f"00-{TRACE[:-1]}٣-{SPAN}-01",
    ],
)
def test_what_is_no_traceparent_begins_a_new_trace(text: str) -> None:
    trace = read_trace([text], ["a=b"])
    assert trace.trace_id not in {TRACE, "0" * 32}
    assert (trace.parent_id, trace.sampled, trace.state) == (None, False, "")


@pytest.mark.parametrize("text", [f"01{PARENT[2:]}", f"cc{PARENT[2:]}-what-the-future-says"])
def test_a_later_version_is_read_as_far_as_it_is_known(text: str) -> None:
    trace = read_trace([text])
    assert (trace.trace_id, trace.parent_id, trace.sampled) == (TRACE, SPAN, True)
    assert trace.child_headers()["traceparent"].startswith("00-")


@pytest.mark.parametrize(("flags", "sampled"), [("00", False), ("02", False), ("ff", True)])
def test_of_the_flags_one_is_known(flags: str, sampled: bool) -> None:
    trace = read_trace([f"00-{TRACE}-{SPAN}-{flags}"])
    assert trace.sampled is sampled
    assert trace.child_headers()["traceparent"].endswith("-01" if sampled else "-00")


def test_two_parents_are_none() -> None:
    assert read_trace([PARENT, PARENT]).trace_id != TRACE


@pytest.mark.parametrize(
    ("values", "state"),
    [
        (["a=1 ,\tb=2"], "a=1,b=2"),
        (["a=1", "", ",b=2,,"], "a=1,b=2"),
        (["0tenant@sys=x y"], "0tenant@sys=x y"),
        ([f"{'z' * 256}=1"], f"{'z' * 256}=1"),
        ([f"{'z' * 257}=1"], ""),
        ([f"a={'v' * 256}"], f"a={'v' * 256}"),
        ([f"a={'v' * 257}"], ""),
        (["a=1,a=2"], ""),
        (["A=1"], ""),
        (["1a=1"], ""),
        (["a@b@c=1"], ""),
        (["a=1=2"], ""),
        (["a=1,b"], ""),
        (["a=ü"], ""),
        (["a=1\nb=2"], ""),
        ([",".join(f"k{n}=1" for n in range(32))], ",".join(f"k{n}=1" for n in range(32))),
        ([",".join(f"k{n}=1" for n in range(33))], ""),
    ],
)
def test_a_state_is_handed_on_whole_or_not(values: list[str], state: str) -> None:
    trace = read_trace([PARENT], values)
    assert trace.trace_id == TRACE
    assert trace.state == state


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_what_is_sent_on_can_be_read(parents: list[str], states: list[str]) -> None:
    headers = read_trace(parents, states).child_headers()
    again = read_trace([headers["traceparent"]], [headers.get("tracestate", "")])
    assert again.parent_id is not None
    assert again.trace_id in headers["traceparent"]
