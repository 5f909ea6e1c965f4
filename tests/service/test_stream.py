"""POST /v1/ask as server-sent events: the same answer as plain JSON, as it comes about."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from service.answer import Event, IndexRef, Response, Retrieval
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.stream import EventStream, is_wanted
from tests.fakes import LetterEmbedder
from tests.service.calibrations import calibration_file
from tests.service.corpora import index_of
from tests.service.served import Served
from tests.service.writing.played import Play, Played, Sent, event, playing, raw, streamed

ASKED = "Who has faced the beef?"
TEXTS = {"1.txt": "Dead Abe has faced the beef.", "2.txt": "Bab faded."}
GOOD = "Dead Abe has faced the beef [1]."
EVENTS = {"Accept": "text/event-stream"}


def _live(root: Path, played: Played | None = None, **settings: float) -> LiveEngine:
    named = {"llm_url": played.url, "llm_model": "small"} if played else {}
    calibration = calibration_file(root / "mine")
    stated = {"index": index_of(root, TEXTS), "calibration": calibration, **named, **settings}
    return LiveEngine(Settings.model_validate(stated), LetterEmbedder())


def _parsed(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The name and the data of each event; fails for what is no event of one line of data."""
    found = []
    for block in text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def _asked(live: LiveEngine) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]:
    """The events of the question, and its plain response."""
    body = {"question": ASKED, "top_k": 2}
    with TestClient(create_app(live), "http://127.0.0.1:8000") as client:
        reply = client.post("/v1/ask", json=body, headers=EVENTS)
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert reply.headers["cache-control"] == "no-cache"
        assert reply.headers["x-content-type-options"] == "nosniff"
        plain = client.post("/v1/ask", json=body)
    assert plain.headers["content-type"] == "application/json"
    return _parsed(reply.text), plain.json()


def _timeless(answered: dict[str, Any]) -> dict[str, Any]:
    return answered | {"timings_ms": {}}


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/event-stream", True),
        ("Text/Event-Stream; q=0.9", True),
        ("text/event-stream, */*", True),
        ("text/event-stream, application/json", False),
        ("application/json;q=0, text/event-stream", True),
        ("text/event-stream; q=0", False),
        ("text/event-stream;q=0.000, */*", False),
        ("application/json", False),
        ("*/*", False),
        ("", False),
        (None, False),
    ],
)
def test_events_are_sent_to_who_asks_for_them(accept: str | None, wanted: bool) -> None:
    assert is_wanted(accept) is wanted


def test_quotes_are_sent_one_by_one(tmp_path: Path) -> None:
    events, plain = _asked(_live(tmp_path))
    quotes = plain["answer"]["quotes"]
    assert quotes
    assert [name for name, _ in events] == ["passages", *["quote"] * len(quotes), "done"]
    assert [data for name, data in events if name == "quote"] == quotes
    assert _timeless(events[-1][1]) == _timeless(plain)
    retrieved = {name: value for name, value in plain.items() if name != "answer"}
    assert _timeless(events[0][1]) == _timeless(retrieved)


def test_sentences_are_sent_one_by_one(tmp_path: Path) -> None:
    with playing(streamed(GOOD, " It has Bab [1]. Abe\nhas beef [1].")) as played:
        events, plain = _asked(_live(tmp_path, played))
    assert [name for name, _ in events] == ["passages", "sentence", "sentence", "done"]
    assert [data for name, data in events if name == "sentence"] == plain["answer"]["sentences"]
    assert _timeless(events[-1][1]) == _timeless(plain)
    assert plain["answer"]["composed"] is True


@pytest.mark.parametrize("play", [raw(status=500), streamed(GOOD, " So it is [9].")])
def test_quotes_follow_when_the_endpoint_fails(tmp_path: Path, play: Play) -> None:
    with playing(play) as played:
        events, plain = _asked(_live(tmp_path, played))
    names = [name for name, _ in events if name != "sentence"]
    assert names == ["passages", "quote", "done"]
    assert plain["answer"]["composed"] is False
    assert plain["answer"]["notice"].startswith("quotes instead of a written answer: ")
    assert _timeless(events[-1][1]) == _timeless(plain)


def test_no_answer_has_no_parts(tmp_path: Path) -> None:
    events, plain = _asked(_live(tmp_path, threshold=1.0))
    assert [name for name, _ in events] == ["passages", "done"]
    assert plain["answer"]["verdict"] == "not_found"


def test_what_cannot_be_asked_is_a_problem_and_no_event(client: TestClient) -> None:
    for body, status in (({"question": " "}, 422), ({"question": "a", "top_k": 0}, 422)):
        reply = client.post("/v1/ask", json=body, headers=EVENTS)
        assert reply.status_code == status
        assert reply.headers["content-type"] == "application/problem+json"


def test_streamed_answers_are_counted(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": "bab?"}, headers=EVENTS)
    numbers = client.get("/metrics").text
    assert 'citewell_answers_total{reason="",verdict="answered"} 1.0' in numbers
    assert 'citewell_requests_total{method="POST",route="/v1/ask",status="200"} 1.0' in numbers


def test_both_forms_are_described(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    content = document["paths"]["/v1/ask"]["post"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Response"}
    assert content["text/event-stream"]["schema"]["type"] == "string"
    for name in ("passages", "sentence", "quote", "done", "error"):
        assert f"`{name}`" in content["text/event-stream"]["schema"]["description"]


def test_a_written_answer_is_as_described(tmp_path: Path) -> None:
    with playing(streamed(GOOD)) as played:
        live = _live(tmp_path, played)
        with TestClient(create_app(live), "http://127.0.0.1:8000") as client:
            document = client.get("/openapi.json").json()
            plain = client.post("/v1/ask", json={"question": ASKED}).json()
    assert plain["answer"]["sentences"] == [
        {"text": "Dead Abe has faced the beef.", "citations": [1], "supported": True}
    ]
    schema = document["components"]["schemas"]["Response"]
    Draft202012Validator({**document, **schema}).validate(plain)


def _breaking() -> Generator[Event, None, None]:
    yield "passages", Retrieval("a", "?", (), IndexRef(1, "x"), {})
    raise ZeroDivisionError("secret")


def test_an_error_midway_is_an_event(caplog: pytest.LogCaptureFixture) -> None:
    finished: list[Response] = []

    def route(_request: Request) -> EventStream:
        return EventStream(_breaking(), finished.append)

    with TestClient(Starlette(routes=[Route("/", route)])) as client:
        events = _parsed(client.get("/").text)
    assert [name for name, _ in events] == ["passages", "error"]
    assert events[1][1] == {
        "type": "urn:citewell:problem:unexpected",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "an unexpected error was logged; ask again",
    }
    assert finished == []
    assert "ZeroDivisionError: secret" in caplog.text


def _talking(sent: Sent) -> None:
    sent.head()
    sent.pieces(GOOD)
    sent.until_gone(event(" " + GOOD))


def test_events_come_as_they_are_sent_and_end_with_the_reader(tmp_path: Path) -> None:
    with playing(_talking) as played:
        live = _live(tmp_path, played, llm_answer_tokens=10_000_000)
        with Served(live) as served:
            connection = served.connect()
            headers = EVENTS | {"Content-Type": "application/json"}
            connection.request("POST", "/v1/ask", json.dumps({"question": ASKED}), headers)
            reply = connection.getresponse()
            lines = [reply.readline() for _ in range(4)]
            assert (lines[0], lines[3]) == (b"event: passages\n", b"event: sentence\n")
            connection.close()
            reply.close()
            assert played.gone.wait(30)
