"""What is most like a missing quote or path is found, in short texts and in long ones."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.questions.nearest import NearText, nearest_path
from eval.questions.place import occurrences

SHORT = "The lease of the garden ends in May.\nThe caretaker’s key has a red mark 😀 on it."


def _long(seed: int = 1, count: int = 12_000) -> str:
    """About 70,000 characters of made-up words, so that a text is not searched whole."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choices("abcdefghij", k=rng.randint(2, 8))) for _ in range(900)]
    return " ".join(rng.choices(vocabulary, k=count))


LONG = _long()


@pytest.mark.parametrize("before", ["", f"{LONG} ", f"{LONG}\n{LONG}\n"])
@pytest.mark.parametrize(
    ("quote", "found", "same"),
    [
        ("The leese of the gardn ends in May", "The lease of the garden ends in May", False),
        ("lease of the garden finally ends in May.", "lease of the garden ends in May.", False),
        ("ase of the garden ends in Ma", "lease of the garden ends in May", False),
        ("the LEASE of the garden", "The lease of the garden", True),
        ("ends in May. The caretaker's key", "ends in May.\nThe caretaker’s key", True),
        ("a red mark 😁 on it", "a red mark 😀 on it", False),
    ],
)
def test_the_nearest_words_are_found(before: str, quote: str, found: str, same: bool) -> None:
    near = NearText(before + SHORT).nearest(quote)
    assert near is not None
    assert (near.text, near.same) == (found, same)
    assert near.start == len(before) + SHORT.index(found)


def test_likeness_is_the_share_of_characters_that_stay() -> None:
    near = NearText("xx abcd yy").nearest("abce")
    assert near is not None
    # One deletion and one insertion over eight characters.
    assert near.text == "abcd"
    assert near.likeness == pytest.approx(100 * (1 - 2 / 8))


@pytest.mark.parametrize("before", ["", LONG])
@pytest.mark.parametrize("quote", ["QQQQ ZZZZ WWWW", "ÄÖÜ", "?"])
def test_what_is_like_nothing_has_no_nearest(before: str, quote: str) -> None:
    assert NearText(before + SHORT).nearest(quote) is None


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_text_is_like_nothing(text: str) -> None:
    assert NearText(text).nearest("lease") is None


@pytest.mark.parametrize("length", [60, 300, 900, 5_000])
@pytest.mark.parametrize("seed", range(3))
def test_a_garbled_quote_of_any_length_is_found_where_it_was(length: int, seed: int) -> None:
    rng = random.Random(seed)
    start = LONG.index(" ", rng.randrange(len(LONG) - 2 * length)) + 1
    end = LONG.index(" ", start + length)
    quote = list(LONG[start:end])
    for place in range(10, length - 10, 20):
        quote[place] = "Z"
    near = NearText(LONG).nearest("".join(quote))
    assert near is not None
    assert (near.start, near.start + len(near.text)) == (start, end)
    assert near.likeness > 90


def test_a_script_without_spaces_is_not_stretched_to_whole_words() -> None:
    text = "東" * 100 + "庭園の賃貸契約は五月に終了します" + "京" * 100
    near = NearText(text).nearest("庭園の賃貸契約は六月に終了します")
    assert near is not None
    assert (near.text, near.start) == ("庭園の賃貸契約は五月に終了します", 100)


@given(st.text("ab İ\n’😀", max_size=60), st.text("ab İ\n’😀", min_size=1, max_size=9))
def test_what_is_found_stands_there(text: str, quote: str) -> None:
    near = NearText(text).nearest(quote)
    if near is not None:
        assert text[near.start : near.start + len(near.text)] == near.text
        assert near.text == near.text.strip()
        assert 60 <= near.likeness <= 100


PERIODIC = "abab cABa ba b\n" * 2_000  # searched by runs; quotes stand in it often and overlap


@given(st.integers(0, 30), st.integers(1, 40))
def test_occurrences_in_a_long_text_are_those_of_a_plain_search(start: int, length: int) -> None:
    quote = PERIODIC[start : start + length]
    assert NearText(PERIODIC).occurrences(quote) == occurrences(PERIODIC, quote)


@pytest.mark.parametrize("quote", ["abab caba", "abab cABb", "x" * 50, "ABab cABa", "b"])
def test_what_differs_in_case_or_stands_nowhere_does_not_occur(quote: str) -> None:
    assert NearText(PERIODIC).occurrences(quote) == occurrences(PERIODIC, quote)
    assert NearText(SHORT).occurrences(quote) == occurrences(SHORT, quote)


PATHS = ["notes/house.md", "notes/lease.txt", "old/lease.txt", "Roof.pdf", "b.txt"]


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("house.md", "notes/house.md"),
        ("lease.txt", "old/lease.txt"),  # of two with the name the more alike
        ("notes/LEASE.txt", "notes/lease.txt"),
        ("roof.PDF", "Roof.pdf"),
        ("notes/hous.md", "notes/house.md"),
        ("quite/another/thing.docx", None),
    ],
)
def test_the_nearest_path(path: str, nearest: str | None) -> None:
    assert nearest_path(path, PATHS) == nearest


def test_without_paths_there_is_no_nearest() -> None:
    assert nearest_path("a.txt", []) is None


def test_of_a_very_long_quote_the_beginning_is_searched() -> None:
    near = NearText(LONG).nearest(f"Z{LONG[1:60_000]}")
    assert near is not None
    assert near.start == 0
    assert 7_900 < len(near.text) < 8_100
