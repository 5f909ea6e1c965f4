"""Everything that speaks for a passage, by hand and against slow, plain computations."""

from dataclasses import replace
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest

from index.generation import Index, open_index
from index.passage import Passage
from index.split import Splitter
from index.terms import stem, terms
from service.asking.query import Query, make_query
from service.ranking.pool import FEATURES, TERMS_WEIGHT, Pool, gather
from tests.fakes import LetterEmbedder
from tests.service.corpora import FOUR, index_of, words_without_marks

LETTERS = LetterEmbedder()
EACH_SENTENCE = Splitter(target_tokens=1, run_on_tokens=100, overlap_tokens=0)
SHORT = Splitter(target_tokens=60, run_on_tokens=20, overlap_tokens=30)
HALF = 1e-3  # float16 keeps three digits of a cosine

# Sentences, text without marks (whose passages and windows overlap), and a compound.
MIXED = {
    "1.txt": "Abba cede bead. Face the cab. Bead abba gaga! Cede face.",
    "2.txt": words_without_marks(120),
    "3.txt": "Dead beef. Dead abba cede.\n\nAbbacede had a bad cab. Face abba-cede.",
    "4.txt": "Hhhh.",
}
QUESTIONS = ["abba cede", "is the dead beef abba cede a cab", "aaaa", "face bead", "quiz", "a-b"]


def _gather(
    root: Path,
    texts: dict[str, str],
    question: str,
    splitter: Splitter | None = None,
    size: int = 200,
) -> tuple[Index, Query, Pool]:
    index = open_index(index_of(root, texts, splitter))
    query = make_query(question, index, LETTERS)
    return index, query, gather(index, query, size)


def _passages(index: Index) -> list[Passage]:
    return [stored.passage for stored in index.texts.all_passages()]


def _windows(index: Index, row: int) -> list[str]:
    """The texts of a passage's windows."""
    passage = _passages(index)[row]
    return [
        passage.text[span.start - passage.start : span.end - passage.start]
        for span in index.windows.spans(row)
    ]


def test_a_window_must_hold_meaning_and_words_together(tmp_path: Path) -> None:
    texts = {"a.txt": "Aa cccc. Bb cccc.", "b.txt": "Aa bb cccc."}
    _, _, pool = _gather(tmp_path, texts, "aa bb")
    # Each sentence of a holds one of two equally rare words, the sentence of b both. Cosines
    # of (1, 1) with (2, 0, 4) and with (2, 2, 4)
    apart, together = 2 / (2 * 20) ** 0.5 + 0.75 * 0.5, 4 / (2 * 24) ** 0.5 + 0.75
    assert pool.values["joint"] == pytest.approx([apart, together], abs=HALF)
    assert pool.values["window"] == pytest.approx([apart - 0.375, together - 0.75], abs=HALF)
    assert pool.values["related"] == pytest.approx([1, 1])
    assert pool.coverage == pytest.approx([1, 1])


def test_a_pair_counts_where_both_stand_in_one_window_in_order(tmp_path: Path) -> None:
    texts = {
        "a.txt": "Aa bb cc.",
        "b.txt": "Aa bb. Cc aa.",
        "c.txt": "Bb cc. Aa bb. Aa bb.",
        "d.txt": "Bb aa. Cc bb. Aa cc.",
        "e.txt": "Aa dd bb.",
    }
    _, query, pool = _gather(tmp_path, texts, "aa bb cc")
    assert len(query.pairs) == 2
    assert pool.values["pairs"].tolist() == [2, 1, 2, 0, 0]


def test_surroundings_by_hand(tmp_path: Path) -> None:
    texts = {"1.txt": "Aa. Bb. Ab. Cc.", "2.txt": "Aaa."}
    index, query, pool = _gather(tmp_path, texts, "aa", EACH_SENTENCE)
    assert [passage.text for passage in _passages(index)] == ["Aa.", "Bb.", "Ab.", "Cc.", "Aaa."]
    half = 0.5**0.5
    assert pool.values["dense"] == pytest.approx([1, 0, half, 0, 1])
    # up to two on each side, and none of another document
    near = [(1 + half) / 3, (1 + half) / 4, (1 + half) / 4, half / 3, 1]
    assert pool.values["near_dense"] == pytest.approx(near)
    # five passages of one word, which stands in the first alone; BM25 of average length
    first = log(1 + 4.5 / 1.5) / 2.2
    assert index.lexical.scores_of(query.search) == pytest.approx([first, 0, 0, 0, 0])
    near_lexical = [first / 3, first / 4, first / 4, 0, 0]
    assert pool.values["near_lexical"] == pytest.approx(near_lexical)


def test_feedback_moves_the_question_towards_the_first_three(tmp_path: Path) -> None:
    texts = {"1.txt": "aa", "2.txt": "aab", "3.txt": "aac", "4.txt": "bbb", "5.txt": "hh"}
    _, _, pool = _gather(tmp_path, texts, "aa")
    # (2), (2, 1) and (2, 0, 1) look best by every measure; their mean pulls bbb up and not hh
    unit = 5**0.5
    centre = np.array([1 + 4 / unit, 1 / unit, 1 / unit]) / 3
    vectors = np.array([[1, 0, 0], [2 / unit, 1 / unit, 0], [2 / unit, 0, 1 / unit], [0, 1, 0]])
    by_hand = [*(vectors[:, 0] + 0.5 * vectors @ centre), 0]
    assert pool.values["feedback"] == pytest.approx(by_hand, abs=1e-6)


