"""Records made by hand for the tests of measures. In: ranges by path. Out: Records."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.questions.place import Place
from eval.questions.question import Expected, Question
from eval.runs.record import Record
from index.passage import Span
from service.answer import Answer, Quote, Response
from tests.service.corpora import FOUR, engine_of

Range = tuple[str, int, int]


def _template() -> Response:
    """A real response, whose places are then replaced by the wanted ones."""
    with TemporaryDirectory() as folder:
        engine = engine_of(Path(folder), FOUR)
        response = engine.ask("aa bb")
        engine.index.texts.close()
        return response


TEMPLATE = _template()


def response(
    passages: Sequence[Range],
    quotes: Sequence[tuple[int, int, int, str]] = (),
    confidence: float | None = None,
    scores: Sequence[float] | None = None,
    highlights: Sequence[Sequence[tuple[int, int]]] | None = None,
) -> Response:
    """A response with these passages in order; quotes are (rank, start, end, text).

    It is an answer if there are quotes. Scores and highlights are by passage.
    """
    like = TEMPLATE.passages[0]
    cited = tuple(
        replace(
            like,
            rank=rank,
            start=start,
            end=end,
            document=replace(like.document, path=path),
            score=scores[rank - 1] if scores else like.score,
            highlights=tuple(Span(*each) for each in highlights[rank - 1]) if highlights else (),
        )
        for rank, (path, start, end) in enumerate(passages, start=1)
    )
    return replace(TEMPLATE, passages=cited, answer=_answer(quotes, confidence))


def places(*wanted: Range) -> tuple[Place, ...]:
    """Expected places, each with one span."""
    return tuple(Place(path, (Span(start, end),)) for path, start, end in wanted)


def whole(*documents: str) -> tuple[Place, ...]:
    """Expected documents."""
    return tuple(Place(path, ()) for path in documents)


def record(
    wanted: Sequence[Place],
    made: Response | None,
    answers: Sequence[str] = (),
    tags: Sequence[str] = (),
    seconds: float = 0.01,
    verified: tuple[int, int] = (1, 1),
) -> Record:
    """A record of a question that is answerable if places are wanted, failed without response.

    ``verified`` is how many citations there are and how many hold.
    """
    question = Question(
        id="q",
        question="What?",
        answerable=bool(wanted),
        expected=tuple(Expected(document=p.document, grade=p.grade) for p in wanted),
        answers=tuple(answers),
        tags=tuple(tags),
    )
    citations, held = verified if made else (0, 0)
    error = None if made else "the question failed"
    return Record(question, tuple(wanted), made, error, seconds, citations, held)


def _answer(quotes: Sequence[tuple[int, int, int, str]], confidence: float | None) -> Answer:
    signals = TEMPLATE.answer.signals
    if not quotes:
        return Answer("not_found", None, 0.1 if confidence is None else confidence, (), (), signals)
    made = tuple(Quote(text, rank, start, end) for rank, start, end, text in quotes)
    ranks = tuple(dict.fromkeys(quote.citation for quote in made))
    text = " … ".join(quote.text for quote in made)
    sure = 0.9 if confidence is None else confidence
    return Answer("answered", text, sure, ranks, made, signals)
