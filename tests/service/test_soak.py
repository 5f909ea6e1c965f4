"""A short run of what ``python -m tests.service.soak`` does at length."""

from collections.abc import Iterator

import pytest

from service.live import LiveEngine
from tests.service.served import Served
from tests.service.soak import KINDS, PARTS, Kind, Soaked, soak


@pytest.fixture
def url(live: LiveEngine) -> Iterator[str]:
    with Served(live) as served:
        yield f"http://127.0.0.1:{served.port}"


def test_every_kind_is_answered_as_it_should_be_and_memory_is_told(url: str) -> None:
    done = soak(url, 10 * len(KINDS))
    assert done.wrong == []
    assert sum(done.answered.values()) == 10 * len(KINDS)
    assert {status for _, status in done.answered} == {200, 404, 405, 422}
    assert len(done.memory) == PARTS
    assert all(size > 10 * 2**20 for size in done.memory)


def test_another_status_is_told(url: str) -> None:
    done = soak(url, 40, [Kind("/healthz"), Kind("/nowhere", status=200)])
    assert done.wrong == ["GET /nowhere was answered with 404"] * 20


def test_growth_is_that_of_the_second_half() -> None:
    before = list(range(1, PARTS))
    assert Soaked(answered={}, wrong=[], memory=[*before, 22]).growth == pytest.approx(1.0)  # type: ignore[arg-type]
