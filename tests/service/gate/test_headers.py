"""Every answer of a real server bears the security headers, whoever refuses."""

import http.client
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from index.build import build_index
from service.keys.keyfile import add_key
from service.live import LiveEngine
from service.settings import Settings
from service.web.gate.headers import CONTENT_POLICY
from service.web.protocol import ProblemProtocol
from tests.fakes import LetterEmbedder
from tests.service.served import Served

EXPECTED = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
JSON = {"Content-Type": "application/json"}
EMPTY: Mapping[str, str] = {}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that no test of this module changes."""
    root = tmp_path_factory.mktemp("headers")
    (root / "source").mkdir()
    (root / "source" / "one.txt").write_text("Aaa bab.")
    build_index([root / "source"], root / "index", LetterEmbedder())
    return root / "index"


@pytest.fixture(scope="module")
def served(small: Path) -> Iterator[Served]:
    with Served(LiveEngine(Settings(index=small, rate=1000), LetterEmbedder())) as running:
        yield running


def _asked(
    served: Served,
    method: str,
    path: str,
    headers: Mapping[str, str] = EMPTY,
    body: bytes | None = None,
) -> http.client.HTTPResponse:
    with closing(served.connect()) as connection:
        connection.request(method, path, body, dict(headers))
        reply = connection.getresponse()
        reply.read()
    return reply


def _check_headers(reply: http.client.HTTPResponse) -> None:
    told = reply.getheaders()
    for name, value in EXPECTED.items():
        assert [v for n, v in told if n.lower() == name] == [value]  # once, and this


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/page/page.js", 200),
        ("HEAD", "/page/page.js", 200),
        ("GET", "/page/nothing", 404),
        ("GET", "/openapi.json", 200),
        ("GET", "/metrics", 200),
        ("GET", "/v1/documents", 200),
        ("GET", "/v1/documents?limit=0", 422),
        ("GET", "/v1/documents/d_0", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/v1/ask", 405),
        ("POST", "/v1/documents", 415),
    ],
)
def test_answers_and_errors_of_routes(served: Served, method: str, path: str, status: int) -> None:
    reply = _asked(served, method, path)
    assert reply.status == status
    _check_headers(reply)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (400, {"Host": ""}, b""),
        (421, {"Host": "evil.com"}, b""),
        (403, {"Origin": "http://evil.com"}, b""),
        (413, JSON, b" " * 70_000),
        (400, JSON, b"{"),
        (200, JSON, b'{"question": "bab"}'),
        (200, JSON | {"Accept": "text/event-stream"}, b'{"question": "bab"}'),
    ],
)
def test_answers_and_refusals_of_questions(
    served: Served, status: int, headers: dict[str, str], body: bytes
) -> None:
    reply = _asked(served, "POST", "/v1/ask", headers, body)
    assert reply.status == status
    _check_headers(reply)


def test_refusals_of_keys_and_rates(tmp_path: Path, small: Path) -> None:
    key = add_key(tmp_path / "keys", "a", "read")
    settings = Settings(index=small, keys=tmp_path / "keys", rate=1)
    bearer = {"Authorization": f"Bearer {key}"}
    with Served(LiveEngine(settings, LetterEmbedder())) as served:
        replies = [
            _asked(served, "DELETE", "/v1/documents/d_1", bearer),
            _asked(served, "GET", "/metrics", bearer),
            _asked(served, "GET", "/metrics"),
        ]
    assert [reply.status for reply in replies] == [403, 429, 401]
    for reply in replies:
        _check_headers(reply)


def _raw(served: Served, sent: bytes) -> http.client.HTTPResponse:
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(sent)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        reply.read()
        assert connection.recv(1) == b""
    return reply


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nA: " + b"a" * 70_000,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:40]),
)
def test_bytes_that_are_no_request(served: Served, sent: bytes) -> None:
    reply = _raw(served, sent)
    assert (reply.status, reply.getheader("content-type")) == (400, "application/problem+json")
    _check_headers(reply)
    assert _asked(served, "GET", "/healthz").status == 200


def test_an_older_request_without_a_host_is_refused(served: Served) -> None:
    reply = _raw(served, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert reply.status == 400
    _check_headers(reply)


class Hurried(ProblemProtocol):
    """Waits shortly."""

    head_seconds = 0.3


@pytest.fixture(scope="module")
def hurried(small: Path) -> Iterator[Served]:
    with Served(LiveEngine(Settings(index=small), LetterEmbedder()), Hurried) as running:
        yield running


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: localhost\r\n"])
def test_a_head_that_does_not_come_ends_the_connection(hurried: Served, sent: bytes) -> None:
    reply = _raw(hurried, sent)
    assert reply.status == 408
    _check_headers(reply)


def test_a_later_head_that_does_not_come_ends_the_connection(hurried: Served) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=30) as connection:
        connection.sendall(whole)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(whole[:20])
        rest = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"HTTP/1.1 408" in rest
    assert b"x-frame-options: DENY" in rest
