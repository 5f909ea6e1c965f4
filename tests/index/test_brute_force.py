"""Nearest vectors against brute force in NumPy."""

from pathlib import Path

import numpy as np
import pytest

from index.embed import Embedder, Vectors
from index.generation import open_index
from index.nearest import VectorIndex


def unit_rows(count: int, width: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def agrees_with_brute_force(index: VectorIndex, rows: Vectors, question: Vectors, k: int) -> None:
    cosines = rows.astype(np.float64) @ question.astype(np.float64)
    order = np.argsort(-cosines, kind="stable")[:k]
    hits = index.search(question, k)
    np.testing.assert_allclose([hit.score for hit in hits], cosines[order], atol=1e-6)
    # Where two cosines are closer than float32 can tell, either order is right.
    np.testing.assert_allclose(cosines[[hit.row for hit in hits]], cosines[order], atol=1e-6)
    gaps = np.diff(-cosines[np.argsort(-cosines)][: k + 1])
    if gaps.size == 0 or gaps.min() > 1e-6:
        assert [hit.row for hit in hits] == order.tolist()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("count", "width", "k"), [(1, 3, 1), (40, 9, 7), (500, 64, 500), (3000, 384, 20)]
)
def test_hits_are_those_of_brute_force(count: int, width: int, k: int, seed: int) -> None:
    rows = unit_rows(count, width, seed)
    index = VectorIndex.build([rows], width)
    agrees_with_brute_force(index, rows, unit_rows(1, width, seed + 1000)[0], k)


@pytest.mark.model
def test_hits_on_the_seed_are_those_of_brute_force(seed_index: Path, minilm: Embedder) -> None:
    index = open_index(seed_index)
    passages = index.texts.all_passages()
    rows = minilm.embed_passages([stored.passage.text for stored in passages])
    np.testing.assert_allclose(index.vectors.vectors(np.arange(len(rows))), rows, atol=1e-5)
    stored = index.vectors.vectors(np.arange(len(rows)))
    for question in ("Who met Hitler in Berlin?", "What became of the pact?", "bread", ""):
        agrees_with_brute_force(index.vectors, stored, minilm.embed_question(question), 10)


def test_batches_are_rows_in_order_whatever_their_sizes() -> None:
    rows = unit_rows(100, 16, 1)
    index = VectorIndex.build([rows[:1], rows[1:64], rows[64:64], rows[64:]], 16)
    assert (index.rows, index.width) == (100, 16)
    np.testing.assert_array_equal(index.vectors(np.arange(100)), rows)
    for row in (0, 1, 63, 64, 99):
        assert index.search(rows[row], 1)[0].row == row


@pytest.mark.parametrize("k", [3, 4, 1000])
def test_more_than_there_are_gives_all(k: int) -> None:
    rows = np.eye(3, dtype=np.float32)
    hits = VectorIndex.build([rows], 3).search(np.array([0.6, 0.8, 0], dtype=np.float32), k)
    assert [hit.row for hit in hits] == [1, 0, 2]
    np.testing.assert_allclose([hit.score for hit in hits], [0.8, 0.6, 0], atol=1e-7)


def test_no_rows_or_no_wish_give_no_hits() -> None:
    question = np.array([1, 0], dtype=np.float32)
    empty = VectorIndex.build([], 2)
    assert (empty.rows, empty.width, empty.search(question, 5)) == (0, 2, [])
    assert empty.scores(question, np.array([], dtype=np.int64)).shape == (0,)
    assert VectorIndex.build([np.eye(2, dtype=np.float32)], 2).search(question, 0) == []


def test_scores_are_the_products_of_the_rows_asked_for_in_that_order() -> None:
    rows = unit_rows(50, 8, 3)
    question = unit_rows(1, 8, 4)[0]
    wanted = np.array([49, 0, 7, 7])
    scores = VectorIndex.build([rows], 8).scores(question, wanted)
    np.testing.assert_allclose(scores, (rows[wanted] * question).sum(axis=1), atol=1e-6)


def test_vectors_are_copies() -> None:
    index = VectorIndex.build([np.eye(2, dtype=np.float32)], 2)
    index.vectors(np.array([0]))[:] = 9
    np.testing.assert_array_equal(index.vectors(np.array([0, 1])), np.eye(2))
