"""Terms by a table, BM25 against Lucene's formula written out by hand."""

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex, fold, stem, terms, word_parts, words

WORDS = st.sampled_from(
    ["axis", "pact", "berlin", "soviet", "hitler's", "Soviet-German", "talks", "ü"]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
CORPORA = st.lists(TEXTS, min_size=1, max_size=15)


def bm25(corpus: list[str], question: str) -> list[float]:
    """Lucene's BM25, k1 = 1.2, b = 0.75, without the constant factor k1 + 1."""
    counts = [Counter(terms(text)) for text in corpus]
    # A text without any term counts as one of length 1.
    lengths = [max(1, count.total()) for count in counts]
    average = sum(lengths) / len(lengths)
    scores = [0.0] * len(corpus)
    for term in terms(question):
        df = sum(term in count for count in counts)
        idf = math.log(1 + (len(corpus) - df + 0.5) / (df + 0.5))
        for row, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            tf = count[term]
            scores[row] += idf * tf / (tf + 1.2 * (1 - 0.75 + 0.75 * length / average))
    return scores


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hitler's", ["hitler"]),
        ("Hitler’s", ["hitler"]),
        ("hitlers", ["hitler"]),
        ("Köstring", terms("kostring")),
        ("Ko\u0308string", terms("kostring")),
        ("Soviet-German", ["soviet", "german", "sovietgerman"]),
        ("Soviet‑German", ["soviet", "german", "sovietgerman"]),
        ("sovietgerman", ["sovietgerman"]),
        ("negotiations, NEGOTIATED!", ["negoti", "negoti"]),
        ("'quoted' words'", ["quot", "word"]),
        ("ﬁne ｗｉｄｅ ²", ["fine", "wide", "2"]),
        ("Straße", terms("strasse")),
        ("state-of-the-art", ["state", "of", "the", "art", "stateoftheart"]),
        ("a - b -- c", ["a", "b", "c"]),
        ("1940", ["1940"]),
        ("東京", ["東京"]),
        ("... ! 😀", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Köstring", "kostring"),
        ("ÉCOLE", "ecole"),
        ("İ", "i"),
        ("ﬀ", "ff"),
        ("Ω", "ω"),
        ("ℌ™", "htm"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The Soviet-German pact", [("the",), ("soviet", "german"), ("pact",)]),
        ("Soviet‑German", [("soviet", "german")]),
        ("state-of-the-art", [("state", "of", "the", "art")]),
        ("Hitler's Köstring", [("hitlers",), ("kostring",)]),
        ("-a- b -- c-", [("a",), ("b",), ("c",)]),
        ("a--b", [("a",), ("b",)]),
        ("MiG-29", [("mig", "29")]),
        ("", []),
        ("?! 😀 -", []),
    ],
)
def test_word_parts(text: str, parts: list[tuple[str, ...]]) -> None:
    assert word_parts(text) == parts


@given(st.text() | TEXTS)
def test_words_are_the_parts_and_then_their_join(text: str) -> None:
    parts = word_parts(text)
    assert all(part for group in parts for part in group)
    joined = [[*group, "".join(group)] if len(group) > 1 else [*group] for group in parts]
    assert words(text) == [word for group in joined for word in group]


def test_stem_is_snowballs() -> None:
    assert stem(["negotiations", "germany", "running", "pact"]) == [
        "negoti",
        "germani",
        "run",
        "pact",
    ]
    assert stem([]) == []


@settings(deadline=None, max_examples=150)
@given(CORPORA, TEXTS)
def test_scores_are_lucenes_bm25(corpus: list[str], question: str) -> None:
    scores = LexicalIndex.build(corpus).scores(question)
    assert scores.dtype == np.float32
    assert scores.shape == (len(corpus),)
    np.testing.assert_allclose(scores, bm25(corpus, question), atol=1e-5)


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
@given(CORPORA)
def test_each_term_has_a_number_of_its_own_also_when_loaded(corpus: list[str]) -> None:
    built = LexicalIndex.build(corpus)
    held = {term for text in corpus for term in terms(text)}
    numbers = {term: built.number(term) for term in held}
    assert None not in numbers.values()
    assert len(set(numbers.values())) == len(held)
    assert built.number("unheard") is None
    with TemporaryDirectory() as name:
        built.save(Path(name) / "lexical")
        loaded = LexicalIndex.load(Path(name) / "lexical", len(corpus))
        assert {term: loaded.number(term) for term in held} == numbers
        assert loaded.number("unheard") is None


@settings(deadline=None, max_examples=25)
@given(CORPORA, TEXTS)
def test_a_saved_index_scores_the_same(corpus: list[str], question: str) -> None:
    built = LexicalIndex.build(corpus)
    with TemporaryDirectory() as name:
        built.save(Path(name) / "lexical")
        loaded = LexicalIndex.load(Path(name) / "lexical", len(corpus))
        assert loaded.rows == built.rows == len(corpus)
        np.testing.assert_array_equal(loaded.scores(question), built.scores(question))
        assert loaded.rarity(terms(question)) == built.rarity(terms(question))


@pytest.mark.parametrize("question", ["", "!", "unheard of", "\x00", "😀"])
def test_what_no_text_holds_scores_zero(question: str) -> None:
    index = LexicalIndex.build(["axis pact", "", "berlin"])
    assert index.scores(question).tolist() == [0, 0, 0]


@pytest.mark.parametrize("corpus", [[""], ["", "!", " "]])
def test_texts_without_terms_can_be_indexed_and_saved(corpus: list[str], tmp_path: Path) -> None:
    LexicalIndex.build(corpus).save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical", len(corpus))
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
