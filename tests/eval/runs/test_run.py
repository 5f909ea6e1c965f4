"""Questions are asked one by one, and what came of each is kept, failures included."""

import time
from dataclasses import replace

import pytest

from eval.errors import AskerGone, IndexChanged, QuestionSetInvalid
from eval.questions.place import Place
from eval.questions.question import Earlier, Expected, Question
from eval.runs.asker import Asker, EngineAsker
from eval.runs.record import Record, Source
from eval.runs.run import TOP_K, ask_all, locate_all, passages_wanted
from index.passage import Span
from service.answer import IndexRef, Response
from service.asking.previous import Previous, previous_of
from service.asking.question import DEFAULT_PASSAGES, MOST_PASSAGES
from service.engine import Engine


@pytest.fixture
def asker(small_engine: Engine) -> Asker:
    """The engine on the small index."""
    return EngineAsker(small_engine)


@pytest.fixture
def records(questions: list[Question], asker: Asker) -> list[Record]:
    """What came of all questions."""
    return list(ask_all(questions, locate_all(questions, asker), asker))


class Scripted:
    """Answers as it is told: a response, or an error to raise."""

    def __init__(self, like: Asker, *script: Response | Exception) -> None:
        self._like = like
        self._script = iter(script)

    @property
    def source(self) -> Source:
        return self._like.source

    def ask(self, question: str, top_k: int, previous: Previous | None = None) -> Response:
        answer = next(self._script)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def text(self, document: str) -> str | None:
        return self._like.text(document)


def test_records_stand_in_the_order_of_the_questions(
    records: list[Record], questions: list[Question]
) -> None:
    assert [record.question for record in records] == questions


def test_a_record_holds_the_response_and_the_places(
    records: list[Record], small_engine: Engine
) -> None:
    record = records[0]
    assert record.response is not None
    assert record.error is None
    assert record.response.id == small_engine.ask("Who is ddd?", TOP_K).id
    assert record.places == (Place("one.txt", (Span(9, 21),)),)
    assert record.seconds > 0


def test_every_citation_was_checked(records: list[Record]) -> None:
    response = records[0].response
    assert response is not None
    assert records[0].citations == len(response.passages) + len(response.answer.quotes) > 0
    assert records[0].verified == records[0].citations


def test_an_error_of_the_engine_is_kept(records: list[Record]) -> None:
    record = records[2]
    assert record.response is None
    assert record.error == "question: is empty; ask something"
    assert (record.citations, record.verified) == (0, 0)


def test_progress_is_told_and_what_is_done_is_left_out(
    questions: list[Question], asker: Asker
) -> None:
    told: list[tuple[str, int, int]] = []
    places = locate_all(questions, asker)
    rest = ask_all(questions, places, asker, TOP_K, lambda *step: told.append(step), done=1)
    assert [record.question.id for record in rest] == ["two", "blank"]
    assert told == [("ask", 2, 3), ("ask", 3, 3)]


def test_a_quote_that_is_not_there_is_named(questions: list[Question], asker: Asker) -> None:
    place = questions[0].expected[0].model_copy(update={"quote": "Ccc ddd", "start": 1})
    wrong = questions[0].model_copy(update={"id": "three", "expected": (place,)})
    with pytest.raises(QuestionSetInvalid, match=r"three: 'Ccc ddd' is not in 'one\.txt' at 1"):
        locate_all([*questions, wrong], asker)


def test_an_index_that_changes_on_the_way_ends_the_run(
    questions: list[Question], asker: Asker, small_engine: Engine
) -> None:
    response = small_engine.ask("Who is ddd?", TOP_K)
    other = replace(response, index=IndexRef(2, "f" * 64))
    changing = Scripted(asker, response, other)
    asked = ask_all(questions, locate_all(questions, asker), changing)
    assert next(asked).response == response
    with pytest.raises(IndexChanged, match=r"the index changed .* to ffffffffffff"):
        next(asked)


def test_a_server_that_is_gone_ends_the_run(questions: list[Question], asker: Asker) -> None:
    asked = ask_all(
        questions, locate_all(questions, asker), Scripted(asker, AskerGone("no server"))
    )
    with pytest.raises(AskerGone, match="no server"):
        next(asked)


def test_whole_documents_need_more_passages(questions: list[Question]) -> None:
    whole = Question(
        id="w", question="w?", answerable=True, expected=(Expected(document="one.txt"),)
    )
    assert passages_wanted(questions) == TOP_K
    assert passages_wanted([*questions, whole]) == MOST_PASSAGES


class Slow:
    """Takes so long over the earlier question, and keeps what it is asked."""

    def __init__(self, like: Asker, seconds: float) -> None:
        self._like = like
        self._seconds = seconds
        self.asked: list[tuple[str, int, Previous | None]] = []

    @property
    def source(self) -> Source:
        return self._like.source

    def ask(self, question: str, top_k: int, previous: Previous | None = None) -> Response:
        self.asked.append((question, top_k, previous))
        if previous is None:
            time.sleep(self._seconds)
        return self._like.ask(question, top_k, previous)

    def text(self, document: str) -> str | None:
        return self._like.text(document)


AFTER = Question(
    id="after", question="And why?", answerable=False, previous=Earlier(question="Who is ddd?")
)


def test_the_earlier_question_is_asked_first_and_not_measured(
    asker: Asker, small_engine: Engine
) -> None:
    slow = Slow(asker, seconds=0.05)
    start = time.perf_counter()
    (record,) = ask_all([AFTER], [()], slow)
    whole = time.perf_counter() - start
    previous = previous_of(small_engine.ask("Who is ddd?"))
    assert slow.asked == [("Who is ddd?", DEFAULT_PASSAGES, None), ("And why?", TOP_K, previous)]
    assert record.response is not None
    assert record.response.id == small_engine.ask("And why?", TOP_K, previous).id
    assert 0 < record.seconds <= whole - 0.05


def test_an_earlier_question_that_is_refused_is_an_error(asker: Asker) -> None:
    wrong = AFTER.model_copy(update={"previous": Earlier(question="  ")})
    (record,) = ask_all([wrong], [()], asker)
    assert (record.response, record.error) == (None, "question: is empty; ask something")
