"""Search among some rows alone, against brute force; and an index of some documents alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import add_files, build_index
from index.errors import FilterInvalid
from index.extent import Extent
from index.filter import DocumentFilter
from index.generation import Index, open_index
from index.lexical import LexicalIndex
from index.nearest import VectorIndex
from index.passage import Span
from index.postings import SegmentPostings
from index.segment_vectors import SegmentVectors
from index.sources import SourceFile
from index.within import within
from tests.fakes import LetterEmbedder
from tests.index.divided import divide, divisions
from tests.index.vectors import clustered_rows, unit_rows

TEXTS = {
    "a/1.md": "---\ntags: [Garden, lease]\ndate: 2024-05-01\n---\nBad cab. Dead beef.",
    "a/2.md": "---\ntags: garden\n---\nDead beef faced.",
    "b/3.txt": "Gggg. Hhhh.",
}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """Four documents, the last of them added later."""
    source, later, root = tmp_path / "source", tmp_path / "4.md", tmp_path / "index"
    for path, text in TEXTS.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text, "utf-8")
    later.write_text("---\ndate: 2024-05-02\n---\nBeef again.", "utf-8")
    build_index([source], root, LetterEmbedder())
    add_files([SourceFile(later, "b/4.md")], root, LetterEmbedder())
    return open_index(root)


def _paths(index: Index) -> list[str]:
    return sorted(facts.path for facts in index.texts.documents())


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (DocumentFilter(path=("a/*", "*4.md")), ["a/1.md", "a/2.md", "b/4.md"]),
        (DocumentFilter(tags=("GARDEN",)), ["a/1.md", "a/2.md"]),
        (DocumentFilter(tags=("lease", "garden")), ["a/1.md"]),
        (DocumentFilter(tags=("lease", "none")), []),
        (DocumentFilter(date_from="2024-05-02"), ["b/4.md"]),
        (DocumentFilter(date_from="2024-05-01", date_before="2024-05-02"), ["a/1.md"]),
        (DocumentFilter(date_from="2024-05-02", date_before="2024-05-01"), []),
        (DocumentFilter(path=("a/*",), date_from="2024-05-02"), []),
    ],
)
def test_only_the_documents_of_the_filter_are_left(
    index: Index, asked: DocumentFilter, left: list[str]
) -> None:
    narrowed = within(index, asked)
    assert _paths(narrowed) == left
    assert len(_paths(index)) == 4
    counts = index.manifest.counts
    numbers = [n for n, facts in index.texts.numbered(range(4)).items() if facts.path in left]
    rows = index.windows.documents(np.arange(counts.passages))
    assert narrowed.extent.documents == len(left)
    assert narrowed.extent.passages == np.isin(rows, numbers).sum()
    windows = {
        int(window)
        for row in np.flatnonzero(np.isin(rows, numbers))
        for window in index.windows.held_by(np.array([row])).windows
    }
    assert narrowed.extent.windows == len(windows)


def test_what_is_left_out_is_found_by_no_id(index: Index) -> None:
    ids = {facts.path: facts.id for facts in index.texts.documents()}
    narrowed = within(index, DocumentFilter(documents=(ids["b/4.md"], ids["a/1.md"])))
    assert _paths(narrowed) == ["a/1.md", "b/4.md"]
    texts = narrowed.texts
    assert texts.facts(ids["a/2.md"]) is None
    assert texts.document(ids["a/2.md"]) is None
    assert not texts.holds(ids["a/2.md"])
    with pytest.raises(KeyError, match=ids["a/2.md"]):
        texts.cut(ids["a/2.md"], Span(0, 1))
    assert texts.cut(ids["b/4.md"], Span(0, 3)) == "---"
    assert index.texts.holds(ids["a/2.md"])


def test_it_is_told_how_many_each_condition_leaves_out(index: Index) -> None:
    asked = DocumentFilter(path=("a/*",), tags=("lease",), date_from="2000-01-01")
    assert within(index, asked).extent.excluded_by == {"path": 2, "tags": 3, "date": 2}
    assert within(index, DocumentFilter(path=("*",), tags=("lease",))).extent.excluded_by == {
        "tags": 3
    }


@pytest.mark.parametrize("asked", [None, DocumentFilter(), DocumentFilter(path=("zz", "*"))])
def test_a_filter_that_keeps_everything_changes_nothing(
    index: Index, asked: DocumentFilter | None
) -> None:
    assert within(index, asked) is index
    assert index.extent == Extent.whole(index.manifest.counts)


def test_an_id_that_no_document_has_is_refused(index: Index) -> None:
    known = index.texts.documents()[0].id
    with pytest.raises(FilterInvalid, match=r"documents\.1: is no id of a document of this index"):
        within(index, DocumentFilter(documents=(known, "d_0000000000000000")))
    with pytest.raises(FilterInvalid, match="path: is empty"):
        within(index, DocumentFilter(path=()))


@settings(max_examples=60)
@given(divisions(), st.integers(1, 60), st.integers(0, 70), st.integers(0, 2**32 - 1))
def test_hits_are_those_of_brute_force_on_the_allowed_rows(
    cuts: Sequence[float], count: int, k: int, seed: int
) -> None:
    rows = unit_rows(count, 8, seed)
    rows[count // 2] = rows[0]  # equal ones stand by row
    chance = np.random.default_rng(seed)
    allowed = np.flatnonzero(chance.random(count) < chance.random())
    parts = [np.asarray(part).reshape(-1, 8) for part in divide(list(rows), cuts)]
    index = VectorIndex([SegmentVectors.in_memory([part], 8) for part in parts], 8)
    question = unit_rows(1, 8, seed ^ 1)[0]
    cosines = index.scores(question, allowed)
    order = np.argsort(-cosines, kind="stable")[:k]
    hits = index.within(allowed).search(question, k)
    assert [hit.row for hit in hits] == allowed[order].tolist()
    assert [hit.score for hit in hits] == cosines[order].tolist()
    np.testing.assert_allclose(cosines, rows[allowed] @ question, atol=1e-6)


def test_what_lists_would_miss_is_found(tmp_path: Path) -> None:
    rows = clustered_rows(3000, 16, seed=3)
    facts = SegmentVectors.build(tmp_path / "v", [rows], 16, exact_up_to=100)
    assert facts.type == "lists"
    index = VectorIndex([SegmentVectors.open(tmp_path / "v")], 16)
    question = rows[7]
    allowed = np.argsort(rows @ question)[:500]  # what is least like the question
    hits = index.within(np.sort(allowed)).search(question, 10)
    best = np.sort(rows[allowed] @ question)[::-1][:10]
    np.testing.assert_allclose([hit.score for hit in hits], best, atol=1e-6)


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "dd"])), min_size=1, max_size=12),
    divisions(),
    st.integers(0, 2**12 - 1),
)
def test_words_of_other_rows_are_not_there_and_rarity_stays(
    texts: list[list[str]], cuts: Sequence[float], bits: int
) -> None:
    allowed = np.array([bool(bits >> row & 1) for row in range(len(texts))])
    parts = divide([" ".join(text) for text in texts], cuts)
    whole = LexicalIndex([SegmentPostings.build(part) for part in parts])
    narrowed = whole.within(allowed)
    scores = whole.scores("aa bb bb")
    np.testing.assert_array_equal(narrowed.scores("aa bb bb"), np.where(allowed, scores, 0))
    for term in ("aa", "bb", "zz"):
        held = [row for row, text in enumerate(texts) if allowed[row] and term in text]
        assert narrowed.rows_with(term).tolist() == held
        assert (term in narrowed) is bool(held)
        assert narrowed.rarity([term]) == whole.rarity([term])
    assert whole.scores("aa bb bb").tolist() == scores.tolist()
    assert narrowed.rows == len(texts)
