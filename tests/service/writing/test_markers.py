"""Sentences come whole, with what they cite, however the text is divided."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.writing.markers import SentenceReader, Written

ANSWER = "Dr. Riga was at 3.5 km [1]. It moved. [2][3] Was it? [1, 4]\n\n- Yes, e.g. here [2]. No"
READ = [
    Written("Dr. Riga was at 3.5 km.", (1,)),
    Written("It moved.", (2, 3)),
    Written("Was it?", (1, 4)),
    Written("Yes, e.g. here.", (2,)),
    Written("No", ()),
]


def _read(*pieces: str) -> list[Written]:
    reader = SentenceReader()
    found = [sentence for piece in pieces for sentence in reader.feed(piece)]
    return found + reader.end()


def test_sentences_are_read() -> None:
    assert _read(ANSWER) == READ


@given(st.lists(st.integers(0, len(ANSWER)), max_size=20))
def test_however_the_text_is_divided(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(ANSWER)]
    assert _read(*(ANSWER[a:b] for a, b in itertools.pairwise(places))) == READ


tokens = st.sampled_from(
    [
        "A",
        "b",
        "3.5",
        ".",
        ". ",
        "! ",
        "[1]",
        "[2, 3]",
        " [1]",
        "[",
        "]",
        ", ",
        "\n\n",
        "\n- ",
        " ",
        "e.g. ",
        "。",
        "…",
        "# ",
        '"',
        "1. ",
    ]
)


@given(st.lists(tokens, max_size=30).map("".join))
def test_letter_by_letter_is_as_at_once(text: str) -> None:
    assert _read(*text) == _read(text)


@pytest.mark.parametrize(
    ("text", "text_read", "citations"),
    [
        ("A b [1].", "A b.", (1,)),
        ("A b. [1]", "A b.", (1,)),
        ("A b.[1]", "A b.", (1,)),
        ("A b [1][2].", "A b.", (1, 2)),
        ("A b [1] [2].", "A b.", (1, 2)),
        ("A b. [1], [2]", "A b.", (1, 2)),
        ("A b [2, 1].", "A b.", (2, 1)),
        ("A b [2;1].", "A b.", (2, 1)),
        ("A [1] b [2] c [1].", "A b c.", (1, 2)),
        ("A b [0] [007].", "A b.", (0, 7)),
        ('"A b." [1]', '"A b."', (1,)),
        ("A b", "A b", ()),
        ("* A b [1]", "A b", (1,)),
        ("1. A b [1]", "A b", (1,)),
        ("甲乙。[1]", "甲乙。", (1,)),
        ("A [x] b.", "A [x] b.", ()),
        ("A [1-3].", "A [1-3].", ()),
        ("A [] b [1", "A [] b [1", ()),
        ("A [1234567890].", "A [1234567890].", ()),
    ],
)
def test_a_sentence_is_parted_from_its_markers(
    text: str, text_read: str, citations: tuple[int, ...]
) -> None:
    assert _read(text) == [Written(text_read, citations)]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "---", "...", "[1]", "[1]. [2]"])
def test_what_holds_no_word_is_no_sentence(text: str) -> None:
    assert _read(text) == []


def test_a_sentence_is_given_when_the_next_one_begins() -> None:
    reader = SentenceReader()
    assert reader.feed("A b. ") == []
    assert reader.feed("[") == []
    assert reader.feed("1] ") == []
    assert reader.feed("C") == [Written("A b.", (1,))]
    assert reader.feed(" d [2]. E") == [Written("C d.", (2,))]
    assert reader.end() == [Written("E", ())]
