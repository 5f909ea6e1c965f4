"""The HTTP contract: names and types of every answer, as programs outside rely on them."""

import http.client
import json
import socket
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from service.live import LiveEngine
from tests.conftest import SEED

SPAN = {"start": int, "end": int}
DOCUMENT = {"id": str, "path": str, "title": str, "sha256": str, "media_type": str}
LABELS = {"date": type(None), "tags": list}
PASSAGE = {
    "rank": int,
    "id": str,
    "document": dict,
    "start": int,
    "end": int,
    "page": type(None),
    "headings": list,
    "text": str,
    "highlights": list,
    "score": float,
    "scores": dict,
    "tokens": int,
    "verified": bool,
}
ANSWER = {
    "verdict": str,
    "text": str,
    "confidence": float,
    "citations": list,
    "quotes": list,
    "composed": bool,
    "notice": type(None),
    "sentences": list,
    "signals": dict,
    "absence": type(None),
}
ABSENCE = {
    "reason": str,
    "explanation": str,
    "documents": int,
    "passages": int,
    "unknown_words": list,
    "threshold": float,
    "excluded_by": dict,
}
QUOTE = {"text": str, "citation": int, "start": int, "end": int}
RETRIEVAL = {
    "id": str,
    "question": str,
    "passages": list,
    "index": dict,
    "timings_ms": dict,
    "understood": type(None),
}
SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


def _types(value: dict[str, Any]) -> dict[str, type]:
    return {name: type(item) for name, item in value.items()}


def _posted(client: TestClient, path: str, body: dict[str, object]) -> dict[str, Any]:
    reply = client.post(path, json=body)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    content: dict[str, Any] = reply.json()
    return content


def test_ask_answers_in_the_shape_of_the_contract(client: TestClient) -> None:
    body = _posted(client, "/v1/ask", {"question": "bab?", "top_k": 2})
    assert _types(body) == RETRIEVAL | {"answer": dict}
    assert body["question"] == "bab?"
    assert _types(body["answer"]) == ANSWER
    assert body["answer"]["verdict"] == "answered"
    assert body["answer"]["citations"][0] == 1
    assert all(_types(quote) == QUOTE for quote in body["answer"]["quotes"])
    assert _types(body["index"]) == {"generation": int, "digest": str}
    assert {type(value) for value in body["timings_ms"].values()} == {float}


def test_every_passage_has_the_shape_of_the_contract(client: TestClient) -> None:
    passages = _posted(client, "/v1/ask", {"question": "bab?", "top_k": 2})["passages"]
    assert len(passages) == 2
    for passage in passages:
        assert _types(passage) == PASSAGE
        assert _types(passage["document"]) == DOCUMENT
        assert all(_types(highlight) == SPAN for highlight in passage["highlights"])
        assert {"dense", "lexical"} <= passage["scores"].keys()
        assert passage["verified"] is True
    assert passages[0]["document"]["path"] == "two.txt"
    assert [len(passage["highlights"]) for passage in passages] == [1, 1]


def test_what_is_not_found_has_neither_text_nor_citations(client: TestClient) -> None:
    answer = _posted(client, "/v1/ask", {"question": "quiz"})["answer"]
    assert _types(answer) == ANSWER | {"text": type(None), "absence": dict}
    assert _types(answer["absence"]) == ABSENCE
    assert answer["verdict"] == "not_found"
    assert (answer["citations"], answer["quotes"]) == ([], [])


def test_retrieve_answers_the_same_without_answer(client: TestClient) -> None:
    body: dict[str, object] = {"question": "bab?", "top_k": 2}
    asked, retrieved = _posted(client, "/v1/ask", body), _posted(client, "/v1/retrieve", body)
    assert _types(retrieved) == RETRIEVAL
    for name in ("id", "question", "passages", "index"):
        assert retrieved[name] == asked[name]


def test_five_passages_are_the_default(client: TestClient) -> None:
    default = _posted(client, "/v1/ask", {"question": "bab?"})
    assert default["id"] == _posted(client, "/v1/ask", {"question": "bab?", "top_k": 5})["id"]


