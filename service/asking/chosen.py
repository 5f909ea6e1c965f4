"""The documents that a question is asked of. In: an Index, a filter. Out: the Index to search,
the id of the answer."""

from index.errors import FilterInvalid
from index.filter import DocumentFilter
from index.generation import Index
from index.passage import stable_id
from index.within import within
from service.asking.previous import Previous

Chosen = DocumentFilter | None


def narrowed(index: Index, chosen: Chosen) -> Index:
    """The index as if it held the chosen documents alone.

    Raises ``FilterInvalid``, naming the field of the request, for what cannot be chosen.
    """
    try:
        return within(index, chosen)
    except FilterInvalid as error:
        raise FilterInvalid(f"filter.{error.field}", error.detail) from error


def answer_id(
    digest: str, question: str, top_k: int, previous: Previous | None, chosen: Chosen
) -> str:
    """The id that the answer of an index (by its digest) always has."""
    before = (previous.question, *previous.citations) if previous else ()
    by = ("filter", chosen.identity) if chosen and chosen.identity else ()
    return stable_id("a", digest, question, top_k, *before, *by)
