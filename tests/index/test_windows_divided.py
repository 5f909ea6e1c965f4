"""Windows of several segments are those of one, however the documents are divided."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passage import Passage, Span, stable_id
from index.windows import Layout, SegmentWindows, WindowIndex, lay_out, one_after_the_other
from tests.index.divided import divide, divisions


def passage(start: int, end: int, document: str) -> Passage:
    return Passage(stable_id("p", document, start, end), document, start, end, 1, "x")


@st.composite
def documents_with_passages(draw: st.DrawFn) -> list[tuple[int, list[tuple[int, int]]]]:
    """For each document how many windows it has, and its passages as first and last window."""
    made = []
    for _ in range(draw(st.integers(1, 6))):
        count = draw(st.integers(0, 5))
        window = st.integers(0, count - 1)
        ranges = st.lists(st.tuples(window, window).map(sorted), max_size=4)
        made.append((count, sorted((a, b) for a, b in draw(ranges)) if count else []))
    return made


def layout_of(made: Sequence[tuple[int, list[tuple[int, int]]]]) -> Layout:
    windows: dict[str, Sequence[Span]] = {
        f"d_{n}": [Span(10 * w, 10 * w + 8) for w in range(count)]
        for n, (count, _) in enumerate(made)
    }
    passages = [
        passage(10 * first, 10 * last + 8, f"d_{n}")
        for n, (_, ranges) in enumerate(made)
        for first, last in ranges
    ]
    return lay_out(passages, windows)


@settings(deadline=None, max_examples=200)
@given(documents_with_passages(), divisions(), st.data())
def test_several_segments_hold_what_one_holds(
    made: list[tuple[int, list[tuple[int, int]]]], cuts: list[float], data: st.DataObject
) -> None:
    whole, parts = layout_of(made), [layout_of(part) for part in divide(made, cuts)]
    for field in ("spans", "ranges", "documents", "starts"):
        joined = getattr(one_after_the_other(parts), field)
        assert joined.dtype == np.int64
        np.testing.assert_array_equal(joined, getattr(whole, field))
    vectors = np.random.default_rng(5).standard_normal((len(whole.spans), 4)).astype(np.float16)
    bases = np.cumsum([0, *(len(part.spans) for part in parts)])
    one = WindowIndex.build(whole, vectors.astype(np.float32))
    several = WindowIndex(
        [
            SegmentWindows(part, vectors[a : a + len(part.spans)])
            for part, a in zip(parts, bases, strict=False)
        ]
    )
    assert (several.rows, several.count) == (one.rows, one.count)
    assert several.count == sum(count for count, _ in made)
    windows = np.array(
        data.draw(st.lists(st.integers(0, one.count - 1), max_size=9)) if one.count else [], int
    )
    question = np.array([1, -2, 0.5, 3], dtype=np.float32)
    likenesses = several.likenesses(question, windows)
    assert likenesses.dtype == np.float32
    np.testing.assert_allclose(likenesses, one.likenesses(question, windows), rtol=1e-6)
    np.testing.assert_allclose(likenesses, vectors[windows] @ question, rtol=1e-5, atol=1e-6)
    every = range(one.rows)
    assert [several.spans(row) for row in every] == [one.spans(row) for row in every]
    if one.rows:
        rows = np.array(data.draw(st.lists(st.integers(0, one.rows - 1), min_size=1, max_size=9)))
        assert several.documents(rows).tolist() == one.documents(rows).tolist()
        found, expected = several.held_by(rows), one.held_by(rows)
        for field in ("windows", "spans", "places", "starts", "lengths"):
            np.testing.assert_array_equal(getattr(found, field), getattr(expected, field))
