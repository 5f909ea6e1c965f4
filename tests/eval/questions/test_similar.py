"""Nearly equal questions are found, and found as a comparison of all pairs finds them."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.questions.similar import LEAST_ALIKE, same_question, similar_questions

WORDS = st.sampled_from(
    ["roof", "key", "lease", "garden", "gate", "may", "red", "door", "wall", "tree"]
)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), max_size=25))
def test_it_agrees_with_a_comparison_of_all_pairs(questions: list[str]) -> None:
    sets = [frozenset(question.split()) for question in questions]
    earliest: dict[int, tuple[int, float]] = {}
    for earlier, later in combinations(range(len(sets)), 2):
        likeness = len(sets[earlier] & sets[later]) / len(sets[earlier] | sets[later])
        if likeness >= LEAST_ALIKE:
            earliest.setdefault(later, (earlier, likeness))
    found = {later: (earlier, alike) for later, earlier, alike in similar_questions(questions)}
    assert found == earliest


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("Who sold the old red house?", "Who has sold the old red house?", True),  # 6 of 7
        ("Who sold the old house?", "Who has sold the old house?", False),  # 5 of 6
        ("Who sold the old red houses?", "who sold the old, red house", True),
        ("Who sold the old red house there?", "When sold the old red house there?", False),
        (
            "What did the old red house cost in 1990?",
            "What did the old red house cost in 1991?",
            False,
        ),
    ],
)
def test_what_counts_as_similar(one: str, other: str, similar: bool) -> None:
    assert [pair[:2] for pair in similar_questions([one, other])] == ([(1, 0)] if similar else [])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Who has the KEY?", " who has\tthe key ", True),
        ("Who has the key?", "Who has a key?", False),
        ("???", "???", True),
        ("???", "!!!", False),
    ],
)
def test_the_same_question_in_other_marks(one: str, other: str, same: bool) -> None:
    assert (same_question(one) == same_question(other)) is same
