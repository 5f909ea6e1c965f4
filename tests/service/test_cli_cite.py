"""``citewell cite`` on a terminal, in this process."""

import json
from pathlib import Path

import pytest
import typer
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from index.passage import Span, stable_id
from index.store import prune
from service.citing.reference import reference_to
from service.cli import cite
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder
from tests.service.corpora import index_of

NOTES = "# Top\n\n## Deep\n\nAaa bbb. Ccc ddd."
START = NOTES.index("Ccc")
CITED = reference_to(stable_id("d", "a.md"), Span(START, START + 8), "Ccc ddd.").id


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return index_of(tmp_path, {"a.md": NOTES})


def _cite(root: Path, identity: str, *options: str) -> Result:
    app = typer.Typer()
    app.command()(cite)
    return CliRunner().invoke(app, [identity, "--index", str(root), *options])


def test_it_prints_the_text_and_where_it_stands(root: Path) -> None:
    done = _cite(root, CITED)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "“Ccc ddd.”",
        f"'a.md', characters {START} to {START + 8}, generation 1",
        "under Top > Deep",
        "current",
    ]


def test_it_says_how_the_document_has_changed(root: Path) -> None:
    index_of(root.parent, {"a.md": "Aaa."})
    done = _cite(root, CITED)
    assert done.exit_code == 0
    last = done.stdout.splitlines()[-1]
    assert last.startswith("changed: the document has changed since and holds this text no longer")


def test_json_is_the_body_of_the_api(root: Path) -> None:
    done = _cite(root, CITED, "--json")
    assert done.exit_code == 0
    app = create_app(LiveEngine(Settings(index=root), LetterEmbedder()))
    with TestClient(app, "http://127.0.0.1:8000") as client:
        assert json.loads(done.stdout) == client.get(f"/v1/citations/{CITED}").json()


def test_what_resolves_no_longer_is_bad_news(root: Path) -> None:
    index_of(root.parent, {"a.md": "Aaa."})
    prune(root)
    done = _cite(root, CITED)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "citewell: no generation of this index holds the text" in done.stderr


def test_another_string_is_wrong_use(tmp_path: Path) -> None:
    done = _cite(tmp_path / "nowhere", "p_1")  # told before the index is looked for
    assert (done.exit_code, done.stdout) == (2, "")
    assert "citewell: 'p_1' is no citation's id; take the id" in done.stderr


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = _cite(tmp_path / "nowhere", CITED)
    assert done.exit_code == 1
    assert "there is no index in" in done.stderr


def test_a_document_cannot_steer_the_terminal(tmp_path: Path) -> None:
    text = "Aaa \x1b]0;mine\x07 bbb."
    root = index_of(tmp_path, {"a.txt": text})
    done = _cite(root, reference_to(stable_id("d", "a.txt"), Span(0, len(text)), text).id)
    assert done.stdout.splitlines()[0] == "“Aaa ␛]0;mine␇ bbb.”"
