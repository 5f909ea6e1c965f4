"""There is one path to an answer: route, engine and evaluation give the same."""

import json
import urllib.request
from dataclasses import asdict, replace
from typing import Any

import pytest

from eval.questions.question import Question, read_questions
from eval.runs.asker import EngineAsker
from eval.runs.record import Record
from eval.runs.run import TOP_K, ask_all, locate_all
from service.engine import Engine
from tests.conftest import SEEDS

QUESTIONS = read_questions(SEEDS / "questions.jsonl")


@pytest.fixture(scope="module")
def records(seed_engine: Engine) -> dict[str, Record]:
    """What an evaluation of the seed's questions recorded, by question id."""
    asker = EngineAsker(seed_engine)
    records = ask_all(QUESTIONS, locate_all(QUESTIONS, asker), asker)
    return {record.question.id: record for record in records}


def _posted(url: str, question: str) -> dict[str, Any]:
    body = json.dumps({"question": question, "top_k": TOP_K}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/v1/ask", body, headers)
    with urllib.request.urlopen(request, timeout=60) as reply:
        answer: dict[str, Any] = json.load(reply)
    return answer | {"timings_ms": {}}


@pytest.mark.model
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_route_engine_and_evaluation_agree(
    server_url: str, seed_engine: Engine, records: dict[str, Record], question: Question
) -> None:
    asked = replace(seed_engine.ask(question.question, TOP_K), timings_ms={})
    recorded = records[question.id].response
    assert recorded is not None
    assert replace(recorded, timings_ms={}) == asked
    as_json = json.loads(json.dumps(asdict(asked)))
    assert _posted(server_url, question.question) == as_json
