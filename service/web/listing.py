"""The list of documents. In: conditions and an order in the query. Out: a page of it, a link on.

What has no part in the query is refused: a mistyped condition would list what was not asked for.
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from index.filter import MOST_DOCUMENTS, MOST_PATTERNS, MOST_TAGS, DocumentFilter
from index.listing import Order, Page, list_page
from service.answer import IndexRef
from service.doors.filtering import (
    ANY,
    FIRST_DAY,
    IDS,
    LAST_DAY,
    TAGS,
    Day,
    Id,
    Pattern,
    Tag,
    as_filter,
)
from service.live import LiveEngine
from service.web.problems import described_problems
from service.web.schema import DocumentItem

PATH = "/v1/documents"
_MOST_LISTED = 1000
_Nothing = SkipJsonSchema[None]  # a query can leave a name out, and cannot say null


class DocumentList(BaseModel):
    """A page of the documents; ``total`` counts all that the conditions leave, and ``next`` is
    where the list goes on, null at its end: it goes on there even when documents were added or
    removed meanwhile."""

    documents: list[DocumentItem]
    total: int
    next: str | None
    index: IndexRef


class ListQuery(BaseModel):
    """Which documents to list, in which order, and which part of the list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=_MOST_LISTED)] = 100
    offset: Annotated[int, Field(ge=0, le=2**31)] = 0
    sort: Annotated[
        Order,
        Field(
            description="equal ones stand by path, a minus turns all round; `size` is the length "
            "of the text, and a document without a date is before every day"
        ),
    ] = Order.PATH
    cursor: Annotated[str | _Nothing, Field(description="as it stands in the `next` of a page")] = (
        None
    )
    documents: Annotated[list[Id], Field(max_length=MOST_DOCUMENTS, description=IDS)] = []
    path: Annotated[list[Pattern], Field(max_length=MOST_PATTERNS, description=ANY)] = []
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS, description=TAGS)] = []
    date_from: Annotated[Day | _Nothing, Field(description=FIRST_DAY)] = None
    date_before: Annotated[Day | _Nothing, Field(description=LAST_DAY)] = None

    @property
    def chosen(self) -> DocumentFilter:
        """The conditions, as the index takes them; a query cannot hold an empty list."""
        return as_filter(
            self.documents or None,
            self.path or None,
            self.tags or None,
            self.date_from,
            self.date_before,
        )

    @property
    def page(self) -> Page:
        """The part of the list."""
        return Page(self.sort, self.limit, self.offset, self.cursor)


def add_listing_route(app: FastAPI, live: LiveEngine) -> None:
    """Documents are listed."""

    @app.get(PATH, responses=described_problems(422, 503), tags=["documents"])
    def documents(query: Annotated[ListQuery, Query()], request: Request) -> DocumentList:
        """List the indexed documents, all or some of them."""
        engine = live.engine()
        listing = list_page(engine.index.texts, query.chosen, query.page)
        return DocumentList(
            documents=[DocumentItem.of(facts) for facts in listing.documents],
            total=listing.total,
            next=listing.cursor and _next(request, listing.cursor),
            index=engine.ref,
        )


def _next(request: Request, cursor: str) -> str:
    """The same request from the cursor on."""
    stated = request.query_params.multi_items()
    kept = [(name, value) for name, value in stated if name not in ("cursor", "offset")]
    return f"{PATH}?{urlencode([*kept, ('cursor', cursor)])}"
