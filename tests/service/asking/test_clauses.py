"""Words of a question: content, names and clauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.asking.clauses import Word, words_of


def test_a_question_by_hand() -> None:
    assert words_of("When Bulgaria signed, what did Molotov say?") == (
        Word("when", 0, content=False, name=False),
        Word("bulgaria", 0, content=True, name=True),
        Word("signed", 0, content=True, name=False),
        Word("what", 1, content=False, name=False),
        Word("did", 1, content=False, name=False),
        Word("molotov", 1, content=True, name=True),
        Word("say", 1, content=False, name=False),
    )


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("Who found it", [0, 0, 0]),
        ("He said that Berlin fell", [0, 0, 1, 1, 1]),
        ("What of that", [0, 0, 0]),
        ("Who wrote that", [0, 0, 1]),
        ("Boil it without salt", [0, 0, 1, 1]),
        ("Boil eggs without it", [0, 0, 0, 0]),
        ("Paid?! Why", [0, 1]),
        ("... why", [0]),
    ],
)
def test_clauses_are_counted(question: str, clauses: list[int]) -> None:
    assert [word.clause for word in words_of(question)] == clauses


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Berlin fell", []),  # any first word has a capital letter
        ("in Berlin", ["berlin"]),
        ("It rained. Berlin fell", []),
        ("Did I see Köstring", ["kostring"]),
        ("What did Soviet-German talks bring", ["soviet-german"]),
    ],
)
def test_names_are_told_by_their_capitals(question: str, names: list[str]) -> None:
    assert [word.text for word in words_of(question) if word.name] == names


@given(st.text())
def test_clauses_count_up_from_0(question: str) -> None:
    clauses = [word.clause for word in words_of(question)]
    assert clauses == sorted(clauses)
    assert set(clauses) == set(range(len(set(clauses))))
