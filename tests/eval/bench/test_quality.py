"""Small collections through the whole comparison, with values computed by hand."""

import json
from dataclasses import replace
from math import log2
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citewell import app
from eval.bench.goals import GOALS, Goal, choose
from eval.bench.quality import Row, Workbench, as_run, measure_collection, read_run, table
from eval.errors import OutputExists, QuestionSetInvalid
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.corpora import FOUR

# Asked "aa bb", letters rank 1, 2, 3, 4 and BM25 2, 3; RRF 2, 3, 1, 4 (see test_rivals).
CORPUS = [{"_id": name[0], "title": "", "text": text} for name, text in FOUR.items()]
EMPTY = {"_id": "5", "title": None, "text": ""}
SYSTEMS = ["plain dense", "plain BM25", "RRF", "citewell"]


def write(folder: Path, corpus: list[dict[str, str]], queries: list[dict[str, object]]) -> None:
    """A collection; ``judged`` of a query is the document that answers it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{query['_id']}\t{query['judged']}\t1" for query in queries if "judged" in query]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)), "utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), "utf-8")
    (folder / "qrels.tsv").write_text("\n".join(["q\td\ts", *rows]) + "\n", "utf-8")


@pytest.fixture
def told() -> list[str]:
    """The steps that were reported as progress."""
    return []


@pytest.fixture
def bench(tmp_path: Path, told: list[str]) -> Workbench:
    """Three collections and a seed, and nothing measured yet."""
    folder = tmp_path / "collections"
    queries: list[dict[str, object]] = [
        {"_id": "both", "text": "aa bb", "judged": "2", "group": "train"},
        {"_id": "alone", "text": "ffff", "judged": "4", "group": "train"},
        {"_id": "unjudged", "text": "aa"},
        {"_id": "other", "text": "aa", "judged": "1", "group": "test"},
    ]
    write(folder / "scifact", [*CORPUS, EMPTY], queries)  # type: ignore[list-item]
    titled = [{**CORPUS[0], "title": "hh"}, *CORPUS[1:]]
    write(folder / "cacm", titled, [{"_id": "title", "text": "hh", "judged": "1"}])
    spans: list[dict[str, object]] = [
        {"_id": "both", "text": "aa bb", "spans": [{"doc": "2", "start": 0, "end": 5}]},
        {"_id": "no word", "text": "abba", "spans": [{"doc": "1", "start": 0, "end": 4}]},
        {"_id": "no place", "text": "aa"},
        {"_id": "no answer", "text": "aa", "answerable": False},
    ]
    write(folder / "chroma", CORPUS, spans)
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name, text in FOUR.items():
        (seeds / name).write_text(text, "utf-8")
    (seeds / ".citewellignore").write_text("questions.jsonl\n", "utf-8")
    expected = [{"document": "2.txt", "quote": "aa bb"}]
    asked = {"question": "aa bb", "answerable": True, "expected": expected}
    lines = [
        {"id": "s1", **asked, "tags": ["test"]},
        {"id": "s2", **asked, "tags": ["tuning"]},
        {"id": "s3", "question": "zz", "answerable": False, "tags": ["test"]},
    ]
    (seeds / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return Workbench(
        folder,
        seeds,
        tmp_path / "work",
        LetterEmbedder(),
        Settings(),
        lambda step, _done, _total: told.append(step),
    )


def test_documents_are_ranked_by_every_system(bench: Workbench) -> None:
    (row,) = measure_collection("scifact", bench)
    assert row.goal == Goal("scifact", "nDCG@10", 0.74, "train", odd=True)
    # judged, of the group train; "other" is of another group
    assert row.questions == ("both", "alone")
    assert row.values["plain dense"] == pytest.approx((1 / log2(3), 1))
    assert [row.values[system] for system in SYSTEMS[1:]] == [(1, 1)] * 3


def test_titles_are_searched(bench: Workbench) -> None:
    (row,) = measure_collection("cacm", bench)
    # "hh" is in no text: only the title answers
    assert row.values == dict.fromkeys(SYSTEMS, (1,))
    assert (bench.work / "cacm" / "documents" / "1.txt").read_text("utf-8") == "hh\n\nabab"


def test_what_fitted_the_weights_is_not_measured(bench: Workbench) -> None:
    assert bench.collections
    named = zip(("Harvard_1", "IPCC_2", "Islam_3", "Normans_4"), CORPUS, strict=True)
    corpus = [document | {"_id": name} for name, document in named]
    queries: list[dict[str, object]] = [
        {"_id": "fitted", "text": "abab", "judged": "Harvard_1"},
        {"_id": "first", "text": "aa bb", "judged": "IPCC_2"},
        {"_id": "last", "text": "ffff", "judged": "Normans_4"},
    ]
    write(bench.collections / "squad2_dev", corpus, queries)
    (row,) = measure_collection("squad2_dev", bench)
    assert (row.goal.beyond, row.questions) == ("I", ("first", "last"))
    assert row.values["citewell"] == (1, 1)


def test_claims_that_fitted_the_weights_are_not_measured(bench: Workbench) -> None:
    assert bench.collections
    queries: list[dict[str, object]] = [
        {"_id": name, "text": "aa bb", "group": "train", "judged": "2"} for name in ("12", "3", "x")
    ]
    write(bench.collections / "scifact", CORPUS, queries)
    (row,) = measure_collection("scifact", bench)
    assert (row.goal.odd, row.questions) == (True, ("3", "x"))


def test_characters_of_five_passages(bench: Workbench) -> None:
    recall, precision, iou = measure_collection("chroma", bench)
    assert recall.questions == ("both", "no word")
    # Letters bring all four texts (23 characters), BM25 2 and 3 (15), or nothing at all.
    assert recall.values["plain dense"] == (1.0, 1.0)
    assert recall.values["plain BM25"] == (1.0, 0.0)
    assert recall.values["citewell"] == (1.0, 1.0)
    assert precision.values["plain dense"] == pytest.approx((5 / 23, 4 / 23))
    assert precision.values["plain BM25"] == pytest.approx((1 / 3, None))
    assert iou.values["RRF"] == pytest.approx((5 / 23, 4 / 23))
    assert iou.values["plain BM25"] == pytest.approx((1 / 3, 0))
    assert (bench.work / "chroma" / "documents" / "1.txt").read_text("utf-8") == "abab"


def test_of_the_seed_the_test_part_is_measured(bench: Workbench) -> None:
    hit, mrr = measure_collection("seed", bench)
    assert hit.questions == mrr.questions == ("s1",)
    assert hit.values == dict.fromkeys(SYSTEMS, (1,))
    assert mrr.values == {"plain dense": (0.5,), "plain BM25": (1,), "RRF": (1,), "citewell": (1,)}


@pytest.mark.parametrize("name", ["scifact", "chroma", "seed"])
def test_an_index_is_used_again(bench: Workbench, told: list[str], name: str) -> None:
    first = measure_collection(name, bench)
    assert f"{name} embed" in told
    told.clear()
    assert measure_collection(name, bench) == first
    assert set(told) == {f"{name} rivals", f"{name} ask"}


def test_another_content_is_indexed_anew(bench: Workbench, told: list[str]) -> None:
    assert bench.collections
    measure_collection("cacm", bench)
    query: dict[str, object] = {"_id": "title", "text": "gg", "judged": "9"}
    write(bench.collections / "cacm", [{"_id": "9", "title": "", "text": "gg"}], [query])
    told.clear()
    (row,) = measure_collection("cacm", bench)
    assert row.values["citewell"] == (1.0,)
    assert "cacm embed" in told
    documents = bench.work / "cacm" / "documents"
    assert [file.name for file in documents.iterdir()] == ["9.txt"]


def test_another_seed_is_indexed_anew(bench: Workbench, told: list[str]) -> None:
    measure_collection("seed", bench)
    (bench.seeds / "1.txt").write_text("gg", "utf-8")
    told.clear()
    measure_collection("seed", bench)
    assert "seed embed" in told


def test_another_model_indexes_anew(bench: Workbench, told: list[str]) -> None:
    measure_collection("seed", bench)
    told.clear()
    measure_collection("seed", replace(bench, embedder=LetterEmbedder(sha256="1" * 64)))
    assert "seed embed" in told


def test_the_work_folder_may_not_hold_something_else(bench: Workbench) -> None:
    assert bench.collections
    with pytest.raises(OutputExists, match="name another folder by --work"):
        measure_collection("chroma", replace(bench, work=bench.collections))
    assert sorted(file.name for file in (bench.collections / "chroma").iterdir()) == [
        "corpus.jsonl",
        "qrels.tsv",
        "queries.jsonl",
    ]


def test_a_collection_without_a_judged_query_is_refused(bench: Workbench) -> None:
    assert bench.collections
    write(bench.collections / "cacm", CORPUS, [{"_id": "1", "text": "aa"}])
    with pytest.raises(QuestionSetInvalid, match="there is no question to measure"):
        measure_collection("cacm", bench)


def test_what_is_missing_is_named(bench: Workbench) -> None:
    there, missing = choose([], bench.collections, bench.seeds)
    assert there == ["seed", "chroma", "scifact", "cacm"]
    assert missing == [
        "xquad_en",
        "xquad_en_stripped",
        "squad2_dev",
        "squad2_dev_stripped",
        "cranfield",
    ]
    assert choose(["cacm", "seed"], bench.collections, bench.seeds) == (["seed", "cacm"], [])
    assert choose([], None, bench.seeds)[0] == ["seed"]


@pytest.mark.parametrize("only", [["trec"], ["seed", "cranfield"]])
def test_only_what_is_there_can_be_chosen(bench: Workbench, only: list[str]) -> None:
    message = rf"cannot measure {only[-1]}: of .*, cacm there is seed, chroma, scifact, cacm here"
    with pytest.raises(QuestionSetInvalid, match=message):
        choose(only, bench.collections, bench.seeds)


def test_nothing_at_all_cannot_be_measured(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match="there is none here; correct --only"):
        choose([], tmp_path, tmp_path / "seeds")


def test_the_command_refuses_wrong_names(tmp_path: Path) -> None:
    command = ["eval", "quality", "--collections", str(tmp_path), "--only", "trec"]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "cannot measure trec: of seed, chroma" in done.stderr) == (2, True)


def test_the_command_refuses_a_baseline_that_is_none(bench: Workbench, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text("{}", "utf-8")
    command = ["eval", "quality", "--collections", str(bench.collections)]
    done = CliRunner().invoke(app, [*command, "--baseline", str(file)])
    assert (done.exit_code, "holds no earlier run" in done.stderr) == (2, True)
    assert "cranfield skipped: it is not in" in done.stderr


def made(collection: str, rivals: float, ours: float, questions: int = 12) -> Row:
    """Values that are the same for every question; BM25 is the best rival."""
    goal = next(goal for goal in GOALS if goal.collection == collection)
    values = dict(zip(SYSTEMS, [0.0, rivals, 0.0, ours], strict=True))
    return Row(
        goal,
        tuple(map(str, range(questions))),
        {system: (value,) * questions for system, value in values.items()},
    )


def test_the_table_tests_against_the_best_rival() -> None:
    heads, rule, better, equal = table([made("cacm", 0.25, 0.5), made("squad2_dev", 0.5, 0.5)])
    assert heads == (
        "| collection | measure | questions | plain dense | plain BM25 | RRF "
        "| citewell (95 % interval) | citewell minus best of the three (95 % interval, p) | reach |"
    )
    assert rule.count("|") == heads.count("|") == better.count("|")
    # all 12 better: p = 2 / 2^12, by Holm twice that
    assert better == (
        "| cacm | nDCG@10 | 12 | 0.000 | 0.250 | 0.000 | 0.500 (0.500 to 0.500) "
        "| +0.250 (+0.250 to +0.250, p 0.0010) | 0.56 |"
    )
    assert equal.endswith("| 0.500 (0.500 to 0.500) | +0.000 (+0.000 to +0.000, p 1.0000) | – |")


def test_two_versions_are_compared_question_by_question(tmp_path: Path) -> None:
    earlier = [made("cacm", 0.25, 0.25), made("cranfield", 0.25, 0.5), made("squad2_dev", 0, 0, 3)]
    file = tmp_path / "run.json"
    file.write_text(as_run(earlier, Settings()).model_dump_json(), "utf-8")
    rows = [made(name, 0.25, 0.5) for name in ("cacm", "cranfield", "squad2_dev", "scifact")]
    heads, rule, *lines = table(rows, read_run(file))
    assert heads.endswith("| reach | change against baseline (p) |")
    assert rule.count("|") == heads.count("|")
    # Holm over the two rows that can be compared
    assert [line.rsplit(" | ", 1)[1] for line in lines] == [
        "+0.250 (+0.250 to +0.250, p 0.0010) |",
        "+0.000 (+0.000 to +0.000, p 1.0000) |",
        "not comparable |",
        "not comparable |",
    ]


def test_every_value_is_kept_by_question(bench: Workbench) -> None:
    run = as_run(measure_collection("chroma", bench), bench.settings)
    assert run.values["chroma"]["plain BM25"] == {
        "character recall": {"both": 1, "no word": 0},
        "character precision": {"both": pytest.approx(1 / 3), "no word": None},
        "character iou": {"both": pytest.approx(1 / 3), "no word": 0},
    }
    assert set(run.settings) == set(Settings.model_fields) - {"index", "model"}
