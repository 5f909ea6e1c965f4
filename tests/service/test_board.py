"""The numbers of several workers in one text."""

import multiprocessing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from service.web.board import Board, Teller, together


def numbers(asked: int, route: str = "/v1/ask") -> bytes:
    registry = CollectorRegistry()
    counter = Counter("asked", "Questions.", ["route"], registry=registry)
    counter.labels(route).inc(asked)
    Gauge("waiting", "Who waits.", registry=registry).set(asked)
    Histogram("seconds", "Time.", buckets=(1, 2), registry=registry).observe(asked)
    return generate_latest(registry)


def samples(text: bytes) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            labels = (f"{k}={v}" for k, v in sorted(sample.labels.items()))
            key = (sample.name, *labels)
            assert key not in found
            found[key] = sample.value
    return found


def test_each_sample_tells_its_worker_and_none_is_lost() -> None:
    text = together([numbers(3), b"", numbers(5)])
    found = samples(text)
    assert found["asked_total", "route=/v1/ask", "worker=0"] == 3
    assert found["asked_total", "route=/v1/ask", "worker=2"] == 5
    assert found["waiting", "worker=2"] == 5
    assert found["seconds_bucket", "le=2.0", "worker=0"] == 0
    assert found["seconds_count", "worker=0"] == 1
    assert len(found) == len(samples(numbers(3))) + len(samples(numbers(5)))
    assert text.count(b"# TYPE asked_total counter") == 1


@given(st.text(max_size=20))
def test_labels_come_through_as_they_are(route: str) -> None:
    found = samples(together([numbers(1, route)]))
    assert found["asked_total", f"route={route}", "worker=0"] == 1


def test_a_board_is_shared_between_processes() -> None:
    board = Board(2)
    told = (1, b"from another process")
    process = multiprocessing.get_context("spawn").Process(target=board.write, args=told)
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert (board.read(0), board.read(1)) == (b"", b"from another process")
    board.write(1, b"short")
    assert board.read(1) == b"short"


def test_what_a_worker_tells_of_itself_is_of_now() -> None:
    board = Board(2)
    board.write(0, numbers(1))
    board.write(1, numbers(2))
    found = samples(Teller(board, 1, 2, lambda: numbers(7)).all())
    assert found["waiting", "worker=0"] == 1
    assert found["waiting", "worker=1"] == pytest.approx(7)
