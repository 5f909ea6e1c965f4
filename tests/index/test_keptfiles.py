"""Models kept for the next index: whole and this user's own, or made anew and told."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index.exported import FACTS, GRAPH, TOKENIZER, WEIGHTS
from index.keptexport import EXPORTS, export_key
from index.keptfiles import DIGESTS
from index.minilm import load_embedder
from tests.index.models import TEXTS, make_model, small_bert

FILES = (GRAPH, WEIGHTS, TOKENIZER, FACTS)
KEY = "0123456789abcdef"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what is kept, of this test alone and not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "citewell" / "exported"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """What stands for an export: keeping looks into no file."""
    return export(tmp_path / "made", b"made")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty folder to take an export into."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The warnings since the last call."""
    caplog.set_level(logging.INFO, "index")

    def messages() -> list[str]:
        found = [record.getMessage() for record in caplog.records]
        caplog.clear()
        return found

    return messages


def export(folder: Path, content: bytes) -> Path:
    folder.mkdir()
    for name in FILES:
        (folder / name).write_bytes(content + name.encode())
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


Told = Callable[[], list[str]]


def test_what_was_kept_is_taken_as_a_copy(made: Path, place: Path, cache: Path, told: Told) -> None:
    assert not EXPORTS.take(KEY, place)
    assert not cache.exists()
    EXPORTS.keep(made, KEY)
    assert [entry.name for entry in cache.iterdir()] == [KEY]
    assert [folder.stat().st_mode & 0o777 for folder in (cache, cache / KEY)] == [0o700, 0o700]
    assert contents(cache / KEY).keys() == {*FILES, DIGESTS}
    assert not EXPORTS.take("another", place)
    assert list(place.iterdir()) == []
    assert EXPORTS.take(KEY, place)
    assert contents(place) == contents(made)
    # Nothing depends on the cache from then on, nor the cache on what was made of it.
    assert [file.stat().st_nlink for file in place.iterdir()] == [1] * len(FILES)
    (place / GRAPH).write_bytes(b"changed")
    shutil.rmtree(place)
    place.mkdir()
    assert EXPORTS.take(KEY, place)
    assert contents(place) == contents(made)
    assert told() == []


@pytest.mark.parametrize("name", [*FILES, DIGESTS])
@pytest.mark.parametrize("damage", ["changed", "cut", "longer", "gone", "a folder"])
def test_what_was_damaged_is_told_removed_and_kept_anew(
    made: Path, place: Path, cache: Path, told: Told, name: str, damage: str
) -> None:
    EXPORTS.keep(made, KEY)
    file = cache / KEY / name
    content = file.read_bytes()
    changes = {"changed": b"X" + content[1:], "cut": content[:-1], "longer": content + b" "}
    if damage in changes:
        file.write_bytes(changes[damage])
    else:
        file.unlink()
        if damage == "a folder":
            file.mkdir()
    assert not EXPORTS.take(KEY, place)
    (message,) = told()
    assert message.startswith("a model that was kept is removed and made anew: ")
    assert list(place.iterdir()) == list(cache.iterdir()) == []
    EXPORTS.keep(made, KEY)
    assert EXPORTS.take(KEY, place)
    assert contents(place) == contents(made)
    assert told() == []


def open_to_others(entry: Path) -> None:
    entry.chmod(0o722)


def open_to_the_group(entry: Path) -> None:
    entry.chmod(0o770)


def a_link(entry: Path) -> None:
    entry.rename(entry.with_name("elsewhere"))
    entry.symlink_to("elsewhere")


def of_another(entry: Path) -> None:
    if os.geteuid() == 0:
        os.chown(entry, 65534, -1)
    else:  # who cannot give a folder away, but name one
        shutil.rmtree(entry)
        entry.symlink_to("/")


def a_file(entry: Path) -> None:
    shutil.rmtree(entry)
    entry.write_bytes(b"")


STRANGE = [open_to_others, open_to_the_group, a_link, of_another, a_file]


@pytest.mark.parametrize("change", STRANGE)
def test_what_could_be_anothers_is_not_taken(
    made: Path, place: Path, cache: Path, told: Told, change: Callable[[Path], None]
) -> None:
    EXPORTS.keep(made, KEY)
    change(cache / KEY)
    assert not EXPORTS.take(KEY, place)
    (message,) = told()
    assert message.startswith("a model that was kept is removed and made anew: ")
    assert str(cache / KEY) in message
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("change", STRANGE)
def test_a_folder_that_others_may_write_is_neither_read_nor_written(
    made: Path, place: Path, cache: Path, told: Told, change: Callable[[Path], None]
) -> None:
    EXPORTS.keep(made, KEY)
    change(cache)
    before = sorted(cache.parent.rglob("*"))
    assert not EXPORTS.take(KEY, place)
    (message,) = told()
    assert message.startswith(f"models that were kept are not used: {cache} ")
    EXPORTS.keep(made, "new")
    (message,) = told()
    assert message.startswith("the model is not kept for the next index: ")
    assert str(cache) in message
    assert sorted(cache.parent.rglob("*")) == before
    assert list(place.iterdir()) == []


