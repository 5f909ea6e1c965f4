"""Who may change documents over HTTP: this machine, and no page of another site."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from service.errors import EditingRefused
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.editing import check_editing, is_loopback
from tests.fakes import LetterEmbedder

OPEN = Settings(host="0.0.0.0", editing=True)
LOCAL = "127.0.0.1:8000"


def _check(settings: Settings, host: str = LOCAL, **headers: str) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    check_editing(settings, Headers({"host": host, **named}))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST", "[::1]"]
)
def test_a_loopback_host(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "localhost.evil.com", "127.0.0.1.nip.io", "", "1"]
)
def test_no_loopback_host(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "editing", "allowed"),
    [
        ("127.0.0.1", None, True),
        ("127.0.0.1", True, True),
        ("127.0.0.1", False, False),
        ("0.0.0.0", None, False),
        ("0.0.0.0", True, True),
        ("0.0.0.0", False, False),
        ("::1", None, True),
        ("::", None, False),
    ],
)
def test_editing_is_for_loopback_unless_set(host: str, editing: bool | None, allowed: bool) -> None:
    settings = Settings(host=host, editing=editing)
    if allowed:
        _check(settings)
        return
    with pytest.raises(EditingRefused, match="set CITEWELL_EDITING=true, or listen on 127"):
        _check(settings)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000", "LocalHost:1"]
)
def test_a_local_address_is_answered(host: str) -> None:
    _check(Settings(), host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.com",
        "evil.com:8000",
        "localhost.evil.com:8000",
        "127.0.0.1.evil.com",
        "",
        "127.0.0.1@evil.com",
        "[::1].evil.com",
        "127.0.0.1:80:80",
        "localhost, evil.com",
        "0.0.0.0:8000",
    ],
)
def test_a_name_of_the_web_is_not_answered(host: str) -> None:
    with pytest.raises(EditingRefused, match=r"http://127\.0\.0\.1 or http://localhost"):
        _check(Settings(), host)


def test_in_the_open_any_name_may_be_used() -> None:
    _check(OPEN, "notes.example.org", origin="https://notes.example.org")


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        (LOCAL, {"origin": f"http://{LOCAL}"}),
        (LOCAL, {"origin": f"http://{LOCAL}", "sec_fetch_site": "same-origin"}),
        (LOCAL, {"sec_fetch_site": "none"}),
        ("localhost", {"origin": "http://localhost:80"}),
        ("localhost:80", {"origin": "http://localhost"}),
        ("localhost:443", {"origin": "https://localhost"}),
        ("LOCALHOST:8000", {"origin": "http://localhost:8000"}),
        ("[::1]:8000", {"origin": "http://[::1]:8000"}),
    ],
)
def test_the_own_page_may_change_documents(host: str, headers: Mapping[str, str]) -> None:
    _check(Settings(), host, **headers)


@pytest.mark.parametrize(
    "headers",
    [
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
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": ""},
        {"sec_fetch_site": "same-origin, cross-site"},
        {"sec_fetch_site": "cross-site", "origin": f"http://{LOCAL}"},
    ],
)
@pytest.mark.parametrize("settings", [Settings(), OPEN], ids=["local", "open"])
def test_a_page_of_another_site_may_not(settings: Settings, headers: Mapping[str, str]) -> None:
    with pytest.raises(EditingRefused, match="by a page of another site"):
        _check(settings, **headers)


def _refused(client: TestClient, **request: Any) -> None:
    for method, path in (("POST", "/v1/documents"), ("DELETE", "/v1/documents/d_1")):
        reply = client.request(method, path, **request)
        assert (reply.status_code, reply.json()["type"]) == (
            403,
            "urn:citewell:problem:editing-refused",
        )


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.com"}, {"sec-fetch-site": "cross-site"}, {"host": "evil.com"}],
)
def test_both_routes_refuse_strangers(client: TestClient, headers: dict[str, str]) -> None:
    _refused(client, headers=headers)


@pytest.mark.parametrize("settings", [{"editing": False}, {"host": "0.0.0.0"}])
def test_both_routes_refuse_when_editing_is_off(
    small_index: Path, letters: LetterEmbedder, settings: dict[str, Any]
) -> None:
    live = LiveEngine(Settings(index=small_index, **settings), letters)
    client = TestClient(create_app(live), f"http://{LOCAL}")
    _refused(client)
    assert client.get("/v1/documents").status_code == 200
    assert client.post("/v1/ask", json={"question": "bab"}).status_code == 200


def test_questions_are_not_changes(client: TestClient) -> None:
    headers = {"origin": "http://evil.com", "host": "evil.com"}
    assert client.get("/v1/documents", headers=headers).status_code == 200
