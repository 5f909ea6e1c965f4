"""Windows: every passage holds some, in order, and each scores as its own vector says.

What ``Held`` says of several passages at once is compared with lists made one by one.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Vectors
from index.errors import IndexDamaged
from index.generation import open_index
from index.parts import Rows
from index.passage import Document, Passage, Span, stable_id
from index.split import Splitter, split_document
from index.windows import (
    VECTORS,
    Held,
    Layout,
    SegmentWindows,
    WindowIndex,
    lay_out,
    save_layout,
)
from tests.fakes import LetterEmbedder
from tests.index.random_texts import texts

FILES = ["vectors.npy", "spans.npy", "ranges.npy", "documents.npy", "starts.npy"]


def passage(start: int, end: int, document: str = "d_a") -> Passage:
    return Passage(stable_id("p", document, start, end), document, start, end, 1, "x")


def save(folder: Path, layout: Layout, vectors: Vectors) -> None:
    """Write the files of a segment's windows."""
    folder.mkdir()
    save_layout(folder, layout)
    np.save(folder / VECTORS, vectors.astype(np.float16))


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([3, 4, 7, 12, 30, 64, 256]))
def test_every_passage_holds_windows_and_the_embedder_reads_them_whole(
    text: str, max_pieces: int
) -> None:
    count_pieces = LetterEmbedder().count_pieces
    document = Document("d_a", "a.txt", "a", "text/plain", "0" * 64, text)
    (split,) = split_document(document, Splitter(), count_pieces, max_pieces)
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
    assert layout.documents.tolist() == [0, 0, 1]
    assert layout.starts.tolist() == [0, 3, 4]


def test_a_document_without_passages_keeps_its_number() -> None:
    windows: dict[str, Sequence[Span]] = {"d_a": [], "d_b": [Span(0, 3)], "d_c": [Span(1, 2)]}
    layout = lay_out([passage(1, 2, "d_c"), passage(0, 3, "d_b")], windows)
    assert layout.documents.tolist() == [2, 1]
    assert layout.ranges.tolist() == [[1, 2], [0, 1]]
    assert layout.starts.tolist() == [0, 0, 1, 2]


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
        save(tmp_path / "windows", lay_out(passages, {"d_a": spans}), vectors)
        index = WindowIndex([SegmentWindows.load(tmp_path / "windows")])
    assert (index.rows, index.count) == (40, 60)
    question = vectors[7]
    rows = np.array([39, 0, 5, 5, 12])
    found = index.held_by(rows)
    best = found.best(index.likenesses(question, found.windows))
    assert best.shape == (5,)
    for row, value in zip(rows.tolist(), best, strict=True):
        held = [n for n, s in enumerate(spans) if s in index.spans(row)]
        assert [spans[n] for n in held] == index.spans(row)
        assert passages[row].start == index.spans(row)[0].start
        assert passages[row].end == index.spans(row)[-1].end
        expected = vectors[held] @ question
        assert value == pytest.approx(expected.max(), abs=2e-3)
    np.testing.assert_allclose(
        index.likenesses(question, np.array([7, 59, 0, 7])),
        vectors[[7, 59, 0, 7]] @ question,
        atol=2e-3,
    )
    assert index.likenesses(question, np.array([], dtype=np.int64)).shape == (0,)
    assert index.documents(rows).tolist() == [0] * 5


@st.composite
def laid_out(draw: st.DrawFn) -> tuple[WindowIndex, list[list[int]], list[int], Rows]:
    """An index, the windows and the document of each of its passages, and some of its rows."""
    counts = draw(st.lists(st.integers(0, 6), min_size=1, max_size=4).filter(any))
    keys = [f"d_{number}" for number in range(len(counts))]
    windows: dict[str, Sequence[Span]] = {
        key: [Span(10 * n, 10 * n + 8) for n in range(count)]
        for key, count in zip(keys, counts, strict=True)
    }
    passages, held, documents = [], [], []
    for _ in range(draw(st.integers(1, 8))):
        number = draw(st.sampled_from([n for n, count in enumerate(counts) if count]))
        first = draw(st.integers(0, counts[number] - 1))
        last = draw(st.integers(first, counts[number] - 1))
        base = sum(counts[:number])
        passages.append(passage(10 * first, 10 * last + 8, keys[number]))
        held.append(list(range(base + first, base + last + 1)))
        documents.append(number)
    index = WindowIndex.build(lay_out(passages, windows), np.eye(sum(counts), dtype=np.float32))
    rows = st.lists(st.integers(0, len(passages) - 1), min_size=1, max_size=10)
    return index, held, documents, np.array(draw(rows), dtype=np.int64)


