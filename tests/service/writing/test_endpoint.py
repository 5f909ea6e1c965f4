"""An endpoint that answers, and every way in which one does not, over real HTTP."""

import logging
import socket
import threading

import pytest

from service.errors import ComposedInPart, NotComposed, SettingsInvalid
from service.settings import Settings, read_settings
from service.writing.endpoint import Endpoint
from tests.service.writing.played import (
    DONE,
    EVENTS,
    JSON,
    Play,
    Sent,
    event,
    playing,
    raw,
    single,
    streamed,
)

MESSAGES = [{"role": "user", "content": "Wer, 😀?"}]
KEY = "sk-secret-0123"
SLOW = r"^the language model took longer than 0\.3 s; raise CITEWELL_LLM_TIMEOUT_S$"
BROKE_OFF = r"^the language model's endpoint broke off; look into its log$"
UNREACHED = r"^the language model's endpoint cannot be reached; check CITEWELL_LLM_URL and that"
NO_COMPLETION = r"sent what is no chat completion; check CITEWELL_LLM_URL$"


def settings_of(url: str, **changes: object) -> Settings:
    """Settings with an endpoint at this address."""
    return Settings.model_validate({"llm_url": url, "llm_model": "small", **changes})


def _answer(play: Play, **changes: object) -> str:
    with playing(play) as played:
        return "".join(Endpoint(settings_of(played.url, **changes)).write(MESSAGES))


def test_without_an_address_there_is_no_endpoint() -> None:
    with pytest.raises(SettingsInvalid, match="set CITEWELL_LLM_URL and CITEWELL_LLM_MODEL"):
        Endpoint(Settings())


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("", "/v1/chat/completions"),
        ("/", "/v1/chat/completions"),
        ("/v1", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/v1beta/openai", "/v1beta/openai/chat/completions"),
    ],
)
def test_the_request_is_of_the_usual_form(base: str, path: str) -> None:
    with playing(streamed("yes")) as played:
        settings = settings_of(played.url + base, llm_answer_tokens=77)
        assert list(Endpoint(settings).write(MESSAGES)) == ["yes", ""]
    (request,) = played.requests
    assert request.path == path
    assert request.body == {
        "model": "small",
        "messages": MESSAGES,
        "stream": True,
        "max_tokens": 77,
        "temperature": 0,
    }
    assert request.headers["Content-Type"] == "application/json"
    assert "Authorization" not in request.headers


def test_the_key_is_sent_as_bearer() -> None:
    with playing(streamed("yes")) as played:
        list(Endpoint(settings_of(played.url, llm_key=KEY)).write(MESSAGES))
    assert played.requests[0].headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "play",
    [
        streamed("Äh 😀", " [1]."),
        single("Äh 😀 [1]."),
        raw(event("Äh 😀 [1]."), event(None, "stop"), kind="TEXT/event-stream; charset=utf-8"),
        raw(*(bytes([byte]) for byte in event("Äh 😀 [1].") + DONE)),
        raw(event("Äh 😀 ") + event("[1].")[:20], event("[1].")[20:], DONE.replace(b"\n", b"\r\n")),
    ],
    ids=["streamed", "single", "type with more", "byte by byte", "divided in a marker"],
)
def test_an_answer_is_read(play: Play) -> None:
    assert _answer(play) == "Äh 😀 [1]."


def test_pieces_come_as_they_are_sent() -> None:
    going_on = threading.Event()

    def play(sent: Sent) -> None:
        sent.head()
        sent.pieces("first")
        going_on.wait(30)
        sent.send(event("last", "stop"))

    with playing(play) as played:
        pieces = Endpoint(settings_of(played.url)).write(MESSAGES)
        assert next(pieces) == "first"  # while the server waits
        going_on.set()
        assert list(pieces) == ["last"]


def _silent(sent: Sent) -> None:
    sent.over.wait(30)


def _trickling_head(sent: Sent) -> None:
    sent.send(b"HTTP/1.1 200 OK\r\nX: ")
    sent.until_gone(b"x")


def _trickling(sent: Sent) -> None:
    sent.head()
    sent.until_gone(b": ping\n\n")


def _talking(sent: Sent) -> None:
    sent.head()
    sent.until_gone(event("a"))


@pytest.mark.parametrize("play", [_silent, _trickling_head, _trickling, _talking])
def test_an_endpoint_that_takes_too_long_is_left(play: Play) -> None:
    with pytest.raises(NotComposed, match=SLOW):
        _answer(play, llm_timeout_s=0.3, llm_answer_tokens=100_000)


def test_the_time_is_for_everything_together() -> None:
    with playing(_trickling) as played:
        with pytest.raises(NotComposed, match=SLOW):
            list(Endpoint(settings_of(played.url, llm_timeout_s=0.3)).write(MESSAGES))
        assert played.gone.wait(30)


