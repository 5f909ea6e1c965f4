"""Numbers for Prometheus. In: requests and answers as they pass. Out: the text of /metrics.

Each application has a registry of its own, so that two in one process do not mix.
"""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.answer import Response, Retrieval
from service.engine import Engine

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """What is counted: requests by route and status, time by step, verdicts, the index."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "citewell_requests", "Requests answered.", ["route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "citewell_request_seconds",
            "Time from a request's first byte to its answer's last.",
            ["route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._steps = Histogram(
            "citewell_step_seconds",
            "Time of each step of a question.",
            ["step"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._verdicts = Counter(
            "citewell_answers", "Questions by verdict.", ["verdict"], registry=self._registry
        )
        self._changes = Counter(
            "citewell_documents",
            "Documents added, changed and removed over HTTP.",
            ["change"],
            registry=self._registry,
        )
        self._index = Gauge(
            "citewell_index", "The index that answers.", ["fact"], registry=self._registry
        )

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count one finished request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def found(self, result: Retrieval | Response) -> None:
        """Count one question and the time of its steps."""
        for step, milliseconds in result.timings_ms.items():
            self._steps.labels(step).observe(milliseconds / 1000)
        if isinstance(result, Response):
            self._verdicts.labels(result.answer.verdict).inc()

    def changed(self, **documents: int) -> None:
        """Count documents that were ``added``, ``changed`` or ``removed``."""
        for change, count in documents.items():
            self._changes.labels(change).inc(count)

    def text(self, engine: Engine | None) -> bytes:
        """All numbers in Prometheus' text form; without an engine the index is not ready."""
        self._index.clear()
        self._index.labels("ready").set(engine is not None)
        if engine:
            counts = engine.index.manifest.counts
            self._index.labels("generation").set(engine.ref.generation)
            self._index.labels("documents").set(counts.documents)
            self._index.labels("passages").set(counts.passages)
        return generate_latest(self._registry)


class CountRequests:
    """An ASGI application that counts what passes through it by route, never by path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        start = time.perf_counter()

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            # A path that is no route would let anyone make labels without end.
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.request(route, status, time.perf_counter() - start)
