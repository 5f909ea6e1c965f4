"""Questions by the dozen: each is answered as if it were asked alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from service.batching import KEPT, BatchingEmbedder
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.batch import MOST_QUESTIONS
from service.web.gate.rates import RateLimit
from tests.fakes import LetterEmbedder
from tests.service.gate.visits import visit

PATH = "/v1/ask/batch"
ASKED: list[dict[str, Any]] = [
    {"question": "bab?"},
    {"question": "quiz", "top_k": 1},
    {"question": "Why?", "previous": {"question": "bab?"}},
    {"question": "bab?", "filter": {"path": ["*.txt"]}},
    {"question": "bab?"},
]


def _timeless(value: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name != "timings_ms"}


def test_each_is_answered_as_if_it_were_asked_alone(client: TestClient) -> None:
    alone = [client.post("/v1/ask", json=asked).json() for asked in ASKED]
    reply = client.post(PATH, json={"questions": ASKED})
    assert reply.status_code == 200
    items = reply.json()["answers"]
    assert [item["problem"] for item in items] == [None] * len(ASKED)
    assert [_timeless(item["response"]) for item in items] == [_timeless(each) for each in alone]


def test_one_that_cannot_be_answered_spoils_no_other(client: TestClient) -> None:
    bad: list[dict[str, Any]] = [
        {"question": " \t"},
        {"question": "bab?", "filter": {"date_from": "2024-13-01"}},
        {"question": "bab?", "previous": {"question": "\t"}},
    ]
    asked = [bad[0], ASKED[0], bad[1], bad[2], ASKED[1]]
    items = client.post(PATH, json={"questions": asked}).json()["answers"]
    assert [item["response"] is None for item in items] == [True, False, True, True, False]
    for item, each in zip(items, asked, strict=True):
        if item["problem"]:
            told = client.post("/v1/ask", json=each).json()
            kept = {name: value for name, value in item["problem"].items() if value is not None}
            assert kept | {"request_id": 0} == told | {"request_id": 0}
            assert told["status"] == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"questions": []}, "questions"),
        ({"questions": [ASKED[0]] * (MOST_QUESTIONS + 1)}, "questions"),
        ({"questions": [ASKED[0], {"question": "a", "top_k": 0}]}, "questions.1.top_k"),
        ({"questions": [ASKED[0]], "all": True}, "all"),
        ({"question": "bab?"}, "questions"),
    ],
    ids=["none", "too many", "one of them invalid", "unknown name", "a single one"],
)
def test_what_is_no_batch_is_refused_whole(
    client: TestClient, body: dict[str, Any], field: str
) -> None:
    reply = client.post(PATH, json=body)
    assert reply.status_code == 422
    assert field in [error["field"] for error in reply.json()["errors"]]


def test_as_many_as_are_allowed_may_be_long(client: TestClient) -> None:
    asked = [{"question": f"{number} {'bab ' * 490}"} for number in range(MOST_QUESTIONS)]
    items = client.post(PATH, json={"questions": asked}).json()["answers"]
    assert [item["response"]["question"] for item in items] == [a["question"] for a in asked]


def test_questions_are_embedded_in_one_pass(small_index: Path) -> None:
    live = LiveEngine(Settings(index=small_index), LetterEmbedder())
    passes: list[int] = []
    with TestClient(create_app(live), "http://127.0.0.1:8000") as client:
        live.batching.on_pass = passes.append
        asked = [{"question": word} for word in ("bab", "cab", "dab", "bab")]
        client.post(PATH, json={"questions": asked}).raise_for_status()
    assert passes[0] == 3
    # Whatever else is embedded is words for the related ones, no question.
    assert sum(passes) - 3 <= 3


def test_time_that_runs_out_is_told(client: TestClient) -> None:
    reply = client.post(PATH, json={"questions": ASKED}, headers={"Prefer": "wait=0"})
    assert reply.status_code == 503
    assert reply.json()["type"] == "urn:citewell:problem:deadline-passed"


def test_each_question_counts_for_the_rate(small_index: Path) -> None:
    live = LiveEngine(Settings(index=small_index, rate=6), LetterEmbedder())
    with TestClient(create_app(live), "http://127.0.0.1:8000") as client:
        batch = client.post(PATH, json={"questions": ASKED})
        assert batch.status_code == 200
        assert batch.headers["ratelimit"] == '"minute";r=1;t=50'
        statuses = [client.post("/v1/ask", json=ASKED[0]).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_what_is_charged_is_made_up_for() -> None:
    now = [0.0]
    rates = RateLimit(6, lambda: now[0])
    asking = visit()
    assert rates.check(asking) is None
    assert asking.told[-1] == (b"ratelimit", b'"minute";r=5;t=10')
    rates.charge(asking, 10)  # 5 are left, and 5 owed
    assert asking.told == [
        (b"ratelimit-policy", b'"minute";q=6;w=60'),
        (b"ratelimit", b'"minute";r=0;t=110'),
    ]
    another = visit()
    refused = rates.check(another)
    assert refused is not None
    assert another.told[-1] == (b"ratelimit", b'"minute";r=0;t=60')
    assert refused.headers["retry-after"] == "60"
    now[0] = 59.0
    assert rates.check(visit()) is not None
    now[0] = 60.0
    assert rates.check(visit()) is None


def test_unlimited_callers_are_charged_nothing() -> None:
    rates = RateLimit(None)
    rates.charge(visit(), 10)
    assert rates.check(visit()) is None
    assert len(rates) == 0


class Counting(LetterEmbedder):
    """Counts what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_questions(self, texts: Any) -> Any:
        self.asked += texts
        return super().embed_questions(texts)


def test_a_question_asked_again_is_not_embedded_again() -> None:
    counting = Counting()
    batching = BatchingEmbedder(counting)
    first = batching.embed_questions(["abc", "bcd", "abc"])
    again = batching.embed_questions(["bcd", "cde", "abc"])
    assert counting.asked == ["abc", "bcd", "cde"]
    np.testing.assert_array_equal(first, LetterEmbedder().embed_questions(["abc", "bcd", "abc"]))
    np.testing.assert_array_equal(again, LetterEmbedder().embed_questions(["bcd", "cde", "abc"]))
    first[:] = 0  # what a caller does with its rows changes none that are kept
    np.testing.assert_array_equal(
        batching.embed_question("abc"), LetterEmbedder().embed_question("abc")
    )
    batching.close()


def test_the_question_asked_longest_ago_is_forgotten_first() -> None:
    counting = Counting()
    batching = BatchingEmbedder(counting)
    texts = ["a" * (number + 1) for number in range(KEPT + 1)]
    for text in texts[:KEPT]:
        batching.embed_question(text)
    batching.embed_question(texts[0])
    batching.embed_question(texts[KEPT])  # in the place of the second
    counting.asked.clear()
    for text in (texts[0], texts[KEPT], texts[1]):
        batching.embed_question(text)
    assert counting.asked == [texts[1]]
    batching.close()
