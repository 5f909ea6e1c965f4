"""Measures of probabilities. In: Records. Out: Brier scores, calibration errors, bins.

The confidence is right when the question is answerable and one of the first five passages holds
a place; a passage's score is, when that passage does. A failed question gave no probability and
is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measures.names import PASSAGES_MEASURED, Measures
from eval.questions.place import held
from eval.runs.record import Record
from eval.statistics.interval import Estimate, estimate
from service.answer import CitedPassage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of like height: their mean, and the share that came true."""

    predicted: float
    observed: Estimate


@dataclass(frozen=True, slots=True)
class Predictions:
    """Probabilities, ascending, with outcomes (0 or 1) and the question each belongs to.

    All of shape (m,), but ``starts``: where each run of equal probabilities begins.
    """

    values: Floats
    outcomes: Floats
    questions: Ints
    starts: Ints


def is_right(record: Record) -> bool:
    """Whether one of the first five passages holds a place."""
    passages = record.response.passages[:PASSAGES_MEASURED] if record.response else ()
    return any(holds_place(record, passage) for passage in passages)


def holds_place(record: Record, passage: CitedPassage) -> bool:
    """Whether a passage holds one of the question's places."""
    path = passage.document.path
    return held(record.places, path, passage.start, passage.end)


def brier_measures(record: Record) -> Measures:
    """Squared errors (Brier 1950) of the confidence and, as a mean, of the passages' scores."""
    if record.response is None:
        return {}
    values: Measures = {"brier": (record.response.answer.confidence - is_right(record)) ** 2}
    errors = [(p.score - holds_place(record, p)) ** 2 for p in record.response.passages]
    if errors:
        values["passage_brier"] = sum(errors) / len(errors)
    return values


def confidences(records: Sequence[Record]) -> Predictions:
    """The confidence of each question that has one; questions are numbered as given."""
    return _predictions(
        (n, record.response.answer.confidence, is_right(record))
        for n, record in enumerate(records)
        if record.response
    )


def passage_scores(records: Sequence[Record]) -> Predictions:
    """The score of each passage of each question; questions are numbered as given."""
    return _predictions(
        (n, passage.score, holds_place(record, passage))
        for n, record in enumerate(records)
        if record.response
        for passage in record.response.passages
    )


def calibration_errors(predictions: Predictions, counts: Ints) -> Floats:
    """The expected calibration error, for each row of ``counts``, NaN where that is empty.

    ``counts`` of shape (batch, questions) tells how often each question counts. The error is
    the mean distance of predicted and observed, over bins of equal count (Naeini et al. 2015;
    Nguyen and O'Connor 2015). Equal predictions share a bin: that of their middle.
    """
    return np.array([_calibration_error(predictions, row) for row in counts])


def bins(predictions: Predictions) -> tuple[Bin, ...]:
    """The bins of the calibration error, ascending; up to ten, fewer where many are equal.

    Intervals are Wilson's, which take outcomes for independent; those of one question's
    passages are not quite.
    """
    if not len(predictions.values):
        return ()
    sizes = np.diff(predictions.starts, append=len(predictions.values))
    numbers = np.repeat(_bin_numbers(sizes), sizes)
    found = []
    for number in np.unique(numbers):
        values = predictions.values[numbers == number]
        observed = estimate(predictions.outcomes[numbers == number].tolist())
        if observed:
            found.append(Bin(float(values.mean()), observed))
    return tuple(found)


def _calibration_error(predictions: Predictions, counts: Ints) -> float:
    weights = counts[predictions.questions]
    if not weights.any():
        return float("nan")
    gaps = weights * (predictions.outcomes - predictions.values)
    numbers = _bin_numbers(np.add.reduceat(weights, predictions.starts))
    sums = np.bincount(numbers, np.add.reduceat(gaps, predictions.starts), BINS)
    return float(np.abs(sums).sum() / weights.sum())


def _bin_numbers(sizes: Ints) -> Ints:
    """The bin, from 0, of each run of equal predictions: where the run's middle stands.

    ``sizes`` has the runs' counts in ascending order of predictions.
    """
    ends = np.cumsum(sizes)
    doubled_middles = 2 * ends - sizes
    # an empty run at the very end would stand in a bin beyond the last
    numbers: Ints = np.minimum(BINS * doubled_middles // (2 * ends[-1]), BINS - 1)
    return numbers


def _predictions(rows: Iterable[tuple[int, float, bool]]) -> Predictions:
    questions, values, outcomes = np.array(list(rows), dtype=np.float64).reshape(-1, 3).T
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    starts = np.flatnonzero(np.diff(ascending, prepend=-np.inf))
    return Predictions(ascending, outcomes[order], questions[order].astype(np.int64), starts)
