"""A model with matrices of 8 bits: near the model it was made of, and another one."""

from pathlib import Path

import numpy as np
import pytest

from index.build import build_index
from index.embed import Embedder
from index.errors import ModelUnusable
from index.exported import read_exported
from index.generation import open_index
from index.lazy import LazyEmbedder
from index.minilm import DEFAULT_MODEL, EIGHT_BITS, load_embedder, load_plain, model_digest
from service.engine import open_engine
from service.settings import Settings
from tests.index.models import TEXTS, make_model, small_bert

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def name(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_model(tmp_path_factory.mktemp("eight"), small_bert, "mean"))


@pytest.fixture(scope="module")
def rounded(name: str) -> Embedder:
    return load_embedder(name + EIGHT_BITS)


def test_its_vectors_are_near_and_not_the_same(name: str, rounded: Embedder) -> None:
    ours, whole = rounded.embed_passages(TEXTS), load_embedder(name).embed_passages(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)
    cosines = (ours * whole).sum(axis=1)
    assert cosines.min() > 0.95
    assert cosines.max() < 1 - 1e-7


def test_a_vector_does_not_change_with_what_is_embedded_beside_it(rounded: Embedder) -> None:
    alone = [rounded.embed_question(text) for text in TEXTS]
    assert np.array_equal(rounded.embed_passages(TEXTS), np.stack(alone))
    assert np.array_equal(rounded.embed_questions(TEXTS[:2]), np.stack(alone[:2]))
    vector, rows = rounded.embed_asked(TEXTS[0], TEXTS[1:3])
    assert np.array_equal(np.stack([vector, *rows]), np.stack(alone[:3]))


def test_it_is_another_model_of_the_same_weights(name: str, rounded: Embedder) -> None:
    whole, other = model_digest(name), rounded.card.sha256
    assert other == model_digest(name + EIGHT_BITS) != whole
    assert other[:32] == whole[:32]
    assert len(other) == len(whole) == 64
    assert rounded.exported is not None
    assert read_exported(rounded.exported).alone


def test_an_index_made_with_it_is_asked_and_added_to_by_it(
    name: str, rounded: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("The harbour of Port Elm opened in 1871.", "utf-8")
    build_index([tmp_path / "a.txt"], tmp_path / "index", rounded)
    manifest = open_index(tmp_path / "index").manifest
    assert (manifest.embedder.name, manifest.embedder.sha256) == (
        name + EIGHT_BITS,
        rounded.card.sha256,
    )
    engine = open_engine(Settings(index=tmp_path / "index", reader=False))
    assert engine.embedder.card == rounded.card
    question = "When did the harbour open?"
    assert np.array_equal(
        engine.embedder.embed_question(question), rounded.embed_question(question)
    )
    assert LazyEmbedder(name, manifest.embedder).card.sha256 == model_digest(name)
    assert LazyEmbedder(name + EIGHT_BITS, manifest.embedder).card == rounded.card


def test_pytorch_does_not_run_it(name: str) -> None:
    with pytest.raises(ModelUnusable, match="has to be exported; make the index anew"):
        load_plain(name + EIGHT_BITS)


def test_a_model_that_cannot_be_exported_has_no_such_form(tmp_path: Path) -> None:
    prompts = {"prompts": {"all": "text: "}, "default_prompt_name": "all"}
    folder = make_model(tmp_path, small_bert, "mean", **prompts)
    with pytest.raises(ModelUnusable, match=rf"cannot be made \(.*\); use {folder}"):
        load_embedder(f"{folder}{EIGHT_BITS}")


def test_the_default_model_has_one_too(minilm: Embedder) -> None:
    rounded = load_embedder(DEFAULT_MODEL + EIGHT_BITS)
    questions = ["Who met in Berlin?", "Which port did the Soviets want on the Baltic, and why?"]
    cosines = (rounded.embed_questions(questions) * minilm.embed_questions(questions)).sum(axis=1)
    assert 0.97 < cosines.min() < cosines.max() < 0.99999
