"""/metrics tells what has happened, in the form that Prometheus reads."""

import re
import shutil
import time
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from service.live import LiveEngine
from service.web.app import create_app
from service.web.guard import MOST_BYTES
from tests.conftest import ROOT
from tests.service.gate.conftest import Keys, Serve, bearer, key_path, keys, serve

Samples = dict[tuple[str, tuple[str, ...]], float]
__all__ = ["key_path", "keys", "serve"]  # fixtures of the gate's tests


def _labelled(samples: Samples, counter: str) -> list[tuple[tuple[str, tuple[str, ...]], float]]:
    return [item for item in samples.items() if item[0][0] == f"citewell_{counter}_total"]


def _samples(client: TestClient, key: str = "") -> Samples:
    response = client.get("/metrics", headers=bearer(key) if key else {})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": "bab?"})
    client.post("/v1/ask", json={"question": "bab?"})
    client.post("/v1/ask", json={"question": ""})
    client.get("/v1/documents/d_none")
    samples = _samples(client)
    assert samples["citewell_requests_total", ("POST", "/v1/ask", "200")] == 2
    assert samples["citewell_requests_total", ("POST", "/v1/ask", "422")] == 1
    one = ("GET", "/v1/documents/{document_id}", "404")
    assert samples["citewell_requests_total", one] == 1
    assert samples["citewell_request_seconds_count", ("/v1/ask",)] == 3
    assert [name for name, _ in samples if name == "citewell_refused_requests_total"] == []


def test_what_anyone_may_invent_makes_no_labels(client: TestClient) -> None:
    for path in ("/nothing", "/nowhere", "/v1/none?q=bab"):
        client.get(path)
    client.request("INVENTED", "/v1/ask")
    client.post("/v1/ask", content=b"x" * (MOST_BYTES + 1))
    labels = {labels for name, labels in _samples(client) if name == "citewell_requests_total"}
    assert labels == {
        ("GET", "none", "404"),
        ("other", "/v1/ask", "405"),
        ("POST", "none", "413"),
    }


def test_what_the_gate_refuses_is_counted(
    client: TestClient, key_path: Path, keys: Keys, serve: Serve
) -> None:
    shut = serve(rate=3)
    shut.get("/v1/documents")
    shut.get("/v1/documents", headers=bearer("cw_none"))
    shut.post("/v1/documents", headers=bearer(keys.read))
    shut.post("/v1/ask", headers={"host": "elsewhere.example"})
    for _ in range(2):
        shut.get("/v1/documents", headers={"origin": "null"})
    samples = _samples(shut, keys.read)
    refused = {status: n for (name, (status, *_)), n in _labelled(samples, "refused_requests")}
    assert refused == {"401": 3, "403": 1, "421": 1, "429": 1}


def test_steps_and_verdicts_are_counted(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": "quiz"}).json()["answer"]
    client.post("/v1/retrieve", json={"question": "quiz"})
    samples = _samples(client)
    assert samples["citewell_answers_total", (answer["absence"]["reason"], "not_found")] == 1
    assert samples["citewell_step_seconds_count", ("rank",)] == 2
    assert samples["citewell_step_seconds_count", ("answer",)] == 1


def test_the_index_is_described(client: TestClient, live: LiveEngine) -> None:
    samples = _samples(client)
    manifest = live.engine().index.manifest
    built = datetime.fromisoformat(manifest.created).timestamp()
    assert samples["citewell_index_ready", ()] == 1
    assert samples["citewell_index_generation", ()] == 1
    assert samples["citewell_index_documents", ()] == manifest.counts.documents == 3
    assert samples["citewell_index_passages", ()] == manifest.counts.passages
    assert samples["citewell_index_built_timestamp_seconds", ()] == built
    assert 0 <= samples["citewell_index_age_seconds", ()] <= time.time() - built


def test_queue_and_batches_are_measured(client: TestClient, live: LiveEngine) -> None:
    client.post("/v1/ask", json={"question": "bab?"})
    samples = _samples(client)
    passes, texts = live.batching.passes, live.batching.embedded
    assert passes > 0
    assert samples["citewell_embedding_passes_total", ()] == passes
    assert samples["citewell_embedding_texts_total", ()] == texts
    assert samples["citewell_embedding_batch_texts_count", ()] == passes
    assert samples["citewell_embedding_batch_texts_sum", ()] == texts
    for gauge in ("questions_working", "questions_waiting", "embedding_waiting"):
        assert samples[f"citewell_{gauge}", ()] == 0
    away = {labels for (_, labels), _ in _labelled(samples, "questions_turned_away")}
    assert away == {("overloaded",), ("deadline_passed",), ("client_gone",)}


def test_who_is_turned_away_is_counted(live: LiveEngine) -> None:
    client = TestClient(create_app(live), "http://127.0.0.1:8000")
    client.app.turns.turned_away["Overloaded"] = 2  # type: ignore[attr-defined]
    samples = _samples(client)
    assert samples["citewell_questions_turned_away_total", ("overloaded",)] == 2


def test_the_process_is_measured(client: TestClient) -> None:
    samples = _samples(client)
    assert samples["process_resident_memory_bytes", ()] > 10**7
    assert samples["process_cpu_seconds_total", ()] > 0
    assert samples["citewell_build_info", (version("citewell"),)] == 1


def test_names_keep_to_the_conventions(client: TestClient) -> None:
    """As promtool checks them: base units, counters that end in _total, a help text."""
    client.post("/v1/ask", json={"question": "bab?"})
    text = client.get("/metrics").text
    families = [f for f in text_string_to_metric_families(text) if f.name.startswith("citewell_")]
    assert len(families) > 15
    for family in families:
        assert family.documentation.endswith(".")
        assert family.type != "unknown"
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent|total|count)$", family.name)
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter")


def test_the_document_lists_every_metric(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": "bab?"})
    text = client.get("/metrics").text
    served = {
        f"{found.name}_total" if found.type == "counter" else found.name
        for found in text_string_to_metric_families(text)
        if found.name.startswith("citewell_") and not found.name.endswith("_created")
    }
    document = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    listed = re.findall(r"^\| `(citewell_\w+)` \|", document, re.MULTILINE)
    assert set(listed) == served


def test_without_an_index_that_is_said(client: TestClient, small_index: Path) -> None:
    shutil.rmtree(small_index)
    samples = _samples(client)
    assert samples["citewell_index_ready", ()] == 0
    assert ("citewell_index_documents", ()) not in samples


def test_two_applications_count_apart(client: TestClient, live: LiveEngine) -> None:
    other = TestClient(create_app(live), "http://127.0.0.1:8000")
    client.post("/v1/ask", json={"question": "bab?"})
    counted = ("citewell_requests_total", ("POST", "/v1/ask", "200"))
    assert counted in _samples(client)
    assert counted not in _samples(other)
