"""Greetings and other languages are told from questions in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.asking.language import asks_nothing, other_language, own_words


@pytest.mark.parametrize(
    "said",
    [
        "Hello!",
        "hi there",
        "Good morning",
        "good evening to you all",
        "Thanks a lot!",
        "THANK YOU VERY MUCH",
        "ok",
        "Yes please",
        "Goodbye, see you later",
        "hey, how are you doing?",
        "sorry",
        "no",
        "",
        "?!",
        "😀 😀",
        "-- …",
    ],
)
def test_marks_greetings_thanks_and_farewells_ask_nothing(said: str) -> None:
    assert asks_nothing(said)


@pytest.mark.parametrize(
    "asked",
    [
        "What is this?",
        "How are you today?",  # no word of it greets
        "Good Friday agreement",
        "hello world program",
        "thanks for the fish",
        "Hey! What did Hess want?",
        "great fire",
        "Was there a yes vote?",
        "Hallo!",
    ],
)
def test_what_has_a_word_of_its_own_asks_something(asked: str) -> None:
    assert not asks_nothing(asked)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie alt ist der Baum?", "German"),
        ("WER WAR DER BOTSCHAFTER IN MOSKAU?", "German"),
        ("Was war das?", "German"),
        ("Où se trouve la clé de la maison?", "French"),
        ("Quel est le nom de la ville?", "French"),
        ("¿Dónde está la llave de la casa?", "Spanish"),
        ("¿Quién fue el embajador?", "Spanish"),
        ("Dov'è la chiave della casa?", "Italian"),
        ("Onde está a chave da casa?", "Portuguese"),
        ("Waar is de sleutel van het huis?", "Dutch"),
        ("Hvem var ambassadør i Moskva?", "Danish"),
        ("Anahtar nerede ve bu ne için?", "Turkish"),
        ("Кто был послом в Москве?", "Cyrillic script"),
        ("大使は誰ですか", "Cjk script"),
        ("ソニーはどこ", "Katakana script"),
        ("أين المفتاح", "Arabic script"),
        ("Πού είναι το κλειδί;", "Greek script"),
        ("Кто это, Bob?", "Cyrillic script"),  # most letters count
    ],
)
def test_another_language_is_named(question: str, language: str) -> None:
    assert other_language(question) == language


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?!",
        "1940?",
        "Schulenburg",
        "Where is the key of the house?",
        "warm water port",
        "who was he",
        "Who was Otto von Bismarck?",
        "Who was Charles de Gaulle?",
        "Who composed Der Rosenkavalier?",
        "Who painted Las Meninas?",
        "What is the Casa de la Moneda?",
        'What does "die" mean?',
        "What did the Quai d'Orsay tell la Grande Armée?",
        "Who was Пушкин in the story?",
        "Bayern München?",  # one could not tell
        "Wann wurde die Brücke gebaut?",  # a single function word is too little
    ],
)
def test_english_with_foreign_names_and_the_unclear_are_no_other_language(question: str) -> None:
    assert other_language(question) is None


def test_the_own_words_are_those_that_are_no_function_words() -> None:
    assert own_words("Wie alt ist der Baum?", "German") == ["alt", "Baum"]
    assert own_words("Кто это, Bob?", "Cyrillic script") == ["Кто", "это", "Bob"]


@given(st.text())
def test_any_text_is_looked_at(text: str) -> None:
    assert other_language(text) is None or any(map(str.isalpha, text))
    assert not asks_nothing(f"{text} quixotic")
