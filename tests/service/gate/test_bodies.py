"""Bodies that are too long are not read on, and slow ones end; a real server."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from service.live import LiveEngine
from service.settings import Settings
from service.web.gate.bodies import MOST_BYTES
from tests.fakes import LetterEmbedder
from tests.service.served import Served

HEAD = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
JSON, FORM = b"application/json", b"multipart/form-data; boundary=b"
ROUTES = [b"/v1/ask", b"/v1/retrieve", b"/v1/feedback", b"/nothing", b"/healthz"]


@pytest.fixture
def served(small_index: Path, letters: LetterEmbedder) -> Iterator[Served]:
    settings = Settings(index=small_index, body_timeout_s=0.5)
    with Served(LiveEngine(settings, letters)) as running:
        yield running


def _refused(served: Served, sent: bytes) -> tuple[int, str, bytes]:
    """Status and type of the refusal, and what the connection still says after it."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(sent)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        problem = json.loads(reply.read())
        assert reply.getheader("connection") == "close"
        return reply.status, problem["type"].rpartition(":")[2], connection.recv(1)


@pytest.mark.parametrize("path", ROUTES)
def test_a_stated_length_over_the_limit_is_refused_unread(served: Served, path: bytes) -> None:
    length = b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1)
    told = _refused(served, HEAD % (path, JSON) + length)  # and not a byte of the body
    assert told == (413, "too-large", b"")


@pytest.mark.parametrize("path", ROUTES)
def test_a_body_without_a_length_is_refused_as_it_passes_the_limit(
    served: Served, path: bytes
) -> None:
    chunk = b"%x\r\n%s\r\n" % (MOST_BYTES + 1, b" " * (MOST_BYTES + 1))
    sent = HEAD % (path, JSON) + b"Transfer-Encoding: chunked\r\n\r\n" + chunk  # and no end
    assert _refused(served, sent) == (413, "too-large", b"")


def test_a_body_of_just_the_limit_is_read(served: Served) -> None:
    body = b'{"question": "bab"}'.ljust(MOST_BYTES)
    with closing(served.connect()) as connection:
        connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
        assert connection.getresponse().status == 200


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("begun", [b"", b'{"question"'])
def test_a_body_that_does_not_come_is_not_waited_for(
    served: Served, path: bytes, begun: bytes
) -> None:
    sent = HEAD % (path, JSON) + b"Content-Length: 30\r\n\r\n" + begun
    assert _refused(served, sent) == (408, "too-slow", b"")


@pytest.mark.parametrize("begun", [b"", b"--b\r\nContent-Disposition: form-data; name=file"])
def test_an_upload_that_stops_is_not_waited_for(served: Served, begun: bytes) -> None:
    sent = HEAD % (b"/v1/documents", FORM) + b"Content-Length: 900\r\n\r\n" + begun
    assert _refused(served, sent) == (408, "too-slow", b"")


def test_a_body_that_breaks_off_is_no_request(served: Served) -> None:
    feedback = b'{"question": "bab", "verdict": "right"}'
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        head = HEAD % (b"/v1/feedback", JSON) + b"Content-Length: 50\r\n\r\n"
        connection.sendall(head + feedback)
    with closing(served.connect()) as connection:
        connection.request("GET", "/metrics")
        told = connection.getresponse().read().decode()
    assert 'route="/v1/feedback",status="201"' not in told


def test_an_answer_is_waited_for_longer_than_a_body(
    small_index: Path, letters: LetterEmbedder
) -> None:
    settings = Settings(index=small_index, body_timeout_s=0.001)
    # In one piece, since this thread may have to wait for its turn between two.
    request = (
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Accept: text/event-stream\r\nConnection: close\r\nContent-Length: 19\r\n\r\n"
        b'{"question": "bab"}'
    )
    with Served(LiveEngine(settings, letters)) as served, closing(served.connect()) as connection:
        connection.connect()
        connection.sock.sendall(request)
        told = b"".join(iter(lambda: connection.sock.recv(65_536), b""))
    assert b"event: done" in told
