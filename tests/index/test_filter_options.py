"""Options that choose documents, as commands get and obey them."""

import json
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from citewell import app
from index.build import build_index
from index.filter import DocumentFilter
from index.filter_options import takes_filter
from tests.fakes import LetterEmbedder

TEXTS = {
    "a/1.md": "---\ntags: [Garden]\ndate: 2024-05-01\n---\nBad cab. The cab faced.",
    "a/2.md": "---\ntags: [garden, lease]\n---\nDead beef.",
    "b/3.txt": "Dead beef.",
}


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ([], DocumentFilter()),
        (["--tag", "a", "--tag", "b"], DocumentFilter(tags=("a", "b"))),
        (["--document", "d_1", "--path", "*"], DocumentFilter(("d_1",), ("*",))),
        (["--dated-from", "x", "--dated-before", ""], DocumentFilter(None, None, None, "x", "")),
        (["--path", ""], DocumentFilter(path=("",))),
    ],
)
def test_options_become_one_filter(given: list[str], chosen: DocumentFilter) -> None:
    got: list[tuple[str, bool, DocumentFilter]] = []

    @takes_filter
    def command(
        word: str,
        loud: Annotated[bool, typer.Option("--loud")] = False,
        *,
        chosen: DocumentFilter,
    ) -> None:
        """Say a word."""
        got.append((word, loud, chosen))

    program = typer.Typer()
    program.command()(command)
    done = CliRunner().invoke(program, ["hello", "--loud", *given])
    assert (done.exit_code, got) == (0, [("hello", True, chosen)]), done.output
    assert "Say a word." in CliRunner().invoke(program, ["--help"]).output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in TEXTS.items():
        (tmp_path / "source" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / path).write_text(text, "utf-8")
    build_index([tmp_path / "source"], tmp_path / "index", LetterEmbedder())
    return tmp_path / "index"


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ([], ["a/1.md", "a/2.md", "b/3.txt"]),
        (["--sort", "-size"], ["a/1.md", "a/2.md", "b/3.txt"]),
        (["--sort", "size", "--path", "a/*"], ["a/2.md", "a/1.md"]),
        (["--path", "*1*", "--path", "b*"], ["a/1.md", "b/3.txt"]),
        (["--tag", "LEASE", "--tag", "garden"], ["a/2.md"]),
        (["--dated-from", "2024-05-01", "--dated-before", "2024-05-02"], ["a/1.md"]),
    ],
)
def test_list_shows_what_is_asked_for(root: Path, given: list[str], paths: list[str]) -> None:
    done = CliRunner().invoke(app, ["list", "--index", str(root), "--json", *given])
    assert done.exit_code == 0, done.output
    assert [each["path"] for each in json.loads(done.stdout)] == paths
    told = CliRunner().invoke(app, ["list", "--index", str(root), *given]).stdout
    count = f"{len(paths)} of 3 documents" if "--path" in given else "documents, generation 1"
    assert count in told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--document", "d_1"], "documents.0: is no id of a document of this index; take it fro"),
        (["--dated-from", "May"], "date_from: is no day of the calendar; write it as YYYY-MM-DD"),
        (["--path", ""], "path.0: is empty; leave it out"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(root: Path, given: list[str], told: str) -> None:
    done = CliRunner().invoke(app, ["list", "--index", str(root), *given])
    assert done.exit_code == 2
    assert told in done.stderr
    if "--document" not in given:  # before the model is loaded
        asked = CliRunner().invoke(app, ["ask", "a", "--index", str(root / "none"), *given])
        assert (asked.exit_code, told in asked.stderr) == (2, True)
