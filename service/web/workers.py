"""Several processes that answer. In: Settings, a bound socket. Out: the status of their end.

All accept from one socket, which outlives each of them: what waits there when a worker dies is
taken by the others. A worker that dies is started again. None is forked: a model and its threads
do not survive that.
"""

import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from index.console import BAD_NEWS
from index.embed import Embedder
from service.settings import Settings
from service.web.answering import Place, answer_as_worker
from service.web.board import Board
from service.web.listening import address_of, listen

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_MARGIN = 5.0  # seconds beyond those for what was begun, before a worker is killed
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds before a worker that did not start, again
logger = logging.getLogger(__name__)


@dataclass
class _Worker:
    """A process; ``lead`` is the connection whose end tells it that this process is no more."""

    number: int
    process: SpawnProcess
    lead: Connection
    ready: bool = False


@dataclass
class _State:
    """``failed`` is how many starts have failed in a row, ``again`` when to start which."""

    workers: list[_Worker] = field(default_factory=list)
    answered: bool = False
    failed: int = 0
    again: dict[int, float] = field(default_factory=dict)


class Workers:
    """Starts ``settings.workers`` processes and keeps them running until it is told to stop."""

    def __init__(
        self, listener: socket.socket, settings: Settings, embedder: Embedder | None
    ) -> None:
        self._listener = listener
        self._settings = settings
        self._embedder = embedder
        self._board = Board(settings.workers)
        self._state = _State()
        self._stop = False
        self._status = 0
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)

    def run(self) -> int:
        """Serve until stopped; returns the exit status.

        The first worker starts alone: what keeps it from starting, it says, and its status is
        returned. The others follow once it answers. Raises ``AddressInUse``.
        """
        with self._signals():
            listen(self._listener)
            self._start(0)
            while not self._stop:
                self._wait()
                if not self._state.answered and not self._state.workers:
                    return self._status
            return self._stopped()

    def _start(self, number: int) -> None:
        ours, theirs = multiprocessing.Pipe()
        place = Place(number, self._settings.workers, self._board)
        process = multiprocessing.get_context("spawn").Process(
            target=answer_as_worker,
            args=(self._listener, self._settings, self._embedder, place, theirs),
        )
        process.start()
        theirs.close()
        self._state.workers.append(_Worker(number, process, ours))

    def _wait(self) -> None:
        """Until a worker answers or ends, one is to be started again, or a signal comes."""
        state = self._state
        soonest = min(state.again.values(), default=None)
        left = None if soonest is None else max(0.0, soonest - time.monotonic())
        starting = [worker.lead for worker in state.workers if not worker.ready]
        ends = [worker.process.sentinel for worker in state.workers]
        happened = wait([*starting, *ends, self._woken], left)
        for worker in list(state.workers):
            if worker.process.sentinel in happened:
                self._ended(worker)
            elif worker.lead in happened:
                self._answers(worker)
        if not self._stop:
            self._start_again()

    def _answers(self, worker: _Worker) -> None:
        try:
            worker.lead.recv()
        except (EOFError, OSError):
            return  # it ends before it answers: its end is told by itself
        worker.ready = True
        state = self._state
        state.failed = 0
        logger.info("worker %s answers (process %s)", worker.number, worker.process.pid)
        if not state.answered:
            state.answered = True
            logger.info("answering on %s", address_of(self._listener))
            for number in range(1, self._settings.workers):
                self._start(number)

    def _ended(self, worker: _Worker) -> None:
        state = self._state
        state.workers.remove(worker)
        worker.lead.close()
        # What it has open is closed a moment before its status is known.
        worker.process.join(_MARGIN)
        self._board.write(worker.number, b"")
        self._status = worker.process.exitcode or 0
        if self._stop or not state.answered:
            return
        pause = 0.0
        if not worker.ready:
            pause = min(_FIRST_PAUSE * 2**state.failed, _LONGEST_PAUSE)
            state.failed += 1
        state.again[worker.number] = time.monotonic() + pause
        logger.error(
            "worker %s ended (process %s, %s); the others go on, and it is started again in %g s",
            worker.number,
            worker.process.pid,
            _told(self._status),
            pause,
        )

    def _start_again(self) -> None:
        now = time.monotonic()
        for number in [n for n, when in self._state.again.items() if when <= now]:
            del self._state.again[number]
            self._start(number)

    def _stopped(self) -> int:
        """Have all workers finish, within their time; returns the exit status."""
        self._listener.close()
        until = time.monotonic() + self._settings.stop_s + _MARGIN
        for worker in self._state.workers:
            worker.process.terminate()
        good = True
        for worker in self._state.workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                logger.error("worker %s does not end and is killed", worker.number)
                worker.process.kill()
                worker.process.join()
            # One that was ended before it answered had begun nothing.
            good = good and (worker.process.exitcode == 0 or not worker.ready)
        logger.info("stopped; all workers have ended")
        return 0 if good else BAD_NEWS

    @contextmanager
    def _signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._signalled) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        if self._stop:
            for worker in self._state.workers:
                worker.process.kill()
            os.write(2, b"citewell: ended at once; what was in work is lost\n")
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self._stop = True
        os.write(self._wake, b"s")


def _told(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"status {status}"
