"""Passages come best first, with the scores that put them there."""

from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest

from index.split import Splitter
from service.answer import CitedPassage
from service.ranking.pool import FEATURES
from tests.fakes import LetterEmbedder
from tests.service.corpora import FOUR, engine_of, ranking_file, words_without_marks

QUESTION = "aa bb"
SHORT = Splitter(target_tokens=90, run_on_tokens=20, overlap_tokens=60)


def _paths(passages: tuple[CitedPassage, ...]) -> list[str]:
    return [passage.document.path for passage in passages]


@pytest.mark.parametrize(
    ("feature", "order"),
    [
        ("dense", ["1.txt", "2.txt", "3.txt", "4.txt"]),
        ("lexical", ["2.txt", "3.txt", "1.txt", "4.txt"]),
        ("related", ["2.txt", "1.txt", "3.txt", "4.txt"]),
    ],
)
def test_what_alone_has_weight_ranks(tmp_path: Path, feature: str, order: list[str]) -> None:
    engine = engine_of(tmp_path, FOUR, ranking=ranking_file(tmp_path, **{feature: 1}))
    found = engine.retrieve(QUESTION, 4).passages
    assert _paths(found) == order
    assert [passage.rank for passage in found] == [1, 2, 3, 4]


def test_scores_are_those_computed_by_hand(tmp_path: Path) -> None:
    found = engine_of(tmp_path, FOUR).retrieve(QUESTION, 4).passages
    scores = {passage.document.path: passage.scores for passage in found}
    # cosines of (1, 1), the letters of the question, with (2, 2), (2, 2, 4), (2, -, -, 2), none
    dense = {"1.txt": 1.0, "2.txt": 4 / 48**0.5, "3.txt": 0.5, "4.txt": 0.0}
    assert {path: s.dense for path, s in scores.items()} == pytest.approx(dense, abs=1e-6)
    # BM25 over 4 passages of 1, 3, 2 and 1 words: aa stands in two of them, bb in one
    aa, bb = log(2), log(1 + 3.5 / 1.5)
    second = (aa + bb) / (1 + 1.2 * (0.25 + 0.75 * 3 / 1.75))
    third = aa / (1 + 1.2 * (0.25 + 0.75 * 2 / 1.75))
    lexical = {"1.txt": 0.0, "2.txt": second, "3.txt": third, "4.txt": 0.0}
    assert {path: s.lexical for path, s in scores.items()} == pytest.approx(lexical, abs=1e-5)


def test_related_words_match_in_part(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, FOUR, ranking=ranking_file(tmp_path, related=1))
    found = engine.retrieve(QUESTION, 4).passages
    # aa stands in 2 of 4 passages, bb and abab in 1; abab is like aa and like bb by 1/sqrt(2)
    aa, other = log(2), log(1 + 3.5 / 1.5)
    partly = (aa + other) / 2**0.5
    by_hand = {"1.txt": partly, "2.txt": aa + other, "3.txt": aa, "4.txt": 0.0}
    shares = {p.document.path: p.scores.related * (aa + other) for p in found}
    assert shares == pytest.approx(by_hand, abs=1e-5)
    assert _paths(found) == ["2.txt", "1.txt", "3.txt", "4.txt"]
    assert [p.scores.related_rank for p in found] == [1, 2, 3, None]


def test_the_window_is_the_most_like_sentence(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"a.txt": "Aaaa. Bb ab. Cccc.", "b.txt": "Dd."})
    found = {p.document.path: p.scores for p in engine.retrieve("bb", 2).passages}
    # "Bb ab." has three b and one a; float16 keeps three digits of a cosine
    assert found["a.txt"].window == pytest.approx(3 / 10**0.5, abs=1e-3)
    assert found["b.txt"].window == pytest.approx(0, abs=1e-3)
    assert (found["a.txt"].window_rank, found["b.txt"].window_rank) == (1, 2)


def test_ranks_are_among_all_passages_and_none_where_no_term_is_shared(tmp_path: Path) -> None:
    found = engine_of(tmp_path, FOUR).retrieve(QUESTION, 4).passages
    ranks = {p.document.path: (p.scores.dense_rank, p.scores.lexical_rank) for p in found}
    assert ranks == {"1.txt": (1, None), "2.txt": (2, 1), "3.txt": (3, 2), "4.txt": (4, None)}


def test_coverage_is_the_share_of_rarity_held(tmp_path: Path) -> None:
    found = engine_of(tmp_path, FOUR).retrieve(QUESTION, 4).passages
    coverage = {p.document.path: p.scores.coverage for p in found}
    third = log(2) / (log(2) + log(1 + 3.5 / 1.5))
    by_hand = {"1.txt": 0.0, "2.txt": 1.0, "3.txt": third, "4.txt": 0.0}
    assert coverage == pytest.approx(by_hand, abs=1e-6)


