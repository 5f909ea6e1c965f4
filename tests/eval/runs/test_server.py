"""A running server, asked over a real socket, gives the same records as the engine."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from eval.errors import AskerGone, IndexChanged, QuestionFailed, RunInvalid
from eval.questions.question import Earlier, Question
from eval.runs.asker import EngineAsker
from eval.runs.run import TOP_K, ask_all, locate_all
from eval.runs.server import ServerAsker
from service.engine import Engine
from service.keys.keyfile import add_key
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.served import Served


@pytest.fixture
def url(small_index: Path, letters: LetterEmbedder) -> Iterator[str]:
    """A server on the small index."""
    with Served(LiveEngine(Settings(index=small_index), letters)) as served:
        yield served.url


@pytest.fixture
def asker(url: str) -> Iterator[ServerAsker]:
    """That server, asked; its address written with a slash at the end."""
    with closing(ServerAsker(f"{url}/")) as asker:
        yield asker


def test_server_and_engine_give_the_same(
    asker: ServerAsker, small_engine: Engine, questions: list[Question]
) -> None:
    pairs = []
    for each in (asker, EngineAsker(small_engine)):
        records = ask_all(questions[:2], locate_all(questions[:2], each), each)
        pairs.append([(r.places, r.citations, r.verified, r.response) for r in records])
    for (*theirs, told), (*ours, response) in zip(*pairs, strict=True):
        assert theirs == ours
        assert told is not None
        assert response is not None
        assert replace(told, timings_ms={}) == replace(response, timings_ms={})


def test_a_key_is_sent_and_kept_nowhere(small_index: Path, letters: LetterEmbedder) -> None:
    key = add_key(small_index.with_name("index.keys.json"), "evaluation", "read")
    with Served(LiveEngine(Settings(index=small_index), letters)) as served:
        with closing(ServerAsker(served.url, key=key)) as asker:
            assert asker.ask("bab?", 1).index.generation == 1
            assert key not in repr(asker.source)
        with pytest.raises(AskerGone, match="401"):
            ServerAsker(served.url)


def test_both_take_the_earlier_question(asker: ServerAsker, small_engine: Engine) -> None:
    after = Question(
        id="after", question="And why?", answerable=False, previous=Earlier(question="Who is ddd?")
    )
    told = [next(ask_all([after], [()], each)) for each in (asker, EngineAsker(small_engine))]
    theirs, ours = (record.response for record in told)
    assert theirs is not None
    assert ours is not None
    assert replace(theirs, timings_ms={}) == replace(ours, timings_ms={})
    assert theirs.understood is not None
    assert theirs.understood.leans


def test_the_source_is_what_the_server_tells(
    asker: ServerAsker, url: str, small_engine: Engine
) -> None:
    source = asker.source
    assert (source.index_generation, source.index_digest) == (1, small_engine.ref.digest)
    assert (source.url, source.model, source.settings) == (url, None, None)
    assert source.versions["server"] == "0.1.0"


def test_a_refused_question_has_failed(asker: ServerAsker) -> None:
    with pytest.raises(QuestionFailed, match=r"HTTP 422: question: .*is empty; ask something"):
        asker.ask("   ", TOP_K)


def test_a_question_that_cannot_be_sent_has_failed(asker: ServerAsker) -> None:
    with pytest.raises(QuestionFailed, match="this cannot be sent"):
        asker.ask("\ud800", TOP_K)


def test_an_unknown_document_has_no_text(asker: ServerAsker) -> None:
    assert asker.text("none.txt") is None


def test_no_server_is_told() -> None:
    with pytest.raises(AskerGone, match="start it with `citewell serve`, or correct --url") as told:
        ServerAsker("http://127.0.0.1:9")
    assert str(told.value).count("start it") == 1


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(AskerGone, match=r"Invalid port: '80o0'.* or correct --url"):
        ServerAsker("http://127.0.0.1:80o0")


class Played:
    """A server that plays its replies: (status, body) by path; None hangs until the end."""

    def __init__(self, replies: dict[str, tuple[int, Any] | None]) -> None:
        self.replies = replies
        self.headers: dict[str, str] = {}
        self._over = threading.Event()
        played = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                reply = played.replies[self.path.split("?")[0]]
                if reply is None:
                    played._over.wait(20)
                    return
                body = reply[1] if isinstance(reply[1], bytes) else json.dumps(reply[1]).encode()
                self.send_response(reply[0])
                self.send_header("Content-Length", str(len(body)))
                for name, value in played.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


INDEX = {"generation": 1, "digest": "ab"}
START: dict[str, tuple[int, Any] | None] = {
    "/readyz": (200, {"status": "ready", "index": INDEX}),
    "/openapi.json": (200, {"info": {"version": "9"}}),
    "/v1/documents": (200, {"documents": [], "total": 0, "next": None, "index": INDEX}),
}


@pytest.fixture
def played() -> Iterator[Played]:
    """A server that starts well and answers as the test says."""
    server = Played(dict(START))
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((500, {"detail": "the index is gone"}), "HTTP 500: the index is gone"),
        ((502, b"<h1>Bad gateway</h1>"), "HTTP 502: <h1>Bad gateway</h1>"),
        ((200, {"answer": "42"}), "the reply is no answer of citewell"),
        ((200, b"no JSON"), "the reply is no answer of citewell"),
        (None, "sent nothing for 1 s"),
    ],
)
def test_a_question_that_the_server_fails_at(
    played: Played, reply: tuple[int, Any] | None, message: str
) -> None:
    played.replies["/v1/ask"] = reply
    with (
        closing(ServerAsker(played.url, seconds=1 if reply is None else 30)) as asker,
        pytest.raises(QuestionFailed, match=message),
    ):
        asker.ask("bab?", TOP_K)


def test_a_reply_that_cannot_be_decoded_ends_the_run(played: Played) -> None:
    with closing(ServerAsker(played.url)) as asker:
        played.headers = {"Content-Encoding": "gzip"}
        played.replies["/v1/ask"] = (200, b"no gzip")
        with pytest.raises(AskerGone, match="does not answer as a citewell server does"):
            asker.ask("bab?", TOP_K)


def test_a_server_that_stops_is_gone(played: Played) -> None:
    with closing(ServerAsker(played.url)) as asker:
        played.stop()
        with pytest.raises(AskerGone, match="does not answer as a citewell server does"):
            asker.ask("bab?", TOP_K)


@pytest.mark.parametrize("path", list(START))
@pytest.mark.parametrize(
    "reply",
    [
        (503, {"detail": "no index"}),
        (200, b"<html>"),
        (200, {"status": "ok"}),
        (200, {"index": None, "info": [], "total": 1}),
        (200, ["ready"]),
        (200, "ready"),
    ],
)
def test_a_server_of_something_else_is_told(
    played: Played, path: str, reply: tuple[int, Any]
) -> None:
    played.replies[path] = reply
    with pytest.raises(AskerGone, match="does not answer as a citewell server does"):
        ServerAsker(played.url)


def test_documents_of_another_generation_are_not_mixed_in(played: Played) -> None:
    other = {"generation": 2, "digest": "cd"}
    listed = {"documents": [], "total": 0, "next": None, "index": other}
    played.replies["/v1/documents"] = (200, listed)
    with pytest.raises(IndexChanged, match="has just changed; repeat"):
        ServerAsker(played.url)


def test_a_password_is_not_kept_in_a_run() -> None:
    with pytest.raises(RunInvalid, match="holds a password"):
        ServerAsker("http://me:secret@127.0.0.1:8000")
