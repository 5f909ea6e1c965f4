"""The running server. In: Settings. Out: a process that listens until it is stopped."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from index.embed import Embedder
from service.settings import Settings
from service.web.answering import answer_on, end
from service.web.gate.access import Access
from service.web.listening import bound
from service.web.workers import Workers


def run_server(settings: Settings, embedder: Embedder | None = None) -> None:
    """Serve until stopped, and end the process; with an ``embedder``, by that instead of the
    index's model.

    Raises ``AddressInUse``, ``KeyNeeded`` on a public address without keys, ``KeysUnusable``,
    or what opening the index raises, before anything listens.
    """
    Access(settings).check_start()
    with _ended_by_sigterm(), bound(settings.host, settings.port) as listener:
        if settings.workers > 1:
            sys.exit(Workers(listener, settings, embedder).run())
        end(answer_on(listener, settings, embedder))


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """End at SIGTERM with status 0, as long as no server takes it: nothing is begun yet."""
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
