"""A completion in OpenAI's form. In: a conversation, the footnoted text of its answer. Out: the
completion, or its parts for a stream.
"""

import time
import uuid
from dataclasses import dataclass, field

from index.tokens import count_tokens
from service.doors.footnotes import Address, FootnotedText, titled
from service.web.chat_schema import (
    MODEL,
    Annotation,
    AnswerMessage,
    ChatCompletion,
    ChatRequest,
    Choice,
    CitewellFields,
    UrlCitation,
    Usage,
)


@dataclass(frozen=True, slots=True)
class Chat:
    """One completion to be: whom it is for, and how its citations are addressed."""

    body: ChatRequest
    address: Address
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def wants_usage(self) -> bool:
        """Whether a stream is to tell the usage."""
        options = self.body.stream_options
        return bool(options and options.include_usage)

    def annotations(self, text: FootnotedText) -> list[Annotation]:
        """The citations of a whole text."""
        assert text.response is not None
        passages = text.response.passages
        return [
            Annotation(
                url_citation=UrlCitation(
                    start_index=run.start,
                    end_index=run.end,
                    title=titled(passages[run.citation - 1]),
                    url=self.address(passages[run.citation - 1].id),
                )
            )
            for run in text.cited
        ]

    def usage(self, text: FootnotedText) -> Usage:
        """The tokens of the conversation and of a whole text."""
        asked = sum(count_tokens(message.turn().text) for message in self.body.messages)
        answered = count_tokens(text.text)
        return Usage(prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered)

    def completion(self, text: FootnotedText) -> ChatCompletion:
        """A whole text as a completion."""
        message = AnswerMessage(content=text.text, annotations=self.annotations(text))
        return ChatCompletion(
            id=self.id,
            created=self.created,
            model=MODEL,
            choices=[Choice(message=message)],
            usage=self.usage(text),
            citewell=own_fields(text),
        )


def own_fields(text: FootnotedText) -> CitewellFields:
    """What OpenAI's form has no place for, of a whole text."""
    response = text.response
    assert response is not None
    answer, understood = response.answer, response.understood
    return CitewellFields(
        verdict=answer.verdict,
        confidence=answer.confidence,
        response_id=response.id,
        reason=answer.absence.reason if answer.absence else None,
        generation=response.index.generation,
        understood=understood.question if understood and understood.leans else None,
    )
