"""Opening an index: a round trip, every kind of damage named, and no trace of the opening."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.build import build_index
from index.current import read_pointer
from index.errors import IndexBusy, IndexDamaged, IndexFormat, IndexMissing, IndexUnusable
from index.files import files_below
from index.generation import open_index
from tests.fakes import LetterEmbedder
from tests.index.faulty import manifest_of, related_folder, segment_folder

ROOT = Path(__file__).parents[2]
HOLD_LOCK = """
import sys
from pathlib import Path
from index.store import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def generation(root: Path) -> Path:
    return root / read_pointer(root).name


def flip_bit(file: Path, position: int, bit: int) -> None:
    content = bytearray(file.read_bytes())
    content[position] ^= 1 << bit
    file.write_bytes(content)


def test_a_built_index_opens_with_equal_rows(small_index: Path) -> None:
    index = open_index(small_index)
    rows = index.manifest.counts.passages
    stored = list(index.texts.all_passages())
    assert index.vectors.rows == index.lexical.rows == len(stored) == rows > 0
    assert index.windows.rows == rows
    assert index.windows.count == index.occurrences.windows == index.manifest.counts.windows > 0
    texts = [passage.passage.text for passage in stored]
    for row, text in enumerate(texts):
        best = index.vectors.search(LetterEmbedder().embed_question(text), 1)[0]
        assert best.score == pytest.approx(1, abs=1e-6)
        assert index.lexical.scores(text).argmax() == row


def test_the_manifest_names_every_file_and_current_the_manifest(small_index: Path) -> None:
    manifest = manifest_of(small_index)
    (segment,) = manifest.segments
    assert manifest.files == {
        f"data/{name}/{path}": facts
        for name in (segment.name, manifest.related)
        for path, facts in files_below(small_index / "data" / name).items()
    }
    on_disk = {f.relative_to(small_index).as_posix() for f in small_index.rglob("*") if f.is_file()}
    assert on_disk - set(manifest.files) == {"CURRENT", "lock", "g000001/manifest.json"}
    own = {n.removeprefix(f"data/{segment.name}/") for n in manifest.files if segment.name in n}
    names = ("vectors", "spans", "ranges", "documents", "starts")
    windows = {f"windows/{name}.npy" for name in names}
    occurrences = {f"occurrences/{name}.npy" for name in ("numbers", "starts")}
    lists = {f"postings/{name}.npy" for name in ("starts", "rows", "counts", "lengths")}
    vectors = {"vectors/flat.faiss", "vectors/search.json"}
    alone = {"texts.sqlite", "words.tsv", "keys.npy", "postings/terms.txt"}
    assert own == windows | occurrences | lists | vectors | alone
    assert re.fullmatch(r"g000001 [0-9a-f]{64}\n", (small_index / "CURRENT").read_text())


def test_one_changed_bit_in_any_file_is_found_and_the_file_named(small_index: Path) -> None:
    rng = random.Random(1)
    for name in manifest_of(small_index).files:
        file = small_index / name
        content = file.read_bytes()
        for _ in range(8):
            flip_bit(file, rng.randrange(len(content)), rng.randrange(8))
            with pytest.raises(IndexDamaged, match=rf"{re.escape(name)} was changed after"):
                open_index(small_index)
            file.write_bytes(content)
    open_index(small_index)


def test_one_changed_bit_in_the_manifest_is_found(small_index: Path) -> None:
    rng = random.Random(2)
    file = generation(small_index) / "manifest.json"
    content = file.read_bytes()
    for position in range(0, len(content), 5):
        flip_bit(file, position, rng.randrange(8))
        with pytest.raises(IndexUnusable, match=r"manifest\.json|is of format"):
            open_index(small_index)
        file.write_bytes(content)


def test_one_changed_bit_in_current_is_found(small_index: Path) -> None:
    file = small_index / "CURRENT"
    content = file.read_bytes()
    for position in range(len(content)):
        for bit in range(8):
            flip_bit(file, position, bit)
            with pytest.raises(IndexUnusable, match=r"CURRENT|manifest\.json"):
                open_index(small_index)
            file.write_bytes(content)


@pytest.mark.parametrize("change", ["missing", "empty", "longer"])
def test_a_missing_cut_or_longer_file_is_named(small_index: Path, change: str) -> None:
    for name in manifest_of(small_index).files:
        content = (small_index / name).read_bytes()
        if change == "missing":
            (small_index / name).unlink()
        else:
            (small_index / name).write_bytes(b"" if change == "empty" else content + b"\n")
        wanted = "is missing" if change == "missing" else "was changed after"
        with pytest.raises(IndexDamaged, match=rf"{re.escape(name)} {wanted}.*citewell doctor"):
            open_index(small_index)
        (small_index / name).write_bytes(content)


