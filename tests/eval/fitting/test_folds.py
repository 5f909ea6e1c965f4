"""Questions are dealt so that a document's questions stand together, and always alike."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.fitting.examples import Asked
from eval.fitting.folds import FOLDS, Dealt, deal
from tests.eval.fitting.asking import asked


def _sizes(dealt: Dealt) -> list[int]:
    return [int((dealt.folds == fold).sum()) for fold in range(FOLDS)]


def test_questions_of_a_document_stand_together() -> None:
    # twenty questions on ten documents, as a set is often written: one document after the other
    questions = [asked(f"q{n}", [f"{n // 2}.txt"]) for n in range(20)]
    dealt = deal(questions)
    assert dealt.folds[::2].tolist() == dealt.folds[1::2].tolist()
    assert _sizes(dealt) == [4] * FOLDS
    assert (dealt.by_document, dealt.singly) == (20, 0)


def test_documents_of_one_question_stand_together() -> None:
    pairs = [("a", "b"), ("b", "c"), ("d",), ("c",), ("e",), ("f",), ("g",), ("h",), ("i",)]
    dealt = deal([asked(f"q{n}", documents) for n, documents in enumerate(pairs)])
    assert dealt.folds[0] == dealt.folds[1] == dealt.folds[3]
    assert len(set(dealt.folds.tolist())) == FOLDS


def test_a_document_in_two_runs_is_in_one_fold() -> None:
    one = [asked(f"q{n}", [f"{n}.txt"]) for n in range(10)]
    other = [asked(f"r{n}", [f"{n}.txt"], run=1) for n in reversed(range(10))]
    dealt = deal(one + other)
    assert dealt.folds[:10].tolist() == dealt.folds[10:][::-1].tolist()


def test_a_single_document_is_dealt_question_by_question() -> None:
    dealt = deal([asked(f"q{n}", ["only.txt"]) for n in range(12)])
    assert sorted(_sizes(dealt)) == [2, 2, 2, 3, 3]
    assert (dealt.by_document, dealt.singly) == (0, 12)


def test_only_the_document_that_is_too_large_is_dealt_singly() -> None:
    # five of ten questions are more than two fifths; four would not be
    large = [asked(f"l{n}", ["large.txt"]) for n in range(5)]
    small = [asked(f"s{n}", [f"{n}.txt"]) for n in range(5)]
    assert (deal(large + small).by_document, deal(large + small).singly) == (5, 5)
    assert deal(large[:4] + small + [asked("s6", ["6.txt"])]).singly == 0


def test_a_small_run_weighs_as_much_as_a_large_one() -> None:
    large = [asked(f"l{n}", [f"l{n}.txt"]) for n in range(50)]
    small = [asked(f"s{n}", [f"s{n}.txt"], run=1) for n in range(5)]
    dealt = deal(large + small)
    # the small run's questions weigh ten of the large run's
    assert sorted(dealt.folds[50:].tolist()) == [0, 1, 2, 3, 4]
    assert _sizes(dealt) == [11] * FOLDS


def test_unanswerable_questions_take_turns() -> None:
    dealt = deal([asked(f"q{n}") for n in range(12)])
    assert dealt.folds.tolist() == [0, 1, 2, 3, 4] * 2 + [0, 1]


@pytest.mark.parametrize("documents", [[], ["only.txt"]])
def test_the_same_words_go_to_the_same_fold(documents: list[str]) -> None:
    questions = [asked(f"q{n}", documents, run) for run in (0, 1) for n in range(9)]
    dealt = deal(questions)
    assert dealt.folds[:9].tolist() == dealt.folds[9:].tolist()


drawn = st.tuples(
    st.text("ab", min_size=1, max_size=4),
    st.sets(st.sampled_from("abcdefghij"), max_size=2),
    st.integers(0, 2),
)


@given(st.lists(drawn, min_size=1, max_size=40))
def test_every_question_has_a_fold_and_no_document_two(
    rows: list[tuple[str, set[str], int]],
) -> None:
    questions: list[Asked] = [asked(words, sorted(quoted), run) for words, quoted, run in rows]
    dealt = deal(questions)
    assert len(dealt.folds) == len(questions)
    assert set(dealt.folds.tolist()) <= set(range(FOLDS))
    assert dealt.folds.tolist() == deal(questions).folds.tolist()
    assert dealt.by_document + dealt.singly == sum(q.question.answerable for q in questions)
    if dealt.singly == 0:
        where = defaultdict(set)
        for question, fold in zip(questions, dealt.folds.tolist(), strict=True):
            for expected in question.question.expected:
                where[expected.document].add(fold)
        assert all(len(folds) == 1 for folds in where.values())
