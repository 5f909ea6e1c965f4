"""A model that is loaded when it is first needed. In: its name. Out: an Embedder.

Loading takes seconds, and an index that is up to date, or from which something is removed,
seldom needs the model at all: that it is the right one is told by the digest of its weights.
"""

from collections.abc import Sequence
from pathlib import Path

from index.embed import Embedder, ModelCard, Vectors
from index.manifest import EmbedderFacts
from index.minilm import load_embedder, model_digest


class LazyEmbedder:
    """The model of this name; ``made_with`` is what an index says of the model it has, and
    ``exports`` the exported models there are."""

    def __init__(
        self, name: str, made_with: EmbedderFacts | None = None, exports: Sequence[Path] = ()
    ) -> None:
        self._name = name
        self._exports = exports
        self._made_with = made_with
        self._loaded: Embedder | None = None

    @property
    def card(self) -> ModelCard:
        """What the model is; raises ``ModelUnusable`` when it is not on this machine."""
        if self._loaded is None and self._made_with is not None:
            if model_digest(self._name) == self._made_with.sha256:
                return ModelCard(**self._made_with.model_dump())
            self._made_with = None
        return self._model.card

    @property
    def exported(self) -> Path | None:
        """The folder of the exported model, if it is one."""
        return self._model.exported

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has, special ones included, nothing cut."""
        return self._model.count_pieces(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a text."""
        return self._model.embed_passages(texts)

    def embed_question(self, text: str) -> Vectors:
        """One unit-length vector."""
        return self._model.embed_question(text)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a question."""
        return self._model.embed_questions(texts)

    def embed_asked(self, question: str, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The question's vector and the words' rows."""
        return self._model.embed_asked(question, words)

    @property
    def _model(self) -> Embedder:
        if self._loaded is None:
            self._loaded = load_embedder(self._name, self._exports)
        return self._loaded
