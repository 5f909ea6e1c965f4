"""What is asked. In: a question. Out: whether it can be asked, and its content terms.

Terms are those of the lexical index. Function words are left out, because a text may hold
none of them (as the seed does), and none of them tells what is asked.
"""

from collections.abc import Sequence

from index.terms import stem
from service.asking.stopwords import stopwords
from service.errors import QuestionInvalid

LONGEST_QUESTION = 2000
MOST_PASSAGES = 50
DEFAULT_PASSAGES = 5

_FUNCTION_TERMS = frozenset(stem([word.replace("'", "") for word in stopwords.STOPWORDS_EN_PLUS]))


def is_function_word(word: str) -> bool:
    """Whether a folded word is one of those that tell nothing of what is asked."""
    return stem([word])[0] in _FUNCTION_TERMS


def content_words(spelt: Sequence[str]) -> dict[str, str]:
    """The distinct content terms of folded words in order, each with the word that is asked.

    All terms when there is no content term.
    """
    found: dict[str, str] = {}
    for term, word in zip(stem(spelt), spelt, strict=True):
        found.setdefault(term, word)
    content = {term: word for term, word in found.items() if term not in _FUNCTION_TERMS}
    return content or found


def check_question(question: str, top_k: int) -> None:
    """Raise ``QuestionInvalid`` for what cannot be asked, naming the field."""
    if not question.strip():
        raise QuestionInvalid("question", "is empty; ask something")
    if len(question) > LONGEST_QUESTION:
        raise QuestionInvalid(
            "question",
            f"has {len(question)} characters; {LONGEST_QUESTION} are the most, so shorten it",
        )
    if "\x00" in question:
        raise QuestionInvalid("question", "holds a NUL character; remove it")
    if any("\ud800" <= c <= "\udfff" for c in question):
        raise QuestionInvalid("question", "holds half of a surrogate pair; send valid Unicode")
    if not 1 <= top_k <= MOST_PASSAGES:
        raise QuestionInvalid("top_k", f"is {top_k}; choose 1 to {MOST_PASSAGES}")
