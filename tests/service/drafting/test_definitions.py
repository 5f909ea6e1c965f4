"""What something is."""

import pytest

from service.drafting.definitions import definitions
from tests.service.drafting.town import bare, said


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            "The Falder is a narrow river that turns the wheels of the mill.",
            "What is the Falder?",
            "a narrow river",
        ),
        (
            "Agnes Falk (1700–1770) was an architect of bridges, mills and churches.",
            "Who was Agnes Falk?",
            "an architect of bridges",
        ),
        (
            "A voussoir is a wedge of stone in the curve of an arch.",
            "What is a voussoir?",
            "a wedge of stone in the curve of an arch",
        ),
        (
            "The Falder is the home of the largest mill in the valley of all millers and turns "
            "wheels.",
            "What is the Falder?",
            "the home of the largest mill in the valley of all millers",
        ),
        (
            "The Falks were the people who built all bridges of the town.",
            "Who were the Falks?",
            "the people who built all bridges of the town",
        ),
        (
            "**Stone bridges** are the pride of every town in the valley.",
            "What are Stone bridges?",
            "the pride of every town in the valley",
        ),
    ],
)
def test_a_definition_becomes_a_question(text: str, question: str, answer: str) -> None:
    (draft,) = definitions([said(text)], "Stone Bridge")
    assert (draft.question, draft.answers, draft.quote) == (question, (answer,), text)


@pytest.mark.parametrize(
    "text",
    [
        "The goal is a bridge that carries the heaviest carts.",  # whose goal?
        "Water is a danger to every bridge of the town.",  # no name, no kind, not the title
        "Elmstadt was the result of a treaty between two abbots.",  # says nothing
        "In winter the bridge is a danger to all carts.",  # no plain subject
        "Agnes Falk was paid by the guild of merchants in silver.",  # no definition
        "Agnes Falk was a mason.",  # too little to tell
        "The 1743 bridge is the oldest of all bridges in town.",
    ],
)
def test_no_definition(text: str) -> None:
    assert list(definitions([said(text)], "Paper Mill")) == []


def test_bare_words_define_nothing() -> None:
    assert list(definitions([bare("Agnes Falk was an architect of bridges.")], "")) == []
