"""Questions are timed among as many passages as is said, by texts and vectors that are made up."""

from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from eval.bench.growth import (
    STEPS,
    Growth,
    SketchingEmbedder,
    growth_lines,
    measure_growth,
    told_at_once,
    write_grown,
    written,
)
from eval.questions.collection import Collection, CollectionDocument
from index.embed import Embedder
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


@pytest.mark.model
def test_each_size_is_served_and_asked(minilm: Embedder) -> None:
    documents = tuple(CollectionDocument(str(n), "", text) for n, text in enumerate(TEXTS))
    queries = tuple({"id": str(n), "text": f"who had a {w}?"} for n, w in enumerate(["cab", "bee"]))
    (found,) = measure_growth(Collection("c", documents, queries, {}), minilm, (30,), seconds=0.5)
    assert found.passages == pytest.approx(30, rel=0.4)
    assert set(found.steps) == set(STEPS)
    assert found.steps["request"] > sum(found.steps.values()) / 2 > 0
    assert found.steps["read"] > 0
    assert found.per_second > 0
    assert 0.2 < found.start < 120
    assert 100 < found.resident < 2000
    assert found.disk > 80  # as it carries the model


def test_the_largest_is_compared_with_each() -> None:
    small = Growth(10, dict.fromkeys(STEPS, 1.0) | {"request": 6.0}, 9.5, 1.25, 300, 125)
    large = Growth(99, {**small.steps, "rank": 4.0, "request": 9.0}, 8.25, 1.5, 310, 2345)
    lines = list(growth_lines([small, large]))
    assert lines[0].split() == ["passages", *STEPS]
    assert lines[2].split()[:5] == ["99", "1.0", "ms", "4.0", "ms"]
    assert lines[3].split() == ["passages", "a", "second", "start", "resident", "disk"]
    assert lines[5].split() == ["99", "8.2", "1.5", "s", "310", "MB", "2345", "MB"]
    assert lines[6:] == [
        "a question among 99 passages takes 1.50 times that among 10, without reading 1.60 times"
    ]


def test_a_size_is_told_when_it_is_done() -> None:
    one = Growth(99, dict.fromkeys(STEPS, 1.0) | {"request": 6.0}, 8.25, 1.5, 310, 2345)
    assert told_at_once(one) == (
        "99 passages: a question 6.0 ms, without reading 5.0 ms; 8.2 a second; start 1.5 s; "
        "310 MB resident, 2345 MB on disk"
    )
