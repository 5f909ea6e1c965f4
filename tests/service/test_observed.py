"""Each request has an id, a line in the log, and leaves nothing else there."""

import json
import logging
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder
from tests.service.served import Served
from tests.service.writing.played import playing, streamed

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def _lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """The fields of the requests' lines."""
    records = [record for record in caplog.records if record.name == "service.web.observed"]
    return [{"message": record.getMessage(), **vars(record)["fields"]} for record in records]


@pytest.fixture(autouse=True)
def _from_info_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "service")


def test_a_question_has_one_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    reply = client.post("/v1/ask", json={"question": "bab?"})
    (line,) = _lines(caplog)
    assert line.pop("milliseconds") > 0  # type: ignore[operator]
    assert line == {
        "message": "POST /v1/ask 200",
        "method": "POST",
        "route": "/v1/ask",
        "status": 200,
        "bytes": len(reply.content),
        "client": "testclient",
        "key": None,
        "verdict": reply.json()["answer"]["verdict"],
        "generation": 1,
        "parent_id": None,
    }


def test_a_stream_has_its_verdict(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    accept = {"accept": "text/event-stream"}
    reply = client.post("/v1/ask", json={"question": "bab?"}, headers=accept)
    (line,) = _lines(caplog)
    assert (line["bytes"], line["generation"]) == (len(reply.content), 1)
    assert line["verdict"] in {"answered", "not_found"}


def test_paths_and_queries_are_not_told(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/secretpath?q=secretquery")
    client.get("/v1/documents/d_secret?x=secretquery")
    assert [line["route"] for line in _lines(caplog)] == ["none", "/v1/documents/{document_id}"]
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/healthz", 200), ("GET", "/none", 404), ("POST", "/v1/ask", 422), ("GET", "/", 200)],
)
def test_every_answer_bears_the_id(client: TestClient, method: str, path: str, status: int) -> None:
    body = {"question": ""} if method == "POST" else None
    reply = client.request(method, path, json=body, headers={"x-request-id": "mine-1"})
    assert reply.status_code == status
    assert reply.headers.get_list("x-request-id") == ["mine-1"]
    if status >= 400:
        assert reply.json()["request_id"] == "mine-1"


def test_a_refusal_of_the_gate_bears_it(client: TestClient) -> None:
    reply = client.get("/v1/documents", headers={"host": "elsewhere.example"})
    assert reply.status_code == 421
    assert reply.json()["request_id"] == reply.headers["x-request-id"]


def test_an_answer_to_what_is_no_request_bears_it(
    live: LiveEngine, caplog: pytest.LogCaptureFixture
) -> None:
    with Served(live) as served, closing(served.connect()) as connection:
        connection.connect()
        connection.sock.sendall(b"\x00\x01 nonsense\r\n\r\n")
        said = connection.sock.makefile("rb").read()
    head, _, body = said.partition(b"\r\n\r\n")
    identity = json.loads(body)["request_id"]
    assert f"x-request-id: {identity}".encode() in head.lower()
    assert "no request: 400 not-http" in caplog.text


def test_an_unexpected_error_is_logged_for_its_request(
    client: TestClient, live: LiveEngine, caplog: pytest.LogCaptureFixture
) -> None:
    live.engine().index.texts.close()
    reply = client.post("/v1/ask", json={"question": "bab?"}, headers={"x-request-id": "mine-2"})
    assert (reply.status_code, reply.json()["request_id"]) == (500, "mine-2")
    (error,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (error.name, error.getMessage()) == ("service.web.observed", "a request failed")
    assert error.exc_info


def test_the_trace_goes_on_to_the_endpoint(
    small_index: Path, letters: LetterEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    with playing(streamed("NOT_FOUND")) as played:
        settings = Settings(
            index=small_index, threshold=0, llm_url=f"{played.url}/v1", llm_model="m"
        )
        client = TestClient(create_app(LiveEngine(settings, letters)), "http://127.0.0.1:8000")
        headers = {"traceparent": f"00-{TRACE}-{SPAN}-01", "tracestate": "a=b"}
        client.post("/v1/ask", json={"question": "bab bab cab?"}, headers=headers)
    sent = {name.lower(): value for name, value in played.requests[0].headers.items()}
    version, trace, span, flags = sent["traceparent"].split("-")
    assert (version, trace, flags, sent["tracestate"]) == ("00", TRACE, "01", "a=b")
    assert span != SPAN
    assert _lines(caplog)[-1]["parent_id"] == SPAN


def test_a_question_is_logged_where_it_is_asked_for(
    small_index: Path, letters: LetterEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveEngine(Settings(index=small_index, log_questions=True), letters)
    client = TestClient(create_app(live), "http://127.0.0.1:8000")
    client.post("/v1/ask", json={"question": "bab?"})
    assert _lines(caplog)[0]["question"] == "bab?"