def test_all_damaged_files_are_named_at_once(small_index: Path) -> None:
    names = list(manifest_of(small_index).files)
    for name in names:
        (small_index / name).unlink()
    with pytest.raises(IndexDamaged, match="is missing") as caught:
        open_index(small_index)
    assert all(f"{small_index / name} is missing" in str(caught.value) for name in names)


def test_a_file_unknown_to_the_manifest_is_named(small_index: Path) -> None:
    for folder in (segment_folder(small_index), related_folder(small_index)):
        (folder / "stranger").write_text("?")
        with pytest.raises(IndexDamaged, match=r"stranger is not named in the manifest"):
            open_index(small_index)
        (folder / "stranger").unlink()
    open_index(small_index)


def test_a_missing_manifest_or_generation_is_damage(small_index: Path) -> None:
    (generation(small_index) / "manifest.json").unlink()
    with pytest.raises(IndexDamaged, match=r"manifest\.json is not a readable manifest; rebuild"):
        open_index(small_index)
    shutil.rmtree(generation(small_index))
    with pytest.raises(IndexDamaged, match=r"manifest\.json is not a readable manifest; rebuild"):
        open_index(small_index)


@pytest.mark.parametrize("make", [True, False])
def test_no_index_is_missing_and_the_command_to_make_one_is_named(
    tmp_path: Path, make: bool
) -> None:
    root = tmp_path / "none"
    if make:
        root.mkdir()
    with pytest.raises(IndexMissing, match=r"no index in .*none; make one with `citewell index"):
        open_index(root)
    assert root.exists() == make


@pytest.mark.parametrize(
    "content",
    [b"", b"g000001", b"g000001 abc\n", b"../g000001 " + b"0" * 64 + b"\n", b"{}", b"\xff" * 9],
)
def test_a_garbled_pointer_is_refused(small_index: Path, content: bytes) -> None:
    (small_index / "CURRENT").write_bytes(content)
    with pytest.raises(IndexUnusable, match="CURRENT"):
        open_index(small_index)


@pytest.mark.parametrize("stated", [*(f"citewell-index/{n}" for n in (1, 2, 4)), "other"])
def test_another_format_is_told_from_damage(small_index: Path, stated: str) -> None:
    file = generation(small_index) / "manifest.json"
    manifest = json.loads(file.read_bytes())
    file.write_text(json.dumps({"format": stated, "unheard": manifest}))
    with pytest.raises(IndexFormat, match=rf"is of format '{stated}'.*rebuild it with"):
        open_index(small_index)


def test_another_process_that_writes_makes_it_busy(small_index: Path, folder: Path) -> None:
    command = [sys.executable, "-c", HOLD_LOCK, str(small_index)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as holder:  # type: ignore[call-overload]
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(IndexBusy, match=r"another citewell is writing .*; wait"):
            build_index([folder], small_index, LetterEmbedder())
        assert open_index(small_index).manifest.generation == 1
        holder.kill()
    receipt = build_index([folder], small_index, LetterEmbedder(), anew=True)
    assert receipt.manifest.generation == 2


def test_opening_and_reading_leave_no_trace(small_index: Path) -> None:
    def state() -> dict[Path, tuple[int, int, int]]:
        facts = {path: path.stat() for path in [small_index, *small_index.rglob("*")]}
        return {p: (s.st_mtime_ns, s.st_ctime_ns, s.st_size) for p, s in facts.items()}

    before = state()
    index = open_index(small_index)
    list(index.texts.all_passages())
    index.lexical.scores("dead beef")
    index.vectors.search(LetterEmbedder().embed_question("dead"), 3)
    index.texts.close()
    assert state() == before


@contextmanager
def without_privileges() -> Iterator[None]:
    """As a user to whom permissions matter, which they do not to root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_an_index_that_may_only_be_read_opens(small_index: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "index"
        shutil.copytree(small_index, root)
        for path in [*root.rglob("*"), root]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        Path(name).chmod(0o755)
        with without_privileges():
            assert not os.access(root, os.W_OK, effective_ids=True)
            index = open_index(root)
            assert index.lexical.scores("dead beef").max() > 0
            assert index.texts.passages([0])[0].row == 0
        for path in [root, *root.rglob("*")]:
            path.chmod(0o755)
