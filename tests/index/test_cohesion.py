"""Runs of words: their lengths, that they cover all, and that breaks fall between topics."""

import random
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cohesion import LEAST, MOST, PREFERRED, word_runs
from index.passage import Span

WORDS = st.lists(
    st.one_of(
        st.sampled_from(["soviet", "union", "pact", "berlin", "文", "é"]),
        st.text("abcd", min_size=1),
    ),
    max_size=150,
)


def runs(text: str) -> list[list[str]]:
    return [text[s.start : s.end].split() for s in word_runs(text, Span(0, len(text)))]


@settings(deadline=None)
@given(WORDS, st.sampled_from([" ", "  ", "\n", "\t", "\u00a0 "]))
def test_runs_cover_all_words_in_order_with_allowed_lengths(words: list[str], gap: str) -> None:
    found = runs(gap.join(words))
    assert [word for run in found for word in run] == words
    if len(words) > MOST:
        assert all(LEAST <= len(run) <= MOST for run in found)
    else:
        assert len(found) == bool(words)


def test_runs_hold_8_to_24_words() -> None:
    assert (LEAST, MOST) == (8, 24)


def test_offsets_are_those_of_the_whole_text() -> None:
    text = "before. " + "word " * 60 + "after"
    span = Span(8, 8 + 5 * 60)
    found = word_runs(text, span)
    assert found[0].start == 8
    assert found[-1].end == 8 + 5 * 60 - 1
    assert all(text[run.start : run.end].strip("word ") == "" for run in found)


@cache
def least_unevenness(count: int) -> int:
    """By brute force: the least sum of squared distances to PREFERRED over allowed cuts."""
    if count == 0:
        return 0
    choices = range(LEAST, min(MOST, count) + 1)
    rests = [(n - PREFERRED) ** 2 + least_unevenness(count - n) for n in choices]
    return min(rests, default=10**9)


@pytest.mark.parametrize("count", range(MOST + 1, 90))
def test_without_any_repetition_lengths_are_as_even_as_can_be(count: int) -> None:
    found = runs(" ".join(f"w{number}" for number in range(count)))
    assert sum((len(run) - PREFERRED) ** 2 for run in found) == least_unevenness(count)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("first", [10, 14, 19])
def test_the_break_falls_between_two_topics(first: int, seed: int) -> None:
    rng = random.Random(seed)
    war, bread = ["tank", "army", "front", "general"], ["flour", "oven", "yeast", "crust"]
    left = [rng.choice(war) for _ in range(first)]
    right = [rng.choice(bread) for _ in range(34 - first)]
    assert runs(" ".join(left + right)) == [left, right]


def test_a_recurring_word_pair_is_not_torn() -> None:
    filler = iter(f"w{number}" for number in range(1000))
    words: list[str] = []
    for _ in range(12):
        words += [next(filler) for _ in range(12)] + ["soviet", "union"]
    found = runs(" ".join(words))
    assert not any(run[-1] == "soviet" for run in found)


def test_a_very_long_word_is_cut_and_nothing_of_it_is_lost() -> None:
    text = "x" * 100_000
    found = word_runs(text, Span(0, len(text)))
    assert found[0].start == 0
    assert found[-1].end == len(text)
    assert all(a.end == b.start for a, b in pairwise(found))
    assert max(run.end - run.start for run in found) < 12_000


@pytest.mark.timeout(30)
def test_a_hundred_thousand_words_take_seconds() -> None:
    text = "alpha beta gamma delta " * 25_000
    assert sum(len(run) for run in runs(text)) == 100_000
