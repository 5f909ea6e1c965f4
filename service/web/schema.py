"""The HTTP bodies that are not answers. In: JSON. Out: checked requests, listed documents.

Answers are the records of ``service.answer`` themselves.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from index.filter import DocumentFilter
from index.passage import Document, Heading
from index.textfile import DocumentFacts
from service.answer import IndexRef
from service.asking.previous import MOST_CITATIONS, Previous
from service.asking.question import DEFAULT_PASSAGES, LONGEST_QUESTION, MOST_PASSAGES
from service.doors.filtering import Filter, chosen_by
from service.editor import Added
from service.errors import Refusal

# Told, not checked here: what is refused is refused by the engine, which says why.
_SAYS_SOMETHING = r"^[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*$"
Asked = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_QUESTION,
        json_schema_extra={"pattern": _SAYS_SOMETHING},
    ),
]
_PASSAGE_ID = r"^p_[0-9a-f]{16}_(0|[1-9][0-9]{0,11})_[1-9][0-9]{0,11}_[0-9a-f]{16}$"
_PassageId = Annotated[str, Field(json_schema_extra={"pattern": _PASSAGE_ID})]


def _whole(value: object) -> object:
    # JSON has one kind of number, and to JSON Schema 5.0 is an integer.
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)  # stands last, so that bounds stay those of an integer


class PreviousQuestion(BaseModel):
    """The question before, and the ids of the passages that its answer cited."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Asked
    citations: Annotated[list[_PassageId], Field(max_length=MOST_CITATIONS)] = []


class AskRequest(BaseModel):
    """A question, how many passages to return, the question before, if it may lean on it, and
    which documents to look in."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"question": "Which port did the Soviets want on the Baltic?", "top_k": 5}]
        },
    )

    question: Asked
    top_k: Annotated[int, Field(ge=1, le=MOST_PASSAGES), WHOLE] = DEFAULT_PASSAGES
    previous: PreviousQuestion | None = None
    filter: Filter | None = None

    @property
    def chosen(self) -> DocumentFilter | None:
        """The documents to look in, as the engine takes them."""
        return chosen_by(self.filter)

    @property
    def before(self) -> Previous | None:
        """The question before, as the engine takes it."""
        before = self.previous
        return Previous(before.question, tuple(before.citations)) if before else None


Origin = Literal["source", "added"]
_ORIGINS: dict[str, Origin] = {"source": "source", "added": "added"}


class DocumentItem(BaseModel):
    """A document of the index; ``length`` in code points. ``origin`` is "source" for what a
    source folder held when it was indexed, "added" for what was added by itself; ``date`` and
    ``tags`` are what the document states, or the upload that added it."""

    id: str
    path: str
    title: str
    media_type: str
    sha256: str
    length: int
    origin: Origin
    date: Annotated[str, Field(json_schema_extra={"format": "date"})] | None
    tags: list[str]

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
            origin=_ORIGINS[facts.origin],
            date=facts.date,
            tags=list(facts.tags),
        )


class DocumentText(DocumentItem):
    """A document with its canonical text, which all offsets refer to: ``pages`` are where page
    1, 2 and so on begin, none for a format without pages; ``headings`` stand in its order."""

    pages: list[int]
    headings: list[Heading]
    text: str
    index: IndexRef

    @classmethod
    def whole(cls, facts: DocumentFacts, document: Document, index: IndexRef) -> "DocumentText":
        """From the stored facts and the stored text."""
        return cls(
            **DocumentItem.of(facts).model_dump(),
            pages=list(document.pages),
            headings=list(document.headings),
            text=document.text,
            index=index,
        )


class RefusedFile(BaseModel):
    """A file that was not taken, by the path it was sent with, and why."""

    path: str
    reason: str


class UploadReceipt(BaseModel):
    """What became of an upload: paths of documents that are new and of those that replaced
    one, how many files were in the index as they are, and every file that was refused.
    ``documents`` are those of its files that the index now holds."""

    index: IndexRef
    added: list[str]
    changed: list[str]
    unchanged: int
    refused: list[RefusedFile]
    documents: list[DocumentItem]

    @classmethod
    def of(cls, done: Added, refused: Sequence[Refusal]) -> "UploadReceipt":
        """From what the editor did, and all that was refused before and by it."""
        return cls(
            index=done.index,
            added=list(done.added),
            changed=list(done.changed),
            unchanged=done.unchanged,
            refused=[RefusedFile(path=item.path, reason=item.reason) for item in refused],
            documents=[DocumentItem.of(facts) for facts in done.documents],
        )


class Removal(BaseModel):
    """What was removed, by path; ``erased`` tells whether the earlier generations, which
    still hold it, were removed too."""

    index: IndexRef
    removed: list[str]
    erased: bool


class Restoration(BaseModel):
    """The document that is there again."""

    index: IndexRef
    document: DocumentItem


class Health(BaseModel):
    """``status`` is "alive" or "ready"; ``index`` is what answers."""

    status: str
    index: IndexRef | None = None
