"""From which confidence on a question is answered. In: its signals. Out: a confidence.

One confidence cannot keep a stated share of false answers for all: what is off the subject
never reaches what a question near it reaches by chance. So it may fall with signals of the
question, by slopes that are data (``calibration.json``), but never rises above one for all.
"""

from dataclasses import dataclass, field
from math import exp, log

DIGITS = 4  # as a confidence is rounded
_LEAST = 10**-DIGITS / 2  # of what is not 0 or 1 outright
_MOST = 30.0  # log-odds


@dataclass(frozen=True, slots=True)
class Slope:
    """How the log-odds rise with a signal, from its value ``at`` on, and fall below it."""

    slope: float
    at: float


@dataclass(frozen=True, slots=True)
class Limit:
    """The least confidence to answer a question whose signals are as in ``by``, its slopes, and
    what it never exceeds."""

    least: float
    by: dict[str, Slope] = field(default_factory=dict)
    most: float = 1.0

    def of(self, signals: dict[str, float]) -> float:
        """The least confidence to answer a question with these signals; 0 and 1 stay."""
        if not self.by or not 0 < self.least < 1:
            return min(self.least, self.most)
        rise = sum(by.slope * (signals[name] - by.at) for name, by in self.by.items())
        return min(round(_probability(log_odds(self.least) + rise), DIGITS), self.most)


def log_odds(probability: float) -> float:
    """``log(p / (1 - p))``, finite at 0 and 1, too."""
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return log(kept / (1 - kept))


def _probability(odds: float) -> float:
    return 1 / (1 + exp(-max(-_MOST, min(_MOST, odds))))
