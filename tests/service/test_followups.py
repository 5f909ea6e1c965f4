"""A question after another, through engine, route and command line."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from citewell import app
from index.build import build_index
from service.answer import Response
from service.asking.previous import Previous, previous_of
from service.cli import _print_response
from service.engine import Engine, open_engine
from service.errors import QuestionInvalid
from service.live import LiveEngine
from service.ranking.narrow import RUN_SHARE
from service.ranking.rank import BESIDE, BESIDE_SHARE
from service.settings import Settings
from tests.conftest import SEED
from tests.fakes import LetterEmbedder
from tests.service.corpora import engine_of

# Of the letters that count, "Why?" has the h alone.
TEXTS = {"1.txt": "Bad cab.", "2.txt": "Dead beef.", "3.txt": "Gggg.", "4.txt": "Hhhh."}
FIRST, THEN = "Dead beef?", "Why?"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return engine_of(tmp_path, TEXTS, threshold=0.0)


def _paths(response: Response) -> list[str]:
    return [passage.document.path for passage in response.passages]


def test_what_leans_is_found_by_the_earlier_question(engine: Engine) -> None:
    assert _paths(engine.ask(THEN, 1)) == ["4.txt"]
    found = engine.ask(THEN, 4, Previous(FIRST))
    assert _paths(found)[0] == "2.txt"
    # the vector lies halfway between two that stand at right angles
    dense = {p.document.path: p.scores.dense for p in found.passages}
    assert dense["2.txt"] == pytest.approx(0.5**0.5, abs=1e-6)
    assert dense["4.txt"] == pytest.approx(0.5**0.5, abs=1e-6)
    assert BESIDE not in found.passages[0].scores.parts


def test_what_stands_alone_is_answered_as_without(engine: Engine) -> None:
    question = "Who saw the bad cab?"
    alone, after = engine.ask(question), engine.ask(question, 5, previous_of(engine.ask(FIRST)))
    assert alone.understood is None
    assert after.understood is not None
    assert (after.understood.question, after.understood.leans) == (question, False)
    assert replace(after, id=alone.id, understood=None, timings_ms={}) == (
        replace(alone, timings_ms={})
    )


def test_what_was_asked_before_is_part_of_the_id(engine: Engine) -> None:
    cited = previous_of(engine.ask(FIRST))
    asked = [None, Previous(FIRST), cited, Previous("Bad cab?")]
    ids = [engine.ask(THEN, 5, previous).id for previous in asked]
    assert len(set(ids)) == 4
    assert engine.ask(THEN, 5, cited).id == ids[2] == engine.retrieve(THEN, 5, cited).id


def test_nearness_to_what_was_cited_adds_its_share(engine: Engine) -> None:
    cited = previous_of(engine.ask(FIRST))
    assert len(cited.citations) == 1
    found = engine.ask(THEN, 4, cited)
    assert found.understood is not None
    assert found.understood.citations_used == cited.citations
    parts = {p.document.path: p.scores.parts for p in found.passages}
    share = (1 - RUN_SHARE) * BESIDE_SHARE
    assert parts["2.txt"][BESIDE] == pytest.approx(share)
    # the neighbours of its row are other documents
    assert {parts[path][BESIDE] for path in parts if path != "2.txt"} == {0}
    for passage in found.passages:
        assert sum(passage.scores.parts.values()) == pytest.approx(passage.scores.fused, abs=1e-5)
        assert 0 <= passage.scores.fused <= 1


def test_retrieve_understands_as_ask_does(engine: Engine) -> None:
    cited = previous_of(engine.ask(FIRST))
    asked, retrieved = engine.ask(THEN, 3, cited), engine.retrieve(THEN, 3, cited)
    assert (asked.understood, asked.passages) == (retrieved.understood, retrieved.passages)


class ByLength:
    """A reranker that keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append(question)
        return [float(len(text)) for text in texts]


def test_a_cross_encoder_reads_both_questions(engine: Engine) -> None:
    reranker = ByLength()
    reranking = Engine(engine.index, engine.embedder, engine.settings, engine.calibration, reranker)
    for previous in (None, Previous(FIRST)):
        reranking.ask(THEN, 2, previous)
    assert reranker.asked == [THEN, f"{FIRST} {THEN}"]


def test_a_citation_of_a_document_that_changed_is_unknown(
    folder: Path, small_index: Path, letters: LetterEmbedder
) -> None:
    engine = open_engine(Settings(index=small_index), letters)
    both = [p.id for p in engine.ask("ccc ddd hhh", 5).passages if "d" in p.text or "?" in p.text]
    passages = {p.id: p.document.path for p in engine.ask("ccc ddd hhh", 5).passages}
    (folder / "one.txt").write_text("Changed. Aaa bbb.", "utf-8")
    build_index([folder], small_index, letters)
    later = open_engine(Settings(index=small_index), letters)
    understood = later.ask("And why?", 5, Previous("ddd?", tuple(both))).understood
    assert understood is not None
    assert {passages[i] for i in understood.citations_unknown} == {"one.txt"}
    assert {passages[i] for i in understood.citations_used} == {"two.txt", "deep er/three.md"}


