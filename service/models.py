"""Whether models fit an index. In: settings, an Index, what was loaded. Out: models, errors."""

import logging
from dataclasses import asdict
from pathlib import Path

from index.crossencoder import load_cross_encoder
from index.current import DATA
from index.embed import Embedder, ModelCard
from index.errors import IndexFormat
from index.generation import Index
from index.minilm import load_plain, model_digest, open_exported
from service.answering.confidence import Calibration, load_calibration
from service.citing.rerank import Reranker
from service.reading.reading import Reader
from service.settings import Settings

logger = logging.getLogger(__name__)


def fitting_model(settings: Settings, index: Index) -> Embedder:
    """The embedding model of an index: the one it carries, unless the settings name another.

    An index without an exported model has it run by PyTorch, which takes seconds to load. Raises
    ``ModelUnusable`` when it is not on this machine.
    """
    facts, model = index.manifest.embedder, index.manifest.model
    name = settings.model or facts.name
    if model and (settings.model is None or model_digest(name) == facts.sha256):
        return open_exported(settings.index / DATA / model, name)
    if model is None:
        logger.warning(
            "the index has no exported model, so PyTorch is loaded: `citewell index SOURCE` "
            "exports it, if it can be"
        )
    return load_plain(name)


def named_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name, if any; raises ``ModelUnusable``."""
    return load_cross_encoder(settings.reranker) if settings.reranker else None


def named_reader(calibration: Calibration, root: Path) -> Reader | None:
    """The model that reads passages, if the probabilities rest on it, out of the index ``root`` if
    it is there; raises ``ModelUnusable``."""
    if not calibration.reads:
        return None
    # Imported here because it takes a fifth of a second that few commands need.
    from service.reading.onnxreader import load_reader  # noqa: PLC0415

    return load_reader(root=root)


def fitting_calibration(settings: Settings, index: Index) -> Calibration:
    """The calibration that the settings name. If they name none, nor tell whether to read: the
    shipped one that weighs what is read where it was fitted with the index's model, else the
    other.

    Raises ``SettingsInvalid`` as ``load_calibration`` does.
    """
    if settings.calibration or settings.reader is not None:
        return load_calibration(settings.calibration, settings.reader)
    reading = load_calibration(reading=True)
    return reading if _is_fitted(reading, index) else load_calibration(reading=False)


def _is_fitted(calibration: Calibration, index: Index) -> bool:
    fitted = {model.rpartition(" ")[2] for model in calibration.models}
    return not fitted or index.manifest.embedder.sha256[:12] in fitted


def tell_other_model(calibration: Calibration, index: Index) -> None:
    """Warn when the probabilities were fitted with other weights than the index is made with."""
    facts = index.manifest.embedder
    if not _is_fitted(calibration, index):
        logger.warning(
            "the calibration was fitted with %s, and the index is made with %s %s: probabilities "
            "may be off; refit them by `citewell eval calibrate QUESTIONS.jsonl --index DIR --out "
            "FILE` and set CITEWELL_CALIBRATION=FILE",
            ", ".join(sorted(calibration.models)),
            facts.name,
            facts.sha256[:12],
        )


def check_model(root: Path, made_with: ModelCard, loaded: ModelCard) -> None:
    """Raise ``IndexFormat`` when a model is not the one that the index in ``root`` has."""
    unequal = [
        f"{name} {value!r} instead of {asdict(made_with)[name]!r}"
        for name, value in asdict(loaded).items()
        if name != "name" and value != asdict(made_with)[name]
    ]
    if unequal:
        raise IndexFormat(
            f"the index in {root} was made with {made_with.name}, and {loaded.name} has "
            f"{', '.join(unequal)}; rebuild the index with this model, or name the one it has"
        )
