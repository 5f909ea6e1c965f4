"""Scores to probabilities. In: Scores of ranked passages. Out: estimates between 0 and 1.

Two logistic models whose weights are data (``calibration.json``, with the questions they
were fitted on and the command that refits them): one for "this passage holds the answer",
one for "the passages answer the question".
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from math import exp

from service.answer import Scores
from service.question import DEFAULT_PASSAGES

QUESTION_FEATURES = ("dense", "window", "joint", "related", "coverage")
PASSAGE_FEATURES = ("fused", *QUESTION_FEATURES)


@dataclass(frozen=True, slots=True)
class Logistic:
    """``1 / (1 + exp(-(intercept + weights . features)))``."""

    intercept: float
    weights: dict[str, float]

    def probability(self, features: dict[str, float]) -> float:
        """The modelled probability for these features, by name."""
        total = self.intercept + sum(w * features[name] for name, w in self.weights.items())
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Both models and the confidence from which on a question counts as answered."""

    passage: Logistic
    question: Logistic
    threshold: float


def question_features(ranked: Sequence[Scores]) -> dict[str, float]:
    """The features of a question, by the names in ``QUESTION_FEATURES``: the best of each.

    ``ranked`` are the scores of its passages, best first. Only the first five count, so that
    how many are asked for changes no probability; without any all is 0.
    """
    first = ranked[:DEFAULT_PASSAGES]
    return {
        name: max((getattr(scores, name) for scores in first), default=0.0)
        for name in QUESTION_FEATURES
    }


def passage_features(scores: Scores, question: dict[str, float]) -> dict[str, float]:
    """The features of one passage, by the names in ``PASSAGE_FEATURES``.

    Its own is the fused score alone, the others are its question's: so a passage's
    probability never contradicts its rank.
    """
    return {"fused": scores.fused, **question}


def load_calibration() -> Calibration:
    """The calibration that ships with citewell."""
    content = json.loads(resources.files("service").joinpath("calibration.json").read_text("utf-8"))
    return Calibration(
        Logistic(**content["passage"]), Logistic(**content["question"]), content["threshold"]
    )
