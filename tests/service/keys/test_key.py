"""A key is long, random, and kept as a digest that only the key itself gives."""

import base64
import hashlib
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.keys.key import FORM, Scope, find_key, make_key

MADE = [make_key(f"n{number}", "read") for number in range(3)]


def test_a_key_is_256_random_bits_under_a_prefix() -> None:
    _, sent = make_key("a", "read")
    assert FORM.fullmatch(sent)
    assert len(base64.urlsafe_b64decode(sent.removeprefix("cw_") + "=")) == 32
    assert len({make_key("a", "read")[1] for _ in range(100)}) == 100


def test_what_is_kept_is_the_digest_and_not_the_key() -> None:
    key, sent = make_key("a", "write")
    assert key.sha256 == hashlib.sha256(sent.encode()).hexdigest()
    assert sent not in str(asdict(key)) + repr(key)
    assert (key.name, key.scope) == ("a", "write")


@pytest.mark.parametrize(
    ("scope", "needed", "allowed"),
    [
        ("read", "read", True),
        ("read", "write", False),
        ("write", "read", True),
        ("write", "write", True),
    ],
)
def test_a_key_that_writes_also_reads(scope: Scope, needed: Scope, allowed: bool) -> None:
    assert make_key("a", scope)[0].allows(needed) is allowed


@pytest.mark.parametrize("place", range(3))
def test_each_key_is_found_among_all(place: int) -> None:
    assert find_key(MADE[place][1], [key for key, _ in MADE]) == MADE[place][0]


@given(st.text() | st.sampled_from([sent for _, sent in MADE]).map(lambda sent: sent[:-1] + "~"))
def test_nothing_else_is_a_key(sent: str) -> None:
    assert find_key(sent, [key for key, _ in MADE]) is None


def test_a_digest_is_no_key() -> None:
    keys = [key for key, _ in MADE]
    assert [find_key(key.sha256, keys) for key in keys] == [None] * 3
