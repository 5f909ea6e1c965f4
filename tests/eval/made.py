"""Responses made by hand for the tests of measures. In: places by path. Out: a Response."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from index.passage import Span
from service.answer import Answer, Quote, Response
from tests.service.corpora import FOUR, engine_of

Place = tuple[str, int, int]


def _template() -> Response:
    """A real response, whose places are then replaced by the wanted ones."""
    with TemporaryDirectory() as folder:
        engine = engine_of(Path(folder), FOUR)
        response = engine.ask("aa bb")
        engine.index.texts.close()
        return response


TEMPLATE = _template()


def response(
    passages: Sequence[Place], quotes: Sequence[tuple[int, int, int, str]] = ()
) -> Response:
    """A response with these passages in order; quotes are (rank, start, end, text)."""
    like = TEMPLATE.passages[0]
    cited = tuple(
        replace(like, rank=rank, start=start, end=end, document=replace(like.document, path=path))
        for rank, (path, start, end) in enumerate(passages, start=1)
    )
    return replace(TEMPLATE, passages=cited, answer=_answer(quotes))


def _answer(quotes: Sequence[tuple[int, int, int, str]]) -> Answer:
    if not quotes:
        return Answer("not_found", None, 0.1, (), ())
    made = tuple(Quote(text, rank, start, end) for rank, start, end, text in quotes)
    ranks = tuple(dict.fromkeys(quote.citation for quote in made))
    return Answer("answered", " … ".join(quote.text for quote in made), 0.9, ranks, made)


def places(*wanted: Place) -> dict[str, list[Span]]:
    """Expected places by path."""
    found: dict[str, list[Span]] = {}
    for path, start, end in wanted:
        found.setdefault(path, []).append(Span(start, end))
    return found
