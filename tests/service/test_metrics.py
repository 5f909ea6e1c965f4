"""/metrics tells what has happened, in the form that Prometheus reads."""

import shutil
from pathlib import Path

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from service.live import LiveEngine
from service.web.app import create_app
from service.web.guard import MOST_BYTES


def _samples(client: TestClient) -> dict[tuple[str, tuple[str, ...]], float]:
    response = client.get("/metrics")
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
    assert samples["citewell_requests_total", ("/v1/ask", "200")] == 2
    assert samples["citewell_requests_total", ("/v1/ask", "422")] == 1
    assert samples["citewell_requests_total", ("/v1/documents/{document_id}", "404")] == 1
    assert samples["citewell_request_seconds_count", ("/v1/ask",)] == 3


def test_paths_that_are_no_route_make_no_labels(client: TestClient) -> None:
    for path in ("/nothing", "/nowhere", "/v1/none"):
        client.get(path)
    client.post("/v1/ask", content=b"x" * (MOST_BYTES + 1))
    routes = {labels[0] for name, labels in _samples(client) if name == "citewell_requests_total"}
    assert routes == {"none"}


def test_steps_and_verdicts_are_counted(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": "quiz"})
    client.post("/v1/retrieve", json={"question": "quiz"})
    samples = _samples(client)
    assert samples["citewell_answers_total", ("not_found",)] == 1
    assert samples["citewell_step_seconds_count", ("rank",)] == 2
    assert samples["citewell_step_seconds_count", ("answer",)] == 1


def test_the_index_is_described(client: TestClient, live: LiveEngine) -> None:
    samples = _samples(client)
    counts = live.engine().index.manifest.counts
    assert samples["citewell_index", ("ready",)] == 1
    assert samples["citewell_index", ("generation",)] == 1
    assert samples["citewell_index", ("documents",)] == counts.documents == 3
    assert samples["citewell_index", ("passages",)] == counts.passages


def test_without_an_index_that_is_said(client: TestClient, small_index: Path) -> None:
    shutil.rmtree(small_index)
    samples = _samples(client)
    assert samples["citewell_index", ("ready",)] == 0
    assert ("citewell_index", ("documents",)) not in samples


def test_two_applications_count_apart(client: TestClient, live: LiveEngine) -> None:
    other = TestClient(create_app(live), "http://127.0.0.1:8000")
    client.post("/v1/ask", json={"question": "bab?"})
    assert ("citewell_requests_total", ("/v1/ask", "200")) not in _samples(other)
