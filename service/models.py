"""Whether models fit an index. In: settings, an Index, what was loaded. Out: models, errors."""

import logging
from dataclasses import asdict
from pathlib import Path

from index.crossencoder import load_cross_encoder
from index.embed import ModelCard
from index.errors import IndexFormat, ModelUnusable
from index.generation import Index
from service.answering.confidence import Calibration
from service.citing.rerank import Reranker
from service.reading.reading import Reader
from service.settings import Settings

logger = logging.getLogger(__name__)


def named_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name, if any; raises ``ModelUnusable``."""
    return load_cross_encoder(settings.reranker) if settings.reranker else None


def named_reader(settings: Settings) -> Reader | None:
    """The model that reads passages, if the settings ask for it; raises ``ModelUnusable``."""
    if not settings.reader:
        return None
    try:
        # Imported here because the packages it needs are optional.
        from service.reading.onnxreader import load_reader  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelUnusable(
            f"CITEWELL_READER needs the package {error.name}: pip install 'citewell[reader]', or "
            "unset it to answer without reading"
        ) from error
    return load_reader()


def tell_other_model(calibration: Calibration, index: Index) -> None:
    """Warn when the probabilities were fitted with other weights than the index is made with."""
    facts = index.manifest.embedder
    fitted = {model.rpartition(" ")[2] for model in calibration.models}
    if fitted and facts.sha256[:12] not in fitted:
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
