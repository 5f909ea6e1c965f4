"""Chat completions, the bodies. In: JSON in OpenAI's form. Out: checked requests; completions.

The forms are those of OpenAI's API reference for chat completions. What only tells a language
model how to sample is accepted and changes nothing; what promises an answer of another form is
refused.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.filter import DocumentFilter
from service.doors.conversation import Turn
from service.doors.filtering import Filter, chosen_by
from service.errors import ChatInvalid, ChatModelMissing

MODEL = "citewell"
MOST_BYTES = 2 * 1024 * 1024  # of a request's body: a conversation comes whole with each question
_MOST_MESSAGES = 10_000


class UrlCitation(BaseModel):
    """A run of the message's content and the address of the citation it rests on."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation in OpenAI's form."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class ContentPart(BaseModel):
    """A part of a message's content; only "text" (and an assistant's "refusal") is read."""

    model_config = ConfigDict(strict=True)

    type: str
    text: str | None = None


class LinkedUrl(BaseModel):
    """Where an annotation of an earlier answer leads to."""

    url: str = ""


class LinkedAnnotation(BaseModel):
    """An annotation of an earlier answer."""

    url_citation: LinkedUrl | None = None


class ChatMessage(BaseModel):
    """A message of a conversation; what is not named here is not read."""

    model_config = ConfigDict(strict=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None
    annotations: list[LinkedAnnotation] | None = None

    def turn(self) -> Turn:
        """The same as the doors take it; the parts of a content are lines of one text."""
        content = self.content or ""
        parts = [ContentPart(type="text", text=content)] if isinstance(content, str) else content
        others = (part.type for part in parts if part.type not in ("text", "refusal"))
        links = (each.url_citation.url for each in self.annotations or () if each.url_citation)
        text = "\n".join(part.text or "" for part in parts)
        return Turn(self.role, text, next(others, None), tuple(links))


class StreamOptions(BaseModel):
    """With ``include_usage`` a last chunk tells the token counts."""

    model_config = ConfigDict(strict=True)

    include_usage: bool | None = None


class OwnParameters(BaseModel):
    """What OpenAI's API has no name for: which documents to look in."""

    model_config = ConfigDict(extra="forbid", strict=True)

    filter: Filter | None = None


class ChatRequest(BaseModel):
    """A conversation; the last message of the user is the question.

    Other parameters of OpenAI's API are accepted and change nothing, except those that promise
    an answer of another form.
    """

    model_config = ConfigDict(
        extra="allow",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "model": MODEL,
                    "messages": [
                        {
                            "role": "user",
                            "content": "Which port did the Soviets want on the Baltic?",
                        }
                    ],
                }
            ]
        },
    )

    model: str
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=_MOST_MESSAGES)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    citewell: OwnParameters | None = None

    @property
    def chosen(self) -> DocumentFilter | None:
        """The documents to look in, as the engine takes them."""
        return chosen_by(self.citewell.filter) if self.citewell else None

    def check(self) -> None:
        """Raise ``ChatModelMissing`` for another model, and ``ChatInvalid`` for what asks for an
        answer of another form."""
        check_model(self.model)
        for field, why in self._refused():
            raise ChatInvalid(field, why)

    def _refused(self) -> Iterator[tuple[str, str]]:
        others: dict[str, Any] = self.model_extra or {}
        if self.n not in (None, 1):
            yield "n", f"is {self.n}; there is one answer to a question, so leave it out"
        for field in ("tools", "functions", "audio", "prediction"):
            if others.get(field):
                yield field, "is not supported: answers are quotes of documents; leave it out"
        if others.get("logprobs"):
            yield "logprobs", "is not supported: no language model samples here; leave it out"
        form = others.get("response_format") or {}
        if form not in ({}, {"type": "text"}):
            yield "response_format", 'must be {"type": "text"}: answers are text; leave it out'
        if others.get("modalities") not in (None, ["text"]):
            yield "modalities", 'must be ["text"]: answers are text; leave it out'


def check_model(name: str) -> None:
    """Raise ``ChatModelMissing`` for every name but the one there is."""
    if name != MODEL:
        raise ChatModelMissing(
            f"there is no model {name[:80]!r} here; the one there is is {MODEL!r}"
        )


class Usage(BaseModel):
    """Tokens of the text of all messages, and of the answer's, as tiktoken counts."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CitewellFields(BaseModel):
    """What OpenAI's form has no place for; ``response_id`` is what feedback takes as
    ``answer_id``, ``reason`` why there is no answer, ``generation`` which index answered."""

    verdict: Literal["answered", "not_found"]
    confidence: float
    response_id: str
    reason: str | None
    generation: int
    understood: str | None


class AnswerMessage(BaseModel):
    """The answer: its text with footnotes, and the same citations as annotations."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The only choice."""

    index: Literal[0] = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(BaseModel):
    """An answer as a chat completion."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    citewell: CitewellFields


class ChatModel(BaseModel):
    """A model that can be named."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class ChatModels(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[ChatModel]
