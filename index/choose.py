"""Choosing documents. In: Texts, a filter. Out: marks by the documents' numbers."""

import numpy as np

from index.catalog import Marks
from index.errors import FilterInvalid
from index.filter import DocumentFilter, check_filter
from index.library import Texts


def choose(texts: Texts, asked: DocumentFilter | None) -> tuple[Marks, dict[str, int]]:
    """Which documents the filter leaves, shape ``(documents,)``, and how many each of its
    conditions leaves out, if any.

    Raises ``FilterInvalid`` for a filter that cannot be meant, and for an id that no document
    has.
    """
    if asked is None:
        return np.ones(texts.count, dtype=np.bool_), {}
    check_filter(asked)
    for place, identity in enumerate(asked.documents or ()):
        if not texts.holds(identity):
            raise FilterInvalid(
                f"documents.{place}",
                "is no id of a document of this index; take it from the list of documents",
            )
    return texts.chosen(asked)
