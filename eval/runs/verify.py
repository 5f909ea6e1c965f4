"""Citations checked by whoever evaluates. In: a Response, an Asker. Out: how many hold.

The service proves its citations itself; here they are proved once more, from the stored
document, so that its word need not be taken for it.
"""

from eval.runs.asker import Asker
from service.answer import CitedPassage, Quote, Response


def verify(response: Response, asker: Asker) -> tuple[int, int]:
    """How many passages and quotes there are, and how many stand verbatim in their document.

    A passage's highlights must lie inside it, a quote inside the passage it cites.
    """
    by_rank = {passage.rank: passage for passage in response.passages}
    held = [_passage_holds(passage, asker) for passage in response.passages]
    held += [_quote_holds(quote, by_rank.get(quote.citation)) for quote in response.answer.quotes]
    return len(held), sum(held)


def _passage_holds(passage: CitedPassage, asker: Asker) -> bool:
    text = asker.text(passage.document.path)
    inside = all(passage.start <= h.start < h.end <= passage.end for h in passage.highlights)
    return text is not None and inside and text[passage.start : passage.end] == passage.text


def _quote_holds(quote: Quote, passage: CitedPassage | None) -> bool:
    """Inside a passage; whether that stands in the document is counted with the passage."""
    if passage is None or not passage.start <= quote.start < quote.end <= passage.end:
        return False
    return passage.text[quote.start - passage.start : quote.end - passage.start] == quote.text
