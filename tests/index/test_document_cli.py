"""The commands that keep an index current, as a user runs them."""

import json
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from index.feedbackfile import FeedbackFile, feedback_folder
from index.generation import open_index
from index.journal import kept_by_a_stopped_build
from tests.conftest import CITEWELL, SEED
from tests.index.test_hostile import bomb
from tests.index.test_index_cli import citewell

pytestmark = pytest.mark.model


@pytest.fixture
def kept(seed_index: Path, tmp_path: Path) -> Path:
    """A folder with a copy of the index of the seed, under ``made``."""
    shutil.copytree(seed_index, tmp_path / "made")
    return tmp_path


def run(folder: Path, *arguments: str | Path) -> tuple[int, str, str]:
    """A command with the index ``made`` in ``folder``."""
    return citewell(*arguments, "--index", "made", folder=folder)


def test_a_document_is_added_asked_for_and_removed(kept: Path) -> None:
    (kept / "lease note.txt").write_text("The lease of the garden ends in May.")
    code, out, _ = run(kept, "add", "lease note.txt")
    assert code == 0
    assert out.startswith("1 added, 1 unchanged; ")
    assert "indexed 2 documents" in out
    code, out, _ = run(kept, "ask", "When does the lease of the garden end?")
    assert code == 0
    assert "“The lease of the garden ends in May.” [1]" in out
    code, out, _ = run(kept, "list", "--json")
    listed = {document["path"]: document for document in json.loads(out)}
    assert {path: facts["origin"] for path, facts in listed.items()} == {
        SEED.name: "source",
        "lease note.txt": "added",
    }
    code, out, _ = run(kept, "show", "lease note.txt", "--json")
    shown = json.loads(out)
    assert (shown["text"], shown["pages"]) == ("The lease of the garden ends in May.", [])
    assert shown["id"] == listed["lease note.txt"]["id"]
    code, out, _ = run(kept, "remove", shown["id"], "--json")
    receipt = json.loads(out)
    assert (code, receipt["removed"], receipt["index"]["generation"]) == (0, ["lease note.txt"], 3)
    code, out, _ = run(kept, "list")
    assert out.splitlines()[-1] == "1 documents, generation 3"
    assert "lease" not in out


def test_what_is_erased_is_in_no_feedback(kept: Path) -> None:
    (kept / "lease.txt").write_text("The lease ends in May.")
    assert run(kept, "add", "lease.txt")[0] == 0
    feedback = FeedbackFile(feedback_folder(kept / "made"))
    for path in ("lease.txt", SEED.name):
        feedback.append(lambda path=path: {"passages": [{"document": path, "quote": "lease"}]})  # type: ignore[misc]
    assert run(kept, "remove", "lease.txt")[0] == 0
    assert len(feedback.lines()) == 2
    assert run(kept, "add", "lease.txt")[0] == 0
    code, out, _ = run(kept, "remove", "lease.txt", "--erase")
    assert (code, out.splitlines()[-1]) == (
        0,
        "removed 1 pieces of feedback that quoted what is gone",
    )
    (line,) = feedback.lines()
    assert json.loads(line)["passages"][0]["document"] == SEED.name


def test_generations_are_listed_gone_back_to_and_pruned(kept: Path) -> None:
    (kept / "lease.txt").write_text("The lease ends in May.")
    assert run(kept, "add", "lease.txt")[0] == 0
    code, out, _ = run(kept, "generations")
    first, second = out.splitlines()
    assert (code, first.split()[0], first.split()[-1]) == (0, "2", "current")
    assert (second.split()[0], second.split()[2:4]) == ("1", ["1", "documents"])
    code, out, _ = run(kept, "rollback")
    assert (code, out.split(":")[0]) == (0, "generation 1 answers now")
    assert run(kept, "list")[1].splitlines()[-1] == "1 documents, generation 1"
    code, out, err = run(kept, "rollback")
    assert (code, out) == (2, "")
    assert "there is no generation before 1 in made; there are 2, 1" in err
    assert run(kept, "rollback", "--to", "2")[0] == 0
    code, out, _ = run(kept, "prune")
    assert (code, out) == (0, "removed generations 1\n")
    assert run(kept, "prune")[1] == "there was nothing to remove\n"
    code, out, _ = run(kept, "remove", "lease.txt", "--erase")
    assert code == 0
    assert "earlier generations still hold" not in out
    assert [f.name for f in (kept / "made").glob("g*")] == ["g000003"]
    assert run(kept, "doctor")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["remove", "no.txt"], 2, "the index holds no document 'no.txt'; `citewell list` names"),
        (["show", "no.txt"], 2, "the index holds no document 'no.txt'; `citewell list` names"),
        (["add", "no.txt"], 2, "no.txt does not exist"),
        (["rollback", "--to", "9"], 2, "there is no generation 9 in made; there are 1"),
        (["prune", "--keep", "0"], 2, "Input should be greater than or equal to 1"),
        (["remove"], 2, "Missing argument"),
    ],
)
def test_wrong_use_is_explained(kept: Path, arguments: list[str], code: int, message: str) -> None:
    found, out, err = run(kept, *arguments)
    assert (found, out) == (code, "")
    assert message in " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize("command", [["add", "."], ["remove", "a"], ["list"], ["show", "a"]])
