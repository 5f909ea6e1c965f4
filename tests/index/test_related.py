"""Words whose vectors are close count as a match in part."""

from collections import Counter
from collections.abc import Sequence
from math import log1p
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Embedder, Vectors
from index.errors import IndexDamaged
from index.lexical import LexicalIndex
from index.related import MOST_TERMS, Expansion, RelatedWords, related_scores
from index.terms import word_counts
from tests.fakes import LetterEmbedder

TEXTS = ["aa bb", "aab", "cc 42", "aa aa"]


def counted(texts: list[str]) -> Counter[str]:
    return Counter(word for text in texts for word in word_counts(text).elements())


def related(texts: list[str]) -> RelatedWords:
    return RelatedWords.build(counted(texts), LetterEmbedder().embed_passages)


def expansion(*terms: str) -> Expansion:
    words = related(TEXTS)
    unknown = words.unknown(terms)
    vectors = dict(zip(unknown, LetterEmbedder().embed_passages(unknown), strict=True))
    return words.expand(terms, vectors, LexicalIndex.build(TEXTS))


def rarity(frequency: int) -> float:
    return log1p((len(TEXTS) - frequency + 0.5) / (frequency + 0.5))


def test_terms_stand_by_name_and_numbers_are_not_among_them() -> None:
    assert related(TEXTS).terms == ["aa", "aab", "bb", "cc"]
    assert related(["dd dd dd cc 42 bb", "cc"]).terms == ["bb", "cc", "dd"]


def test_only_the_commonest_terms_are_embedded() -> None:
    counts = {f"w{number}x": 2 for number in range(MOST_TERMS - 1)} | {"aa": 1, "rare": 1}
    words = RelatedWords.build(counts, lambda asked: np.zeros((len(asked), 1), np.float32))
    assert len(words.terms) == MOST_TERMS
    assert words.terms == sorted(words.terms)
    # of equally common ones the first by name
    assert set(counts) - set(words.terms) == {"rare"}
    assert words.unknown(["aa", "w7x", "rare"]) == ["rare"]


