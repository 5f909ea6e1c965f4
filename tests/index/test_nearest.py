"""Several segments against one that holds all their rows."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embed import Vectors
from index.errors import IndexDamaged
from index.nearest import VectorIndex
from index.passage import Hit
from index.segment_vectors import SegmentVectors
from tests.index.vectors import clustered_rows, unit, unit_rows

WIDTH = 6


def cut(rows: Vectors, ends: list[int]) -> VectorIndex:
    """Segments that end there; some may be empty."""
    edges = [0, *sorted(ends), len(rows)]
    width = rows.shape[1]
    segments = [SegmentVectors.in_memory([rows[a:b]], width) for a, b in pairwise(edges)]
    return VectorIndex(segments, width)


def repeating(count: int, seed: int) -> Vectors:
    """Rows of which many are equal, so that equal scores are common."""
    few = unit_rows(max(1, count // 3), WIDTH, seed)
    return few[np.random.default_rng(seed).integers(len(few), size=count)]


@given(
    count=st.integers(1, 40),
    seed=st.integers(0, 99),
    ends=st.lists(st.integers(0, 40), max_size=5),
    k=st.integers(0, 50),
    places=st.lists(st.integers(0, 39), max_size=12),
)
def test_any_number_of_segments_is_one(
    count: int, seed: int, ends: list[int], k: int, places: list[int]
) -> None:
    rows, question = repeating(count, seed), unit_rows(1, WIDTH, seed + 1)[0]
    one = VectorIndex.build([rows], WIDTH)
    several = cut(rows, [min(end, count) for end in ends])
    assert (several.rows, several.width) == (one.rows, one.width) == (count, WIDTH)
    assert several.search(question, k) == one.search(question, k)
    wanted = np.array([place % count for place in places], dtype=np.int64)
    np.testing.assert_array_equal(several.vectors(wanted), rows[wanted])
    np.testing.assert_array_equal(several.scores(question, wanted), one.scores(question, wanted))


@pytest.mark.parametrize("seed", range(5))
def test_hits_are_those_of_brute_force(seed: int) -> None:
    rows, question = unit_rows(3000, 384, seed), unit_rows(1, 384, seed + 1000)[0]
    hits = cut(rows, [700, 700, 2999]).search(question, 200)
    cosines = rows.astype(np.float64) @ question.astype(np.float64)
    best = np.sort(cosines)[::-1][:200]
    np.testing.assert_allclose([hit.score for hit in hits], best, atol=1e-6)
    np.testing.assert_allclose(cosines[[hit.row for hit in hits]], best, atol=1e-6)


def test_equal_rows_come_in_their_order_over_segments() -> None:
    rows = np.tile(np.eye(2, dtype=np.float32), (6, 1))
    hits = cut(rows, [3, 4, 9]).search(np.array([1, 0], dtype=np.float32), 8)
    assert [hit.row for hit in hits] == [0, 2, 4, 6, 8, 10, 1, 3]


def test_hits_are_plain_values() -> None:
    (hit,) = VectorIndex.build([np.eye(2, dtype=np.float32)], 2).search(
        np.array([0.6, 0.8], dtype=np.float32), 1
    )
    assert (type(hit.row), type(hit.score)) == (int, float)
    assert hit == Hit(1, pytest.approx(0.8))  # type: ignore[arg-type]


def test_no_segments_hold_nothing() -> None:
    index, question = VectorIndex([], 3), np.ones(3, dtype=np.float32)
    nothing = np.array([], dtype=np.int64)
    assert (index.rows, index.width, index.search(question, 5)) == (0, 3, [])
    assert index.scores(question, nothing).shape == (0,)
    assert index.vectors(nothing).shape == (0, 3)


def test_a_row_that_is_in_no_segment() -> None:
    index = cut(unit_rows(5, WIDTH, 1), [2])
    with pytest.raises(IndexError, match="row 5 is none of 5"):
        index.vectors(np.array([1, 5]))
    with pytest.raises(IndexError, match="row -1 is none of 5"):
        index.scores(np.ones(WIDTH, dtype=np.float32), np.array([-1]))


def test_a_segment_of_another_width() -> None:
    segments = [SegmentVectors.in_memory([], width) for width in (3, 4)]
    with pytest.raises(IndexDamaged, match="vectors of segment 1 have width 4, not 3; rebuild"):
        VectorIndex(segments, 3)


def test_segments_in_lists_and_exact_ones_together(tmp_path: Path) -> None:
    rows = clustered_rows(6000, 32, 1)
    for name, part in (("a", rows[:2500]), ("b", rows[2500:2600]), ("c", rows[2600:])):
        SegmentVectors.build(tmp_path / name, [part], 32, exact_up_to=500)
    index = VectorIndex([SegmentVectors.open(tmp_path / name) for name in "abc"], 32)
    assert [segment.facts.type for segment in index.segments] == ["lists", "exact", "lists"]
    exact = VectorIndex.build([rows], 32)
    pairs = rows[np.random.default_rng(2).integers(6000, size=(2, 100))]
    found = []
    for question in unit(pairs.sum(axis=0) + 0.7 * unit_rows(100, 32, 3)):
        hits = index.search(question, 10)
        of_rows = exact.scores(question, np.array([hit.row for hit in hits]))
        assert [hit.score for hit in hits] == of_rows.tolist()
        found.append(len(set(hits) & set(exact.search(question, 10))) / 10)
    assert np.mean(found) >= 0.98
