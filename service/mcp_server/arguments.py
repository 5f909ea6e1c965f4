"""What tools are called with. In: JSON. Out: checked arguments; descriptions for the caller."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.asking.previous import MOST_CITATIONS, Previous
from service.asking.question import DEFAULT_PASSAGES, LONGEST_QUESTION, MOST_PASSAGES
from service.doors.filtering import Filter

LONGEST_PART = 100_000  # characters of a document that are read at once
_MOST_LISTED = 1000
_FURTHEST = 2**31

_Question = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]
_Offset = Annotated[int, Field(ge=0, le=_FURTHEST)]


class Arguments(BaseModel):
    """Of any tool; a name that is not known is refused, for nobody would obey it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Asked(Arguments):
    """A question, and the one before it, if it may lean on that."""

    question: Annotated[_Question, Field(description="a question in plain language")]
    top_k: Annotated[
        int, Field(ge=1, le=MOST_PASSAGES, description="how many passages to return")
    ] = DEFAULT_PASSAGES
    previous_question: Annotated[
        _Question | None, Field(description="the question before, which this one may lean on")
    ] = None
    previous_citations: Annotated[
        list[str],
        Field(
            max_length=MOST_CITATIONS,
            description="the citations of the earlier answer; goes with previous_question",
        ),
    ] = []
    filter: Annotated[
        Filter | None, Field(description="the documents to look in; without it all of them")
    ] = None

    @property
    def previous(self) -> Previous | None:
        """The question before, as the engine takes it."""
        if self.previous_question is None:
            return None
        return Previous(self.previous_question, tuple(self.previous_citations))


class Listed(Arguments):
    """Which part of the list of which documents."""

    limit: Annotated[int, Field(ge=1, le=_MOST_LISTED, description="how many to list")] = 100
    offset: Annotated[_Offset, Field(description="how many to pass over; see next_offset")] = 0
    filter: Annotated[
        Filter | None, Field(description="the documents to list; without it all of them")
    ] = None


class Read(Arguments):
    """Which part of which document."""

    document: Annotated[str, Field(description="id of a document, as list_documents gives it")]
    offset: Annotated[
        _Offset, Field(description="where to begin, in characters; see next_offset")
    ] = 0
    length: Annotated[
        int, Field(ge=1, le=LONGEST_PART, description="how many characters to read")
    ] = 20_000


class Cited(Arguments):
    """Which citation."""

    citation: Annotated[str, Field(description="id of a citation: p_ and so on")]
