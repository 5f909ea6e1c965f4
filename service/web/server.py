"""The running server. In: Settings. Out: a process that listens until it is stopped."""

import logging
import socket

import uvicorn
from starlette.types import ASGIApp

from service.errors import AddressInUse
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.gate.access import Access
from service.web.protocol import ProblemProtocol

_BACKLOG = 2048
logger = logging.getLogger(__name__)


def run_server(settings: Settings) -> None:
    """Serve until interrupted.

    Raises ``AddressInUse``, ``KeyNeeded`` on a public address without keys, ``KeysUnusable``,
    or what opening the index raises, before anything listens.
    """
    Access(settings).check_start()
    with _listen(settings.host, settings.port) as listener:
        app = create_app(LiveEngine(settings))
        _accept(listener)  # from here on a connection waits instead of being refused
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        logger.info("answering on http://%s:%s", shown, port)
        uvicorn.Server(server_config(app)).run(sockets=[listener])


def server_config(
    app: ASGIApp, protocol: type[ProblemProtocol] = ProblemProtocol
) -> uvicorn.Config:
    """How an application is run."""
    return uvicorn.Config(app, http=protocol, log_config=None, access_log=False, lifespan="off")


def _listen(host: str, port: int) -> socket.socket:
    # Bound before the model is loaded, so that a taken port is reported at once.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named for asyncio, which only then sends what is written at once: otherwise
    # the end of each answer waits 40 ms for the client's system to confirm its beginning.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise _taken(host, port, error) from error
    return listener


def _accept(listener: socket.socket) -> None:
    # Two servers may both have bound a port that neither listens on yet.
    host, port = listener.getsockname()[:2]
    try:
        listener.listen(_BACKLOG)
    except OSError as error:
        raise _taken(host, port, error) from error


def _taken(host: str, port: int, error: OSError) -> AddressInUse:
    return AddressInUse(
        f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port"
    )
