"""A server that plays answers. In: what to answer, one after another. Out: what it was sent."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to play: without a status the connection ends at once, ``lacking`` is how many
    bytes less than promised are sent, and ``hangs`` sends no end until the server stops."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lacking: int = 0
    hangs: bool = False


@dataclass(slots=True)
class Played:
    """What was sent: method, path, headers by lower-case names, body."""

    url: str
    requests: list[tuple[str, str, dict[str, str], bytes]]


@contextmanager
def playing(*answers: Answer) -> Iterator[Played]:
    """Plays the answers in their order, the last again and again."""
    requests: list[tuple[str, str, dict[str, str], bytes]] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            sent = {name.lower(): value for name, value in self.headers.items()}
            requests.append((self.command, self.path, sent, body))
            self._play(_next(answers, len(requests)))

        do_POST = do_DELETE = do_GET  # noqa: N815

        def _play(self, answer: Answer) -> None:
            self.close_connection = True
            if answer.status:
                self.send_response(answer.status)
                # Said, or a client would send its next request into the closing connection.
                self.send_header("Connection", "close")
                self.send_header("Content-Length", str(len(answer.body) + answer.lacking))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
                self.wfile.flush()
            if answer.hangs:
                over.wait(20)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield Played(f"http://127.0.0.1:{server.server_port}", requests)
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _next(answers: Sequence[Answer], number: int) -> Answer:
    return answers[min(number, len(answers)) - 1]
