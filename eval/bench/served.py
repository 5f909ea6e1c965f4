"""Servers to be timed, each a process of its own. In: commands. Out: seconds, megabytes.

What asks them is a client of one connection, and for throughput ``CLIENTS`` of them in threads.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

CLIENTS = 32
_PATIENCE = 180.0  # seconds until a server has to be ready


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``start`` is how many seconds it took until it was ready."""

    port: int
    pid: int
    start: float

    def ask(self, question: str) -> float:
        """The milliseconds that one question takes over loopback, by a new connection."""
        with closing(self._connection()) as link:
            return self._ask(question, link)

    def steps(self, question: str) -> dict[str, float]:
        """The milliseconds that the service itself says each of its steps took, and under
        ``request`` those of the whole, seen from outside; of the plain server the latter alone."""
        with closing(self._connection()) as link:
            taken, content = self._answered(question, link)
        told: dict[str, float] = json.loads(content).get("timings_ms", {})
        return {**told, "request": taken}

    def _connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=120)

    def _ask(self, question: str, link: HTTPConnection) -> float:
        return self._answered(question, link)[0]

    def _answered(self, question: str, link: HTTPConnection) -> tuple[float, bytes]:
        body = json.dumps({"question": question}).encode()
        begun = time.perf_counter()
        link.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
        reply = link.getresponse()
        content = reply.read()
        taken = (time.perf_counter() - begun) * 1000
        if reply.status != 200:
            raise RuntimeError(f"a server that is timed answered {reply.status}: {content[:200]!r}")
        return taken, content

    def per_second(self, questions: Sequence[str], seconds: float) -> float:
        """Questions answered a second while ``CLIENTS`` ask, each as soon as it is answered."""
        until = time.monotonic() + seconds

        def client(number: int) -> int:
            done = 0
            with closing(self._connection()) as link:
                while time.monotonic() < until:
                    self._ask(questions[(number + done * CLIENTS) % len(questions)], link)
                    done += 1
            return done

        with ThreadPoolExecutor(CLIENTS) as pool:
            return sum(pool.map(client, range(CLIENTS))) / seconds

    def resident(self) -> float:
        """Its resident memory, in megabytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1000
        raise RuntimeError(f"the process {self.pid} does not tell its memory")


@contextmanager
def running(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server on a free port, which is put after the command, until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own two commands
        [*command, str(port)],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield Server(port, process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(timeout=60)


def citewell_command(index: Path) -> list[str | Path]:
    """What serves an index."""
    return [Path(sys.executable).with_name("citewell"), "serve", "--index", index, "--port"]


def plain_command(model: Path, text: Path) -> list[str | Path]:
    """What serves the plain baseline."""
    return [sys.executable, "-m", "eval.bench.plain_server", model, text]


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until and process.poll() is None:
        try:
            with opener.open(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise RuntimeError("a server that is to be timed did not start; start it by hand to see why")
