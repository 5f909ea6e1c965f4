"""The commands below ``citewell eval``, in this process."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from citewell import app
from eval.bench.beside import baseline_of
from eval.bench.speed import bench_speed
from service.engine import Engine


def _collection(root: Path) -> Path:
    root.mkdir()
    document = {"_id": "a", "title": "", "text": "Aaa bbb."}
    query = {"_id": "1", "text": "bbb?", "spans": [{"doc": "a", "start": 4, "end": 7}]}
    (root / "corpus.jsonl").write_text(json.dumps(document) + "\n", "utf-8")
    (root / "queries.jsonl").write_text(json.dumps(query) + "\n", "utf-8")
    (root / "qrels.tsv").write_text("q\td\ts\n1\ta\t1\n", "utf-8")
    return root


def test_import_writes_and_says_what(tmp_path: Path) -> None:
    collection = _collection(tmp_path / "collection")
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["eval", "import", str(collection), "--out", str(out)])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"{collection} read as a collection with one qrels.tsv",
        f"1 document in {out / 'documents'}",
        f"1 answerable and 0 unanswerable questions in {out / 'questions.jsonl'}",
    ]
    assert (out / "documents" / "a.txt").read_text("utf-8") == "Aaa bbb."
    assert len((out / "questions.jsonl").read_text("utf-8").splitlines()) == 1


def test_import_tells_the_split_and_what_is_left_out(tmp_path: Path) -> None:
    collection = _collection(tmp_path / "collection")
    queries = [{"_id": f"{n}", "text": f"Which {n}?"} for n in range(4)]
    (collection / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), "utf-8")
    (collection / "qrels").mkdir()
    (collection / "qrels.tsv").rename(collection / "qrels" / "dev.tsv")
    command = ["eval", "import", str(collection), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    first, *_, last = done.stdout.splitlines()
    assert first == f"{collection} read as BEIR, split dev"
    assert last == "left out: 3 questions without a relevant document"
    refused = CliRunner().invoke(app, [*command, "--split", "test"])
    assert (refused.exit_code, "what there is: dev" in refused.stderr) == (2, True)


def test_import_of_no_question_is_bad_news(tmp_path: Path) -> None:
    collection = str(_collection(tmp_path / "collection"))
    command = ["eval", "import", collection, "--without", collection, "--out", str(tmp_path / "o")]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "no question is left; choose" in done.stderr) == (1, True)
    assert "left out: 1 questions that the other collection asks too" in done.stdout


KEYS = {"document": "one.txt", "quote": "Aaa bbb.", "start": 0}


def _checked(index: Path, file: Path, *arguments: str, **changes: object) -> Result:
    """Check a set of one question on the small folder."""
    question = {"id": "q1", "question": "Which?", "answerable": True, "expected": [KEYS]}
    file.write_text(json.dumps(question | changes), "utf-8")
    command = ["eval", "check", str(file), "--index", str(index), *arguments]
    return CliRunner().invoke(app, command)


def test_check_is_good_with_warnings_alone(small_index: Path, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    done = _checked(small_index, file)
    few, none, summary = done.stdout.splitlines()
    assert done.exit_code == 0
    assert few == (
        f"{file}: warning: fewer than 30 answerable questions (1): intervals are wide [few]"
    )
    assert none.startswith(f"{file}: warning: no unanswerable question: ")
    assert summary == (
        "1 answerable and 0 unanswerable questions against 3 documents: 0 errors, 2 warnings"
    )


def test_check_names_the_line_and_the_nearest(small_index: Path, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    done = _checked(small_index, file, expected=[KEYS | {"quote": "Aaa bbd."}])
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == (
        f"{file}:1: error: q1: 'Aaa bbd.' is not in 'one.txt'; the nearest is 'Aaa bbb.' at 0 "
        "(87 % alike) [quote]"
    )
    assert done.stdout.splitlines()[-1].endswith(": 1 error, 2 warnings")


def test_check_gives_json_lines_alone(small_index: Path, tmp_path: Path) -> None:
    changes = {"id": "q\n1", "expected": [KEYS | {"start": 1}]}
    done = _checked(small_index, tmp_path / "set.jsonl", "--json", **changes)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, len(found)) == (1, 3)
    assert found[0] == {
        "line": 1,
        "id": "q\n1",
        "kind": "start",
        "level": "error",
        "sentence": "'Aaa bbb.' is not at 1 in 'one.txt'; the nearest is at 0",
    }
    assert "1 error, 2 warnings" in done.stderr


def test_check_of_what_cannot_be_read_is_wrong_use(small_index: Path, tmp_path: Path) -> None:
    command = ["eval", "check", str(tmp_path / "none.jsonl"), "--index", str(small_index)]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "none.jsonl cannot be read" in done.stderr) == (2, True)


def test_check_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    done = _checked(tmp_path / "nothing", tmp_path / "set.jsonl")
    assert (done.exit_code, "make one with `citewell index" in done.stderr) == (1, True)


def test_import_into_a_used_folder_is_wrong_use(tmp_path: Path) -> None:
    collection = _collection(tmp_path / "collection")
    command = ["eval", "import", str(collection), "--out", str(collection)]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "is not empty" in done.stderr) == (2, True)


def test_calibrate_without_a_run_is_wrong_use(tmp_path: Path) -> None:
    out = tmp_path / "calibration.json"
    done = CliRunner().invoke(app, ["eval", "calibrate", str(tmp_path), "--out", str(out)])
    assert (done.exit_code, "holds no run" in done.stderr) == (2, True)
    assert not out.exists()


@pytest.mark.model
def test_bench_times_both_and_gives_the_ratio(seed_engine: Engine) -> None:
    questions = ["Who was Schulenburg?", "What is Barbarossa?"]
    table = bench_speed(seed_engine, baseline_of(seed_engine), questions, rounds=2)
    assert "| citewell: dense, lexical, proof, answer |" in table
    assert "| plain sentence-transformers and FAISS flat |" in table
    assert float(table.rsplit(" ", 1)[1]) > 0
