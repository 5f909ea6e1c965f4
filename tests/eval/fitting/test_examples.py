"""Examples have the engine's features, and the outcomes that the evaluation measures."""

from dataclasses import replace

import numpy as np
import pytest

from eval.errors import QuestionSetInvalid, RunInvalid
from eval.fitting.examples import (
    Asked,
    NamedRun,
    all_asked,
    check_kinds,
    passage_examples,
    question_examples,
)
from eval.measures.measure import judge
from eval.questions.place import Place
from eval.questions.question import Question
from eval.runs.asker import EngineAsker
from eval.runs.record import Record, Run, RunFacts
from index.passage import Span
from service.answer import Response
from service.answering.confidence import QUESTION_FEATURES, passage_features
from service.engine import Engine
from tests.eval.made import TEMPLATE, response

ANSWERABLE = Question.model_validate(
    {
        "id": "yes",
        "question": "yes?",
        "answerable": True,
        "expected": [{"document": "a", "quote": "x"}],
        "tags": ["odd"],
    }
)
UNANSWERABLE = Question.model_validate({"id": "no", "question": "no?", "answerable": False})


def record(
    question: Question, places: tuple[Place, ...], answer: Response | None = TEMPLATE
) -> Record:
    return Record(question, places, answer, None if answer else "failed", 0.1, 0, 0)


def named(engine: Engine, *records: Record, tag: str | None = None) -> NamedRun:
    source = EngineAsker(engine).source
    facts = RunFacts("x", "then", "now", "q.jsonl", "0" * 64, len(records), 10, source)
    return NamedRun("mine", tag, Run(facts, records))


def asked(place: Place, *passages: tuple[str, int, int], run: int = 0) -> Asked:
    answer = response(passages)
    return Asked(run, ANSWERABLE, (place,), answer.passages, answer.answer.signals)


def test_outcomes_are_places_held() -> None:
    one = asked(Place("a", (Span(5, 8), Span(20, 22))), ("a", 0, 8), ("b", 0, 9), ("a", 6, 22))
    other = asked(Place("a", (Span(5, 8),)), ("a", 6, 30), ("a", 0, 7), run=1)
    folds = np.array([3, 4])
    found = passage_examples([one, other], folds)
    passages = found.examples
    assert passages.outcomes.tolist() == [1, 0, 1, 0, 0]
    assert passages.runs.tolist() == [0, 0, 0, 1, 1]
    assert passages.folds.tolist() == [3, 3, 3, 4, 4]
    assert found.owners.tolist() == [0, 0, 0, 1, 1]
    assert found.hits.tolist() == [True, True, True, False, False]
    questions = question_examples([one, other], folds)
    assert questions.outcomes.tolist() == [1, 0]
    assert (questions.runs.tolist(), questions.folds.tolist()) == ([0, 1], [3, 4])


def test_a_passage_of_a_document_that_is_wanted_whole_holds_it() -> None:
    found = passage_examples([asked(Place("a", ()), ("b", 0, 9), ("a", 0, 1))], np.array([0]))
    assert found.examples.outcomes.tolist() == [0, 1]


@pytest.mark.parametrize("rank", range(1, 8))
def test_a_question_is_a_hit_where_the_measure_has_one(rank: int) -> None:
    places = (Place("a", (Span(0, 3),)),)
    answer = response([("a" if n == rank else "b", 0, 9) for n in range(1, 8)])
    (judged,) = judge([record(ANSWERABLE, places, answer)])
    found = [Asked(0, ANSWERABLE, places, answer.passages, answer.answer.signals)]
    hit = judged.measures["hit@5"]
    assert question_examples(found, np.array([0])).outcomes.tolist() == [hit]
    assert passage_examples(found, np.array([0])).hits.tolist() == [hit] * 7


def test_features_are_those_of_the_engine() -> None:
    stated = TEMPLATE.answer.signals
    of = Asked(0, UNANSWERABLE, (), TEMPLATE.passages, dict(reversed(stated.items())))
    question = {name: stated[name] for name in QUESTION_FEATURES}
    assert question_examples([of], np.array([0])).features.tolist() == [list(question.values())]
    assert passage_examples([of], np.array([0])).examples.features.tolist() == [
        list(passage_features(passage.scores, question).values()) for passage in TEMPLATE.passages
    ]


def test_questions_are_taken_in_order_and_by_tag(small_engine: Engine) -> None:
    tagged = UNANSWERABLE.model_copy(update={"id": "odd no", "tags": ("odd",)})
    records = [record(ANSWERABLE, ()), record(UNANSWERABLE, ()), record(tagged, ())]
    runs = [named(small_engine, *records, tag="odd"), named(small_engine, *records)]
    found = [(each.run, each.question.id) for each in all_asked(runs)]
    assert found == [(0, "yes"), (0, "odd no"), (1, "yes"), (1, "no"), (1, "odd no")]


def test_an_unknown_tag_is_refused(small_engine: Engine) -> None:
    run = named(small_engine, record(ANSWERABLE, ()), tag="none")
    with pytest.raises(QuestionSetInvalid, match=r"^mine has no question tagged 'none'; choose"):
        all_asked([run])


def test_a_question_that_failed_is_not_passed_over(small_engine: Engine) -> None:
    run = named(small_engine, record(ANSWERABLE, (), None), record(UNANSWERABLE, ()))
    with pytest.raises(RunInvalid, match=r"^mine has no response to yes; mend what"):
        all_asked([run])


def test_many_that_failed_are_told_in_short(small_engine: Engine) -> None:
    records = [record(ANSWERABLE.model_copy(update={"id": f"q{n}"}), (), None) for n in range(11)]
    with pytest.raises(RunInvalid, match=r"no response to q0, .*, q9 and others; mend"):
        all_asked([named(small_engine, *records)])


@pytest.mark.parametrize("question", [ANSWERABLE, UNANSWERABLE])
def test_questions_of_one_kind_are_refused(small_engine: Engine, question: Question) -> None:
    run = named(small_engine, record(question, ()))
    with pytest.raises(QuestionSetInvalid, match=r"^mine has only one kind of outcome; add answer"):
        all_asked([run])


def test_outcomes_of_one_kind_in_any_run_are_refused() -> None:
    held, missed = Place("a", (Span(0, 3),)), Place("a", (Span(90, 93),))
    both = [asked(held, ("a", 0, 9)), asked(missed, ("a", 0, 9))]
    lone = [asked(missed, ("a", 0, 9), run=1)]
    check_kinds(question_examples(both, np.array([0, 1])), ["one"])
    with pytest.raises(QuestionSetInvalid, match=r"^other has only one kind of outcome"):
        check_kinds(question_examples(both + lone, np.array([0, 1, 2])), ["one", "other"])


def test_a_run_whose_answers_state_no_signals_is_refused(small_engine: Engine) -> None:
    old = replace(TEMPLATE, answer=replace(TEMPLATE.answer, signals={}))
    run = named(small_engine, record(ANSWERABLE, (), old), record(UNANSWERABLE, ()))
    with pytest.raises(RunInvalid, match=r"^mine was made by an earlier version, whose answers"):
        all_asked([run])
