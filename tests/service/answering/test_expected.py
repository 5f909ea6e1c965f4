"""Whether a text holds the kind of thing that is asked for, by general means only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.expected import holds_expected, is_number
from service.asking.kind import Kind, words

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "word",
    [
        *("1940", "2nd", "a1", "²", "six", "ten", "dozen", "twice", "half"),
        *(
            "fortyfive",
            "forty-five",
            "tenyear",
            "ten-year",
            "sixmile",
            "threeday",
            "twofold",
            "sixhundred",
        ),
        *("halftime", "seventyfivepercent", "twohundredthousand", "tendollars"),
    ],
)
def test_numbers_and_what_begins_with_one(word: str) -> None:
    assert is_number(word)


@pytest.mark.parametrize(
    "word",
    [
        *("", "tension", "onerous", "tend", "someone", "once", "oneway", "often", "weight"),
        *("freight", "height", "attend", "year", "percent", "first", "second", "sixes"),
        *("tenyearling", "oneself", "ones", "teno"),
    ],
)
def test_words_that_only_look_like_numbers(word: str) -> None:
    assert not is_number(word)


@pytest.mark.parametrize(
    ("kind", "text", "held"),
    [
        ("quantity", "The tree is 800 years old.", True),
        ("quantity", "the garrison held fortyfive men", True),
        ("quantity", "a tenyear treaty", True),
        ("quantity", "The tension was onerous.", False),
        ("quantity", "It ended in May.", False),  # a month is no quantity
        ("quantity", "", False),
        ("day", "signed in 1940", True),
        ("day", "signed on the second of March", True),
        ("day", "signed at once", False),
        ("time", "It was a Monday.", True),
        ("time", "It was spring", True),
        ("time", "the next century", True),
        ("time", "ten days later", True),
        ("time", "It was late.", False),
        ("cause", "closed BECAUSE of rain", True),
        ("cause", "this led to war", True),
        ("cause", "closed at noon in 1940", False),
        ("saying", "He warned them.", True),
        ("saying", "according to the mayor", True),
        ("saying", "He ran.", False),
        ("person", "It was Schulenburg.", True),
        ("person", "Then it was nobody.", False),  # a capital at the beginning names nothing
        ("person", "nobody knew Him", True),
        ("person", "schulenburg asked for peace", True),  # no capitals, no telling
        ("person", "1940", False),
        ("place", "the road to Rome", True),
        ("place", "The road to the sea", False),
        ("place", "the road to the sea", True),
        ("other", "", True),
        ("other", "anything", True),
    ],
)
def test_what_a_text_holds(kind: Kind, text: str, held: bool) -> None:
    assert holds_expected(kind, text, NONE) is held


@pytest.mark.parametrize(
    ("kind", "text", "asked", "held"),
    [
        ("quantity", "In 1940 they came.", {"1940"}, False),
        ("quantity", "In 1940 they were 12.", {"1940"}, True),
        ("person", "It was Schulenburg.", {"schulenburg"}, False),
        ("person", "It was Count Schulenburg.", {"schulenburg"}, True),
        ("person", "schulenburg", {"schulenburg"}, True),
        ("time", "It ended in May.", {"may"}, False),
        ("cause", "the cause was rain", {"cause"}, False),
        ("saying", "he said so", {"said", "so"}, False),
    ],
)
def test_what_is_asked_is_no_answer(kind: Kind, text: str, asked: set[str], held: bool) -> None:
    assert holds_expected(kind, text, asked) is held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Hess came alone.", False),  # the first word has a capital in any case
        ("Hess came. Then Hess left.", True),
        ("the guests were Hess and others", True),
        ("He ran. Nobody knew.", True),  # only the first sentence of a window is known to begin
    ],
)
def test_only_the_first_word_is_passed_over(text: str, held: bool) -> None:
    assert holds_expected("person", text, NONE) is held


kinds = st.sampled_from(["person", "place", "day", "time", "quantity", "cause", "saying", "other"])


@given(kinds, st.text())
def test_words_that_are_all_asked_hold_nothing_new(kind: Kind, text: str) -> None:
    asked = {word.lower() for word in words(text)}
    free = kind == "other" or (kind in ("person", "place") and text.islower())
    assert holds_expected(kind, text, asked) is free


@given(kinds, st.text())
def test_more_text_never_holds_less(kind: Kind, text: str) -> None:
    if holds_expected(kind, f"x {text.lower()}", NONE):
        assert holds_expected(kind, f"x {text.lower()} and more", NONE)
