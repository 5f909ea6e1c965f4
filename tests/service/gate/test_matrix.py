"""Who may do what: every route of the application, asked with every kind of key.

The routes are those that the application tells. One without a row in ``ROWS`` fails
``test_every_route_has_its_row``: add the row that says what the route is to need (``OPEN``,
``READ`` or ``WRITE``), the request to send, and the status when it is allowed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount

from service.keys.key import make_key
from service.keys.keyfile import add_key
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.conftest import client_of
from tests.service.corpora import index_of
from tests.service.gate.conftest import URL, Keys, bearer

OPEN, READ, WRITE = "open", "read", "write"


@dataclass(frozen=True, slots=True)
class Row:
    """What a route needs, its status when it is allowed, and what is sent."""

    needs: str
    status: int = 200
    path: str | None = None  # if not the route's own
    json: object = None
    data: dict[str, str] | None = None  # of a form


ASKED = {"question": "bab?"}
CHAT = {"model": "citewell", "messages": [{"role": "user", "content": "bab?"}]}
ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/"): Row(OPEN),
    ("GET", "/page"): Row(OPEN, path="/page/page.js"),
    ("GET", "/openapi.json"): Row(OPEN),
    ("GET", "/healthz"): Row(OPEN),
    ("GET", "/readyz"): Row(OPEN),
    ("GET", "/metrics"): Row(READ),
    ("POST", "/plain/ask"): Row(READ, data={"question": "bab?"}),
    ("GET", "/plain/citations/{citation_id}"): Row(READ, 404, "/plain/citations/x"),
    ("POST", "/v1/ask"): Row(READ, json=ASKED),
    ("POST", "/v1/ask/batch"): Row(READ, json={"questions": [ASKED]}),
    ("POST", "/v1/retrieve"): Row(READ, json=ASKED),
    ("POST", "/v1/feedback"): Row(READ, 201, json=ASKED | {"verdict": "right"}),
    ("GET", "/v1/feedback/questions"): Row(WRITE),
    ("GET", "/report"): Row(READ, 404),
    ("POST", "/v1/chat/completions"): Row(READ, json=CHAT),
    ("GET", "/v1/models"): Row(READ),
    ("GET", "/v1/models/{model}"): Row(READ, path="/v1/models/citewell"),
    ("GET", "/v1/citations/{citation_id}"): Row(READ, 404, "/v1/citations/x"),
    ("GET", "/v1/documents"): Row(READ),
    ("GET", "/v1/documents/{document_id}"): Row(READ, 404, "/v1/documents/d_0"),
    ("GET", "/v1/documents/{document_id}/text"): Row(READ, 404, "/v1/documents/d_0/text"),
    ("POST", "/v1/documents/{document_id}/restore"): Row(WRITE, 404, "/v1/documents/d_0/restore"),
    ("GET", "/v1/index"): Row(READ),
    ("GET", "/v1/suggestions"): Row(READ),
    ("POST", "/v1/documents"): Row(WRITE, 415, json={}),
    ("DELETE", "/v1/documents/{document_id}"): Row(WRITE, 404, "/v1/documents/d_0"),
}
# The status by what the route needs and what is sent; None stands for the row's own.
EXPECTED: dict[str, dict[str, int | None]] = {
    OPEN: {"none": None, "wrong": None, "read": None, "write": None},
    READ: {"none": 401, "wrong": 401, "read": None, "write": None},
    WRITE: {"none": 401, "wrong": 401, "read": 403, "write": None},
}
CASES = [(route, sent) for route in ROWS for sent in ("none", "wrong", "read", "write")]


@dataclass(frozen=True, slots=True)
class Gates:
    """A client of an application that needs no key, one of another that does, and its keys.

    Made once: what is asked here changes no document."""

    without: TestClient
    demanding: TestClient
    keys: Keys


@pytest.fixture(scope="module")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Gates:
    indexes = [index_of(tmp_path_factory.mktemp("gate"), {"a.txt": "Bab."}) for _ in range(2)]
    file = indexes[1].with_name("index.keys.json")
    keys = Keys(add_key(file, "reader", "read"), add_key(file, "writer", "write"))
    without, demanding = (
        client_of(LiveEngine(Settings(index=index), LetterEmbedder()), URL) for index in indexes
    )
    return Gates(without, demanding, keys)


def _told(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Each method and path, HEAD by GET; a mounted application by its path."""
    for route in routes:
        path: str = getattr(route, "path", repr(route))
        methods = {"GET"} if isinstance(route, Mount) else getattr(route, "methods", None)
        yield from ((method, path) for method in (methods or {"ANY"}) - {"HEAD"})


