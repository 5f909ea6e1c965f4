"""One process that answers. In: Settings, a bound socket. Out: how much was given up.

Alone, or as one of several workers, which share the socket.
"""

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from index.console import BAD_NEWS, explained_errors
from index.embed import Embedder
from service.arenas import share_arenas
from service.editor import PATIENCE
from service.errors import SettingsInvalid
from service.live import LiveEngine
from service.settings import Settings
from service.watching.logs import set_up_logs
from service.watching.request import Watcher
from service.web.app import create_app
from service.web.board import Board, Teller
from service.web.graceful import GracefulServer, server_config
from service.web.listening import SharedSocket, address_of, listen

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a worker among so many, and where they tell their numbers."""

    number: int
    of: int
    board: Board


def answer_on(listener: socket.socket, settings: Settings, embedder: Embedder | None = None) -> int:
    """Answer what comes to a bound socket until the process is told to stop.

    Returns how many requests were begun and given up. Raises ``AddressInUse``, ``SettingsInvalid``
    and what opening the index raises, before anything listens.
    """
    share_arenas()
    with _watcher(settings) as watcher:
        live = LiveEngine(settings, embedder)
        app = create_app(live, PATIENCE, watcher)
        gc.freeze()  # what was loaded stays, and need not be looked through for garbage
        listen(listener)
        logger.info("answering on %s", address_of(listener))
        GracefulServer(server_config(app), app.stopping, settings.stop_s).run(sockets=[listener])
        return _stopped(live, app.stopping.cut)


def answer_as_worker(
    listener: socket.socket,
    settings: Settings,
    embedder: Embedder | None,
    place: Place,
    lead: Connection,
) -> None:
    """Answer what comes to a listening socket, in a process that is led by another.

    Ends the process, with status 0 when all that was begun is done.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; one leads
    set_up_logs(
        settings.log_level,
        settings.log_format,
        questions=settings.log_questions,
        worker=place.number,
    )
    share_arenas()
    with explained_errors(), _watcher(settings) as watcher:
        live = LiveEngine(settings, embedder)
        app = create_app(live, PATIENCE, watcher)
        gc.freeze()  # what was loaded stays, and need not be looked through for garbage
        teller = Teller(place.board, place.number, place.of, app.own_numbers)
        app.numbers = teller.all
        teller.start()
        config = server_config(app)
        config.backlog = 1
        server = GracefulServer(config, app.stopping, settings.stop_s, lead)
        server.run(sockets=[SharedSocket(fileno=listener.detach())])
        given_up = _stopped(live, app.stopping.cut)
    end(given_up)


@contextmanager
def _watcher(settings: Settings) -> Iterator[Watcher | None]:
    """Who is told of requests, if the settings say so; what waits is sent at the end."""
    if not settings.otel:
        yield None
        return
    try:
        # Imported here, as its packages need not be installed.
        from service.watching.spans import exported_spans  # noqa: PLC0415
    except ImportError as error:
        raise SettingsInvalid(
            "CITEWELL_OTEL is true, and OpenTelemetry's packages are not installed; install "
            "citewell[otel], or leave it unset"
        ) from error
    spans = exported_spans()
    try:
        yield spans
    finally:
        spans.close()


def end(given_up: int) -> None:
    """End the process; its status tells whether something was given up."""
    if given_up:
        # The threads of what was given up would hold the process for as long as they like.
        logging.shutdown()
        os._exit(BAD_NEWS)
    sys.exit(0)


def _stopped(live: LiveEngine, given_up: int) -> int:
    if given_up:
        logger.error("stopped; %s requests were given up", given_up)
    else:
        live.close()
        logger.info("stopped; all that was begun is done")
    return given_up
