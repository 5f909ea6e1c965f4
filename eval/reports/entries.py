"""Questions as the page shows them. In: Rows, the worst first. Out: Entries with marked text.

Passages are many times longer than all else, so only the worst questions get theirs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.measures.names import PASSAGES_MEASURED
from eval.questions.place import Place, held
from eval.reports.rows import Row
from index.passage import Span
from service.answer import CitedPassage, Response
from service.citing.marked import Run, marked

WITH_PASSAGES = 200
_MOST_CHARACTERS = 1_500_000


@dataclass(frozen=True, slots=True)
class Text:
    """A passage, or a quote of the answer, by the rank of the passage it is from."""

    rank: int
    path: str
    page: int | None
    score: float
    runs: tuple[Run, ...]
    found: bool
    """Whether it holds an expected place whole."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer's quotes and its first passages; ``passages`` is None where
    they are left out.

    ``place`` is that among all, from 0, the worst first; ``left_out`` counts later passages.
    """

    place: int
    row: Row
    tags: str
    """Numbers of its tags, with spaces between."""
    quotes: tuple[Text, ...]
    passages: tuple[Text, ...] | None
    left_out: int


def entries(rows: Sequence[Row], tags: Sequence[str]) -> Iterator[Entry]:
    """Every row's entry; the first get their passages until there is too much text."""
    characters = 0
    for place, row in enumerate(rows):
        response = row.record.response
        passages = _passages(row, response) if response else ()
        characters += sum(len(passage.text) for passage in passages)
        shown = place < WITH_PASSAGES and characters <= _MOST_CHARACTERS
        yield Entry(
            place=place,
            row=row,
            tags=" ".join(str(tags.index(tag)) for tag in row.record.question.tags),
            quotes=_quotes(row, response) if response else (),
            passages=tuple(_text(row, passage) for passage in passages) if shown else None,
            left_out=len(response.passages) - len(passages) if response else 0,
        )


def _passages(row: Row, response: Response) -> list[CitedPassage]:
    """The first ones, and the one that holds the expected text."""
    return [p for p in response.passages if p.rank <= PASSAGES_MEASURED or p.rank == row.hit_rank]


def _text(row: Row, passage: CitedPassage) -> Text:
    path, places = passage.document.path, row.record.places
    return Text(
        rank=passage.rank,
        path=path,
        page=passage.page,
        score=passage.score,
        runs=marked(passage.text, passage.start, spans_in(places, path), passage.highlights),
        found=held(places, path, passage.start, passage.end),
    )


def _quotes(row: Row, response: Response) -> tuple[Text, ...]:
    """The answer's quotes; one that cites no passage, as a faulty server's may, has no path."""
    places, cited = row.record.places, {passage.rank: passage for passage in response.passages}
    found = []
    for quote in response.answer.quotes:
        passage = cited.get(quote.citation)
        path = passage.document.path if passage else "cites no passage"
        found.append(
            Text(
                rank=quote.citation,
                path=path,
                page=passage.page if passage else None,
                score=passage.score if passage else 0.0,
                runs=marked(quote.text, quote.start, spans_in(places, path)),
                found=held(places, path, quote.start, quote.end),
            )
        )
    return tuple(found)


def spans_in(places: Iterable[Place], path: str) -> list[Span]:
    """Where expected answers stand in a document; none where it is expected as a whole."""
    return [span for place in places if place.document == path for span in place.spans]
