"""Schemathesis, all checks and links, against the running application; a round of the fuzzing
that ``python -m tests.service.fuzz_http`` does at length."""

from collections.abc import Iterator

import pytest

from service.live import LiveEngine
from tests.service.fuzz_http import fuzz
from tests.service.served import Served


@pytest.fixture
def url(live: LiveEngine) -> Iterator[str]:
    """The application on a real socket."""
    with Served(live) as served:
        yield served.url


def test_every_answer_is_as_described(url: str) -> None:
    tally = fuzz(url, seed=7, examples=10)
    assert tally.failures == []
    assert {status for _, status in tally.requests if status >= 500} == set()
    assert tally.requests.total() > 300
    assert tally.phases["stateful"] > 20
