"""The doctor finds what the matter is, also when every checksum is right."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.build import build_index
from index.current import read_pointer
from index.doctor import examine
from index.embed import Embedder, Vectors
from index.errors import ModelUnusable
from index.manifest import MANIFEST_FILE
from index.segment import TEXTS, VECTORS
from index.segment_vectors import SegmentVectors
from tests.fakes import LetterEmbedder
from tests.index.faulty import manifest_of, related_folder, reseal, segment_folder

REBUILD = "; rebuild with `citewell index SOURCE --anew`, or go back with `citewell rollback`"


def load_letters(_name: str) -> Embedder:
    return LetterEmbedder()


def problems(root: Path, load: Callable[[str], Embedder] = load_letters) -> list[str]:
    return [finding.problem for finding in examine(root, load) if finding.problem is not None]


def change_texts(root: Path, statement: str) -> None:
    with closing(sqlite3.connect(segment_folder(root) / TEXTS)) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()
    reseal(root)


def test_a_sound_index_has_no_problem_and_every_check_is_named(small_index: Path) -> None:
    findings = examine(small_index, load_letters)
    assert [finding.problem for finding in findings] == [None] * len(findings)
    checks = " / ".join(finding.check for finding in findings)
    for word in ("manifest", "checksums of", "passages", "rows", "terms", "vectors against"):
        assert word in checks


def test_resealing_alone_changes_nothing(small_index: Path) -> None:
    reseal(small_index)
    assert problems(small_index) == []


def test_no_index(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)
    assert "there is no index in" in problem
    assert "citewell index" in problem


def test_each_changed_or_missing_file_is_a_finding_with_a_remedy(small_index: Path) -> None:
    folder = segment_folder(small_index)
    (folder / TEXTS).write_bytes(b"other")
    (folder / VECTORS / "flat.faiss").unlink()
    found = sorted(problems(small_index))
    assert len(found) == 2
    assert f"{TEXTS} was changed" in found[0]
    assert f"{VECTORS}/flat.faiss is missing" in found[1]
    assert all(problem.endswith(REBUILD) for problem in found)


def test_a_manifest_that_is_not_the_one_named_is_a_finding(small_index: Path) -> None:
    folder = small_index / read_pointer(small_index).name
    with (folder / MANIFEST_FILE).open("a") as stream:
        stream.write("\n")
    (problem,) = problems(small_index)
    assert f"{MANIFEST_FILE} was changed after it was written" in problem


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE pieces SET text = replace(text, 'ddd', 'dxd')", "is not the text that was"),
        ("UPDATE passages SET stop = stop + 1 WHERE number = 0", "passage"),
        ("UPDATE passages SET stop = 99999 WHERE number = 0", "lies outside its document"),
        ("UPDATE passages SET start = -1 WHERE number = 0", "lies outside its document"),
        ("UPDATE documents SET length = 3 WHERE number = 0", "lies outside its document"),
        ("DELETE FROM passages WHERE number = 0", "has other rows than the manifest says"),
        ("DELETE FROM documents WHERE number = 2", "has other rows than the manifest says"),
        ("UPDATE passages SET tokens = tokens + 1", "tokens, and the manifest says"),
        ("UPDATE passages SET pieces = pieces + 1", "word pieces, and the manifest says"),
    ],
)
def test_texts_that_were_wrong_when_written(small_index: Path, statement: str, told: str) -> None:
    before = list(examine(small_index, load_letters))
    change_texts(small_index, statement)
    assert any(told in problem for problem in problems(small_index))
    assert len(before) > 1


def test_a_document_without_passages_left_is_counted(small_index: Path) -> None:
    facts = manifest_of(small_index)
    reseal(small_index, counts={**facts.counts.model_dump(), "documents": 5})
    (problem,) = problems(small_index)
    assert problem == f"there are 3 documents, and the manifest says 5{REBUILD}"


def test_a_passage_of_no_document_is_a_finding(small_index: Path) -> None:
    count = manifest_of(small_index).counts.passages
    change_texts(small_index, "UPDATE passages SET document = 99 WHERE number = 0")
    told = f"there are {count - 1} passages, and the manifest says {count}"
    assert any(told in problem for problem in problems(small_index))


def write_vectors(root: Path, rows: Vectors) -> None:
    """Put other vectors in the place of those of the passages."""
    folder = segment_folder(root) / VECTORS
    shutil.rmtree(folder)
    SegmentVectors.build(folder, [rows], rows.shape[1])
    reseal(root)


def test_vectors_that_are_not_those_of_the_texts(small_index: Path) -> None:
    folder = segment_folder(small_index)
    vectors = SegmentVectors.open(folder / VECTORS)
    rows = vectors.vectors(np.arange(vectors.rows))
    rows[[0, 1]] = rows[[1, 0]]
    write_vectors(small_index, rows)
    (problem,) = problems(small_index)
    told = f"2 of {vectors.rows} vectors of passages of {folder.name} are not of their text"
    assert problem == f"{told}{REBUILD}"


def test_a_window_outside_its_passage(small_index: Path) -> None:
    file = next(small_index.rglob("windows/spans.npy"))
    spans = np.load(file)
    spans[0, 1] += 1000
    np.save(file, spans)
    reseal(small_index)
    told, *others = problems(small_index)
    assert re.search(r"a window of passage p_\w+ lies outside it; rebuild", told)
    # The window has other text than its terms were taken from.
    assert all("the terms of window 0 of" in other for other in others)


def test_a_vector_file_of_fewer_rows(small_index: Path) -> None:
    write_vectors(small_index, LetterEmbedder().embed_passages(["a"]))
    told = f"{segment_folder(small_index) / VECTORS} has other rows or width than the manifest"
    assert any(told in problem for problem in problems(small_index))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("postings/counts.npy", "hold other terms than its passages are long"),
        ("postings/counts.npy", "the postings of 1 of 3 passages of {} are not their terms"),
        ("postings/lengths.npy", "hold other terms than its passages are long"),
        ("occurrences/numbers.npy", "the terms of window 0 of {} are not those of its text"),
        ("keys.npy", "the digests of passages of {} are not those of their texts"),
    ],
)
def test_terms_and_digests_that_are_not_those_of_the_texts(
    small_index: Path, name: str, told: str
) -> None:
    folder = segment_folder(small_index)
    numbers = np.load(folder / name)
    numbers.flat[0] += 1
    np.save(folder / name, numbers)
    reseal(small_index)
    (problem,) = problems(small_index)
    assert told.format(folder.name) in problem
    assert problem.endswith(REBUILD)


def test_postings_of_another_row(small_index: Path) -> None:
    folder = segment_folder(small_index)
    assert manifest_of(small_index).counts.passages == 3
    rows = np.load(folder / "postings" / "rows.npy")
    rows[0] = (rows[0] + 1) % 3
    np.save(folder / "postings" / "rows.npy", rows)
    reseal(small_index)
    (problem,) = problems(small_index)
    assert f"the postings of 2 of 3 passages of {folder.name} are not their terms" in problem


def test_words_that_stand_in_no_passage(small_index: Path) -> None:
    file = segment_folder(small_index) / "words.tsv"
    file.write_text(file.read_text("utf-8") + "xa\t1\nxb\t1\nxc\t1\n", "utf-8")
    reseal(small_index)
    (problem,) = problems(small_index)
    told = f"3 words of {segment_folder(small_index).name} stand in none of its passages"
    assert problem == f"{told}{REBUILD}"


def test_vectors_of_windows_that_are_not_those_of_their_text(small_index: Path) -> None:
    folder = segment_folder(small_index)
    vectors = np.load(folder / "windows" / "vectors.npy")
    vectors[[0, 1]] = vectors[[1, 0]]
    np.save(folder / "windows" / "vectors.npy", vectors)
    reseal(small_index)
    (problem,) = problems(small_index)
    told = f"2 of {len(vectors)} vectors of windows of {folder.name} are not of their text"
    assert problem == f"{told}{REBUILD}"


def test_vectors_of_related_words_that_are_not_those_of_their_word(small_index: Path) -> None:
    file = related_folder(small_index) / "vectors.npy"
    vectors = np.load(file)
    vectors[[0, -1]] = vectors[[-1, 0]]  # aaa and hhh
    np.save(file, vectors)
    reseal(small_index)
    (problem,) = problems(small_index)
    assert problem == f"2 of {len(vectors)} vectors of related words are not of their word{REBUILD}"


@pytest.mark.parametrize("text", ["42", "?! ...", "\u4e16"])
def test_an_index_without_words_is_sound(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text, "utf-8")
    build_index([tmp_path / "a.txt"], tmp_path / "index", LetterEmbedder())
    assert problems(tmp_path / "index") == []


def test_more_than_five_problems_of_a_kind_are_counted(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.txt").write_text(f"face {number}")
    build_index([*tmp_path.glob("*.txt")], tmp_path / "index", LetterEmbedder())
    change_texts(tmp_path / "index", "UPDATE pieces SET text = replace(text, 'face', 'fade')")
    told = problems(tmp_path / "index")[0]
    assert told.count("is not the text that was indexed") == 5
    assert told.endswith(f"; and 4 more{REBUILD}")


def test_a_model_with_other_weights(small_index: Path) -> None:
    (problem,) = problems(small_index, lambda _name: LetterEmbedder(sha256="1" * 64))
    assert problem == (
        f"the weights of letters have sha256 {'1' * 64}, and the index was made with {'0' * 64}; "
        f"put those back, or {REBUILD.removeprefix('; ')}"
    )


def test_a_model_that_is_gone(small_index: Path) -> None:
    asked = []

    def load(name: str) -> Embedder:
        asked.append(name)
        raise ModelUnusable("not here; install it")

    assert problems(small_index, load) == ["not here; install it"]
    assert asked == ["letters"]
