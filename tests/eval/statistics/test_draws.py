"""Draws are the same whatever the batch, and even."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from eval.statistics.draws import draw_flips, draw_resamples
from eval.statistics.flips import flip_test
from eval.statistics.interval import bootstrap_mean, bootstrap_statistic


@pytest.mark.parametrize("at_once", [1, 33, 100, 10_000])
def test_a_batch_changes_no_resample(at_once: int) -> None:
    whole = np.vstack(list(draw_resamples(33, 10)))
    assert (np.vstack(list(draw_resamples(33, 10, at_once))) == whole).all()


@pytest.mark.parametrize("n", [3, 64, 65, 200])
@pytest.mark.parametrize("rows", [1, 3, 10])
def test_a_batch_changes_no_flip(n: int, rows: int) -> None:
    whole = np.vstack(list(draw_flips(n, 10, 10)))
    assert whole.shape == (10, n)
    assert (np.vstack(list(draw_flips(n, 10, rows))) == whole).all()


def test_a_batch_holds_no_more_than_it_may() -> None:
    assert [batch.shape for batch in draw_resamples(30, 7, at_once=100)] == [
        (3, 30),
        (3, 30),
        (1, 30),
    ]
    assert [batch.shape for batch in draw_flips(30, 7, 3)] == [(3, 30), (3, 30), (1, 30)]


def test_every_question_is_drawn_and_flipped_as_often() -> None:
    drawn = np.bincount(np.vstack(list(draw_resamples(70, 2000))).ravel(), minlength=70)
    # 2,000 of 140,000 draws for each question, deviation 44; half of 2,000 flips, deviation 22
    assert np.abs(drawn - 2000).max() < 5 * 44
    assert np.abs(np.vstack(list(draw_flips(70, 2000, 64))).sum(axis=0) - 1000).max() < 5 * 22


@pytest.mark.parametrize(
    "step",
    [
        lambda values: bootstrap_mean(values, 1000),
        lambda values: bootstrap_statistic(
            len(values), lambda indices: np.median(values[indices], axis=1), 100
        ),
        lambda values: flip_test(np.column_stack([values, -values]), 1000),
    ],
    ids=["mean", "statistic", "flips"],
)
def test_many_questions_take_little_memory(step: Callable[[object], object]) -> None:
    # all draws of 20,000 questions at once would take 16 to 320 MB
    values = np.random.default_rng(1).normal(size=20_000)
    tracemalloc.start()
    try:
        step(values)
        assert tracemalloc.get_traced_memory()[1] < 12e6
    finally:
        tracemalloc.stop()
