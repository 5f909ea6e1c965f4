"""POST /v1/feedback: what is sent is proved, bounded and kept; nobody else's page may send it."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.feedback import FeedbackStore, MarkedQuote
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder

FEEDBACK = "/v1/feedback"


@pytest.fixture
def store(small_index: Path) -> FeedbackStore:
    return FeedbackStore.of(small_index)


def _document(client: TestClient, path: str) -> dict[str, Any]:
    listed = client.get("/v1/documents").json()["documents"]
    found: dict[str, Any] = next(each for each in listed if each["path"] == path)
    return found


def _place(client: TestClient, start: int, end: int, path: str = "two.txt") -> dict[str, Any]:
    return {"document": _document(client, path)["id"], "start": start, "end": end}


def test_what_an_answer_quotes_can_be_called_right(
    client: TestClient, store: FeedbackStore
) -> None:
    told = client.post("/v1/ask", json={"question": "bab?"}).json()
    quote = told["answer"]["quotes"][0]
    cited = told["passages"][quote["citation"] - 1]["document"]
    place = {"document": cited["id"], "start": quote["start"], "end": quote["end"]}
    body = {
        "question": "bab?",
        "verdict": "right",
        "answer_id": told["id"],
        "passages": [place | {"sha256": cited["sha256"]}],
        "comment": "Yes.",
    }
    reply = client.post(FEEDBACK, json=body)
    assert reply.status_code == 201
    (kept,) = store.read().feedback
    assert reply.json() == {"id": kept.id, "created": kept.created, "index": told["index"]}
    assert kept.passages == (
        MarkedQuote(cited["path"], quote["start"], quote["end"], quote["text"]),
    )
    assert (kept.answer_id, kept.comment) == (told["id"], "Yes.")


def test_a_verdict_is_enough(client: TestClient, store: FeedbackStore) -> None:
    for verdict in ("right", "wrong", "unanswerable"):
        reply = client.post(FEEDBACK, json={"question": "bab?", "verdict": verdict})
        assert reply.status_code == 201
    kept = store.read().feedback
    assert [each.verdict for each in kept] == ["right", "wrong", "unanswerable"]
    assert {(each.passages, each.answer_id, each.comment) for each in kept} == {((), None, None)}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": " "}, "question"),
        ({"question": "a" * 2001}, "question"),
        ({"verdict": "maybe"}, "verdict"),
        ({"verdict": None}, "verdict"),
        ({"answer_id": ""}, "answer_id"),
        ({"comment": "a" * 2001}, "comment"),
        ({"quote": "aa"}, "quote"),
        ({"passages": [{"document": "d", "start": 0, "end": 1}] * 51}, "passages"),
        ({"passages": [{"document": "d", "start": 0}]}, "passages.0.end"),
        ({"passages": [{"document": "d", "start": 0, "end": 1}]}, "passages.0.document"),
        ({"passages": [{"document": "", "start": 0, "end": 1}]}, "passages.0.document"),
        ({"passages": [{"document": "d", "start": -1, "end": 1}]}, "passages.0.start"),
        ({"passages": [{"document": "d", "start": 0, "end": 2**40}]}, "passages.0.end"),
        ({"passages": [{"document": "d", "start": 0.5, "end": 1}]}, "passages.0.start"),
        ({"passages": [{"document": "d", "start": 0, "end": 1, "text": "a"}]}, "passages.0.text"),
        (
            {"passages": [{"document": "d", "start": 0, "end": 1, "sha256": "A"}]},
            "passages.0.sha256",
        ),
        (
            {"verdict": "unanswerable", "passages": [{"document": "d", "start": 0, "end": 1}]},
            "passages",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    client: TestClient, store: FeedbackStore, change: dict[str, Any], field: str
) -> None:
    reply = client.post(FEEDBACK, json={"question": "bab?", "verdict": "right"} | change)
    assert (reply.status_code, reply.json()["field"]) == (422, field)
    assert reply.headers["content-type"] == "application/problem+json"
    assert store.read().feedback == ()


def test_a_place_outside_its_document_is_refused_by_field(
    client: TestClient, store: FeedbackStore
) -> None:
    length = _document(client, "two.txt")["length"]
    whole, outside = _place(client, 0, length), _place(client, 0, length + 1)
    body = {"question": "bab?", "verdict": "wrong", "passages": [whole, outside]}
    problem = client.post(FEEDBACK, json=body).json()
    assert (problem["status"], problem["field"]) == (422, "passages.1.end")
    assert problem["type"] == "urn:citewell:problem:feedback-invalid"
    assert store.read().feedback == ()


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 400), (b"[]", 422), (json.dumps({"question": "a" * 70_000}).encode(), 413)],
)
def test_a_body_that_is_none_is_refused(client: TestClient, content: bytes, status: int) -> None:
    headers = {"content-type": "application/json"}
    assert client.post(FEEDBACK, content=content, headers=headers).status_code == status


def test_a_page_of_another_site_may_not(client: TestClient, store: FeedbackStore) -> None:
    body = {"question": "bab?", "verdict": "right"}
    reply = client.post(FEEDBACK, json=body, headers={"origin": "http://evil.com"})
    assert (reply.status_code, reply.json()["type"]) == (403, "urn:citewell:problem:origin-refused")
    own = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    assert client.post(FEEDBACK, json=body, headers=own).status_code == 201
    assert len(store.read().feedback) == 1


def test_it_needs_no_leave_to_edit(
    small_index: Path, letters: LetterEmbedder, store: FeedbackStore
) -> None:
    settings = Settings(index=small_index, host="0.0.0.0", editing=False, open=True)
    client = TestClient(create_app(LiveEngine(settings, letters)), "http://192.168.1.5")
    body = {"question": "bab?", "verdict": "unanswerable"}
    assert client.post(FEEDBACK, json=body).status_code == 201
    assert len(store.read().feedback) == 1


def test_a_disk_that_does_not_take_it_is_told(client: TestClient, small_index: Path) -> None:
    small_index.with_name("index.feedback").write_text("no folder")
    reply = client.post(FEEDBACK, json={"question": "bab?", "verdict": "right"})
    assert reply.status_code == 503
    assert reply.json()["detail"].startswith("the feedback could not be written (")


def test_erasing_a_document_removes_the_feedback_that_quotes_it(
    client: TestClient, small_index: Path, store: FeedbackStore
) -> None:
    one, two = _place(client, 0, 3, "one.txt"), _place(client, 0, 3)
    for marked in ([one], [two], [one, two], []):
        body = {"question": "bab?", "verdict": "right", "passages": marked}
        assert client.post(FEEDBACK, json=body).status_code == 201
    client.delete(f"/v1/documents/{_document(client, 'two.txt')['id']}")
    assert len(store.read().feedback) == 4
    client.delete(f"/v1/documents/{one['document']}?erase=true")
    assert [each.passages for each in store.read().feedback] == [()]
    reply = client.post(FEEDBACK, json={"question": "b", "verdict": "right", "passages": [one]})
    assert (reply.status_code, reply.json()["field"]) == (422, "passages.0.document")
