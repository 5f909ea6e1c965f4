"""A server under load. In: its address, questions, how many ask at once. Out: times, losses.

A closed loop: each of so many clients has one connection and asks again as soon as it is
answered. A server that stalls is asked less meanwhile, so that the times say how long these
clients waited, not how long requests that arrive at a fixed rate would (coordinated omission;
Tene, "How NOT to Measure Latency", 2015).
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from eval.errors import AskerGone

_SECONDS = 120.0  # to wait for an answer, before it counts as lost
_LOOK = 0.5  # seconds between two looks at the memory
Memory = Callable[[], Coroutine[Any, Any, int | None]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where to ask, with which key, and what."""

    url: str
    questions: Sequence[str]
    key: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What every request bears."""
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


@dataclass(frozen=True, slots=True)
class Extent:
    """How long: so many seconds, or so many requests; ``warm_up`` seconds before do not count."""

    seconds: float
    requests: int | None = None
    warm_up: float = 3.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question: when it was asked and answered, in seconds from the end of the warm-up, and
    how it ended: a status, ``wrong`` for the answer to another question, or the error that lost
    it."""

    asked: float
    answered: float
    ending: str


@dataclass(frozen=True, slots=True)
class Load:
    """What ``connections`` clients met in ``seconds``; ``memory`` is the server's in bytes, by
    the share of the load that was over."""

    connections: int
    seconds: float
    exchanges: Sequence[Exchange]
    memory: Sequence[tuple[float, int]]

    @property
    def endings(self) -> Counter[str]:
        """How many requests ended how."""
        return Counter(exchange.ending for exchange in self.exchanges)


@dataclass
class _Run:
    target: Target
    extent: Extent
    asked: Iterator[str]  # no question twice
    start: float  # of what counts, on time.perf_counter
    begun: int = 0
    exchanges: list[Exchange] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)

    @property
    def now(self) -> float:
        return time.perf_counter() - self.start

    @property
    def share(self) -> float:
        """How much of the load is over, 0 to 1."""
        if self.extent.requests is None:
            return self.now / self.extent.seconds
        return len(self.exchanges) / self.extent.requests

    def goes_on(self) -> bool:
        if self.now < 0 or self.extent.requests is None:
            return self.now < self.extent.seconds
        return self.begun < self.extent.requests


def freshly(question: str, time: int) -> str:
    """The question, told apart from the same one asked so many times before: what a service
    remembers of a question is no help with the next one, as with different people's."""
    return f"{question} ({time + 1})" if time else question


def _all_fresh(questions: Sequence[str]) -> Iterator[str]:
    return (freshly(question, time) for time in count() for question in questions)


async def put_load(target: Target, connections: int, extent: Extent, memory: Memory) -> Load:
    """Have ``connections`` clients ask; raises ``AskerGone`` when the server is not ready."""
    await _check_ready(target)
    run = _Run(target, extent, _all_fresh(target.questions), time.perf_counter() + extent.warm_up)
    looking = asyncio.create_task(_look(run, memory))
    try:
        await asyncio.gather(*(_client(run) for _ in range(connections)))
    finally:
        looking.cancel()
    seconds = extent.seconds if extent.requests is None else run.now
    if (last := await memory()) is not None:
        run.memory.append((1.0, last))
    return Load(connections, seconds, run.exchanges, run.memory)


async def _client(run: _Run) -> None:
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    target = run.target
    async with httpx.AsyncClient(
        base_url=target.url, headers=target.headers, timeout=_SECONDS, limits=limits
    ) as client:
        while run.goes_on():
            asked = run.now
            run.begun += asked >= 0
            ending = await _ask(client, next(run.asked))
            if asked >= 0:
                run.exchanges.append(Exchange(asked, run.now, ending))


async def _ask(client: httpx.AsyncClient, question: str) -> str:
    try:
        reply = await client.post("/v1/ask", json={"question": question})
    except httpx.HTTPError as error:
        await asyncio.sleep(_LOOK)  # a server that is gone is not to be asked without a pause
        return type(error).__name__
    if reply.status_code == 200 and reply.json().get("question") != question:
        return "wrong"
    return str(reply.status_code)


async def _look(run: _Run, memory: Memory) -> None:
    await asyncio.sleep(max(0.0, -run.now))
    while True:
        if (found := await memory()) is not None:
            run.memory.append((min(1.0, run.share), found))
        await asyncio.sleep(_LOOK)


async def _check_ready(target: Target) -> None:
    try:
        async with httpx.AsyncClient(headers=target.headers, timeout=_SECONDS) as client:
            reply = await client.get(f"{target.url}/readyz")
            reply.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AskerGone(
            f"{target.url} is not ready ({error}); start it with `citewell serve`, or correct the "
            "address"
        ) from error
