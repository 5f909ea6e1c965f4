"""Question sets are checked line by line."""

import json
from pathlib import Path

import pytest

from eval.errors import QuestionSetInvalid
from eval.questions.question import Earlier, Expected, Line, Question, read_lines, read_questions


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
        ("{", "Invalid JSON: EOF while parsing an object at column 1$"),
        ("[]", "object"),
        (_line(id=None), "id: Field required"),
        (_line(id=""), "id: String should have at least 1 character"),
        (_line(id=5), "id: Input should be a valid string"),
        (_line(question=None), "question: Field required"),
        (_line(answerable="yes"), "answerable: Input should be a valid boolean"),
        (_line(answerable=1), "answerable: Input should be a valid boolean"),
        (_line(expect=[]), "expect: Extra inputs are not permitted"),
        (_line(expected="two"), "expected: Input should be a valid array"),
        (_line(expected=[{"quote": "two"}]), r"expected\.0\.document: Field required"),
        (_line(expected=[{"document": "a.txt", "grade": 0}]), r"expected\.0\.grade: Input"),
        (_line(expected=[{"document": "a.txt", "quote": ""}]), r"expected\.0\.quote: String"),
        (
            _line(expected=[{"document": "a.txt", "quote": "two", "start": -1}]),
            r"expected\.0\.start: Input should be greater than or equal to 0",
        ),
        (_line(previous="Who?"), "previous: Input should be an object"),
        (_line(previous={"question": ""}), r"previous\.question: String should have at least 1"),
        (_line(previous={"question": "a", "citations": []}), r"previous\.citations: Extra inputs"),
        (_line(tags=[1]), r"tags\.0: Input should be a valid string"),
        (_line(expected=[{"document": "a.txt", "start": 4}]), "expected: start goes with a quote"),
        (_line(expected=[]), "answerable, but nothing is expected; name the documents"),
        (_line(answerable=False), "unanswerable, but something is expected; remove it"),
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


def test_a_document_as_a_whole_may_be_expected(tmp_path: Path) -> None:
    line = _line(expected=[{"document": "a.txt", "grade": 3}])
    (question,) = read_questions(_file(tmp_path, line))
    assert question.expected == (Expected(document="a.txt", quote=None, start=None, grade=3),)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(_line(), "utf-8-sig")
    assert [question.id for question in read_questions(file)] == ["q1"]


def test_every_fault_of_a_line_is_told(tmp_path: Path) -> None:
    bad = _line(id="q7", question="", answerable="yes", tags=[1])
    lines = read_lines(_file(tmp_path, _line(), "", bad, "[]", _line(expected=[])))
    assert [(line.number, line.id, bool(line.question)) for line in lines] == [
        (1, "q1", True),
        (3, "q7", False),
        (4, None, False),
        (5, "q1", True),
    ]
    assert [fault.partition(":")[0] for fault in lines[1].faults] == [
        "question",
        "answerable",
        "tags.0",
    ]
    assert [len(line.faults) for line in lines] == [0, 3, 1, 1]


@pytest.mark.parametrize("line", ["x", "[1]", '{"id": 5}', "{}", "[" * 100_000])
def test_a_line_without_an_id_has_none(tmp_path: Path, line: str) -> None:
    (found,) = read_lines(_file(tmp_path, line))
    assert (found.id, found.question) == (None, None)
    assert found.faults


def test_a_good_line_is_a_question(tmp_path: Path) -> None:
    file = _file(tmp_path, _line())
    assert read_lines(file) == [Line(1, "q1", read_questions(file)[0], ())]


def test_a_question_may_come_after_another(tmp_path: Path) -> None:
    lines = [_line(), _line(id="q2", previous={"question": "Who sang?"})]
    alone, after = read_questions(_file(tmp_path, *lines))
    assert (alone.previous, after.previous) == (None, Earlier(question="Who sang?"))
    assert (alone.conversation, after.conversation) == ("Which?", "Who sang? Which?")
