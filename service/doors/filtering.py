"""A filter as callers send it. In: JSON. Out: the DocumentFilter that the engine takes.

The same fields over HTTP and for tools; what they may hold is told here and checked by
``index.filter``, which says why.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from index.filter import (
    LONGEST,
    MOST_DOCUMENTS,
    MOST_PATTERNS,
    MOST_TAGS,
    DocumentFilter,
)

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class Filter(BaseModel):
    """Which documents to look in; all conditions hold together."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    documents: Annotated[
        list[Text] | None,
        Field(min_length=1, max_length=MOST_DOCUMENTS, description="ids; any of them"),
    ] = None
    path: Annotated[
        list[Text] | None,
        Field(
            min_length=1,
            max_length=MOST_PATTERNS,
            description="patterns of paths, any of them: `*` stands for any characters (slashes "
            "too), `?` for one, `[ab]` for one of these; upper and lower case differ",
        ),
    ] = None
    tags: Annotated[
        list[Text] | None,
        Field(min_length=1, max_length=MOST_TAGS, description="tags, all of them, in any case"),
    ] = None
    date_from: Annotated[
        Day | None, Field(description="the first day; a document without a date is on none")
    ] = None
    date_before: Annotated[Day | None, Field(description="the day after the last one")] = None

    @property
    def chosen(self) -> DocumentFilter:
        """The same as the engine takes it."""
        return DocumentFilter(
            _listed(self.documents),
            _listed(self.path),
            _listed(self.tags),
            self.date_from,
            self.date_before,
        )


def chosen_by(given: Filter | None) -> DocumentFilter | None:
    """The filter of a request, if it has one."""
    return None if given is None else given.chosen


def _listed(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
