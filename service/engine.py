"""The one engine. In: a question. Out: Retrieval or Response.

The HTTP route, the command line and the evaluation all call ``Engine.ask``; there is no
second path to an answer.
"""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from threading import Lock

from index.embed import Embedder, ModelCard
from index.generation import Index, open_index
from service.answer import Answer, Event, IndexRef, Response, Retrieval
from service.answering.confidence import Calibration
from service.answering.extract import extract
from service.answering.judge import Judged, judge
from service.answering.limit import Limit
from service.answering.passages import cited_passages
from service.answering.select import Selection, ranked_windows
from service.answering.signals import signals_of
from service.asking.chosen import Chosen, answer_id, narrowed
from service.asking.previous import Previous
from service.asking.query import Query
from service.asking.question import DEFAULT_PASSAGES, check_question
from service.citing.earlier import understood_query
from service.citing.prove import Proved, prove_each
from service.citing.rerank import Reranker, rerank
from service.clock import Clock
from service.deadline import check_deadline
from service.models import (
    check_model,
    fitting_calibration,
    fitting_model,
    named_reader,
    named_reranker,
    tell_other_model,
)
from service.ranking.combine import load_ranking
from service.ranking.rank import Candidate, rank
from service.reading.reading import Reader, Reading, read_enough
from service.settings import Settings
from service.writing.write import Writer, named_writer, write_answer

_READ = 3  # passages: reading five told no better (DECISIONS.md)


@dataclass(frozen=True, slots=True)
class _Found:
    retrieval: Retrieval
    index: Index  # what was searched
    windows: list[Selection]  # the best first, also of passages that are not returned
    judged: Judged


