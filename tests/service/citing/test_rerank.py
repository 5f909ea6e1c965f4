"""A cross-encoder orders the first passages anew, and nothing else changes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build_index
from index.crossencoder import load_cross_encoder
from index.errors import ModelUnusable
from index.minilm import model_folder
from service.engine import Engine, open_engine
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.corpora import engine_of, index_of

TEXTS = {f"{n}.txt": f"ab {'c' * n} word{n}" for n in range(1, 9)}


class CountsC:
    """Likes the letter c."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        assert question == "ab"
        return [float(text.count("c")) for text in texts]


class LikesAll:
    """Finds all texts alike."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [0.5] * len(texts)


def _with(engine: Engine, reranker: CountsC | LikesAll) -> Engine:
    return Engine(engine.index, engine.embedder, engine.settings, engine.calibration, reranker)


def test_the_first_passages_come_in_the_order_of_the_reranker(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, TEXTS, rerank=4)
    before = engine.retrieve("ab", 8).passages
    after = _with(engine, CountsC()).retrieve("ab", 8).passages
    expected = sorted(before[:4], key=lambda passage: -passage.text.count("c"))
    assert [p.id for p in after] == [p.id for p in (*expected, *before[4:])]
    assert [p.id for p in after] != [p.id for p in before]
    assert [p.rank for p in after] == list(range(1, 9))
    assert [p.scores.reranker for p in after[:4]] == [p.text.count("c") for p in after[:4]]
    assert [p.scores.reranker for p in after[4:]] == [None] * 4


def test_the_fused_values_are_dealt_out_anew_and_probabilities_still_fall(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, TEXTS, rerank=6)
    before = engine.retrieve("ab", 8).passages
    after = _with(engine, CountsC()).retrieve("ab", 8).passages
    assert [p.scores.fused for p in after] == [p.scores.fused for p in before]
    assert [p.score for p in after] == sorted((p.score for p in after), reverse=True)


def test_how_many_are_asked_for_changes_nothing_of_the_order(tmp_path: Path) -> None:
    engine = _with(engine_of(tmp_path, TEXTS, rerank=6), CountsC())
    two, eight = engine.retrieve("ab", 2).passages, engine.retrieve("ab", 8).passages
    assert [p.id for p in two] == [p.id for p in eight[:2]]


def test_equal_values_keep_the_order(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, TEXTS)
    before = [p.id for p in engine.retrieve("ab", 8).passages]
    assert [p.id for p in _with(engine, LikesAll()).retrieve("ab", 8).passages] == before


def test_without_a_reranker_none_is_named_and_no_time_is_spent(tmp_path: Path) -> None:
    found = engine_of(tmp_path, TEXTS).retrieve("ab")
    assert {p.scores.reranker for p in found.passages} == {None}
    assert "rerank" not in found.timings_ms


@pytest.mark.model
def test_a_rebuilt_index_is_answered_from_with_the_cross_encoder_there_was(tmp_path: Path) -> None:
    index = index_of(tmp_path, TEXTS)
    folder = _make_cross_encoder(tmp_path / "tiny", 1)
    live = LiveEngine(Settings(index=index, reranker=str(folder)), LetterEmbedder())
    before = live.engine()
    build_index([tmp_path / "source"], index, LetterEmbedder(), anew=True)
    after = live.engine()
    assert after.ref.generation == before.ref.generation + 1
    assert after.reranker is before.reranker is not None


def _make_cross_encoder(folder: Path, labels: int) -> Path:
    """A BERT of one layer and random weights, with the default model's own tokenizer."""
    import torch
    from transformers import (
        AutoTokenizer,
        BertConfig,
        BertForSequenceClassification,
    )

    tokenizer = AutoTokenizer.from_pretrained(model_folder(), local_files_only=True)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.model
def test_a_cross_encoder_from_a_folder_orders_the_passages(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    folder = _make_cross_encoder(tmp_path / "tiny", 1)
    settings = Settings(index=index_of(tmp_path, TEXTS), reranker=str(folder), rerank=8)
    found = open_engine(settings, LetterEmbedder()).retrieve("ab", 8)
    values = CrossEncoder(str(folder)).predict([("ab", p.text) for p in found.passages])
    given = [p.scores.reranker for p in found.passages]
    assert given == pytest.approx(values.tolist(), abs=1e-5)
    assert given == sorted(given, reverse=True)  # type: ignore[type-var]
    assert len(set(given)) > 1
    assert found.timings_ms["rerank"] > 0
    plain = open_engine(settings.model_copy(update={"reranker": None}), LetterEmbedder())
    unordered = plain.retrieve("ab", 8).passages
    assert {p.id for p in unordered} == {p.id for p in found.passages}
    assert [replace(p, rank=0) for p in unordered] != [replace(p, rank=0) for p in found.passages]


@pytest.mark.model
def test_a_model_with_several_values_a_pair_is_refused(tmp_path: Path) -> None:
    folder = _make_cross_encoder(tmp_path / "three", 3)
    with pytest.raises(ModelUnusable, match="gives 3 values for a pair and one is needed; choose"):
        load_cross_encoder(str(folder))


@pytest.mark.model
def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(ModelUnusable, match=r"cannot be loaded as a cross-encoder .*; check"):
        load_cross_encoder(str(tmp_path))


@pytest.mark.model
def test_cut_weights_are_refused(tmp_path: Path) -> None:
    weights = _make_cross_encoder(tmp_path / "tiny", 1) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelUnusable, match=r"cannot be loaded as a cross-encoder .*; check"):
        load_cross_encoder(str(tmp_path / "tiny"))


def test_a_reranker_is_kept_by_an_engine_with_other_settings(tmp_path: Path) -> None:
    engine = _with(engine_of(tmp_path, TEXTS), CountsC())
    other = engine.with_settings(engine.settings.model_copy(update={"pool": 3}))
    assert (other.settings.pool, other.reranker) == (3, engine.reranker)


def test_a_name_that_is_not_on_this_machine_is_refused() -> None:
    with pytest.raises(ModelUnusable, match="neither a folder nor in the local model cache"):
        load_cross_encoder("no-such/cross-encoder")
