"""Questions are timed among as many passages as is said, by texts and vectors that are made up."""

from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from eval.bench.growth import (
    Growth,
    SketchingEmbedder,
    growth_lines,
    measure_growth,
    write_grown,
    written,
)
from eval.questions.collection import Collection, CollectionDocument
from index.embed import Embedder, Vectors
from service.engine import Engine, open_engine
from service.settings import Settings
from tests.fakes import LetterEmbedder

TEXTS = ["A cab has a bed. A bead faced a cab.", "Every bee had a deaf dad in a cafe."]


def test_every_word_follows_one_that_it_follows_in_the_texts() -> None:
    pairs = {pair for text in TEXTS for pair in zip(text.split(), text.split()[1:], strict=False)}
    said = list(islice(written(TEXTS), 50))
    assert len(set(said)) > 10
    for sentence in said:
        words = sentence.split()
        assert words[0] in {"A", "Every"}
        assert sentence.endswith(".")
        for first, second in pairwise(words):
            assert (first, second) in pairs or (first, second.rstrip(".")) in pairs
    assert list(islice(written(TEXTS), 50)) == said


def test_a_text_of_no_followers_ends() -> None:
    assert list(islice(written(["alone"]), 2)) == ["alone.", "alone."]


def test_files_hold_about_so_many_words(tmp_path: Path) -> None:
    write_grown(written(TEXTS), tmp_path / "grown", 45)
    files = sorted((tmp_path / "grown").iterdir())
    counts = [len(file.read_text("utf-8").split()) for file in files]
    assert len(counts) == 3  # of 20, 20 and 5 passages
    assert counts[0] == pytest.approx(counts[1], rel=0.1)
    assert counts[2] == pytest.approx(counts[0] / 4, rel=0.1)


def test_texts_that_share_words_are_alike() -> None:
    sketch = SketchingEmbedder(LetterEmbedder())
    rows = sketch.embed_passages(["one two three", "one two four", "five six", ""])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)
    assert sketch.embed_question("one two three") == pytest.approx(rows[0])
    alone = SketchingEmbedder(LetterEmbedder()).embed_passages(["ONE two three"])
    np.testing.assert_array_equal(alone[0], rows[0])


class Counting(LetterEmbedder):
    """Counts what the real model would have been asked."""

    asked = 0

    def embed_asked(self, question: str, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        self.asked += 1
        return super().embed_asked(question, words)


def test_each_size_is_asked(tmp_path: Path) -> None:
    documents = tuple(CollectionDocument(str(n), "", text) for n, text in enumerate(TEXTS))
    queries = tuple({"id": str(n), "text": f"who had a {w}?"} for n, w in enumerate(["cab", "bee"]))
    opened: list[Path] = []

    def opener(root: Path, embedder: Embedder) -> Engine:
        opened.append(root)
        return open_engine(Settings(index=root, reader=False), embedder)

    real = Counting(max_pieces=256)
    collection = Collection("c", documents, queries, {})
    small, large = measure_growth(collection, real, opener, (10, 60))
    assert (small.passages, large.passages) == pytest.approx((10, 60), rel=0.5)
    assert real.asked == 2 * (1 + len(queries))
    for each in (small, large):
        assert each.total >= sum(each.steps.values()) * 0.5 > 0
        assert each.steps["read"] == 0
    assert not any(root.exists() for root in opened)


def test_the_largest_is_compared_with_each() -> None:
    small = Growth(10, dict.fromkeys(("embed", "rank", "cite", "read", "weigh", "answer"), 1.0), 6)
    large = Growth(99, {**small.steps, "rank": 4.0}, 9.0)
    *_, last = lines = list(growth_lines([small, large]))
    assert last == (
        "a question among 99 passages takes 1.50 times that among 10, without reading 1.60 times"
    )
    assert lines[0].split() == [
        "passages", "embed", "rank", "cite", "read", "weigh", "answer", "whole",
    ]  # fmt: skip
    assert lines[2].split()[:5] == ["99", "1.0", "ms", "4.0", "ms"]
