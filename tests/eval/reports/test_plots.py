"""Plots tell their numbers in words and in a table, where a run has numbers."""

from dataclasses import replace

import matplotlib as mpl
import pytest

from eval.measures.abstention import Point
from eval.measures.reliability import Bin
from eval.measures.summary import Summary, summarise
from eval.reports.plots import Plot, plots
from eval.runs.record import Run
from eval.statistics.interval import Estimate
from tests.eval.reports.runs import CALM, FACTS, FIRST, GOOD, failed

BINS = (Bin(0.2, Estimate(0.3, 0.1, 0.6, 5)), Bin(0.8, Estimate(0.5, 0.3, 0.7, 6)))
CURVE = (Point(0.9, 0.25, 0), Point(0.6, 0.5, 0.5), Point(0.2, 1, 0.25))


@pytest.fixture(scope="module")
def made(summary: Summary) -> dict[str, Plot]:
    """The plots by title."""
    known = replace(summary, reliability=BINS, passage_reliability=BINS, risk_coverage=CURVE)
    return {plot.title: plot for plot in plots(known)}


def test_reliability(made: dict[str, Plot]) -> None:
    plot = made["Reliability of the confidence"]
    assert plot.columns == ("mean confidence", "came true", "95 % interval", "questions")
    assert plot.rows == (
        ("0.20", "0.30", "0.10 to 0.60", "5"),
        ("0.80", "0.50", "0.30 to 0.70", "6"),
    )
    assert "2 groups of 5 to 6 questions" in plot.caption
    assert "Farthest from it: 0.80 where 0.50 came true." in plot.caption
    assert made["Reliability of the passages’ scores"].columns[-1] == "passages"


def test_risk_and_coverage_tells_the_runs_own_point(made: dict[str, Plot]) -> None:
    plot = made["Risk and coverage"]
    # the least confidence answered is that of FALSE, 0.6
    assert "from a confidence of 0.60 on: 50 % answered, 50 % of it wrongly." in plot.caption
    assert plot.rows == (
        ("0.90", "25 %", "0 %"),
        ("0.60", "50 %", "50 %"),
        ("0.20", "100 %", "25 %"),
    )


def test_a_long_curve_is_told_in_ten_rows(summary: Summary) -> None:
    curve = tuple(Point(1 - n / 200, n / 200, 0.5) for n in range(1, 201))
    plot = next(p for p in plots(replace(summary, risk_coverage=curve)) if "Risk" in p.title)
    assert (len(plot.rows), plot.rows[0][1], plot.rows[-1][1]) == (10, "0 %", "100 %")


def test_confidences_are_counted_by_kind(made: dict[str, Plot]) -> None:
    plot = made["Confidence by kind of question"]
    # answerable 0.9 0.8 0.7 0.2, unanswerable 0.6 0.1
    counts = {cells[0]: cells[1:] for cells in plot.rows}
    assert counts["0.9 to 1.0"] == ("1", "0")
    assert counts["0.1 to 0.2"] == ("0", "1")
    assert sum(int(cells[1]) for cells in plot.rows) == 4
    assert sum(int(cells[2]) for cells in plot.rows) == 2
    assert "4 answerable ones above, 2 unanswerable ones below" in plot.caption


def test_latency_tells_quantiles(summary: Summary) -> None:
    slow = [replace(GOOD, seconds=second / 100) for second in (1, 2, 3, 4, 100)]
    plot = next(p for p in plots(summarise(Run(FACTS, tuple(slow)))) if p.title == "Latency")
    assert ("50 %", "30.0 ms") in plot.rows
    assert ("100 %", "1000.0 ms") in plot.rows
    assert "holds the 1 above" in plot.caption


def test_the_caption_is_the_drawings_name(made: dict[str, Plot]) -> None:
    assert len(made) == 5
    for plot in made.values():
        assert f'aria-label="{plot.caption}"' in plot.svg


def test_without_numbers_there_is_no_plot() -> None:
    assert plots(summarise(Run(FACTS, (failed("a", FIRST),)))) == ()
    titles = [plot.title for plot in plots(summarise(Run(FACTS, (CALM,))))]
    assert "Latency" not in titles


def test_settings_of_matplotlib_change_nothing(summary: Summary) -> None:
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "lines.linewidth": 9}):
        changed = plots(summary)
    assert changed == plots(summary)
