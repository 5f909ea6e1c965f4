"""One word, two words, a hyphen: questions and texts meet however either writes it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex
from index.terms import stem, word_parts, words
from service.asking.compounds import asked_words
from service.asking.question import content_words

ANY = "berlin"  # a text that has nothing to do with what is asked


def lexical(*texts: str) -> LexicalIndex:
    return LexicalIndex.build([*texts, ANY])


def spelt(question: str, *texts: str, digits: bool = True) -> list[str]:
    return list(asked_words(question, lexical(*texts), digits=digits).spelt)


def joins(question: str, *texts: str) -> dict[str, tuple[str, ...]]:
    return asked_words(question, lexical(*texts), digits=True).joins


def found(question: str, *texts: str) -> list[bool]:
    """Which of the texts the search finds."""
    index = lexical(*texts)
    scores = index.scores_of(asked_words(question, index, digits=True).search)
    assert scores[-1] == 0
    return [score > 0 for score in scores[:-1].tolist()]


THREE = ("sovietgerman talks", "soviet german talks", "Soviet-German talks")


@pytest.mark.parametrize("question", ["the Soviet-German pact", "soviet german pact"])
def test_a_compound_finds_all_its_spellings(question: str) -> None:
    assert found(question, *THREE) == [True, True, True]
    asked = asked_words(question, lexical(*THREE), digits=True)
    assert asked.spelt == tuple(words(question.replace("-", " ")))
    assert asked.terms == {"soviet": "soviet", "german": "german", "pact": "pact"}
    assert asked.joins == {"sovietgerman": ("soviet", "german")}
    assert asked.search == [*stem(asked.spelt), "sovietgerman"]


def test_one_word_finds_the_hyphenated_and_the_two() -> None:
    assert found("sovietgerman", "soviet german talks", "german talks") == [True, True]
    assert found("sovietgerman", "Soviet-German talks", "soviet german") == [True, False]


def test_a_word_is_asked_as_often_as_the_question_has_it() -> None:
    asked = asked_words("Pacts of pacts", lexical("pact"), digits=True)
    assert asked.search == stem(["pacts", "of", "pacts"])
    assert asked.terms == {"pact": "pacts"}
    assert asked.joins == {}


@pytest.mark.parametrize(
    ("question", "texts", "parts"),
    [
        # both in one text, in whatever order and form
        ("sovietgerman", ["soviet german talks"], ["soviet", "german"]),
        ("SovietGermans", ["a German and a Soviet"], ["soviet", "germans"]),
        ("airfield", ["fields of air"], ["air", "field"]),
        ("newstalk", ["news: talks"], ["news", "talk"]),
        # known already, also as the join of a hyphenated word or by another ending
        ("sovietgerman", ["soviet german", "sovietgerman"], ["sovietgerman"]),
        ("sovietgerman", ["Soviet-German"], ["sovietgerman"]),
        ("airfields", ["air field", "airfield"], ["airfields"]),
        # no text holds both
        ("sovietgerman", ["soviet talks", "german talks"], ["sovietgerman"]),
        ("sovietgerman", ["soviet talks"], ["sovietgerman"]),
        ("sovietgerman", ["talks"], ["sovietgerman"]),
        # one part is a function word
        ("withgerman", ["with german"], ["withgerman"]),
        ("germanwith", ["with german"], ["germanwith"]),
        # one part is short
        ("uxboat", ["ux boat"], ["uxboat"]),
        ("boatux", ["boat ux"], ["boatux"]),
        ("hitpit", ["hit pit"], ["hit", "pit"]),
        ("hitpi", ["hit pi"], ["hitpi"]),
        # a hyphenated word has its parts already
        ("sovietgerman-pact", ["soviet german"], ["sovietgerman", "pact"]),
    ],
)
def test_an_unknown_word_is_taken_apart(question: str, texts: list[str], parts: list[str]) -> None:
    assert spelt(question, *texts) == parts


def test_a_word_is_taken_apart_where_most_texts_hold_both_parts() -> None:
    once, twice = ["xyz zyxxy"], ["xyzzy xxy", "xxy xyzzy"]
    assert spelt("xyzzyxxy", *once, *twice) == ["xyzzy", "xxy"]
    assert spelt("xyzzyxxy", *once) == ["xyz", "zyxxy"]
    assert spelt("xyzzyxxy", *once * 3, *twice) == ["xyz", "zyxxy"]


def test_only_the_unknown_word_of_a_question_is_taken_apart() -> None:
    assert spelt("Which airfield did sovietgerman talks name?", "soviet german airfield") == [
        *["which", "airfield", "did", "soviet", "german", "talks", "name"]
    ]


@pytest.mark.parametrize(
    ("question", "texts", "joined"),
    [
        ("air field", ["airfield"], {"airfield": ("air", "field")}),
        ("the air fields of", ["an airfield"], {"airfield": ("air", "field")}),
        ("air field", ["Air-Field"], {"airfield": ("air", "field")}),
        ("air field", ["air field"], {}),
        ("field air", ["airfield"], {}),
        ("air, base field", ["airfield"], {}),
        # function words
        ("of fence", ["offence"], {}),
        ("with draw", ["withdraw"], {}),
        ("draw with", ["drawwith"], {}),
        # the join of a hyphenated word is looked for whatever its parts are
        ("with-draw", ["withdraw"], {"withdraw": ("with", "draw")}),
        ("state-of-the-art", ["stateoftheart"], {"stateoftheart": ("state", "of", "the", "art")}),
        ("Soviet-German", ["soviet german"], {}),
        # a hyphenated word is not joined with its neighbour
        ("air-field base", ["fieldbase", "airfieldbase"], {}),
        # each of several
        (
            "air field base",
            ["airfield", "fieldbase"],
            {"airfield": ("air", "field"), "fieldbas": ("field", "base")},
        ),
    ],
)
def test_neighbours_are_joined_when_a_text_holds_the_join(
    question: str, texts: list[str], joined: dict[str, tuple[str, ...]]
) -> None:
    assert joins(question, *texts) == {term: tuple(stem(parts)) for term, parts in joined.items()}


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("the pact of 1941", ["the", "pact", "of"]),
        ("B52 or pact ²", ["or", "pact"]),
        # a part that texts without digits can hold
        ("MiG-29 or pact", ["mig", "29", "or", "pact"]),
        ("pact ٣", ["pact"]),
        # nothing else is left
        ("1941", ["1941"]),
        ("1941, 1942!", ["1941", "1942"]),
        ("MiG-29", ["mig", "29"]),
        ("?!", []),
    ],
)
def test_without_digits_words_that_have_one_are_not_asked(question: str, left: list[str]) -> None:
    assert spelt(question, "pact", digits=False) == left
    asked = asked_words(question, lexical("pact"), digits=False)
    assert asked.terms == content_words(left)
    assert asked.search == stem(left)


def test_without_digits_those_that_some_text_holds_all_the_same_are() -> None:
    # so few digits that their counted share is 0, or none that count as such
    assert spelt("pact of 1941 ½", "pact 1941 ½", digits=False) == ["pact", "of", "1941", "1", "2"]


def test_with_digits_they_are() -> None:
    assert spelt("the pact of 1941", "pact") == ["the", "pact", "of", "1941"]
    assert spelt("MiG-29 pact", "pact") == ["mig", "29", "pact"]


# fmt: off
WORD = st.sampled_from([
    "soviet", "german", "Soviet-German", "sovietgerman", "the", "with", "air", "airfields", "field",
    "withfield", "1941", "mig-29", "mig29", "ux", "uxair", "Köln", "文字", "Hitler's", "a-b-c",
])
# fmt: on
TEXTS = st.lists(st.lists(WORD, max_size=8).map(" ".join), min_size=1, max_size=6)
QUESTIONS = st.lists(WORD, max_size=8).map(" ".join) | st.text(max_size=60)


@settings(deadline=None, max_examples=300)
@given(TEXTS, QUESTIONS, st.booleans())
def test_whatever_is_asked(texts: list[str], question: str, digits: bool) -> None:
    index = LexicalIndex.build(texts)
    asked = asked_words(question, index, digits=digits)
    assert bool(asked.terms) == bool(asked.spelt) == bool(word_parts(question))
    assert asked.terms == content_words(asked.spelt)
    assert asked.search == [*stem(asked.spelt), *asked.joins]
    for join, parts in asked.joins.items():
        assert join in index
        assert len(parts) > 1
        assert set(parts) <= set(stem(asked.spelt))
    # What was taken apart put together again, these are the words that can be asked.
    groups = word_parts(question)
    possible = [
        group
        for group in groups
        if digits
        or any(not any(map(str.isdigit, part)) or stem([part])[0] in index for part in group)
    ] or groups
    assert "".join(asked.spelt) == "".join(map("".join, possible))
    known = {group[0] for group in possible if stem(group)[0] in index}
    assert known <= set(asked.spelt)


@settings(deadline=None, max_examples=100)
@given(TEXTS, QUESTIONS)
def test_whatever_the_plain_question_finds_is_found(texts: list[str], question: str) -> None:
    index = LexicalIndex.build(texts)
    plain = index.scores(question)
    scores = index.scores_of(asked_words(question, index, digits=True).search)
    assert (scores[plain > 0] > 0).all()
