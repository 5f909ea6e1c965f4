"""Documents are changed while the service runs, and the next question knows of it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.current import generations
from index.errors import IndexBusy, IndexMissing
from index.sources import SourceFile
from service.editor import Editor
from service.errors import DocumentMissing, EditingFailed
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.corpora import FOUR, index_of

HOLD = """
import sys
from pathlib import Path
from index.store import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process holds the index for writing."""
    command = [sys.executable, "-c", HOLD, str(root)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return index_of(tmp_path, FOUR)


@pytest.fixture
def live(root: Path) -> LiveEngine:
    return LiveEngine(Settings(index=root), LetterEmbedder())


@pytest.fixture
def editor(live: LiveEngine) -> Editor:
    return Editor(live, patience=0.2)


def _file(folder: Path, path: str, content: str | bytes) -> SourceFile:
    file = folder / f"sent-{path.replace('/', '-')}"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return SourceFile(file, path)


def _best(live: LiveEngine, question: str) -> str:
    return live.engine().ask(question).passages[0].document.path


def test_what_is_added_answers_the_next_question(
    tmp_path: Path, live: LiveEngine, editor: Editor
) -> None:
    done = editor.add([_file(tmp_path, "new/5.txt", "ggg hhh ggg")])
    assert (done.added, done.changed, done.unchanged, done.refused) == (("new/5.txt",), (), 0, {})
    assert [(facts.path, facts.origin) for facts in done.documents] == [("new/5.txt", "added")]
    assert done.index == live.engine().ref
    assert _best(live, "ggg hhh") == "new/5.txt"


def test_a_document_of_the_same_path_is_replaced(
    tmp_path: Path, live: LiveEngine, editor: Editor
) -> None:
    done = editor.add([_file(tmp_path, "4.txt", "gggg")])
    assert (done.added, done.changed, done.unchanged) == ((), ("4.txt",), 0)
    assert live.engine().index.manifest.counts.documents == 4
    assert live.engine().ask("gggg").passages[0].text == "gggg"


def test_what_is_there_already_makes_no_generation(
    tmp_path: Path, live: LiveEngine, editor: Editor
) -> None:
    before = live.engine()
    done = editor.add([_file(tmp_path, "4.txt", "ffff"), _file(tmp_path, "3.txt", "aa dd")])
    assert (done.added, done.changed, done.unchanged) == ((), (), 2)
    assert live.engine() is before


def test_a_file_that_cannot_be_read_does_not_remove_its_document(
    tmp_path: Path, live: LiveEngine, editor: Editor
) -> None:
    bad, good = _file(tmp_path, "4.txt", b"\xff\xfe"), _file(tmp_path, "5.txt", "gg")
    done = editor.add([bad, good])
    assert done.added == ("5.txt",)
    assert done.refused.keys() == {"4.txt"}
    assert done.refused["4.txt"].endswith("what was indexed of it before stays")
    assert [facts.path for facts in done.documents] == ["5.txt"]
    assert _best(live, "ffff") == "4.txt"


def test_what_is_removed_does_not_answer_the_next_question(
    live: LiveEngine, editor: Editor, root: Path
) -> None:
    (identity,) = (d.id for d in live.engine().index.texts.documents() if d.path == "4.txt")
    done = editor.remove(identity, erase=False)
    assert (done.removed, done.erased) == (("4.txt",), False)
    assert done.index == live.engine().ref
    assert _best(live, "ffff") != "4.txt"
    assert len(generations(root)) == 2


def test_what_is_erased_is_in_no_file_of_the_index(tmp_path: Path) -> None:
    secret = "abcdefgh" * 8
    root = index_of(tmp_path, {**FOUR, "secret.txt": secret})
    live = LiveEngine(Settings(index=root), LetterEmbedder())
    (identity,) = (d.id for d in live.engine().index.texts.documents() if d.path == "secret.txt")

    def files_with_it() -> list[Path]:
        files = (file for file in root.rglob("*") if file.is_file())
        return [file for file in files if secret.encode() in file.read_bytes()]

    assert files_with_it()
    assert Editor(live).remove(identity, erase=True).erased
    assert files_with_it() == []
    assert len(generations(root)) == 1


@pytest.mark.parametrize("name", ["*", "4.txt", "d_0000000000000000", "", "["])
def test_only_an_id_is_removed(editor: Editor, live: LiveEngine, name: str) -> None:
    with pytest.raises(DocumentMissing, match="there is no document"):
        editor.remove(name, erase=False)
    assert live.engine().index.manifest.counts.documents == 4


def test_while_another_process_writes_nothing_is_changed(
    tmp_path: Path, root: Path, live: LiveEngine, editor: Editor
) -> None:
    before = live.engine()
    (identity, *_) = (d.id for d in before.index.texts.documents())
    with held_elsewhere(root):
        with pytest.raises(IndexBusy, match="another citewell is writing"):
            editor.add([_file(tmp_path, "5.txt", "gg")])
        with pytest.raises(IndexBusy, match="another citewell is writing"):
            editor.remove(identity, erase=True)
        assert live.engine() is before
    assert editor.add([_file(tmp_path, "5.txt", "gg")]).added == ("5.txt",)


def test_another_process_that_ends_in_time_is_waited_for(
    tmp_path: Path, root: Path, live: LiveEngine
) -> None:
    with held_elsewhere(root) as process:
        assert process.stdin is not None
        process.stdin.close()
        done = Editor(live, patience=20).add([_file(tmp_path, "5.txt", "gg")])
    assert done.added == ("5.txt",)


def test_without_an_index_there_is_nothing_to_change(
    tmp_path: Path, root: Path, editor: Editor
) -> None:
    root.rename(tmp_path / "away")
    with pytest.raises(IndexMissing, match="there is no index"):
        editor.add([_file(tmp_path, "5.txt", "gg")])


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path, root: Path, editor: Editor) -> None:
    (root / "building").write_text("in the way of the writer's folder")
    with pytest.raises(EditingFailed, match=r"could not be written .*check the disk"):
        editor.add([_file(tmp_path, "5.txt", "gg")])
