"""POST /v1/chat/completions: the form of OpenAI's API, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from index.build import build_index
from index.tokens import count_tokens
from service.live import LiveEngine
from service.settings import Settings
from service.web.chat_completion import Chat
from service.web.chat_schema import MOST_BYTES, ChatRequest
from service.web.chat_stream import chat_lines
from service.web.stream import EventStream
from tests.fakes import LetterEmbedder
from tests.index.formats.made import make_pdf
from tests.service.calibrations import calibration_file
from tests.service.conftest import client_of
from tests.service.corpora import index_of
from tests.service.test_stream import _breaking

PATH = "/v1/chat/completions"
ASKED = "What has faced the bad beef?"
TEXTS = {"1.txt": "Dead Abe has faced the beef.", "2.txt": "Bab has a bad face. Beef is bad."}


def live_on(root: Path, **settings: float | str) -> LiveEngine:
    stated = {"index": index_of(root, TEXTS), "calibration": calibration_file(root / "mine")}
    return LiveEngine(Settings.model_validate(stated | settings), LetterEmbedder())


def body(*contents: Any, **more: Any) -> dict[str, Any]:
    """A conversation in which the user and the assistant take turns."""
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": said} for n, said in enumerate(contents)]
    return {"model": "citewell", "messages": messages, **more}


def chunks(streamed: str) -> list[ChatCompletionChunk]:
    """The chunks of a stream, which ends as OpenAI's do; fails for any other line."""
    *blocks, last, nothing = streamed.split("\n\n")
    assert (last, nothing) == ("data: [DONE]", "")
    data = [json.loads(block.removeprefix("data: ")) for block in blocks]
    return [ChatCompletionChunk.model_validate(each, strict=True) for each in data]


def test_a_completion_is_the_answer_with_its_sources_twice(tmp_path: Path) -> None:
    live = live_on(tmp_path, hosts="docs.example")
    with client_of(live, "http://docs.example:81") as client:
        reply = client.post(PATH, json=body(ASKED))
        asked = client.post("/v1/ask", json={"question": ASKED}).json()
    assert reply.status_code == 200
    completion = ChatCompletion.model_validate(reply.json(), strict=True)
    (choice,) = completion.choices
    content = choice.message.content or ""
    assert (completion.model, choice.finish_reason) == ("citewell", "stop")
    assert completion.id.startswith("chatcmpl-")
    quotes, passages = asked["answer"]["quotes"], asked["passages"]
    ids = [passages[quote["citation"] - 1]["id"] for quote in quotes]
    assert [
        (each.type, content[each.url_citation.start_index : each.url_citation.end_index])
        for each in choice.message.annotations or []
    ] == [("url_citation", quote["text"]) for quote in quotes]
    urls = [each.url_citation.url for each in choice.message.annotations or []]
    assert urls == [f"http://docs.example:81/v1/citations/{identity}" for identity in ids]
    for number, quote in enumerate(quotes):
        assert f"“{quote['text']}” [{quote['citation']}]" in content
        assert f"- [{quote['citation']}] " in content.partition("Sources:")[2]
        assert urls[number] in content
    assert reply.json()["citewell"] == {
        "verdict": "answered",
        "confidence": asked["answer"]["confidence"],
        "response_id": asked["id"],
        "reason": None,
        "generation": 1,
        "understood": None,
    }


def test_an_annotation_leads_to_the_text_that_is_quoted(tmp_path: Path) -> None:
    with client_of(live_on(tmp_path)) as client:
        message = client.post(PATH, json=body(ASKED)).json()["choices"][0]["message"]
        for annotation in message["annotations"]:
            found = annotation["url_citation"]
            cited = client.get(found["url"]).json()
            quote = message["content"][found["start_index"] : found["end_index"]]
            assert quote in cited["text"]
            assert found["title"] == cited["document"]["path"]
    assert message["annotations"]


