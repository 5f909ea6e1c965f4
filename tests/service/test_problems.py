"""Every error is RFC 9457 ``application/problem+json`` that says what to do."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient

from service.live import LiveEngine

JSON = {"content-type": "application/json"}
LARGEST = 64 * 1024


class Reply(NamedTuple):
    """What of a response the tests look at."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]


def _reply(
    client: TestClient,
    method: str,
    path: str,
    content: bytes | Iterator[bytes] | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """The problem that answers a request, after what all problems have in common."""
    reply = client.request(method, path, content=content, headers=headers)
    body = reply.json()
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert set(body) - {"field", "errors"} == {"type", "title", "status", "detail", "request_id"}
    assert body["type"].startswith("urn:citewell:problem:")
    assert body["status"] == reply.status_code
    assert body["title"] == HTTPStatus(reply.status_code).phrase
    assert body["detail"]
    return Reply(reply.status_code, dict(reply.headers), body)


def _ask(client: TestClient, content: bytes, path: str = "/v1/ask") -> Reply:
    return _reply(client, "POST", path, content, JSON)


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/retrieve"])
@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b'{"question": ""}', "question"),
        (b'{"question": " \\n\\u3000"}', "question"),
        (b'{"question": 5}', "question"),
        (b'{"question": null}', "question"),
        (b'{"question": ["a"]}', "question"),
        (b'{"top_k": 5}', "question"),
        (b'{"question": "a\\u0000b"}', "question"),
        (b'{"question": "a\\ud800"}', "question"),
        (b'{"question": "a", "top_k": "3"}', "top_k"),
        (b'{"question": "a", "top_k": true}', "top_k"),
        (b'{"question": "a", "top_k": null}', "top_k"),
        (b'{"question": "a", "top_k": 2.5}', "top_k"),
        (b'{"question": "a", "top_k": NaN}', "top_k"),
        (b'{"question": "a", "top_k": 0}', "top_k"),
        (b'{"question": "a", "top_k": -1}', "top_k"),
        (b'{"question": "a", "top_k": 51}', "top_k"),
        (b'{"question": "a", "topk": 3}', "topk"),
        (b"[]", "body"),
        (b"null", "body"),
        (b'"a"', "body"),
        (b"", "body"),
        (b'{"question": "a", "\\ud800": 1}', "body"),
    ],
)
def test_bad_input_is_named_by_its_field(
    steady: TestClient, path: str, content: bytes, field: str
) -> None:
    reply = _ask(steady, content, path)
    assert reply.status == 422
    assert reply.body["field"] == field
    assert [error["field"] for error in reply.body["errors"]] == [field]
    assert reply.body["detail"].startswith(f"{field}: ")


def test_all_bad_fields_are_named(steady: TestClient) -> None:
    reply = _ask(steady, b'{"question": 5, "top_k": "3", "x": 1}')
    assert {error["field"] for error in reply.body["errors"]} == {"question", "top_k", "x"}


def test_2000_characters_are_the_most(steady: TestClient) -> None:
    longest = json.dumps({"question": "😀" * 2000}).encode()
    assert steady.post("/v1/ask", content=longest, headers=JSON).status_code == 200
    reply = _ask(steady, json.dumps({"question": "a" * 2001}).encode())
    assert (reply.status, reply.body["field"]) == (422, "question")
    assert "2000" in reply.body["detail"]


def test_what_was_sent_is_not_repeated(steady: TestClient) -> None:
    assert "sesame" not in str(_ask(steady, b'{"question": ["sesame"]}').body)


