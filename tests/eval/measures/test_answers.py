"""Answers against cases computed by hand."""

import pytest

from eval.measures.answers import answer_measures, exact_match, normalised, token_f1
from tests.eval.made import places, record, response, whole

WANTED = places(("a", 10, 20))
SHORT = ("exact_match", "token_f1", "answer_contained")


def evidence(start: int, end: int) -> tuple[float | None, float | None]:
    """answered and evidence_in_answer with a quote of a passage of 40 characters."""
    made = response([("a", 0, 40)], [(1, start, end, "the quote")])
    values = answer_measures(record(WANTED, made))
    return values["answered"], values["evidence_in_answer"]


def test_evidence_is_a_quote_that_holds_a_place_whole() -> None:
    assert evidence(5, 25) == (1, 1)
    assert evidence(10, 20) == (1, 1)
    assert evidence(5, 19) == (1, 0)


def test_of_a_whole_document_any_quote_is_evidence() -> None:
    made = response([("a", 0, 40), ("b", 0, 40)], [(2, 0, 9, "text")])
    assert answer_measures(record(whole("b"), made))["evidence_in_answer"] == 1
    assert answer_measures(record(whole("a"), made))["evidence_in_answer"] == 0


@pytest.mark.parametrize(
    ("quotes", "first", "any_"),
    [
        ([(1, 5, 25, "one"), (1, 30, 40, "two")], 1, 1),
        ([(1, 30, 40, "two"), (1, 5, 25, "one")], 0, 1),
        ([(1, 30, 40, "In 1940."), (1, 26, 29, "no")], 1, 1),
        ([(1, 26, 29, "no"), (1, 30, 40, "In 1940.")], 0, 1),
        ([(1, 26, 29, "no")], 0, 0),
    ],
)
def test_the_first_quote_alone_may_hold_the_evidence(
    quotes: list[tuple[int, int, int, str]], first: int, any_: int
) -> None:
    made = response([("a", 0, 40)], quotes)
    values = answer_measures(record(WANTED, made, answers=["1940"]))
    assert (values["evidence_in_first"], values["evidence_in_answer"]) == (first, any_)


@pytest.mark.parametrize(
    ("texts", "brief"),
    [
        (["He came. He saw.", "He won."], 1),
        (["He came. He saw.", "He won. He left."], 0),
        (["a text without any marks", "and another", "and a third"], 1),
        (["Mr. Hull came at 3.15 p.m. to Washington."] * 3, 1),
        (["He came.\n\nHe saw", "he won", "he left"], 0),
    ],
)
def test_an_answer_of_three_sentences_is_brief(texts: list[str], brief: int) -> None:
    made = response([("a", 0, 40)], [(1, n, n + 1, text) for n, text in enumerate(texts)])
    assert answer_measures(record(WANTED, made))["brief"] == brief


@pytest.mark.parametrize(
    ("text", "answer", "holds"),
    [
        ("they saw Warm-water PORTS!", "warm water ports", 1),
        ("they saw warm water portside", "warm water port", 0),
        ("in 1940", "1940", 1),
        ("in 19401", "1940", 0),
        ("anything", "?!", 0),
    ],
)
def test_a_short_answer_counts_in_whole_words(text: str, answer: str, holds: int) -> None:
    made = response([("a", 0, 9)], [(1, 0, 9, text)])
    values = answer_measures(record(WANTED, made, answers=[answer]))
    assert (values["answer_contained"], values["evidence_in_answer"]) == (holds, holds)


def test_normalisation_is_that_of_squad() -> None:
    # case, then punctuation (which joins words), then articles, then whitespace
    assert normalised(" The  Warm-water\tports, an 'a' A.N. theory ") == "warmwater ports theory"


@pytest.mark.parametrize(
    ("text", "answer", "exact", "f1"),
    [
        ("The Port!", "port", 1, 1),
        # 2 words in common, of 3 said and 4 wanted
        ("warm old ports", "warm ports of murmansk", 0, 4 / 7),
        # a word counts as often as it stands in both: 1 of 2 and of 1
        ("ports ports", "ports", 0, 2 / 3),
        ("sea", "ports", 0, 0),
        ("the", "a", 1, 1),
        ("the", "ports", 0, 0),
        ("ports", "!", 0, 0),
    ],
)
def test_exact_match_and_token_f1(text: str, answer: str, exact: int, f1: float) -> None:
    assert exact_match(text, answer) == exact_match(answer, text) == exact
    assert token_f1(text, answer) == token_f1(answer, text) == pytest.approx(f1)


def test_the_best_short_answer_counts() -> None:
    made = response([("a", 0, 9)], [(1, 0, 9, "warm ports")])
    answers = ["cold ports", "warm ports of murmansk"]
    values = answer_measures(record(WANTED, made, answers=answers))
    assert [values[name] for name in SHORT] == [0, pytest.approx(4 / 6), 0]
    values = answer_measures(record(WANTED, made, answers=[*answers, "The warm ports"]))
    assert [values[name] for name in SHORT] == [1, 1, 0]


def test_without_short_answers_the_text_is_not_measured() -> None:
    made = response([("a", 0, 9)], [(1, 0, 9, "warm ports")])
    assert not set(SHORT) & answer_measures(record(WANTED, made)).keys()


@pytest.mark.parametrize("failed", [False, True])
def test_no_answer_where_there_is_one(failed: bool) -> None:
    made = None if failed else response([("a", 0, 40)])
    # "the" has no words left, like no answer; it is wrong all the same
    assert answer_measures(record(WANTED, made, answers=["the"])) == {
        "answered": 0,
        "false_abstention": 1,
        "evidence_in_answer": 0,
        "evidence_in_first": 0,
        **dict.fromkeys(SHORT, 0),
    }


def test_an_unanswerable_question_is_refused_or_falsely_answered() -> None:
    refused = answer_measures(record((), response([("a", 0, 10)])))
    assert refused == {"refused": 1, "false_answer": 0}
    answered = answer_measures(record((), response([("a", 0, 10)], [(1, 0, 9, "text")])))
    assert answered == answer_measures(record((), None)) == {"refused": 0, "false_answer": 1}
