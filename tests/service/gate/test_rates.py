"""Token buckets: exact counts against a clock of our own, for each key and each address."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.keys.key import make_key
from service.web.gate.rates import MOST_BUCKETS, RateLimit
from tests.service.gate.conftest import Keys, Serve, bearer
from tests.service.gate.visits import visit


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def _wait(rates: RateLimit, address: str = "192.0.2.1") -> int:
    """The seconds a request is told to wait, 0 if it passes."""
    refused = rates.check(visit(address=address))
    return int(refused.headers["retry-after"]) if refused else 0


def test_a_minutes_requests_pass_at_once_and_then_one_by_one() -> None:
    clock = Clock()
    rates = RateLimit(6, clock)
    assert [_wait(rates) for _ in range(8)] == [0] * 6 + [10] * 2
    clock.seconds += 9.5
    assert _wait(rates) == 1
    clock.seconds += 0.5
    assert [_wait(rates) for _ in range(2)] == [0, 10]
    clock.seconds += 3600
    assert [_wait(rates) for _ in range(7)] == [0] * 6 + [10]


@given(st.integers(1, 100), st.lists(st.floats(0, 120, allow_nan=False), min_size=1, max_size=200))
def test_no_more_pass_than_the_bucket_and_the_time_allow(most: int, pauses: list[float]) -> None:
    clock = Clock()
    rates = RateLimit(most, clock)
    passed = 0
    for pause in pauses:
        clock.seconds += pause
        passed += _wait(rates) == 0
        assert passed <= most + math.fsum(pauses) * most / 60 + 1e-6
    # Whoever waits as long as the refusal says passes.
    if wait := _wait(rates):
        clock.seconds += wait
        assert _wait(rates) == 0


def test_the_headers_tell_what_is_left() -> None:
    clock = Clock()
    rates = RateLimit(6, clock)
    told = []
    for _ in range(7):
        asked = visit()
        rates.check(asked)
        told.append([value.decode() for _, value in asked.told])
    assert told[0] == ['"minute";q=6;w=60', '"minute";r=5;t=10']
    assert told[5:] == [['"minute";q=6;w=60', f'"minute";r=0;t={t}'] for t in (60, 10)]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "", True),
        ("testclient", "192.0.2.1", False),
    ],
)
def test_who_is_counted_together(one: str, other: str, together: bool) -> None:
    rates = RateLimit(1, Clock())
    assert (_wait(rates, one), _wait(rates, other)) == (0, 60 if together else 0)


def test_a_key_is_counted_wherever_it_comes_from() -> None:
    rates = RateLimit(1, Clock())
    key, _ = make_key("a", "read")
    asked = [visit(address=f"192.0.2.{n}") for n in range(3)]
    asked[0].key = asked[1].key = key
    assert [rates.check(each) is None for each in asked] == [True, False, True]


def test_memory_is_bounded_and_who_asked_last_is_remembered() -> None:
    rates = RateLimit(1, Clock())
    for number in range(MOST_BUCKETS + 50):
        assert _wait(rates, f"client{number}") == 0
    assert len(rates) == MOST_BUCKETS
    assert _wait(rates, f"client{MOST_BUCKETS + 49}") == 60
    assert _wait(rates, "client0") == 0


def test_without_a_limit_nothing_is_counted() -> None:
    rates = RateLimit(None)
    asked = visit()
    assert (rates.check(asked), asked.told, len(rates)) == (None, [], 0)


def test_a_refusal_over_http(serve: Serve) -> None:
    client = serve(rate=2)
    replies = [client.get("/v1/documents") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert replies[0].headers["ratelimit"] == '"minute";r=1;t=30'
    last = replies[-1]
    assert last.json()["type"] == "urn:citewell:problem:too-many-requests"
    assert int(last.headers["retry-after"]) in {29, 30}
    assert last.headers["ratelimit-policy"] == '"minute";q=2;w=60'
    assert [client.get(path).status_code for path in ("/", "/healthz", "/readyz")] == [200] * 3


def test_whoever_tries_keys_is_slowed_down_and_holders_are_not(serve: Serve, keys: Keys) -> None:
    client = serve(rate=2)
    tried = [client.get("/v1/documents", headers=bearer(f"cw_{n}")) for n in range(3)]
    assert [reply.status_code for reply in tried] == [401, 401, 429]
    assert client.get("/v1/documents", headers=bearer(keys.read)).status_code == 200
