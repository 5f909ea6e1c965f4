"""An id tells which run of which document it cites, and of what text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passage import Span, stable_id
from service.citing.reference import Reference, parse_reference, reference_to

DOCUMENT = stable_id("d", "a.txt")


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.text())
def test_an_id_is_read_back(start: int, length: int, text: str) -> None:
    reference = reference_to(DOCUMENT, Span(start, start + length), text)
    assert parse_reference(reference.id) == reference
    assert reference.span == Span(start, start + length)
    assert reference.holds(text)
    assert not reference.holds(text + "x")


def test_an_id_by_hand() -> None:
    # printf abc | sha256sum
    assert reference_to("d_0123456789abcdef", Span(3, 6), "abc").id == (
        "p_0123456789abcdef_3_6_ba7816bf8f01cfea"
    )


@pytest.mark.parametrize(
    "identity",
    [
        "",
        "p_1",
        "p_0123456789abcdef_3_6_ba7816bf8f01cfe",
        "p_0123456789abcdef_6_6_ba7816bf8f01cfea",
        "p_0123456789abcdef_7_6_ba7816bf8f01cfea",
        "p_0123456789abcdef_-3_6_ba7816bf8f01cfea",
        "p_0123456789abcdef_٣_6_ba7816bf8f01cfea",
        "p_0123456789abcdef_3_6_ba7816bf8f01cfea\n",
        "d_0123456789abcdef",
        "../p_0123456789abcdef_3_6_ba7816bf8f01cfea",
    ],
)
def test_another_string_is_none(identity: str) -> None:
    assert parse_reference(identity) is None


def test_a_reference_is_a_value() -> None:
    assert Reference("d_0123456789abcdef", 1, 2, "0" * 16) == parse_reference(
        f"p_0123456789abcdef_1_2_{'0' * 16}"
    )
