"""The HTTP bodies that are not answers. In: JSON. Out: checked requests, listed documents.

Answers are the records of ``service.answer`` themselves.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from index.texts import DocumentFacts
from service.answer import IndexRef
from service.question import DEFAULT_PASSAGES, LONGEST_QUESTION, MOST_PASSAGES


class AskRequest(BaseModel):
    """A question and how many passages to return."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"question": "Which port did the Soviets want on the Baltic?", "top_k": 5}]
        },
    )

    question: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]
    top_k: Annotated[int, Field(ge=1, le=MOST_PASSAGES)] = DEFAULT_PASSAGES


class DocumentItem(BaseModel):
    """A document of the index; ``length`` in code points."""

    id: str
    path: str
    title: str
    media_type: str
    sha256: str
    length: int

    @classmethod
    def of(cls, facts: DocumentFacts) -> "DocumentItem":
        """From the stored facts."""
        return cls(
            id=facts.id,
            path=facts.path,
            title=facts.title,
            media_type=facts.media_type,
            sha256=facts.sha256,
            length=facts.length,
        )


class DocumentList(BaseModel):
    """A page of the documents in the order of indexing; ``total`` counts all of them."""

    documents: list[DocumentItem]
    total: int
    index: IndexRef


class DocumentText(DocumentItem):
    """A document with its canonical text, which all offsets refer to."""

    text: str
    index: IndexRef


class Health(BaseModel):
    """``status`` is "alive" or "ready"; ``index`` is what answers."""

    status: str
    index: IndexRef | None = None
