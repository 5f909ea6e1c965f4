"""A running service that is asked all the time while its index changes 50 times."""

import json
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index.build import add_files, remove_documents
from index.embed import Embedder
from index.generation import open_index
from index.rollback import roll_back
from index.sources import SourceFile
from index.store import write_lock
from tests.conftest import serving

UPDATES = 50
QUESTION = "Where does the counter of the harbour stand?"

pytestmark = pytest.mark.model


def ask(url: str) -> dict[str, Any]:
    body = json.dumps({"question": QUESTION, "top_k": 5}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/v1/ask", body, headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


def contents(root: Path) -> tuple[str, dict[str, str]]:
    """The digest of the current generation, and the sha256 of each of its documents."""
    index = open_index(root)
    held = {facts.path: facts.sha256 for facts in index.texts.documents()}
    index.texts.close()
    return index.manifest.digest, held


def updates(root: Path, folder: Path, minilm: Embedder) -> Iterator[None]:
    """One change after another: the counter is written anew, removed, gone back to."""
    for number in range(UPDATES):
        if number % 10 == 7:
            remove_documents(["counter.txt"], root, minilm)
        elif number % 10 == 8:
            with write_lock(root):
                roll_back(root)
        else:
            file = folder / "counter.txt"
            file.write_text(f"The counter of the harbour stands at place number {number}.")
            add_files([SourceFile(file, "counter.txt")], root, minilm)
        yield


@pytest.mark.timeout(300)
def test_no_request_fails_and_no_answer_is_mixed(
    seed_index: Path, minilm: Embedder, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    shutil.copytree(seed_index, root)
    known = dict([contents(root)])
    done = threading.Event()

    def ask_until_done(url: str) -> list[dict[str, Any]]:
        answers = []
        while not done.is_set():
            answers.append(ask(url))
        return answers

    with serving(root) as url, ThreadPoolExecutor(3) as threads:
        ask(url)
        asking = [threads.submit(ask_until_done, url) for _ in range(3)]
        try:
            for _ in updates(root, tmp_path, minilm):
                digest, held = contents(root)
                known[digest] = held
                answer = ask(url)  # in force for the next question
                assert answer["index"]["digest"] == digest
        finally:
            done.set()
        answers = [answer for each in asking for answer in each.result()]
    assert len(answers) >= UPDATES
    seen = {answer["index"]["digest"] for answer in answers}
    assert seen <= set(known)
    assert len(seen) >= 5
    for answer in answers:
        held = known[answer["index"]["digest"]]
        cited = {p["document"]["path"]: p["document"]["sha256"] for p in answer["passages"]}
        assert cited.items() <= held.items()
        best = answer["passages"][0]["document"]["path"]
        assert (best == "counter.txt") == ("counter.txt" in held)
