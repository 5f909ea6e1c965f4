"""The thresholds that a calibration states. In: left-out confidences. Out: Stated.

For each share of false answers the confidence from which on a question is answered, which may
follow signals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from eval.errors import QuestionSetInvalid
from eval.fitting.examples import Floats
from eval.fitting.figures import Validated
from eval.fitting.following import Follow, level, slopes
from eval.fitting.threshold import lower_thresholds, thresholds
from service.answering.limit import Slope

TOLD_AT = 0.05  # the share that figures are told for and slopes are fitted at


@dataclass(frozen=True, slots=True)
class Stated:
    """Thresholds by the share, the slopes they follow signals by, what they were stated on, with
    levels where there are slopes, and then what they never exceed."""

    thresholds: dict[float, float]
    by: dict[str, Slope]
    found: Validated
    most: dict[float, float]

    def as_json(self, name: str) -> dict[str, Any]:
        """What is stored, by names that begin with ``name``."""
        return {
            name: _pairs(self.thresholds),
            f"{name}_by": {signal: [each.slope, each.at] for signal, each in self.by.items()},
            f"{name}_most": _pairs(self.most),
        }


def state(
    runs: Sequence[str],
    stating: Sequence[int],
    found: Validated,
    signals: Sequence[str],
    follow: Follow,
) -> Stated:
    """State the shares on the unanswerable questions of the runs (by name) that are ``stating``
    (by number): kept by each run or, with signals to ``follow``, in their mean; what follows is
    never above what would be stated without.

    ``signals`` are the names of the questions' features. Raises ``QuestionSetInvalid`` when
    questions are too few, or a signal is none or the same for all.
    """
    compared = [found.unanswerable(run) for run in stating]
    stated, most = thresholds(compared), {}
    if not stated:
        counted = ", ".join(
            f"{runs[run]} has {len(values)}" for run, values in zip(stating, compared, strict=True)
        )
        raise QuestionSetInvalid(
            "no share of false answers can be stated on so few unanswerable questions, or on ones "
            f"that are answered with the highest confidence ({counted}); add some, and check "
            "that they are unanswerable"
        )
    by = _slopes(stating, found, signals, follow) if follow else {}
    if by:
        columns = _columns(found.questions.examples.features, signals, by)
        levels = level(found.confidences, columns, by)
        rows = [levels[found.unanswerable_rows(run)] for run in stating]
        stated, most = lower_thresholds(rows, compared, stated), stated
        over = found.confidences >= most[told_at(most)]
        found = replace(found, levels=np.where(over, 1.0, levels))
    return Stated(stated, by, found, most)


def _pairs(stated: dict[float, float]) -> list[list[float]]:
    return [list(pair) for pair in stated.items()]


def told_at(stated: dict[float, float]) -> float:
    """The stated share that figures are told for."""
    return min((rate for rate in stated if rate >= TOLD_AT), default=max(stated))


def _slopes(
    stating: Sequence[int], found: Validated, signals: Sequence[str], follow: Follow
) -> dict[str, Slope]:
    unknown = sorted(set(follow) - set(signals))
    if unknown:
        raise QuestionSetInvalid(
            f"{', '.join(unknown)} is no signal of the runs; there are {', '.join(signals)}"
        )
    # What a rule refuses has a confidence of 0 whatever its signals: no line can follow it.
    rows = [found.unanswerable_rows(run) & (found.confidences > 0) for run in stating]
    columns = _columns(found.questions.examples.features, signals, follow)
    return slopes(
        [found.confidences[chosen] for chosen in rows],
        [columns[chosen] for chosen in rows],
        follow,
        TOLD_AT,
    )


def _columns(features: Floats, signals: Sequence[str], names: Follow | dict[str, Slope]) -> Floats:
    return features[:, [signals.index(name) for name in names]]
