"""The confidence as a ground to abstain, against cases computed by hand."""

from dataclasses import astuple
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from eval.measures.abstention import (
    Confidences,
    Point,
    aurcs,
    by_confidence,
    risk_coverage,
)
from eval.runs.record import Record
from tests.eval.made import places, record, response

RIGHT, WRONG, UNANSWERABLE = "right", "wrong", "unanswerable"


def asked(confidence: float, kind: str) -> Record:
    """A question of which the place is found, is not found, or of which there is none."""
    wanted = () if kind == UNANSWERABLE else places(("a", 0, 10))
    return record(wanted, response([("a", 0, 10 if kind == RIGHT else 9)], confidence=confidence))


def ones(found: Confidences) -> NDArray[np.int64]:
    """Every question once."""
    return np.ones((1, len(found.values)), dtype=np.int64)


def test_a_question_counts_as_often_as_it_is_drawn() -> None:
    found = by_confidence([asked(0.5, RIGHT), asked(0.5, UNANSWERABLE), asked(0.9, UNANSWERABLE)])
    counts = np.array([[1, 1, 1], [2, 3, 0], [1, 0, 4], [3, 1, 1], [1, 0, 0], [0, 1, 2]])
    # 0.9 is wrong; then the two of 0.5 come together, of which one is right
    risks = [(1 + 2 * 2 / 3) / 3, 3 / 5, (4 + 4 / 5) / 5, (1 + 4 * 2 / 5) / 5, 0, 1]
    assert aurcs(found, counts) == pytest.approx(risks)
    assert np.isnan(aurcs(found, np.zeros((1, 3), dtype=np.int64))).all()


def test_risk_is_averaged_over_the_number_answered() -> None:
    rows = [(0.9, RIGHT), (0.8, WRONG), (0.7, RIGHT), (0.6, UNANSWERABLE)]
    found = by_confidence([asked(*row) for row in rows])
    assert risk_coverage(found) == (
        Point(0.9, 0.25, 0),
        Point(0.8, 0.5, 1 / 2),
        Point(0.7, 0.75, 1 / 3),
        Point(0.6, 1, 2 / 4),
    )
    assert aurcs(found, ones(found)) == pytest.approx([(0 + 1 / 2 + 1 / 3 + 1 / 2) / 4])


def test_equal_confidences_are_answered_together() -> None:
    rows = [(0.5, WRONG), (0.9, RIGHT), (0.5, RIGHT), (0.5, WRONG)]
    found = by_confidence([asked(*row) for row in rows])
    assert risk_coverage(found) == (Point(0.9, 0.25, 0), Point(0.5, 1, 0.5))
    assert aurcs(found, ones(found)) == pytest.approx([(0 + 3 * 0.5) / 4])


def test_a_failed_question_has_no_confidence() -> None:
    failed = record(places(("a", 0, 10)), None)
    found = by_confidence([failed, asked(0.5, WRONG), failed, asked(0.9, RIGHT)])
    assert found.questions.tolist() == [3, 1]
    assert risk_coverage(found) == (Point(0.9, 0.5, 0), Point(0.5, 1, 0.5))
    assert risk_coverage(by_confidence([failed])) == ()


def test_a_long_curve_is_thinned_from_first_to_last() -> None:
    found = by_confidence([asked(1 - n / 1000, WRONG if n % 4 else RIGHT) for n in range(1000)])
    points = risk_coverage(found)
    assert len(points) == 200
    assert points[0] == Point(1, 0.001, 0)
    assert astuple(points[-1]) == pytest.approx((0.001, 1, 0.75))
    coverage = [point.coverage for point in points]
    assert coverage == sorted(set(coverage))


ROWS = st.lists(
    st.tuples(
        st.integers(0, 5).map(lambda n: n / 5), st.sampled_from([RIGHT, WRONG, UNANSWERABLE])
    ),
    min_size=1,
    max_size=12,
)


@given(ROWS)
def test_it_is_that_of_its_definition(rows: list[tuple[float, str]]) -> None:
    found = by_confidence([asked(*row) for row in rows])
    # each question's risk is that of all questions of no lower confidence
    risks = []
    for confidence, _ in rows:
        answered = [kind for c, kind in rows if c >= confidence]
        risks.append(Fraction(sum(kind != RIGHT for kind in answered), len(answered)))
    assert aurcs(found, ones(found)) == pytest.approx([float(sum(risks) / len(risks))])
    turned = by_confidence([asked(*row) for row in reversed(rows)])
    assert risk_coverage(turned) == risk_coverage(found)
