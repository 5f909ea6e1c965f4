"""A question set is checked as a whole: each finding with its line, level and reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.questions.check import check_lines
from eval.questions.evidence import Library
from eval.questions.finding import Finding
from eval.questions.question import read_lines
from tests.conftest import SEED, SEEDS

TEXT = "The caretaker has all keys. The lease of the garden ends in May."
LIBRARY = Library(["house.md"], lambda _path: TEXT)
KEYS = {"document": "house.md", "quote": "The caretaker has all keys.", "start": 0}
LEASE = {"document": "house.md", "quote": "ends in May"}


def _question(**changes: Any) -> dict[str, Any]:
    question = {
        "id": "q1",
        "question": "Who opens the doors?",
        "answerable": True,
        "expected": [KEYS],
    }
    return question | changes


def _none(**changes: Any) -> dict[str, Any]:
    """A question that cannot be answered."""
    return _question(answerable=False, expected=[]) | changes


def _check(tmp_path: Path, *lines: str | dict[str, Any]) -> list[Finding]:
    """What is found in these lines, less whether there are enough of them."""
    file = tmp_path / "questions.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts), "utf-8")
    return [f for f in check_lines(read_lines(file), LIBRARY) if f.line is not None]


def _brief(found: list[Finding]) -> list[tuple[int | None, str | None, str, str]]:
    return [(each.line, each.id, each.level, each.kind) for each in found]


def test_a_good_set_has_no_findings(tmp_path: Path) -> None:
    lease = _question(id="q2", question="When must the plot be returned?", expected=[LEASE])
    none = _none(id="q3", question="What did the roof cost?")
    assert _check(tmp_path, _question(answers=["caretaker"]), "", lease, none) == []


def test_every_fault_of_every_line_is_told_in_their_order(tmp_path: Path) -> None:
    quote = _question(id="q4", question="Which?", expected=[KEYS | {"start": 1}, {"document": "x"}])
    found = _check(tmp_path, "x", _question(id="q2", question="", expected=[{}]), "", quote)
    assert _brief(found) == [
        (1, None, "error", "invalid"),
        (2, "q2", "error", "invalid"),
        (2, "q2", "error", "invalid"),
        (4, "q4", "error", "document"),
        (4, "q4", "error", "start"),
    ]
    assert [f.sentence.partition(":")[0] for f in found[1:3]] == ["question", "expected.0.document"]


def test_a_contradictory_line_is_looked_at_all_the_same(tmp_path: Path) -> None:
    wrong = [
        _question(expected=[]),
        _none(id="q2", question="Why?", expected=[LEASE | {"start": 3}]),
    ]
    found = _check(tmp_path, *wrong)
    assert _brief(found) == [
        (1, "q1", "error", "invalid"),
        (2, "q2", "error", "invalid"),
        (2, "q2", "error", "start"),
    ]
    assert found[0].sentence.startswith("answerable, but nothing is expected")
    assert found[1].sentence.startswith("unanswerable, but something is expected")


def test_an_id_is_used_once(tmp_path: Path) -> None:
    again = _none(question="What did the roof cost?")
    found = _check(tmp_path, _question(), again, '{"id": "q1"}')
    assert [f[:2] for f in _brief(found) if f[3] == "id"] == [(2, "q1"), (3, "q1")]
    assert found[0].sentence == "line 1 has the same id; give each question its own"


@pytest.mark.parametrize(
    ("second", "level", "kind", "sentence"),
    [
        (
            _question(id="q2", question="who opens  the DOORS"),
            "warning",
            "repeated",
            "line 1 asks the same; it counts twice",
        ),
        (
            _question(id="q2", expected=[LEASE]),
            "error",
            "contradiction",
            "line 1 asks the same with other truth, so that one of the two is always judged "
            "wrongly; unite them, or word them so that they differ",
        ),
        (
            _none(id="q2"),
            "error",
            "contradiction",
            "line 1 asks the same with other truth, so that one of the two is always judged "
            "wrongly; unite them, or word them so that they differ",
        ),
    ],
)
def test_the_same_question_twice(
    tmp_path: Path, second: dict[str, Any], level: str, kind: str, sentence: str
) -> None:
    (found,) = _check(tmp_path, _question(), second)
    assert (found.line, found.level, found.kind) == (2, level, kind)
    assert found.sentence == sentence


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ((["test"], ["tuning"]), "line 1 asks the same, one for test, one for tuning; it"),
        ((["tuning"], ["test"]), "line 1 asks the same, one for test, one for tuning; it"),
        ((["test"], ["test"]), "line 1 asks the same; it"),
    ],
)
def test_a_question_in_both_parts_is_told(
    tmp_path: Path, tags: tuple[list[str], list[str]], told: str
) -> None:
    first, second = (_question(id=f"q{n}", tags=tag) for n, tag in enumerate(tags))
    (found,) = _check(tmp_path, first, second)
    assert found.sentence.startswith(told)


def test_nearly_the_same_question_is_told_with_the_earlier_one(tmp_path: Path) -> None:
    first = _none(question="Who sold the old red house?", tags=["test"])
    second = _none(id="q2", question="Who has sold the old red house?", tags=["tuning"])
    (found,) = _check(tmp_path, first, second)
    assert _brief([found]) == [(2, "q2", "warning", "similar")]
    assert found.sentence == (
        "nearly the same question stands in line 1 (85 % of the words, one for test, one for "
        "tuning): 'Who sold the old red house?'"
    )


def test_a_question_in_the_words_of_its_quote_is_told(tmp_path: Path) -> None:
    expected = [LEASE, {"document": "house.md", "quote": "lease of the garden ends in May"}]
    question = "When is it that the lease of the garden ends?"
    (found,) = _check(tmp_path, _question(question=question, expected=expected))
    assert _brief([found]) == [(1, "q1", "warning", "copied")]
    assert "(lease of the garden ends)" in found.sentence


@pytest.mark.parametrize(
    ("expected", "answers", "kinds"),
    [
        ([KEYS, LEASE], ["The Caretaker", "may"], []),
        ([KEYS], ["May"], ["answer"]),
        ([KEYS, {"document": "house.md"}], ["May"], []),  # it may stand in the document
    ],
)
def test_an_answer_stands_in_one_of_the_quotes(
    tmp_path: Path, expected: list[Any], answers: list[str], kinds: list[str]
) -> None:
    found = _check(tmp_path, _question(expected=expected, answers=answers))
    assert [each.kind for each in found] == kinds
    assert all(f.sentence == "the answer 'May' stands in none of the quotes" for f in found)


def test_a_question_that_the_service_refuses_is_an_error(tmp_path: Path) -> None:
    asked = ["x" * 2001, " ", "a\0b"]
    found = _check(tmp_path, *(_none(id=f"q{n}", question=q) for n, q in enumerate(asked)))
    assert _brief(found) == [(n + 1, f"q{n}", "error", "question") for n in range(3)]
    assert found[0].sentence.startswith("the question has 2001 characters; 2000 are the most")
    assert _check(tmp_path, _none(question="x" * 2000)) == []


def test_a_draft_is_told(tmp_path: Path) -> None:
    (found,) = _check(tmp_path, _question(tags=["draft"]))
    assert _brief([found]) == [(1, "q1", "warning", "draft")]
    assert "nobody has accepted it yet" in found.sentence


def test_each_question_is_in_one_part_where_there_are_parts(tmp_path: Path) -> None:
    words = ["Why?", "Who?", "When?", "Where?"]
    tags = [["test"], ["test", "tuning"], [], ["tuning", "other"]]
    parted = [
        _none(id=word, question=word, tags=tag) for word, tag in zip(words, tags, strict=True)
    ]
    found = _check(tmp_path, *parted)
    assert _brief(found) == [(2, "Who?", "warning", "part"), (3, "When?", "warning", "part")]
    assert [f.sentence.partition(":")[0].partition(",")[0] for f in found] == [
        "tagged test and tuning",
        "tagged neither test nor tuning",
    ]


def _whole(tmp_path: Path, answerable: int, unanswerable: int, tag: str) -> list[str]:
    file = tmp_path / "questions.jsonl"
    made = [_question(id=f"a{n}", question=f"Who {n}?", tags=[tag]) for n in range(answerable)]
    made += [_none(id=f"u{n}", question=f"Why {n}?", tags=[tag]) for n in range(unanswerable)]
    made.append(_none(id="t", question="Where?", tags=["tuning"]))
    file.write_text("\n".join(map(json.dumps, made)), "utf-8")
    return [f.sentence for f in check_lines(read_lines(file), LIBRARY) if f.line is None]


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "tag", "told"),
    [
        (30, 30, "test", []),
        (
            29,
            30,
            "test",
            ["fewer than 30 answerable questions tagged test (29): intervals are wide"],
        ),
        (
            30,
            29,
            "test",
            ["fewer than 30 unanswerable questions tagged test (29): intervals are wide"],
        ),
        (30, 29, "tuning", []),  # no part is reported alone, so all of them count
        (
            30,
            0,
            "test",
            [
                "no unanswerable question tagged test: whether it refuses what the documents do "
                "not answer cannot be judged"
            ],
        ),
        (
            0,
            30,
            "test",
            ["no answerable question tagged test: whether answers are found cannot be judged"],
        ),
    ],
)
def test_the_whole_set_can_tell_something(
    tmp_path: Path, answerable: int, unanswerable: int, tag: str, told: list[str]
) -> None:
    assert _whole(tmp_path, answerable, unanswerable, tag) == told


@pytest.mark.parametrize("content", ["", "\n \n", "x"])
def test_a_set_without_questions_is_an_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(content, "utf-8")
    found = check_lines(read_lines(file), LIBRARY)
    assert found[-1] == Finding(None, None, "empty", "error", "it holds no question")


def test_the_seed_has_no_errors() -> None:
    library = Library([SEED.name], lambda _path: SEED.read_text("utf-8"))
    found = check_lines(read_lines(SEEDS / "questions.jsonl"), library)
    assert [each for each in found if each.level == "error"] == []


def test_the_same_words_after_other_questions_are_other_questions(tmp_path: Path) -> None:
    keys, plot = {"question": "Who has all doors open?"}, {"question": "How big is the plot?"}
    first = _question(id="q1", question="And when?", previous=keys)
    other = _question(id="q2", question="And when?", previous=plot, expected=[LEASE])
    again = _question(id="q3", question="And when?", previous=plot, expected=[LEASE])
    assert _check(tmp_path, first, other) == []
    assert _brief(_check(tmp_path, first, other, again)) == [(3, "q3", "warning", "repeated")]
    alone = _question(id="q3", question="And when?", expected=[LEASE])
    assert _check(tmp_path, first, other, alone) == []
