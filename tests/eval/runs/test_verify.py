"""A citation counts as verified only when the stored document holds it, to the character."""

from dataclasses import replace

import pytest

from eval.runs.asker import Asker, EngineAsker
from eval.runs.verify import verify
from index.passage import Span
from service.answer import CitedPassage, Quote, Response
from service.engine import Engine


@pytest.fixture
def asker(small_engine: Engine) -> Asker:
    """Whoever reads the documents again."""
    return EngineAsker(small_engine)


@pytest.fixture
def response(small_engine: Engine) -> Response:
    """An answer with one passage and one quote, both right."""
    found = small_engine.ask("Who is ddd?", 1)
    passage = found.passages[0]
    assert found.answer.quotes
    answer = replace(found.answer, quotes=found.answer.quotes[:1])
    return replace(found, passages=(passage,), answer=answer)


def _with(response: Response, passage: CitedPassage) -> Response:
    return replace(response, passages=(passage,))


def test_what_is_right_is_verified(response: Response, asker: Asker) -> None:
    assert verify(response, asker) == (2, 2)


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_passage_from_elsewhere_is_not(response: Response, asker: Asker, shift: int) -> None:
    first = response.passages[0]
    quote = response.answer.quotes[0]
    moved = replace(first, start=first.start + shift, end=first.end + shift, highlights=())
    assert verify(_with(response, moved), asker)[1] < 2
    altered = replace(first, text="x" + first.text[1:])
    assert altered.text != first.text
    assert verify(_with(response, altered), asker)[1] == (quote.start > first.start)


def test_a_passage_of_no_document_is_not(response: Response, asker: Asker) -> None:
    first = response.passages[0]
    lost = replace(first, document=replace(first.document, path="gone.txt"))
    assert verify(_with(response, lost), asker) == (2, 1)


def test_a_highlight_outside_its_passage_is_not(response: Response, asker: Asker) -> None:
    first = response.passages[0]
    wide = replace(first, highlights=(Span(first.start, first.end + 1),))
    assert verify(_with(response, wide), asker) == (2, 1)


@pytest.mark.parametrize("change", ["text", "start", "citation"])
def test_a_quote_that_is_not_in_its_passage_is_not(
    response: Response, asker: Asker, change: str
) -> None:
    quote = response.answer.quotes[0]
    changed: dict[str, Quote] = {
        "text": replace(quote, text=quote.text + "!"),
        "start": replace(quote, start=quote.start + 1),
        "citation": replace(quote, citation=7),
    }
    answer = replace(response.answer, quotes=(changed[change],))
    assert verify(replace(response, answer=answer), asker) == (2, 1)


def test_nothing_cited_is_nothing_to_verify(response: Response, asker: Asker) -> None:
    empty = replace(response, passages=(), answer=replace(response.answer, quotes=()))
    assert verify(empty, asker) == (0, 0)