def test_documents_are_listed_by_page(client: TestClient) -> None:
    whole = client.get("/v1/documents").json()
    paths = [document["path"] for document in whole["documents"]]
    assert (whole["total"], sorted(paths)) == (3, ["deep er/three.md", "one.txt", "two.txt"])
    assert _types(whole["documents"][0]) == DOCUMENT | {"length": int, "origin": str, **LABELS}
    assert {document["origin"] for document in whole["documents"]} == {"source"}
    parts = [client.get("/v1/documents", params={"limit": 2, "offset": n}).json() for n in (0, 2)]
    assert [document for part in parts for document in part["documents"]] == whole["documents"]
    assert [(len(part["documents"]), part["total"]) for part in parts] == [(2, 3), (1, 3)]
    assert client.get("/v1/documents?offset=3").json()["documents"] == []


def test_a_document_is_the_text_that_offsets_refer_to(client: TestClient, live: LiveEngine) -> None:
    passage = _posted(client, "/v1/ask", {"question": "bab?"})["passages"][0]
    document = client.get(f"/v1/documents/{passage['document']['id']}").json()
    stored = live.engine().index.texts.document(document["id"])
    assert stored is not None
    assert document["text"] == stored.text
    assert document["length"] == len(stored.text)
    assert document["text"][passage["start"] : passage["end"]] == passage["text"]
    assert {name: document[name] for name in DOCUMENT} == passage["document"]
    more = {"length": int, "origin": str, "pages": list, "headings": list, "text": str} | LABELS
    assert _types(document) == DOCUMENT | more | {"index": dict}


def test_a_living_service_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "alive"
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["index"]["generation"]) == ("ready", 1)


def test_the_page_is_served(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<title>citewell</title>" in page.text


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/documents", "/openapi.json", "/nothing"])
def test_every_response_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in SECURITY} == SECURITY
    assert "default-src 'none'" in headers["content-security-policy"]


def _ask(url: str, question: str) -> dict[str, Any]:
    body = json.dumps({"question": question}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/v1/ask", body, headers)
    with urllib.request.urlopen(request, timeout=60) as reply:
        answer: dict[str, Any] = json.load(reply)
    return answer


@pytest.mark.model
def test_a_real_server_answers(server_url: str) -> None:
    body = _ask(server_url, "Did the Soviets want a warm water port?")
    text = SEED.read_text("utf-8")
    assert len(body["passages"]) == 5
    for passage in body["passages"]:
        assert text[passage["start"] : passage["end"]] == passage["text"]
    assert any("warm water port baltic" in passage["text"] for passage in body["passages"])


def _near(value: Any) -> Any:
    """Equal to what has the same words and places and, within rounding, the same numbers."""
    if isinstance(value, dict):
        return {key: _near(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_near(each) for each in value]
    return pytest.approx(value, abs=2e-4) if isinstance(value, float) else value


# Questions that come together are embedded together, which may change a vector's last digits.
@pytest.mark.model
def test_a_real_server_answers_many_at_once_as_it_answers_one(server_url: str) -> None:
    questions = [f"What did Molotov want in article {n}?" for n in range(10)]
    alone = [_ask(server_url, question) | {"timings_ms": None} for question in questions]

    def ask_all(_number: int) -> list[dict[str, Any]]:
        return [_ask(server_url, question) | {"timings_ms": None} for question in questions]

    with ThreadPoolExecutor(8) as threads:
        for answers in threads.map(ask_all, range(8)):
            assert answers == _near(alone)


def _chunks(size: int) -> Iterator[bytes]:
    yield b'{"question": "'
    yield from [b"a" * 1000] * (size // 1000)
    yield b'"}'


@pytest.mark.model
@pytest.mark.parametrize(("size", "status"), [(2000, 200), (70_000, 413)])
def test_a_real_server_limits_a_body_of_unknown_length(
    server_url: str, size: int, status: int
) -> None:
    place = urlsplit(server_url)
    head = (
        f"POST /v1/ask HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as sent:
        sent.sendall(head.encode())
        # The server may refuse, and close, before all was sent: what it said can still be read.
        with suppress(BrokenPipeError, ConnectionResetError):
            for chunk in _chunks(size):
                sent.sendall(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            sent.sendall(b"0\r\n\r\n")
        reply = http.client.HTTPResponse(sent)
        reply.begin()
        assert (reply.status, reply.getheader("x-content-type-options")) == (status, "nosniff")
        reply.close()
