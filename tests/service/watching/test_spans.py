"""Requests and their steps are told to OpenTelemetry, in the trace of who asks."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from index.build import build_index
from service.live import LiveEngine
from service.settings import Settings
from service.watching.request import begun, told_step, working_on
from service.watching.spans import Spans, exported_spans
from service.watching.trace import Trace
from service.web.app import create_app
from tests.conftest import ROOT
from tests.fakes import LetterEmbedder
from tests.service.client.played import Answer, playing

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
# No digits of an id, which are a to f, can spell it by chance.
ASKED = {"question": "zop?"}


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """What has been told."""
    return InMemorySpanExporter()


@pytest.fixture(scope="module")
def spans(exporter: InMemorySpanExporter) -> Spans:
    """Spans that are kept in memory."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Spans(provider)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, spans: Spans) -> Iterator[TestClient]:
    """A client of an application whose requests are told."""
    root = tmp_path_factory.mktemp("watched")
    (root / "one.txt").write_text("Zop zop? Cop.", "utf-8")
    build_index([root / "one.txt"], root / "index", LetterEmbedder())
    live = LiveEngine(Settings(index=root / "index"), LetterEmbedder())
    app = create_app(live, watcher=spans)
    with TestClient(app, "http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(autouse=True)
def _nothing_told(exporter: InMemorySpanExporter) -> None:
    exporter.clear()


def _told(exporter: InMemorySpanExporter) -> tuple[ReadableSpan, list[ReadableSpan]]:
    """The request's span, which ends last, and those of its steps in the order they ended."""
    *steps, request = exporter.get_finished_spans()
    assert request.kind is SpanKind.SERVER
    for step in steps:
        assert step.parent is not None
        assert request.context is not None
        assert step.parent.span_id == request.context.span_id
        assert step.context is not None
        assert step.context.trace_id == request.context.trace_id
    return request, steps


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_question_and_its_steps(
    watched: TestClient, exporter: InMemorySpanExporter, accept: str
) -> None:
    sent = {"x-request-id": "mine", "accept": accept}
    assert watched.post("/v1/ask", json=ASKED, headers=sent).status_code == 200
    request, steps = _told(exporter)
    assert request.name == "POST /v1/ask"
    assert request.parent is None
    told = dict(request.attributes or {})
    assert told.pop("citewell.verdict") in {"answered", "not_found"}
    assert told == {
        "citewell.request_id": "mine",
        "citewell.generation": 1,
        "http.request.method": "POST",
        "http.route": "/v1/ask",
        "http.response.status_code": 200,
    }
    timed = watched.post("/v1/ask", json=ASKED).json()["timings_ms"]
    assert {step.name for step in steps} == set(timed)
    assert "zop" not in "".join(span.to_json().lower() for span in exporter.get_finished_spans())


def test_every_question_of_a_batch_has_its_steps(
    watched: TestClient, exporter: InMemorySpanExporter
) -> None:
    watched.post("/v1/ask/batch", json={"questions": [ASKED, ASKED]})
    request, steps = _told(exporter)
    assert request.name == "POST /v1/ask/batch"
    assert [step.name for step in steps].count("total") == 2


def test_the_callers_trace_goes_on(watched: TestClient, exporter: InMemorySpanExporter) -> None:
    sent = {"traceparent": f"00-{TRACE}-{SPAN}-01", "tracestate": "a=b,c=d"}
    watched.get("/v1/documents/d_secret?start=secret", headers=sent)
    request, steps = _told(exporter)
    assert request.name == "GET /v1/documents/{document_id}"
    assert request.parent is not None
    assert request.context is not None
    assert (f"{request.context.trace_id:032x}", f"{request.parent.span_id:016x}") == (TRACE, SPAN)
    assert request.parent.is_remote
    assert dict(request.context.trace_state) == {"a": "b", "c": "d"}
    assert steps == []
    assert request.status.status_code is StatusCode.UNSET  # a 404 is the caller's
    assert "secret" not in request.to_json()


def test_what_the_caller_does_not_record_is_not_told(
    watched: TestClient, exporter: InMemorySpanExporter
) -> None:
    watched.post("/v1/ask", json=ASKED, headers={"traceparent": f"00-{TRACE}-{SPAN}-00"})
    assert exporter.get_finished_spans() == ()


@pytest.mark.parametrize("parent", ["", "garbage", f"00-{'0' * 32}-{SPAN}-01"])
def test_what_is_no_trace_begins_one(
    watched: TestClient, exporter: InMemorySpanExporter, parent: str
) -> None:
    watched.get("/healthz", headers={"traceparent": parent})
    request, _ = _told(exporter)
    assert request.parent is None


def test_a_request_without_a_route(watched: TestClient, exporter: InMemorySpanExporter) -> None:
    watched.request("LINK", "/secret")
    request, _ = _told(exporter)
    assert request.name == "other none"
    assert "secret" not in request.to_json()


def test_the_ids_of_the_log_are_the_spans(spans: Spans, exporter: InMemorySpanExporter) -> None:
    work = begun([], [f"00-{TRACE}-{SPAN}-01"], ["a=b"], spans)
    assert work.watched is not None
    work.watched.end("x", {})
    (told,) = exporter.get_finished_spans()
    assert told.context is not None
    assert work.trace == Trace(TRACE, f"{told.context.span_id:016x}", SPAN, True, "a=b")


def test_a_failed_step_is_told_by_its_kind_alone(
    spans: Spans, exporter: InMemorySpanExporter
) -> None:
    work = begun([], [], [], spans)
    with pytest.raises(ValueError, match="secret"), working_on(work), told_step("embed"):
        raise ValueError("secret")
    assert work.watched is not None
    work.watched.end("POST /v1/ask", {"status": 503})
    request, (step,) = _told(exporter)
    assert (step.status.status_code, step.status.description) == (StatusCode.ERROR, "ValueError")
    assert step.events == ()
    assert request.status.status_code is StatusCode.ERROR


def test_without_work_nothing_is_told(exporter: InMemorySpanExporter) -> None:
    with told_step("embed"):
        pass
    with working_on(begun()), told_step("embed"):
        pass
    assert exporter.get_finished_spans() == ()


def test_they_are_sent_where_the_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(Answer()) as played:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", played.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=k")
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "host.name=h1")
        spans = exported_spans()
        work = begun([], [], [], spans)
        assert work.watched is not None
        work.watched.end("GET /healthz", {"status": 200})
        spans.close()
        ((method, path, headers, body),) = played.requests
    assert (method, path, headers["api-key"]) == ("POST", "/v1/traces", "k")
    for part in (b"citewell", b"h1", b"GET /healthz", bytes.fromhex(work.trace.trace_id)):
        assert part in body


def test_without_its_packages_the_start_is_refused(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['opentelemetry.exporter'] = None; "
        "from citewell import app; app(['serve', '--port', '0'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"CITEWELL_OTEL": "true", "CITEWELL_INDEX": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "citewell: CITEWELL_OTEL is true, and OpenTelemetry's packages are not installed; install "
        "citewell[otel], or leave it unset\n"
    )