def test_without_an_index_there_is_nothing_to_change(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "a.txt").write_text("text")
    code, out, err = run(tmp_path, *command)
    assert (code, out) == (1, "")
    assert "there is no index in made; make one with `citewell index" in err
    assert [f.name for f in tmp_path.iterdir()] == ["a.txt"]


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command that goes on, its standard output and error in pipes."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CITEWELL_")}
    return subprocess.Popen(
        # A shell's background job, as the tests may be, ignores Ctrl-C and hands that on.
        ["env", "--default-signal=INT", CITEWELL, *arguments],
        cwd=folder,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_interrupted_build_keeps_its_batches_and_goes_on_from_there(tmp_path: Path) -> None:
    command = ["index", str(SEED), "--out", "made", "--progress", "json"]
    with started(tmp_path, *command) as process:
        assert process.stderr is not None
        for line in process.stderr:
            event = json.loads(line)
            if event["step"] == "embed":
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(60) == 130
    assert {"step", "unit", "done", "total", "per_second", "seconds_left"} == set(event)
    assert (event["unit"], event["total"]) == ("characters", event["total"])
    assert "finishing what was begun; Ctrl-C again stops at once" in rest
    texts = kept_by_a_stopped_build(tmp_path / "made")
    assert f"{texts} texts are embedded and kept: the same command goes on there" in rest
    assert texts >= 200
    code, out, _ = citewell(*command, folder=tmp_path)
    index = open_index(tmp_path / "made")
    counts, words = index.manifest.counts, len(index.related.terms)
    assert code == 0
    whole = counts.passages + counts.windows + words
    assert out.startswith(f"1 added; {whole - texts} texts embedded")
    assert kept_by_a_stopped_build(tmp_path / "made") == 0


def test_a_hostile_file_is_named_and_costs_itself_only(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "good.txt").write_text("The lease ends in May.")
    (tmp_path / "source" / "bomb.docx").write_bytes(bomb())
    code, out, err = citewell("index", "source", "--out", "made", folder=tmp_path)
    assert code == 1
    assert "indexed 1 documents as 1 passages" in out
    assert "not indexed: 'bomb.docx' would unpack to more than 200 times its size" in err
    code, out, err = citewell("index", "source", "--out", "made", folder=tmp_path)
    assert code == 1
    assert out.startswith("nothing has changed: 1 documents")
    assert "not indexed: 'bomb.docx'" in err


def test_a_watched_folder_is_followed(kept: Path) -> None:
    source = kept / "source"
    source.mkdir()
    shutil.copy(SEED, source)
    with started(kept, "watch", "source", "--out", "made") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        guard = threading.Timer(90, process.kill)
        guard.start()
        watching = next(line for line in process.stderr if line.startswith("watching"))
        assert watching == "watching; Ctrl-C ends it\n"
        (source / "lease.txt").write_text("The lease ends in May.")
        assert "added 'lease.txt'\n" in _until(process, "generation 2\n")
        (source / "lease.txt").rename(source / "moved.txt")
        assert "moved 'lease.txt' to 'moved.txt'\n" in _until(process, "generation 3\n")
        (source / "moved.txt").unlink()
        assert "removed 'moved.txt'\n" in _until(process, "generation 4\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        guard.cancel()
    paths = [facts.path for facts in open_index(kept / "made").texts.documents()]
    assert paths == [SEED.name]


def _until(process: subprocess.Popen[str], last: str) -> list[str]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line == last:
            break
    return lines
