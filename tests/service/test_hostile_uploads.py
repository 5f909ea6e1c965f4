"""Files that are meant to harm: each is refused with a sentence, the others are taken."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder
from tests.index.formats.made import make_docx, make_objects_pdf
from tests.index.test_hostile import bomb
from tests.index.test_read import SLOW

GREEDY = b"<b>x</b>" * 1_000_000
HOSTILE = {
    "bomb.docx": (bomb(), "would unpack to more than 200 times its size"),
    "greedy.html": (GREEDY, "needs more than 64 MiB of memory to read; split it"),
    "objects.pdf": (make_objects_pdf(600_000), "needs more than 64 MiB of memory"),
}


def _client(index: Path, **limits: float) -> TestClient:
    settings = Settings.model_validate({"index": index, **limits})
    return TestClient(create_app(LiveEngine(settings, LetterEmbedder())), "http://127.0.0.1:8000")


@pytest.fixture
def client(small_index: Path) -> TestClient:
    return _client(small_index, parse_s=120, parse_mb=64)


def test_each_is_refused_and_the_others_are_taken(client: TestClient) -> None:
    good = make_docx(lambda document: document.add_paragraph("A bad cab."))
    sent = [(name, content) for name, (content, _) in HOSTILE.items()]
    sent[1:1] = [("good.docx", good)]
    sent.append(("good.html", b"<p>A bead."))
    reply = client.post("/v1/documents", files=[("file", each) for each in sent])
    assert reply.status_code == 201, reply.text
    receipt = reply.json()
    assert sorted(receipt["added"]) == ["good.docx", "good.html"]
    reasons = {item["path"]: item["reason"] for item in receipt["refused"]}
    assert reasons.keys() == HOSTILE.keys()
    for name, (_, reason) in HOSTILE.items():
        assert reason in reasons[name]
    asked = client.post("/v1/ask", json={"question": "bad cab"})
    assert asked.json()["passages"][0]["document"]["path"] == "good.docx"


def test_one_by_itself_is_a_problem_that_names_it(client: TestClient) -> None:
    reply = client.post("/v1/documents", files=[("file", ("greedy.html", GREEDY))])
    assert (reply.status_code, reply.json()["field"]) == (422, "file")
    assert "'greedy.html' needs more than 64 MiB of memory to read" in reply.json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_a_slow_one_is_given_up(small_index: Path) -> None:
    client = _client(small_index, parse_s=1)
    # Plain text needs no process, whose start may take the second.
    sent = [("slow.html", SLOW), ("good.txt", b"A bad cab.")]
    receipt = client.post("/v1/documents", files=[("file", each) for each in sent]).json()
    assert receipt["added"] == ["good.txt"]
    reason = "takes longer than 1 s to read; split it or save it anew"
    assert receipt["refused"] == [{"path": "slow.html", "reason": reason}]
