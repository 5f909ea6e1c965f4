"""Pages of other sites have no effect here, unless their origin is named."""

from collections.abc import Mapping

import pytest

from service.settings import Settings
from service.web.gate.origins import OriginCheck
from tests.service.gate.conftest import Keys, Serve, bearer
from tests.service.gate.visits import visit

LOCAL = "127.0.0.1:8000"
NOTES = "https://notes.example.org"
FOREIGN: list[Mapping[str, str]] = [
    {"origin": "http://evil.com"},
    {"origin": "http://127.0.0.1:9000"},
    {"origin": "http://127.0.0.1"},
    {"origin": "http://localhost:8000"},
    {"origin": "http://127.0.0.1:8000.evil.com"},
    {"origin": "http://evil.com@127.0.0.1:8000"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "file://"},
    {"origin": "http://["},
    {"origin": "chrome-extension://127.0.0.1:8000"},
    {"origin": "http://notes.example.org"},
    {"origin": f"{NOTES}:444"},
    {"origin": f"{NOTES}.evil.com"},
    {"origin": "HTTPS://notes.example.org"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": ""},
    {"sec-fetch-site": "same-origin, cross-site"},
    {"sec-fetch-site": "cross-site", "origin": f"http://{LOCAL}"},
]
PREFLIGHT = {"origin": NOTES, "access-control-request-method": "POST"}


def _status(headers: Mapping[str, str], host: str = LOCAL, method: str = "POST") -> int:
    check = OriginCheck(Settings(origins=f"http://a.b:1, {NOTES}")).check
    refused = check(visit([("host", host), *headers.items()], method))
    return refused.status_code if refused else 200


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        (LOCAL, {}),
        (LOCAL, {"origin": f"http://{LOCAL}"}),
        (LOCAL, {"origin": f"http://{LOCAL}", "sec-fetch-site": "same-origin"}),
        (LOCAL, {"sec-fetch-site": "none"}),
        ("localhost", {"origin": "http://localhost:80"}),
        ("localhost:80", {"origin": "http://localhost"}),
        ("localhost:443", {"origin": "https://localhost"}),
        ("LOCALHOST:8000", {"origin": "http://localhost:8000"}),
        ("[::1]:8000", {"origin": "http://[::1]:8000"}),
        ("wiki.example.org", {"origin": "https://wiki.example.org"}),
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH"])
def test_the_own_page_may_change(host: str, headers: Mapping[str, str], method: str) -> None:
    assert _status(headers, host, method) == 200


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("method", ["POST", "DELETE", "LINK"])
def test_a_page_of_another_site_may_not(headers: Mapping[str, str], method: str) -> None:
    assert _status(headers, method=method) == 403


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_link_from_another_site_may_be_followed(headers: Mapping[str, str]) -> None:
    assert _status(headers, method="GET") == 200


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}])
def test_a_named_origin_may(headers: Mapping[str, str]) -> None:
    assert _status({"origin": NOTES, **headers}) == 200


def test_two_origins_are_not_a_named_one() -> None:
    check = OriginCheck(Settings(origins=NOTES)).check
    refused = check(visit([("origin", NOTES), ("origin", "http://evil.com")], host=LOCAL))
    assert refused is not None
    assert refused.status_code == 403


ROUTES = [
    ("POST", "/v1/ask"),
    ("POST", "/v1/feedback"),
    ("POST", "/v1/documents"),
    ("DELETE", "/v1/documents/d_1"),
    ("POST", "/nothing"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.com"}, {"sec-fetch-site": "same-site"}]
)
def test_every_route_refuses_strangers(
    serve: Serve, method: str, path: str, headers: dict[str, str]
) -> None:
    reply = serve().request(method, path, headers=headers, json={"question": "bab?"})
    assert (reply.status_code, reply.json()["type"]) == (
        403,
        "urn:citewell:problem:origin-refused",
    )
    assert "CITEWELL_ORIGINS" in reply.json()["detail"]


def test_without_named_origins_there_is_no_cors(serve: Serve) -> None:
    client = serve()
    asked = client.get("/v1/documents", headers={"origin": NOTES})
    assert asked.status_code == 200
    before = client.options("/v1/ask", headers=PREFLIGHT)
    assert before.status_code == 403
    for reply in (asked, before):
        assert [name for name in reply.headers if name.startswith("access-control")] == []


def test_a_named_origin_is_told_what_it_may(serve: Serve, keys: Keys) -> None:
    client = serve(origins=NOTES)
    before = client.options("/v1/ask", headers=PREFLIGHT)  # a browser sends no key with it
    assert (before.status_code, before.content) == (204, b"")
    assert before.headers["access-control-allow-origin"] == NOTES
    assert "Authorization" in before.headers["access-control-allow-headers"]
    assert "DELETE" in before.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in before.headers
    sent = {"origin": NOTES, "sec-fetch-site": "cross-site"}
    asked = client.post("/v1/ask", json={"question": "bab?"}, headers=sent | bearer(keys.read))
    refused = client.post("/v1/ask", json={"question": "bab?"}, headers=sent)
    assert (asked.status_code, refused.status_code) == (200, 401)
    for reply in (before, asked, refused):
        assert reply.headers["access-control-allow-origin"] == NOTES
        assert reply.headers["vary"] == "Origin"


def test_what_is_kept_for_one_origin_is_not_sent_to_another(serve: Serve) -> None:
    reply = serve(origins=NOTES).get("/healthz", headers={"origin": "http://evil.com"})
    assert reply.headers["vary"] == "Origin"
    assert "access-control-allow-origin" not in reply.headers
