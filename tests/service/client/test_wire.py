"""Whatever a service or what stands between does, the client says it and goes no further."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from index.errors import CitewellError
from service.client import (
    Client,
    ClientInvalid,
    ReplyInvalid,
    ServiceRefused,
    ServiceSlow,
    ServiceUnreachable,
)
from service.client.refused import refused
from service.engine import Engine
from tests.service.client.played import Answer, playing

JSON = {"Content-Type": "application/json"}
EVENTS = {"Content-Type": "text/event-stream"}
INDEX = {"generation": 1, "digest": "ab"}
READY = Answer(body=json.dumps({"status": "ready", "index": INDEX}).encode(), headers=JSON)
LISTED = {"documents": [], "total": 0, "index": INDEX}


def problem(status: int = 429, retry: str | None = "0", kind: str = "rate") -> Answer:
    told = {
        "type": f"urn:citewell:problem:{kind}",
        "title": "Too Many Requests",
        "status": status,
        "detail": "come again",
        "request_id": "r_1",
    }
    headers = {"Content-Type": "application/problem+json"}
    return Answer(
        status, json.dumps(told).encode(), headers | ({"Retry-After": retry} if retry else {})
    )


def test_nothing_is_sent_twice_unasked() -> None:
    with playing(problem()) as played, Client(played.url) as client:
        with pytest.raises(ServiceRefused, match=r"^HTTP 429: come again$") as caught:
            client.ask("bab?")
        assert len(played.requests) == 1
    error = caught.value
    assert (error.status, error.type, error.title, error.detail, error.request_id) == (
        429,
        "urn:citewell:problem:rate",
        "Too Many Requests",
        "come again",
        "r_1",
    )
    assert (error.retry_after, error.field) == (0.0, None)
    assert isinstance(error, CitewellError)


def test_patience_asks_again_when_the_service_says(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"All of it.")
    receipt = {"added": [], "changed": [], "unchanged": 1, "refused": [], "documents": []}
    done = Answer(body=json.dumps(receipt | {"index": INDEX}).encode())
    with (
        playing(problem(503, "1"), done) as played,
        Client(played.url, patience=60) as client,
    ):
        assert client.upload({"a.txt": file}).unchanged == 1
    assert [b"All of it." in body for *_, body in played.requests] == [True, True]
    assert len({len(body) for *_, body in played.requests}) == 1


@pytest.mark.parametrize(
    "answer",
    [
        problem(429, "3600"),
        problem(503, None),
        problem(503, "soon"),
        problem(503, "0", "stopped"),
        Answer(502, b"<h1>Bad gateway</h1>"),
        Answer(0),
    ],
)
def test_patience_has_its_bounds(answer: Answer) -> None:
    with playing(answer, READY) as played, Client(played.url, patience=60) as client:
        with pytest.raises((ServiceRefused, ServiceUnreachable), match=r"HTTP (429|50[23])|came"):
            client.ready()
        assert len(played.requests) == 1


def test_a_page_of_something_between_is_told_without_its_controls() -> None:
    body = b"<h1>Bad\x1b[31m \xff gateway</h1>\r\n" + b"x" * 1000
    with (
        playing(Answer(502, body)) as played,
        Client(played.url) as client,
        pytest.raises(ServiceRefused, match=r"^HTTP 502: <h1>Bad \[31m \ufffd gate") as caught,
    ):
        client.citation("p_1")
    error = caught.value
    assert (error.type, error.title, len(error.detail)) == ("about:blank", "Bad Gateway", 200)
    assert error.request_id is None


def test_another_place_is_not_followed() -> None:
    with playing(READY) as other:
        moved = Answer(307, headers={"Location": f"{other.url}/readyz"})
        with (
            playing(moved) as played,
            Client(played.url, "cw_secret") as client,
            pytest.raises(ServiceRefused, match=r"^HTTP 307: Temporary Redirect$"),
        ):
            client.ready()
        assert other.requests == []


def test_the_list_goes_on_at_the_same_service() -> None:
    with playing(READY) as other:
        first = LISTED | {"next": f"{other.url}/v1/documents?cursor=a%3Db&tags=x&tags=y"}
        pages = [
            Answer(body=json.dumps(each).encode()) for each in (first, LISTED | {"next": None})
        ]
        with playing(*pages) as played, Client(f"{played.url}/behind/", "cw_secret") as client:
            assert list(client.documents()) == []
        assert other.requests == []
    assert [request[1] for request in played.requests] == [
        "/behind/v1/documents?limit=1000&sort=path",
        "/behind/v1/documents?cursor=a%3Db&tags=x&tags=y",
    ]
    assert {request[2]["authorization"] for request in played.requests} == {"Bearer cw_secret"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(0), "Server disconnected without sending a response"),
        (Answer(200, b'{"id"', lacking=9), "peer closed connection without sending complete"),
        (Answer(200, b"{}", {"Content-Encoding": "gzip"}), "incorrect header check"),
    ],
)
def test_an_answer_that_does_not_come_whole(answer: Answer, reason: str) -> None:
    with (
        playing(answer) as played,
        Client(played.url) as client,
        pytest.raises(ServiceUnreachable, match=rf"^no whole answer .*{reason}") as caught,
    ):
        client.ask("bab?")
    assert "start it with `citewell serve`, or correct the address" in str(caught.value)
    assert not isinstance(caught.value, ServiceSlow)


@pytest.mark.parametrize("body", [b"", b'{"id": '])
def test_a_service_that_sends_nothing_is_given_up(body: bytes) -> None:
    hanging = Answer(200 if body else 0, body, lacking=9, hangs=True)
    with (
        playing(hanging) as played,
        Client(played.url, timeout=0.2) as client,
        pytest.raises(ServiceSlow, match=r"sent nothing for 0\.2 s; give it more time \(timeout\)"),
    ):
        client.ask("bab?")


def test_nobody_answers() -> None:
    with (
        Client("http://127.0.0.1:9") as client,
        pytest.raises(ServiceUnreachable, match=r"from http://127\.0\.0\.1:9 \(.*refused"),
    ):
        client.ready()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Invalid JSON"),
        (b"<html>", "Invalid JSON"),
        (b"[]", "Input should be an object"),
        (b"{}", "id: Field required"),
        (b"\xff", "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
    ],
)
def test_what_is_no_answer_is_told(body: bytes, reason: str) -> None:
    with (
        playing(Answer(200, body)) as played,
        Client(played.url) as client,
        pytest.raises(ReplyInvalid, match=rf"^the reply is no answer of citewell \({reason}"),
    ):
        client.ask("bab?")


@pytest.mark.parametrize("items", [[], [{}], [{"response": None, "problem": None}]])
def test_a_question_of_many_that_nothing_is_said_of_is_told(items: list[dict[str, None]]) -> None:
    body = json.dumps({"answers": items}).encode()
    with (
        playing(Answer(200, body)) as played,
        Client(played.url) as client,
        pytest.raises(ReplyInvalid, match=r"\(there is not one answer or problem for each"),
    ):
        client.ask_batch(["bab?"])


def test_what_a_later_service_tells_besides_is_left_out(small_engine: Engine) -> None:
    response = small_engine.ask("bab?", 1)
    later = asdict(response) | {"new": 1}
    later["passages"][0]["new"] = {"a": 1}
    with playing(Answer(200, json.dumps(later).encode())) as played, Client(played.url) as client:
        assert client.ask("bab?") == response


def streamed(*events: tuple[str, object], lacking: int = 0, hangs: bool = False) -> Answer:
    lines = [f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events]
    return Answer(200, "".join(lines).encode(), EVENTS, lacking, hangs)


QUOTE = {"text": "a\u2028b", "citation": 1, "start": 0, "end": 3}


def test_a_stream_that_breaks_off_is_told_after_what_came() -> None:
    for answer in (streamed(("quote", QUOTE)), streamed(("quote", QUOTE), lacking=99)):
        came = []
        with (
            playing(answer) as played,
            Client(played.url) as client,
            pytest.raises(ServiceUnreachable, match=r"^no whole answer came from"),
        ):
            for kind, value in client.ask_stream("bab?"):
                came.append((kind, asdict(value)))
        assert came == [("quote", QUOTE)]
        assert played.requests[0][2]["accept"] == "text/event-stream"


def test_a_stream_that_ends_amid_an_event_is_no_answer() -> None:
    half = streamed(("quote", QUOTE)).body[:-20]
    with (
        playing(Answer(200, half, EVENTS)) as played,
        Client(played.url) as client,
        pytest.raises(ReplyInvalid, match=r"no answer of citewell \(Invalid JSON"),
    ):
        list(client.ask_stream("bab?"))


def test_a_stream_tells_why_it_ends_early() -> None:
    told = json.loads(problem(503, kind="deadline-passed").body)
    answer = streamed(("quote", QUOTE), ("later", 1), ("error", told))
    came = []
    with (
        playing(answer) as played,
        Client(played.url) as client,
        pytest.raises(ServiceRefused, match=r"^HTTP 503: come again$") as caught,
    ):
        for kind, _ in client.ask_stream("bab?"):
            came.append(kind)
    assert came == ["quote"]
    assert (caught.value.type, caught.value.request_id) == (
        "urn:citewell:problem:deadline-passed",
        "r_1",
    )


def test_a_stream_is_asked_for_again_while_refused(small_engine: Engine) -> None:
    done = streamed(("done", asdict(small_engine.ask("bab?", 1))))
    with playing(problem(503, "1"), done) as played, Client(played.url, patience=60) as client:
        assert [kind for kind, _ in client.ask_stream("bab?")] == ["done"]
    assert len(played.requests) == 2


def test_a_stream_that_is_none_is_told() -> None:
    with (
        playing(READY) as played,
        Client(played.url) as client,
        pytest.raises(ReplyInvalid, match="event-stream was asked for, and something else"),
    ):
        next(client.ask_stream("bab?"))
    with (
        playing(Answer(502, b"Bad")) as played,
        Client(played.url) as client,
        pytest.raises(ServiceRefused, match=r"^HTTP 502: Bad$"),
    ):
        next(client.ask_stream("bab?"))


def test_a_stream_that_stands_still_is_given_up() -> None:
    with (
        playing(streamed(("quote", QUOTE), lacking=9, hangs=True)) as played,
        Client(played.url, timeout=0.2) as client,
    ):
        events = client.ask_stream("bab?")
        assert next(events)[0] == "quote"
        with pytest.raises(ServiceSlow, match=r"sent nothing for 0\.2 s"):
            next(events)


@pytest.mark.parametrize(
    "url",
    ["", "localhost:8000", "ftp://localhost", "http://", "http://a:80o0", "/v1", "http://[::"],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ClientInvalid, match=r"^the address is none.*; write http://HOST:PORT"):
        Client(url)


@pytest.mark.parametrize("key", ["", "a b\n", "ä", " a", "a\x00"])
def test_a_key_that_is_none_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ClientInvalid, match=r"^the key holds what no key holds") as caught:
        Client("http://localhost:1", key)
    assert not key.strip() or repr(key) not in str(caught.value)


def test_a_password_of_the_address_is_shown_nowhere() -> None:
    with playing(Answer(0)) as played:
        with Client(played.url.replace("//", "//me:secret@")) as client:
            assert repr(client) == f"Client('{played.url}')"
            with pytest.raises(ServiceUnreachable, match="no whole answer") as caught:
                client.ready()
        assert played.requests[0][2]["authorization"].startswith("Basic ")
    assert "secret" not in f"{caught.value}{caught.value.__cause__}"
    with pytest.raises(ClientInvalid, match="the address is none of HTTP") as invalid:
        Client("ftp://me:secret@localhost")
    assert "secret" not in str(invalid.value)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("0", 0.0), ("120", 120.0), ("", None), ("-1", None), ("1.5", None), ("²", None)],
)
def test_when_to_come_again_is_read(stated: str, seconds: float | None) -> None:
    assert refused(503, {"retry-after": stated}, b"").retry_after == seconds


def test_when_to_come_again_may_be_a_date() -> None:
    now = datetime.now(UTC)
    for later, least, most in ((-9999, 0.0, 0.0), (3600, 3500.0, 3600.0)):
        stated = format_datetime(now + timedelta(seconds=later), usegmt=True)
        seconds = refused(503, {"retry-after": stated}, b"").retry_after
        assert seconds is not None
        assert least <= seconds <= most
    assert refused(503, {"retry-after": "Sun, 06 Nov 1994 08:49:37 -0000"}, b"").retry_after == 0


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"detail": "so"}', "so"),
        (b'{"detail": [1]}', '{"detail": [1]}'),
        (b'"a"', '"a"'),
        (b"", ""),
    ],
)
def test_problems_of_others_are_told(body: bytes, detail: str) -> None:
    error = refused(599, {"x-request-id": "r_2"}, body)
    assert (error.status, error.title, error.detail) == (599, "status 599", detail)
    assert str(error) == f"HTTP 599: {detail or 'status 599'}"
    assert error.request_id == "r_2"
