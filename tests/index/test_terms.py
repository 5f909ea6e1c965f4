"""Terms, folded words and stems, by tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import fold, stem, terms, word_counts, word_parts, words

WORDS = st.sampled_from(
    ["axis", "pact", "berlin", "soviet", "hitler's", "Soviet-German", "talks", "ü"]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hitler's", ["hitler"]),
        ("Hitler’s", ["hitler"]),
        ("hitlers", ["hitler"]),
        ("Köstring", terms("kostring")),
        ("Ko\u0308string", terms("kostring")),
        ("Soviet-German", ["soviet", "german", "sovietgerman"]),
        ("Soviet‑German", ["soviet", "german", "sovietgerman"]),
        ("sovietgerman", ["sovietgerman"]),
        ("negotiations, NEGOTIATED!", ["negoti", "negoti"]),
        ("'quoted' words'", ["quot", "word"]),
        ("ﬁne ｗｉｄｅ ²", ["fine", "wide", "2"]),
        ("Straße", terms("strasse")),
        ("state-of-the-art", ["state", "of", "the", "art", "stateoftheart"]),
        ("a - b -- c", ["a", "b", "c"]),
        ("1940", ["1940"]),
        ("東京", ["東京"]),
        ("... ! 😀", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Köstring", "kostring"),
        ("ÉCOLE", "ecole"),
        ("İ", "i"),
        ("ﬀ", "ff"),
        ("Ω", "ω"),
        ("ℌ™", "htm"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The Soviet-German pact", [("the",), ("soviet", "german"), ("pact",)]),
        ("Soviet‑German", [("soviet", "german")]),
        ("state-of-the-art", [("state", "of", "the", "art")]),
        ("Hitler's Köstring", [("hitlers",), ("kostring",)]),
        ("-a- b -- c-", [("a",), ("b",), ("c",)]),
        ("a--b", [("a",), ("b",)]),
        ("MiG-29", [("mig", "29")]),
        ("", []),
        ("?! 😀 -", []),
    ],
)
def test_word_parts(text: str, parts: list[tuple[str, ...]]) -> None:
    assert word_parts(text) == parts


@given(st.text() | TEXTS)
def test_words_are_the_parts_and_then_their_join(text: str) -> None:
    parts = word_parts(text)
    assert all(part for group in parts for part in group)
    joined = [[*group, "".join(group)] if len(group) > 1 else [*group] for group in parts]
    assert words(text) == [word for group in joined for word in group]


def test_stem_is_snowballs() -> None:
    assert stem(["negotiations", "germany", "running", "pact"]) == [
        "negoti",
        "germani",
        "run",
        "pact",
    ]
    assert stem([]) == []


@given(st.text() | TEXTS)
def test_counted_are_the_words_that_hold_a_letter(text: str) -> None:
    with_letter = [word for word in words(text) if any(c.isalpha() for c in word)]
    counts = word_counts(text)
    assert counts.total() == len(with_letter)
    assert counts == {word: with_letter.count(word) for word in with_letter}
