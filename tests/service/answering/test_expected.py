"""Whether a text holds the kind of thing that is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.expected import holds_expected, is_number
from service.asking.kind import Kind

NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "word", ["1940", "3rd", "six", "fortyfive", "forty-five", "tenyear", "twoday", "sixhundred"]
)
def test_numbers(word: str) -> None:
    assert is_number(word)


@pytest.mark.parametrize(
    "word",
    ["tension", "tender", "onerous", "someone", "million", "weight", "sixty-odd", "", "often"],
)
def test_no_numbers(word: str) -> None:
    assert not is_number(word)


@pytest.mark.parametrize(
    ("kind", "text", "held"),
    [
        ("quantity", "They had 30 ships.", True),
        ("quantity", "million tons of oil", False),
        ("day", "on 12 June", True),
        ("day", "in June", True),
        ("time", "in the nineteenth century", True),
        ("time", "long ago", False),
        ("cause", "It fell because of rain.", True),
        ("cause", "It fell.", False),
        ("saying", "She said nothing.", True),
        ("saying", "She slept.", False),
        ("person", "It was Anna.", True),
        ("person", "Then it rained.", False),  # the first word has a capital in any case
        ("person", "it was anna", True),  # without capitals nothing can be told
        ("place", "in Rome", True),
        ("other", "", True),
    ],
)
def test_kinds(kind: Kind, text: str, held: bool) -> None:
    assert holds_expected(kind, text, NOTHING) is held


def test_what_the_question_says_itself_is_no_answer() -> None:
    assert not holds_expected("person", "It was Anna.", frozenset({"anna"}))
    assert not holds_expected("quantity", "All 30 ships", frozenset({"30"}))
    assert holds_expected("quantity", "All 30 of 40 ships", frozenset({"30"}))


@given(
    st.sampled_from(["quantity", "day", "time", "cause", "saying", "person", "place"]), st.text()
)
def test_more_text_never_holds_less(kind: Kind, text: str) -> None:
    if holds_expected(kind, f"x {text.lower()}", NOTHING):
        assert holds_expected(kind, f"x {text.lower()} and more", NOTHING)
