"""The reader that an index carries: the same values, and no other passes for it."""

from pathlib import Path

import numpy as np
import pytest

from index.files import digest_lines
from index.keptfiles import DIGESTS
from service.reading.onnxreader import load_reader
from service.reading.prepared import FOLDER, READERS, prepare_reader, prepared_model

pytestmark = pytest.mark.model
TEXTS = ["Port Elm grew slowly. Its harbour opened in 1871.", "Bread is baked from flour.", ""]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("prepared")
    assert prepared_model(root) is None
    prepare_reader(root)
    return root


def test_it_reads_as_the_one_put_together_in_memory(prepared: Path) -> None:
    made, here = load_reader(1), load_reader(1, prepared)
    question = "When did the harbour open?"
    for a, b in zip(made.read(question, TEXTS), here.read(question, TEXTS), strict=True):
        assert a.answered == b.answered
        assert np.array_equal(a.values, b.values)
        assert np.array_equal(a.begins, b.begins)


def test_a_changed_one_is_not_used_and_made_anew(prepared: Path) -> None:
    graph = prepared_model(prepared)
    assert graph is not None
    weights = graph.with_name("weights.bin")
    whole = weights.read_bytes()
    weights.write_bytes(whole[:1_000_000] + b"other" + whole[1_000_005:])
    assert prepared_model(prepared) is None
    prepare_reader(prepared)
    assert weights.read_bytes() == whole
    assert [folder.name for folder in (prepared / FOLDER).iterdir()] == [graph.parent.name]
    before = weights.stat().st_mtime_ns
    prepare_reader(prepared)
    assert weights.stat().st_mtime_ns == before


def test_the_next_index_takes_the_one_that_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first, second = tmp_path / "first", tmp_path / "second"
    prepare_reader(first)
    graph = prepared_model(first)
    assert graph is not None
    (kept,) = READERS.folder().iterdir()
    assert kept.name == graph.parent.name
    assert (kept / "weights.bin").read_bytes() == graph.with_name("weights.bin").read_bytes()
    # What only the kept one has shows where the next one comes from.
    (kept / "weights.bin").write_bytes(b"kept")
    (kept / DIGESTS).write_text(digest_lines(kept, READERS.files), "ascii")
    prepare_reader(second)
    taken = prepared_model(second)
    assert taken is not None
    assert taken.with_name("weights.bin").read_bytes() == b"kept"
    (kept / "weights.bin").write_bytes(b"damaged")
    prepare_reader(tmp_path / "third")
    made = prepared_model(tmp_path / "third")
    assert made is not None
    assert made.read_bytes() == graph.read_bytes()
