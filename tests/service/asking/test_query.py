"""What a question is worth, term by term, on indexes one can count by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.generation import Index, open_index
from service.asking.query import Query, lean_on, make_query
from tests.fakes import LetterEmbedder
from tests.service.corpora import index_of

# Each is one passage of one window.
TALKS = {
    "1.txt": "sovietgerman pact",
    "2.txt": "soviet talks",
    "3.txt": "german talks pact",
    "4.txt": "the german",
    "5.txt": "berlin",
}
# In 5 passages, by how many hold the term.
IN_ONE, IN_TWO, IN_NONE = log(1 + 4.5 / 1.5), log(1 + 3.5 / 2.5), log(1 + 5.5 / 0.5)


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return open_index(index_of(tmp_path_factory.mktemp("talks"), TALKS))


def ask(question: str, index: Index) -> Query:
    return make_query(question, index, LetterEmbedder())


def matched(index: Index, matches: Sequence[Mapping[str, float]]) -> list[bool]:
    """For each term of a question whether any window of the index holds what matches it."""
    every = np.arange(index.windows.count)
    values = index.occurrences.values(every, matches)
    return [bool(column.any()) for column in values.T]


def test_a_join_is_worth_the_rarity_of_each_of_its_parts(talks: Index) -> None:
    query = ask("the Soviet-German pact", talks)
    assert query.rarity == pytest.approx({"soviet": IN_ONE, "german": IN_TWO, "pact": IN_TWO})
    expected = [
        {"soviet": IN_ONE, "sovietgerman": IN_ONE},
        {"german": IN_TWO, "sovietgerman": IN_TWO},
        {"pact": IN_TWO},
    ]
    assert len(query.exact) == 3
    for found, match in zip(query.exact, expected, strict=True):
        assert found == pytest.approx(match)
    assert query.search == ("the", "soviet", "german", "pact", "sovietgerman")


def test_so_it_is_when_the_question_writes_two_words(talks: Index) -> None:
    two, hyphen = ask("soviet german pact", talks), ask("Soviet-German pact", talks)
    assert (two.exact, two.search) == (hyphen.exact, hyphen.search)
    assert (two.rarity, two.expansion, two.pairs) == (
        hyphen.rarity,
        hyphen.expansion,
        hyphen.pairs,
    )


def test_all_spellings_of_the_texts_match_in_whole(tmp_path: Path) -> None:
    texts = {"1.txt": "sovietgerman", "2.txt": "soviet german", "3.txt": "Soviet-German"}
    index = open_index(index_of(tmp_path, {**texts, "4.txt": "berlin"}))
    query = ask("Soviet-German", index)
    values = index.occurrences.values(np.arange(4), query.exact).sum(axis=1)
    assert values.tolist() == pytest.approx([query.whole] * 3 + [0])


def test_related_terms_match_in_part(tmp_path: Path) -> None:
    texts = {"1.txt": "abab", "2.txt": "aa bb cccc", "3.txt": "aa dd", "4.txt": "ffff"}
    index = open_index(index_of(tmp_path, texts))
    query = ask("aa bb acc", index)
    # aa stands in 2 of 4 passages, bb and abab in 1, acc in none; by their letters abab is
    # like aa and like bb by 1/sqrt(2), acc like cccc by 2/sqrt(5) and like the others too little
    aa, rare = log(2), log(1 + 3.5 / 1.5)
    in_none = log(1 + 4.5 / 0.5)
    expected = [
        {"aa": aa, "abab": aa / sqrt(2)},
        {"bb": rare, "abab": rare / sqrt(2)},
        {"cccc": rare * 2 / sqrt(5), "acc": in_none},
    ]
    assert len(query.expansion.values) == 3
    for found, match in zip(query.expansion.values, expected, strict=True):
        assert found == pytest.approx(match, abs=1e-5)
    for exact, match in zip(query.exact, expected, strict=True):
        (term,) = exact
        assert exact[term] == pytest.approx(match[term])
    assert [term for exact in query.exact for term in exact] == ["aa", "bb", "acc"]
    # acc itself stands nowhere
    assert matched(index, query.exact) == [True, True, False]
    assert matched(index, query.expansion.values) == [True, True, True]


def test_what_no_text_holds_is_rarest_and_matches_nothing(talks: Index) -> None:
    query = ask("unheard 1941 berlin", talks)
    assert query.rarity == pytest.approx({"unheard": IN_NONE, "berlin": IN_ONE})
    assert query.exact[0] == pytest.approx({"unheard": IN_NONE})
    assert query.exact[1] == pytest.approx({"berlin": IN_ONE})
    assert matched(talks, query.exact) == [False, True]
    assert query.whole == pytest.approx(IN_NONE + IN_ONE)


SOVIET_GERMAN = [("soviet", "german")]


@pytest.mark.parametrize(
    ("question", "pairs"),
    [
        # a text's "Soviet-German pact" has the terms soviet, german, sovietgerman, pact
        ("soviet german pact", [*SOVIET_GERMAN, ("german", "pact"), ("sovietgerman", "pact")]),
        ("Soviet-German pact", [*SOVIET_GERMAN, ("german", "pact"), ("sovietgerman", "pact")]),
        ("Talks. Talking; talk", [("talk", "talk")]),
        ("the soviet and the soviet", [("the", "soviet"), ("soviet", "and"), ("and", "the")]),
        (
            "soviet german soviet german",
            [*SOVIET_GERMAN, ("german", "soviet"), ("sovietgerman", "soviet")],
        ),
        (
            "soviet unheard german pact",
            [("soviet", "unheard"), ("unheard", "german"), ("german", "pact")],
        ),
        ("pact 1941 talks", [("pact", "talk")]),
        ("berlin", []),
        ("", []),
    ],
)
def test_pairs_are_the_terms_of_neighbours(
    talks: Index, question: str, pairs: list[tuple[str, str]]
) -> None:
    assert ask(question, talks).pairs == tuple(pairs)


def test_pairs_with_what_no_text_holds_stand_nowhere(talks: Index) -> None:
    query = ask("unheard talks pact unheard", talks)
    assert query.pairs == (("unheard", "talk"), ("talk", "pact"), ("pact", "unheard"))
    every = np.arange(talks.windows.count)
    found = talks.occurrences.pairs(every, query.pairs).any(axis=0)
    assert found.tolist() == [False, True, False]


@pytest.mark.parametrize("question", ["", "?! 😀"])
def test_a_question_without_a_word_is_not_worth_nothing(talks: Index, question: str) -> None:
    query = ask(question, talks)
    assert (query.rarity, query.search, query.pairs) == ({}, (), ())
    assert query.exact == query.expansion.values == ()
    assert query.whole == 1.0


def test_the_whole_is_the_sum_of_all_rarities(talks: Index) -> None:
    assert ask("the pact of the pacts with berlin", talks).whole == pytest.approx(IN_TWO + IN_ONE)


def test_the_vector_is_that_of_the_question_as_it_was_asked(talks: Index) -> None:
    question = "Did the 1941 Soviet-German pact end?"
    expected = LetterEmbedder().embed_question(question)
    np.testing.assert_array_equal(ask(question, talks).vector, expected)


def test_a_number_counts_for_nothing_where_no_text_holds_digits(
    talks: Index, tmp_path: Path
) -> None:
    with_digits = open_index(index_of(tmp_path, {**TALKS, "5.txt": "berlin 1939"}))
    assert talks.manifest.text_form.digits == 0 < with_digits.manifest.text_form.digits
    without, counted = ask("pact 1941", talks), ask("pact 1941", with_digits)
    plain = ask("pact", talks)
    assert (without.rarity, without.search) == (plain.rarity, plain.search)
    assert (without.exact, without.expansion) == (plain.exact, plain.expansion)
    assert without.whole == plain.whole == pytest.approx(IN_TWO)
    assert counted.rarity == pytest.approx({"pact": IN_TWO, "1941": IN_NONE})
    assert counted.search == ("pact", "1941")
    number = pytest.approx({"1941": IN_NONE})
    assert counted.exact[1] == counted.expansion.values[1] == number
    assert matched(with_digits, counted.expansion.values) == [True, False]
    assert counted.whole == pytest.approx(IN_TWO + IN_NONE)
    held = ask("pact 1939", with_digits)
    assert held.exact[1] == held.expansion.values[1] == pytest.approx({"1939": IN_ONE})
    assert matched(with_digits, held.exact) == [True, True]


def test_a_question_of_numbers_only_is_asked_all_the_same(talks: Index) -> None:
    query = ask("1941?", talks)
    assert query.rarity == pytest.approx({"1941": IN_NONE})
    assert query.search == ("1941",)
    assert query.exact == query.expansion.values
    (exact,) = query.exact
    assert exact == pytest.approx({"1941": IN_NONE})
    assert matched(talks, query.exact) == [False]


WORDS = ["soviet", "german", "Soviet-German", "sovietgerman", "the", "pact", "talking", "1941"]
QUESTIONS = st.lists(st.sampled_from([*WORDS, "bad", "unheard"]), max_size=8).map(" ".join)


@settings(deadline=None, max_examples=200)
@given(QUESTIONS | st.text(max_size=60))
def test_whatever_is_asked(talks: Index, question: str) -> None:
    query = ask(question, talks)
    related_terms = query.expansion.values
    assert len(query.exact) == len(related_terms) == len(query.rarity)
    # what is asked matches itself, known or not; all else is known
    for term, related in zip(query.rarity, related_terms, strict=True):
        assert term in related
        assert all(other == term or other in talks.lexical for other in related)
    for exact, related, rarity in zip(
        query.exact, related_terms, query.rarity.values(), strict=True
    ):
        assert exact.items() <= related.items()
        assert set(exact.values()) <= {rarity}
        assert all(0 < value <= rarity for value in related.values())
    assert set(query.rarity) <= set(query.search)
    assert len(set(query.pairs)) == len(query.pairs)
    assert query.whole > 0
    every = np.arange(talks.windows.count)
    values = talks.occurrences.values(every, related_terms).sum(axis=1)
    assert (values <= query.whole + 1e-5).all()


def test_a_question_that_stands_alone_has_nothing_of_another(talks: Index) -> None:
    query = ask("the Soviet-German pact", talks)
    assert (query.earlier, query.cited) == ((), ())


def test_terms_of_the_earlier_question_count_by_half(talks: Index) -> None:
    own, earlier = ask("why the german", talks), ask("the Soviet-German pact", talks)
    query = lean_on(own, earlier, (3, 1))
    soviet, pact = IN_ONE / 2, IN_TWO / 2
    by_hand = {"german": IN_TWO, "soviet": soviet, "pact": pact}
    assert query.rarity == pytest.approx(by_hand)
    assert query.whole == pytest.approx(IN_TWO + soviet + pact)
    expected = [{"german": IN_TWO}, {"soviet": soviet, "sovietgerman": soviet}, {"pact": pact}]
    assert len(query.exact) == 3
    for found, match in zip(query.exact, expected, strict=True):
        assert found == pytest.approx(match)
    for exact, related in zip(query.exact, query.expansion.values, strict=True):
        assert exact.items() <= related.items()
    assert (query.search, query.pairs) == (own.search, own.pairs)
    assert query.earlier == ("soviet", "pact", "sovietgerman")
    assert query.cited == (3, 1)


def test_the_vector_lies_between_both_questions(talks: Index) -> None:
    own, earlier = ask("aaa", talks), ask("bb", talks)
    half = 0.5**0.5  # (1, 0) and (0, 1)
    found = lean_on(own, earlier, ()).vector
    assert found[:2].tolist() == pytest.approx([half, half])
    assert not found[2:].any()
    assert found.dtype == own.vector.dtype


def test_opposite_questions_have_no_vector_between_them(talks: Index) -> None:
    own = ask("aaa", talks)
    assert not lean_on(own, replace(own, vector=-own.vector), ()).vector.any()


@settings(deadline=None, max_examples=100)
@given(QUESTIONS)
def test_a_question_that_leans_on_itself_is_itself(talks: Index, question: str) -> None:
    query = ask(question, talks)
    same = lean_on(query, query, ())
    np.testing.assert_allclose(same.vector, query.vector, atol=1e-6)
    assert replace(same, vector=query.vector) == query


@settings(deadline=None, max_examples=100)
@given(QUESTIONS, QUESTIONS)
def test_whatever_is_leant_on(talks: Index, question: str, earlier: str) -> None:
    own, before = ask(question, talks), ask(earlier, talks)
    query = lean_on(own, before, ())
    assert len(query.exact) == len(query.expansion.values) == len(query.rarity)
    assert set(query.rarity) == {*own.rarity, *before.rarity}
    assert own.rarity.items() <= query.rarity.items()
    assert not set(query.earlier) & set(query.search)
    assert query.whole <= own.whole + before.whole
