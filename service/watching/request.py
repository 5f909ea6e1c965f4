"""The request that is worked on. In: its headers. Out: its id and trace, for whoever asks.

Ambient as the Deadline is (``service.deadline``): threads that work for a request inherit it,
and whatever they log bears its ids.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from service.watching.trace import Trace, read_trace

# What every log and every header can bear. Not all of ASCII: quotes, spaces and braces are what
# lines and JSON are made of.
_HARMLESS = re.compile(r"[A-Za-z0-9._~:/+=@-]{1,128}")
_SECRET = "cw_"  # noqa: S105 - how a key begins: ids are logged


class Watched(Protocol):
    """What is told of one request to a program that collects traces."""

    @property
    def trace(self) -> Trace:
        """The ids it is told by."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """Tell what happens inside as a step."""

    def end(self, name: str, facts: Mapping[str, object]) -> None:
        """Tell how the request ended."""


class Watcher(Protocol):
    """Tells a program that collects traces of requests (``service.watching.spans``)."""

    def begin(self, trace: Trace, request_id: str) -> Watched:
        """Tell of a request that came with this trace."""


@dataclass(slots=True)
class Work:
    """One request: its ids, and what becomes known of its answer while it is worked on.

    ``question`` is not to be told but where the settings say so.
    """

    id: str
    trace: Trace
    verdict: str | None = None
    generation: int | None = None
    question: str | None = field(default=None, repr=False)
    watched: Watched | None = None


def begun(
    ids: Sequence[str] = (),
    parents: Sequence[str] = (),
    states: Sequence[str] = (),
    watcher: Watcher | None = None,
) -> Work:
    """The work on a request that came with these X-Request-Id, traceparent and tracestate."""
    identity, trace = _id(ids), read_trace(parents, states)
    watched = watcher.begin(trace, identity) if watcher else None
    return Work(identity, watched.trace if watched else trace, watched=watched)


def _id(stated: Sequence[str]) -> str:
    """The stated id if it is one and harmless, otherwise a new one."""
    if len(stated) == 1 and _HARMLESS.fullmatch(stated[0]) and _SECRET not in stated[0]:
        return stated[0]
    return str(uuid.uuid4())


_CURRENT: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work | None:
    """The work that this thread has a part in, if it is for a request."""
    return _CURRENT.get()


@contextmanager
def working_on(work: Work) -> Iterator[None]:
    """Make it the work of all that is done inside."""
    token = _CURRENT.set(work)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def told_step(name: str) -> AbstractContextManager[None]:
    """Tell what happens inside as a step of the current work, if anyone is told of it."""
    work = _CURRENT.get()
    return work.watched.step(name) if work and work.watched else nullcontext()
