"""BM25 against Lucene's formula written out by hand, and against bm25s."""

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex
from index.postings import SegmentPostings
from index.terms import terms
from tests.index.divided import divide, divisions

WORDS = st.sampled_from(
    ["axis", "pact", "berlin", "soviet", "hitler's", "Soviet-German", "talks", "ü"]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
CORPORA = st.lists(TEXTS, min_size=1, max_size=15)


def bm25(corpus: list[str], question: str) -> list[float]:
    """Lucene's BM25, k1 = 1.2, b = 0.75, without the constant factor k1 + 1."""
    counts = [Counter(terms(text)) for text in corpus]
    lengths = [count.total() for count in counts]
    average = sum(lengths) / len(lengths) or 1.0
    scores = [0.0] * len(corpus)
    for term in terms(question):
        df = sum(term in count for count in counts)
        idf = math.log(1 + (len(corpus) - df + 0.5) / (df + 0.5))
        for row, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            tf = count[term]
            scores[row] += idf * tf / (tf + 1.2 * (1 - 0.75 + 0.75 * length / average))
    return scores


def bm25s_scores(corpus: list[str], question: str) -> list[float]:
    """What bm25s, a library of its own, says to the same."""
    held = [terms(text) for text in corpus]
    known = [term for term in terms(question) if any(term in own for own in held)]
    if not known:  # of which bm25s knows nothing to say
        return [0.0] * len(corpus)
    model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    model.index(held, show_progress=False)
    scores: list[float] = model.get_scores(known).tolist()
    return scores


@settings(deadline=None, max_examples=150)
@given(CORPORA, TEXTS)
def test_scores_are_lucenes_bm25(corpus: list[str], question: str) -> None:
    scores = LexicalIndex.build(corpus).scores(question)
    assert scores.dtype == np.float32
    assert scores.shape == (len(corpus),)
    np.testing.assert_allclose(scores, bm25(corpus, question), atol=1e-5)
    np.testing.assert_allclose(scores, bm25s_scores(corpus, question), atol=1e-5)


@settings(deadline=None, max_examples=150)
@given(CORPORA, TEXTS, divisions())
def test_several_segments_score_as_one(corpus: list[str], question: str, cuts: list[float]) -> None:
    one = LexicalIndex.build(corpus)
    several = LexicalIndex([SegmentPostings.build(part) for part in divide(corpus, cuts)])
    assert several.rows == one.rows == len(corpus)
    np.testing.assert_array_equal(several.scores(question), one.scores(question))
    np.testing.assert_allclose(several.scores(question), bm25s_scores(corpus, question), atol=1e-5)
    asked = [*terms(question), "unheard", *(term for text in corpus for term in terms(text))]
    assert several.rarity(asked) == one.rarity(asked)
    assert [term in several for term in asked] == [term in one for term in asked]
    for term in asked:
        assert several.rows_with(term).tolist() == one.rows_with(term).tolist()
        held = [row for row, text in enumerate(corpus) if term in terms(text)]
        assert several.rows_with(term).tolist() == held


def test_scores_of_a_corpus_one_can_check_by_hand() -> None:
    index = LexicalIndex.build(["axis pact", "pact", "talk talk"])
    idf_axis, idf_talk = math.log(1 + 2.5 / 1.5), math.log(1 + 2.5 / 1.5)
    average = 5 / 3
    axis = idf_axis / (1 + 1.2 * (0.25 + 0.75 * 2 / average))
    talk = idf_talk * 2 / (2 + 1.2 * (0.25 + 0.75 * 2 / average))
    np.testing.assert_allclose(index.scores("the Axis"), [axis, 0, 0], atol=1e-6)
    np.testing.assert_allclose(index.scores("talking axes talks"), [0, 0, 2 * talk], atol=1e-6)


@settings(deadline=None, max_examples=50)
@given(CORPORA, TEXTS)
def test_scores_of_terms_are_those_of_their_text(corpus: list[str], question: str) -> None:
    index = LexicalIndex.build(corpus)
    scores = index.scores_of(iter(terms(question)))
    assert scores.dtype == np.float32
    assert scores.shape == (len(corpus),)
    np.testing.assert_array_equal(scores, index.scores(question))
    np.testing.assert_allclose(index.scores_of(terms(question) * 2), 2 * scores, rtol=1e-5)
    each = [index.scores_of([term]) for term in terms(question)]
    np.testing.assert_allclose(scores, sum(each, np.zeros(len(corpus))), rtol=1e-5)


def test_terms_are_looked_for_as_they_are() -> None:
    index = LexicalIndex.build(["negotiations", "berlin"])
    assert index.scores_of(["negotiations"]).tolist() == [0, 0]
    assert index.scores_of(["negoti"]).tolist() == index.scores("negotiate").tolist()
    assert index.scores_of(["negoti"])[0] > 0
    assert index.scores_of([]).tolist() == index.scores_of(["unheard"]).tolist() == [0, 0]


@settings(deadline=None, max_examples=25)
@given(CORPORA, TEXTS)
def test_a_saved_index_scores_the_same(corpus: list[str], question: str) -> None:
    built = LexicalIndex.build(corpus)
    with TemporaryDirectory() as name:
        SegmentPostings.build(corpus).save(Path(name) / "postings")
        loaded = LexicalIndex([SegmentPostings.load(Path(name) / "postings")])
        assert loaded.rows == built.rows == len(corpus)
        np.testing.assert_array_equal(loaded.scores(question), built.scores(question))
        assert loaded.rarity(terms(question)) == built.rarity(terms(question))


@pytest.mark.parametrize("question", ["", "!", "unheard of", "\x00", "😀"])
def test_what_no_text_holds_scores_zero(question: str) -> None:
    index = LexicalIndex.build(["axis pact", "", "berlin"])
    assert index.scores(question).tolist() == [0, 0, 0]


@pytest.mark.parametrize("corpus", [[""], ["", "!", " "]])
def test_texts_without_terms_can_be_indexed_and_saved(corpus: list[str], tmp_path: Path) -> None:
    SegmentPostings.build(corpus).save(tmp_path / "postings")
    loaded = LexicalIndex([SegmentPostings.load(tmp_path / "postings")])
    assert loaded.scores("axis").tolist() == [0] * len(corpus)


def test_unknown_words_beside_known_ones_change_nothing() -> None:
    index = LexicalIndex.build(["axis pact", "berlin"])
    np.testing.assert_array_equal(index.scores("axis unheard"), index.scores("axis"))


@settings(deadline=None, max_examples=50)
@given(CORPORA)
def test_rarity_is_the_inverse_document_frequency(corpus: list[str]) -> None:
    holders = [set(terms(text)) for text in corpus]
    wanted = {*set().union(*holders), "unheard"}
    rarity = LexicalIndex.build(corpus).rarity(wanted)
    assert set(rarity) == wanted
    for term, value in rarity.items():
        df = sum(term in holder for holder in holders)
        assert value == pytest.approx(math.log(1 + (len(corpus) - df + 0.5) / (df + 0.5)))


def test_threads_may_score_and_stem_at_once() -> None:
    corpus = [f"axis {n} pact{n % 7}s talks" for n in range(300)]
    index = LexicalIndex.build(corpus)
    questions = [f"pact{n % 7} talking {n}" for n in range(400)]
    alone = [index.scores(question).tolist() for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert [s.tolist() for s in pool.map(index.scores, questions)] == alone
