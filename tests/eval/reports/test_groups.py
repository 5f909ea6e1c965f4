"""Figures stand in groups; none is lost, and each has a name."""

import pytest

from eval.measures.names import NAMES
from eval.reports.groups import Figure, grouped, interval, mean, named
from eval.statistics.interval import Estimate

SHARE = Estimate(0.5, 0.25, 0.75, 8)
TIMES = {
    "latency_p50": Estimate(20.04, 18.0, 22.0, 8),
    "latency_p95": Estimate(30.0, 25.0, 40.0, 8),
}


def test_every_named_measure_has_a_group() -> None:
    groups = grouped(dict.fromkeys(NAMES, SHARE))
    assert "Other figures" not in {group.title for group in groups}
    assert sorted(f.measure for g in groups for f in g.figures) == sorted(NAMES)


def test_an_unknown_figure_comes_last_under_its_own_name() -> None:
    groups = grouped({"strange": SHARE, "answered": SHARE})
    assert [(g.title, [f.measure for f in g.figures]) for g in groups] == [
        ("Answers to answerable questions", ["answered"]),
        ("Other figures", ["strange"]),
    ]
    assert named("strange").label == "strange"


def test_rates_are_drawn_up_to_1_and_times_up_to_the_longest() -> None:
    groups = grouped({"mrr": SHARE, **TIMES})
    assert [[f.top for f in g.figures] for g in groups] == [[1.0], [40.0, 40.0]]


def _first(measure: str, value: Estimate) -> Figure:
    return grouped({measure: value})[0].figures[0]


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (_first("mrr", SHARE), ("0.500", "0.250 to 0.750")),
        (_first("latency_p50", TIMES["latency_p50"]), ("20.0 ms", "18.0 to 22.0 ms")),
    ],
)
def test_values_are_written_in_their_unit(figure: Figure, told: tuple[str, str]) -> None:
    assert (mean(figure), interval(figure)) == told


def test_anchors_are_ids() -> None:
    assert _first("hit@5", SHARE).anchor == "measure-hit-at-5"
