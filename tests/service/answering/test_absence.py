"""Why there is no answer: each reason by a question that provokes it."""

from pathlib import Path

import pytest

from service.answer import Absence
from tests.service.corpora import emptied, engine_of

TEXTS = {"a.txt": "Aaa bbb. Ccc ddd eee. Fff ggg.", "b.txt": "Hhh bab. Dead beef faced."}


def absence(root: Path, question: str, texts: dict[str, str] = TEXTS) -> Absence:
    answer = engine_of(root, texts, threshold=1.0).ask(question).answer
    assert (answer.verdict, answer.text, answer.citations, answer.quotes) == (
        "not_found",
        None,
        (),
        (),
    )
    assert answer.absence
    return answer.absence


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Good morning!", "no_question"),
        ("Wo ist der Hund und die Katze?", "other_language"),
        ("Где собака?", "other_language"),
        ("In what year was bbb?", "form"),
        ("Is it bbb of Zzz?", "unknown_names"),
        ("How many bbb?", "no_such_thing"),
        ("bbb ddd?", "too_weak"),
    ],
)
def test_reasons(tmp_path: Path, question: str, reason: str) -> None:
    assert absence(tmp_path, question).reason == reason


def test_nothing_that_is_indexed_has_to_do_with_it(tmp_path: Path) -> None:
    found = absence(tmp_path, "xyzzy qqq?", {"a.txt": "Aaa bbb.", "b.txt": "Ccc ddd."})
    assert found.reason in {"nothing_matches", "too_weak"}
    assert found.unknown_words == ("xyzzy", "qqq")


def test_an_empty_index(tmp_path: Path) -> None:
    answer = emptied(tmp_path, threshold=0.0).ask("bbb?").answer
    assert (answer.verdict, answer.confidence) == ("not_found", 0.0)
    assert answer.absence
    assert answer.absence.reason == "empty_index"
    assert "citewell add" in answer.absence.explanation


def test_a_greeting_is_not_answered_at_any_threshold(tmp_path: Path) -> None:
    answer = engine_of(tmp_path, TEXTS, threshold=0.0).ask("Hello, good day!").answer
    assert (answer.verdict, answer.confidence) == ("not_found", 0.0)


def test_it_says_what_was_looked_at(tmp_path: Path) -> None:
    found = absence(tmp_path, "Is it bbb of Zzz?")
    assert (found.documents, found.passages, found.threshold) == (2, 2, 1.0)
    assert found.unknown_words == ("Zzz",)
    assert found.explanation.startswith("No document mentions Zzz. Of 2 passages in 2 documents ")
    assert "is in a.txt; the confidence that it answers is " in found.explanation
    assert found.explanation.endswith("and 1.00 is needed.")


def test_what_is_answered_has_none(tmp_path: Path) -> None:
    assert engine_of(tmp_path, TEXTS, threshold=0.0).ask("bbb?").answer.absence is None
