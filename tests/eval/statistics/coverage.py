"""How often 95 % intervals cover the truth. In: populations like our measures. Out: a table.

``python -m tests.eval.statistics.coverage`` prints it (under a minute). The intervals in use
were chosen by it; test_coverage.py holds the code in use to the same populations.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from eval.statistics.draws import draw_resamples
from eval.statistics.interval import TAILS, wilson
from index.console import output

RUNS = 2000
SIZES = (30, 66, 150, 300)
_RESAMPLES = 2000
_ROUNDING = 1e-12
METHODS = ("Student", "percentile", "BCa", "bootstrap-t")

Floats = NDArray[np.float64]
Bounds = tuple[Floats, Floats]


@dataclass(frozen=True)
class Population:
    """What values are drawn from, and their true mean."""

    name: str
    mean: float
    draw: Callable[[np.random.Generator, tuple[int, ...]], Floats]

    def samples(self, n: int, runs: int = RUNS) -> Floats:
        """Samples of ``n`` values, shape (runs, n), always the same."""
        return self.draw(np.random.default_rng(n), (runs, n))


def discrete(name: str, shares: dict[float, float]) -> Population:
    values, weights = np.array(list(shares)), np.array(list(shares.values()))
    mean = float(values @ weights)
    return Population(name, mean, lambda random, shape: random.choice(values, shape, p=weights))


def spread(name: str, a: float, b: float, zeros: float = 0, ones: float = 0) -> Population:
    """Shares of ``zeros`` and ``ones``, and a beta distribution between them."""

    def draw(random: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        kind = random.random(shape)
        between = random.beta(a, b, shape)
        return np.where(kind < zeros, 0.0, np.where(kind >= 1 - ones, 1.0, between))

    return Population(name, ones + (1 - zeros - ones) * a / (a + b), draw)


def ranks(name: str, first: float, none: float) -> Population:
    """Reciprocal ranks: ``first`` at rank 1, ``none`` not found, the others at 2 to 5."""
    rest = 1 - first - none
    later = {1 / 2: 0.5 * rest, 1 / 3: 0.25 * rest, 1 / 4: 0.15 * rest, 1 / 5: 0.1 * rest}
    return discrete(name, {1.0: first, **later, 0.0: none})


def rank_changes(name: str, same: float, better: float) -> Population:
    """Differences of ranks: ``same`` are 0, of the others ``better`` are above 0."""
    steps = {1.0: 0.4, 0.5: 0.4, 2 / 3: 0.2}
    up = {step: share * (1 - same) * better for step, share in steps.items()}
    down = {-step: share * (1 - same) * (1 - better) for step, share in steps.items()}
    return discrete(name, {0.0: same, **up, **down})


MEASURES = (
    ranks("ranks, 0.90 first", 0.9, 0.02),
    ranks("ranks, 0.70 first", 0.7, 0.07),
    ranks("ranks, 0.35 first", 0.35, 0.35),
    ranks("ranks, 0.08 first", 0.08, 0.77),
    spread("precision, beta(0.8, 15)", 0.8, 15),
    spread("precision, beta(1, 12), 0.2 zero", 1, 12, zeros=0.2),
    spread("IoU, beta(2, 12), 0.1 zero", 2, 12, zeros=0.1),
    spread("IoU, beta(1, 6), 0.4 zero", 1, 6, zeros=0.4),
    spread("recall, 0.45 zero, 0.45 one", 2, 2, zeros=0.45, ones=0.45),
    spread("recall, 0.08 zero, 0.80 one", 2, 2, zeros=0.08, ones=0.8),
    spread("recall, 0.03 zero, 0.92 one", 2, 2, zeros=0.03, ones=0.92),
)
DIFFERENCES = (
    rank_changes("differences, 0.70 zero", 0.7, 0.5),
    rank_changes("differences, 0.70 zero, 0.65 better", 0.7, 0.65),
    rank_changes("differences, 0.90 zero", 0.9, 0.5),
    rank_changes("differences, 0.90 zero, 0.65 better", 0.9, 0.65),
    rank_changes("differences, 0.90 zero, 0.90 better", 0.9, 0.9),
    Population(
        "differences, Laplace", 0.02, lambda random, shape: random.laplace(0.02, 0.1, shape)
    ),
    rank_changes("differences, 0.95 zero", 0.95, 0.5),
)


def intervals(samples: Floats, resamples: int = _RESAMPLES) -> dict[str, Bounds]:
    """Each method's interval of the mean for samples of shape (runs, n)."""
    n = samples.shape[1]
    counts = np.vstack([_counts(rows) for rows in draw_resamples(n, resamples)])
    mean, deviation = samples.mean(axis=1, keepdims=True), samples.std(axis=1, keepdims=True)
    error = deviation / np.sqrt(n - 1)
    means = samples @ counts.T / n
    bounds = {"Student": mean + special.stdtrit(n - 1, TAILS) * error}
    bounds["percentile"] = np.quantile(means, TAILS, axis=1).T
    bounds["BCa"] = _bca(samples, means)
    variances = np.maximum(samples**2 @ counts.T / n - means**2, 0)
    bounds["bootstrap-t"] = mean - error * _pivots(means - mean, np.sqrt(variances / (n - 1)))
    return {method: (low_high[:, 0], low_high[:, 1]) for method, low_high in bounds.items()}


