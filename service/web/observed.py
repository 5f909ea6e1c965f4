"""What is told of each request. In: an ASGI application. Out: the same, counted and logged.

Each request has an id, which its answer bears as X-Request-Id, and a trace; one line in the log
says how it ended. Paths and queries hold ids and texts of others, so that routes are told
instead; what is asked stands in the line only if the settings say so.
"""

import logging
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.watching.lines import Fields
from service.watching.request import Watcher, Work, begun, working_on
from service.web.metrics import NO_ROUTE, Metrics, known_method
from service.web.problems import problem

REQUEST_ID = "x-request-id"
_LONGEST = 64  # characters of a client's address, which a proxy may state
logger = logging.getLogger(__name__)


class Observed:
    """Counts and logs what passes through it; what no one else has caught ends here."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        watcher: Watcher | None = None,
        *,
        questions: bool = False,
    ) -> None:
        self._app = app
        self._watcher = watcher
        self._metrics = metrics
        self._questions = questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        ids, parents, states = map(headers.getlist, (REQUEST_ID, "traceparent", "tracestate"))
        work = begun(ids, parents, states, self._watcher)
        sent = _Sent(send, work.id)
        with working_on(work):
            try:
                await self._app(scope, receive, sent.send)
            except Exception:
                # Logged here, where the request is known, and not by what runs the application.
                logger.exception("a request failed")
                if not sent.status:
                    await _failed(scope, receive, sent)
            finally:
                self._tell(scope, work, sent)

    def _tell(self, scope: Scope, work: Work, sent: "_Sent") -> None:
        # A path that is no route would let anyone make labels without end.
        route = getattr(scope.get("route"), "path", None)
        status = sent.status or 500
        self._metrics.request(scope["method"], route, status, sent.seconds)
        if "router" not in scope:
            self._metrics.refused(status)
        fields = _fields(scope, work, sent)
        if work.watched:
            work.watched.end(f"{fields['method']} {fields['route']}", fields)
        if self._questions:
            fields["question"] = work.question
        method = known_method(scope["method"])
        logger.info("%s %s %s", method, route or NO_ROUTE, status, extra={"fields": fields})


class _Sent:
    """Sends, and counts what was sent; ``status`` is 0 before the answer begins."""

    def __init__(self, send: Send, identity: str) -> None:
        self._send = send
        self._id = (REQUEST_ID.encode(), identity.encode())
        self._start = time.perf_counter()
        self.status = 0
        self.bytes = 0

    @property
    def seconds(self) -> float:
        """Since the request came."""
        return time.perf_counter() - self._start

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message.get("headers", []), self._id]}
        self.bytes += len(message.get("body", b""))
        await self._send(message)


async def _failed(scope: Scope, receive: Receive, sent: _Sent) -> None:
    answer = problem(500, "unexpected", "an unexpected error was logged; the question is not lost")
    await answer(scope, receive, sent.send)


def _fields(scope: Scope, work: Work, sent: _Sent) -> Fields:
    key = scope.get("state", {}).get("key")
    client = scope.get("client") or ("", 0)
    return {
        "method": known_method(scope["method"]),
        "route": getattr(scope.get("route"), "path", NO_ROUTE),
        "status": sent.status or 500,
        "milliseconds": round(sent.seconds * 1000, 3),
        "bytes": sent.bytes,
        "client": str(client[0])[:_LONGEST],
        "key": key.name if key else None,
        "verdict": work.verdict,
        "generation": work.generation,
        "parent_id": work.trace.parent_id,
    }
