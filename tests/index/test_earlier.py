"""Texts of earlier generations are read as they were, one after another, and nothing stays open."""

import gc
import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from index.build import build_index
from index.current import current_manifest, name_of
from index.earlier import EarlierTexts
from index.errors import IndexDamaged
from index.files import files_below
from index.manifest import read_manifest, write_manifest
from index.rollback import roll_back
from index.store import prune
from tests.fakes import LetterEmbedder
from tests.index.faulty import segment_folder

Built = Callable[[str], Path]
CHANGED = r"generation 1: .*texts\.sqlite was changed after it was written: .*`citewell prune`"


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """Makes the next generation, of one document with this text; gives its file of texts."""
    (tmp_path / "source").mkdir()

    def build(text: str) -> Path:
        (tmp_path / "source" / "a.txt").write_text(text, "utf-8")
        build_index([tmp_path / "source"], tmp_path / "index", LetterEmbedder())
        return segment_folder(tmp_path / "index") / "texts.sqlite"

    return build


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def earlier(root: Path) -> EarlierTexts:
    return EarlierTexts(root)


def _given(earlier: EarlierTexts, root: Path) -> list[tuple[int, list[str]]]:
    """Generations and the texts of their documents, as they are walked."""
    found = []
    for generation, texts in earlier.walk(current_manifest(root)):
        documents = [texts.document(facts.id) for facts in texts.documents()]
        found.append((generation, [document.text for document in documents if document]))
    return found


def _rewrite(file: Path) -> None:
    """Change one byte, and leave the size and the time of the last change as they are."""
    state = file.stat()
    with file.open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        last = stream.read(1)[0]
        stream.seek(-1, os.SEEK_END)
        stream.write(bytes([last ^ 1]))
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_all_but_the_current_generation_are_given_the_newest_first(
    built: Built, earlier: EarlierTexts, root: Path
) -> None:
    built("aaa")
    assert _given(earlier, root) == []
    built("bbb")
    built("ccc")
    assert _given(earlier, root) == [(2, ["bbb"]), (1, ["aaa"])]


def test_after_going_back_the_later_ones_are_given_too(
    built: Built, earlier: EarlierTexts, root: Path
) -> None:
    for text in ("aaa", "bbb", "ccc"):
        built(text)
    roll_back(root)
    assert _given(earlier, root) == [(3, ["ccc"]), (1, ["aaa"])]


def test_what_is_shared_is_given_once(built: Built, earlier: EarlierTexts, root: Path) -> None:
    first = built("aaa")
    built("bbb")
    assert built("aaa") == first  # generation 3 has the segment of 1
    assert _given(earlier, root) == [(2, ["bbb"])]
    built("ccc")
    assert _given(earlier, root) == [(3, ["aaa"]), (2, ["bbb"])]
    built("bbb")
    assert _given(earlier, root) == [(4, ["ccc"]), (3, ["aaa"])]


def test_what_two_earlier_generations_share_is_given_once(
    built: Built, earlier: EarlierTexts, root: Path
) -> None:
    first = built("aaa")
    built("bbb")
    assert built("aaa") == first
    roll_back(root)
    assert _given(earlier, root) == [(3, ["aaa"])]


def test_what_was_never_current_is_not_given(
    built: Built, earlier: EarlierTexts, root: Path
) -> None:
    built("aaa")
    built("bbb")
    (root / name_of(3)).mkdir()
    half = read_manifest(root / name_of(1)).model_copy(update={"generation": 3})
    write_manifest(root / name_of(3), half)
    assert _given(earlier, root) == [(1, ["aaa"])]


def test_a_pruned_generation_is_not_given(built: Built, earlier: EarlierTexts, root: Path) -> None:
    built("aaa")
    built("bbb")
    assert _given(earlier, root) == [(1, ["aaa"])]
    prune(root)
    assert _given(earlier, root) == []


def test_what_is_pruned_meanwhile_is_passed_over(
    built: Built, earlier: EarlierTexts, root: Path
) -> None:
    for text in ("aaa", "bbb", "ccc"):
        built(text)
    with closing(earlier.walk(current_manifest(root))) as walk:
        generation, texts = next(walk)
        prune(root)
        (facts,) = texts.documents()
        document = texts.document(facts.id)
        assert document is not None
        assert (generation, document.text) == (2, "bbb")  # it was open
        assert list(walk) == []


@pytest.mark.parametrize("harm", [lambda file: file.write_bytes(b"x"), _rewrite])
def test_a_changed_file_is_told_after_the_sound_ones(
    built: Built,
    earlier: EarlierTexts,
    root: Path,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
) -> None:
    built("aaa")
    file = built("bbb")
    built("ccc")
    harm(file)
    walk = earlier.walk(current_manifest(root))
    assert next(walk)[0] == 1
    with pytest.raises(IndexDamaged, match=CHANGED.replace("1", "2", 1)):
        next(walk)
    assert "generation 2: " in caplog.text


def test_a_missing_file_of_a_generation_that_is_there_is_damage(
    built: Built, earlier: EarlierTexts, root: Path
) -> None:
    file = built("aaa")
    built("bbb")
    file.unlink()
    with pytest.raises(IndexDamaged, match=r"generation 1: .*No such file.*texts\.sqlite"):
        _given(earlier, root)


def test_a_file_that_the_manifest_does_not_name_is_damage(
    built: Built, earlier: EarlierTexts, root: Path
) -> None:
    built("aaa")
    built("bbb")
    manifest = read_manifest(root / name_of(1))
    files = {name: facts for name, facts in manifest.files.items() if "texts" not in name}
    write_manifest(root / name_of(1), manifest.model_copy(update={"files": files}))
    with pytest.raises(IndexDamaged, match=r"texts\.sqlite is not named in the manifest"):
        _given(earlier, root)


def test_a_file_is_compared_once_and_again_when_it_looks_changed(
    built: Built, earlier: EarlierTexts, root: Path
) -> None:
    file = built("aaa")
    built("bbb")
    assert _given(earlier, root) == [(1, ["aaa"])]
    _rewrite(file)
    assert _given(earlier, root) == [(1, ["aaa"])]
    with pytest.raises(IndexDamaged, match=CHANGED):
        _given(EarlierTexts(root), root)
    os.utime(file)
    with pytest.raises(IndexDamaged, match=CHANGED):
        _given(earlier, root)


def test_nothing_is_written(built: Built, earlier: EarlierTexts, root: Path) -> None:
    for text in ("aaa", "bbb", "ccc"):
        built(text)
    before = files_below(root)
    assert len(_given(earlier, root)) == 2
    assert files_below(root) == before


def _opened_below(root: Path) -> list[str]:
    """The files below a folder that this process has open."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # that of this very listing
            found.append(os.readlink(descriptor))  # noqa: PTH115 - it may name no path
    return [name for name in found if name.startswith(str(root))]


def test_nothing_stays_open(built: Built, earlier: EarlierTexts, root: Path) -> None:
    built("aaa")
    file = built("bbb")
    built("ccc")
    gc.collect()  # what building has left open
    before = _opened_below(root)
    with closing(earlier.walk(current_manifest(root))) as walk:
        next(walk)
        assert sorted(_opened_below(root)) == sorted([*before, str(file)])
    assert sorted(_opened_below(root)) == sorted(before)
