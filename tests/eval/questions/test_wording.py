"""Words that a question copies are named; those of its own are left alone."""

import pytest

from eval.questions.wording import copied_words, holds_words, plain_words


@pytest.mark.parametrize(
    ("question", "quote", "copied"),
    [
        ("Has a key to the Garden-Gate?", "the key to the gardengate", "key to the gardengate"),
        ("Who has the key to the gate?", "The key to the gate.", "the key to the gate"),
        (
            "Is one two three four five?",
            "one two three four five six",
            "one two three four five",
        ),
        (
            "one two three, two three four five?",
            "one two three four five",
            "two three four five",
        ),
        ("Is it one two three?", "one two three four", None),
        ("one two three", "one two three", None),
        ("", "one two three four", None),
        ("one two three four", "", None),
    ],
)
def test_four_words_in_a_row_are_copied(question: str, quote: str, copied: str | None) -> None:
    assert copied_words(question, quote) == copied


@pytest.mark.parametrize(
    ("question", "quote", "copied"),
    [
        # All of five content words, in another order and other forms.
        (
            "In May, do gardeners end leases on roofs?",
            "the roof leases end; the gardeners in may",
            "roof, leases, end, gardeners, may",
        ),
        ("Does a roof end leases?", "the roof leases end, gardeners cry", None),  # 3 of 5
        ("Where is France?", "France", None),  # a short quote has to be named
        ("Where is the roof of France?", "roof of France", None),
    ],
)
def test_most_content_words_are_copied(question: str, quote: str, copied: str | None) -> None:
    assert copied_words(question, quote) == copied


@pytest.mark.parametrize(
    ("text", "words", "held"),
    [
        ("The caretaker has all keys.", "the caretaker", True),
        ("The caretaker has all keys.", "All  KEYS", True),
        ("The caretaker has all keys.", "key", False),  # whole words
        ("The caretaker has all keys.", "caretaker keys", False),
        ("It costs 5 €.", "€", True),
        ("It costs 5 €.", "$", False),
        ("Hitler's plan", "hitlers plan", True),
    ],
)
def test_words_stand_in_a_text(text: str, words: str, held: bool) -> None:
    assert holds_words(text, words) is held


def test_words_are_plain() -> None:
    assert plain_words("The Soviet-German “talks”, O’Neill's.") == [
        "the",
        "sovietgerman",
        "talks",
        "oneills",
    ]


def test_what_repeats_itself_is_copied_as_often_as_it_is_asked() -> None:
    assert copied_words("a b " * 400, "a b " * 3_000) == ("a b " * 400).strip()
