"""A language model's endpoint that plays. In: what it is to send. Out: a real HTTP server."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EVENTS = "text/event-stream"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """What the server was asked."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Sent:
    """The connection of one request, as a play uses it."""

    handler: BaseHTTPRequestHandler
    over: threading.Event

    def head(
        self, status: int = 200, kind: str = EVENTS, length: str = "", location: str = ""
    ) -> None:
        """The status and the headers; the body ends with the connection."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        for name, value in (("Content-Length", length), ("Location", location)):
            if value:
                self.handler.send_header(name, value)
        self.handler.end_headers()

    def send(self, *parts: bytes) -> None:
        """Each part by itself."""
        for part in parts:
            self.handler.wfile.write(part)
            self.handler.wfile.flush()

    def pieces(self, *texts: str) -> None:
        """An event for each piece of an answer."""
        self.send(*map(event, texts))

    def until_gone(self, part: bytes) -> None:
        """The part again and again until nobody takes it; ``Played.gone`` tells."""
        try:
            while not self.over.wait(0.01):
                self.send(part)
        except OSError:
            self.handler.server.gone.set()  # type: ignore[attr-defined]


Play = Callable[[Sent], None]
DONE = b"data: [DONE]\n\n"


def event(text: str | None, finish: str | None = None) -> bytes:
    """A piece of an answer as an event."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"


def streamed(*texts: str, finish: str = "stop") -> Play:
    """Plays a good streamed answer in these pieces."""

    def play(sent: Sent) -> None:
        sent.head()
        sent.pieces(*texts)
        sent.send(event(None, finish), DONE)

    return play


def raw(*parts: bytes, status: int = 200, kind: str = EVENTS, location: str = "") -> Play:
    """Plays a reply of exactly these bytes."""

    def play(sent: Sent) -> None:
        sent.head(status, kind, location=location)
        sent.send(*parts)

    return play


def single(text: str | None, finish: str = "stop") -> Play:
    """Plays the one JSON object of an endpoint that knows no streaming."""
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish}
    return raw(json.dumps({"choices": [choice]}).encode(), kind=JSON)


@dataclass
class Played:
    """The running server: its address, what it was asked, and whether its client has gone."""

    url: str
    gone: threading.Event
    requests: list[Request] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, play: Play) -> None:
        self.play, self.over, self.gone = play, threading.Event(), threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.played = Played(f"http://127.0.0.1:{self.server_port}", self.gone)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        self.server.played.requests.append(Request(self.path, dict(self.headers), body))
        self.server.play(Sent(self, self.server.over))

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def playing(play: Play) -> Iterator[Played]:
    """The server while it is entered."""
    server = _Server(play)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.played
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
