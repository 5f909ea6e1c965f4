"""Question sets are checked line by line, and their quotes in the documents."""

import json
from pathlib import Path

import pytest

from eval.errors import QuestionSetInvalid
from eval.questions.question import Expected, Question, locate, read_questions
from index.passage import Span

TEXTS = {"a.txt": "one two one two", "d/b.txt": "😀 three"}


def _line(**changes: object) -> str:
    question: dict[str, object] = {
        "id": "q1",
        "question": "Which?",
        "answerable": True,
        "expected": [{"document": "a.txt", "quote": "two"}],
    }
    content = {name: value for name, value in (question | changes).items() if value is not None}
    return json.dumps(content, ensure_ascii=False)


def _file(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return file


def test_a_whole_question_is_read(tmp_path: Path) -> None:
    expected = [{"document": "a.txt", "quote": "two", "start": 4}]
    line = _line(expected=expected, answers=["2"], tags=["test"])
    assert read_questions(_file(tmp_path, line)) == [
        Question(
            id="q1",
            question="Which?",
            answerable=True,
            expected=(Expected(document="a.txt", quote="two", start=4),),
            answers=("2",),
            tags=("test",),
        )
    ]


def test_an_unanswerable_question_expects_nothing(tmp_path: Path) -> None:
    (question,) = read_questions(_file(tmp_path, _line(answerable=False, expected=None)))
    assert (question.answerable, question.expected) == (False, ())


def test_blank_lines_are_left_out(tmp_path: Path) -> None:
    file = _file(tmp_path, "", _line(), "  \t", _line(id="q2"), "")
    assert [question.id for question in read_questions(file)] == ["q1", "q2"]


def test_lines_may_end_as_windows_ends_them(tmp_path: Path) -> None:
    file = _file(tmp_path, _line() + "\r", _line(id="q2") + "\r")
    assert len(read_questions(file)) == 2


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, mark: str) -> None:
    quote = f"two{mark}one"  # JSON allows these characters in a string as they are
    line = _line(expected=[{"document": "a.txt", "quote": quote}])
    assert read_questions(_file(tmp_path, line))[0].expected[0].quote == quote


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "Invalid JSON"),
        ("[]", "object"),
        (_line(id=None), "id: Field required"),
        (_line(id=""), "id: String should have at least 1 character"),
        (_line(id=5), "id: Input should be a valid string"),
        (_line(question=None), "question: Field required"),
        (_line(answerable="yes"), "answerable: Input should be a valid boolean"),
        (_line(answerable=1), "answerable: Input should be a valid boolean"),
        (_line(expect=[]), "expect: Extra inputs are not permitted"),
        (_line(expected="two"), "expected: Input should be a valid array"),
        (_line(expected=[{"document": "a.txt"}]), r"expected\.0\.quote: Field required"),
        (_line(expected=[{"document": "a.txt", "quote": ""}]), r"expected\.0\.quote: String"),
        (
            _line(expected=[{"document": "a.txt", "quote": "two", "start": -1}]),
            r"expected\.0\.start: Input should be greater than or equal to 0",
        ),
        (_line(tags=[1]), r"tags\.0: Input should be a valid string"),
        (_line(expected=[]), "an answerable question has expected quotes"),
        (_line(answerable=False), "an unanswerable one none"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    file = _file(tmp_path, _line(id="q0"), "", line)
    with pytest.raises(
        QuestionSetInvalid, match=rf"{file.name} cannot be used.*\n  line 3: .*{reason}"
    ):
        read_questions(file)


def test_all_bad_lines_are_named(tmp_path: Path) -> None:
    file = _file(tmp_path, "x", _line(), "y")
    with pytest.raises(QuestionSetInvalid, match=r"line 1: .*\n  line 3: "):
        read_questions(file)


def test_of_very_many_bad_lines_the_rest_is_counted(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match=r"line 20: .*\n  and 5 more$"):
        read_questions(_file(tmp_path, *["x"] * 25))


def test_an_id_is_used_once(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match="id 'q1' is used more than once"):
        read_questions(_file(tmp_path, _line(), _line(id="q2"), _line()))


@pytest.mark.parametrize("lines", [[], ["", " "]])
def test_a_set_without_questions_is_refused(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(QuestionSetInvalid, match="it holds no question"):
        read_questions(_file(tmp_path, *lines))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match=r"nothing\.jsonl cannot be read .*JSON Lines"):
        read_questions(tmp_path / "nothing.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b"\xe4")
    with pytest.raises(QuestionSetInvalid, match=r"latin\.jsonl cannot be read .*UTF-8"):
        read_questions(tmp_path / "latin.jsonl")


def _question(document: str, quote: str, start: int | None = None) -> Question:
    expected = Expected(document=document, quote=quote, start=start)
    return Question(id="q1", question="Which?", answerable=True, expected=(expected,))


def test_without_a_start_every_occurrence_is_a_place() -> None:
    assert locate(_question("a.txt", "two"), TEXTS) == {"a.txt": [Span(4, 7), Span(12, 15)]}


def test_with_a_start_only_that_place_counts() -> None:
    assert locate(_question("a.txt", "two", 12), TEXTS) == {"a.txt": [Span(12, 15)]}


def test_starts_are_code_points() -> None:
    assert locate(_question("d/b.txt", "three", 2), TEXTS) == {"d/b.txt": [Span(2, 7)]}


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (_question("a.txt", "Two"), "q1: 'Two' is not in 'a.txt'; quote it verbatim"),
        (_question("a.txt", "two", 5), "q1: 'two' is not in 'a.txt' at 5; quote it verbatim"),
        (_question("a.txt", "two", 13), "q1: 'two' is not in 'a.txt' at 13"),
        (_question("b.txt", "three"), "q1: the index holds no document 'b.txt'; index the"),
    ],
)
def test_a_place_that_is_not_there_is_refused(question: Question, message: str) -> None:
    with pytest.raises(QuestionSetInvalid, match=message):
        locate(question, TEXTS)
