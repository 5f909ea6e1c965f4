"""Greetings and other languages are told from questions in English."""

import pytest

from service.asking.language import is_pleasantry, other_language


@pytest.mark.parametrize(
    "said",
    [
        "Hello",
        "hi there!",
        "Good morning, how are you today?",
        "Thanks a lot, goodbye!",
        "ok thanks",
    ],
)
def test_what_asks_for_nothing(said: str) -> None:
    assert is_pleasantry(said)


@pytest.mark.parametrize(
    "said",
    [
        "Hello, who was Molotov?",
        "What is a good day?",
        "thank the mayor for what?",
        "",
        "???",
        "you",
    ],
)
def test_what_asks_for_something_or_greets_nobody(said: str) -> None:
    assert not is_pleasantry(said)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie lange muss der Teig gehen, bevor er in den Ofen kommt?", "German"),
        ("Quelle est la capitale de la France et pourquoi ?", "French"),
        ("¿Cuál es la receta de la abuela para el pan?", "Spanish"),
        ("Какая столица Австралии?", "Cyrillic script"),
        ("日本の首都はどこですか", "Cjk script"),
        ("Who was the interpreter?", None),
        ("What is the meaning of die Wende?", None),
        ("Molotov Ribbentrop", None),
        ("", None),
        ("12 + 12", None),
    ],
)
def test_languages(question: str, language: str | None) -> None:
    assert other_language(question) == language
