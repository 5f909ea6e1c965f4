"""Who is asked. In: questions. Out: Responses, and the texts that prove them.

``EngineAsker`` is the service's own engine in this process; ``eval.runs.server`` has the one
that asks a running server.
"""

import hashlib
import json
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Protocol

from eval.runs.record import Source
from index.bypath import IndexTexts
from service.answer import Response
from service.asking.previous import Previous
from service.engine import Engine

_PACKAGES = ("citewell", "numpy", "faiss-cpu", "sentence-transformers", "torch")


class Asker(Protocol):
    """Answers questions from one index."""

    @property
    def source(self) -> Source:
        """What answers."""
        ...

    def ask(self, question: str, top_k: int, previous: Previous | None = None) -> Response:
        """The response; raises a ``CitewellError`` when the question failed."""
        ...

    def text(self, document: str) -> str | None:
        """The stored text of a document by its path; None when the index does not hold it."""
        ...


def _digest(file: Path | None, shipped: str) -> str:
    """The first digits of the sha256 of a data file in force, which settings only name."""
    content = file or resources.files("service").joinpath(*shipped.split("/"))
    return hashlib.sha256(content.read_bytes()).hexdigest()[:12]


class EngineAsker:
    """The engine in this process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._texts = IndexTexts(engine.index)

    @property
    def source(self) -> Source:
        """Index, model, settings, versions; those of ranking and calibration are digests."""
        manifest = self._engine.index.manifest
        settings = self._engine.settings
        reads = self._engine.calibration.reads
        shipped = "calibration-reading.json" if reads else "calibration.json"
        return Source(
            index_generation=manifest.generation,
            index_digest=manifest.digest,
            model=f"{manifest.embedder.name} {manifest.embedder.sha256[:12]}",
            settings=json.loads(settings.model_dump_json(exclude={"index", "model"})),
            url=None,
            versions={
                "python": python_version(),
                **{name: version(name) for name in _PACKAGES},
                "ranking": _digest(settings.ranking, "ranking/ranking.json"),
                "calibration": _digest(settings.calibration, f"answering/{shipped}"),
                **({"reader": _digest(None, "reading/adaptation.npz")} if reads else {}),
            },
        )

    def ask(self, question: str, top_k: int, previous: Previous | None = None) -> Response:
        """The engine's answer."""
        return self._engine.ask(question, top_k, previous)

    def text(self, document: str) -> str | None:
        """The stored text of a document."""
        return self._texts.get(document)
