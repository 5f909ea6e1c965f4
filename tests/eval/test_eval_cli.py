"""The commands below ``citewell eval``, in this process."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citewell import app
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
    assert (out / "documents" / "a.txt").read_text("utf-8") == "Aaa bbb."
    assert len((out / "questions.jsonl").read_text("utf-8").splitlines()) == 1


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
    table = bench_speed(seed_engine, ["Who was Schulenburg?", "What is Barbarossa?"], rounds=2)
    assert "| citewell: dense, lexical, proof, answer |" in table
    assert "| plain sentence-transformers and FAISS flat |" in table
    assert float(table.rsplit(" ", 1)[1]) > 0
