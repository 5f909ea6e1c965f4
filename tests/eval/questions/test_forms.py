"""The form of a collection is told from its files, and each form is read."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.errors import QuestionSetInvalid
from eval.questions.collection import UNKNOWN, Exported, export_collection
from eval.questions.convert import NOT_JUDGED
from eval.questions.forms import Form, read_any
from eval.questions.question import Expected, read_questions

ALL_THREE = r"(?s)none of the forms.*qrels\.tsv.*BEIR.*SQuAD"


def _beir(folder: Path, **splits: str) -> Path:
    """A folder of BEIR with these tables of judgements."""
    (folder / "qrels").mkdir(parents=True)
    documents: list[dict[str, Any]] = [
        {"_id": "a/b", "title": "Tt", "text": "Aaa."},
        {"_id": "c", "text": "Ccc."},
    ]
    queries: list[dict[str, Any]] = [
        {"_id": f"q{n}", "text": f"Which {n}?", "metadata": {}} for n in range(3)
    ]
    for name, rows in (("corpus", documents), ("queries", queries)):
        content = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(content, "utf-8")
    for split, judged in splits.items():
        content = f"query-id\tcorpus-id\tscore\n{judged}"
        (folder / "qrels" / f"{split}.tsv").write_text(content, "utf-8")
    return folder


TEST, DEV = "q0\ta/b\t2\nq0\tc\t1\nq1\tc\t0\n", "q2\tc\t1\n"


def test_beir_is_read_with_one_split(tmp_path: Path) -> None:
    found = read_any(_beir(tmp_path / "in", test=TEST, dev=DEV))
    assert (found.form, found.split) == (Form.BEIR, "test")
    out = tmp_path / "out"
    exported = export_collection(found.collection, out, with_titles=True)
    assert exported == Exported(2, 1, 0, {UNKNOWN: 0, NOT_JUDGED: 2})
    assert (out / "documents" / "a%2Fb.txt").read_text("utf-8") == "Tt\n\nAaa."
    (question,) = read_questions(out / "questions.jsonl")
    assert question.expected == (
        Expected(document="a%2Fb.txt", grade=2),
        Expected(document="c.txt", grade=1),
    )


@pytest.mark.parametrize(
    ("there", "wanted", "chosen"),
    [
        (("test", "dev", "train"), None, "test"),
        (("dev", "train"), None, "dev"),
        (("train", "other"), None, "train"),
        (("train", "other"), "other", "other"),
        (("test", "dev"), "dev", "dev"),
    ],
)
def test_the_split_is_the_wanted_or_test_dev_train(
    tmp_path: Path, there: tuple[str, ...], wanted: str | None, chosen: str
) -> None:
    folder = _beir(tmp_path / "in", **dict.fromkeys(there, DEV))
    assert read_any(folder, wanted).split == chosen


@pytest.mark.parametrize(
    ("there", "wanted", "told"),
    [
        (("dev", "a"), "test", "has no split 'test'; choose by --split what there is: a, dev"),
        (("a",), None, "has none of the splits test, dev, train; .* what there is: a"),
        ((), None, r"has none of the splits .* what there is: no \.tsv file"),
        (("dev",), "../dev", r"has no split '\.\./dev'"),
    ],
)
def test_a_split_that_is_not_there_is_refused_with_what_there_is(
    tmp_path: Path, there: tuple[str, ...], wanted: str | None, told: str
) -> None:
    folder = _beir(tmp_path / "in", **dict.fromkeys(there, DEV))
    with pytest.raises(QuestionSetInvalid, match=told):
        read_any(folder, wanted)


def _own(tmp_path: Path) -> Path:
    folder = _beir(tmp_path / "own")
    (folder / "qrels").rmdir()
    (folder / "qrels.tsv").write_text(f"q\td\ts\n{TEST}", "utf-8")
    return folder


def _squad(tmp_path: Path) -> Path:
    file = tmp_path / "squad.json"
    file.write_text('{"version": "v2.0", "data": []}', "utf-8")
    return file


def test_the_other_forms_are_told_apart(tmp_path: Path) -> None:
    own = read_any(_own(tmp_path), with_titles=True)
    assert (own.form, own.split, own.collection.name) == (Form.OWN, None, "own")
    squad = read_any(_squad(tmp_path))
    assert (squad.form, squad.split, squad.collection.name) == (Form.SQUAD, None, "squad")


@pytest.mark.parametrize(
    ("make", "options", "told"),
    [
        (_own, {"split": "test"}, "has no splits; drop --split"),
        (_squad, {"split": "test"}, "has no splits; drop --split"),
        (_squad, {"with_titles": True}, "no titles of their own; drop --titles"),
    ],
)
def test_an_option_that_does_not_apply_is_refused(
    tmp_path: Path, make: Any, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(QuestionSetInvalid, match=told):
        read_any(make(tmp_path), **options)


def test_a_folder_of_two_forms_is_refused(tmp_path: Path) -> None:
    folder = _beir(tmp_path / "in", test=TEST)
    (folder / "qrels.tsv").write_text("q\td\ts\n", "utf-8")
    with pytest.raises(QuestionSetInvalid, match=r"both qrels\.tsv and qrels/.*remove one"):
        read_any(folder)


@pytest.mark.parametrize("content", ["", "[]", '{"id": "q1"}\n{"id": "q2"}', "data"])
def test_a_file_of_no_form_is_refused_with_the_forms(tmp_path: Path, content: str) -> None:
    file = tmp_path / "some.json"
    file.write_text(content, "utf-8")
    with pytest.raises(QuestionSetInvalid, match=ALL_THREE):
        read_any(file)


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_folder_of_no_form_is_refused_with_the_forms(tmp_path: Path, missing: str) -> None:
    folder = _own(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(QuestionSetInvalid, match=ALL_THREE):
        read_any(folder)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match=r"there is no .*nothing; name a folder or file"):
        read_any(tmp_path / "nothing")
