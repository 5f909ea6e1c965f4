"""A server process that a test stops and kills. In: an index. Out: its address, its end.

It embeds by letters (``tests.service.held_server``), so that it starts at once and a question
can be held in work.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.conftest import ROOT

WITHIN = 60.0  # seconds, for what should take a moment on a machine that does much else


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: Any


class Process:
    """A running server; ``said`` is what it has logged so far."""

    def __init__(
        self, index: Path, hold: Path, wait: str, within: Sequence[str], **settings: str
    ) -> None:
        self.said: list[str] = []
        self._changed = threading.Condition()
        environment = {f"CITEWELL_{name.upper()}": value for name, value in settings.items()}
        self.process = subprocess.Popen(
            [*within, sys.executable, "-m", "tests.service.held_server", str(hold)],
            cwd=ROOT,
            env={
                **os.environ,
                "CITEWELL_INDEX": str(index),
                "CITEWELL_PORT": "0",
                "OMP_NUM_THREADS": "1",
                **environment,
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        there = self.wait_for(wait)
        self.url = there[1] if there.re.groups else ""

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._changed:
                self.said.append(line)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    @property
    def log(self) -> str:
        return "".join(self.said)

    def wait_for(self, pattern: str, count: int = 1) -> re.Match[str]:
        """The ``count``-th place in the log that matches, as soon as it is there."""

        def found() -> list[re.Match[str]]:
            return list(re.finditer(pattern, self.log))

        with self._changed:
            there = self._changed.wait_for(lambda: len(found()) >= count, WITHIN)
        assert there, f"{pattern} is not in {self.log}"
        return found()[count - 1]

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """How it ends, by itself."""
        status = self.process.wait(WITHIN)
        self._reader.join(WITHIN)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status

    def connect(self) -> http.client.HTTPConnection:
        place = urlsplit(self.url)
        assert place.hostname
        return http.client.HTTPConnection(place.hostname, place.port, timeout=WITHIN)

    def get(self, path: str) -> Reply:
        return self._once("GET", path)

    def ask(self, question: str) -> Reply:
        return self._once("POST", "/v1/ask", question)

    def upload(self, name: str, text: str) -> Reply:
        """Add a document, or replace that of this name."""
        body = (
            f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
            f"{text}\r\n--b--\r\n"
        )
        connection = self.connect()
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        try:
            connection.request("POST", "/v1/documents", body, headers)
            return received(connection)
        finally:
            connection.close()

    def _once(self, method: str, path: str, question: str | None = None) -> Reply:
        connection = self.connect()
        try:
            return send(connection, method, path, question)
        finally:
            connection.close()


def send(
    connection: http.client.HTTPConnection, method: str, path: str, question: str | None = None
) -> Reply:
    """One request on a connection, and its answer."""
    body = None if question is None else json.dumps({"question": question})
    connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
    return received(connection)


def received(connection: http.client.HTTPConnection) -> Reply:
    """The answer to what was sent on a connection."""
    answer = connection.getresponse()
    content = answer.read()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    is_json = "json" in headers.get("content-type", "")
    return Reply(answer.status, headers, json.loads(content) if is_json else content.decode())


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true, and fail when it never is."""
    end = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < end, "it is never true"
        time.sleep(0.05)


ANSWERING = r"answering on (http://\S+)"


@contextmanager
def running(
    index: Path,
    hold: Path,
    wait: str = ANSWERING,
    within: Sequence[str] = (),
    **settings: str,
) -> Iterator[Process]:
    """A server that has said what is waited for, killed at the end if it still runs; ``within``
    is a command that starts it."""
    server = Process(index, hold, wait, within, **settings)
    try:
        yield server
    finally:
        hold.unlink(missing_ok=True)
        if server.process.poll() is None:
            server.signal(signal.SIGTERM)
            try:
                server.process.wait(10)
            except subprocess.TimeoutExpired:
                server.process.kill()
        server.ended()


@contextmanager
def asking(server: Process, *questions: str) -> Iterator[list[Future[Reply]]]:
    """Questions that are asked at once, each on a connection of its own; their answers."""
    with ThreadPoolExecutor(len(questions)) as threads:
        yield [threads.submit(server.ask, question) for question in questions]
