"""Figures of many questions. In: Judged. Out: Estimates by name, in the order of NAMES.

Means of the questions' measures, then what only a whole run has; its intervals come from
resampling questions, so that passages of one question are drawn together.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from eval.measures.abstention import aurcs, by_confidence
from eval.measures.measure import Judged
from eval.measures.names import OF_QUESTIONS
from eval.measures.reliability import (
    Floats,
    Ints,
    calibration_errors,
    confidences,
    passage_scores,
)
from eval.runs.record import Record
from eval.statistics.interval import Estimate, bootstrap_statistic, estimate
from eval.statistics.separation import auroc_estimate

Figure = tuple[str, Estimate | None]
_PERCENTILES = (50, 95, 99)
_RESAMPLES = 5000
_Counted = Callable[[Ints], Floats]


def all_figures(judged: Sequence[Judged]) -> dict[str, Estimate]:
    """Every figure of a run or a part of it."""
    return means(judged, _RESAMPLES) | auroc(judged) | run_figures(judged)


def means(judged: Sequence[Judged], resamples: int) -> dict[str, Estimate]:
    """The mean of each measure of a question, where it applies to any."""
    values = {name: [each.measures[name] for each in judged] for name in OF_QUESTIONS}
    return _found((name, estimate(found, resamples)) for name, found in values.items())


def auroc(judged: Sequence[Judged]) -> dict[str, Estimate]:
    """The AUROC of the confidence; nothing without answerable and unanswerable questions."""
    asked = [
        (each.record.response.answer.confidence, each.record.question.answerable)
        for each in judged
        if each.record.response
    ]
    if not asked:
        return {}
    return _found([("auroc", auroc_estimate(*zip(*asked, strict=True)))])


def run_figures(judged: Sequence[Judged]) -> dict[str, Estimate]:
    """The other figures of a whole run: risk-coverage, calibration, latency."""
    records = _with_response(judged)
    figures: list[Figure] = [("aurc", _counted(records, partial(aurcs, by_confidence(records))))]
    for name, predictions in (
        ("ece", confidences(records)),
        ("passage_ece", passage_scores(records)),
    ):
        found = _counted(records, partial(calibration_errors, predictions))
        figures.append((name, found and _mirrored(found)))
    return _found([*figures, *_latencies(records)])


def draw_counts(indices: Ints) -> Ints:
    """How often each question was drawn: indices of shape (batch, n) as counts of that shape."""
    batch, n = indices.shape
    apart = indices + n * np.arange(batch)[:, None]
    return np.bincount(apart.ravel(), minlength=batch * n).reshape(batch, n)


def _counted(records: Sequence[Record], statistic: _Counted) -> Estimate | None:
    """A figure with its interval, which holds it; None where most resamples have no value."""
    n = len(records)
    if not n:
        return None
    value = float(statistic(np.ones((1, n), dtype=np.int64))[0])
    if np.isnan(value):
        return None
    interval = bootstrap_statistic(n, lambda indices: statistic(draw_counts(indices)))
    if interval is None:
        return None
    low, high = interval
    return Estimate(value, min(low, value), max(high, value), n)


def _mirrored(figure: Estimate) -> Estimate:
    """The figure with its interval turned round it, within [0, 1].

    An error of calibration is a sum of distances, which chance makes larger, and resampling
    larger again. Turning takes that growth off (the basic bootstrap, Davison and Hinkley 1997),
    where the interval as it comes lies above the truth.
    """
    low, high = max(0.0, 2 * figure.mean - figure.high), min(1.0, 2 * figure.mean - figure.low)
    return Estimate(figure.mean, low, high, figure.n)


def _latencies(records: Sequence[Record]) -> Iterator[Figure]:
    """Percentiles of the time a response took, in milliseconds."""
    taken = np.array([record.milliseconds for record in records])
    for percentile in _PERCENTILES if len(taken) else ():
        statistic = partial(_percentiles, taken, percentile)
        value = float(np.percentile(taken, percentile))
        low, high = bootstrap_statistic(len(taken), statistic) or (value, value)
        yield f"latency_p{percentile}", Estimate(value, low, high, len(taken))


def _percentiles(taken: Floats, percentile: int, indices: Ints) -> Floats:
    found: Floats = np.percentile(taken[indices], percentile, axis=1)
    return found


def _with_response(judged: Sequence[Judged]) -> list[Record]:
    return [each.record for each in judged if each.record.response]


def _found(figures: Iterable[Figure]) -> dict[str, Estimate]:
    return {name: figure for name, figure in figures if figure is not None}
