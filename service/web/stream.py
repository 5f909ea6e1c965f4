"""An answer as it comes about. In: an engine's events. Out: server-sent events.

``event: passages``, then ``event: sentence`` or ``event: quote`` for each part of the answer,
then ``event: done`` with the response that a plain request gets; ``event: error`` with a
problem when it breaks off.
"""

import json
import logging
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from service.answer import Event, Response
from service.errors import TurnedAway
from service.web.problems import problem, turned_away

MEDIA_TYPE = "text/event-stream"
DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "string",
                    "description": "With `Accept: text/event-stream`: server-sent events, each "
                    "with JSON as its data. `passages` comes first, with all of the response but "
                    "the answer; then a `sentence` (of `answer.sentences`) or a `quote` (of "
                    "`answer.quotes`) as soon as it is there; last `done` with the whole "
                    "response, or `error` with a Problem. `done` is what counts: when a language "
                    "model fails midway its sentences are taken back and quotes follow.",
                }
            }
        }
    }
}
# From the first event, the others, and what is called with the response.
Lines = Callable[[Event, Iterator[Event], Callable[[Response], None]], Iterator[str]]
_NEVER = re.compile(r"\bq\s*=\s*0(\.0*)?\s*(;|$)", re.IGNORECASE)  # RFC 9110, section 12.4.2
logger = logging.getLogger(__name__)


def is_wanted(accept: str | None) -> bool:
    """Whether a request's Accept header asks for events, and not for JSON as well."""
    named = [part.partition(";") for part in (accept or "").split(",")]
    kinds = {kind.strip().lower() for kind, _, more in named if not _NEVER.search(more)}
    return MEDIA_TYPE in kinds and "application/json" not in kinds


class EventStream(StreamingResponse):
    """The events of one question; whatever ends the response closes their generator, and with
    it the connection to a language model. ``finished`` is called with the response, and
    ``lines_of`` makes the lines, if they are to be others than those of POST /v1/ask."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        events: Generator[Event, None, None],
        finished: Callable[[Response], None],
        lines_of: Lines | None = None,
    ) -> None:
        """Raises what the first event raises, while the status can still tell it."""
        self._events = events
        lines = (lines_of or _lines)(next(events), events, finished)
        # Proxies that collect a whole response would hold it back.
        super().__init__(lines, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._events.close()


def _lines(
    first: Event, events: Iterator[Event], finished: Callable[[Response], None]
) -> Iterator[str]:
    yield _line(first[0], asdict(first[1]))
    try:
        for kind, value in events:
            if isinstance(value, Response):
                finished(value)
            yield _line(kind, asdict(value))
    except TurnedAway as error:
        yield _line("error", json.loads(bytes(turned_away(error).body or b"{}")))
    except Exception:
        logger.exception("an answer broke off")
        told = problem(500, "unexpected", "an unexpected error was logged; ask again")
        yield _line("error", json.loads(bytes(told.body)))


def _line(kind: str, value: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
