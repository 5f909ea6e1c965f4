"""One process that answers. In: Settings, a bound socket. Out: how much was given up."""

import logging
import socket

from index.embed import Embedder
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.graceful import GracefulServer, server_config
from service.web.listening import address_of, listen

logger = logging.getLogger(__name__)


def answer_on(listener: socket.socket, settings: Settings, embedder: Embedder | None = None) -> int:
    """Answer what comes to a bound socket until the process is told to stop.

    Returns how many requests were begun and given up. Raises ``AddressInUse``, and what opening
    the index raises, before anything listens.
    """
    live = LiveEngine(settings, embedder)
    app = create_app(live)
    listen(listener)
    logger.info("answering on %s", address_of(listener))
    GracefulServer(server_config(app), app.stopping, settings.stop_s).run(sockets=[listener])
    if app.stopping.cut:
        logger.error("stopped; %s requests were given up", app.stopping.cut)
    else:
        live.close()
        logger.info("stopped; all that was begun is done")
    return app.stopping.cut
