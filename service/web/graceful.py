"""A server that finishes what it began. In: an application, a signal. Out: all is answered.

SIGTERM or SIGINT: the service goes on listening, refuses what comes, and ends when what came
before is answered, or its time is up. A second signal ends the process at once.
"""

import asyncio
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from service.web.listening import take_no_more, waiting
from service.web.protocol import ProblemProtocol
from service.web.stopping import Stopping

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_TICK = 0.05  # seconds
_UNASKED = 0.5  # seconds for the first request of who had connected before the end
_STDERR = 2
READY = "ready"
logger = logging.getLogger(__name__)


def server_config(
    app: ASGIApp, protocol: type[ProblemProtocol] = ProblemProtocol
) -> uvicorn.Config:
    """How an application is run."""
    return uvicorn.Config(app, http=protocol, log_config=None, access_log=False, lifespan="off")


class GracefulServer(uvicorn.Server):
    """Uvicorn's server, which ends by returning from ``run`` whatever the signal was.

    ``seconds`` is how long what was begun may take. One that is led by another process, with
    ``lead`` as the connection to it, leaves Ctrl-C to it, which the terminal sends to both, takes
    no second signal as one, and stops when the other process is no more.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        stopping: Stopping,
        seconds: float,
        lead: Connection | None = None,
    ) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._seconds = seconds
        self._lead = lead

    def stop(self) -> None:
        """Take nothing new, finish what was begun, and return from ``run``."""
        self._stopping.begun = True
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Have signals stop this server, while it runs in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at the first signal, end at the second."""
        if self._lead:
            if sig == signal.SIGTERM:
                self.stop()
        elif self.should_exit:
            # What the signal interrupts may be printing: Python's streams cannot be entered twice.
            os.write(_STDERR, b"citewell: ended at once; what was in work is lost\n")
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        else:
            self.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell it the process that leads this one."""
        await super().startup(sockets)
        if self._lead:
            asyncio.get_running_loop().add_reader(self._lead.fileno(), self._abandoned)
            self._lead.send(READY)

    def _abandoned(self) -> None:
        assert self._lead  # nothing is ever sent: what can be read is the end
        asyncio.get_running_loop().remove_reader(self._lead.fileno())
        self.stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what came, then close."""
        self._stopping.begun = True
        until = time.monotonic() + self._seconds
        logger.info(
            "stopping: %s requests in work have %g s; a second signal ends at once",
            self._stopping.working,
            self._seconds,
        )
        # At least one tick: what has reached the sockets before the signal is read meanwhile.
        await asyncio.sleep(_TICK)
        while self._stopping.working and time.monotonic() < until:
            await asyncio.sleep(_TICK)
        await self._close_listeners(sockets or [])
        left = max(0.0, until - time.monotonic())
        self.config.timeout_graceful_shutdown = left  # type: ignore[assignment] # waited for by asyncio
        await super().shutdown(sockets)

    async def _close_listeners(self, listeners: list[socket.socket]) -> None:
        """Take in who has connected, close, and answer them too."""
        if not self._lead:  # of a socket that several share, the others go on taking
            for listener in listeners:
                take_no_more(listener)
        connected = [connection for listener in listeners for connection in waiting(listener)]
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        for connection in connected:
            await loop.connect_accepted_socket(self._protocol, connection)
        until = time.monotonic() + _UNASKED
        while self._unasked() and time.monotonic() < until:
            await asyncio.sleep(_TICK)

    def _protocol(self) -> asyncio.Protocol:
        config = self.config
        made: asyncio.Protocol = config.http_protocol_class(  # type: ignore[call-arg]
            config=config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    def _unasked(self) -> bool:
        """Whether somebody has connected whose first request is not there yet."""
        connections = self.server_state.connections
        return any(getattr(connection, "cycle", connection) is None for connection in connections)
