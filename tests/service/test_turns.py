"""The queue of questions: who is worked for, who waits, who is turned away, who has gone."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers

from index.embed import Vectors
from service.deadline import Deadline
from service.errors import ClientGone, DeadlinePassed, Overloaded
from service.live import LiveEngine
from service.settings import Settings
from service.web.turns import Turns, preferred_wait
from tests.fakes import LetterEmbedder
from tests.service.corpora import index_of
from tests.service.served import Served
from tests.service.writing.played import Sent, playing

BODY = json.dumps({"question": "Who has faced the beef?"})
JSON = {"Content-Type": "application/json"}
TEXTS = {"1.txt": "Dead Abe has faced the beef.", "2.txt": "Bab faded."}


class HeldEmbedder(LetterEmbedder):
    """Once it is shut, questions stay in it until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.begun = threading.Event(), threading.Semaphore(0)
        self.open.set()
        self.asked = 0

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        self.begun.release()
        assert self.open.wait(30)
        return super().embed_questions(texts)


def _run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 30))


def _staying() -> asyncio.Task[None]:
    return asyncio.create_task(asyncio.sleep(60))


def test_places_pass_on_in_the_order_of_coming() -> None:
    async def test() -> None:
        turns, order = Turns(2, 10), list[int]()

        async def question(number: int) -> None:
            async with turns.turn(Deadline(60), _staying()):
                order.append(number)
                assert turns.working <= 2
                await asyncio.sleep(0)

        await asyncio.gather(*(question(number) for number in range(9)))
        assert order == list(range(9))
        assert (turns.working, turns.waiting, turns.turned_away) == (0, 0, {})

    _run(test)


@pytest.mark.parametrize("most", [0, 3])
def test_beyond_those_that_may_wait_none_is_taken(most: int) -> None:
    async def test() -> None:
        turns = Turns(1, most)
        async with AsyncExitStack() as held:
            await held.enter_async_context(turns.turn(Deadline(60), _staying()))
            tasks = [
                asyncio.create_task(turns.turn(Deadline(60), _staying()).__aenter__())
                for _ in range(most)
            ]
            await asyncio.sleep(0)
            assert turns.waiting == most
            with pytest.raises(Overloaded, match="as many questions as may wait") as told:
                await held.enter_async_context(turns.turn(Deadline(60), _staying()))
            assert told.value.seconds == 1
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert (turns.working, turns.waiting) == (0, 0)
        assert turns.turned_away == {"Overloaded": 1}

    _run(test)


@pytest.mark.parametrize("gone", [True, False])
def test_who_waits_leaves_when_time_is_up_or_the_client_goes(gone: bool) -> None:
    async def test() -> None:
        turns = Turns(1, 5)
        deadline = Deadline(60 if gone else 0.01)

        async def going() -> None:
            if not gone:
                await asyncio.sleep(60)
            deadline.cancel()

        async with turns.turn(Deadline(60), _staying()):
            with pytest.raises(ClientGone if gone else DeadlinePassed, match=r"client|0\.01 s"):
                async with turns.turn(deadline, asyncio.create_task(going())):
                    raise AssertionError
            assert (turns.working, turns.waiting) == (1, 0)
        assert turns.working == 0

    _run(test)


def test_a_place_given_to_who_is_cancelled_meanwhile_passes_on() -> None:
    async def test() -> None:
        turns = Turns(1, 5)

        async def question() -> None:
            async with turns.turn(Deadline(60), _staying()):
                pass

        async with turns.turn(Deadline(60), _staying()):
            first, second = (asyncio.create_task(question()) for _ in range(2))
            await asyncio.sleep(0)
        first.cancel()  # it has been given the place, and does not know it yet
        await second
        assert first.cancelled()
        assert (turns.working, turns.waiting) == (0, 0)

    _run(test)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        (["wait=10"], 10),
        (["respond-async, WAIT = 10; x=1"], 10),
        (['wait="7"', "wait=10"], 7),
        (["wait=0"], 0),
        ([], None),
        (["wait"], None),
        (["wait=-1"], None),
        (["wait=1.5"], None),
        (["nowait=5"], None),
        (["wait=99999999999"], None),
    ],
)
def test_a_preference_is_read_as_rfc_7240_has_it(stated: list[str], seconds: int | None) -> None:
    raw = [(b"prefer", value.encode()) for value in stated]
    assert preferred_wait(Headers(raw=raw)) == seconds


