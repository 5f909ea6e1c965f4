"""Files of SQuAD's form become documents, quotes and unanswerable questions."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.errors import QuestionSetInvalid
from eval.questions.collection import Exported, export_collection
from eval.questions.convert import NOT_JUDGED
from eval.questions.place import locate
from eval.questions.question import Expected, read_questions
from eval.questions.squad import MISPLACED, REPEATED, read_squad

Article = tuple[str, list[tuple[str, list[dict[str, Any]]]]]
TEXT = "Ää 😀 the key is red.\r\nThe key hangs."


def _answer(text: str, start: int) -> dict[str, Any]:
    return {"text": text, "answer_start": start}


def _asked(identity: str, *answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": identity, "question": f"Which {identity}?", "answers": answers, **more}


def _file(tmp_path: Path, *articles: Article) -> Path:
    data = [
        {"title": title, "paragraphs": [{"context": text, "qas": asked} for text, asked in found]}
        for title, found in articles
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"version": "v2.0", "data": data}), "utf-8")
    return file


def test_answers_become_quotes_at_their_offsets(tmp_path: Path) -> None:
    key, red = _answer("key", TEXT.index("key")), _answer("red", TEXT.index("red"))
    second = _answer("key", TEXT.rindex("key"))
    plausible = {"is_impossible": True, "plausible_answers": [key]}
    asked = [_asked("q1", key, red, key, second), _asked("q2", **plausible)]
    collection = read_squad(_file(tmp_path, ("../Keys/a b", [(TEXT, asked)])))
    out = tmp_path / "out"
    assert export_collection(collection, out) == Exported(1, 1, 1, {MISPLACED: 0, REPEATED: 0})
    (document,) = (out / "documents").iterdir()
    assert document.name == "%2E.%2FKeys%2Fa b#0.txt"
    assert document.read_bytes().decode() == TEXT
    answerable, unanswerable = read_questions(out / "questions.jsonl")
    assert answerable.expected == tuple(
        Expected(document=document.name, quote=answer["text"], start=answer["answer_start"])
        for answer in (key, red, second)
    )
    assert answerable.answers == ("key", "red")
    assert len(locate(answerable, {document.name: TEXT})) == 3
    assert (unanswerable.id, unanswerable.answerable) == ("q2", False)


def test_the_first_version_has_no_impossible_questions(tmp_path: Path) -> None:
    asked = {"id": "q1", "question": "Which?", "answers": [_answer("key", TEXT.index("key"))]}
    collection = read_squad(_file(tmp_path, ("Keys", [(TEXT, [asked])])))
    assert [query["answerable"] for query in collection.queries] == [True]


def test_paragraphs_are_numbered_by_article_and_kept_once(tmp_path: Path) -> None:
    one: Article = ("Aa", [("x", []), ("y", [])])
    two = ("", [("z", []), ("x", [_asked("q1", _answer("x", 0))])])
    collection = read_squad(_file(tmp_path, one, two, ("Aa", [("w", [])])))
    documents = [(document.id, document.text) for document in collection.documents]
    assert documents == [("Aa#0", "x"), ("Aa#1", "y"), ("untitled#0", "z"), ("Aa#2", "w")]
    assert collection.queries[0]["spans"] == [{"doc": "Aa#0", "start": 0, "end": 1}]
    assert collection.left_out[REPEATED] == 1


@pytest.mark.parametrize("start", [0, -1, 4000, TEXT.index("key") + 1])
def test_an_answer_that_does_not_stand_there_is_counted(tmp_path: Path, start: int) -> None:
    good = _answer("key", TEXT.index("key"))
    asked = [_asked("q1", _answer("key", start), good), _asked("q2", _answer("key", start))]
    collection = read_squad(_file(tmp_path, ("Keys", [(TEXT, asked)])))
    exported = export_collection(collection, tmp_path / "out")
    assert exported == Exported(1, 1, 0, {MISPLACED: 2, REPEATED: 0, NOT_JUDGED: 1})
    (question,) = read_questions(tmp_path / "out" / "questions.jsonl")
    assert [(e.quote, e.start) for e in question.expected] == [("key", TEXT.index("key"))]


def test_an_id_that_is_used_twice_is_refused(tmp_path: Path) -> None:
    asked = [_asked("q1"), _asked("q1")]
    with pytest.raises(QuestionSetInvalid, match="the id 'q1' is used twice; ids must differ"):
        read_squad(_file(tmp_path, ("Keys", [(TEXT, asked)])))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "the file: Invalid JSON"),
        ('{"data": {}}', "data: Input should be a valid"),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', r"data\.0\.paragraphs\.0\.context: Field"),
    ],
)
def test_what_is_not_of_the_form_is_named(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "squad.json"
    file.write_text(content, "utf-8")
    with pytest.raises(QuestionSetInvalid, match=rf"is not of SQuAD's form: {told}.*correct it"):
        read_squad(file)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "squad.json"
    file.write_text('{"data": []}', "utf-8-sig")
    assert read_squad(file).documents == ()