def test_what_cannot_be_written_is_told_and_no_error(
    made: Path, place: Path, tmp_path: Path, told: Told
) -> None:
    (tmp_path / "cache").write_bytes(b"a file in the way")
    assert not EXPORTS.take(KEY, place)
    EXPORTS.keep(made, KEY)
    not_used, not_kept = told()
    assert not_used.startswith("models that were kept are not used: [Errno ")
    assert not_kept.startswith("the model is not kept for the next index: [Errno ")


def test_without_a_home_nothing_is_kept(
    made: Path, place: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "~")  # as it is for a user whom the system does not know
    assert not EXPORTS.take(KEY, place)
    EXPORTS.keep(made, KEY)
    assert [message.rpartition(": ")[2] for message in told()] == [
        "Could not determine home directory."
    ] * 2


@pytest.mark.parametrize("given", ["", "relative/folder"])
def test_a_cache_home_that_is_no_whole_path_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert EXPORTS.folder() == tmp_path / ".cache" / "citewell" / "exported"


def test_what_was_not_used_for_longest_goes(made: Path, place: Path, cache: Path) -> None:
    for number in range(EXPORTS.most):
        EXPORTS.keep(made, f"key{number}")
        os.utime(cache / f"key{number}", (number, number))
    (cache / ".left").mkdir()  # by a process that was killed
    os.utime(cache / ".left", (1, 1))
    (cache / ".written").mkdir()  # by one that is at work
    assert EXPORTS.take("key0", place)
    EXPORTS.keep(made, "new")
    assert {entry.name for entry in cache.iterdir()} == {
        *("key0", "key2", "key3", "new"),
        ".written",
    }


def test_a_full_disk_leaves_nothing(made: Path, cache: Path) -> None:
    (made / WEIGHTS).write_bytes(bytes(100_000))
    code = (
        "import resource, signal, sys; from pathlib import Path;"
        "from index.keptexport import EXPORTS;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000));"
        "EXPORTS.keep(Path(sys.argv[1]), 'key')"
    )
    command = [sys.executable, "-c", code, str(made)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "not kept for the next index: [Errno 27] File too large" in done.stderr
    assert list(cache.iterdir()) == []


def test_many_at_once_take_it_whole_or_not_at_all(
    made: Path, cache: Path, tmp_path: Path, told: Told
) -> None:
    expected = contents(made)

    def work(number: int) -> bool:
        place = tmp_path / f"place{number}"
        place.mkdir()
        taken = EXPORTS.take(KEY, place)
        if taken:
            assert contents(place) == expected
        else:
            assert list(place.iterdir()) == []
            EXPORTS.keep(made, KEY)
        if number % 9 == 0:
            with suppress(FileNotFoundError):  # as in one step, unlike a user's rm
                (cache / KEY).rename(tmp_path / f"gone{number}")
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(work, range(200)))
    assert 0 < sum(taken) < 200
    assert told() == []
    assert [entry for entry in cache.iterdir() if entry.name != KEY] == []


def test_the_key_is_of_every_file_of_the_model(tmp_path: Path) -> None:
    model = tmp_path / "model"
    (model / "1_Pooling").mkdir(parents=True)
    keys = set()
    for name in ("model.safetensors", "1_Pooling/config.json", "tokenizer.json"):
        for content in (b"", b"one", b"two"):
            (model / name).write_bytes(content)
            keys.add(export_key(model))
            assert export_key(model) in keys
    assert len(keys) == 9


LOADED = """
import sys
from index.minilm import load_embedder
import numpy as np
vectors = load_embedder(sys.argv[1]).embed_passages(sys.argv[3:])
np.save(sys.argv[2], vectors)
print("torch" in sys.modules)
"""


@pytest.mark.model
def test_a_model_is_exported_once_and_anew_when_anything_of_it_changes(
    tmp_path: Path, cache: Path
) -> None:
    model = make_model(tmp_path, small_bert, "mean")
    first = load_embedder(str(model)).embed_passages(TEXTS)
    (kept,) = cache.iterdir()
    command = [sys.executable, "-c", LOADED, str(model), str(tmp_path / "again.npy"), *TEXTS]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
    np.testing.assert_array_equal(np.load(tmp_path / "again.npy"), first)
    # The same weights, pooled otherwise.
    pooling = next(model.glob("*_Pooling")) / "config.json"
    assert pooling.read_text().count('"mean"') == 1
    pooling.write_text(pooling.read_text().replace('"mean"', '"cls"'))
    plain = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    expected = plain.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    found = load_embedder(str(model)).embed_passages(TEXTS)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.abs(found - first).max() > 0.01
    assert {kept} < set(cache.iterdir())
