"""A question is understood alone, or by the one before it."""

from hypothesis import given
from hypothesis import strategies as st

from service.answer import Understood
from service.asking.followup import understand
from service.asking.previous import Previous


def test_without_a_previous_question_nothing_is_told() -> None:
    assert understand("And what did he reply?", None) is None


def test_what_leans_is_understood_as_both_questions() -> None:
    previous = Previous(" Who wrote to Stalin? ", ("p_1",))
    assert understand("And what did he reply? ", previous) == Understood(
        "Who wrote to Stalin? And what did he reply?", True, (), ()
    )


def test_what_stands_alone_is_understood_as_it_is() -> None:
    question = "Who keeps the keys? "
    assert understand(question, Previous("Why?")) == Understood(question, False, (), ())


@given(st.text(), st.text())
def test_any_two_questions_are_understood(question: str, earlier: str) -> None:
    understood = understand(question, Previous(earlier))
    assert understood is not None
    assert question.strip() in understood.question
    assert earlier.strip() in understood.question or not understood.leans