def test_a_compound_covers_both_of_its_parts(tmp_path: Path) -> None:
    texts = {"a.txt": "Airfield here.", "b.txt": "Air there.", "c.txt": "Nothing."}
    _, query, pool = _gather(tmp_path, texts, "air field")
    air, field = log(1 + 2.5 / 1.5), log(8)  # in one text of three, in none
    assert query.rarity == pytest.approx({"air": air, "field": field})
    assert pool.coverage == pytest.approx([1, air / (air + field), 0])


@pytest.mark.parametrize(("size", "rows"), [(1, [0, 1]), (2, [0, 1, 2]), (4, [0, 1, 2, 3])])
def test_each_search_brings_its_best(tmp_path: Path, size: int, rows: list[int]) -> None:
    _, _, pool = _gather(tmp_path, FOUR, "aa bb", size=size)
    assert pool.rows.tolist() == rows


def test_a_question_without_any_match_has_candidates_by_meaning(tmp_path: Path) -> None:
    _, query, pool = _gather(tmp_path, FOUR, "?")
    assert query.expansion.values == ()
    assert len(pool.rows) == 4
    for name in ("lexical", "related", "pairs", "near_lexical"):
        assert not pool.values[name].any()
    assert not pool.coverage.any()


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_value_is_that_of_a_plain_computation(tmp_path: Path, question: str) -> None:
    index, query, pool = _gather(tmp_path, MIXED, question, SHORT)
    passages = _passages(index)
    assert tuple(pool.values) == FEATURES
    assert pool.rows.tolist() == list(range(len(passages)))
    assert len(passages) > 6
    texts = [passage.text for passage in passages]
    windows = [_windows(index, row) for row in range(len(texts))]
    cosines = [LETTERS.embed_passages(held) @ query.vector for held in windows]
    assert pool.values["window"] == pytest.approx([c.max() for c in cosines], abs=HALF)
    joint = [
        max(c + TERMS_WEIGHT * _matched(w, query) / query.whole for c, w in zip(*both, strict=True))
        for both in zip(cosines, windows, strict=True)
    ]
    assert pool.values["joint"] == pytest.approx(joint, abs=HALF)
    dense = LETTERS.embed_passages(texts) @ query.vector
    lexical = index.lexical.scores_of(query.search)
    assert pool.values["dense"] == pytest.approx(dense, abs=1e-6)
    assert pool.values["lexical"] == pytest.approx(lexical)
    related = [_matched(text, query) / query.whole for text in texts]
    assert pool.values["related"] == pytest.approx(related, abs=1e-6)
    assert pool.values["pairs"].tolist() == [_pairs(held, question) for held in windows]
    assert pool.values["near_dense"] == pytest.approx(_near(passages, dense), abs=1e-6)
    assert pool.values["near_lexical"] == pytest.approx(_near(passages, lexical), abs=1e-6)
    assert pool.coverage == pytest.approx([_coverage(w, query) for w in windows], abs=1e-6)


FOLLOWED = {"1.txt": "Aa. Bb. Ab. Cc. Dd. Ee. Ff. Gg.", "2.txt": "Hh. Ha."}


def test_what_was_cited_before_brings_its_surroundings(tmp_path: Path) -> None:
    index, query, alone = _gather(tmp_path, FOLLOWED, "hh", EACH_SENTENCE, size=1)
    assert (alone.rows.tolist(), alone.beside) == ([8], None)
    found = gather(index, replace(query, cited=(1,)), 1)
    # three on either side, of the same document
    assert found.rows.tolist() == [0, 1, 2, 3, 4, 8]
    assert found.beside is not None
    assert found.beside.tolist() == [0.75, 1, 0.75, 0.5, 0.25, 0]
    several = gather(index, replace(query, cited=(0, 6, 9)), 1)
    assert several.rows.tolist() == list(range(10))
    assert several.beside is not None
    assert several.beside.tolist() == [1, 0.75, 0.5, 0.25, 0.5, 0.75, 1, 0.75, 0.75, 1]


def test_terms_of_the_earlier_question_count_by_half_in_bm25(tmp_path: Path) -> None:
    index, query, alone = _gather(tmp_path, FOUR, "aa")
    found = gather(index, replace(query, earlier=("bb", "dd")), 200)
    more = index.lexical.scores_of(["bb", "dd"])
    assert more.any()
    assert found.values["lexical"] == pytest.approx(alone.values["lexical"] + more / 2)


def _matched(text: str, query: Query) -> float:
    held = set(terms(text))
    return sum(
        max((value for term, value in matches.items() if term in held), default=0.0)
        for matches in query.expansion.values
    )


def _pairs(windows: list[str], question: str) -> int:
    """How many pairs of neighbouring words of the question follow each other in a window."""
    asked = set(pairwise(stem(question.replace("-", " ").split())))
    return len({pair for text in windows for pair in pairwise(terms(text)) if pair in asked})


def _near(passages: list[Passage], values: np.typing.NDArray[np.float32]) -> list[float]:
    means = []
    for row, passage in enumerate(passages):
        beside = [
            float(values[other])
            for other in range(row - 2, row + 3)
            if 0 <= other < len(passages) and passages[other].document_id == passage.document_id
        ]
        means.append(sum(beside) / len(beside))
    return means


def _coverage(windows: list[str], query: Query) -> float:
    """The share of rarity of the terms that stand in a window, or in a join of theirs."""
    held = {term for text in windows for term in terms(text)}
    rarities = zip(query.rarity.values(), query.exact, strict=True)
    return sum(rarity for rarity, matches in rarities if held & set(matches)) / query.whole
