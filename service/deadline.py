"""How long a request may take. In: seconds, word that the client has gone. Out: errors in time.

The Deadline of a request is ambient (a context variable, which threads that asyncio and anyio
start for a request inherit): whatever works for the request asks it between its steps, and
nothing in between has to hand it on. Work without one, as the command line's, has no end.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from service.errors import ClientGone, DeadlinePassed

_T = TypeVar("_T")


class Deadline:
    """A moment by which a request has to be answered; safe between threads."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._gone = False
        self._called: dict[object, Callable[[], object]] = {}

    @property
    def remaining(self) -> float:
        """Seconds that are left; never below 0."""
        return max(0.0, self._end - time.monotonic())

    def cancel(self) -> None:
        """Say that nobody waits for the answer any more."""
        with self._lock:
            self._gone = True
            called = list(self._called.values())
        for call in called:
            call()

    def check(self) -> None:
        """Raise ``ClientGone`` when nobody waits, ``DeadlinePassed`` when time is up."""
        if self._gone:
            raise ClientGone("the client has closed the connection; nothing is to be done")
        if not self.remaining:
            raise self.passed()

    def passed(self) -> DeadlinePassed:
        """The error for a request that took too long."""
        return DeadlinePassed(
            f"the answer took longer than {self.seconds:g} s; ask again later, or give it more "
            "time (CITEWELL_DEADLINE_S, and `Prefer: wait` of the request)"
        )

    @contextmanager
    def when_cancelled(self, call: Callable[[], object]) -> Iterator[None]:
        """Have ``call`` called, by another thread, as soon as the client has gone."""
        with self._lock:
            gone = self._gone
            self._called[key := object()] = call
        if gone:
            call()
        try:
            yield
        finally:
            with self._lock:
                del self._called[key]


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current_deadline() -> Deadline | None:
    """The Deadline of the request that this thread works for, if it has one."""
    return _CURRENT.get()


def check_deadline() -> None:
    """Raise ``ClientGone`` or ``DeadlinePassed`` when the request is not to be worked on."""
    if deadline := _CURRENT.get():
        deadline.check()


def awaited(result: Future[_T]) -> _T:
    """What another thread works out, which is told to leave it when the request's time is over.

    Raises what that thread raises, ``ClientGone`` and ``DeadlinePassed``.
    """
    deadline = _CURRENT.get()
    if deadline is None:
        return result.result()
    with deadline.when_cancelled(result.cancel):
        try:
            return result.result(deadline.remaining)
        except (CancelledError, Late):
            result.cancel()
            deadline.check()
            raise


@contextmanager
def working_under(deadline: Deadline) -> Iterator[None]:
    """Make a Deadline that of all that is done inside."""
    token = _CURRENT.set(deadline)
    try:
        yield
    finally:
        _CURRENT.reset(token)
