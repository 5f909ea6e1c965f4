"""The doctor finds what the matter is, also when every checksum is right."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.doctor import examine
from index.embed import Embedder
from index.errors import ModelUnusable
from index.manifest import MANIFEST_FILE, read_manifest
from index.search import VectorIndex
from index.store import TEXTS, VECTORS, read_pointer
from tests.fakes import LetterEmbedder
from tests.index.faulty import reseal


def load_letters(_name: str) -> Embedder:
    return LetterEmbedder()


def problems(root: Path, load: Callable[[str], Embedder] = load_letters) -> list[str]:
    return [finding.problem for finding in examine(root, load) if finding.problem is not None]


def change_texts(root: Path, statement: str) -> None:
    with closing(sqlite3.connect(root / read_pointer(root).name / TEXTS)) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()
    reseal(root)


def test_a_sound_index_has_no_problem_and_every_check_is_named(small_index: Path) -> None:
    findings = examine(small_index, load_letters)
    assert [finding.problem for finding in findings] == [None] * len(findings)
    checks = " / ".join(finding.check for finding in findings)
    for word in ("manifest", "checksums", "passages", "rows", "vectors of"):
        assert word in checks


def test_resealing_alone_changes_nothing(small_index: Path) -> None:
    reseal(small_index)
    assert problems(small_index) == []


def test_no_index(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)
    assert "there is no index in" in problem
    assert "citewell index" in problem


def test_each_changed_or_missing_file_is_a_finding_with_a_remedy(small_index: Path) -> None:
    folder = small_index / read_pointer(small_index).name
    (folder / TEXTS).write_bytes(b"other")
    (folder / VECTORS).unlink()
    found = sorted(problems(small_index))
    assert len(found) == 2
    assert f"{TEXTS} was changed" in found[0]
    assert f"{VECTORS} is missing" in found[1]
    assert all(problem.endswith("rebuild with `citewell index SOURCE`") for problem in found)


def test_a_manifest_that_is_not_the_one_named_is_a_finding(small_index: Path) -> None:
    folder = small_index / read_pointer(small_index).name
    with (folder / MANIFEST_FILE).open("a") as stream:
        stream.write("\n")
    (problem,) = problems(small_index)
    assert f"{MANIFEST_FILE} was changed after it was written" in problem


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE documents SET text = replace(text, 'ddd', 'dxd')", "is not the text that was"),
        ("UPDATE passages SET stop = stop + 1 WHERE number = 0", "passage"),
        ("UPDATE passages SET stop = 99999 WHERE number = 0", "lies outside its document"),
        ("UPDATE passages SET start = -1 WHERE number = 0", "lies outside its document"),
        ("UPDATE documents SET length = 3 WHERE number = 0", "lies outside its document"),
        ("DELETE FROM passages WHERE number = 0", "texts, and the manifest says"),
    ],
)
def test_texts_that_were_wrong_when_written(small_index: Path, statement: str, told: str) -> None:
    before = list(examine(small_index, load_letters))
    change_texts(small_index, statement)
    assert any(told in problem for problem in problems(small_index))
    assert len(before) > 1


def test_a_document_without_passages_left_is_counted(small_index: Path) -> None:
    facts = read_manifest(small_index / read_pointer(small_index).name)
    reseal(small_index, counts={**facts.counts.model_dump(), "documents": 5})
    assert any("3 documents, and the manifest says 5" in p for p in problems(small_index))


def test_a_passage_of_no_document_is_a_finding(small_index: Path) -> None:
    change_texts(small_index, "UPDATE passages SET document_id = 'd_none' WHERE number = 0")
    assert any("passage" in problem or "texts" in problem for problem in problems(small_index))


def test_vectors_that_are_not_those_of_the_texts(small_index: Path) -> None:
    folder = small_index / read_pointer(small_index).name
    vectors = VectorIndex.load(folder / VECTORS)
    rows = vectors.vectors(np.arange(vectors.rows))
    rows[[0, 1]] = rows[[1, 0]]
    VectorIndex.build([rows], vectors.width).save(folder / VECTORS)
    reseal(small_index)
    (problem,) = problems(small_index)
    assert problem.startswith(f"2 of {vectors.rows} vectors are not those of their text")


def test_a_window_outside_its_passage(small_index: Path) -> None:
    file = next(small_index.rglob("windows/spans.npy"))
    spans = np.load(file)
    spans[0, 1] += 1000
    np.save(file, spans)
    reseal(small_index)
    (told,) = problems(small_index)
    assert re.search(r"a window of passage p_\w+ lies outside it; rebuild", told)


def test_a_vector_file_of_fewer_rows(small_index: Path) -> None:
    folder = small_index / read_pointer(small_index).name
    VectorIndex.build([LetterEmbedder().embed_passages(["a"])], 9).save(folder / VECTORS)
    reseal(small_index)
    assert any(VECTORS in problem for problem in problems(small_index))


def test_a_model_with_other_weights(small_index: Path) -> None:
    (problem,) = problems(small_index, lambda _name: LetterEmbedder(sha256="1" * 64))
    assert problem == "letters has other weights now; rebuild the index"


def test_a_model_that_is_gone(small_index: Path) -> None:
    asked = []

    def load(name: str) -> Embedder:
        asked.append(name)
        raise ModelUnusable("not here; install it")

    assert problems(small_index, load) == ["not here; install it"]
    assert asked == ["letters"]
