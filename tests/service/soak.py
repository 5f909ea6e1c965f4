"""Requests of all kinds for a long time. In: a server's address. Out: its memory on the way.

``python -m tests.service.soak 200000`` sends so many to ``citewell serve`` on the seed, by eight
clients that keep their connections, and prints after each twentieth what memory it has. It exits
with 1 when a request was lost or answered with another status than it should be, or when memory
at the end is more than at the middle by over two hundredths: of 200,000 requests, one small
object of Python's left behind by each is more.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlsplit

from eval.bench.memory import told_memory
from tests.conftest import serving_seed, tell

CLIENTS = 8
PARTS = 20
GROWTH = 0.02
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Kind:
    """A request, and the status that it should be answered with."""

    path: str
    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is counted as."""
        return f"{'POST' if self.body is not None else 'GET'} {self.path.partition('?')[0]}"

    def sent(self, connection: HTTPConnection, number: int) -> int:
        """Send it, in words of its own each time where it is a question; the status."""
        body = self.body
        if isinstance(body, dict) and body.get("question"):
            body = {**body, "question": f"{body['question']} ({number})"}
        connection.request(
            "GET" if body is None else "POST",
            self.path,
            None if body is None else json.dumps(body),
            {**(_JSON if body is not None else {}), **self.headers},
        )
        reply = connection.getresponse()
        reply.read()
        return reply.status


ASKED = {"question": "treaty", "top_k": 2}
KINDS = [
    Kind("/v1/ask", ASKED),
    Kind("/v1/ask", {"question": "oil and grain"}, headers={"Accept": "text/event-stream"}),
    Kind("/v1/retrieve", {**ASKED, "filter": {"path": ["*.txt"]}}),
    Kind("/v1/ask", {"question": ""}, 422),
    Kind("/v1/documents?limit=1"),
    Kind("/v1/citations/none", status=404),
    Kind("/v1/index"),
    Kind("/"),
    Kind("/healthz"),
    Kind("/nowhere", status=404),
    Kind("/readyz"),
    Kind("/openapi.json"),
    Kind("/v1/documents?sort=size"),
    Kind("/v1/documents?limit=0", status=422),
    Kind("/v1/documents/none", status=404),
    Kind("/v1/documents/none/text?start=0&end=9", status=404),
    Kind("/v1/ask", status=405),
    Kind("/v1/retrieve", {"question": "?" * 5000}, 422),
    Kind("/v1/ask", [], 422),
    Kind("/page/none.js", status=404),
]


@dataclass(frozen=True)
class Soaked:
    """What came of requests: how many by kind and status, those that were answered otherwise
    than they should be, and the server's memory in bytes after each part."""

    answered: Counter[tuple[str, int]]
    wrong: list[str]
    memory: list[int]

    @property
    def growth(self) -> float:
        """The share by which memory at its end exceeds that at its middle."""
        return self.memory[-1] / self.memory[len(self.memory) // 2] - 1


def soak(url: str, requests: int, kinds: Sequence[Kind] = KINDS) -> Soaked:
    """Send so many requests, the kinds in turn."""
    done = Soaked(Counter(), [], [])
    numbers = count()
    for part in range(PARTS):
        sizes = [len(range(client, requests, CLIENTS * PARTS)) for client in _clients(part)]
        with ThreadPoolExecutor(CLIENTS) as threads:
            each = threads.map(lambda size: _client(url, kinds, size, numbers), sizes)
            for answered, wrong in each:
                done.answered.update(answered)
                done.wrong.extend(wrong)
        done.memory.append(_memory(url))
        tell(f"{sum(done.answered.values())} requests: {done.memory[-1] / 2**20:.1f} MB")
    return done


def _clients(part: int) -> range:
    return range(part * CLIENTS, (part + 1) * CLIENTS)


def _client(
    url: str, kinds: Sequence[Kind], size: int, numbers: "count[int]"
) -> tuple[Counter[tuple[str, int]], list[str]]:
    answered, wrong = Counter[tuple[str, int]](), []
    connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
    for _ in range(size):
        number = next(numbers)
        kind = kinds[number % len(kinds)]
        try:
            status = kind.sent(connection, number)
        except (OSError, HTTPException) as error:
            status = 0
            wrong.append(f"{kind.name} was lost: {error!r}")
            connection.close()  # and opened again by the next request
        if status and status != kind.status:
            wrong.append(f"{kind.name} was answered with {status}")
        answered[kind.name, status] += 1
    connection.close()
    return answered, wrong


def _memory(url: str) -> int:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
    connection.request("GET", "/metrics")
    told = told_memory(connection.getresponse().read().decode())
    connection.close()
    assert told is not None, "/metrics tells no memory here"
    return told


def main(requests: int) -> None:
    """Soak a server of the seed; exit with 1 when something was wrong."""
    with serving_seed() as (url, _):
        done = soak(url, requests)
    for (name, status), number in sorted(done.answered.items()):
        tell(f"{number:8} {status} {name}")
    tell("\n".join(done.wrong[:20]) or "none lost, none answered otherwise than it should be")
    tell(f"memory at the end against the middle: {done.growth:+.2%}")
    sys.exit(bool(done.wrong) or done.growth > GROWTH)


if __name__ == "__main__":
    main(int(sys.argv[1]))
