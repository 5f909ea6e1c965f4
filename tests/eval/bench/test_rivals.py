"""Rivals rank as their definitions say; every expected order is computed by hand."""

from math import log2
from pathlib import Path

import numpy as np
import pytest

from eval.bench.rivals import (
    DENSE,
    FUSED,
    LEXICAL,
    compare_passages,
    dense_ranking,
    embedded,
    lexical_ranking,
    ndcg,
    passage_measures,
    rival_rankings,
    rrf,
)
from eval.errors import QuestionSetInvalid
from eval.questions.question import Expected, Question
from index.lexical import LexicalIndex
from index.nearest import VectorIndex
from index.passage import Span
from tests.eval.made import places
from tests.fakes import LetterEmbedder
from tests.service.corpora import FOUR, engine_of

# Asked "aa bb": cosines 1, 0.577 (8 / sqrt(8 * 24)), 0.5 and 0; words in common 0, 2, 1, 0.
TEXTS = list(FOUR.values())
QUESTION = "aa bb"


def test_dense_ranks_by_cosine() -> None:
    letters = LetterEmbedder()
    vectors = VectorIndex.build([letters.embed_passages(TEXTS)], letters.card.width)
    asked = letters.embed_question(QUESTION)
    assert dense_ranking(vectors, asked) == [0, 1, 2, 3]
    assert dense_ranking(vectors, asked, depth=2) == [0, 1]


def test_bm25_ranks_only_what_shares_a_word() -> None:
    lexical = LexicalIndex.build(TEXTS)
    assert lexical_ranking(lexical, QUESTION) == [1, 2]
    assert lexical_ranking(lexical, QUESTION, depth=1) == [1]
    assert lexical_ranking(lexical, "zz") == []


def test_equal_bm25_keeps_the_order_of_rows() -> None:
    assert lexical_ranking(LexicalIndex.build(["bb", "aa", "aa"]), "aa") == [1, 2]


def test_rrf_sums_reciprocal_ranks() -> None:
    # k = 60: row 1 has 1/62 + 1/61, row 2 1/63 + 1/62, row 0 1/61, row 3 1/64.
    assert rrf([[0, 1, 2, 3], [1, 2]]) == [1, 2, 0, 3]
    # k = 0: rows 5 and 8 have 1, rows 6 and 7 have 1/2 + 1/3; the first named comes first.
    assert rrf([[5, 6, 7], [8, 7, 6]], k=0) == [5, 8, 6, 7]
    assert rrf([[], []]) == []


def test_all_three_rank_every_question() -> None:
    ranked = rival_rankings(TEXTS, [QUESTION, "ff"], LetterEmbedder())
    assert ranked[DENSE][0] == [0, 1, 2, 3]
    assert ranked[DENSE][1][0] == 3
    assert ranked[LEXICAL] == [[1, 2], []]
    assert ranked[FUSED][0] == [1, 2, 0, 3]
    assert ranked[FUSED][1] == ranked[DENSE][1]


def test_an_empty_text_is_ranked_by_nobody_first() -> None:
    ranked = rival_rankings(["", "aa"], ["aa"], LetterEmbedder())
    assert (ranked[DENSE], ranked[LEXICAL]) == ([[1, 0]], [[1]])


def test_nothing_to_ask_is_refused() -> None:
    with pytest.raises(QuestionSetInvalid, match="no question to measure; name another"):
        rival_rankings(TEXTS, [], LetterEmbedder())


def test_texts_are_embedded_in_batches_with_progress() -> None:
    told: list[tuple[str, int, int]] = []
    batches = list(embedded(["aa"] * 300, LetterEmbedder(), lambda *step: told.append(step)))
    assert [batch.shape for batch in batches] == [(256, 9), (44, 9)]
    assert np.concatenate(batches)[:, 0].min() == 1
    assert told == [("rivals", 256, 300), ("rivals", 300, 300)]


def test_ndcg_uses_grades_and_depth_ten() -> None:
    qrels = {"1": {"a": 1, "b": 2}, "2": {"a": 1}, "3": {"a": 1}, "4": {"a": 1}}
    eleventh = [*"bcdefghijk", "a"]
    found = ndcg(qrels, {"1": ["a", "x", "b"], "2": eleventh, "3": []})
    assert found == {
        "1": pytest.approx((1 + 2 / log2(4)) / (2 + 1 / log2(3))),
        "2": 0,
        "3": 0,
    }


def test_equal_names_do_not_change_the_order() -> None:
    # ir_measures orders equal scores by name; places are never equal.
    assert ndcg({"1": {"a": 1}}, {"1": ["z", "a"]}) == {"1": pytest.approx(1 / log2(3))}


def test_a_place_is_found_by_the_passage_that_holds_it_whole() -> None:
    returned = [("x", Span(0, 9)), ("y", Span(0, 10)), ("x", Span(5, 20))]
    (found,) = passage_measures([places(("x", 8, 12))], [returned])
    assert found["mrr"] == pytest.approx(1 / 3)
    assert (found["hit@1"], found["hit@5"]) == (0, 1)
    # 9 + 10 + 15 characters are returned, and all four that are wanted among them
    assert found["character recall"] == 1
    assert found["character precision"] == pytest.approx(4 / 34)
    assert found["character iou"] == pytest.approx(4 / 34)


def test_characters_are_those_of_five_passages() -> None:
    returned = [("y", Span(n, n + 1)) for n in range(5)] + [("x", Span(0, 4))]
    (found,) = passage_measures([places(("x", 0, 4))], [returned])
    assert found["mrr"] == pytest.approx(1 / 6)
    assert found["character recall"] == 0


def test_without_a_passage_there_is_no_precision() -> None:
    (found,) = passage_measures([places(("x", 0, 4))], [[]])
    assert found["character precision"] is None


def test_rivals_rank_the_passages_of_the_index(tmp_path: Path) -> None:
    expected = (Expected(document="2.txt", quote="bb"),)
    question = Question(id="1", question=QUESTION, answerable=True, expected=expected)
    engine = engine_of(tmp_path, FOUR)
    values = compare_passages([question], engine, lambda *_step: None)
    engine.index.texts.close()
    assert {system: found[0]["mrr"] for system, found in values.items()} == {
        DENSE: 0.5,
        LEXICAL: 1,
        FUSED: 1,
        "citewell": 1,
    }