def coverage(bounds: Bounds, mean: float) -> float:
    low, high = bounds
    return float(((low <= mean + _ROUNDING) & (mean - _ROUNDING <= high)).mean())


def wilson_coverage(n: int, shares: Floats) -> Floats:
    """How often Wilson's interval of ``n`` values covers each share, computed exactly."""
    low, high = np.array([wilson(successes, n) for successes in range(n + 1)]).T
    drawn = stats.binom.pmf(np.arange(n + 1), n, shares[:, None])
    covers = (low <= shares[:, None]) & (shares[:, None] <= high)
    return np.asarray((drawn * covers).sum(axis=1))


def table() -> Iterator[str]:
    yield f"| population | n | {' | '.join(METHODS)} |"
    yield f"|---|---:|{'---:|' * len(METHODS)}"
    for population in MEASURES + DIFFERENCES:
        for n in SIZES:
            samples = population.samples(n)
            found = intervals(samples)
            if population in MEASURES:
                found = {method: _with_wilson(samples, found[method]) for method in METHODS}
            shares = [f"{100 * coverage(found[method], population.mean):.1f}" for method in METHODS]
            yield f"| {population.name} | {n} | {' | '.join(shares)} |"
    yield ""
    yield from _wilson_table((0.02, 0.05, 0.1, 0.2, 0.5))


def _wilson_table(shares: Sequence[float]) -> Iterator[str]:
    yield f"| Wilson, n | {' | '.join(map(str, shares))} | mean of 0.01 to 0.99 | lowest |"
    yield f"|---:|{'---:|' * (len(shares) + 2)}"
    for n in SIZES:
        all_shares = wilson_coverage(n, np.linspace(0.01, 0.99, 197))
        found = [*wilson_coverage(n, np.array(shares)), all_shares.mean(), all_shares.min()]
        yield f"| {n} | {' | '.join(f'{100 * share:.1f}' for share in found)} |"


def _counts(indices: NDArray[np.int64]) -> Floats:
    """How often each row holds each of its n numbers."""
    rows, n = indices.shape
    places = indices + n * np.arange(rows)[:, None]
    return np.bincount(places.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


def _bca(samples: Floats, means: Floats) -> Floats:
    mean = samples.mean(axis=1, keepdims=True)
    lower, higher = means < mean - _ROUNDING, means > mean + _ROUNDING
    below = (1 + lower.mean(axis=1) - higher.mean(axis=1)) / 2
    apart = samples - mean
    squares = np.maximum((apart**2).sum(axis=1), _ROUNDING)  # a constant sample has no skew
    acceleration = ((apart**3).sum(axis=1) / (6 * squares**1.5))[:, None]
    bias = special.ndtri(below)[:, None]
    z = bias + special.ndtri(TAILS)
    levels = special.ndtr(bias + z / (1 - acceleration * z))
    return np.array([np.quantile(row, pair) for row, pair in zip(means, levels, strict=True)])


def _pivots(offsets: Floats, errors: Floats) -> Floats:
    """The high and the low quantile of Student's ratio; infinite where a resample is constant."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(errors > 1e-9, offsets / errors, np.sign(offsets.round(12)) * np.inf)
    ordered = np.sort(np.nan_to_num(ratios, posinf=1e9, neginf=-1e9), axis=1)
    last = ordered.shape[1] - 1
    return ordered[:, [round(TAILS[1] * last), round(TAILS[0] * last)]]


def _with_wilson(samples: Floats, bounds: Bounds) -> Bounds:
    """The bounds, with Wilson's where a sample happens to hold nothing but 0 and 1."""
    low, high = bounds[0].copy(), bounds[1].copy()
    for run in np.flatnonzero(np.isin(samples, (0.0, 1.0)).all(axis=1)):
        low[run], high[run] = wilson(int(samples[run].sum()), samples.shape[1])
    return low, high


if __name__ == "__main__":
    for line in table():
        output.print(line)