def test_closing_the_generator_closes_the_connection() -> None:
    with playing(_talking) as played:
        pieces = Endpoint(settings_of(played.url)).write(MESSAGES)
        assert next(pieces) == "a"
        pieces.close()
        assert played.gone.wait(30)


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    assert _answer(streamed("yes"), llm_timeout_s=600) == "yes"
    assert threading.active_count() == before


def test_nothing_listens_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotComposed, match=UNREACHED):
        list(Endpoint(settings_of(f"http://127.0.0.1:{port}")).write(MESSAGES))


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(NotComposed, match=UNREACHED):
        list(Endpoint(settings_of("http://nowhere.invalid")).write(MESSAGES))


def test_a_server_without_tls() -> None:
    with playing(streamed("yes")) as played:
        settings = settings_of(played.url.replace("http:", "https:"))
        with pytest.raises(NotComposed, match=UNREACHED):
            list(Endpoint(settings).write(MESSAGES))


def _lost(sent: Sent) -> None:
    sent.head(length="1000")
    sent.pieces("a")


def _unsaid(_sent: Sent) -> None:
    """Closes without a word."""


@pytest.mark.parametrize("play", [raw(event("a")), raw(event("a")[:30]), _lost, _unsaid, raw()])
def test_a_connection_that_breaks_off(play: Play) -> None:
    with pytest.raises(NotComposed, match=rf"{BROKE_OFF}|{NO_COMPLETION}"):
        _answer(play)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "check that it knows CITEWELL_LLM_MODEL"),
        (401, "check CITEWELL_LLM_KEY"),
        (403, "check CITEWELL_LLM_KEY"),
        (404, "check CITEWELL_LLM_URL and CITEWELL_LLM_MODEL"),
        (429, "wait, or raise what it allows"),
        (500, "look into its log"),
        (503, "look into its log"),
        (204, "look into its log"),
    ],
)
def test_another_status_than_200(status: int, remedy: str) -> None:
    html = raw(f"<h1>no, {KEY} is wrong</h1>".encode(), status=status, kind="text/html")
    with pytest.raises(NotComposed, match=rf"answered with HTTP {status}; {remedy}") as caught:
        _answer(html, llm_key=KEY)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with playing(streamed("yes")) as other:
        away = raw(status=status, location=f"{other.url}/v1/chat/completions")
        with pytest.raises(NotComposed, match=rf"HTTP {status}; redirects are not followed, so"):
            _answer(away, llm_key=KEY)
    assert other.requests == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(streamed("other")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert _answer(streamed("yes")) == "yes"
    assert proxy.requests == []


@pytest.mark.parametrize("kind", [EVENTS, JSON, "text/html"])
@pytest.mark.parametrize("content", [b"<html>no</html>", b'data: {"no\n\n', b"\x00\xff"])
def test_what_is_no_completion(kind: str, content: bytes) -> None:
    with pytest.raises(NotComposed, match=rf"{NO_COMPLETION}|{BROKE_OFF}"):
        _answer(raw(content, kind=kind))


@pytest.mark.parametrize("play", [streamed(*["word "] * 1000), single("word " * 1000)])
def test_a_huge_answer_is_cut(play: Play) -> None:
    with playing(play) as played:
        pieces = Endpoint(settings_of(played.url, llm_answer_tokens=16)).write(MESSAGES)
        read = ""
        with pytest.raises(ComposedInPart, match="too long and ends early"):
            for piece in pieces:
                read += piece
    assert read == ("word " * 1000)[: 16 * 8]


def test_an_answer_that_the_endpoint_cut() -> None:
    with pytest.raises(ComposedInPart, match="too long and ends early"):
        _answer(streamed("It is", finish="length"))


def test_the_key_is_told_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    environment = {
        "CITEWELL_LLM_URL": "http://127.0.0.1:1",
        "CITEWELL_LLM_MODEL": "small",
        "CITEWELL_LLM_KEY": KEY,
    }
    settings = read_settings(environment)
    endpoint = Endpoint(settings)
    told = [repr(settings), str(settings), settings.model_dump_json(), repr(endpoint)]
    told += [repr(settings.model_dump()), repr(settings.endpoint), str(vars(endpoint))]
    for play in (streamed("yes"), raw(status=401), raw(status=307, location="http://127.0.0.1:1")):
        with playing(play) as played:
            try:
                list(Endpoint(settings_of(played.url, llm_key=KEY)).write(MESSAGES))
            except NotComposed as error:
                told += [repr(error), str(error), repr(error.__cause__), repr(error.__context__)]
        assert played.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert "HTTP Request: POST" in caplog.text  # httpx does log
    assert [text for text in [*told, caplog.text] if KEY in text] == []
