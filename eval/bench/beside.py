"""Citewell beside the plain baseline. In: an Engine, two callables. Out: a baseline of the same
documents, milliseconds of both.

What is compared takes turns, so that a machine that slows down slows both.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from eval.bench.baseline import PlainBaseline
from index.bypath import IndexTexts
from index.minilm import model_folder
from service.engine import Engine

T = TypeVar("T")


def texts_of(engine: Engine) -> list[str]:
    """The texts of all documents that an engine answers from."""
    return list(IndexTexts(engine.index).values())


def baseline_of(engine: Engine) -> PlainBaseline:
    """The baseline over the same documents, by the same model."""
    return PlainBaseline(model_folder(engine.index.manifest.embedder.name), texts_of(engine))


def in_turn(
    ours: Callable[[T], object],
    plain: Callable[[T], object],
    given: Sequence[T],
    warm: int = 10,
) -> tuple[list[float], list[float]]:
    """Milliseconds of each call with each that is given; the first ``warm`` are called once
    before, which is not timed."""
    times: tuple[list[float], list[float]] = ([], [])
    for each in given[:warm]:
        ours(each)
        plain(each)
    for each in given:
        for taken, call in zip(times, (ours, plain), strict=True):
            begun = time.perf_counter()
            call(each)
            taken.append((time.perf_counter() - begun) * 1000)
    return times
