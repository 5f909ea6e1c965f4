"""Problems in another form. In: an ASGI application, what writes the form. Out: the same
application, whose problems on some paths leave it in that form.

It stands at the outermost place, so that what the guard refuses before a route is reached has
the form too.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.problems import MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class Reworded:
    """A problem in another form."""

    status: int
    media_type: str
    body: bytes


Writer = Callable[[int, dict[str, Any]], Reworded]  # from a status and a problem (RFC 9457)


class Rewording:
    """Lets ``write`` put the problems of ``roots`` and of the paths below them."""

    def __init__(self, app: ASGIApp, roots: tuple[str, ...], write: Writer) -> None:
        self._app = app
        self._roots = roots
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and self._is_below(scope["path"]):
            send = _Sent(send, self._write).send
        await self._app(scope, receive, send)

    def _is_below(self, path: str) -> bool:
        return any(path == root or path.startswith(f"{root}/") for root in self._roots)


class _Sent:
    """Passes a response on; a problem only when it is whole, in its other form."""

    def __init__(self, send: Send, write: Writer) -> None:
        self._send = send
        self._write = write
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_reworded(self._start)

    async def _send_reworded(self, start: Message) -> None:
        told = self._write(start["status"], json.loads(self._body))
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Type"] = told.media_type
        headers["Content-Length"] = str(len(told.body))
        await self._send({**start, "status": told.status, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": told.body})


def _is_problem(start: Message) -> bool:
    return Headers(raw=list(start["headers"])).get("content-type") == MEDIA_TYPE
