"""Ranges share what sets of their offsets share."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from eval.measures.ranges import length, merged, quotes_of, ranges_of, shared
from index.passage import Span
from tests.eval.made import response

SPANS = st.lists(st.builds(lambda a, n: Span(a, a + n), st.integers(0, 40), st.integers(0, 12)))


def offsets(spans: list[Span]) -> set[int]:
    """The oracle: every offset on its own."""
    return {offset for span in spans for offset in range(span.start, span.end)}


def test_what_overlaps_or_touches_is_merged() -> None:
    spans = [Span(8, 9), Span(0, 4), Span(3, 6), Span(6, 7), Span(1, 2)]
    assert merged(spans) == [Span(0, 7), Span(8, 9)]


@given(SPANS)
def test_merging_keeps_every_offset_and_leaves_gaps(spans: list[Span]) -> None:
    found = merged(spans)
    assert offsets(found) == offsets(spans)
    assert length(found) == len(offsets(spans))
    assert all(one.end < other.start for one, other in pairwise(found))


@given(SPANS, SPANS)
def test_shared_is_the_size_of_the_intersection(first: list[Span], second: list[Span]) -> None:
    assert shared(first, second) == len(offsets(first) & offsets(second))


def test_long_ranges_are_counted_without_their_characters() -> None:
    assert shared([Span(0, 10**15)], [Span(5, 10**14), Span(10**15 - 1, 10**16)]) == 10**14 - 4


def test_a_length_counts_twice_what_lies_in_two() -> None:
    assert length([Span(0, 10), Span(5, 10)]) == 15


def test_ranges_have_the_paths_of_their_documents() -> None:
    made = response([("a", 0, 9), ("b", 5, 9)], [(2, 6, 7, "x"), (3, 0, 1, "no such rank")])
    assert [(p, r.start, r.end) for p, r in ranges_of(made.passages)] == [("a", 0, 9), ("b", 5, 9)]
    assert [(p, q.start, q.end) for p, q in quotes_of(made)] == [("b", 6, 7), ("", 0, 1)]
