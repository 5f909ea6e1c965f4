"""Windows: every passage holds some, in order, and each scores as its own vector says."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.passage import Document, Passage, Span, stable_id
from index.split import Splitter, split_document
from index.store import open_index
from index.windows import WindowIndex, lay_out
from tests.fakes import LetterEmbedder
from tests.index.random_texts import texts


def passage(start: int, end: int, document: str = "d_a") -> Passage:
    return Passage(stable_id("p", document, start, end), document, start, end, 1, "x")


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([3, 4, 7, 12, 30, 64, 256]))
def test_every_passage_holds_windows_and_the_embedder_reads_them_whole(
    text: str, max_pieces: int
) -> None:
    count_pieces = LetterEmbedder().count_pieces
    document = Document("d_a", "a.txt", "a", "text/plain", "0" * 64, text)
    split = split_document(document, Splitter(), count_pieces, max_pieces)
    windows = [(window.start, window.end) for window in split.windows]
    assert windows == sorted(set(windows))
    assert max(count_pieces([text[a:b] for a, b in windows]), default=0) <= max_pieces
    layout = lay_out(split.passages, {"d_a": split.windows})
    assert len(layout.ranges) == len(split.passages)
    for found, (first, last) in zip(split.passages, layout.ranges.tolist(), strict=True):
        assert first < last
        for start, end in layout.spans[first:last].tolist():
            assert found.start <= start < end <= found.end


def test_windows_are_laid_out_document_by_document() -> None:
    windows: dict[str, Sequence[Span]] = {
        "d_a": [Span(0, 5), Span(6, 9), Span(10, 20)],
        "d_b": [Span(0, 7)],
    }
    passages = [passage(0, 9), passage(6, 20), passage(0, 7, "d_b")]
    layout = lay_out(passages, windows)
    assert layout.ranges.tolist() == [[0, 2], [1, 3], [3, 4]]
    assert layout.spans.tolist() == [[0, 5], [6, 9], [10, 20], [0, 7]]


@pytest.mark.parametrize("saved", [False, True])
def test_likeness_is_the_product_and_the_best_its_maximum(tmp_path: Path, saved: bool) -> None:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((60, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    spans = [Span(10 * n, 10 * n + 8) for n in range(60)]
    firsts = rng.integers(0, 55, 40).tolist()
    passages = [passage(10 * f, 10 * f + 10 * int(rng.integers(1, 6)) - 2) for f in firsts]
    index = WindowIndex.build(lay_out(passages, {"d_a": spans}), vectors)
    if saved:
        index.save(tmp_path / "windows")
        index = WindowIndex.load(tmp_path / "windows")
    assert (index.rows, index.count) == (40, 60)
    question = vectors[7]
    rows = np.array([39, 0, 5, 5, 12])
    best = index.best_likeness(question, rows)
    for row, value in zip(rows.tolist(), best, strict=True):
        held = [n for n, s in enumerate(spans) if s in index.spans(row)]
        assert [spans[n] for n in held] == index.spans(row)
        assert passages[row].start == index.spans(row)[0].start
        assert passages[row].end == index.spans(row)[-1].end
        expected = vectors[held] @ question
        np.testing.assert_allclose(index.likeness(question, row), expected, atol=2e-3)
        assert value == pytest.approx(expected.max(), abs=2e-3)
    assert index.best_likeness(question, np.array([], dtype=np.int64)).shape == (0,)


def test_a_built_index_has_the_vectors_of_its_windows(small_index: Path) -> None:
    index = open_index(small_index)
    letters = LetterEmbedder()
    question = letters.embed_question("dead beef")
    for stored in index.texts.all_passages():
        document = index.texts.document(stored.passage.document_id)
        assert document is not None
        shown = [document.text[s.start : s.end] for s in index.windows.spans(stored.row)]
        assert all(text in stored.passage.text for text in shown)
        expected = letters.embed_passages(shown) @ question
        likeness = index.windows.likeness(question, stored.row)
        np.testing.assert_allclose(likeness, expected, atol=2e-3)


@pytest.mark.parametrize("name", ["vectors.npy", "spans.npy", "ranges.npy"])
def test_a_missing_or_garbled_file_is_refused(tmp_path: Path, name: str) -> None:
    layout = lay_out([passage(0, 5)], {"d_a": [Span(0, 5)]})
    WindowIndex.build(layout, np.eye(1, 4, dtype=np.float32)).save(tmp_path / "windows")
    for content in (b"", b"no array", None):
        if content is None:
            (tmp_path / "windows" / name).unlink()
        else:
            (tmp_path / "windows" / name).write_bytes(content)
        with pytest.raises(IndexDamaged, match=r"windows cannot be read .*; rebuild the index"):
            WindowIndex.load(tmp_path / "windows")
