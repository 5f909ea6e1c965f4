"""The running server. In: Settings. Out: a process that listens until it is stopped."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from index.console import BAD_NEWS
from index.embed import Embedder
from service.settings import Settings
from service.web.answering import answer_on
from service.web.gate.access import Access
from service.web.listening import bound


def run_server(settings: Settings, embedder: Embedder | None = None) -> None:
    """Serve until stopped; with an ``embedder``, by that instead of the index's model.

    Raises ``AddressInUse``, ``KeyNeeded`` on a public address without keys, ``KeysUnusable``,
    or what opening the index raises, before anything listens.
    """
    Access(settings).check_start()
    with _ended_by_sigterm(), bound(settings.host, settings.port) as listener:
        given_up = answer_on(listener, settings, embedder)
    if given_up:
        # The threads of what was given up would hold the process for as long as they like.
        logging.shutdown()
        os._exit(BAD_NEWS)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """End at SIGTERM with status 0, as long as no server takes it: nothing is begun yet."""
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
