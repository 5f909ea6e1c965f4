"""What can be asked, and which terms of a question count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import stem, word_parts, words
from service.asking.question import check_question, content_words, is_function_word
from service.errors import QuestionInvalid


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
    assert tuple(content_words(words(question))) == terms


def test_each_content_term_comes_with_the_word_first_asked() -> None:
    found = content_words(words("Who negotiated? The negotiations of PACTS and a pact"))
    assert found == {"negoti": "negotiated", "pact": "pacts"}
    assert content_words(["the", "and", "the"]) == {"the": "the", "and": "and"}
    assert content_words([]) == {}


@pytest.mark.parametrize("word", ["the", "and", "of", "who", "what", "with", "dont", "i"])
def test_function_words(word: str) -> None:
    assert is_function_word(word)


@pytest.mark.parametrize("word", ["pact", "soviet", "germans", "1941", "東京"])
def test_no_function_words(word: str) -> None:
    assert not is_function_word(word)


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
    found = content_words(words(question))
    assert bool(found) == bool(word_parts(question))
    assert bool(found) or not any(c.isascii() and c.isalnum() for c in question)
    assert len({stem([word])[0] for word in found.values()}) == len(found)
    assert list(found) == stem(list(found.values()))
    functional = {is_function_word(word) for word in found.values()}
    assert len(functional) <= 1
