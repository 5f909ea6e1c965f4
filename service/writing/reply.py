"""What an endpoint replies. In: the bytes of a chat completion. Out: the text, as it comes.

Both forms are read: server-sent events, and the single JSON object of an endpoint that knows
no streaming.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from service.errors import ComposedInPart, NotComposed
from service.serversent import server_sent

MOST_BYTES = 4 * 1024 * 1024  # of a reply: every token of a long answer, 400 bytes each
_DONE = "[DONE]"


class _Content(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Content = _Content()
    message: _Content = _Content()
    finish_reason: str | None = None

    @property
    def text(self) -> str:
        return self.delta.content or self.message.content or ""


class _Completion(BaseModel):
    choices: list[_Choice] = []
    error: Any = None


def read_reply(chunks: Iterable[bytes], *, streamed: bool, longest: int) -> Iterator[str]:
    """The pieces of the answer's text, ``longest`` characters at most.

    Raises ``ComposedInPart`` after the last piece of a longer answer, or of one that the
    endpoint cut, and ``NotComposed`` for what is no chat completion or ends before its end.
    """
    whole = False
    for completion in _completions(_bounded(chunks), streamed=streamed):
        for choice in completion.choices[:1]:
            yield choice.text[:longest]
            longest -= len(choice.text)
            _check_end(choice, longest)
            whole = whole or choice.finish_reason is not None or not streamed
        if whole:
            return
    raise NotComposed("the language model's endpoint broke off; look into its log")


def _check_end(choice: _Choice, left: int) -> None:
    if choice.finish_reason == "content_filter":
        raise NotComposed("the language model's endpoint withheld the answer; ask otherwise")
    if choice.finish_reason == "length" or left < 0:
        raise ComposedInPart(
            "the written answer was too long and ends early; raise CITEWELL_LLM_ANSWER_TOKENS"
        )


def _bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    left = MOST_BYTES
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise NotComposed(
                f"the language model's endpoint sent more than {MOST_BYTES} bytes; "
                "look into its log"
            )
        yield chunk


def _completions(chunks: Iterable[bytes], *, streamed: bool) -> Iterator[_Completion]:
    if not streamed:
        completion = _parsed(b"".join(chunks))
        if not completion.choices:
            raise _no_completion()
        yield completion
        return
    for _, data in server_sent(chunks):
        if data.strip() == _DONE.encode():
            # Some endpoints name no reason for the end.
            yield _Completion(choices=[_Choice(finish_reason="stop")])
            return
        yield _parsed(data)


def _parsed(data: bytes) -> _Completion:
    try:
        completion = _Completion.model_validate_json(data)
    except ValidationError:
        raise _no_completion() from None
    if completion.error is not None:
        raise NotComposed("the language model's endpoint reported an error; look into its log")
    return completion


def _no_completion() -> NotComposed:
    # What was sent is not repeated: it might hold the key.
    return NotComposed(
        "the language model's endpoint sent what is no chat completion; check CITEWELL_LLM_URL"
    )
