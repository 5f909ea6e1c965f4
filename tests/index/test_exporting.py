"""Models of other kinds, exported: tiny ones of random weights, pooled and filled otherwise."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index.embed import Embedder
from index.errors import ModelUnusable
from index.exported import FACTS, GRAPH, WEIGHTS, read_exported
from index.minilm import load_embedder, open_exported
from tests.index.models import TEXTS, make_model, small_bert, small_distilbert


@pytest.fixture(autouse=True)
def _nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own, so that each test exports."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.model
@pytest.mark.parametrize(
    ("make", "pooling", "inputs"),
    [
        (small_bert, "cls", ("input_ids", "attention_mask", "token_type_ids")),
        (small_distilbert, "mean", ("input_ids", "attention_mask")),
    ],
)
def test_another_model_is_exported_with_its_own_pooling(
    tmp_path: Path, make: Callable[[int], Any], pooling: str, inputs: tuple[str, ...]
) -> None:
    folder = make_model(tmp_path, make, pooling)
    plain = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    expected = plain.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    embedder = load_embedder(str(folder))
    assert embedder.exported is not None
    assert read_exported(embedder.exported).inputs == inputs
    assert (embedder.card.width, embedder.card.max_pieces) == (32, 32)
    np.testing.assert_allclose(embedder.embed_passages(TEXTS), expected, atol=1e-5)
    assert np.ptp(expected @ expected.T) > 0.01


@pytest.mark.model
def test_a_model_that_cannot_be_exported_is_run_by_pytorch_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prompts = {"prompts": {"all": "text: "}, "default_prompt_name": "all"}
    folder = make_model(tmp_path, small_bert, "mean", **prompts)
    plain = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    expected = plain.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    with caplog.at_level(logging.WARNING, "index"):
        embedder = load_embedder(str(folder))
    assert embedder.exported is None
    np.testing.assert_allclose(embedder.embed_passages(TEXTS), expected, atol=1e-6)
    assert [record.getMessage() for record in caplog.records if record.name == "index.minilm"] == [
        f"{folder} is run by PyTorch, which is slower and takes more memory: "
        "it puts a prompt before each text"
    ]


@pytest.mark.model
@pytest.mark.parametrize("name", [FACTS, GRAPH, WEIGHTS])
def test_damaged_files_are_refused_with_what_to_do(
    minilm: Embedder, tmp_path: Path, name: str
) -> None:
    assert minilm.exported is not None
    for file in minilm.exported.iterdir():
        (tmp_path / file.name).write_bytes(
            file.read_bytes()[: -9000 if file.name == name else None]
        )
    with pytest.raises(ModelUnusable, match="export it anew with `citewell index SOURCE --anew`"):
        open_exported(tmp_path, "damaged")
