"""What can be asked about, and what is left out."""

from random import Random

import pytest

from service.drafting.excerpt import LONGEST, excerpt, plain, stands_alone, statements
from tests.service.drafting.town import document, whole

GOOD = "The guild of merchants paid four hundred ducats for the bridge."


@pytest.mark.parametrize(
    "sentence",
    [
        GOOD,
        "In 1743 the guild of merchants paid for the new bridge!",
        "**Merchants paid** for the `bridge` with four hundred ducats of silver.",
        "Mary asked the guild whether she could rent the northern stall.",
    ],
)
def test_a_sentence_that_stands_alone(sentence: str) -> None:
    assert stands_alone(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It paid four hundred ducats for the new bridge of stone.",
        "However, the guild paid four hundred ducats for the new bridge.",
        "The guild paid for this bridge with four hundred ducats of silver.",
        "The latter paid four hundred ducats for the new bridge of stone.",
        "Price: the guild paid four hundred ducats for the new bridge.",
        "Then she paid four hundred ducats for the new bridge of stone.",
        "paid four hundred ducats for the new bridge of the town.",
        "The guild of merchants paid four hundred ducats for the bridge",
        "Why did the guild of merchants pay four hundred ducats for it?",
        "The guild paid for the bridge (see the accounts of the town.",
        "The guild paid for the bridge, see http://example.org for all accounts.",
        "The guild paid | 400 ducats | for the new bridge of stone.",
        "The guild paid four hundred ducats [3] for the new bridge.",
        "The guild paid for the bridge; see Falk et al for more.",
        "The guild paid well.",
        "The 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17.",
        " ".join(["The guild", *["paid"] * 40, "well."]),
    ],
)
def test_a_sentence_that_does_not(sentence: str) -> None:
    assert not stands_alone(sentence)


def test_a_statement_is_the_text_at_its_start() -> None:
    text = f"# Accounts\n\n- {GOOD} It was dear.\n\n{GOOD}"
    found = list(statements(whole(text)))
    assert [statement.text for statement in found] == [GOOD, GOOD]
    assert all(text.startswith(s.text, s.start) for s in found)
    assert found[0].start == text.index(GOOD)


def test_names_are_words_with_a_capital_inside_sentences() -> None:
    (statement,) = statements(whole("Merchants of Elmstadt paid Agnes Falk for the stone bridge."))
    assert statement.names == {"Elmstadt", "Agnes", "Falk"}


def test_text_without_marks_is_taken_run_by_run() -> None:
    text = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(120))
    found = list(statements(whole(text)))
    assert all(s.bare and text.startswith(s.text, s.start) for s in found)
    assert {9 <= len(s.text.split()) <= 24 for s in found} == {True}
    assert sum(len(s.text.split()) for s in found) > 60


def test_a_long_document_is_looked_at_from_a_place_between_words() -> None:
    long = document("seven " * LONGEST)
    part = excerpt(long, Random(1))
    assert len(part.text) == LONGEST
    assert long.text[part.start : part.start + LONGEST] == part.text
    assert part.text.startswith("seven ")


def test_a_short_document_is_looked_at_whole() -> None:
    assert excerpt(document(GOOD), Random(1)).text == GOOD


def test_plain_text_is_one_line_without_marks() -> None:
    assert plain("**Bold**\nand  `code`") == "Bold and code"
