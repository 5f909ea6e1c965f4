"""The confidence from which on a question is answered. In: confidences. Out: a threshold."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from eval.errors import QuestionSetInvalid
from eval.fitting.examples import Floats
from eval.fitting.logistic import DIGITS

_STEPS: int = 10**DIGITS


def best_threshold(runs: Sequence[Sequence[tuple[float, bool]]]) -> float:
    """The threshold, in hundredths, with the best balanced accuracy, every run alike.

    ``runs`` have a confidence for each question, and whether it is answerable. Balanced
    accuracy is the mean of the answerable share answered and the unanswerable share refused
    (Youden's index, up to scale); of equal thresholds the lowest.
    """
    return max((step / 100 for step in range(1, 100)), key=lambda t: _accuracy(runs, t))


def conformal_threshold(confidences: Floats, rate: float) -> float:
    """The lowest threshold at which the expected share of false answers is at most ``rate``.

    ``confidences`` are those of n unanswerable questions, by models that did not see them. The
    threshold lets k of them pass with (k + 1) / (n + 1) <= rate: of n + 1 exchangeable
    questions the new one is as likely as any other to be among the k + 1 highest (Vovk,
    Gammerman and Shafer 2005; Angelopoulos and Bates 2023). Between 0 and 1, in the steps of
    the service's rounding. Where the models that left a question out differ much from the final
    one, with few questions, the rate that results lies a little below the stated one.

    Raises ``QuestionSetInvalid`` when there are fewer than ``questions_needed``, or more than k
    have the highest confidence there is.
    """
    passing = floor(_exactly(rate) * (len(confidences) + 1)) - 1
    if passing < 0:
        raise QuestionSetInvalid(
            f"{len(confidences)} unanswerable questions are too few to state {rate:g} false "
            f"answers; have {questions_needed(rate)}, or state a higher rate"
        )
    steps = sorted((round(float(c) * _STEPS) for c in confidences), reverse=True)
    # One step above the first that must not pass: those that equal it do not pass either.
    lowest = steps[passing] + 1
    if lowest > _STEPS:
        raise QuestionSetInvalid(
            f"more unanswerable questions than {rate:g} have the highest confidence there is, so "
            "no threshold refuses them; check that they are unanswerable, or state a higher rate"
        )
    return lowest / _STEPS


def questions_needed(rate: float) -> int:
    """How many unanswerable questions the least can be that state a rate: n >= 1 / rate - 1."""
    return ceil(1 / _exactly(rate) - 1)


def _exactly(rate: float) -> Fraction:
    """The rate as it is written: 0.29 of 100 is 29, and not a little less."""
    return Fraction(str(rate))


def _accuracy(runs: Sequence[Sequence[tuple[float, bool]]], threshold: float) -> float:
    shares = []
    for run in runs:
        for answerable in (True, False):
            right = [(c >= threshold) == answerable for c, truth in run if truth == answerable]
            shares.append(sum(right) / len(right))
    return round(sum(shares) / len(shares), 9)
