"""The service while it stops. In: an ASGI application. Out: the same, finishing what was begun.

From the signal on, requests that come are refused with 503, which clients try again later and
load balancers take elsewhere, and every answer ends its connection; those that came before are
answered.
"""

import asyncio
import logging

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.gate.headers import send_with
from service.web.gate.visit import Visit
from service.web.problems import refusal

# What is still told: that the process lives, and its numbers.
_STILL_ANSWERED = frozenset({"/healthz", "/metrics"})
_RETRY = {"Retry-After": "5"}
logger = logging.getLogger(__name__)


class Stopping:
    """Whether the service stops; of one event loop.

    ``begun`` tells that it does, ``working`` how many requests that came before are in work,
    ``cut`` how many of them were given up.
    """

    def __init__(self) -> None:
        self.begun = False
        self.working = 0
        self.cut = 0

    def check(self, visit: Visit) -> Response | None:
        """Refuse what comes while the service stops; ``/readyz`` is among it."""
        if not self.begun or visit.path in _STILL_ANSWERED:
            return None
        detail = "the service is stopping and takes no new requests; ask again when it is back"
        return refusal(503, "stopping", detail, _RETRY)


class FinishBegun:
    """Counts the requests in work, and ends their connections once the service stops.

    A request that is given up (its task is cancelled) is answered with 503, unless its answer
    has begun: then the connection ends before the answer does.
    """

    def __init__(self, app: ASGIApp, stopping: Stopping) -> None:
        self._app = app
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        counted = not self._stopping.begun  # what comes later is refused, and not waited for
        self._stopping.working += counted
        answer = _Ending(send, self._stopping)
        try:
            await self._app(scope, receive, answer.send)
        except asyncio.CancelledError:
            if not self._stopping.begun:
                raise
            self._stopping.cut += 1
            if not answer.began:
                await _given_up(scope, receive, send)
        finally:
            self._stopping.working -= counted


class _Ending:
    """A way to send which says, once the service stops, that the connection ends."""

    def __init__(self, send: Send, stopping: Stopping) -> None:
        self._send = send
        self._stopping = stopping
        self.began = False

    async def send(self, message: Message) -> None:
        """Send a message of an answer."""
        if message["type"] == "http.response.start":
            self.began = True
            if self._stopping.begun:
                MutableHeaders(scope=message)["connection"] = "close"
        await self._send(message)


async def _given_up(scope: Scope, receive: Receive, send: Send) -> None:
    detail = (
        "the service had to stop before this was done (CITEWELL_STOP_S); ask again when it is back"
    )
    await refusal(503, "stopped", detail, _RETRY)(scope, receive, send_with(send, ()))
