"""``citewell eval draft`` and ``citewell eval accept``."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from citewell import app
from eval.questions.question import read_questions
from tests.conftest import ROOT
from tests.service.corpora import index_of
from tests.service.drafting.town import TOWN


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(tmp_path_factory.mktemp("cli"), TOWN)


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


def test_draft_writes_questions_and_says_what_comes_next(index: Path, tmp_path: Path) -> None:
    out = tmp_path / "drafts.jsonl"
    done = _run("draft", "--index", index, "--out", out, "--count", "6", "--seed", "1")
    assert done.exit_code == 0
    assert done.stdout == (
        "6 of 6 questions, 2 without an answer: 1 cloze, 1 definition, 1 heading, 1 entity, "
        "2 swap\n"
    )
    assert done.stderr == (
        f"written to {out}; next, judge them one by one: citewell eval accept {out} "
        f"--out questions.jsonl --index {index}\n"
    )
    assert len(read_questions(out)) == 6


def test_draft_writes_over_nothing(index: Path, tmp_path: Path) -> None:
    out = tmp_path / "drafts.jsonl"
    out.write_text("mine", "utf-8")
    done = _run("draft", "--index", index, "--out", out)
    assert (done.exit_code, "name a new file with --out" in done.stderr) == (2, True)
    assert out.read_text("utf-8") == "mine"


def test_draft_that_finds_nothing_says_so(tmp_path: Path) -> None:
    bare = index_of(tmp_path, {"a.txt": "Water."})
    done = _run("draft", "--index", bare, "--out", tmp_path / "drafts.jsonl")
    assert (done.exit_code, "no question could be drafted" in done.stderr) == (1, True)
    assert not (tmp_path / "drafts.jsonl").exists()


def test_accept_needs_a_terminal(index: Path, tmp_path: Path) -> None:
    drafts, out = tmp_path / "drafts.jsonl", tmp_path / "questions.jsonl"
    _run("draft", "--index", index, "--out", drafts, "--count", "3")
    done = _run("accept", drafts, "--out", out, "--index", index)
    assert (done.exit_code, "a person at a terminal" in done.stderr) == (2, True)
    assert not out.exists()


def test_accept_on_a_terminal_keeps_what_was_accepted(index: Path, tmp_path: Path) -> None:
    drafts, out = tmp_path / "drafts.jsonl", tmp_path / "questions.jsonl"
    _run("draft", "--index", index, "--out", drafts, "--count", "3", "--seed", "1")
    person, terminal = pty.openpty()
    arguments = ["eval", "accept", str(drafts), "--out", str(out), "--index", str(index)]
    os.write(person, b"a\nr\nq\n")
    done = subprocess.run(
        [sys.executable, "-c", "from citewell import main; main()", *arguments],
        stdin=terminal,
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
        timeout=60,
    )
    os.close(person)
    os.close(terminal)
    assert done.stdout.endswith(f"1 accepted into {out}, 1 rejected, 1 left\n")
    first, second, _ = read_questions(drafts)
    (accepted,) = read_questions(out)
    assert (accepted.id, accepted.tags[0]) == (first.id, "drafted")
    assert read_questions(tmp_path / "drafts.rejected.jsonl") == [second]


def test_accept_says_when_nothing_is_left(index: Path, tmp_path: Path) -> None:
    drafts = tmp_path / "drafts.jsonl"
    _run("draft", "--index", index, "--out", drafts, "--count", "3")
    out = tmp_path / "questions.jsonl"
    out.write_bytes(drafts.read_bytes())
    done = _run("accept", drafts, "--out", out, "--index", index)
    assert done.exit_code == 0
    assert (
        done.stdout == f"nothing is left to judge in {drafts}; measure with citewell eval {out}\n"
    )
