"""Loads told. In: Loads. Out: figures with intervals, JSON, a Markdown table.

An interval is that of the mean over slices of time (batch means; Law, "Simulation Modeling and
Analysis", 9.5.3): requests that follow one another are not independent, slices nearly are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from eval.bench.load import Exchange, Load

SLICES = 10
_LEAST = 20  # requests of a slice, for its quantiles to mean something
_MB = 1e6
_MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
GOOD = "200"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and the 95 % interval of its mean over slices; None where they are too few, and
    the value too where there is nothing."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """``per_second`` and milliseconds are of requests that were answered well within the time;
    ``endings`` and ``lost``, those without any answer, of all; ``memory_mb`` is the server's at
    the start, each quarter and the end, None where it is not known. ``models_per_second`` is
    what embedding and reading alone reach, where it was measured."""

    connections: int
    seconds: float
    requests: int
    per_second: Figure
    p50_ms: Figure
    p95_ms: Figure
    p99_ms: Figure
    endings: dict[str, int]
    lost: int
    memory_mb: tuple[float | None, ...]
    peak_mb: float | None
    models_per_second: float | None = None


def figures_of(load: Load) -> LoadFigures:
    """The figures of one load."""
    good = [e for e in load.exchanges if e.ending == GOOD and e.answered <= load.seconds]
    endings = dict(sorted(load.endings.items()))
    sizes = [size / _MB for _, size in load.memory]
    return LoadFigures(
        connections=load.connections,
        seconds=round(load.seconds, 3),
        requests=len(load.exchanges),
        per_second=_per_second(good, load.seconds),
        p50_ms=_quantile(good, load.seconds, 0.5),
        p95_ms=_quantile(good, load.seconds, 0.95),
        p99_ms=_quantile(good, load.seconds, 0.99),
        endings=endings,
        lost=sum(count for ending, count in endings.items() if not ending.isdigit()),
        memory_mb=tuple(_memory_at(load, mark) for mark in _MARKS),
        peak_mb=max(sizes, default=None),
    )


def load_table(figures: Sequence[LoadFigures]) -> str:
    """A Markdown table, a row a load, and what its columns mean."""
    lines = [
        "| connections | requests | per second | p50 ms | p95 ms | p99 ms | other endings | lost "
        "| memory MB: start, 1/4, 1/2, 3/4, end | peak MB | models alone, per second |",
        "|---:|---:|---:|---:|---:|---:|---|---:|---|---:|---:|",
        *map(_row, figures),
        "",
        "In brackets: 95 % interval over ten slices of time. A closed loop: each client asks again "
        "when it is answered, so a server that stalls is asked less meanwhile (coordinated "
        "omission), and times are those of clients that wait. The warm-up is left out. No question "
        "is asked twice. Models alone (`--limit`): embedding and reading as often as they can, in "
        "this process while the server rests; in brackets the share of it that was reached.",
    ]
    return "\n".join(lines)


def _row(f: LoadFigures) -> str:
    other = ", ".join(f"{n} x {ending}" for ending, n in f.endings.items() if ending != GOOD)
    cells = [
        str(f.connections),
        str(f.requests),
        *map(_told, (f.per_second, f.p50_ms, f.p95_ms, f.p99_ms)),
        other or "none",
        str(f.lost),
        ", ".join("-" if size is None else f"{size:.0f}" for size in f.memory_mb),
        "-" if f.peak_mb is None else f"{f.peak_mb:.0f}",
        _share(f),
    ]
    return f"| {' | '.join(cells)} |"


def _share(f: LoadFigures) -> str:
    if not f.models_per_second:
        return "-"
    reached = (f.per_second.value or 0) / f.models_per_second
    return f"{f.models_per_second:.1f} ({reached:.0%})"


def _told(figure: Figure) -> str:
    if figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.1f}"
    return f"{figure.value:.1f} ({figure.low:.1f} to {figure.high:.1f})"


def _slices(good: Sequence[Exchange], seconds: float) -> list[list[Exchange]]:
    found: list[list[Exchange]] = [[] for _ in range(SLICES)]
    for exchange in good:
        found[min(SLICES - 1, int(exchange.answered / seconds * SLICES))].append(exchange)
    return found


def _per_second(good: Sequence[Exchange], seconds: float) -> Figure:
    rates = [len(each) * SLICES / seconds for each in _slices(good, seconds)]
    return _figure(len(good) / seconds, rates)


def _quantile(good: Sequence[Exchange], seconds: float, q: float) -> Figure:
    of: Callable[[Sequence[Exchange]], float] = lambda some: float(  # noqa: E731
        np.quantile([1000 * (e.answered - e.asked) for e in some], q)
    )
    if not good:
        return Figure(None)
    slices = _slices(good, seconds)
    least = max(_LEAST, round(1 / (1 - q)))
    if min(map(len, slices)) < least:
        return Figure(of(good))
    return _figure(of(good), list(map(of, slices)))


def _figure(value: float, slices: Sequence[float]) -> Figure:
    """The value, and Student's interval around the slices' mean."""
    half = float(stats.t.ppf(0.975, SLICES - 1) * np.std(slices, ddof=1) / SLICES**0.5)
    mean = float(np.mean(slices))
    return Figure(value, mean - half, mean + half)


def _memory_at(load: Load, mark: float) -> float | None:
    """The first that was seen when so much was over."""
    return next((size / _MB for share, size in load.memory if share >= mark), None)
