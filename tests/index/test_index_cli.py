"""The commands ``index`` and ``doctor`` as a user runs them: exit codes, messages, plain lines."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from index.generation import open_index
from tests.conftest import CITEWELL, SEED, SEEDS
from tests.index.faulty import segment_folder

ROOT = SEEDS.parent


def citewell(*arguments: str | Path, folder: Path = ROOT, **env: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error of the real command in a pipe."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CITEWELL_", "FORCE_"))}
    done = subprocess.run(
        [CITEWELL, *map(str, arguments)],
        cwd=folder,
        env=clean | {"COLUMNS": "120"} | env,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["index", "doctor"])
def test_help(command: str) -> None:
    code, out, err = citewell(command, "--help")
    assert (code, err) == (0, "")
    assert f"Usage: citewell {command}" in out
    assert "CITEWELL_INDEX" in out


def test_help_names_both_commands() -> None:
    code, out, _ = citewell("--help")
    assert code == 0
    assert "Index documents (text, Markdown, HTML, PDF," in out
    assert "Check an index: files, texts, rows, terms and vectors." in out


@pytest.mark.parametrize(
    "arguments", [["index", "--no-such"], ["doctor", "extra"], ["index", "--out"], ["no-such"]]
)
def test_wrong_arguments_are_wrong_use(arguments: list[str]) -> None:
    code, out, err = citewell(*arguments)
    assert (code, out) == (2, "")
    assert "Error" in err


def test_a_model_that_is_not_there_is_explained(tmp_path: Path) -> None:
    code, out, err = citewell("index", SEED, "--out", tmp_path / "i", "--model", "no/model")
    assert (code, out) == (1, "")
    assert err.startswith("citewell: the model 'no/model' is neither a folder nor in the local")
    assert not (tmp_path / "i").exists()


def test_doctor_without_an_index(tmp_path: Path) -> None:
    code, out, err = citewell("doctor", folder=tmp_path)
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == "damaged  index and manifest"
    assert "there is no index in .citewell/index; make one with `citewell index" in out
    assert list(tmp_path.iterdir()) == []


def test_doctor_names_a_damaged_file(small_index: Path) -> None:
    file = segment_folder(small_index) / "texts.sqlite"
    file.write_bytes(b"gone")
    code, out, err = citewell("doctor", CITEWELL_INDEX=str(small_index))
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == "good     index and manifest"
    assert f"{file} was changed after it was written; rebuild with" in out


def test_doctor_names_a_model_that_is_not_there(small_index: Path) -> None:
    code, out, _ = citewell("doctor", "--index", small_index)
    assert code == 1
    assert "damaged  vectors against the model" in out
    assert "the model 'letters' is neither a folder nor in the local model cache" in out


@pytest.mark.model
def test_doctor_on_the_sound_seed_index(seed_index: Path) -> None:
    code, out, err = citewell("doctor", "--index", seed_index)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["good"] * len(out.splitlines())


@pytest.mark.model
def test_index_by_default_indexes_seeds_into_the_folder_asked_for(tmp_path: Path) -> None:
    out_folder = tmp_path / "a" / "b"
    code, out, err = citewell("index", CITEWELL_INDEX=str(out_folder))
    index = open_index(out_folder)
    counts, words = index.manifest.counts, len(index.related.terms)
    texts = counts.passages + counts.windows
    assert code == 0
    done, indexed, _, searched = out.splitlines()
    assert searched == "1 segment, searched exactly"
    assert done == f"1 added; {texts + words} texts embedded"
    assert indexed.startswith(f"indexed 1 documents as {counts.passages} passages of ")
    assert f"into {out_folder} (generation 1, digest " in out
    assert f"{counts.pieces} word pieces read by all-MiniLM-L6-v2, 0 cut" in out
    lines = err.splitlines()
    assert "read 1/1 files" in lines
    assert any(re.fullmatch(r"embed (\d+)/\1 characters, \d+/s, 0:00 left", line) for line in lines)
    assert any(line.startswith(f"words {words}/{words} words, ") for line in lines)
    assert "left out: 'README.md' named in .citewellignore" in lines
    assert "left out: 'questions.jsonl' named in .citewellignore" in lines


@pytest.mark.model
def test_what_has_not_changed_is_not_indexed_again(folder: Path, tmp_path: Path) -> None:
    assert citewell("index", folder, "--out", "made", folder=tmp_path)[0] == 0
    # As the folder is named everywhere else.
    code, out, err = citewell("index", folder, "--index", "made", folder=tmp_path)
    digest = open_index(tmp_path / "made").manifest.digest[:12]
    assert code == 0
    assert out == f"nothing has changed: 3 documents in made (generation 1, digest {digest})\n"
    assert "compare 3/3 files" in err
    assert "embed" not in err
    code, out, _ = citewell("index", folder, "--out", "made", "--anew", folder=tmp_path)
    assert code == 0
    assert out.startswith("3 added; ")
    assert f"(generation 2, digest {digest})" in out


@pytest.mark.model
def test_a_refused_file_is_bad_news_and_the_others_are_indexed(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "[bold] latin1.txt").write_bytes(b"caf\xe9")
    code, out, err = citewell("index", folder, "--out", "made", folder=tmp_path)
    assert code == 1
    assert out.startswith("3 added; ")
    assert "\nindexed 3 documents as " in out
    assert "not indexed: '[bold] latin1.txt' is not UTF-8 text (byte 3)" in err
    assert open_index(tmp_path / "made").manifest.counts.documents == 3


@pytest.mark.model
def test_a_missing_source_is_wrong_use(tmp_path: Path) -> None:
    code, out, err = citewell("index", "nowhere", folder=tmp_path)
    assert (code, out) == (2, "")
    assert err == "citewell: nowhere does not exist; name an existing file or folder\n"
    assert list(tmp_path.iterdir()) == []
