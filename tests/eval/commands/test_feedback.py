"""Feedback goes in over HTTP and comes out as a question set that this index accepts."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from citewell import app
from eval.questions.place import locate
from eval.questions.question import read_questions
from index.feedbackfile import FeedbackFile, feedback_folder
from index.passage import Span
from tests.service.corpora import index_of

TEXTS = {"a.txt": "😀 aa bb cc. Dd ee.", "b/c.md": "# Ff\n\nAa gg hh."}
# `citewell serve` would load a model by the name in the manifest; the fake has none on the disk.
SERVE = """
import socket, sys
from pathlib import Path
import uvicorn
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder
listener = socket.create_server(("127.0.0.1", 0))
app = create_app(LiveEngine(Settings(index=Path(sys.argv[1])), LetterEmbedder()))
print(listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off")).run(sockets=[listener])
"""


@contextmanager
def _served(root: Path) -> Iterator[str]:
    """The address of a server process on an index, with the letter embedder."""
    command = [sys.executable, "-c", SERVE, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def _post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as reply:
        answer: dict[str, Any] = json.load(reply)
    return answer


def _export(root: Path, out: Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["eval", "feedback", "--out", str(out), "--index", str(root)])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return index_of(tmp_path, TEXTS)


def test_feedback_comes_back_as_questions(root: Path, tmp_path: Path) -> None:
    with _served(root) as url:
        told = _post(f"{url}/v1/ask", {"question": "aa bb?"})
        passage = told["passages"][0]
        place = {"document": passage["document"]["id"], "start": 2, "end": 7}
        for question, verdict, places in (
            ("aa bb?", "wrong", [place]),
            ("Zz?", "unanswerable", []),
            ("Who?", "wrong", []),
        ):
            said = {"question": question, "verdict": verdict, "passages": places}
            assert _post(f"{url}/v1/feedback", said)["index"] == told["index"]
        with urllib.request.urlopen(f"{url}/v1/feedback/questions", timeout=60) as reply:
            over_http = reply.read()
            assert reply.headers["Content-Type"].partition(";")[0] == "application/jsonl"
    out = tmp_path / "questions.jsonl"
    code, output, messages = _export(root, out)
    assert (code, messages) == (0, f"written to {out}\n")
    assert output == (
        "2 questions of 3 pieces of feedback: 1 with places that answer, 1 that the documents do "
        "not answer\n1 pieces of feedback tell neither a place nor that there is none\n"
    )
    assert out.read_bytes() == over_http
    answerable, unanswerable = read_questions(out)
    assert (answerable.question, answerable.answerable) == ("aa bb?", True)
    assert [place.document for place in locate(answerable, TEXTS)] == [passage["document"]["path"]]
    (expected,) = answerable.expected
    assert expected.quote == TEXTS[expected.document][2:7]
    assert (unanswerable.question, unanswerable.answerable) == ("Zz?", False)


def test_an_existing_file_is_refused_at_once(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "questions.jsonl"
    out.write_text("mine")
    code, _, messages = _export(root, out)
    assert (code, "exists; name a new file with --out" in messages) == (2, True)
    assert out.read_text() == "mine"


def _kept(root: Path, **changes: object) -> None:
    record = {
        "id": "f_1",
        "created": "2026-01-02T03:04:05+00:00",
        "question": "aa?",
        "verdict": "right",
        "passages": [],
        "index": {"generation": 1, "digest": "ab"},
    }
    FeedbackFile(feedback_folder(root)).append(lambda: record | changes)


def test_feedback_that_tells_nothing_is_bad_news(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "questions.jsonl"
    _kept(root)
    code, output, messages = _export(root, out)
    assert (code, out.exists()) == (1, False)
    assert output.startswith("0 questions of 1 pieces of feedback")
    assert messages == f"no feedback on {root} tells what is right; nothing is written\n"


def test_what_is_left_out_is_told(root: Path, tmp_path: Path) -> None:
    stands = {"document": "a.txt", "start": 2, "end": 4, "quote": "aa"}
    moved = {"document": "a.txt", "start": 0, "end": 2, "quote": "cc"}
    gone = {"document": "none.txt", "start": 0, "end": 2, "quote": "aa"}
    _kept(root, verdict="unanswerable")
    _kept(root, passages=[stands, moved, gone])
    _kept(root, verdict="maybe")
    out = tmp_path / "questions.jsonl"
    code, output, messages = _export(root, out)
    assert code == 0
    assert output.splitlines()[1:] == [
        "1 pieces of feedback are contradicted by later ones",
        "1 quotes have moved within their documents",
        "1 quotes are in the documents no longer, or more than once, and left out",
        "1 lines of feedback cannot be read and are left out",
    ]
    assert messages.startswith("line 3 of ")
    (question,) = read_questions(out)
    assert [(e.quote, e.start) for e in question.expected] == [("aa", 2), ("cc", 8)]
    assert locate(question, TEXTS)[1].spans == (Span(8, 10),)


def test_without_an_index_there_is_nothing_to_export(tmp_path: Path) -> None:
    code, _, messages = _export(tmp_path / "none", tmp_path / "questions.jsonl")
    assert (code, "there is no index in" in messages) == (1, True)
