"""What serves needs none of what `not-served.txt` lists: nothing of it can be imported here."""

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from index.embed import Embedder
from tests.conftest import CITEWELL, ROOT, serving

pytestmark = pytest.mark.model

WITHOUT = """
import os
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ["WITHOUT_MODULES"].split(","):
            raise ModuleNotFoundError(f"No module named {name!r}")

sys.meta_path.insert(0, Without())
"""
QUESTION = "Did the Soviets want a warm water port?"


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _listed() -> set[str]:
    lines = (ROOT / "not-served.txt").read_text("utf-8").splitlines()
    return {_plain(line) for line in lines if not line.startswith("#")}


@pytest.fixture(scope="module", autouse=True)
def _without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("without")
    (folder / "sitecustomize.py").write_text(WITHOUT, "utf-8")
    owners = packages_distributions()
    modules = [m for m, names in owners.items() if {_plain(name) for name in names} <= _listed()]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", str(folder))
        environment.setenv("WITHOUT_MODULES", ",".join(modules))
        yield


def _run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CITEWELL, *command],
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_what_is_listed_is_installed_and_cannot_be_imported() -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {_plain(line.partition("==")[0]) for line in pins if not line.startswith("#")}
    assert _listed() <= pinned
    blocked = os.environ["WITHOUT_MODULES"].split(",")
    assert {"torch", "transformers", "sentence_transformers", "scipy", "sklearn"} <= set(blocked)


def test_a_served_process_answers(seed_index: Path) -> None:
    with serving(seed_index) as url:
        request = urllib.request.Request(
            f"{url}/v1/ask",
            json.dumps({"question": QUESTION}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            assert len(json.load(reply)["passages"]) == 5


def test_an_index_that_carries_its_model_takes_more_documents(
    seed_index: Path, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    shutil.copytree(seed_index, root)
    (tmp_path / "one.txt").write_text("A port is a harbour.\n", "utf-8")
    done = _run("add", tmp_path / "one.txt", "--index", root)
    assert done.returncode == 0, done.stderr
    assert _run("doctor", "--index", root).returncode == 0
    assert "harbour" in _run("ask", "What is a harbour?", "--index", root).stdout


def test_an_index_made_first_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("A port is a harbour.\n", "utf-8")
    command = ("index", tmp_path / "one.txt", "--out", tmp_path / "index")
    done = _run(*command, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.returncode == 1
    assert "which is not part of this installation" in done.stderr
    assert "make the index with a whole one: it carries its model" in done.stderr


def test_an_index_is_made_of_a_model_that_was_exported_before(
    tmp_path: Path, minilm: Embedder
) -> None:
    (tmp_path / "one.txt").write_text("A port is a harbour.\n", "utf-8")
    done = _run("index", tmp_path / "one.txt", "--out", tmp_path / "index")
    assert (done.returncode, minilm.exported is not None) == (0, True), done.stderr
