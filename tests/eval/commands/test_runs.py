"""``citewell eval QUESTIONS`` as a process: against a real server, interrupted, gone on with."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from eval.runs.folder import RECORDS, read_run
from tests.conftest import CITEWELL, SEEDS

QUESTIONS = SEEDS / "questions.jsonl"


def _eval(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(CITEWELL), "eval", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The first questions of the seed's set, and one that cannot be asked."""
    lines = QUESTIONS.read_text("utf-8").splitlines()[:5]
    empty = {"id": "empty", "question": " ", "answerable": False, "tags": ["test"]}
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join([*lines, json.dumps(empty)]) + "\n", "utf-8")
    return file


@pytest.mark.model
def test_a_server_is_asked(server_url: str, few: Path, tmp_path: Path) -> None:
    done = _eval(few, "--url", server_url, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    run = read_run(tmp_path / "run")
    assert (run.facts.source.url, run.facts.asked) == (server_url, 6)
    assert [record.response is None for record in run.records] == [False] * 5 + [True]
    assert all(record.verified == record.citations > 0 for record in run.records[:5])
    assert done.stdout.startswith("# Evaluation")
    assert (
        "1 question failed and counts as a failure in every figure but the probabilities."
        in done.stdout
    )
    assert f"written to {tmp_path / 'run'}" in done.stderr.replace("\n", " ")


@pytest.mark.model
def test_the_engine_is_asked(seed_index: Path, few: Path, tmp_path: Path) -> None:
    done = _eval(few, "--index", seed_index, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    source = read_run(tmp_path / "run").facts.source
    assert source.url is None
    assert source.model == "all-MiniLM-L6-v2 53aa51172d14"
    again = _eval(few, "--index", seed_index, "--out", tmp_path / "run")
    assert (again.returncode, "already holds a run" in again.stderr) == (2, True)


@pytest.mark.model
def test_an_interrupted_run_goes_on(server_url: str, tmp_path: Path) -> None:
    folder, file = tmp_path / "run", tmp_path / "forty.jsonl"
    forty = QUESTIONS.read_text("utf-8").splitlines(keepends=True)[:40]
    file.write_text("".join(forty), "utf-8")
    command = ["eval", str(file), "--url", server_url, "--out", str(folder)]
    process = subprocess.Popen(
        # A shell that runs it in the background would have it ignore SIGINT.
        ["env", "--default-signal=INT", str(CITEWELL), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and not _lines(folder):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    asked = _lines(folder)
    assert process.returncode == 130, err
    assert "what was asked is kept in" in err
    assert 0 < asked < len(forty)
    kept = (folder / RECORDS).read_bytes()
    done = _eval(*command[1:])
    assert done.returncode == 0, done.stderr
    assert (folder / RECORDS).read_bytes().startswith(kept)
    assert len(read_run(folder).records) == read_run(folder).facts.asked > asked


def _lines(folder: Path) -> int:
    file = folder / RECORDS
    return file.read_bytes().count(b"\n") if file.exists() else 0


def test_a_server_and_an_index_are_not_both_asked(tmp_path: Path) -> None:
    done = _eval(QUESTIONS, "--url", "http://127.0.0.1:9", "--index", tmp_path)
    assert (done.returncode, "not both" in done.stderr) == (2, True)


def test_no_server_is_bad_news(tmp_path: Path) -> None:
    done = _eval(QUESTIONS, "--url", "http://127.0.0.1:9", "--out", tmp_path / "run")
    assert (done.returncode, "start it with `citewell serve`" in done.stderr) == (1, True)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        ("cw_short", ["--url", "http://127.0.0.1:9"], "holds no API key"),
        (None, ["--url", "http://127.0.0.1:9"], "cannot be read"),
        ("cw_" + "a" * 43, [], "give --url with --key-file"),
    ],
)
def test_a_key_that_cannot_be_sent_is_wrong_use(
    tmp_path: Path, content: str | None, arguments: list[str], told: str
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content, "ascii")
    done = _eval(QUESTIONS, *arguments, "--key-file", file)
    assert (done.returncode, told in " ".join(done.stderr.split())) == (2, True), done.stderr
