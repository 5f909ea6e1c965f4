"""What can be asked, and which terms of a question count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import QuestionInvalid
from service.question import check_question, content_words


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Who signed the pact?", ("sign", "pact")),
        ("What did Hitler's ministers want?", ("hitler", "minist", "want")),
        ("the Soviet-German pact", ("soviet", "german", "sovietgerman", "pact")),
        ("pact, Pact and PACT", ("pact",)),
        ("Köstring", ("kostr",)),
        ("the and of", ("the", "and", "of")),
        ("", ()),
        ("?!", ()),
    ],
)
def test_content_words(question: str, terms: tuple[str, ...]) -> None:
    assert tuple(content_words(question)) == terms


@pytest.mark.parametrize(
    ("question", "top_k"), [("a", 1), ("a", 50), ("a" * 2000, 5), ("😀" * 2000, 5), (" a\n", 5)]
)
def test_a_question_that_can_be_asked(question: str, top_k: int) -> None:
    check_question(question, top_k)


@pytest.mark.parametrize(
    ("question", "top_k", "field", "sentence"),
    [
        ("", 5, "question", "is empty; ask something"),
        (" \t\n\u3000", 5, "question", "is empty; ask something"),
        ("a" * 2001, 5, "question", "has 2001 characters; 2000 are the most"),
        ("a\x00b", 5, "question", "holds a NUL character; remove it"),
        ("a\ud800", 5, "question", "holds half of a surrogate pair"),
        ("\udfffa", 5, "question", "holds half of a surrogate pair"),
        ("a", 0, "top_k", "is 0; choose 1 to 50"),
        ("a", -1, "top_k", "is -1; choose 1 to 50"),
        ("a", 51, "top_k", "is 51; choose 1 to 50"),
    ],
)
def test_a_question_that_cannot_be_asked(
    question: str, top_k: int, field: str, sentence: str
) -> None:
    with pytest.raises(QuestionInvalid, match=f"^{field}: {sentence}") as caught:
        check_question(question, top_k)
    assert caught.value.field == field


@given(st.text(max_size=200))
def test_content_words_are_distinct_and_there_are_some_when_a_word_is(question: str) -> None:
    found = tuple(content_words(question))
    assert len(set(found)) == len(found)
    assert bool(found) or not any(c.isascii() and c.isalnum() for c in question)