def test_a_term_has_the_vector_of_its_commonest_word() -> None:
    asked: list[str] = []

    def embed(words: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        assert isinstance(words, list)
        asked.extend(words)
        return np.eye(len(words), 9, dtype=np.float32)

    RelatedWords.build(counted(["heads headed heads", "dead"]), embed)
    assert asked == ["dead", "heads"]


def test_matches_are_likeness_times_the_smaller_rarity() -> None:
    (matches,) = expansion("aa").values
    # aab is (2, 1): its cosine with aa is 2 / sqrt(5); bb and cc have none
    assert matches == pytest.approx({"aa": rarity(2), "aab": 2 / 5**0.5 * rarity(2)}, rel=1e-6)


def test_a_word_of_no_text_matches_what_is_like_it() -> None:
    (matches,) = expansion("baa").values
    assert set(matches) == {"aa", "aab"}
    assert matches["aab"] == pytest.approx(rarity(1))


def test_a_number_matches_itself_only() -> None:
    known, unknown = expansion("42", "43").values
    assert known == pytest.approx({"42": rarity(1)})
    assert unknown == {}


def test_unlike_words_do_not_match() -> None:
    assert expansion("ggg").values == ({},)
    assert expansion().values == ()


def test_scores_take_the_best_match_of_each_term() -> None:
    scores = related_scores(expansion("aa", "bb"), LexicalIndex.build(TEXTS))
    # aab is like bb by 1 / sqrt(5), which is too little to count
    by_hand = [rarity(2) + rarity(1), 2 / 5**0.5 * rarity(2), 0, rarity(2)]
    assert scores == pytest.approx(by_hand, rel=1e-6)


def test_alike_are_all_pairs_whose_cosine_is_high_enough() -> None:
    rng = np.random.default_rng(3)
    terms = [f"w{number}x" for number in range(1200)]  # more than one block
    vectors = rng.standard_normal((len(terms), 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    known = dict(zip(terms, vectors, strict=True))
    # Each word is its own stem and as common as the others, so rows stand by name.
    words = RelatedWords.build(
        counted([" ".join(terms)]), lambda asked: np.array([known[word] for word in asked])
    )
    lexical = LexicalIndex.build(terms)
    for term in rng.choice(terms, 40).tolist():
        (matches,) = words.expand([term], {}, lexical).values
        likeness = vectors @ known[term]
        assert set(matches) == {t for t, v in zip(terms, likeness, strict=True) if v >= 0.5}


WORDS = st.text("abcdefgh", min_size=1, max_size=3)
COUNTS = st.dictionaries(WORDS, st.integers(1, 4), min_size=1, max_size=12)


@settings(deadline=None, max_examples=200)
@given(COUNTS, COUNTS)
def test_what_was_known_before_gives_the_same_and_is_not_embedded_again(
    old: dict[str, int], new: dict[str, int]
) -> None:
    embedder = LetterEmbedder()
    before = RelatedWords.build(old, embedder.embed_passages)
    asked: list[str] = []

    def embed(words: Sequence[str]) -> Vectors:
        asked.extend(words)
        return embedder.embed_passages(words)

    updated = RelatedWords.build(new, embed, before)
    anew = RelatedWords.build(new, embedder.embed_passages)
    (words, vectors), (known, _) = anew.sample(99), before.sample(99)
    assert asked == [word for word in words if word not in known]
    assert (updated.terms, updated.sample(99)[0]) == (anew.terms, words)
    np.testing.assert_array_equal(updated.sample(99)[1], vectors)
    lexical = LexicalIndex.build(new)
    for term in anew.terms:
        (expected,), (found,) = (r.expand([term], {}, lexical).values for r in (anew, updated))
        assert found == pytest.approx(expected, abs=1e-6)


def test_a_sample_is_spread_over_all_words() -> None:
    words, vectors = related(["aa bb cc dd ee ff gg"]).sample(3)
    assert words == ["aa", "dd", "gg"]
    np.testing.assert_array_equal(vectors, LetterEmbedder().embed_passages(words))
    assert related(["bb aa"]).sample(9)[0] == ["aa", "bb"]


def test_where_there_are_no_words_there_is_no_sample() -> None:
    words, vectors = related(["42"]).sample(3)
    assert (words, vectors.shape) == ([], (0, 9))


@pytest.mark.parametrize("name", ["starts.npy", "alike.npy", "likeness.npy"])
def test_neighbours_that_are_missing_or_cut_are_damage(tmp_path: Path, name: str) -> None:
    related(TEXTS).save(tmp_path / "related")
    file = tmp_path / "related" / name
    np.save(file, np.load(file)[:-1])
    with pytest.raises(IndexDamaged, match="other terms than vectors; rebuild"):
        RelatedWords.load(tmp_path / "related")
    file.unlink()
    with pytest.raises(IndexDamaged, match=r"cannot be read .*; rebuild"):
        RelatedWords.load(tmp_path / "related")


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    built = related(TEXTS)
    built.save(tmp_path / "related")
    loaded = RelatedWords.load(tmp_path / "related")
    assert loaded.terms == built.terms
    lexical = LexicalIndex.build(TEXTS)
    assert loaded.expand(["aa"], {}, lexical) == built.expand(["aa"], {}, lexical)


def test_terms_without_their_vectors_are_damage(tmp_path: Path) -> None:
    related(TEXTS).save(tmp_path / "related")
    terms = tmp_path / "related" / "terms.txt"
    terms.write_text(terms.read_text("utf-8") + "dd\n", "utf-8")
    with pytest.raises(IndexDamaged, match="other terms than vectors; rebuild"):
        RelatedWords.load(tmp_path / "related")


def test_texts_without_words_have_no_related_words(tmp_path: Path) -> None:
    related(["42", "..."]).save(tmp_path / "related")
    loaded = RelatedWords.load(tmp_path / "related")
    vector = LetterEmbedder().embed_question("aa")
    found = loaded.expand(["aa"], {"aa": vector}, LexicalIndex.build(["42", "..."]))
    assert found.values == ({},)


@pytest.mark.model
def test_the_real_model_knows_that_a_harbour_is_a_port(minilm: Embedder) -> None:
    texts = ["warm water port baltic", "stalin telegram", "grain manganese"]
    words = RelatedWords.build(counted(texts), minilm.embed_passages)
    vector = minilm.embed_passages(["harbour"])[0]
    (matches,) = words.expand(["harbour"], {"harbour": vector}, LexicalIndex.build(texts)).values
    assert "port" in matches
    assert not {"stalin", "telegram", "grain"} & set(matches)
