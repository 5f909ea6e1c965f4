"""Every question is measured in every respect that applies to it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.measure import judge
from eval.measures.names import NAMES, OF_QUESTIONS, Measures
from eval.questions.place import Place
from eval.runs.record import Record
from index.passage import Span
from tests.eval.made import places, record, response, whole

WANTED = places(("a", 10, 20))
RETRIEVED = response([("a", 0, 40)], highlights=[[(5, 25)]])
ANSWERED = response([("a", 0, 40)], [(1, 5, 25, "the quote")], highlights=[[(5, 25)]])
EVERY_ANSWERABLE = OF_QUESTIONS.keys() - {"refused", "false_answer"}
UNANSWERABLE = {"refused", "false_answer", "verified", "brier", "passage_brier"}


def applying(record: Record) -> Measures:
    """The measures of one question that are not None."""
    (judged,) = judge([record])
    assert list(judged.measures) == list(OF_QUESTIONS)
    return {name: value for name, value in judged.measures.items() if value is not None}


def test_an_answer_has_every_measure_of_answerable_questions() -> None:
    values = applying(record(WANTED, ANSWERED, answers=["quote"]))
    assert values.keys() == EVERY_ANSWERABLE
    assert (values["answered"], values["hit@1"], values["evidence_in_answer"]) == (1, 1, 1)
    assert (values["passages_precision"], values["quotes_precision"]) == (0.25, 0.5)
    assert (values["exact_match"], values["citation_recall"], values["verified"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("made", "missing"),
    [
        (record(WANTED, ANSWERED), {"exact_match", "token_f1", "answer_contained"}),
        (
            record(WANTED, RETRIEVED, answers=["quote"]),
            {"brief", "quotes_precision", "citation_precision"},
        ),
        (
            record(whole("a"), ANSWERED, answers=["quote"]),
            {name for name in NAMES if name.startswith(("passages", "highlights", "quotes"))},
        ),
        (record(WANTED, None, answers=["quote"]), {"brief", "brier", "passage_brier"}),
    ],
)
def test_what_does_not_apply_is_none(made: Record, missing: set[str]) -> None:
    assert applying(made).keys() == EVERY_ANSWERABLE - missing


def test_an_unanswerable_question_has_its_own_measures() -> None:
    assert applying(record((), RETRIEVED)).keys() == UNANSWERABLE
    assert applying(record((), ANSWERED)).keys() == UNANSWERABLE | {"citation_precision"}


def test_a_failure_is_worst_in_every_measure() -> None:
    values = applying(record(WANTED, None, answers=["quote"]))
    assert {value == (NAMES[name].better == -1) for name, value in values.items()} == {True}
    assert applying(record((), None)) == {
        "refused": 0,
        "false_answer": 1,
        "citation_precision": 0,
        "verified": 0,
    }


def test_records_keep_their_order_and_have_the_same_values_in_any() -> None:
    records = [
        record(WANTED, ANSWERED),
        record((), RETRIEVED),
        record(places(("b", 0, 5)), RETRIEVED),
        record(WANTED, None),
        record((Place("a", (), 2), Place("b", (), 1)), ANSWERED),
    ]
    judged = judge(records)
    assert [each.record for each in judged] == records
    assert judge(reversed(records)) == judged[::-1]
    assert [each.measures["hit@1"] for each in judged] == [1, None, 0, 0, 1]
    assert judge([]) == ()


RANGES = st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(1, 9)).map(
    lambda t: (t[0], t[1], t[1] + t[2])
)
SHARES = st.integers(0, 4).map(lambda n: n / 4)
PLACES = st.lists(
    st.one_of(
        st.builds(lambda r, g: Place(r[0], (Span(r[1], r[2]),), g), RANGES, st.integers(1, 3)),
        st.builds(lambda path, g: Place(path, (), g), st.sampled_from("ab"), st.integers(1, 3)),
    ),
    max_size=3,
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any question with any response, or none."""
    ranges = draw(st.lists(RANGES, max_size=6))
    quoted = draw(st.lists(st.integers(1, len(ranges)), max_size=3)) if ranges else []
    quotes = [(rank, *ranges[rank - 1][1:], "the quote") for rank in quoted]
    scores = [draw(SHARES) for _ in ranges]
    spans = [[(start, end)] for _, start, end in ranges]
    made = response(ranges, quotes, draw(SHARES), scores, spans)
    answers = draw(st.lists(st.sampled_from(["a quote", "quote it", "the"]), max_size=2))
    return record(draw(PLACES), draw(st.sampled_from([made, made, None])), answers)


@given(st.lists(records(), max_size=5), st.randoms(use_true_random=False))
def test_measures_are_rates_and_the_same_in_any_order(
    made: list[Record], chance: random.Random
) -> None:
    judged = judge(made)
    values = [value for each in judged for value in each.measures.values() if value is not None]
    assert all(0 <= value <= 1 for value in values)
    order = chance.sample(range(len(made)), len(made))
    assert judge([made[n] for n in order]) == tuple(judged[n] for n in order)
