"""Runs. In: Questions, an Asker, a run folder or none. Out: a Run.

A question that fails is recorded with its error and counts as a failure; nothing is skipped.
"""

import time
from collections.abc import Callable, Iterator, Sequence

from eval.errors import AskerGone, IndexChanged
from eval.questions.place import Place, locate
from eval.questions.question import Question
from eval.runs.asker import Asker
from eval.runs.record import Record
from eval.runs.verify import verify
from index.errors import CitewellError
from service.asking.previous import Previous, previous_of
from service.asking.question import DEFAULT_PASSAGES, MOST_PASSAGES

TOP_K = 10
Progress = Callable[[str, int, int], None]


def passages_wanted(questions: Sequence[Question]) -> int:
    """How many passages to ask for: the most there can be where whole documents are expected,
    of which several passages may come from one."""
    whole = any(place.quote is None for question in questions for place in question.expected)
    return MOST_PASSAGES if whole else TOP_K


def locate_all(questions: Sequence[Question], asker: Asker) -> list[tuple[Place, ...]]:
    """Where each question's expected answers stand in the indexed documents.

    Raises ``QuestionSetInvalid`` when one does not.
    """
    wanted = {expected.document for question in questions for expected in question.expected}
    texts = {path: text for path in sorted(wanted) if (text := asker.text(path)) is not None}
    return [locate(question, texts) for question in questions]


def ask_all(
    questions: Sequence[Question],
    places: Sequence[tuple[Place, ...]],
    asker: Asker,
    top_k: int = TOP_K,
    progress: Progress = lambda _step, _done, _total: None,
    done: int = 0,
) -> Iterator[Record]:
    """The record of every question from the ``done``-th on, one after the other.

    Raises ``IndexChanged`` when an answer comes from another index than the first.
    """
    digest = asker.source.index_digest
    pairs = zip(questions[done:], places[done:], strict=True)
    for number, (question, where) in enumerate(pairs, start=done + 1):
        record = _record(question, where, asker, top_k)
        if record.response and record.response.index.digest != digest:
            raise IndexChanged(
                f"the index changed while it was evaluated (from {digest[:12]} to "
                f"{record.response.index.digest[:12]}); begin a new run with another --out"
            )
        yield record
        progress("ask", number, len(questions))


def _record(question: Question, places: tuple[Place, ...], asker: Asker, top_k: int) -> Record:
    start = time.perf_counter()
    try:
        previous = _previous(question, asker)
        start = time.perf_counter()  # the earlier question is no part of what is measured
        response = asker.ask(question.question, top_k, previous)
    except AskerGone:
        raise
    except CitewellError as error:
        return Record(question, places, None, str(error), time.perf_counter() - start, 0, 0)
    seconds = time.perf_counter() - start
    return Record(question, places, response, None, seconds, *verify(response, asker))


def _previous(question: Question, asker: Asker) -> Previous | None:
    """The question before with what its answer cites, as a client would send them."""
    if question.previous is None:
        return None
    return previous_of(asker.ask(question.previous.question, DEFAULT_PASSAGES))