def test_a_page_is_told_where_there_are_pages(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    pdf = make_pdf(["Dead Abe has faced the beef.", "Hhh ggg."])
    (tmp_path / "source" / "a.pdf").write_bytes(pdf)
    build_index([tmp_path / "source"], tmp_path / "index", LetterEmbedder())
    settings = Settings(index=tmp_path / "index", calibration=calibration_file(tmp_path / "mine"))
    with client_of(LiveEngine(settings, LetterEmbedder())) as client:
        message = client.post(PATH, json=body(ASKED)).json()["choices"][0]["message"]
    titles = [each["url_citation"]["title"] for each in message["annotations"]]
    assert set(titles) == {"a.pdf, page 1"}
    assert "- [1] a.pdf, page 1: http://127.0.0.1:8000/v1/citations/p_" in message["content"]


def test_no_answer_is_a_sentence_without_footnotes(tmp_path: Path) -> None:
    with client_of(live_on(tmp_path, threshold=1.0)) as client:
        told = client.post(PATH, json=body(ASKED)).json()
        asked = client.post("/v1/ask", json={"question": ASKED}).json()["answer"]
        pieces = chunks(client.post(PATH, json=body(ASKED, stream=True)).text)
    (choice,) = told["choices"]
    assert choice["message"]["content"] == asked["absence"]["explanation"]
    assert choice["message"]["annotations"] == []
    assert choice["finish_reason"] == "stop"
    assert told["citewell"]["verdict"] == "not_found"
    assert told["citewell"]["reason"] == asked["absence"]["reason"]
    assert (
        "".join(piece.choices[0].delta.content or "" for piece in pieces)
        == (asked["absence"]["explanation"])
    )


def test_a_stream_is_the_completion_piece_by_piece(tmp_path: Path) -> None:
    with client_of(live_on(tmp_path)) as client:
        whole = client.post(PATH, json=body(ASKED)).json()
        reply = client.post(PATH, json=body(ASKED, stream=True))
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    pieces = chunks(reply.text)
    message = whole["choices"][0]["message"]
    deltas = [piece.choices[0].delta for piece in pieces]
    assert [delta.role for delta in deltas] == ["assistant", *[None] * (len(deltas) - 1)]
    assert "".join(delta.content or "" for delta in deltas) == message["content"]
    assert len(deltas) == 1 + 3 + 1 + 1  # the role, three quotes, the sources, the annotations
    assert deltas[-1].to_dict() == {"annotations": message["annotations"]}
    reasons = [piece.choices[0].finish_reason for piece in pieces]
    assert reasons == [*[None] * (len(pieces) - 1), "stop"]
    assert pieces[-1].to_dict()["citewell"] == whole["citewell"]
    assert len({(piece.id, piece.created, piece.model) for piece in pieces}) == 1
    assert not any("usage" in piece.to_dict() for piece in pieces)


def test_usage_counts_all_texts_by_tiktoken(tmp_path: Path) -> None:
    said = ["Hello there!", "Hi.", [{"type": "text", "text": ASKED}]]
    with client_of(live_on(tmp_path)) as client:
        whole = client.post(PATH, json=body(*said)).json()
        options = {"include_usage": True}
        reply = client.post(PATH, json=body(*said, stream=True, stream_options=options))
    content = whole["choices"][0]["message"]["content"]
    asked = sum(map(count_tokens, ["Hello there!", "Hi.", ASKED]))
    answered = count_tokens(content)
    expected = {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
    }
    assert whole["usage"] == expected
    *pieces, last = chunks(reply.text)
    assert (last.choices, last.to_dict()["usage"]) == ([], expected)
    assert [piece.to_dict()["usage"] for piece in pieces] == [None] * len(pieces)


def test_a_question_after_another_is_understood_as_by_ask(tmp_path: Path) -> None:
    after = "And why?"
    with client_of(live_on(tmp_path)) as client:
        first = client.post(PATH, json=body(ASKED)).json()["choices"][0]["message"]
        asked = client.post("/v1/ask", json={"question": ASKED}).json()
        cited = [asked["passages"][rank - 1]["id"] for rank in asked["answer"]["citations"]]
        before = {"question": ASKED, "citations": cited}
        second = client.post("/v1/ask", json={"question": after, "previous": before}).json()
        bare = {"role": "assistant", "content": "-", "annotations": first["annotations"]}
        for answer in (first, {"role": "assistant", "content": first["content"]}, bare):
            messages = [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": ASKED},
                answer,
                {"role": "user", "content": after},
            ]
            told = client.post(PATH, json={"model": "citewell", "messages": messages}).json()
            assert told["citewell"]["response_id"] == second["id"]
            assert told["citewell"]["understood"] == f"{ASKED} {after}"
    assert cited


IMAGE = [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
REFUSED: list[tuple[dict[str, Any], int, str | None, str]] = [
    (body(ASKED, n=2), 400, "n", "n: is 2; there is one answer to a question"),
    (body(ASKED, n=0), 400, "n", "n: is 0; there is one answer to a question"),
    (body(ASKED, tools=[{"type": "function"}]), 400, "tools", "tools: is not supported"),
    (body(ASKED, functions=[{"name": "f"}]), 400, "functions", "functions: is not supported"),
    (body(ASKED, logprobs=True), 400, "logprobs", "logprobs: is not supported"),
    (body(ASKED, modalities=["audio"]), 400, "modalities", 'modalities: must be ["text"]'),
    (
        body(ASKED, response_format={"type": "json_object"}),
        400,
        "response_format",
        'response_format: must be {"type": "text"}',
    ),
    (body(ASKED) | {"model": "gpt-4o"}, 404, None, "there is no model 'gpt-4o' here"),
    (body(""), 400, "messages.0.content", "messages.0.content: is empty; ask something"),
    (body([]), 400, "messages.0.content", "messages.0.content: is empty; ask something"),
    (body(None), 400, "messages.0.content", "messages.0.content: is empty; ask something"),
    (body(IMAGE), 400, "messages.0.content", "holds a part of type 'image_url'; only text"),
    (body("a" * 1_000_000), 400, "messages.0.content", "has 1000000 characters; 2000 are the"),
    (body(), 400, "messages", "at least 1 item"),
    (
        {"model": "citewell", "messages": [{"role": "system", "content": "a"}]},
        400,
        "messages",
        "messages: no message has the role user",
    ),
    (body(ASKED, stream="yes"), 400, "stream", "valid boolean"),
    ({"messages": [{"role": "user", "content": "a"}]}, 400, "model", "Field required"),
    ({"model": "citewell", "messages": [{"role": "cook"}]}, 400, "messages.0.role", "'system'"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("sent", "status", "param", "detail"), REFUSED, ids=[row[3][:40] for row in REFUSED]
)
def test_what_is_refused_says_so_in_openais_envelope(
    steady: TestClient,
    sent: dict[str, Any],
    status: int,
    param: str | None,
    detail: str,
    stream: bool,
) -> None:
    reply = steady.post(PATH, json={"stream": stream} | sent)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/json"
    error = reply.json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert detail in error["message"]
    assert set(error) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("POST", PATH, b"{", 400, "not_json"),
        ("POST", PATH, b"[1]", 400, "request_invalid"),
        ("POST", PATH, b"a" * (MOST_BYTES + 1), 413, "too_large"),
        ("GET", PATH, b"", 405, "method_not_allowed"),
        ("POST", "/v1/chat/other", b"", 404, "not_found"),
        ("GET", "/v1/models/gpt-4o", b"", 404, "model_not_found"),
    ],
)
def test_every_error_on_these_paths_has_the_envelope(
    steady: TestClient, method: str, path: str, sent: bytes, status: int, code: str
) -> None:
    headers = {"Content-Type": "application/json"}
    reply = steady.request(method, path, content=sent, headers=headers)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/json")
    assert reply.json()["error"]["code"] == code
    assert int(reply.headers["content-length"]) == len(reply.content)
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_a_body_of_another_kind_is_refused(steady: TestClient) -> None:
    sent = json.dumps(body(ASKED))
    reply = steady.post(PATH, content=sent, headers={"Content-Type": "text/plain"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (415, "not_json_type")


def test_other_paths_keep_their_problems(steady: TestClient) -> None:
    for path in ("/v1/chatter", "/v1/modelsx", "/v1/documents/x"):
        reply = steady.get(path)
        assert reply.headers["content-type"] == "application/problem+json"


def test_an_index_that_is_gone_is_told(small_index: Path, client: TestClient) -> None:
    (small_index / "CURRENT").unlink()
    reply = client.post(PATH, json=body(ASKED))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert reply.json()["error"]["type"] == "server_error"
    assert client.get("/v1/models").status_code == 200


def test_what_only_tells_a_model_how_to_sample_changes_nothing(steady: TestClient) -> None:
    plain = steady.post(PATH, json=body("Bab?")).json()
    ignored = {
        "temperature": 0.0,
        "top_p": 0.1,
        "max_tokens": 1,
        "max_completion_tokens": 1,
        "seed": 1,
        "stop": ["a"],
        "user": "me",
        "tools": [],
        "tool_choice": "none",
        "response_format": {"type": "text"},
        "modalities": ["text"],
        "n": 1,
        "not_known": {"a": [1]},
    }
    told = steady.post(PATH, json=body("Bab?", **ignored)).json()
    assert told["choices"] == plain["choices"]


def test_a_long_conversation_is_taken(steady: TestClient) -> None:
    long = ["Bab?", "a " * 250_000] * 2
    told = steady.post(PATH, json=body(*long, "Bab?"))
    assert told.status_code == 200
    assert told.json()["usage"]["prompt_tokens"] > 400_000
    many = steady.post(PATH, json=body(*["Bab?", "No."] * 2_000, "Bab?"))
    assert many.status_code == 200
    too_many = steady.post(PATH, json=body(*["Bab?", "No."] * 5_000, "Bab?"))
    assert (too_many.status_code, too_many.json()["error"]["param"]) == (400, "messages")


def test_parts_of_a_text_are_lines(steady: TestClient) -> None:
    parts = [{"type": "text", "text": "Bab"}, {"type": "text", "text": "beef?"}]
    one, other = (steady.post(PATH, json=body(said)).json() for said in (parts, "Bab\nbeef?"))
    assert one["citewell"] == other["citewell"]


def test_half_a_surrogate_is_no_server_error(steady: TestClient) -> None:
    sent = json.dumps(body("Bab?", "\ud800", "Bab?"))
    headers = {"Content-Type": "application/json"}
    assert steady.post(PATH, content=sent, headers=headers).status_code == 200
    reply = steady.post(PATH, content=json.dumps(body("\ud800")), headers=headers)
    assert (reply.status_code, "surrogate" in reply.json()["error"]["message"]) == (400, True)


@pytest.mark.parametrize("host", ["[::1", "a b", "x:99999999", "", "user@host"])
def test_a_strange_host_is_no_server_error(steady: TestClient, host: str) -> None:
    reply = steady.post(PATH, json=body("Bab?"), headers={"Host": host})
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "host_invalid")


def test_the_one_model_is_listed(steady: TestClient) -> None:
    (model,) = steady.get("/v1/models").json()["data"]
    assert model == steady.get("/v1/models/citewell").json()
    assert model == {"id": "citewell", "object": "model", "created": 0, "owned_by": "citewell"}


def test_completions_are_counted(client: TestClient) -> None:
    client.post(PATH, json=body("Bab?"))
    client.post(PATH, json=body("Bab?", stream=True))
    client.post(PATH, json=body(""))
    numbers = client.get("/metrics").text
    assert 'citewell_answers_total{reason="",verdict="answered"} 2.0' in numbers
    assert f'citewell_requests_total{{method="POST",route="{PATH}",status="200"}} 2.0' in numbers
    assert f'citewell_requests_total{{method="POST",route="{PATH}",status="400"}} 1.0' in numbers


def test_an_error_midway_is_told_in_the_envelope(caplog: pytest.LogCaptureFixture) -> None:
    chat = Chat(ChatRequest.model_validate(body("Bab?")), lambda identity: identity)

    def route(_request: Request) -> EventStream:
        return EventStream(_breaking(), lambda _: None, lambda *told: chat_lines(chat, *told))

    with TestClient(Starlette(routes=[Route("/", route)])) as client:
        first, last, nothing = client.get("/").text.split("\n\n")
    assert json.loads(first.removeprefix("data: "))["choices"][0]["delta"]["role"] == "assistant"
    assert json.loads(last.removeprefix("data: ")) == {
        "error": {
            "message": "an unexpected error was logged; ask again",
            "type": "server_error",
            "param": None,
            "code": "unexpected",
        }
    }
    assert nothing == ""
    assert "ZeroDivisionError: secret" in caplog.text


@pytest.mark.parametrize("stream", [False, True])
def test_a_conversation_may_be_about_some_documents(tmp_path: Path, *, stream: bool) -> None:
    with client_of(live_on(tmp_path)) as client:
        chosen = {"stream": stream, "citewell": {"filter": {"path": ["2*"]}}}
        told = client.post(PATH, json=body(ASKED, **chosen))
        assert told.status_code == 200
        assert ("2.txt" in told.text, "1.txt" in told.text) == (True, False)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("own", "param", "code"),
    [
        ({"filter": {"documents": ["d_1"]}}, "citewell.filter.documents.0", "filter_invalid"),
        ({"filter": {"date_from": "May"}}, "citewell.filter.date_from", "filter_invalid"),
        ({"filter": {"path": []}}, "citewell.filter.path", "request_invalid"),
        ({"filters": {}}, "citewell.filters", "request_invalid"),
    ],
)
def test_a_filter_that_cannot_be_is_named(
    tmp_path: Path, own: dict[str, Any], param: str, code: str, *, stream: bool
) -> None:
    with client_of(live_on(tmp_path)) as client:
        reply = client.post(PATH, json=body(ASKED, stream=stream, citewell=own))
    error = reply.json()["error"]
    assert (reply.status_code, error["param"], error["code"]) == (400, param, code)