def _send(
    client: TestClient, route: tuple[str, str], headers: dict[str, str], method: str = ""
) -> Any:
    row = ROWS[route]
    path = row.path or route[1]
    return client.request(method or route[0], path, json=row.json, data=row.data, headers=headers)


def _headers(sent: str, keys: Keys) -> dict[str, str]:
    made = {"read": keys.read, "write": keys.write, "wrong": make_key("x", "write")[1]}
    return {} if sent == "none" else bearer(made[sent])


def test_every_route_has_its_row(gates: Gates) -> None:
    app: Any = gates.without.app
    assert sorted(_told(app.routes)) == sorted(ROWS)


@pytest.mark.parametrize(("route", "sent"), CASES, ids=lambda part: " ".join([*part][:2]))
def test_a_route_answers_whom_it_may(gates: Gates, route: tuple[str, str], sent: str) -> None:
    row = ROWS[route]
    expected = EXPECTED[row.needs][sent] or row.status
    reply = _send(gates.demanding, route, _headers(sent, gates.keys))
    assert reply.status_code == expected
    challenge = {401: "Bearer", 403: "insufficient_scope"}.get(expected, "")
    assert challenge in reply.headers.get("www-authenticate", "")
    assert ("www-authenticate" in reply.headers) == bool(challenge)


@pytest.mark.parametrize("route", ROWS, ids=" ".join)
def test_on_loopback_without_keys_all_is_answered(gates: Gates, route: tuple[str, str]) -> None:
    assert _send(gates.without, route, {}).status_code == ROWS[route].status


@pytest.mark.parametrize("route", [r for r in ROWS if r[0] == "GET"], ids=" ".join)
def test_head_needs_what_get_needs(gates: Gates, route: tuple[str, str]) -> None:
    needed = EXPECTED[ROWS[route].needs]["none"]
    refused = _send(gates.demanding, route, {}, "HEAD").status_code == 401
    assert refused == (needed == 401)


@pytest.mark.parametrize("route", ROWS, ids=" ".join)
def test_no_other_method_is_a_way_around(gates: Gates, route: tuple[str, str]) -> None:
    for method in ("OPTIONS", "PUT", "PATCH", "TRACE", "LINK", "get2"):
        reply = _send(gates.demanding, route, {}, method)
        assert reply.status_code in ({401} if ROWS[route].needs != OPEN else {404, 405})


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "//v1/documents",
        "/v1/documents/",
        "/V1/documents",
        "/v1//documents",
        "/healthz/../v1/documents",
        "/page",
        "/healthz/",
        "/%76%31/documents",
        "/v1/documents;/page/",
        "/v1/documents?/page/",
    ],
)
def test_no_other_spelling_is_a_way_around(gates: Gates, path: str) -> None:
    assert gates.demanding.get(path, follow_redirects=False).status_code == 401


def test_below_the_page_there_is_nothing_else(gates: Gates) -> None:
    for path in ("/page/../v1/documents", "/page/%2e%2e/v1/documents", "/page//v1/documents"):
        reply = gates.demanding.get(path, follow_redirects=False)
        assert reply.status_code in {401, 404}
        assert "total" not in reply.text
