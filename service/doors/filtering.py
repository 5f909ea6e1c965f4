"""A filter as callers send it. In: JSON. Out: the DocumentFilter that the engine takes.

The same fields over HTTP and for tools; what their types cannot say ``index.filter`` checks.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from index.filter import (
    LONGEST_ID,
    LONGEST_PATTERN,
    MOST_DOCUMENTS,
    MOST_PATTERNS,
    MOST_TAGS,
    DocumentFilter,
)
from index.labels import LONGEST_TAG

Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
Pattern = Annotated[str, Field(min_length=1, max_length=LONGEST_PATTERN)]
Tag = Annotated[str, Field(min_length=1, max_length=LONGEST_TAG)]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
IDS = "ids; any of them"
ANY = (
    "patterns of paths, any of them: `*` stands for any characters (slashes too), `?` for one, "
    "`[ab]` for one of these; upper and lower case differ"
)
TAGS = "tags, all of them, in any case"
FIRST_DAY = "the first day; a document without a date is on none"
LAST_DAY = "the day after the last one"


class Filter(BaseModel):
    """Which documents to look in; all conditions hold together."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    documents: Annotated[
        list[Id] | None, Field(min_length=1, max_length=MOST_DOCUMENTS, description=IDS)
    ] = None
    path: Annotated[
        list[Pattern] | None, Field(min_length=1, max_length=MOST_PATTERNS, description=ANY)
    ] = None
    tags: Annotated[
        list[Tag] | None, Field(min_length=1, max_length=MOST_TAGS, description=TAGS)
    ] = None
    date_from: Annotated[Day | None, Field(description=FIRST_DAY)] = None
    date_before: Annotated[Day | None, Field(description=LAST_DAY)] = None

    @property
    def chosen(self) -> DocumentFilter:
        """The same as the engine takes it."""
        return as_filter(self.documents, self.path, self.tags, self.date_from, self.date_before)


def chosen_by(given: Filter | None) -> DocumentFilter | None:
    """The filter of a request, if it has one."""
    return None if given is None else given.chosen


def as_filter(
    documents: list[str] | None,
    path: list[str] | None,
    tags: list[str] | None,
    date_from: str | None,
    date_before: str | None,
) -> DocumentFilter:
    """Conditions as they were sent, as the index takes them; not checked."""
    listed = [None if values is None else tuple(values) for values in (documents, path, tags)]
    return DocumentFilter(listed[0], listed[1], listed[2], date_from, date_before)
