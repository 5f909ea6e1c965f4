"""Plots of a run. In: a Summary. Out: Plots, each with its numbers in words and as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from eval.measures.abstention import Point
from eval.measures.reliability import Bin
from eval.measures.summary import Summary
from eval.reports.drawing import Axes, Figure, style
from eval.reports.prose import milliseconds, threshold
from eval.reports.svg import FONT_SIZE, Ink, inline_svg

_POINTS = 72
_SIZE = (340 / _POINTS, 270 / _POINTS)
_BINS = 20
_ROWS = 10
_LEAST = 3
_CAME_TRUE = {
    "confidence": "A confidence comes true if one of the first 5 passages holds an expected text.",
    "score": "A score comes true if its passage holds an expected text.",
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with its text alternative: a caption, and ``rows`` under ``columns``."""

    title: str
    caption: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plots(summary: Summary) -> tuple[Plot, ...]:
    """Every plot for which the run has numbers, whatever matplotlib's settings are here."""
    with style.context("default"):
        return tuple(_plots(summary))


def _plots(summary: Summary) -> Iterator[Plot]:
    if summary.reliability:
        yield _reliability(summary.reliability, "confidence", "confidence", "questions")
    if summary.passage_reliability:
        yield _reliability(summary.passage_reliability, "passages", "score", "passages")
    if summary.risk_coverage:
        yield _risk_coverage(summary.risk_coverage, threshold(summary))
    confidences = _confidences(summary)
    if any(confidences):
        yield _distributions(*confidences, threshold(summary))
    times = milliseconds(summary.headline.judged)
    if len(times) >= _LEAST:
        yield _latency(times)


def _reliability(bins: Sequence[Bin], name: str, predicted: str, counted: str) -> Plot:
    caption = _reliability_caption(bins, predicted, counted)
    figure, axes = _axes(f"mean {predicted}", f"share of {counted} that came true")
    _unit_square(axes)
    axes.plot([0, 1], [0, 1], color=Ink.LINE, linestyle="--", linewidth=1)
    below = [b.observed.mean - b.observed.low for b in bins]
    above = [b.observed.high - b.observed.mean for b in bins]
    axes.errorbar(
        [b.predicted for b in bins],
        [b.observed.mean for b in bins],
        yerr=np.clip([below, above], 0, None),
        fmt="o",
        color=Ink.GOOD,
        elinewidth=1.5,
        clip_on=False,
    )
    seen = [(b.predicted, b.observed) for b in bins]
    return Plot(
        f"Reliability of the {'confidence' if name == 'confidence' else 'passages’ scores'}",
        caption,
        inline_svg(figure, f"reliability-{name}", caption),
        (f"mean {predicted}", "came true", "95 % interval", counted),
        tuple(
            (f"{p:.2f}", f"{o.mean:.2f}", f"{o.low:.2f} to {o.high:.2f}", f"{o.n}") for p, o in seen
        ),
    )


def _reliability_caption(bins: Sequence[Bin], predicted: str, counted: str) -> str:
    counts = sorted({b.observed.n for b in bins})
    sizes = f"{counts[0]} to {counts[-1]} {counted}"
    if len(counts) == 1:
        sizes = f"{counts[0]} {counted if counts != [1] else counted.removesuffix('s')}"
    far = max(bins, key=lambda b: abs(b.predicted - b.observed.mean))
    return (
        f"{len(bins)} groups of {sizes} of like {predicted}, each with the 95 % interval of its "
        f"share. {_CAME_TRUE[predicted]} On the dashed line the {predicted} says what comes true. "
        f"Farthest from it: {far.predicted:.2f} where {far.observed.mean:.2f} came true."
    )


def _risk_coverage(points: Sequence[Point], least: float | None) -> Plot:
    figure, axes = _axes("share answered (coverage)", "share of it wrong (risk)")
    _unit_square(axes)
    inside = sorted(points, key=lambda point: point.coverage)
    coverage, risk = [p.coverage for p in inside], [p.risk for p in inside]
    axes.plot(coverage, risk, color=Ink.GOOD, linewidth=2, clip_on=False)
    own = None if least is None else _own(inside, least)
    told = ""
    if own and least is not None:
        axes.plot([own.coverage], [own.risk], "o", color=Ink.BAD, markersize=8, clip_on=False)
        told = (
            f" The dot is this run, which answered from a confidence of {least:.2f} on: "
            f"{_share(own.coverage)} answered, {_share(own.risk)} of it wrongly."
        )
    caption = (
        "If only the most confident questions were answered: which share of all that is, and "
        f"which share of the answers would be wrong.{told}"
    )
    return Plot(
        "Risk and coverage",
        caption,
        inline_svg(figure, "risk-coverage", caption),
        ("confidence from", "answered", "of it wrong"),
        tuple((f"{p.threshold:.2f}", _share(p.coverage), _share(p.risk)) for p in _sampled(inside)),
    )