def test_dense_scores_are_the_dot_products(tmp_path: Path) -> None:
    letters = LetterEmbedder()
    texts = {f"{n}.txt": text for n, text in enumerate(words_without_marks(60).split())}
    found = engine_of(tmp_path, texts).retrieve("abba cede", 50).passages
    vector = letters.embed_question("abba cede")
    expected = letters.embed_passages([passage.text for passage in found]) @ vector
    assert len(found) == 50
    assert np.allclose([passage.scores.dense for passage in found], expected, atol=1e-6)


def test_ties_stand_in_document_order(tmp_path: Path) -> None:
    texts = {f"{name}.txt": "aa" for name in "dbca"} | {"e.txt": "bb", "f.txt": "cc"}
    found = engine_of(tmp_path, texts).retrieve("aa", 6).passages
    assert _paths(found) == ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt"]


def test_order_is_by_fused_score(tmp_path: Path) -> None:
    texts = {f"{n}.txt": text for n, text in enumerate(words_without_marks(60).split())}
    found = engine_of(tmp_path, texts).retrieve("abba cede", 50).passages
    fused = [passage.scores.fused for passage in found]
    assert fused == sorted(fused, reverse=True)


@pytest.mark.parametrize(("top_k", "count"), [(1, 1), (3, 3), (4, 4), (50, 4)])
def test_as_many_as_asked_and_no_more_than_there_are(
    tmp_path: Path, top_k: int, count: int
) -> None:
    found = engine_of(tmp_path, FOUR).retrieve(QUESTION, top_k).passages
    assert len(found) == count


def test_fewer_asked_are_the_first_of_more_asked(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"a.txt": words_without_marks(300)}, SHORT)
    all_of_them = engine.retrieve("abba cede", 50).passages
    assert engine.retrieve("abba cede", 3).passages == all_of_them[:3]


def test_each_search_brings_its_pool(tmp_path: Path) -> None:
    found = engine_of(tmp_path, FOUR, pool=1).retrieve(QUESTION, 4).passages
    assert sorted(_paths(found)) == ["1.txt", "2.txt"]


def _apart(passages: tuple[CitedPassage, ...]) -> bool:
    """Whether no two of them share a character."""
    extents = sorted((p.document.path, p.start, p.end) for p in passages)
    return all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(extents))


def test_what_is_returned_never_overlaps(tmp_path: Path) -> None:
    # without marks passages overlap by half, and so do windows
    engine = engine_of(tmp_path, {"a.txt": words_without_marks(400)}, SHORT)
    indexed = [stored.passage for stored in engine.index.texts.all_passages()]
    assert any(one.end > other.start for one, other in pairwise(indexed))
    found = engine.retrieve("abba", 50).passages
    assert len(found) > 1
    assert _apart(found)


FILLER = " ".join(f"Extraordinarily{letter * 50}" for letter in "ijklmnopqrstuvwxyzijklm")


def test_one_passage_may_be_returned_in_several_runs(tmp_path: Path) -> None:
    whole = Splitter(target_tokens=2000, run_on_tokens=1000, overlap_tokens=0)
    first, last = "Aaaa bbbb.", "Bbbb aaaa."
    text = f"{first} {FILLER}. {last}"
    assert len(FILLER) > 1200
    engine = engine_of(tmp_path, {"a.txt": text}, whole)
    assert len(list(engine.index.texts.all_passages())) == 1
    # the long sentence between the two is no part of what may be joined
    found = engine.retrieve("aaaa bbbb", 50).passages
    assert _apart(found)
    assert {p.text for p in found} == {first, f"{FILLER}.", last}
    # what is told of each is what the passage has, but for its own best window
    assert len({(p.scores.dense, p.scores.joint, p.scores.coverage) for p in found}) == 1
    assert found[0].scores.best_window > found[-1].scores.best_window


def test_what_adds_to_the_fused_score_is_told(tmp_path: Path) -> None:
    found = engine_of(tmp_path, FOUR).retrieve(QUESTION, 4).passages
    for passage in found:
        assert tuple(passage.scores.parts) == (*FEATURES, "best_window")
        assert sum(passage.scores.parts.values()) == pytest.approx(passage.scores.fused, abs=1e-5)
        assert 0 <= passage.scores.fused <= 1


def test_equal_passages_are_ranked_in_document_order(tmp_path: Path) -> None:
    # many, because sorting a few values is stable by any method
    equal = {f"{n:02}.txt": "aa bb" if n % 2 else "aa" for n in range(60)}
    found = (
        engine_of(tmp_path, equal, ranking=ranking_file(tmp_path, dense=1))
        .retrieve("aa", 50)
        .passages
    )
    assert _paths(found) == sorted(_paths(found), key=lambda path: (int(path[:2]) % 2, path))
    assert [passage.scores.dense_rank for passage in found] == list(range(1, 51))
