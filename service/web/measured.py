"""What is measured when asked for. In: a queue, an embedder, a manifest. Out: samples."""

import time
from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from index.manifest import Manifest
from service.batching import BatchingEmbedder
from service.web.turns import Turns

# The names of errors as Prometheus writes values.
_REASONS = {
    "Overloaded": "overloaded",
    "DeadlinePassed": "deadline_passed",
    "ClientGone": "client_gone",
}


class LoadFacts(Collector):
    """How many questions are worked on and wait, and what was embedded."""

    def __init__(self, turns: Turns, batching: BatchingEmbedder) -> None:
        self._turns = turns
        self._batching = batching

    def collect(self) -> Iterator[Metric]:
        """The samples of the moment."""
        turns, batching = self._turns, self._batching
        yield _gauge("citewell_questions_working", "Questions that are worked on.", turns.working)
        yield _gauge("citewell_questions_waiting", "Questions that wait.", turns.waiting)
        away = CounterMetricFamily(
            "citewell_questions_turned_away",
            "Questions that never had their turn.",
            labels=["reason"],
        )
        for error, reason in _REASONS.items():
            away.add_metric([reason], turns.turned_away[error])
        yield away
        yield CounterMetricFamily(
            "citewell_embedding_passes", "Runs of the model for questions.", batching.passes
        )
        yield CounterMetricFamily(
            "citewell_embedding_texts", "Texts embedded in these.", batching.embedded
        )
        yield _gauge("citewell_embedding_waiting", "Who waits to be embedded.", batching.waiting)


class IndexFacts(Collector):
    """What answers, by its ``manifest``; None while nothing can."""

    manifest: Manifest | None = None

    def collect(self) -> Iterator[Metric]:
        """The samples of the moment."""
        manifest = self.manifest
        ready = manifest is not None
        yield _gauge("citewell_index_ready", "Whether there is a usable index.", ready)
        if manifest is None:
            return
        counts = manifest.counts
        built = datetime.fromisoformat(manifest.created).timestamp()
        yield _gauge("citewell_index_generation", "Its generation.", manifest.generation)
        yield _gauge("citewell_index_documents", "Its documents.", counts.documents)
        yield _gauge("citewell_index_passages", "Its passages.", counts.passages)
        yield _gauge("citewell_index_built_timestamp_seconds", "When it was built.", built)
        yield _gauge("citewell_index_age_seconds", "How long ago.", max(0.0, time.time() - built))


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, float(value))
