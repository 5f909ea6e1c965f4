"""A range of a document's text. In: an id, two offsets. Out: the characters between them.

However long the document is, no more of it is read than was asked for.
"""

from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from index.passage import Span
from index.textfile import DocumentFacts
from service.answer import IndexRef
from service.engine import Engine
from service.errors import DocumentMissing, RangeInvalid, RangeMissing
from service.live import LiveEngine
from service.web.listing import PATH
from service.web.problems import described_problems
from service.web.schema import DocumentItem

MOST_CHARACTERS = 65_536
_LARGEST = 2**31
_Nothing = SkipJsonSchema[None]  # a query can leave a name out, and cannot say null


class RangeQuery(BaseModel):
    """Which characters: code points, the first 0, the end exclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Annotated[int, Field(ge=0, le=_LARGEST, description="0 if left out")] = 0
    end: Annotated[
        int | _Nothing,
        Field(
            ge=1,
            le=_LARGEST,
            description=f"after `start`, by at most {MOST_CHARACTERS}, which it is if left out; "
            "beyond the document's end it stands for that",
        ),
    ] = None

    def within(self, length: int) -> Span:
        """The range of a document of this length; raises ``RangeInvalid``, ``RangeMissing``."""
        end = self.start + MOST_CHARACTERS if self.end is None else self.end
        if end <= self.start:
            raise RangeInvalid("end", f"is {end} and has to be more than start, {self.start}")
        if end - self.start > MOST_CHARACTERS:
            raise RangeInvalid(
                "end", f"is {end - self.start} characters on; ask for {MOST_CHARACTERS} at most"
            )
        if self.start >= length > 0 or self.start > length:
            raise RangeMissing(
                f"the document has {length} characters, and none at {self.start}; ask for a "
                "smaller start"
            )
        return Span(self.start, min(end, length))


class DocumentRange(DocumentItem):
    """A part of a document's canonical text: the characters from ``start`` to ``end`` of
    ``length``. ``page`` and ``headings`` are those that ``start`` lies on and under; ``pages``
    are the offsets after it, in this part, where another page begins."""

    start: int
    end: int
    text: str
    page: int | None
    pages: list[int]
    headings: list[str]
    index: IndexRef


def add_range_route(app: FastAPI, live: LiveEngine) -> None:
    """Documents are read in parts."""

    @app.get(
        f"{PATH}/{{document_id}}/text",
        responses=described_problems(404, 416, 422, 503),
        tags=["documents"],
    )
    def text(document_id: str, query: Annotated[RangeQuery, Query()]) -> DocumentRange:
        """A part of a document's text, by offsets, however long the document is."""
        engine = live.engine()
        facts = engine.index.texts.facts(document_id)
        if facts is None:
            raise DocumentMissing.of(document_id)
        return _read(engine, facts, query.within(facts.length))


def _read(engine: Engine, facts: DocumentFacts, span: Span) -> DocumentRange:
    texts = engine.index.texts
    place = texts.place(facts.id, span.start)
    return DocumentRange(
        **DocumentItem.of(facts).model_dump(),
        start=span.start,
        end=span.end,
        text=texts.cut(facts.id, span),
        page=place.page,
        pages=texts.pages_between(facts.id, span),
        headings=list(place.headings),
        index=engine.ref,
    )
