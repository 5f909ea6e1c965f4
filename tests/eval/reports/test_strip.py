"""A strip's coordinates are the numbers, on a scale of 100."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from eval.reports.strip import strip
from eval.statistics.interval import Estimate


@pytest.mark.parametrize(
    ("value", "top", "low", "mean", "high"),
    [
        (Estimate(0.5, 0.25, 0.75, 4), 1.0, "25.00", "50.00", "75.00"),
        (Estimate(0.12345, 0, 1, 4), 1.0, "0.00", "12.35", "100.00"),
        (Estimate(20, 10, 40, 4), 40.0, "25.00", "50.00", "100.00"),
        (Estimate(0, 0, 0, 4), 0.0, "0.00", "0.00", "0.00"),
    ],
)
def test_coordinates_are_the_numbers(
    value: Estimate, top: float, low: str, mean: str, high: str
) -> None:
    drawn = LexborHTMLParser(strip(value, top))
    line, dot = drawn.css("line.interval")[0], drawn.css("line.mean")[0]
    assert (line.attributes["x1"], line.attributes["x2"]) == (low, high)
    assert (dot.attributes["x1"], dot.attributes["x2"]) == (mean, mean)
