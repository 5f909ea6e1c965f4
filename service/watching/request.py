"""The request that is worked on. In: its headers. Out: its id and trace, for whoever asks.

Ambient as the Deadline is (``service.deadline``): threads that work for a request inherit it,
and whatever they log bears its ids.
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from service.watching.trace import Trace, read_trace

# What every log and every header can bear. Not all of ASCII: quotes, spaces and braces are what
# lines and JSON are made of.
_HARMLESS = re.compile(r"[A-Za-z0-9._~:/+=@-]{1,128}")
_SECRET = "cw_"  # noqa: S105 - how a key begins: ids are logged


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


def begun(ids: Sequence[str] = (), parents: Sequence[str] = (), states: Sequence[str] = ()) -> Work:
    """The work on a request that came with these X-Request-Id, traceparent and tracestate."""
    return Work(_id(ids), read_trace(parents, states))


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