class Asked:
    """A served engine of one place and ``waiting`` more, whose model can be held."""

    def __init__(self, root: Path, waiting: int) -> None:
        self.held = HeldEmbedder()
        index = index_of(root, TEXTS)
        self.live = LiveEngine(Settings(index=index, at_once=1, waiting=waiting), self.held)
        self.served = Served(self.live)
        self._threads = ThreadPoolExecutor(8)

    def post(self, **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        connection = self.served.connect()
        connection.request("POST", "/v1/ask", BODY, JSON | headers)
        reply = connection.getresponse()
        told = {name.lower(): value for name, value in reply.getheaders()}
        content = json.loads(reply.read())
        connection.close()
        return reply.status, told, content

    def hold(self) -> Future[tuple[int, dict[str, str], dict[str, Any]]]:
        """A question that stays in the model."""
        self.held.open.clear()
        asked = self._threads.submit(self.post)
        assert self.held.begun.acquire(timeout=30)
        return asked


def test_beyond_the_queue_one_is_told_when_to_come_again(tmp_path: Path) -> None:
    asked = Asked(tmp_path, waiting=0)
    with asked.served:
        first = asked.hold()
        status, headers, problem = asked.post()
        assert (status, headers["retry-after"]) == (503, "1")
        assert headers["content-type"] == "application/problem+json"
        assert problem["type"] == "urn:citewell:problem:overloaded"
        connection = asked.served.connect()
        for path in ("/healthz", "/readyz", "/metrics", "/v1/documents"):  # never queue
            connection.request("GET", path)
            reply = connection.getresponse()
            reply.read()
            assert reply.status == 200
        connection.close()
        asked.held.open.set()
        assert first.result(30)[0] == 200


def test_time_is_up_while_waiting_and_while_working(tmp_path: Path) -> None:
    asked = Asked(tmp_path, waiting=5)
    with asked.served:
        first = asked.hold()
        for _ in range(2):
            status, headers, problem = asked.post(Prefer="wait=0")
            assert (status, headers["retry-after"]) == (503, "5")
            assert headers["preference-applied"] == "wait=0"
            assert problem["type"] == "urn:citewell:problem:deadline-passed"
            asked.held.open.set()  # the second is not waiting: its time is up before it is embedded
            first.result(30)
        assert asked.held.asked == 1
        status, headers, _ = asked.post(Prefer="wait=3600")  # more than the settings give
        assert (status, "preference-applied" in headers) == (200, False)


def test_who_hangs_up_while_waiting_is_not_worked_for(tmp_path: Path) -> None:
    asked = Asked(tmp_path, waiting=1)
    with asked.served:
        first = asked.hold()
        connection = asked.served.connect()
        # Another question than the first, whose vector is remembered: it would be seen.
        connection.request("POST", "/v1/ask", BODY.replace("beef", "cafe"), JSON)
        while asked.post(Prefer="wait=0")[2]["type"] != "urn:citewell:problem:overloaded":
            pass  # until the place to wait is taken
        connection.close()
        while asked.post(Prefer="wait=0")[2]["type"] == "urn:citewell:problem:overloaded":
            pass  # until it is free again
        asked.held.open.set()
        assert first.result(30)[0] == 200
        assert asked.post()[0] == 200
        assert asked.held.asked == 1


def test_who_hangs_up_drops_an_endpoint_that_hangs(tmp_path: Path) -> None:
    begun = threading.Event()

    def hanging(sent: Sent) -> None:
        sent.head()
        begun.set()
        if sent.handler.rfile.read(1) == b"":  # the service has closed the connection
            sent.handler.server.gone.set()  # type: ignore[attr-defined]

    with playing(hanging) as played:
        stated = {"llm_url": played.url, "llm_model": "small", "threshold": 0.0}
        index = index_of(tmp_path, TEXTS)
        live = LiveEngine(Settings.model_validate({"index": index} | stated), LetterEmbedder())
        with Served(live) as served:
            connection = served.connect()
            connection.request("POST", "/v1/ask", BODY, JSON)
            assert begun.wait(30)
            connection.close()
            assert played.gone.wait(20)  # before the endpoint's own 30 s


def test_an_endpoint_that_hangs_is_waited_for_as_long_as_the_request_has(tmp_path: Path) -> None:
    def silent(sent: Sent) -> None:
        sent.over.wait(60)

    with playing(silent) as played:
        stated = {"llm_url": played.url, "llm_model": "small", "threshold": 0.0}
        index = index_of(tmp_path, TEXTS)
        live = LiveEngine(Settings.model_validate({"index": index} | stated), LetterEmbedder())
        with Served(live) as served:
            connection = served.connect()
            connection.request("POST", "/v1/ask", BODY, JSON | {"Prefer": "wait=2"})
            reply = connection.getresponse()
            answer = json.loads(reply.read())["answer"]
            connection.close()
    assert reply.status == 200
    assert answer["composed"] is False
    assert "raise CITEWELL_DEADLINE_S" in answer["notice"]
