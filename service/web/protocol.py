"""HTTP/1.1 on one connection. In: bytes. Out: requests; for what is none, a problem.

Uvicorn answers bytes that are no request itself, before the application and its gate: here too
the answer is a problem with the security headers. A request's head has to come in time.
"""

import asyncio
import logging

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.watching.request import begun, working_on
from service.web.gate.headers import HEADERS
from service.web.observed import REQUEST_ID
from service.web.problems import problem

HEAD_SECONDS = 30.0  # for the head of a request, from its first byte or the connection's start
logger = logging.getLogger(__name__)


class ProblemProtocol(H11Protocol):
    """Uvicorn's protocol, with problems for what is no request and a limit for its head."""

    head_seconds = HEAD_SECONDS
    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self.access_log = False  # whatever is set up for logs: it would hold query strings
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what has come."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._hurry is None:  # the beginning of a later request's head
            self._wait_for_head()

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are no request, and end the connection."""
        self._answer(400, "not-http", "this is no HTTP/1.1 request, or its head is too long")

    def _wait_for_head(self) -> None:
        self._hurry = self.loop.call_later(self.head_seconds, self._too_late)

    def _stop_waiting(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _too_late(self) -> None:
        if not self.transport.is_closing():
            self._answer(408, "too-slow", "the head of the request did not come in time")

    def _answer(self, status: int, kind: str, detail: str) -> None:
        self._stop_waiting()
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()  # amid another answer there is no place for one
            return
        work = begun()
        with working_on(work):
            told = problem(status, kind, detail)
            logger.info("no request: %s %s", status, kind)
        about = [(b"connection", b"close"), (REQUEST_ID.encode(), work.id.encode())]
        headers = [*told.raw_headers, *HEADERS, *about]
        parts = (
            h11.Response(status_code=status, headers=headers, reason=b""),
            h11.Data(data=bytes(told.body)),
            h11.EndOfMessage(),
        )
        for part in parts:
            self.transport.write(self.conn.send(part) or b"")
        self.transport.close()