def _distributions(answerable: list[float], unanswerable: list[float], least: float | None) -> Plot:
    figure = Figure(figsize=_SIZE, layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    edges = np.linspace(0, 1, _BINS + 1).tolist()
    series = (
        (upper, answerable, Ink.GOOD, "answerable"),
        (lower, unanswerable, Ink.BAD, "unanswerable"),
    )
    for axes, values, ink, label in series:
        _style(axes)
        axes.hist(values, bins=edges, color=ink, rwidth=0.85)
        axes.set_ylabel(label, color=Ink.LINE, fontsize=FONT_SIZE)
        axes.locator_params(axis="y", integer=True, nbins=4)
        if least is not None:
            axes.axvline(least, color=Ink.MARKED, linestyle=":", linewidth=2)
    lower.set_xlabel("confidence", color=Ink.LINE, fontsize=FONT_SIZE)
    lower.set_xlim(0, 1)
    caption = (
        f"Questions by confidence: {len(answerable)} answerable ones above, "
        f"{len(unanswerable)} unanswerable ones below."
        + ("" if least is None else f" The dotted line is {least:.2f}, the least answered.")
    )
    tenths = np.linspace(0, 1, 11)
    counts = [np.histogram(values, tenths)[0] for values in (answerable, unanswerable)]
    return Plot(
        "Confidence by kind of question",
        caption,
        inline_svg(figure, "confidence", caption),
        ("confidence", "answerable", "unanswerable"),
        tuple(
            (f"{low:.1f} to {low + 0.1:.1f}", f"{yes}", f"{no}")
            for low, yes, no in zip(tenths[:-1], *counts, strict=True)
        ),
    )


def _latency(times: Sequence[float]) -> Plot:
    figure, axes = _axes("ms", "questions")
    most = float(np.quantile(times, 0.99))
    axes.hist(
        np.minimum(times, most),
        bins=np.linspace(0, most, _BINS + 1).tolist(),
        color=Ink.GOOD,
        rwidth=0.85,
    )
    axes.locator_params(axis="y", integer=True)
    levels = (0, 0.25, 0.5, 0.75, 0.95, 0.99, 1)
    values = np.quantile(times, levels)
    slower = sum(time > most for time in times)
    caption = (
        f"Wall time of {len(times)} questions, as whoever asks sees it: median "
        f"{values[2]:.1f} ms, slowest {values[-1]:.1f} ms. The last bar holds the {slower} "
        f"above {most:.1f} ms as well."
    )
    return Plot(
        "Latency",
        caption,
        inline_svg(figure, "latency", caption),
        ("share of the questions", "within"),
        tuple(
            (_share(level), f"{value:.1f} ms") for level, value in zip(levels, values, strict=True)
        ),
    )


def _confidences(summary: Summary) -> tuple[list[float], list[float]]:
    found: tuple[list[float], list[float]] = ([], [])
    for each in summary.headline.judged:
        if each.record.response:
            kind = 0 if each.record.question.answerable else 1
            found[kind].append(each.record.response.answer.confidence)
    return found


def _own(inside: Sequence[Point], least: float) -> Point | None:
    """The last point that answers nothing below ``least``."""
    return max((p for p in inside if p.threshold >= least), key=lambda p: p.coverage, default=None)


def _sampled(inside: Sequence[Point]) -> list[Point]:
    if len(inside) <= _ROWS:
        return list(inside)
    return [inside[round(i)] for i in np.linspace(0, len(inside) - 1, _ROWS)]


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _axes(across: str, up: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.subplots()
    _style(axes)
    axes.set_xlabel(across, color=Ink.LINE, fontsize=FONT_SIZE)
    axes.set_ylabel(up, color=Ink.LINE, fontsize=FONT_SIZE)
    return figure, axes


def _style(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(Ink.LINE)
    axes.tick_params(color=Ink.LINE, labelcolor=Ink.LINE, labelsize=FONT_SIZE)
    axes.grid(axis="y", color=Ink.GRID, linewidth=0.5)
    axes.set_axisbelow(True)


def _unit_square(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
