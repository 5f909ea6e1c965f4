"""The exported model: its vectors are sentence-transformers', and so are its rankings."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from eval.questions.question import read_questions
from index.embed import Embedder
from index.minilm import model_folder
from index.onnxmodel import FREE_FILLING, MOST_PIECES, batches
from tests.conftest import SEED, SEEDS

WORDS = SEED.read_text("utf-8").split()
TEXTS = [
    "Who met Hitler?",
    "",
    " ",
    "😀 東京 Ünïcode",
    "a",
    "A text of [UNK] and [SEP] and <|endoftext|>.",
    " ".join(WORDS[:150]),
    " ".join(WORDS[:1000]),
    "x" * 5000,
]


@pytest.fixture(scope="module")
def plain() -> SentenceTransformer:
    """What people use without citewell."""
    return SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)


def _encoded(plain: SentenceTransformer, texts: Sequence[str]) -> NDArray[np.float32]:
    rows: NDArray[np.float32] = plain.encode(
        list(texts), normalize_embeddings=True, show_progress_bar=False
    )
    return rows


@pytest.mark.model
def test_vectors_have_length_one(minilm: Embedder) -> None:
    rows = minilm.embed_passages(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), 384)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert minilm.embed_passages([]).shape == (0, 384)


@pytest.mark.model
def test_vectors_are_those_of_sentence_transformers(
    minilm: Embedder, plain: SentenceTransformer
) -> None:
    texts = TEXTS + [" ".join(WORDS[start : start + 100]) for start in range(0, 2000, 100)]
    np.testing.assert_allclose(minilm.embed_passages(texts), _encoded(plain, texts), atol=1e-5)
    for text in TEXTS:
        alone = _encoded(plain, [text])[0]
        np.testing.assert_allclose(minilm.embed_question(text), alone, atol=1e-5)


@pytest.mark.model
def test_questions_rank_passages_as_by_sentence_transformers(
    minilm: Embedder, plain: SentenceTransformer
) -> None:
    asked = [question.question for question in read_questions(SEEDS / "questions.jsonl")]
    texts = [" ".join(WORDS[start : start + 60]) for start in range(0, len(WORDS), 60)]
    expected = _encoded(plain, asked) @ _encoded(plain, texts).T
    passages = minilm.embed_passages(texts)
    found = np.stack([minilm.embed_question(question) for question in asked]) @ passages.T
    cosines = (minilm.embed_questions(asked) * _encoded(plain, asked)).sum(axis=1)
    assert cosines.min() >= 0.9999
    assert [row.tolist() for row in np.argsort(-found, axis=1)[:, :10]] == [
        row.tolist() for row in np.argsort(-expected, axis=1)[:, :10]
    ]


@pytest.mark.model
def test_likeness_is_likeness(minilm: Embedder) -> None:
    question = minilm.embed_question("How do I bake bread?")
    rows = minilm.embed_passages(["Knead the dough and bake the loaf.", "The treaty was signed."])
    assert rows[0] @ question > 0.4 > rows[1] @ question


@pytest.mark.model
def test_pieces_are_counted_beyond_what_is_read(minilm: Embedder) -> None:
    assert minilm.count_pieces([]) == []
    assert minilm.count_pieces(["", "hello world", "word " * 1000]) == [2, 4, 1002]
    # The model's own limit is in force all the same: nothing beyond it changes a vector.
    a, b = minilm.embed_passages(["word " * 254 + "end", "word " * 254 + "other things"])
    np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.model
def test_eight_threads_get_what_one_gets(minilm: Embedder) -> None:
    texts = [" ".join(WORDS[start : start + 20]) for start in range(0, 800, 20)]
    alone = np.stack([minilm.embed_question(text) for text in texts])
    counts = minilm.count_pieces(texts)
    with ThreadPoolExecutor(8) as pool:
        together = pool.map(minilm.embed_question, texts)
        counted = pool.map(lambda text: minilm.count_pieces([text])[0], texts)
        np.testing.assert_allclose(np.stack(list(together)), alone, atol=1e-6)
        assert list(counted) == counts


@given(st.lists(st.integers(1, 300), max_size=300))
def test_every_text_is_in_one_run_and_little_is_filled(lengths: list[int]) -> None:
    runs = list(batches(lengths))
    places = [place for run in runs for place in run]
    assert sorted(places) == list(range(len(lengths)))
    ordered = [lengths[place] for place in places]
    assert ordered == sorted(lengths, reverse=True)
    for run in runs:
        held = [lengths[place] for place in run]
        assert len(run) * held[0] <= MOST_PIECES
        assert len(run) * held[0] - sum(held) <= max(FREE_FILLING, len(run) * held[0] // 16)


def test_texts_of_one_length_are_run_together() -> None:
    assert [len(run) for run in batches([256] * 5)] == [2, 2, 1]
    assert list(batches([3, 20, 3])) == [[1, 0], [2]]
    assert list(batches([20, 3, 18])) == [[0, 2, 1]]
    assert list(batches([])) == []
