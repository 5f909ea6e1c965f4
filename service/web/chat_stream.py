"""A completion as it comes about. In: an engine's events. Out: chunks in OpenAI's form.

The first delta has the role, each next one what comes to the text, and the last one, which has
the reason for the end, the annotations and citewell's own fields; then the usage, if it was
asked for, and ``[DONE]``.
"""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from service.answer import Event, Response
from service.doors.footnotes import FootnotedText
from service.web.chat_completion import Chat, own_fields
from service.web.chat_errors import error_body
from service.web.chat_schema import MODEL
from service.web.problems import problem
from service.web.stream import MEDIA_TYPE

DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "properties": {"data": {"type": "string"}},
                    "description": 'With `"stream": true`: server-sent events, each with a '
                    "`chat.completion.chunk` as its data, the last one `[DONE]`. The last delta "
                    "has the annotations.",
                }
            }
        }
    }
}
DONE = "data: [DONE]\n\n"
logger = logging.getLogger(__name__)


def chat_lines(
    chat: Chat, first: Event, events: Iterator[Event], finished: Callable[[Response], None]
) -> Iterator[str]:
    """The lines of the stream; ``first`` is the first event, and the rest follow it."""
    text = FootnotedText(chat.address)
    yield _chunk(chat, {"role": "assistant", "content": text.take(first)})
    try:
        for event in events:
            if added := text.take(event):
                yield _chunk(chat, {"content": added})
        assert text.response is not None  # the last event is one
        finished(text.response)
        yield from _end(chat, text)
    except Exception:
        logger.exception("an answer broke off")
        told = problem(500, "unexpected", "an unexpected error was logged; ask again")
        yield _line(error_body(500, json.loads(bytes(told.body))))


def _end(chat: Chat, text: FootnotedText) -> Iterator[str]:
    annotations = [each.model_dump() for each in chat.annotations(text)]
    last = {**_choice({"annotations": annotations}), "finish_reason": "stop"}
    own = own_fields(text).model_dump()
    yield _line({**_head(chat), "choices": [last], "citewell": own})
    if chat.wants_usage:
        usage = chat.usage(text).model_dump()
        yield _line({**_head(chat), "choices": [], "usage": usage})
    yield DONE


def _chunk(chat: Chat, delta: dict[str, Any]) -> str:
    return _line({**_head(chat), "choices": [_choice(delta)]})


def _choice(delta: dict[str, Any]) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}


def _head(chat: Chat) -> dict[str, Any]:
    head = {"id": chat.id, "object": "chat.completion.chunk", "created": chat.created}
    # OpenAI's chunks have a usage of null before the last one, when it was asked for.
    return {**head, "model": MODEL, **({"usage": None} if chat.wants_usage else {})}


def _line(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