class Engine:
    """One opened index generation and the model it was made with; safe between threads."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        settings: Settings,
        calibration: Calibration,
        reranker: Reranker | None = None,
        writer: Writer | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.index = index
        self.embedder = embedder
        self.settings = settings
        self.calibration = calibration
        self.reranker = reranker
        self.writer = writer
        self.reader = reader
        self._ranking = load_ranking(settings.ranking)
        # More threads in Python would only hand its interpreter lock to and fro: at 32 clients a
        # question took 60 ms of processor time instead of 36.
        self._turn = Lock()
        self._limit = (
            calibration.limit(settings.false_answers, settings.strict)
            if settings.threshold is None
            else Limit(settings.threshold)
        )

    @property
    def ref(self) -> IndexRef:
        """Which index answers."""
        return IndexRef(self.index.manifest.generation, self.index.manifest.digest)

    def with_settings(self, settings: Settings) -> "Engine":
        """The same index and model with other settings; raises as ``open_engine`` does."""
        reranker = self.reranker
        if settings.reranker != self.settings.reranker:
            reranker = named_reranker(settings)
        calibration = self.calibration
        fitted = (settings.calibration, settings.reader)
        if fitted != (self.settings.calibration, self.settings.reader):
            calibration = fitting_calibration(settings, self.index)
            tell_other_model(calibration, self.index)
        reader = self.reader if calibration.reads else None
        reader = reader or named_reader(calibration, settings.index)
        same = settings.endpoint == self.settings.endpoint
        writer = self.writer if same else named_writer(settings)
        return Engine(self.index, self.embedder, settings, calibration, reranker, writer, reader)

    def retrieve(
        self,
        question: str,
        top_k: int = DEFAULT_PASSAGES,
        previous: Previous | None = None,
        chosen: Chosen = None,
    ) -> Retrieval:
        """The ``top_k`` best passages, proved, of all documents or of the ``chosen`` ones; a
        question that leans on the ``previous`` one is understood by it.

        Raises ``QuestionInvalid`` for a question that cannot be asked, ``FilterInvalid`` for
        documents that cannot be chosen, ``CitationMismatch`` when the stored text is not what was
        indexed, and ``DeadlinePassed`` or ``ClientGone`` between two steps when the request has a
        Deadline.
        """
        return self._find(question, top_k, previous, chosen).retrieval

    def ask(
        self,
        question: str,
        top_k: int = DEFAULT_PASSAGES,
        previous: Previous | None = None,
        chosen: Chosen = None,
    ) -> Response:
        """The passages and an answer from them; raises as ``retrieve`` does."""
        *_, (_, response) = self.ask_stream(question, top_k, previous, chosen)
        assert isinstance(response, Response)  # as the last event is
        return response

    def ask_stream(
        self,
        question: str,
        top_k: int = DEFAULT_PASSAGES,
        previous: Previous | None = None,
        chosen: Chosen = None,
    ) -> Generator[Event, None, None]:
        """The same as it comes about: the passages, then each sentence that is written or each
        quote, then the response. The first event raises as ``retrieve`` does."""
        found = self._find(question, top_k, previous, chosen)
        retrieval = found.retrieval
        yield "passages", retrieval
        clock = Clock()
        with self._turn, clock.step("answer"):
            answer = self._answer(found)
        if self.writer and answer.verdict == "answered":
            with clock.step("write"):
                answer = yield from write_answer(retrieval, answer, self.writer, self.settings)
        if not answer.composed:
            yield from (("quote", quote) for quote in answer.quotes)
        timings = {**retrieval.timings_ms, **clock.timings}
        timings["total"] = round(timings["total"] + sum(clock.timings.values()), 3)
        yield (
            "done",
            Response(
                id=retrieval.id,
                question=question,
                answer=answer,
                passages=retrieval.passages,
                index=retrieval.index,
                timings_ms=timings,
                understood=retrieval.understood,
            ),
        )

    def _find(self, question: str, top_k: int, previous: Previous | None, chosen: Chosen) -> _Found:
        check_question(question, top_k)
        clock = Clock()
        with clock.step("total"):
            index = narrowed(self.index, chosen)
            check_deadline()
            with clock.step("embed"):
                query, understood = understood_query(question, previous, index, self.embedder)
            asked = understood.question if understood else question
            check_deadline()
            with self._turn, clock.step("rank"):
                ranked = self._rank(index, query, top_k)
            proved: list[Proved] = []
            if self.reranker:
                check_deadline()
                with clock.step("rerank"):
                    proved = prove_each(index.texts, ranked[: self.settings.rerank])
                    proved = rerank(asked, proved, self.reranker)
            ranked[: len(proved)] = [found.candidate for found in proved]
            check_deadline()
            with self._turn, clock.step("cite"):
                # The probabilities rest on the first five, however few are asked for.
                rest = ranked[len(proved) : max(top_k, DEFAULT_PASSAGES)]
                proved += prove_each(index.texts, rest)
            readings = self._read(asked, proved, clock)
            with self._turn, clock.step("weigh"):
                windows = ranked_windows(question, proved, readings or ())
                signals = signals_of(question, proved, windows, index, readings)
                judged = judge(question, index, signals, self.calibration, self._limit)
                chance = partial(self.calibration.score, judged.confidence, signals)
                passages = cited_passages(proved[:top_k], query, chance, self.index)
        identity = answer_id(self.ref.digest, question, top_k, previous, chosen)
        retrieval = Retrieval(identity, question, passages, self.ref, clock.timings, understood)
        return _Found(retrieval, index, windows, judged)

    def _rank(self, index: Index, query: Query, top_k: int) -> list[Candidate]:
        wanted = max(top_k, DEFAULT_PASSAGES, self.settings.rerank if self.reranker else 0)
        return rank(index, query, wanted, self.settings.pool, self._ranking)

    def _read(self, asked: str, proved: list[Proved], clock: Clock) -> list[Reading] | None:
        if not self.reader:
            return None
        with clock.step("read"):
            texts = [found.text for found in proved[:_READ]]
            return read_enough(self.reader, asked, texts)

    def _answer(self, found: _Found) -> Answer:
        question, passages = found.retrieval.question, found.retrieval.passages
        return extract(question, found.index, found.windows, passages, found.judged)


def open_engine(
    settings: Settings,
    embedder: Embedder | None = None,
    reranker: Reranker | None = None,
    before: Index | None = None,
    writer: Writer | None = None,
    reader: Reader | None = None,
) -> Engine:
    """Open the index that the settings name, with the model it was made with.

    What is given is used; otherwise it is loaded, a cross-encoder or an endpoint that writes
    answers only if the settings name one; what is shared with ``before`` is taken over from it.

    Raises an ``IndexUnusable`` when the index cannot answer or was made with another model,
    ``ModelUnusable`` when its model is not on this machine, and ``SettingsInvalid`` when a file
    of weights or probabilities cannot be obeyed.
    """
    index = open_index(settings.index, before)
    facts = index.manifest.embedder
    embedder = embedder or fitting_model(settings, index)
    made_with = ModelCard(facts.name, facts.sha256, facts.width, facts.max_pieces)
    check_model(settings.index, made_with, embedder.card)
    reranker = reranker or named_reranker(settings)
    calibration = fitting_calibration(settings, index)
    reader = reader or named_reader(calibration, settings.index)
    if before is None:  # a later generation has the same model: it was told already
        tell_other_model(calibration, index)
    writer = writer or named_writer(settings)
    return Engine(index, embedder, settings, calibration, reranker, writer, reader)
