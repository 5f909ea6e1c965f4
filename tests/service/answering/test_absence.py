"""Why there is no answer: each reason is provoked by a question, and told with what helps."""

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.answer import Absence, AbsenceReason
from service.answering.absence import explain
from service.answering.judge import Judged, is_unanswerable
from service.answering.signals import SIGNALS
from service.engine import Engine
from tests.service.calibrations import CONFIDENCE, calibration_file
from tests.service.corpora import FOUR, emptied, engine_of

TEXTS = {"a.txt": "aa bb. ccc dd.", "b.txt": "abab face"}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An engine on ``TEXTS`` that is as sure of everything, and never sure enough."""
    return engine_of(
        tmp_path, TEXTS, threshold=0.95, calibration=calibration_file(tmp_path / "mine")
    )


def _absence(engine: Engine, question: str) -> Absence:
    answer = engine.ask(question).answer
    assert (answer.verdict, answer.text, answer.quotes) == ("not_found", None, ())
    assert answer.absence is not None
    return answer.absence


@pytest.mark.parametrize(
    ("question", "reason", "told"),
    [
        ("Hello!", "no_question", "This asks for nothing that documents could answer"),
        ("Wie alt ist der Baum?", "other_language", "in another language (German) than the Engl"),
        ("Кто это?", "other_language", "in another language (Cyrillic script) than the English"),
        ("quiz?", "nothing_matches", "No document holds any word of the question, or one like"),
        ("In what year was aa bb?", "form", "A year or a day is asked for, and the documents "),
        ("Did aa meet Zoo and Bb in 1940?", "unknown_names", "No document mentions Zoo, 1940."),
        ("Why aa bb?", "no_such_thing", "hold nothing of the kind asked for (cause)."),
        ("How many aa bb?", "no_such_thing", "hold nothing of the kind asked for (quantity)."),
        ("What is aa bb?", "too_weak", "What was found is too unlike an answer to the question. "),
        ("Is aa quick?", "too_weak", "an answer to the question. No document holds quick."),
    ],
)
def test_each_reason_is_given_and_told(
    engine: Engine, question: str, reason: AbsenceReason, told: str
) -> None:
    found = _absence(engine, question)
    assert found.reason == reason
    assert told in found.explanation


def test_the_explanation_names_document_confidence_and_threshold(engine: Engine) -> None:
    found = _absence(engine, "What is ccc dd?")
    assert found.explanation == (
        "What was found is too unlike an answer to the question. Of 2 passages in 2 documents the "
        "nearest is in a.txt; the confidence that it answers is 0.88, and 0.95 is needed."
    )
    assert (found.documents, found.passages, found.threshold) == (2, 2, 0.95)
    assert engine.ask("What is ccc dd?").answer.confidence == CONFIDENCE


def test_one_is_one(tmp_path: Path) -> None:
    found = _absence(engine_of(tmp_path, {"1.txt": "aa"}, threshold=1.0), "is bb?")
    assert " Of 1 passage in 1 document the nearest is in 1.txt; " in found.explanation


@pytest.mark.parametrize("threshold", [0.0, 1.0])
@pytest.mark.parametrize("question", ["aa bb", "hello"])
def test_an_empty_index_answers_nothing(tmp_path: Path, question: str, threshold: float) -> None:
    engine = emptied(tmp_path, threshold=threshold)
    found = _absence(engine, question)
    assert found.reason == "empty_index"
    assert found.explanation == "The index holds no text; add documents with `citewell add`."
    assert (found.documents, found.passages) == (0, 0)
    answer = engine.ask(question).answer
    assert (answer.confidence, set(answer.signals.values())) == (0, {0.0})


def test_a_greeting_is_not_answered_however_low_the_threshold(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"1.txt": "hello, dear all"}, threshold=0.0)
    assert engine.ask("hello").answer.confidence == 0
    assert _absence(engine, "hello").reason == "no_question"
    assert engine.ask("Who said hello?").answer.verdict == "answered"


@pytest.mark.parametrize(
    ("question", "unanswerable"),
    [
        ("hello", True),
        ("?!", True),
        ("aa bb", False),
        ("quiz", False),
        ("Wie alt ist der Baum?", True),
        ("Wie alt ist der aa?", False),
        ("Кто это?", True),
        ("Кто этот aa?", False),
    ],
)
def test_what_asks_nothing_or_is_wholly_foreign_is_unanswerable(
    engine: Engine, question: str, unanswerable: bool
) -> None:
    assert is_unanswerable(question, engine.index) is unanswerable


def test_what_is_answered_has_no_absence(tmp_path: Path) -> None:
    assert engine_of(tmp_path, TEXTS, threshold=0.0).ask("What is aa?").answer.absence is None


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What is aa bb?", ()),
        ("What quiz is there about Zoo, the ZOO?", ("quiz", "ZOO")),  # function words are none
        ("Is Köstring there, or É?", ("Köstring", "É")),
        ("Was aa at O'Neil’s?", ("O'Neil’s",)),
        ("a soviet-zoo pact", ("soviet-zoo", "pact")),
        ("aa-bb and ab-ab and aa-zoo", ("aa-zoo",)),  # as two words, as one, and not at all
        ("who is it", ("who", "is", "it")),  # all, where there are no others
    ],
)
def test_unknown_words_are_told_as_they_were_written(
    engine: Engine, question: str, unknown: tuple[str, ...]
) -> None:
    assert _absence(engine, question).unknown_words == unknown


def test_no_more_than_five_words_are_told(engine: Engine) -> None:
    found = _absence(engine, "Did aa and Zo Yo Xo Wo Vo Uo not find it there?")
    assert found.reason == "unknown_names"
    assert "No document mentions Zo, Yo, Xo, Wo, Vo and others." in found.explanation
    assert len([word for word in found.unknown_words if word.endswith("o")]) == 6


ALL = dict.fromkeys(SIGNALS, 1.0)


@pytest.mark.parametrize(
    ("question", "signals", "reason"),
    [
        # of several reasons the first is told: here each question has all those after it
        ("Hallo, hello", {"related": 0, "coverage": 0, "possible": 0, "typed": 0}, "nothing_match"),
        ("Was ist der Zoo?", {"related": 0, "coverage": 0, "possible": 0, "typed": 0}, "other_la"),
        ("Is Zoo it?", {"possible": 0, "typed": 0}, "form"),
        ("Is Zoo it?", {"typed": 0}, "unknown_names"),
        ("Is zoo it?", {"typed": 0}, "no_such_thing"),
        ("Is zoo it?", {}, "too_weak"),
        ("Is zoo it?", {"coverage": 0}, "too_weak"),  # words that are alike match
        ("Is zoo it?", {"related": 0}, "too_weak"),
    ],
)
def test_the_most_telling_reason_is_first(
    engine: Engine, question: str, signals: dict[str, float], reason: str
) -> None:
    judged = Judged(0.25, 0.5, ALL | signals)
    found = explain(question, engine.index, (), judged)
    assert found.reason.startswith(reason)
    assert "the nearest is" not in found.explanation  # without a passage


characters = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
asked = st.text(characters, min_size=1, max_size=80).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(st.lists(asked, min_size=1, max_size=5))
def test_whatever_is_asked_has_a_reason(
    tmp_path_factory: pytest.TempPathFactory, questions: list[str]
) -> None:
    engine = engine_of(tmp_path_factory.mktemp("made"), FOUR, threshold=1.0)
    for question in questions:
        answer = engine.ask(question).answer
        assert (answer.absence is None) == (answer.verdict == "answered")
        if answer.absence:
            told = asdict(answer.absence)
            assert told["explanation"].endswith(".")
            assert all(word in question for word in told["unknown_words"])
    engine.index.texts.close()