@pytest.mark.parametrize(
    "content",
    [
        b"question=a",
        b'{"question": "a"',
        b"{'question': 'a'}",
        b'{"question": "\xff"}',
        b"[" * 60_000,
        b'{"question": "a", "top_k": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_json_is_told_so(steady: TestClient, content: bytes) -> None:
    assert _ask(steady, content).status == 400


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(steady: TestClient, content_type: str) -> None:
    headers = {"content-type": content_type}
    reply = _reply(steady, "POST", "/v1/ask", b'{"question": "a"}', headers)
    assert reply.status in {415, 422}


def test_a_body_of_64_kib_is_read_and_one_byte_more_is_not(steady: TestClient) -> None:
    body = b'{"question": "bab?"}'
    fits = steady.post("/v1/ask", content=body.ljust(LARGEST), headers=JSON)
    assert fits.status_code == 200
    assert _ask(steady, body.ljust(LARGEST + 1)).status == 413


def test_a_large_body_without_length_is_refused_too(steady: TestClient) -> None:
    chunks = (b" " * 1000 for _ in range(66))
    assert _reply(steady, "POST", "/v1/ask", chunks, JSON).status == 413


@pytest.mark.parametrize(
    "body",
    [b"[" * 60_000, b'{"question": "\xff"}', b'{"question": "a", "top_k": %s}' % (b"9" * 5000)],
    ids=["too deep", "not of UTF-8", "too long a number"],
)
def test_a_body_that_cannot_be_read_is_told_as_such(steady: TestClient, body: bytes) -> None:
    reply = _reply(steady, "POST", "/v1/ask", body, JSON)
    assert (reply.status, reply.body["type"]) == (400, "urn:citewell:problem:not-json")
    assert reply.body["detail"].startswith("the body cannot be read as JSON (it is not of UTF-8,")


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/page/nothing.js", "/page/../app.py"])
def test_an_unknown_route_is_not_found(steady: TestClient, path: str) -> None:
    assert _reply(steady, "GET", path).status == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/ask", "POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("DELETE", "/v1/documents", "GET, HEAD, POST"),
        ("POST", "/v1/documents/d_1", "DELETE, GET, HEAD"),
        ("POST", "/page/page.js", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    steady: TestClient, method: str, path: str, allowed: str
) -> None:
    reply = _reply(steady, method, path)
    assert (reply.status, reply.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("number", [b"3.0", b"3e0", b"30E-1"])
def test_a_whole_number_may_be_written_in_any_way_of_json(
    steady: TestClient, number: bytes
) -> None:
    plain = steady.post("/v1/retrieve", content=b'{"question": "bab?", "top_k": 3}', headers=JSON)
    body = b'{"question": "bab?", "top_k": ' + number + b"}"
    other = steady.post("/v1/retrieve", content=body, headers=JSON)
    assert (other.status_code, other.json()["id"]) == (200, plain.json()["id"])


@pytest.mark.parametrize("identity", ["d_0000000000000000", "x", "%00", "%ff", "%F0%9F%98%80"])
def test_an_unknown_document_is_not_found(steady: TestClient, identity: str) -> None:
    reply = _reply(steady, "GET", f"/v1/documents/{identity}")
    assert reply.status == 404
    assert reply.body["detail"].endswith("GET /v1/documents lists them")


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "offset=-1", "offset=1e3"])
def test_a_wrong_page_of_documents_names_the_parameter(steady: TestClient, query: str) -> None:
    reply = _reply(steady, "GET", f"/v1/documents?{query}")
    assert (reply.status, reply.body["field"]) == (422, query.split("=", maxsplit=1)[0])


def _check_unready(client: TestClient) -> None:
    requests = [("POST", "/v1/ask"), ("POST", "/v1/retrieve"), ("GET", "/v1/documents")]
    requests += [("GET", "/readyz"), ("GET", "/v1/documents/d_1")]
    for method, path in requests:
        content = b'{"question": "a"}' if method == "POST" else None
        reply = _reply(client, method, path, content, JSON)
        assert reply.status == 503
        assert int(reply.headers["retry-after"]) > 0
        assert "citewell index" in reply.body["detail"]
    assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 200


def test_a_missing_index_is_unready_and_alive(client: TestClient, small_index: Path) -> None:
    shutil.move(small_index, small_index.with_name("away"))
    _check_unready(client)
    shutil.move(small_index.with_name("away"), small_index)
    assert client.get("/readyz").status_code == 200


def test_an_index_of_another_format_is_unready_and_alive(
    client: TestClient, small_index: Path
) -> None:
    (small_index / "CURRENT").write_text("2\n", "ascii")
    _check_unready(client)


def test_a_text_changed_below_the_service_is_not_sent(
    client: TestClient, small_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    connection = sqlite3.connect(next(small_index.rglob("texts.sqlite")))
    changed = connection.execute(
        "UPDATE pieces SET text = replace(text, 'bab', 'zab') WHERE instr(text, 'bab')"
    )
    assert changed.rowcount == 1
    connection.commit()
    connection.close()
    reply = _ask(client, b'{"question": "bab"}')
    assert (reply.status, reply.body["type"]) == (500, "urn:citewell:problem:citation-mismatch")
    assert "zab" not in str(reply.body)
    assert "a citation was not sent" in caplog.text


def test_an_unexpected_error_is_a_problem_too(client: TestClient, live: LiveEngine) -> None:
    live.engine().index.texts.close()  # as if the file had become unreadable
    reply = _ask(client, b'{"question": "bab"}')
    assert (reply.status, reply.body["type"]) == (500, "urn:citewell:problem:unexpected")
    assert "sqlite" not in str(reply.body)
