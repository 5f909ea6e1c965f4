"""Signals to probabilities. In: signals of a question. Out: estimates between 0 and 1.

Two logistic models whose weights are data (``calibration.json``, with the questions they
were fitted on and the command that refits them): one for "the passages answer the question", its
confidence, and one for "if they do, this one does". A passage's score is the product of both, so
it never exceeds the confidence. With them come the confidences from which on to
answer, each for a stated share of unanswerable questions that are answered all the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from math import exp, inf, isfinite
from pathlib import Path
from typing import Any

from service.answer import Scores
from service.answering.limit import Limit, Slope
from service.answering.signals import READ_SIGNALS, SIGNALS
from service.errors import SettingsInvalid

QUESTION_FEATURES = SIGNALS
PASSAGE_FEATURES = ("fused", *QUESTION_FEATURES)
FORMAT = "citewell-calibration/3"
READ_FEATURES = READ_SIGNALS  # besides, where the first passages are read
_REMEDY = "make one with `citewell eval calibrate`"


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
    """Both models and the confidences from which on a question counts as answered.

    ``question`` tells how likely one of the first five passages holds the answer, ``passage``
    how likely one passage does, if one of the first five does.
    ``thresholds`` are by the stated share of false answers, ascending; ``strict`` those by
    which it is stated on questions near the subject, too, none when there are none. Both are
    those of a question of middling signals; ``thresholds_by`` and ``strict_by`` are their slopes
    by signal, and ``thresholds_most`` and ``strict_most`` what they never exceed, by the same
    shares. ``models`` are the embedding models of the runs they were fitted on, as in a run's
    record (name and first digits of the sha256); what is not known is left out.
    """

    passage: Logistic
    question: Logistic
    thresholds: dict[float, float]
    models: frozenset[str] = frozenset()
    strict: dict[float, float] = field(default_factory=dict)
    thresholds_by: dict[str, Slope] = field(default_factory=dict)
    strict_by: dict[str, Slope] = field(default_factory=dict)
    thresholds_most: dict[float, float] = field(default_factory=dict)
    strict_most: dict[float, float] = field(default_factory=dict)

    @property
    def reads(self) -> bool:
        """Whether it weighs what reading tells."""
        return READ_FEATURES[0] in self.question.weights

    def score(self, confidence: float, signals: dict[str, float], scores: Scores) -> float:
        """How likely a passage holds the answer, by the confidence in all of them, the signals
        of its question and its own scores."""
        return confidence * self.passage.probability(passage_features(scores, signals))

    def limit(self, rate: float, strict: bool = False) -> Limit:
        """The threshold with its slopes; raises as ``threshold`` does."""
        by = self.strict_by if strict else self.thresholds_by
        most = self.strict_most if strict else self.thresholds_most
        share = self._share(rate, strict)
        return Limit(self.threshold(rate, strict), by, most.get(share, 1.0))

    def threshold(self, rate: float, strict: bool = False) -> float:
        """The threshold of the highest stated share that is not above ``rate``.

        Raises ``SettingsInvalid`` when every stated one is above, or none is strict.
        """
        return (self.strict if strict else self.thresholds)[self._share(rate, strict)]

    def _share(self, rate: float, strict: bool) -> float:
        stated = self.strict if strict else self.thresholds
        if not stated:
            raise SettingsInvalid(
                "the calibration states no share of false answers near the subject: unset "
                "CITEWELL_STRICT, or calibrate with --strict-on RUN"
            )
        allowed = [share for share in stated if share <= rate]
        if not allowed:
            raise SettingsInvalid(
                f"the calibration states no share of false answers as low as {rate:g}; its lowest "
                f"is {min(stated):g}: set CITEWELL_FALSE_ANSWERS to that, or calibrate "
                "with more unanswerable questions"
            )
        return max(allowed)


def passage_features(scores: Scores, question: dict[str, float]) -> dict[str, float]:
    """The features of one passage, by the names in ``PASSAGE_FEATURES``, and those of reading
    where the question has them.

    Its own is the fused score alone, the others are its question's: so a passage's
    probability never contradicts its rank.
    """
    return {"fused": scores.fused, **question}


def load_calibration(file: Path | None = None, reading: bool | None = None) -> Calibration:
    """The calibration in ``file``, or that which ships with citewell; with ``reading`` one that
    weighs what reading tells, too. Of a file it need not be said.

    Raises ``SettingsInvalid`` when the file is none, or gives other features or impossible
    values.
    """
    name = "calibration-reading.json" if reading else "calibration.json"
    shipped = resources.files("service.answering").joinpath(name)
    try:
        found = _parsed(json.loads((file or shipped).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise SettingsInvalid(f"{file} gives no calibration ({error!r}); {_REMEDY}") from error
    besides = READ_FEATURES if reading or (reading is None and found.reads) else ()
    _check(file, "passage", found.passage, (*PASSAGE_FEATURES, *besides))
    _check(file, "question", found.question, (*QUESTION_FEATURES, *besides))
    _check_thresholds(file, found.thresholds)
    for stated in (found.strict, found.thresholds_most, found.strict_most):
        if stated:
            _check_thresholds(file, stated)
    _check_slopes(file, found)
    return found


def _parsed(content: dict[str, Any]) -> Calibration:
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']!r} instead of {FORMAT!r}")
    models = {run["model"] for run in content["provenance"]["runs"]} - {None}
    return Calibration(
        _logistic(content["passage"]),
        _logistic(content["question"]),
        _thresholds(content["thresholds"]),
        frozenset(map(str, models)),
        _thresholds(content.get("strict", [])),
        _slopes(content.get("thresholds_by", {})),
        _slopes(content.get("strict_by", {})),
        _thresholds(content.get("thresholds_most", [])),
        _thresholds(content.get("strict_most", [])),
    )


def _thresholds(stated: Sequence[Sequence[float]]) -> dict[float, float]:
    return {float(rate): float(threshold) for rate, threshold in stated}


def _slopes(stated: dict[str, Sequence[float]]) -> dict[str, Slope]:
    return {str(name): Slope(*map(float, slope)) for name, slope in stated.items()}


def _logistic(stated: dict[str, Any]) -> Logistic:
    weights = {str(name): float(weight) for name, weight in stated["weights"].items()}
    return Logistic(float(stated["intercept"]), weights)


def _check(file: Path | None, name: str, model: Logistic, features: Sequence[str]) -> None:
    weights = model.weights.values()
    if set(model.weights) != set(features) or not all(0 <= weight < inf for weight in weights):
        raise SettingsInvalid(
            f"{file} must weigh {', '.join(features)} for a {name}, none below 0; {_REMEDY}"
        )
    if not isfinite(model.intercept):
        raise SettingsInvalid(f"{file} has the intercept {model.intercept} for a {name}; {_REMEDY}")


def _check_thresholds(file: Path | None, thresholds: dict[float, float]) -> None:
    rates, confidences = list(thresholds), list(thresholds.values())
    if (
        not thresholds
        or not all(0 < rate < 1 for rate in rates)
        or not all(0 <= confidence <= 1 for confidence in confidences)
        or rates != sorted(rates)
        or confidences != sorted(confidences, reverse=True)
    ):
        raise SettingsInvalid(
            f"{file} must state shares of false answers above 0 and below 1, ascending, each with "
            f"a threshold from 0 to 1 that is no higher than the one before; {_REMEDY}"
        )


def _check_slopes(file: Path | None, found: Calibration) -> None:
    for name, by in (found.thresholds_by | found.strict_by).items():
        if name not in found.question.weights or not isfinite(by.slope + by.at):
            raise SettingsInvalid(
                f"{file} has thresholds that follow {name!r}, which is no signal that it weighs or "
                f"has no finite slope; {_REMEDY}"
            )
