"""One segment's vectors: values against NumPy, files against their bytes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import IndexDamaged
from index.segment_vectors import EXACT_UP_TO, FACTS, FLAT, LISTS, SegmentVectors
from tests.index.vectors import clustered_rows, unit, unit_rows

ROOT = Path(__file__).parents[2]
MANY, WIDTH, SMALL = 3000, 32, 500


@pytest.fixture(scope="module")
def rows() -> Vectors:
    return clustered_rows(MANY, WIDTH, 1)


@pytest.fixture(scope="module")
def in_lists(rows: Vectors, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("segment") / "vectors"
    SegmentVectors.build(folder, [rows], WIDTH, exact_up_to=SMALL)
    return folder


@pytest.fixture
def damaged(in_lists: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    for file in in_lists.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def questions(rows: Vectors, count: int, seed: int) -> Vectors:
    """Between two passages, and some way off: not how a build makes its sample."""
    chance = np.random.default_rng(seed)
    pairs = rows[chance.integers(len(rows), size=(2, count))]
    return unit(pairs.sum(axis=0) + 0.7 * unit_rows(count, rows.shape[1], seed))


def brute(rows: Vectors, question: Vectors, k: int) -> tuple[list[int], NDArray[np.float64]]:
    cosines = rows.astype(np.float64) @ question.astype(np.float64)
    return np.argsort(-cosines, kind="stable")[:k].tolist(), cosines


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("count", "width", "k"), [(1, 3, 1), (40, 9, 7), (500, 64, 500), (3000, 384, 20)]
)
@pytest.mark.parametrize("mapped", [False, True])
def test_exact_search_is_brute_force(
    tmp_path: Path, count: int, width: int, k: int, seed: int, mapped: bool
) -> None:
    rows, question = unit_rows(count, width, seed), unit_rows(1, width, seed + 1000)[0]
    segment = SegmentVectors.in_memory([rows], width)
    if mapped:
        SegmentVectors.build(tmp_path / "s", [rows], width)
        segment = SegmentVectors.open(tmp_path / "s")
    found, scores = segment.nearest(question, k)
    expected, cosines = brute(rows, question, k)
    np.testing.assert_allclose(scores, cosines[expected], atol=1e-6)
    np.testing.assert_allclose(cosines[found], cosines[expected], atol=1e-6)
    assert len(set(found.tolist())) == k
    np.testing.assert_array_equal(segment.scores(question, found), scores)


def test_equal_rows_come_in_their_order(tmp_path: Path) -> None:
    one = unit_rows(30, WIDTH, 3)
    rows = np.concatenate([one] * 40)
    SegmentVectors.build(tmp_path / "s", [rows], WIDTH, exact_up_to=SMALL)
    for segment in (SegmentVectors.in_memory([rows], WIDTH), SegmentVectors.open(tmp_path / "s")):
        found, scores = segment.nearest(one[7], 15)
        assert found.tolist() == list(range(7, 7 + 15 * 30, 30))
        assert np.ptp(scores) == 0


def test_batches_are_rows_in_order_whatever_their_sizes(tmp_path: Path) -> None:
    rows = unit_rows(100, 16, 1)
    SegmentVectors.build(tmp_path / "s", iter([rows[:1], rows[1:64], rows[64:64], rows[64:]]), 16)
    segment = SegmentVectors.open(tmp_path / "s")
    assert (segment.rows, segment.width) == (100, 16)
    np.testing.assert_array_equal(segment.vectors(np.arange(100)), rows)
    assert segment.facts.model_dump() == {
        "type": "exact", "rows": 100, "lists": 0, "nprobe": 0, "recall_10": 1.0, "sample": 0,
    }  # fmt: skip


def test_the_file_is_the_one_that_faiss_writes(tmp_path: Path) -> None:
    rows = unit_rows(70, 12, 2)
    SegmentVectors.build(tmp_path / "s", [rows[:30], rows[30:]], 12)
    flat = faiss.IndexFlatIP(12)
    flat.add(rows)
    assert (tmp_path / "s" / FLAT).read_bytes() == faiss.serialize_index(flat).tobytes()


@pytest.mark.parametrize("shape", [(4, 7), (4,), (4, 8, 1)])
def test_a_batch_of_another_width_is_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=rf"shape {re.escape(str(shape))} has no rows of width 8"):
        SegmentVectors.build(tmp_path / "s", [np.zeros(shape, dtype=np.float32)], 8)


def test_a_question_of_another_width_is_refused(in_lists: Path) -> None:
    for segment in (SegmentVectors.open(in_lists), SegmentVectors.in_memory([], WIDTH)):
        with pytest.raises(ValueError, match=r"shape \(31,\) is not of width 32"):
            segment.scores(np.zeros(WIDTH - 1, dtype=np.float32), np.array([], dtype=np.int64))


def test_no_rows_or_no_wish_find_nothing(tmp_path: Path, in_lists: Path) -> None:
    SegmentVectors.build(tmp_path / "s", [], WIDTH)
    empty = SegmentVectors.open(tmp_path / "s")
    question = unit_rows(1, WIDTH, 1)[0]
    assert (empty.rows, empty.width) == (0, WIDTH)
    nothing = np.array([], dtype=np.int64)
    for segment, k in ((empty, 5), (SegmentVectors.open(in_lists), 0)):
        found, scores = segment.nearest(question, k)
        assert (found.tolist(), scores.tolist()) == ([], [])
        assert segment.scores(question, nothing).shape == (0,)
        assert segment.vectors(nothing).shape == (0, WIDTH)


def test_scores_and_vectors_are_those_of_the_rows_asked_for(in_lists: Path, rows: Vectors) -> None:
    segment, question = SegmentVectors.open(in_lists), unit_rows(1, WIDTH, 4)[0]
    wanted = np.array([2999, 0, 7, 7])
    np.testing.assert_allclose(
        segment.scores(question, wanted), (rows[wanted] * question).sum(axis=1), atol=1e-6
    )
    segment.vectors(wanted)[:] = 9  # copies
    np.testing.assert_array_equal(segment.vectors(wanted), rows[wanted])
    with pytest.raises(IndexError, match="3000 is out of bounds"):
        segment.scores(question, np.array([3000]))


def test_the_lists_find_nearly_all_and_score_it_exactly(in_lists: Path, rows: Vectors) -> None:
    segment = SegmentVectors.open(in_lists)
    assert segment.facts.type == "lists"
    assert segment.facts.nprobe < segment.facts.lists  # or nothing would be tested
    assert segment.facts.recall_10 >= 0.98
    shares = []
    for question in questions(rows, 200, 5):
        found, scores = segment.nearest(question, 10)
        expected, cosines = brute(rows, question, 10)
        shares.append(len(set(found.tolist()) & set(expected)) / 10)
        np.testing.assert_allclose(scores, cosines[found], atol=1e-6)
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert np.mean(shares) >= 0.98


def test_stated_recall_is_below_that_of_other_questions(in_lists: Path, rows: Vectors) -> None:
    segment = SegmentVectors.open(in_lists)
    assert segment.facts.sample == 256
    shares = [
        len(set(segment.nearest(q, 10)[0].tolist()) & set(brute(rows, q, 10)[0])) / 10
        for q in questions(rows, 200, 6)
    ]
    assert segment.facts.recall_10 <= np.mean(shares) + 0.005


@pytest.mark.parametrize("k", [1, 399, 1500, 2999, 3000, 9999])
def test_never_fewer_than_asked_for(in_lists: Path, k: int) -> None:
    segment = SegmentVectors.open(in_lists)
    for question in unit_rows(5, WIDTH, 7):
        found, _ = segment.nearest(question, k)
        assert len(set(found.tolist())) == len(found) == min(k, MANY)


@pytest.mark.parametrize(("count", "lists"), [(SMALL, False), (SMALL + 1, True)])
def test_lists_only_above_the_threshold(tmp_path: Path, count: int, lists: bool) -> None:
    facts = SegmentVectors.build(
        tmp_path / "s", [clustered_rows(count, 9, 1)], 9, exact_up_to=SMALL
    )
    expected = {FLAT, FACTS} | ({LISTS} if lists else set())
    assert {file.name for file in (tmp_path / "s").iterdir()} == expected
    assert facts == SegmentVectors.open(tmp_path / "s").facts
    assert (facts.type == "lists", facts.rows) == (lists, count)


def test_rows_that_codes_cannot_tell_apart_are_searched_exactly(tmp_path: Path) -> None:
    # Twenty texts repeated five hundred times with hardly a difference: sixteen values for
    # two numbers do not reach.
    rows = unit(np.tile(unit_rows(20, 16, 8), (500, 1)) + 1e-3 * unit_rows(10_000, 16, 9))
    facts = SegmentVectors.build(tmp_path / "s", [rows], 16, exact_up_to=SMALL)
    assert facts.type == "exact"
    assert not (tmp_path / "s" / LISTS).exists()
    found, _ = SegmentVectors.open(tmp_path / "s").nearest(rows[77], 10)
    assert 77 in found


def test_the_same_rows_are_the_same_bytes(in_lists: Path, rows: Vectors, tmp_path: Path) -> None:
    SegmentVectors.build(tmp_path / "s", np.array_split(rows, 7), WIDTH, exact_up_to=SMALL)
    for file in in_lists.iterdir():
        assert (tmp_path / "s" / file.name).read_bytes() == file.read_bytes()


def kept_batches(old: SegmentVectors, kept: NDArray[np.int64]) -> Iterator[Vectors]:
    yield from map(old.vectors, np.array_split(kept, 5))


def test_nothing_of_a_removed_vector_survives(
    in_lists: Path, rows: Vectors, tmp_path: Path
) -> None:
    # One alone in its list (its centre is the vector itself), and some of every list.
    alone = unit_rows(1, WIDTH, 99)
    SegmentVectors.build(tmp_path / "old", [rows, alone], WIDTH, exact_up_to=SMALL)
    removed = [MANY, *range(0, MANY, 10)]
    kept = np.setdiff1d(np.arange(MANY + 1), removed)
    old = SegmentVectors.open(tmp_path / "old")
    SegmentVectors.build(tmp_path / "new", kept_batches(old, kept), WIDTH, exact_up_to=SMALL)
    SegmentVectors.build(tmp_path / "never", [rows[kept]], WIDTH, exact_up_to=SMALL)

    before = b"".join(file.read_bytes() for file in (tmp_path / "old").iterdir())
    assert before.count(alone.tobytes()) >= 1
    for file in (tmp_path / "new").iterdir():
        content = file.read_bytes()
        # As if they had never been: so neither codes nor centres tell of them.
        assert content == (tmp_path / "never" / file.name).read_bytes()
        for vector in (alone[0], *rows[removed[1:]]):
            assert vector.tobytes() not in content
            assert vector[:2].tobytes() not in content


@pytest.mark.parametrize("name", [FLAT, LISTS, FACTS])
@pytest.mark.parametrize("content", [None, b"", b"no index", b"\x00" * 100])
def test_a_file_that_is_none_of_ours(damaged: Path, name: str, content: bytes | None) -> None:
    (damaged / name).unlink()
    if content is not None:
        (damaged / name).write_bytes(content)
    with pytest.raises(IndexDamaged, match=rf"{name} cannot be read; rebuild"):
        SegmentVectors.open(damaged)


@pytest.mark.parametrize("name", [FLAT, LISTS, FACTS])
@pytest.mark.parametrize("less", [3, 10, 100_000])
def test_a_file_cut_short(damaged: Path, name: str, less: int) -> None:
    (damaged / name).write_bytes((damaged / name).read_bytes()[:-less])
    with pytest.raises(IndexDamaged, match=rf"{name} cannot be read; rebuild"):
        SegmentVectors.open(damaged)


def test_a_file_with_more_than_its_rows(damaged: Path) -> None:
    with (damaged / FLAT).open("ab") as stream:
        stream.write(b"\x00")
    with pytest.raises(IndexDamaged, match=r"flat\.faiss has more or fewer bytes than its rows"):
        SegmentVectors.open(damaged)


@pytest.mark.parametrize("name", [FLAT, LISTS])
@pytest.mark.parametrize("kind", ["HNSW4,Flat", "IVF2,Flat", "SQ8"])
def test_an_index_of_another_kind(damaged: Path, rows: Vectors, name: str, kind: str) -> None:
    other = faiss.index_factory(WIDTH, kind, faiss.METRIC_INNER_PRODUCT)
    other.train(rows[:100])
    other.add(rows)
    faiss.write_index(other, str(damaged / name))
    with pytest.raises(IndexDamaged, match=rf"{name} holds no Index\w+ by inner product"):
        SegmentVectors.open(damaged)


@pytest.mark.parametrize(("name", "kind"), [(FLAT, "Flat"), (LISTS, f"IVF20,PQ{WIDTH // 2}x4fs")])
def test_an_index_by_distance(damaged: Path, rows: Vectors, name: str, kind: str) -> None:
    other = faiss.index_factory(WIDTH, kind, faiss.METRIC_L2)
    other.train(rows)
    other.add(rows)
    faiss.write_index(other, str(damaged / name))
    with pytest.raises(IndexDamaged, match=rf"{name} holds no Index\w+ by inner product"):
        SegmentVectors.open(damaged)


@pytest.mark.parametrize(
    ("count", "width", "name"), [(MANY - 1, WIDTH, FLAT), (MANY, WIDTH - 2, LISTS)]
)
def test_files_of_two_segments(
    damaged: Path, tmp_path: Path, count: int, width: int, name: str
) -> None:
    other = tmp_path / "other"
    SegmentVectors.build(other, [clustered_rows(count, width, 2)], width)
    (damaged / FLAT).write_bytes((other / FLAT).read_bytes())
    with pytest.raises(IndexDamaged, match=f"{name} has other rows"):
        SegmentVectors.open(damaged)


@pytest.mark.parametrize(
    "change", [{"rows": MANY - 1}, {"lists": 3}, {"nprobe": 0}, {"nprobe": 999}]
)
def test_facts_about_other_lists(damaged: Path, change: dict[str, int]) -> None:
    facts = json.loads((damaged / FACTS).read_text()) | change
    (damaged / FACTS).write_text(json.dumps(facts))
    with pytest.raises(IndexDamaged, match=r"(flat|lists)\.faiss has other rows"):
        SegmentVectors.open(damaged)


@pytest.mark.parametrize("change", [{"type": "guessed"}, {"nprobe": "many"}, {"new": 1}])
def test_facts_that_are_none(damaged: Path, change: dict[str, object]) -> None:
    facts = json.loads((damaged / FACTS).read_text()) | change
    (damaged / FACTS).write_text(json.dumps(facts))
    with pytest.raises(IndexDamaged, match=r"search\.json cannot be read"):
        SegmentVectors.open(damaged)


def test_a_folder_is_written_once(in_lists: Path) -> None:
    with pytest.raises(FileExistsError, match="vectors"):
        SegmentVectors.build(in_lists, [], WIDTH)


def run(code: str, *arguments: object, threads: int = 1) -> str:
    """What a process of its own writes."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code]
    env = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(
        [*command, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


FULL_DISK = """
import resource, sys
from pathlib import Path
from index.segment_vectors import SegmentVectors
from tests.index.vectors import clustered_rows
rows = clustered_rows(3000, 2, 1)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    SegmentVectors.build(Path(sys.argv[1]), [rows], 2, exact_up_to=int(sys.argv[3]))
except OSError as error:
    print(error.strerror, end="")
"""


@pytest.mark.parametrize("less", [1, 2000])
@pytest.mark.parametrize("name", [FLAT, LISTS])
def test_a_full_disk_is_told(tmp_path: Path, name: str, less: int) -> None:
    # Rows this narrow take less room than their places in the lists.
    exact_up_to = MANY if name == FLAT else SMALL
    SegmentVectors.build(
        tmp_path / "fits", [clustered_rows(MANY, 2, 1)], 2, exact_up_to=exact_up_to
    )
    sizes = {file.name: file.stat().st_size for file in (tmp_path / "fits").iterdir()}
    assert max(sizes, key=lambda file: sizes[file]) == name
    assert run(FULL_DISK, tmp_path / "s", sizes[name] - less, exact_up_to) == "File too large"


BUILD = """
import sys
from pathlib import Path
from index.segment_vectors import SegmentVectors
from tests.index.vectors import clustered_rows
SegmentVectors.build(Path(sys.argv[1]), [clustered_rows(3000, 32, 1)], 32, exact_up_to=500)
"""


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_bytes_do_not_depend_on_the_number_of_cores(
    in_lists: Path, tmp_path: Path, threads: int
) -> None:
    assert run(BUILD, tmp_path / "s", threads=threads) == ""
    for file in in_lists.iterdir():
        assert (tmp_path / "s" / file.name).read_bytes() == file.read_bytes()


def test_threads_find_what_one_finds(in_lists: Path, rows: Vectors) -> None:
    segment = SegmentVectors.open(in_lists)
    asked = questions(rows, 300, 11)
    one = [segment.nearest(question, 50)[0].tolist() for question in asked]
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(lambda question: segment.nearest(question, 50)[0].tolist(), asked)
        assert list(found) == one


MAPPED = """
import re, sys
from pathlib import Path
import numpy as np
from index.segment_vectors import SegmentVectors
def own():
    told = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"^Anonymous: +([0-9]+)", told, re.M)[1])
question = np.ones(384, dtype=np.float32)
SegmentVectors.in_memory([np.zeros((9, 384), dtype=np.float32)], 384).nearest(question, 5)
before = own()
segment = SegmentVectors.open(Path(sys.argv[1]))
segment.nearest(question, 200)
segment.scores(question, np.arange(0, segment.rows, 100))
print(own() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_rows_are_mapped_and_not_read_into_memory(tmp_path: Path) -> None:
    rows = unit_rows(EXACT_UP_TO, 384, 1)
    SegmentVectors.build(tmp_path / "s", [rows], 384)
    assert int(run(MAPPED, tmp_path / "s")) * 1024 < rows.nbytes / 10
