"""Numbers for Prometheus. In: requests and answers as they pass. Out: the text of /metrics.

Each application has a registry of its own, so that two in one process do not mix. Labels have
values of a few known ones: no path, no question and no key makes one. docs/metrics.md lists all.
"""

from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from service.answer import Response, Retrieval
from service.batching import BatchingEmbedder
from service.engine import Engine
from service.watching.request import current_work
from service.web.measured import IndexFacts, LoadFacts
from service.web.turns import Turns

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_OTHER = "other"
NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_SIZES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """What is counted: requests by route and status, time by step, verdicts; and what is
    measured when asked for: queue, batches, index, process."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = _counter(
            "citewell_requests", "Requests answered.", ["method", "route", "status"], registry
        )
        self._refused = _counter(
            "citewell_refused_requests",
            "Requests answered before any route: by the gate or the queue.",
            ["status"],
            registry,
        )
        self._seconds = _histogram(
            "citewell_request_seconds",
            "Time from a request's first byte to its answer's last.",
            "route",
            registry,
        )
        self._steps = _histogram(
            "citewell_step_seconds", "Time of each step of a question.", "step", registry
        )
        self._answers = _counter(
            "citewell_answers",
            "Questions by verdict and, of those without an answer, by reason.",
            ["verdict", "reason"],
            registry,
        )
        self._changes = _counter(
            "citewell_documents",
            "Documents added, changed and removed over HTTP.",
            ["change"],
            registry,
        )
        self._index = IndexFacts()
        registry.register(self._index)
        _tell_process(registry)

    def watch(self, turns: Turns, batching: BatchingEmbedder) -> None:
        """Measure a queue and what embeds; to be called once."""
        self._registry.register(LoadFacts(turns, batching))
        batch = Histogram(
            "citewell_embedding_batch_texts",
            "Texts that were embedded together.",
            buckets=_SIZES,
            registry=self._registry,
        )
        batching.on_pass = batch.observe

    def request(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count one finished request; ``route`` is its template, None where none matched."""
        route = route or NO_ROUTE
        self._requests.labels(known_method(method), route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def refused(self, status: int) -> None:
        """Count one request that reached no route."""
        self._refused.labels(str(status)).inc()

    def found(self, result: Retrieval | Response) -> None:
        """Count one question and the time of its steps, and note it for its line in the log."""
        for step, milliseconds in result.timings_ms.items():
            self._steps.labels(step).observe(milliseconds / 1000)
        if isinstance(result, Response):
            absence = result.answer.absence
            self._answers.labels(result.answer.verdict, absence.reason if absence else "").inc()
        if work := current_work():
            work.question = result.question
            work.generation = result.index.generation
            if isinstance(result, Response):
                work.verdict = result.answer.verdict

    def changed(self, **documents: int) -> None:
        """Count documents that were ``added``, ``changed`` or ``removed``."""
        for change, count in documents.items():
            self._changes.labels(change).inc(count)

    def text(self, engine: Engine | None) -> bytes:
        """All numbers in Prometheus' text form; without an engine the index is not ready."""
        self._index.manifest = engine.index.manifest if engine else None
        return generate_latest(self._registry)


def known_method(method: str) -> str:
    """A method, or "other": anyone can invent them."""
    return method if method in _METHODS else _OTHER


def _tell_process(registry: CollectorRegistry) -> None:
    """Memory, processor time and open files of this process, and which program it is."""
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    built = Gauge("citewell_build_info", "What runs.", ["version"], registry=registry)
    built.labels(version("citewell")).set(1)


def _counter(name: str, told: str, labels: list[str], registry: CollectorRegistry) -> Counter:
    return Counter(name, told, labels, registry=registry)


def _histogram(name: str, told: str, label: str, registry: CollectorRegistry) -> Histogram:
    return Histogram(name, told, [label], buckets=_BUCKETS, registry=registry)
