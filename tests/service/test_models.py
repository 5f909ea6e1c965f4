"""Which model answers for an index: the exported one it carries, or PyTorch's where none is."""

import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.build import build_index
from index.current import DATA, current_manifest, exported_models
from index.embed import Embedder
from index.errors import IndexDamaged
from index.generation import open_index
from index.manifest import Manifest, write_manifest
from index.minilm import load_embedder, model_folder
from index.store import point
from index.torchmodel import SentenceTransformerEmbedder
from service.engine import open_engine
from service.settings import Settings
from tests.conftest import SEEDS
from tests.fakes import LetterEmbedder

pytestmark = pytest.mark.model

QUESTION = "Did the Soviets want a warm water port?"


def _without_model(root: Path) -> Manifest:
    """Make an index what it was before models were exported."""
    manifest = current_manifest(root)
    below = f"{DATA}/{manifest.model}/"
    files = {name: facts for name, facts in manifest.files.items() if not name.startswith(below)}
    old = manifest.model_copy(update={"model": None, "files": files})
    shutil.rmtree(root / below)
    content = json.loads(old.model_dump_json())
    del content["model"]  # as it was written then
    folder = root / f"g{old.generation:06d}"
    write_manifest(folder, Manifest.model_validate(content))
    point(root, folder.name, old.generation)
    return old


def test_an_index_carries_its_model(seed_index: Path, minilm: Embedder) -> None:
    engine = open_engine(Settings(index=seed_index))
    assert engine.embedder.exported == exported_models(seed_index)[0]
    assert engine.embedder.exported.parent == seed_index / DATA
    assert engine.embedder.card == minilm.card
    named = open_engine(Settings(index=seed_index, model=str(model_folder())))
    assert named.embedder.exported == engine.embedder.exported


def test_answering_loads_nothing_that_only_makes_or_measures(seed_index: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from service.engine import open_engine; "
        "from service.settings import Settings; "
        f"engine = open_engine(Settings(index=Path({str(seed_index)!r}))); "
        f"print(len(engine.ask({QUESTION!r}).passages)); "
        "print(*{'torch', 'transformers', 'sentence_transformers', 'scipy', 'sklearn', 'onnx', "
        "'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "5\n\n"


def test_an_index_without_one_answers_the_same_and_gets_one_when_indexed(
    seed_index: Path, minilm: Embedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "index"
    shutil.copytree(seed_index, root)
    old = _without_model(root)
    with caplog.at_level(logging.WARNING, "service"):
        engine = open_engine(Settings(index=root))
    assert "the index has no exported model, so PyTorch is loaded" in caplog.text
    assert isinstance(engine.embedder, SentenceTransformerEmbedder)
    now = open_engine(Settings(index=seed_index), minilm)
    assert [p.id for p in engine.ask(QUESTION).passages] == [
        p.id for p in now.ask(QUESTION).passages
    ]
    receipt = build_index([SEEDS], root, minilm)
    assert (receipt.unchanged, receipt.embedded, receipt.nothing) == (1, 0, True)
    assert receipt.manifest == current_manifest(root)
    assert receipt.manifest.digest == old.digest
    assert receipt.manifest.model == current_manifest(seed_index).model
    assert build_index([SEEDS], root, minilm).manifest.generation == receipt.manifest.generation


def test_a_damaged_model_is_told_and_not_used(seed_index: Path, tmp_path: Path) -> None:
    root = tmp_path / "index"
    shutil.copytree(seed_index, root)
    (exported,) = exported_models(root)
    with (exported / "weights.bin").open("r+b") as stream:
        stream.seek(50_000_000)
        stream.write(b"other")
    with pytest.raises(IndexDamaged, match=r"weights\.bin was changed after it was written"):
        open_index(root)
    assert exported_models(root) == []


def test_an_index_of_another_embedder_has_no_model(tmp_path: Path, small_index: Path) -> None:
    assert current_manifest(small_index).model is None
    assert exported_models(small_index) == []
    assert exported_models(tmp_path / "nowhere") == []
    assert open_engine(Settings(index=small_index), LetterEmbedder()).embedder.exported is None


def test_the_next_generation_shares_the_model(
    seed_index: Path, minilm: Embedder, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    shutil.copytree(seed_index, root)
    before = current_manifest(root)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "one.txt").write_text("A port is a harbour.\n", "utf-8")
    own = load_embedder(exports=exported_models(root))
    after = build_index([SEEDS, tmp_path / "more"], root, own).manifest
    assert (after.generation, after.model) == (2, before.model)
    assert [folder.name for folder in (root / DATA).glob("m-*")] == [before.model]
    assert open_engine(Settings(index=root)).ask("What is a harbour?").passages
