"""The best span of a part, against every span looked at one by one."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reading.reading import LONGEST_SPAN, NO_SPAN, SURE, Reading, read_enough, span_values

values = st.floats(-8, 8, width=32)


def reading(starts: list[float], ends: list[float], nothing: float = 0.0) -> Reading:
    """Word pieces of two characters with a space behind each."""
    places = np.arange(len(starts), dtype=np.int64) * 3
    found = span_values(np.array(starts, np.float32), np.array(ends, np.float32), nothing)
    return Reading(0.0, places, places + 2, found)


def best_by_hand(starts: list[float], ends: list[float], begin: int, end: int) -> float:
    sums = [
        starts[i] + ends[j]
        for i in range(len(starts))
        for j in range(i, min(len(starts), i + LONGEST_SPAN))
        if begin <= 3 * i and 3 * j + 2 <= end
    ]
    return max(sums, default=NO_SPAN)


@given(st.lists(st.tuples(values, values), max_size=30), st.integers(0, 95), st.integers(0, 95))
def test_best_span_is_that_of_all_spans(
    pairs: list[tuple[float, float]], begin: int, end: int
) -> None:
    starts, ends = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = reading(starts, ends).best_span(begin, end)
    assert found == pytest.approx(best_by_hand(starts, ends, begin, end), abs=1e-4)


def test_a_span_is_valued_against_nothing() -> None:
    one = reading([1.0, 3.0, 0.0], [0.0, 1.0, 5.0], nothing=2.5)
    assert one.best_span() == 5.5  # from the second piece to the third
    assert one.best_span(0, 5) == 1.5
    assert one.best_span(0, 4) == -1.5  # the second piece is not whole in it
    assert one.best_span(4, 5) == NO_SPAN


def test_spans_are_not_longer_than_the_longest() -> None:
    apart = [0.0] * LONGEST_SPAN
    long = reading([4.0, *apart], [*apart, 4.0])
    assert long.best_span() == 4.0
    assert reading([4.0, *apart[1:]], [*apart[1:], 4.0]).best_span() == 8.0


class Sure:
    """A reader to which each text answers by the number it is."""

    def __init__(self) -> None:
        self.read_texts: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.read_texts += texts
        none = np.array([], np.int64)
        nothing = np.zeros((0, LONGEST_SPAN), np.float32)
        return [Reading(float(text), none, none, nothing) for text in texts]


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        ([str(SURE), "9", "9"], 1),
        ([str(SURE - 0.01), "9", "9"], 3),
        (["-4", "9"], 2),
        (["-4"], 1),
        ([], 0),
    ],
)
def test_no_more_is_read_than_until_the_first_surely_answers(texts: list[str], read: int) -> None:
    reader = Sure()
    found = read_enough(reader, "?", texts)
    assert reader.read_texts == texts[:read]
    assert [each.answered for each in found] == [float(text) for text in texts[:read]]
