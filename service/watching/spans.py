"""Spans for OpenTelemetry. In: a TracerProvider, requests as they begin. Out: a span for each, in
its caller's trace, and below it one for each step of a question.

The only module that knows OpenTelemetry, whose packages (``citewell[otel]``) need not be there:
it is imported when the settings ask for spans. Spans tell what the log tells: routes, not paths,
and never a question. What is ambient in OpenTelemetry is not used: an answer that is streamed is
made by several threads in turn, in each of which it would be another's.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from types import MappingProxyType

from opentelemetry import trace as otel
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace import TraceState as State

from service.watching.trace import Trace

# What a span tells of what the log's line tells, by OpenTelemetry's names where it has some.
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "method": "http.request.method",
        "route": "http.route",
        "status": "http.response.status_code",
        "verdict": "citewell.verdict",
        "generation": "citewell.generation",
    }
)
_FAILED = 500  # and above: of a server's span the statuses below are no failure


class Spans:
    """Begins spans; ``close`` sends what has not been sent."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("citewell", version("citewell"))

    def begin(self, trace: Trace, request_id: str) -> "RequestSpan":
        """The span of a request that came with this trace, if with any."""
        attributes = {"citewell.request_id": request_id}
        span = self._tracer.start_span(
            "request", _caller(trace), SpanKind.SERVER, attributes=attributes
        )
        return RequestSpan(self._tracer, span, trace)

    def close(self) -> None:
        """Send what waits, for some seconds at most."""
        self._provider.shutdown()


class RequestSpan:
    """The span of one request; ``trace`` has its ids."""

    def __init__(self, tracer: otel.Tracer, span: Span, came: Trace) -> None:
        self._tracer = tracer
        self._span = span
        context = span.get_span_context()
        self.trace = Trace(
            otel.format_trace_id(context.trace_id),
            otel.format_span_id(context.span_id),
            came.parent_id,
            context.trace_flags.sampled,
            came.state,
        )

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A span for what happens inside; an error that leaves it is told by its kind alone, as
        its message may quote the question."""
        span = self._tracer.start_span(name, otel.set_span_in_context(self._span))
        try:
            yield
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            span.end()

    def end(self, name: str, facts: Mapping[str, object]) -> None:
        """End it, with what the log's line tells."""
        self._span.update_name(name)
        for fact, attribute in _NAMES.items():
            if isinstance(value := facts.get(fact), str | int):
                self._span.set_attribute(attribute, value)
        if isinstance(status := facts.get("status"), int) and status >= _FAILED:
            self._span.set_status(StatusCode.ERROR)
        self._span.end()


def exported_spans() -> Spans:
    """Spans that are sent by OTLP over HTTP, to where and as ``OTEL_...`` variables say."""
    named = Resource({SERVICE_NAME: "citewell", "service.version": version("citewell")})
    provider = TracerProvider(resource=named.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Spans(provider)


def _caller(trace: Trace) -> Context | None:
    """The span of the caller, as OpenTelemetry has it."""
    if trace.parent_id is None:
        return None
    flags = otel.TraceFlags(otel.TraceFlags.SAMPLED if trace.sampled else otel.TraceFlags.DEFAULT)
    state = State.from_header([trace.state]) if trace.state else None
    ids = int(trace.trace_id, 16), int(trace.parent_id, 16)
    context = SpanContext(*ids, is_remote=True, trace_flags=flags, trace_state=state)
    return otel.set_span_in_context(otel.NonRecordingSpan(context))
