"""Questions in their turn. In: an ASGI application. Out: the same, with a queue before it.

At most so many questions are worked on at once, at most so many wait, in the order they came,
and the rest is told when to come again. A client that goes away takes its question along.
"""

import asyncio
import math
import re
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.deadline import Deadline, working_under
from service.errors import Overloaded, TurnedAway
from service.web.problems import turned_away

OTHERS = 40  # threads for routes that never queue, beside one for each question in work
_LONGEST_RETRY = 60  # seconds
_SHARE = 0.1  # of the last question, in the mean time that a question takes
# RFC 7240: a list of preferences, of which the first `wait` counts.
_WAIT = re.compile(r'(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[;,]|$)', re.IGNORECASE)


class Turns:
    """Who is worked for and who waits, in one event loop.

    ``working`` and ``waiting`` are how many there are; ``turned_away`` counts, by the name of
    their error, the questions that never had their turn.
    """

    def __init__(self, at_once: int, most_waiting: int) -> None:
        self.at_once = at_once
        self.most_waiting = most_waiting
        self.working = 0
        self.turned_away = Counter[str]()
        self._queue = deque[asyncio.Future[None]]()
        self._mean = 0.0

    @property
    def waiting(self) -> int:
        """How many questions wait for their turn."""
        return len(self._queue)

    @asynccontextmanager
    async def turn(self, deadline: Deadline, gone: asyncio.Task[None]) -> AsyncIterator[None]:
        """Wait for a place among those that are worked for, and hold it.

        Raises ``Overloaded`` when too many wait, ``DeadlinePassed`` when the time is up before
        there is a place, and ``ClientGone`` when ``gone`` is done before.
        """
        try:
            await self._take(deadline, gone)
        except TurnedAway as error:
            self.turned_away[type(error).__name__] += 1
            raise
        began = time.monotonic()
        try:
            yield
        finally:
            self._mean += _SHARE * (time.monotonic() - began - self._mean)
            self._give()

    async def _take(self, deadline: Deadline, gone: asyncio.Task[None]) -> None:
        if self.working < self.at_once:
            self.working += 1
            return
        if self.waiting >= self.most_waiting:
            raise Overloaded("as many questions as may wait are waiting; ask again", self._retry())
        place = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await asyncio.wait(
                {place, gone}, timeout=deadline.remaining, return_when="FIRST_COMPLETED"
            )
            _check_turn(place, deadline)
        except BaseException:
            if place.done():
                self._give()
            else:
                self._queue.remove(place)
            raise

    def _give(self) -> None:
        if self._queue:  # the place passes on
            self._queue.popleft().set_result(None)
        else:
            self.working -= 1

    def _retry(self) -> int:
        """Seconds until those that wait now have had their turn, as far as can be told."""
        seconds = self._mean * (self.waiting + 1) / self.at_once
        return min(max(1, math.ceil(seconds)), _LONGEST_RETRY)


class TakeTurns:
    """Has the ``questions`` (methods and paths) wait for their turn; everything else passes.

    A question has ``seconds`` to be answered, or as many as its ``Prefer: wait=`` (RFC 7240)
    gives it, if these are fewer.
    """

    def __init__(
        self,
        app: ASGIApp,
        turns: Turns,
        seconds: float,
        questions: Collection[tuple[str, str]],
    ) -> None:
        self._app = app
        self._turns = turns
        self._seconds = seconds
        self._questions = questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        # A question in work holds one thread at most, so that the others' are always there.
        current_default_thread_limiter().total_tokens = self._turns.at_once + OTHERS
        if scope["type"] != "http" or (scope["method"], scope["path"]) not in self._questions:
            await self._app(scope, receive, send)
            return
        preferred = preferred_wait(Headers(scope=scope))
        if preferred is not None and preferred <= self._seconds:
            await self._answer(Deadline(preferred), scope, receive, _applied(send, preferred))
        else:
            await self._answer(Deadline(self._seconds), scope, receive, send)

    async def _answer(self, deadline: Deadline, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole(receive)
        gone = asyncio.create_task(_until_gone(receive, deadline))
        try:
            async with self._turns.turn(deadline, gone):
                with working_under(deadline):
                    await self._app(scope, _replay(body, gone), send)
        except TurnedAway as error:
            await turned_away(error)(scope, receive, send)
        finally:
            gone.cancel()


def _check_turn(place: asyncio.Future[None], deadline: Deadline) -> None:
    deadline.check()
    if not place.done():  # woken a moment before the time was up
        raise deadline.passed()


def preferred_wait(headers: Headers) -> int | None:
    """How many seconds a request's ``Prefer`` gives it, if it says."""
    found = _WAIT.search(",".join(headers.getlist("prefer")))
    return int(found[1]) if found else None


def _applied(send: Send, seconds: int) -> Send:
    async def send_with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            applied = (b"preference-applied", f"wait={seconds}".encode())
            message["headers"] = [*message["headers"], applied]
        await send(message)

    return send_with_header


async def _whole(receive: Receive) -> list[Message]:
    """What is received until the body is whole, or the client is gone."""
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    return messages


async def _until_gone(receive: Receive, deadline: Deadline) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    deadline.cancel()


def _replay(body: list[Message], gone: asyncio.Task[None]) -> Receive:
    messages = iter(body)

    async def replayed() -> Message:
        for message in messages:
            return message
        await asyncio.wait({gone})
        return {"type": "http.disconnect"}

    return replayed