@settings(deadline=None, max_examples=200)
@given(laid_out(), st.randoms(use_true_random=False))
def test_held_says_of_many_passages_what_each_says_of_itself(
    made: tuple[WindowIndex, list[list[int]], list[int], Rows], rng: Random
) -> None:
    index, by_row, documents, rows = made
    wanted = [by_row[row] for row in rows.tolist()]
    held = index.held_by(rows)
    windows = held.windows.tolist()
    assert windows == sorted({window for each in wanted for window in each})
    for place, span in zip(windows, held.spans.tolist(), strict=True):
        row = next(r for r, each in enumerate(by_row) if place in each)
        assert Span(*span) == index.spans(row)[by_row[row].index(place)]
    assert held.lengths.tolist() == [len(each) for each in wanted]
    assert held.starts.tolist() == [sum(map(len, wanted[:n])) for n in range(len(wanted))]
    assert held.windows[held.places].tolist() == [window for each in wanted for window in each]
    assert held.owners().tolist() == [n for n, each in enumerate(wanted) for _ in each]
    assert index.documents(rows).tolist() == [documents[row] for row in rows.tolist()]
    assert index.documents(np.stack([rows, rows[::-1]])).tolist() == [
        [documents[row] for row in some] for some in (rows.tolist(), rows.tolist()[::-1])
    ]
    values = {window: [rng.uniform(-1, 1) for _ in range(3)] for window in windows}
    table = np.array([values[window] for window in windows])
    best = [[max(values[w][column] for w in each) for column in range(3)] for each in wanted]
    assert held.best(table).tolist() == best
    assert held.best(table[:, 1]).tolist() == [each[1] for each in best]
    assert held.best(table > 0).tolist() == [[value > 0 for value in each] for each in best]
    assert held.best(table[:, :0]).shape == (len(rows), 0)


def test_neighbours_share_a_window_that_is_listed_once() -> None:
    spans = [Span(0, 5), Span(6, 9), Span(10, 20)]
    passages = [passage(0, 9), passage(6, 20), passage(10, 20)]
    index = WindowIndex.build(lay_out(passages, {"d_a": spans}), np.eye(3, dtype=np.float32))
    held = index.held_by(np.array([1, 0]))
    assert isinstance(held, Held)
    assert held.windows.tolist() == [0, 1, 2]
    assert held.spans.tolist() == [[0, 5], [6, 9], [10, 20]]
    assert held.places.tolist() == [1, 2, 0, 1]
    assert (held.starts.tolist(), held.lengths.tolist()) == ([0, 2], [2, 2])
    assert held.owners().tolist() == [0, 0, 1, 1]
    assert held.best(np.array([3.0, -1.0, -2.0])).tolist() == [-1.0, 3.0]
    only = index.held_by(np.array([2]))
    assert (only.windows.tolist(), only.spans.tolist()) == ([2], [[10, 20]])
    assert only.places.tolist() == [0]


def test_a_built_index_numbers_the_documents_as_the_texts_do(small_index: Path) -> None:
    index = open_index(small_index)
    numbers = index.windows.documents(np.arange(index.windows.rows)).tolist()
    assert set(numbers) == {0, 1, 2}
    facts = index.texts.numbered(numbers)
    for stored, number in zip(index.texts.all_passages(), numbers, strict=True):
        assert facts[number].id == stored.passage.document_id


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
        likeness = index.windows.likenesses(
            question, index.windows.held_by(np.array([stored.row])).windows
        )
        np.testing.assert_allclose(likeness, expected, atol=2e-3)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_garbled_file_is_refused(tmp_path: Path, name: str) -> None:
    layout = lay_out([passage(0, 5)], {"d_a": [Span(0, 5)]})
    save(tmp_path / "windows", layout, np.eye(1, 4, dtype=np.float32))
    for content in (b"", b"no array", None):
        if content is None:
            (tmp_path / "windows" / name).unlink()
        else:
            (tmp_path / "windows" / name).write_bytes(content)
        with pytest.raises(IndexDamaged, match=rf"{re.escape(name)} cannot be read .*; rebuild"):
            SegmentWindows.load(tmp_path / "windows")


@pytest.mark.parametrize("name", FILES)
def test_files_of_unequal_length_are_refused(tmp_path: Path, name: str) -> None:
    layout = lay_out([passage(0, 5), passage(6, 9)], {"d_a": [Span(0, 5), Span(6, 9)]})
    save(tmp_path / "windows", layout, np.eye(2, 4, dtype=np.float32))
    np.save(tmp_path / "windows" / name, np.load(tmp_path / "windows" / name)[:-1])
    with pytest.raises(IndexDamaged, match="files of unequal length; rebuild the index"):
        SegmentWindows.load(tmp_path / "windows")