def test_the_engine_refuses_what_cannot_have_been_asked(engine: Engine) -> None:
    with pytest.raises(QuestionInvalid, match=r"previous\.question: is empty"):
        engine.ask(THEN, 5, Previous(""))


def _posted(client: TestClient, previous: object, path: str = "/v1/ask") -> dict[str, Any]:
    reply = client.post(path, json={"question": "And why?", "previous": previous})
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    return body


def test_the_route_tells_how_it_understood(client: TestClient, live: LiveEngine) -> None:
    first = client.post("/v1/ask", json={"question": "Ccc ddd?"}).json()
    known = first["passages"][0]["id"]
    gone = f"p_{'0' * 16}_0_1_{'0' * 16}"
    for path in ("/v1/ask", "/v1/retrieve"):
        body = _posted(client, {"question": "Ccc ddd?", "citations": [known, gone]}, path)
        assert body["question"] == "And why?"
        assert body["understood"] == {
            "question": "Ccc ddd? And why?",
            "leans": True,
            "citations_used": [known],
            "citations_unknown": [gone],
        }
    engine = live.engine().ask("And why?", 5, Previous("Ccc ddd?", (known, gone)))
    assert _posted(client, {"question": "Ccc ddd?", "citations": [known, gone]})["id"] == engine.id


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/retrieve"])
def test_null_is_as_no_previous_question(client: TestClient, path: str) -> None:
    alone = client.post(path, json={"question": "And why?"}).json()
    assert _posted(client, None, path)["id"] == alone["id"]
    assert alone["understood"] is None


@pytest.mark.parametrize(
    ("previous", "field"),
    [
        ("Why?", "previous"),
        ({}, "previous.question"),
        ({"question": ""}, "previous.question"),
        ({"question": " "}, "previous.question"),
        ({"question": "a" * 2001}, "previous.question"),
        ({"question": 5}, "previous.question"),
        ({"question": "a\x00"}, "previous.question"),
        ({"question": "a", "answer": "b"}, "previous.answer"),
        ({"question": "a", "citations": "p_1"}, "previous.citations"),
        ({"question": "a", "citations": [5]}, "previous.citations.0"),
        ({"question": "a", "citations": ["x"] * 11}, "previous.citations"),
        ({"question": "a", "citations": [f"p_{'0' * 16}_0_1_{'0' * 16}", "p_1"]},
         "previous.citations.1"),
        ({"question": "a", "citations": ["../p_1"]}, "previous.citations.0"),
    ],
)  # fmt: skip
def test_the_route_names_the_field_that_is_wrong(
    client: TestClient, previous: object, field: str
) -> None:
    for path in ("/v1/ask", "/v1/retrieve"):
        reply = client.post(path, json={"question": "And why?", "previous": previous})
        assert reply.status_code == 422
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["field"] == field


def test_the_terminal_tells_how_it_was_understood(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    after = previous_of(engine.ask(FIRST))
    _print_response(engine.ask(THEN, 1, after), explain=True)
    shown = capsys.readouterr().out
    assert f"Understood as: {FIRST} {THEN}" in shown
    assert "nearness to what was cited before" in shown
    _print_response(engine.ask("Who saw the bad cab?", 1, after), explain=True)
    shown = capsys.readouterr().out
    assert "Understood as" not in shown
    assert "nearness to what was cited before" not in shown


def test_an_earlier_question_that_cannot_be_asked_is_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["ask", "Why?", "--after", " ", "--index", str(tmp_path)])
    assert done.exit_code == 2
    assert "previous.question: is empty; ask something" in done.output


MISSION = "What historical mission did Ribbentrop's letter to Stalin speak of?"
REPLY = "stalin wrote letter responding ribbentrop entering agreement"


@pytest.mark.model
def test_the_seed_tells_what_he_replied_only_after_the_earlier_question(
    seed_engine: Engine,
) -> None:
    assert REPLY in SEED.read_text("utf-8")
    alone = seed_engine.ask("And what did he reply?")
    after = seed_engine.ask("And what did he reply?", 5, previous_of(seed_engine.ask(MISSION)))
    assert not any(REPLY in passage.text for passage in alone.passages)
    assert REPLY in after.passages[0].text


@pytest.mark.model
def test_the_command_asks_the_earlier_question_first(seed_index: Path, seed_engine: Engine) -> None:
    command = ["ask", "And what did he reply?", "--after", MISSION, "--json"]
    done = CliRunner().invoke(app, [*command, "--index", str(seed_index)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    cited = previous_of(seed_engine.ask(MISSION))
    assert told["id"] == seed_engine.ask("And what did he reply?", 5, cited).id
    assert told["understood"]["citations_used"] == list(cited.citations)
    assert REPLY in told["passages"][0]["text"]
