"""How good a calibration is. In: left-out probabilities, outcomes. Out: Figures."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.fitting.examples import Examples, Floats
from eval.statistics.interval import Estimate, estimate
from eval.statistics.separation import auroc

_BINS = 10
_DIGITS = 4
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well probabilities tell outcomes apart (AUROC) and how true they are (Brier score,
    expected calibration error), hits and other questions of a run weighing the same."""

    examples: int
    auroc: float
    brier: float
    ece: float

    def as_json(self) -> dict[str, float]:
        """The figures in four digits."""
        return _rounded(asdict(self))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a threshold does to questions, as shares with Wilson's 95 % interval, and the
    quality of both models."""

    false_answers: Estimate
    false_abstentions: Estimate
    coverage: Estimate
    passage: Quality
    question: Quality

    def as_json(self) -> dict[str, Any]:
        """The figures in four digits."""
        return {name: _rounded(values) for name, values in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Examples with the probability of each by a model that did not see it, and their weights."""

    examples: Examples
    probabilities: Floats
    weights: Floats

    def quality(self, run: int | None = None) -> Quality:
        """The quality on the examples of one run, or of all."""
        runs = self.examples.runs
        chosen = np.full(len(runs), True) if run is None else runs == run
        outcomes, predicted = self.examples.outcomes[chosen], self.probabilities[chosen]
        weights = self.weights[chosen] / self.weights[chosen].sum()
        return Quality(
            len(outcomes),
            auroc(predicted, outcomes == 1),
            float(weights @ (predicted - outcomes) ** 2),
            calibration_error(predicted, outcomes, weights),
        )


@dataclass(frozen=True, slots=True)
class Validated:
    """Both models on left-out examples; ``answerable`` has a truth for each question.

    ``levels`` are what a threshold is compared with, where it follows signals, 1 where a question
    is answered whatever they are; else None."""

    passages: LeftOut
    questions: LeftOut
    answerable: Chosen
    levels: Floats | None = None

    @property
    def confidences(self) -> Floats:
        """The confidence of each question."""
        return self.questions.probabilities

    def unanswerable_rows(self, run: int) -> Chosen:
        """Which questions are a run's unanswerable ones."""
        rows: Chosen = (self.questions.examples.runs == run) & ~self.answerable
        return rows

    def unanswerable(self, run: int) -> Floats:
        """What a threshold is compared with, of a run's unanswerable questions."""
        return self._compared[self.unanswerable_rows(run)]

    @property
    def _compared(self) -> Floats:
        return self.confidences if self.levels is None else self.levels

    def figures(self, threshold: float, run: int | None = None) -> Figures:
        """The figures of one run, or of all; there are questions of both kinds in each."""
        runs = self.questions.examples.runs
        chosen = np.full(len(runs), True) if run is None else runs == run
        answered = self._compared[chosen] >= threshold
        answerable = self.answerable[chosen]
        return Figures(
            _share(answered[~answerable]),
            _share(~answered[answerable]),
            _share(answered),
            self.passages.quality(run),
            self.questions.quality(run),
        )


def calibration_error(predicted: Floats, outcomes: Floats, weights: Floats) -> float:
    """Expected calibration error in 10 bins of equal count (Nixon et al. 2019): the mean over
    bins of the distance between mean probability and share of positives, all weighted by
    ``weights``, which sum to 1.
    """
    order = np.argsort(predicted, kind="stable")
    gaps = (weights * (predicted - outcomes))[order]
    return float(sum(abs(part.sum()) for part in np.array_split(gaps, _BINS)))


def _share(happened: Chosen) -> Estimate:
    share = estimate(happened.astype(float).tolist())
    assert share, "a run has questions of both kinds"
    return share


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in values.items()}
