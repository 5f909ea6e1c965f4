"""Tiny models of random weights. In: a folder, a kind, a pooling. Out: a model's folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

from index.minilm import model_folder

TEXTS = ["Who met in Berlin?", "port", "", "harbours and ships " * 100, "Ünïcode 東京"]
SMALL: dict[str, Any] = {"num_hidden_layers": 1, "num_attention_heads": 2, "hidden_size": 32}


def small_bert(words: int) -> Any:
    from transformers import BertConfig, BertModel

    return BertModel(
        BertConfig(vocab_size=words, intermediate_size=32, initializer_range=1.0, **SMALL)
    )


def small_distilbert(words: int) -> Any:
    from transformers import DistilBertConfig, DistilBertModel

    return DistilBertModel(
        DistilBertConfig(
            vocab_size=words, dim=32, n_layers=1, n_heads=2, hidden_dim=32, initializer_range=1.0
        )
    )


def make_model(folder: Path, make: Callable[[int], Any], pooling: str, **more: Any) -> Path:
    """A sentence-transformers model of random weights that reads 32 pieces."""
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model_folder(), local_files_only=True)
    torch.manual_seed(1)
    make(len(tokenizer)).save_pretrained(folder / "bare")
    tokenizer.save_pretrained(folder / "bare")
    inner = Transformer(str(folder / "bare"), max_seq_length=32)
    model = SentenceTransformer(modules=[inner, Pooling(32, pooling)], device="cpu", **more)
    model.save(str(folder / "whole"), create_model_card=False)
    return folder / "whole"
