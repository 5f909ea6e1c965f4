"""How a threshold follows signals. In: unanswerable questions of several runs. Out: Slopes.

A line in the signals below which the confidences of unanswerable questions stay, but for a stated
share, whatever the signals: quantile regression (Koenker and Bassett 1978), runs weighing the
same.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array, eye_array, hstack

from eval.errors import QuestionSetInvalid
from eval.fitting.examples import Floats
from service.answering.limit import Limit, Slope, log_odds

Follow = Mapping[str, float | None]  # slopes by signal, None to be fitted
_DIGITS = 4  # of what is stored


def slopes(
    confidences: Sequence[Floats],
    signals: Sequence[Floats],
    follow: Follow,
    rate: float,
) -> dict[str, Slope]:
    """The slopes of the log-odds that all but a share ``rate`` of the confidences stay below.

    A pair of arrays for each run: confidences ``(n,)``, signals ``(n, k)`` in the order of the
    ``follow`` names, whose slopes are fitted where none is given. Raises ``QuestionSetInvalid``
    when such a signal is the same for all, so that nothing can follow it.
    """
    names = tuple(follow)
    x = np.concatenate(list(signals))
    odds = np.array([log_odds(each) for run in confidences for each in run.tolist()])
    weights = np.concatenate([np.full(len(run), 1 / len(run)) for run in confidences if len(run)])
    free = [n for n, name in enumerate(names) if follow[name] is None]
    same = [names[n] for n in free if np.ptp(x[:, n]) == 0]
    if same:
        raise QuestionSetInvalid(
            f"the thresholds cannot follow {', '.join(same)}, the same for every unanswerable "
            "question; add runs in which it differs, or leave it out"
        )
    middle = weights @ x / weights.sum()
    found = np.array([each or 0.0 for each in follow.values()])
    rest = odds - (x - middle) @ found
    found[free] = _quantile_line((x - middle)[:, free], rest, weights, 1 - rate)
    rounded = zip(
        np.round(found, _DIGITS).tolist(), np.round(middle, _DIGITS).tolist(), strict=True
    )
    return {name: Slope(*each) for name, each in zip(names, rounded, strict=True)}


def level(confidences: Floats, signals: Floats, by: dict[str, Slope]) -> Floats:
    """What a threshold without slopes would have to be compared with: the confidences, each less
    what the threshold rises by for its signals; 0 stays."""
    found = [
        Limit(confidence, {name: Slope(-slope.slope, slope.at) for name, slope in by.items()}).of(
            dict(zip(by, row, strict=True))
        )
        for confidence, row in zip(confidences.tolist(), signals.tolist(), strict=True)
    ]
    return np.array(found, np.float64)


def _quantile_line(x: Floats, y: Floats, weights: Floats, quantile: float) -> Floats:
    """The slopes of the line that minimises the weighted pinball loss, by linear programming."""
    n, k = x.shape
    costs = np.concatenate([np.zeros(k + 1), quantile * weights, (1 - quantile) * weights])
    line = csc_array(np.hstack([np.ones((n, 1)), x]))
    equal = hstack([line, eye_array(n), -eye_array(n)], format="csc")
    free, above = [(None, None)] * (k + 1), [(0, None)] * (2 * n)
    solved = linprog(costs, A_eq=equal, b_eq=y, bounds=[*free, *above], method="highs")
    assert solved.x is not None, "there is a line for any points"
    return np.asarray(solved.x[1 : k + 1], np.float64)
